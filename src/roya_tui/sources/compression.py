"""A compressed answer, taken apart piece by piece, so that a small bomb cannot become a large one unseen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from roya_tui.deflate import load_zlib

MAX_UNPACKED_BYTES = 50_000_000
"""Bytes that a document which is compressed without a word may unfold to."""
MAX_KEPT_UNPACKED_BYTES = 1_000_000
"""Bytes of a document that is kept unpacked, since others are to read it."""
_MAX_LEVELS = 3
"""How often one is compressed."""
_CHUNK_BYTES = 256 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_OR_ZLIB = 47
_RAW = -15


class BadContentEncoding(Exception):
    """The bytes are not what Content-Encoding says, or it says something that we did not ask for."""


class Decompressor:
    """Undoes one Content-Encoding (RFC 9110 §8.4.1): gzip, deflate in both its readings, or none.

    Raises BadEncoding; its message goes on where "an answer that is …" ends.
    """

    def __init__(self, encoding: str) -> None:
        name = encoding.strip().lower()
        if name not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise BadContentEncoding("compressed in a way we did not ask for")
        self._quick = load_zlib()
        self._zlib = None if name in ("", "identity") else self._quick.decompressobj(_GZIP_OR_ZLIB)
        self._may_be_raw = name == "deflate"
        self._may_be_plain = name.endswith("gzip")

    def decompress(self, data: bytes) -> Iterator[bytes]:
        """Yield what `data` unpacks to, in pieces of at most 256 KiB, so that the caller can stop at its limit."""
        if self._may_be_plain and data:
            # Some servers say gzip and forget to compress.
            self._may_be_plain = False
            if data[0] != _GZIP_MAGIC[0]:
                self._zlib = None
        if self._zlib is None:
            yield data
            return
        full = False
        while data or full:
            if self._zlib.eof:
                if not data.startswith(_GZIP_MAGIC):
                    return  # padding after the end
                self._zlib = self._quick.decompressobj(_GZIP_OR_ZLIB)
            piece = self._decompress_chunk(self._zlib, data)
            data = self._zlib.unused_data if self._zlib.eof else self._zlib.unconsumed_tail
            full = len(piece) == _CHUNK_BYTES  # then more may be ready although all input is taken
            if piece:
                yield piece

    def check_end(self) -> None:
        """Raise BadEncoding if the stream broke off before its end."""
        if self._zlib is not None and not self._zlib.eof:
            raise BadContentEncoding("broken off in the middle")

    def _decompress_chunk(self, stream: Any, data: bytes) -> bytes:
        try:
            piece: bytes = stream.decompress(data, _CHUNK_BYTES)
        except self._quick.error:
            if not self._may_be_raw:
                raise BadContentEncoding("damaged on its way") from None
            # Some servers send "deflate" without its zlib wrapping.
            self._may_be_raw = False
            self._zlib = self._quick.decompressobj(_RAW)
            return self._decompress_chunk(self._zlib, data)
        self._may_be_raw = False
        return piece


def gunzip_if_needed(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Return a document that is compressed although no header says so, as it was before; and warnings, in words."""
    warnings: tuple[str, ...] = ()
    for _ in range(_MAX_LEVELS):
        if not data.startswith(_GZIP_MAGIC) or warnings:
            break
        data, warnings = _gunzip(data)
    return data, warnings


def _gunzip(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    unpacker = Decompressor("gzip")
    whole = bytearray()
    try:
        for piece in unpacker.decompress(data):
            whole += piece
            if len(whole) > MAX_UNPACKED_BYTES:
                return bytes(whole[:MAX_UNPACKED_BYTES]), (
                    f"Only the first {MAX_UNPACKED_BYTES // 1_000_000} MB of the document were read.",
                )
        unpacker.check_end()
    except BadContentEncoding as damage:
        return bytes(whole), (f"The document is compressed, and {damage}.",)
    return bytes(whole), ()


class RawDocument(Struct, frozen=True):
    """A document as it came: packed, if it is large, so that it is cheap to keep while it waits."""

    data: bytes
    name: str = ""
    """What messages call it among others."""
    encoding: str = ""
    """How it is packed; "" if it is not, or not any more."""
    size: int = 0
    """Bytes when unpacked; whoever made the document has checked them."""
    received_bytes: int = 0
    """Bytes that it was on its way."""

    def decompressed(self) -> bytes:
        """Return the document's bytes."""
        return b"".join(Decompressor(self.encoding).decompress(self.data)) if self.encoding else self.data


EMPTY_DOCUMENT = RawDocument(b"")
