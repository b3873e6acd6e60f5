"""The parse worker: a process of its own that turns documents into rows, so that what they do to it harms nobody else.

It reads jobs from its input and writes replies to its output, each a pickle with its length before it, until the
input ends. It has no network, no store, and bounded memory and time.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
from contextlib import suppress
from typing import BinaryIO

from msgspec import Struct

from roya_tui.refresh.parse_jobs import PageJob, ParseJob, run_job
from roya_tui.sources.compression import RawDocument

LENGTH_BYTES = 8
PIPE_BUFFER_BYTES = 1_048_576


class WorkerLimits(Struct, frozen=True):
    """What a worker may use. What is read is bounded too (`sources.bounds`); this is for what slips through."""

    seconds: float = 5
    """Of the processor, for one document; and as much again to make all its rows ready."""
    memory: int = 500_000_000
    """Bytes of address space, its program included."""
    patience: float = 60
    """Seconds by the clock until its master gives it up, on a machine that is busy with other things."""


_WARM_UP_JOB = ParseJob((RawDocument("<rss><channel><item><title>ا</title></item></channel></rss>".encode()),))
"""Read before the clock runs, so that all that reading and making ready needs is loaded."""


def send(stream: BinaryIO, message: object) -> None:
    """Write one message."""
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    stream.write(len(data).to_bytes(LENGTH_BYTES, "big") + data)
    stream.flush()


def main(limits: WorkerLimits) -> None:
    """Serve jobs until the input ends."""
    replies = _redirect_stdout()
    _limit_memory(limits.memory)
    run_job(_WARM_UP_JOB)
    gc.freeze()  # what is loaded stays: no later collection looks through it
    jobs = sys.stdin.buffer
    while length := jobs.read(LENGTH_BYTES):
        job: ParseJob | PageJob = pickle.loads(jobs.read(int.from_bytes(length, "big")))
        reply = run_job(job, lambda: _limit_time(limits.seconds))
        _limit_time(0)  # for ever
        send(replies, reply)


def _redirect_stdout() -> BinaryIO:
    """Keep the output for replies: whatever a library prints goes nowhere."""
    replies = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    _enlarge_pipe(replies)
    return replies


def _enlarge_pipe(pipe: BinaryIO) -> None:
    """Let a pipe hold a whole reply, where the system can: who is through with one need not wait until it is read."""
    with suppress(ImportError, AttributeError, OSError):  # only Linux can, and not for ever more of them
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BUFFER_BYTES)


def _limit_memory(size: int) -> None:
    if sys.platform == "win32":
        return  # there the time limit and the limits of document size have to do
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _limit_time(seconds: float) -> None:
    """Let the kernel end this process when it has used so much of the processor, even if nobody is there to see."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)


if __name__ == "__main__":
    main(WorkerLimits(float(sys.argv[1]), int(sys.argv[2])))
