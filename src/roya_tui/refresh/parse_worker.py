"""The parse worker: a process with limited memory and time that turns documents into rows.

It reads jobs from standard input and writes replies to standard output until the input ends. Each is a pickle after its
length. It uses neither network nor database, so a document that crashes it harms nothing else.
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
    """Limits of a worker, for documents that pass the limits of the parsers."""

    seconds: float = 5
    """Processor time for each document, and again to prepare its rows."""
    memory: int = 500_000_000
    """Bytes of address space."""
    patience: float = 60
    """Wall-clock seconds for each pending job, long enough for a busy machine."""


_WARM_UP_JOB = ParseJob((RawDocument("<rss><channel><item><title>ا</title></item></channel></rss>".encode()),))
"""Run before the time limit, so that all modules are loaded."""


def send(stream: BinaryIO, message: object) -> None:
    """Write a message."""
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    stream.write(len(data).to_bytes(LENGTH_BYTES, "big") + data)
    stream.flush()


def main(limits: WorkerLimits) -> None:
    """Serve jobs until the input ends."""
    replies = _redirect_stdout()
    _limit_memory(limits.memory)
    run_job(_WARM_UP_JOB)
    gc.freeze()  # later collections skip everything loaded so far
    jobs = sys.stdin.buffer
    while length := jobs.read(LENGTH_BYTES):
        job: ParseJob | PageJob = pickle.loads(jobs.read(int.from_bytes(length, "big")))
        reply = run_job(job, lambda: _limit_time(limits.seconds))
        _limit_time(0)  # no limit
        send(replies, reply)


def _redirect_stdout() -> BinaryIO:
    """Return standard output for replies, and discard what libraries print."""
    replies = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.close(null)
    _enlarge_pipe(replies)
    return replies


def _enlarge_pipe(pipe: BinaryIO) -> None:
    """Enlarge the pipe, so that the next job can start before the reply is read."""
    with suppress(ImportError, AttributeError, OSError):  # Linux only, and limited per user
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BUFFER_BYTES)


def _limit_memory(size: int) -> None:
    if sys.platform == "win32":
        return  # Windows has only the wall-clock limit
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _limit_time(seconds: float) -> None:
    """Make the kernel end this process after `seconds` of processor time."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)


if __name__ == "__main__":
    main(WorkerLimits(float(sys.argv[1]), int(sys.argv[2])))
