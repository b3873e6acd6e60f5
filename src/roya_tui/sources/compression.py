"""Decompress responses chunk by chunk, so that callers can stop a decompression bomb."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from roya_tui.deflate import load_zlib
from roya_tui.translation import gettext

MAX_UNPACKED_BYTES = 50_000_000
"""Bytes that a gzip document without a Content-Encoding header may decompress to."""
MAX_KEPT_UNPACKED_BYTES = 1_000_000
"""Bytes up to which a document is kept decompressed."""
_MAX_LEVELS = 3
"""Times that a document may be compressed over and over."""
_CHUNK_BYTES = 256 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_OR_ZLIB = 47
_RAW = -15


class BadContentEncoding(Exception):
    """The bytes do not match Content-Encoding: "unsupported", "truncated" or "damaged"."""


class Decompressor:
    """Undoes a Content-Encoding (RFC 9110 §8.4.1): gzip, deflate with or without zlib header, or none.

    Raises BadContentEncoding.
    """

    def __init__(self, encoding: str) -> None:
        name = encoding.strip().lower()
        if name not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise BadContentEncoding("unsupported")
        self._zlib_module = load_zlib()
        self._zlib = None if name in ("", "identity") else self._zlib_module.decompressobj(_GZIP_OR_ZLIB)
        self._may_be_raw = name == "deflate"
        self._may_be_plain = name.endswith("gzip")

    def decompress(self, data: bytes) -> Iterator[bytes]:
        """Decompress `data` into chunks of at most 256 KiB."""
        if self._may_be_plain and data:
            # Some servers declare gzip and do not compress.
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
                self._zlib = self._zlib_module.decompressobj(_GZIP_OR_ZLIB)
            chunk = self._decompress_chunk(self._zlib, data)
            data = self._zlib.unused_data if self._zlib.eof else self._zlib.unconsumed_tail
            full = len(chunk) == _CHUNK_BYTES  # then zlib may hold more output
            if chunk:
                yield chunk

    def check_end(self) -> None:
        """Raise BadContentEncoding if the stream is truncated."""
        if self._zlib is not None and not self._zlib.eof:
            raise BadContentEncoding("truncated")

    def _decompress_chunk(self, stream: Any, data: bytes) -> bytes:
        try:
            chunk: bytes = stream.decompress(data, _CHUNK_BYTES)
        except self._zlib_module.error:
            if not self._may_be_raw:
                raise BadContentEncoding("damaged") from None
            # Some servers send "deflate" without the zlib header.
            self._may_be_raw = False
            self._zlib = self._zlib_module.decompressobj(_RAW)
            return self._decompress_chunk(self._zlib, data)
        self._may_be_raw = False
        return chunk


def gunzip_if_needed(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Decompress a document that starts with gzip's magic number. Returns it with warnings."""
    warnings: tuple[str, ...] = ()
    for _ in range(_MAX_LEVELS):
        if not data.startswith(_GZIP_MAGIC) or warnings:
            break
        data, warnings = _gunzip(data)
    return data, warnings


def _gunzip(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    decompressor = Decompressor("gzip")
    document = bytearray()
    try:
        for chunk in decompressor.decompress(data):
            document += chunk
            if len(document) > MAX_UNPACKED_BYTES:
                size = MAX_UNPACKED_BYTES // 1_000_000
                warning = gettext("Only the first {size} MB of the document were read.", size=size)
                return bytes(document[:MAX_UNPACKED_BYTES]), (warning,)
        decompressor.check_end()
    except BadContentEncoding as error:
        is_cut = str(error) == "truncated"
        cut, damaged = gettext("The compressed document ends early."), gettext("The compressed document is damaged.")
        return bytes(document), (cut if is_cut else damaged,)
    return bytes(document), ()


class RawDocument(Struct, frozen=True):
    """A fetched document; large ones stay compressed until they are parsed."""

    data: bytes
    name: str = ""
    """The file name, for messages about files of a folder."""
    encoding: str = ""
    """Content-Encoding of `data`, "" if it is not compressed."""
    size: int = 0
    """Decompressed bytes; the caller has checked the limit."""
    received_bytes: int = 0
    """Bytes on the wire."""

    def decompressed(self) -> bytes:
        """Return the decompressed bytes."""
        return b"".join(Decompressor(self.encoding).decompress(self.data)) if self.encoding else self.data


EMPTY_DOCUMENT = RawDocument(b"")
