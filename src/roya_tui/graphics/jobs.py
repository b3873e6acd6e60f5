"""What is asked of the worker, and how it answers: words of JSON, then bytes. Light, for both sides.

No pickle: what comes out of a process that decodes anybody's bytes is looked at as carefully as those.
"""

from __future__ import annotations

import json

import msgspec
from msgspec import Struct

LENGTH_BYTES = 4
MAX_HEADER_BYTES = 10_000
"""Bytes of JSON in one message."""


class RenderLimits(Struct, frozen=True):
    """What a worker may use."""

    seconds: float = 5
    """Of the processor, for one picture."""
    memory: int = 900_000_000
    """Bytes of address space, its program included."""
    max_pixels: int = 40_000_000
    """Of a picture, as far as it has to be decoded; a JPEG can be read at an eighth."""
    max_file_bytes: int = 64_000_000
    """Bytes of a picture's file."""
    patience: float = 20
    """Seconds by the clock until it is given up, on a machine that is busy with other things."""


class RenderJob(Struct, frozen=True):
    """One picture to be drawn within a box of pixels, never larger than it is."""

    path: str
    width: int
    height: int
    format: str = "cells"
    """Pixels for half blocks (`cells`, or `cells-256` in the colours of xterm), or a file (`png`, `jpeg`, `sixel`)."""
    background: tuple[int, int, int] = (0, 0, 0)
    """The colour behind what can be seen through."""
    max_bytes: int = 1_500_000
    """Bytes of a file that is made; a larger one is made smaller."""

    def encode(self) -> bytes:
        return msgspec.json.encode(self)

    @classmethod
    def decode(cls, data: bytes) -> RenderJob:
        return msgspec.json.decode(data, type=cls)


class RenderedPicture(Struct, frozen=True):
    """A picture, smaller or as large as it was: `data` is three bytes a pixel, or the file that was asked for."""

    width: int
    height: int
    data: bytes


class Refusal(Struct, frozen=True):
    """Why a picture cannot be drawn, in few words that may stand behind its caption."""

    reason: str


BROKEN = Refusal("its file is broken")
TOO_MUCH = Refusal("too much to draw")


def encode_reply(answer: RenderedPicture | Refusal) -> bytes:
    """Return the bytes of an answer: the length of the words, the words, the data."""
    if isinstance(answer, Refusal):
        words, data = json.dumps({"why": answer.reason}).encode(), b""
    else:
        facts = {"width": answer.width, "height": answer.height, "length": len(answer.data)}
        words, data = json.dumps(facts).encode(), answer.data
    return len(words).to_bytes(LENGTH_BYTES, "big") + words + data


def decode_reply_header(header: bytes, job: RenderJob) -> tuple[int, int, int] | Refusal:
    """Return width, height and length that a reply promises. Raises ValueError for one that is no answer to `job`."""
    facts = json.loads(header)
    if "why" in facts:
        return Refusal(str(facts["why"]))
    width, height, length = (int(facts[name]) for name in ("width", "height", "length"))
    right = 3 * width * height if job.format.startswith("cells") else min(length, job.max_bytes)
    if not (0 < width <= job.width and 0 < height <= job.height and length == right):
        raise ValueError("that is no answer")
    return width, height, length
