"""The parent's side of a sandbox: start a worker, send it jobs, and kill it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from roya_tui.processes import child_environment, python_command
from roya_tui.sandbox.worker import LENGTH_BYTES, Limits

WORKER_ERRORS = (TimeoutError, asyncio.IncompleteReadError, ConnectionError)
"""Raised for a job that ended its worker, or took longer than `Limits.timeout`."""


_ATTEMPTS = 2
"""Attempts to change the niceness of a session."""


class MalformedReply(Exception):
    """A worker sent something that is not a reply."""


class WorkerProcess:
    """A worker. Kill it if a job fails or is cancelled, because its reply would answer the next job."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._jobs = process.stdin
        self._replies = process.stdout

    @classmethod
    async def start(cls, module: str, limits: Limits, environment: Mapping[str, str] | None = None) -> WorkerProcess:
        """Run `module`, which gets `limits` as a JSON argument. Raises OSError."""
        process = await asyncio.create_subprocess_exec(
            *python_command("-m", module, msgspec.json.encode(limits).decode()),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # ^C reaches only the parent, which ends its workers
            limit=1_000_000,
            env={**child_environment(), **(environment or {})},
        )
        if sys.platform != "win32" and limits.niceness:
            with suppress(ProcessLookupError):  # it has ended already, which the first job reports
                os.setpriority(os.PRIO_PROCESS, process.pid, limits.niceness)
        await _share_by_niceness(process.pid)
        return cls(process)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """None while the process runs."""
        return self._process.returncode

    async def send(self, job: bytes) -> None:
        self._jobs.write(len(job).to_bytes(LENGTH_BYTES, "big"))
        self._jobs.write(job)
        await self._jobs.drain()

    async def receive(self, max_bytes: int) -> bytes:
        """Return the reply to the first pending job. Raises MalformedReply if it is larger."""
        length = int.from_bytes(await self._replies.readexactly(LENGTH_BYTES), "big")
        if length > max_bytes:
            raise MalformedReply(f"reply of {length} bytes")
        return await self._replies.readexactly(length)

    async def kill(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()


async def _share_by_niceness(pid: int) -> None:
    """Give the session of a process its niceness: Linux shares the processors between sessions first (sched(7))."""
    if sys.platform != "linux":
        return
    with suppress(OSError):  # a system without autogroups, or the process has ended
        niceness = str(os.getpriority(os.PRIO_PROCESS, pid))
        for _ in range(_ATTEMPTS):
            try:
                Path(f"/proc/{pid}/autogroup").write_text(niceness, "ascii")
            except BlockingIOError:  # Linux lets users change one session in 0.1 s
                await asyncio.sleep(0.11)
            else:
                return
