"""Jobs and replies of the picture worker: JSON, and pixels or a file after it.

Not pickles: a worker that a picture took over could run code in the process that unpickles its replies.
"""

from __future__ import annotations

import json

import msgspec
from msgspec import Struct

LENGTH_BYTES = 4
MAX_HEADER_BYTES = 10_000
"""Bytes of JSON in a reply."""


class RenderLimits(Struct, frozen=True):
    """Limits of a worker."""

    seconds: float = 5
    """Processor time for each picture."""
    memory: int = 900_000_000
    """Bytes of address space."""
    max_pixels: int = 40_000_000
    """Pixels to decode, for a JPEG after its reduction to as little as an eighth."""
    max_file_bytes: int = 64_000_000
    """Bytes of a picture file."""
    patience: float = 20
    """Wall-clock seconds for each picture, long enough for a busy machine."""


class RenderJob(Struct, frozen=True):
    """A picture to shrink into a box of pixels; it is never enlarged."""

    path: str
    width: int
    height: int
    format: str = "cells"
    """`cells` or `cells-256` (xterm colors) for pixels, `png`, `jpeg` or `sixel` for a file."""
    background: tuple[int, int, int] = (0, 0, 0)
    """The color behind transparent pixels."""
    max_bytes: int = 1_500_000
    """Bytes of the resulting file; the picture is shrunk until it fits."""

    def encode(self) -> bytes:
        return msgspec.json.encode(self)

    @classmethod
    def decode(cls, data: bytes) -> RenderJob:
        return msgspec.json.decode(data, type=cls)


class RenderedPicture(Struct, frozen=True):
    """A rendered picture: `data` is three bytes a pixel (RGB), or the requested file."""

    width: int
    height: int
    data: bytes


class Refusal(Struct, frozen=True):
    """Why a picture cannot be drawn, in a few words to show after its caption."""

    reason: str


BROKEN = Refusal("its file is broken")
TOO_MUCH = Refusal("too much to draw")


def encode_reply(reply: RenderedPicture | Refusal) -> bytes:
    """Return the bytes of a reply: length of the header, header, data."""
    if isinstance(reply, Refusal):
        header, data = msgspec.json.encode({"why": reply.reason}), b""
    else:
        fields = {"width": reply.width, "height": reply.height, "length": len(reply.data)}
        header, data = msgspec.json.encode(fields), reply.data
    return len(header).to_bytes(LENGTH_BYTES, "big") + header + data


def decode_reply_header(header: bytes, job: RenderJob) -> tuple[int, int, int] | Refusal:
    """Return width, height and length of a reply. Raises ValueError if they do not fit `job`."""
    fields = json.loads(header)
    if "why" in fields:
        return Refusal(str(fields["why"]))
    width, height, length = (int(fields[name]) for name in ("width", "height", "length"))
    expected = 3 * width * height if job.format.startswith("cells") else min(length, job.max_bytes)
    if not (0 < width <= job.width and 0 < height <= job.height and length == expected):
        raise ValueError("reply does not fit the job")
    return width, height, length
