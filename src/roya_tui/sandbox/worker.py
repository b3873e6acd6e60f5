"""The worker's side of a sandbox: apply the limits and serve jobs."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO, TypeVar

from msgspec import Struct

from roya_tui import translation

J = TypeVar("J")

LENGTH_BYTES = 8
"""Bytes of the length before each job and reply, big-endian."""
PIPE_BUFFER_BYTES = 1_048_576


class Limits(Struct, frozen=True, kw_only=True):
    """What a worker may use. Windows has only `timeout`, macOS no `memory`."""

    cpu_seconds: float = 5
    """Processor time for each job, or each part of a job."""
    memory: int = 500_000_000
    """Bytes of address space."""
    timeout: float = 60
    """Wall-clock seconds for each pending job, measured by the parent; long enough for a busy machine."""
    niceness: int = 0


def serve(
    decode: Callable[[bytes], J],
    handle: Callable[[J, Callable[[], None]], bytes],
    limits: Limits,
    *,
    warm_up: Callable[[], object] = lambda: None,
) -> None:
    """Reply to each job with the result of `handle`, until the input ends.

    `handle` also receives a function that restarts its processor time. `warm_up` loads modules before the limits apply.
    """
    replies = _redirect_output()
    translation.use_environment()
    warm_up()
    _limit_resources(limits)
    gc.freeze()  # later collections skip everything loaded so far
    jobs = sys.stdin.buffer
    while length := jobs.read(LENGTH_BYTES):
        job = decode(jobs.read(int.from_bytes(length, "big")))
        _limit_cpu(limits.cpu_seconds)
        reply = handle(job, lambda: _limit_cpu(limits.cpu_seconds))
        _limit_cpu(0)  # no limit
        replies.write(len(reply).to_bytes(LENGTH_BYTES, "big") + reply)
        replies.flush()


def _redirect_output() -> BinaryIO:
    """Return standard output for replies, and discard what libraries print."""
    replies = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    os.close(null)
    if sys.platform == "linux":
        import fcntl

        with suppress(OSError):  # limited per user
            fcntl.fcntl(replies, fcntl.F_SETPIPE_SZ, PIPE_BUFFER_BYTES)  # the next job need not wait for the parent
    return replies


def _limit_resources(limits: Limits) -> None:
    if sys.platform == "win32":
        return
    import resource

    if sys.platform != "darwin":  # where it is an error: a process maps more at its start
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_cpu(seconds: float) -> None:
    """Make the kernel end this process after `seconds` of processor time."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)
