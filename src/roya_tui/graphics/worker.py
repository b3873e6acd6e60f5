"""The picture worker: a process with limited memory and time that decodes pictures.

It reads jobs from standard input and writes replies to standard output until the input ends (see `jobs`).
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import BinaryIO

from roya_tui.graphics.jobs import (
    BROKEN,
    LENGTH_BYTES,
    TOO_MUCH,
    Refusal,
    RenderedPicture,
    RenderJob,
    RenderLimits,
    encode_reply,
)

NICE = 10
"""Keys are more urgent than pictures."""


def main(limits: RenderLimits) -> None:
    """Serve jobs until the input ends."""
    replies = _redirect_output()
    if hasattr(os, "nice"):
        os.nice(NICE)
    from roya_tui.graphics import pillow  # imports Pillow, before the limits apply

    _limit_resources(limits)
    jobs = sys.stdin.buffer
    while length := jobs.read(LENGTH_BYTES):
        job = RenderJob.decode(jobs.read(int.from_bytes(length, "big")))
        _limit_time(limits.seconds)
        reply = _run_job(job, limits, pillow.render)
        _limit_time(0)  # no limit
        replies.write(encode_reply(reply))
        replies.flush()


def _run_job(
    job: RenderJob, limits: RenderLimits, render: Callable[[RenderJob, RenderLimits], RenderedPicture | Refusal]
) -> RenderedPicture | Refusal:
    try:
        return render(job, limits)
    except MemoryError:
        return TOO_MUCH
    except Exception:  # noqa: BLE001
        return BROKEN  # decoders raise many exception types for broken files


def _redirect_output() -> BinaryIO:
    """Return standard output for replies, and discard what libraries print."""
    replies = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    os.close(null)
    return replies


def _limit_resources(limits: RenderLimits) -> None:
    if sys.platform == "win32":
        return  # Windows has only the wall-clock limit
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time(seconds: float) -> None:
    """Make the kernel end this process after `seconds` of processor time."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)


if __name__ == "__main__":
    main(RenderLimits(float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
