"""What is asked of the worker, and how it answers: words of JSON, then bytes. Light, for both sides.

No pickle: what comes out of a process that decodes anybody's bytes is looked at as carefully as those.
"""

from __future__ import annotations

import json

import msgspec
from msgspec import Struct

LENGTH_BYTES = 4
MOST_WORDS = 10_000
"""Bytes of JSON in one message."""


class Limits(Struct, frozen=True):
    """What a worker may use."""

    seconds: float = 5
    """Of the processor, for one picture."""
    memory: int = 900_000_000
    """Bytes of address space, its program included."""
    pixels: int = 40_000_000
    """Of a picture, as far as it has to be decoded; a JPEG can be read at an eighth."""
    file: int = 64_000_000
    """Bytes of a picture's file."""
    patience: float = 20
    """Seconds by the clock until it is given up, on a machine that is busy with other things."""


class Job(Struct, frozen=True):
    """One picture to be drawn within a box of pixels, never larger than it is."""

    path: str
    width: int
    height: int
    form: str = "cells"
    """Pixels for half blocks (`cells`, or `cells-256` in the colours of xterm), or a file (`png`, `jpeg`, `sixel`)."""
    paper: tuple[int, int, int] = (0, 0, 0)
    """The colour behind what can be seen through."""
    most: int = 1_500_000
    """Bytes of a file that is made; a larger one is made smaller."""

    def words(self) -> bytes:
        return msgspec.json.encode(self)

    @classmethod
    def read(cls, words: bytes) -> Job:
        return msgspec.json.decode(words, type=cls)


class Drawn(Struct, frozen=True):
    """A picture, smaller or as large as it was: `data` is three bytes a pixel, or the file that was asked for."""

    width: int
    height: int
    data: bytes


class Refused(Struct, frozen=True):
    """Why a picture cannot be drawn, in few words that may stand behind its caption."""

    why: str


BROKEN = Refused("its file is broken")
TOO_MUCH = Refused("too much to draw")


def reply(answer: Drawn | Refused) -> bytes:
    """Return the bytes of an answer: the length of the words, the words, the data."""
    if isinstance(answer, Refused):
        words, data = json.dumps({"why": answer.why}).encode(), b""
    else:
        facts = {"width": answer.width, "height": answer.height, "length": len(answer.data)}
        words, data = json.dumps(facts).encode(), answer.data
    return len(words).to_bytes(LENGTH_BYTES, "big") + words + data


def promised(words: bytes, job: Job) -> tuple[int, int, int] | Refused:
    """Return width, height and length that a reply promises. Raises ValueError for one that is no answer to `job`."""
    facts = json.loads(words)
    if "why" in facts:
        return Refused(str(facts["why"]))
    width, height, length = (int(facts[name]) for name in ("width", "height", "length"))
    right = 3 * width * height if job.form.startswith("cells") else min(length, job.most)
    if not (0 < width <= job.width and 0 < height <= job.height and length == right):
        raise ValueError("that is no answer")
    return width, height, length
