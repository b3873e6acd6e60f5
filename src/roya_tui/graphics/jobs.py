"""Jobs and replies of the picture worker, as MessagePack.

Not pickles: a malicious picture that runs code in a worker must not run code in the process that reads its replies.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from roya_tui.sandbox.worker import Limits
from roya_tui.translation import gettext_noop


class RenderLimits(Limits, frozen=True, kw_only=True):
    """Limits of the picture worker, which has a low priority: keys are more urgent."""

    memory: int = 900_000_000
    timeout: float = 20
    niceness: int = 10
    max_pixels: int = 40_000_000
    """Pixels to decode, for a JPEG after its reduction to as little as an eighth."""
    max_file_bytes: int = 64_000_000


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


class RenderedPicture(Struct, frozen=True, tag=True):
    """A rendered picture: `data` is three bytes a pixel (RGB), or the requested file."""

    width: int
    height: int
    data: bytes


class Refusal(Struct, frozen=True, tag=True):
    """Why a picture cannot be drawn, in a few words to show after its caption."""

    reason: str


BROKEN = gettext_noop("file damaged")
TOO_MUCH = gettext_noop("too large to draw")


def decode_reply(data: bytes, job: RenderJob) -> RenderedPicture | Refusal:
    """Return the reply to `job`. Raises ValueError if it does not fit, MsgspecError if it is malformed."""
    reply: RenderedPicture | Refusal = msgspec.msgpack.decode(data, type=RenderedPicture | Refusal)
    if isinstance(reply, RenderedPicture):
        size = len(reply.data)
        expected = 3 * reply.width * reply.height if job.format.startswith("cells") else min(size, job.max_bytes)
        if not (0 < reply.width <= job.width and 0 < reply.height <= job.height and size == expected):
            raise ValueError("reply does not fit the job")
    return reply
