"""The process that decodes pictures, so that what they do to it harms nobody else.

It reads jobs from its input and writes answers to its output until the input ends (see `asking`). It has bounded
memory and time, may write no file, and knows five formats.
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
"""A person waits for keys more than for pictures."""


def main(limits: RenderLimits) -> None:
    """Serve jobs until the input ends."""
    replies = _redirect_output()
    if hasattr(os, "nice"):
        os.nice(NICE)
    from roya_tui.graphics import pillow  # with Pillow, before memory is bounded and the clock runs

    _limit_resources(limits)
    jobs = sys.stdin.buffer
    while length := jobs.read(LENGTH_BYTES):
        job = RenderJob.decode(jobs.read(int.from_bytes(length, "big")))
        _limit_time(limits.seconds)
        answer = _run_job(job, limits, pillow.render)
        _limit_time(0)  # for ever
        replies.write(encode_reply(answer))
        replies.flush()


def _run_job(
    job: RenderJob, limits: RenderLimits, render: Callable[[RenderJob, RenderLimits], RenderedPicture | Refusal]
) -> RenderedPicture | Refusal:
    try:
        return render(job, limits)
    except MemoryError:
        return TOO_MUCH
    except Exception:  # noqa: BLE001
        # Decoders raise whatever they like over broken bytes; whoever looks at the picture is told that it is broken.
        return BROKEN


def _redirect_output() -> BinaryIO:
    """Keep the output for replies: whatever a library prints goes nowhere."""
    replies = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    return replies


def _limit_resources(limits: RenderLimits) -> None:
    if sys.platform == "win32":
        return  # there the clock and the bounds of size have to do
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time(seconds: float) -> None:
    """Let the kernel end this process when it has used so much of the processor."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)


if __name__ == "__main__":
    main(RenderLimits(float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
