"""Runs `roya-tui` commands in child processes, such as a refresh; they print JSON lines."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from roya_tui.processes import child_environment
from roya_tui.store.user_data import journal

MAX_LINE_BYTES = 1 << 20
"""Bytes of the longest line that is read; an event has a few hundred."""

_PIPE_BYTES = 1 << 20
"""Bytes of events that a process can print while the app does not read them: about 5,000."""

AnyProcess = asyncio.subprocess.Process | subprocess.Popen[bytes]
_running: set[AnyProcess] = set()


@contextmanager
def stopped_with_app(process: AnyProcess) -> Iterator[None]:
    """Let `stop_all` stop a process while the block runs."""
    _running.add(process)
    try:
        yield
    finally:
        _running.discard(process)


def _enlarge_pipe(process: asyncio.subprocess.Process) -> None:
    """Enlarge the pipe for events while the app is suspended: a full one blocks the process, so requests time out."""
    if sys.platform == "linux":
        import fcntl

        pipe: Any = process._transport.get_pipe_transport(1)  # type: ignore[attr-defined]
        with suppress(OSError, ValueError):  # the user has too many, or the process has ended
            fcntl.fcntl(pipe.get_extra_info("pipe"), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def stop_all() -> None:
    """Send SIGTERM to all processes that must not outlive the app; callable from any thread or signal handler."""
    for process in tuple(_running):
        with suppress(ProcessLookupError):
            process.terminate()


class ChildProcess:
    """One run of `program args…`: iterate `events()`, `send()` answers, or `stop()` it."""

    def __init__(self, program: Sequence[str], *args: str, accepts_input: bool = False) -> None:
        """With `accepts_input` the process reads messages from its standard input."""
        self._command = [*program, *args]
        self._accepts_input = accepts_input
        self._unsent = b""
        self._process: asyncio.subprocess.Process | None = None
        self.error_text = ""
        """The process's standard error after it ended, or why it could not start."""

    async def events(self) -> AsyncIterator[dict[str, Any]]:
        """Yield each JSON object that the process prints; stops the process when it is cancelled."""
        try:
            self._process = process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=PIPE if self._accepts_input else DEVNULL,
                stdout=PIPE,
                stderr=PIPE,
                env={**child_environment(), journal.SESSION_VARIABLE: str(journal.SESSION_ID)},
                limit=MAX_LINE_BYTES,
                process_group=0,
            )
        except OSError as error:  # for example an argument that is too long
            self.error_text = error.strerror or str(error)
            return
        assert process.stdout is not None
        assert process.stderr is not None
        _enlarge_pipe(process)
        self._flush()
        with stopped_with_app(process):
            errors = asyncio.create_task(process.stderr.read())
            try:
                async for line in process.stdout:
                    try:
                        event = json.loads(line)
                    except ValueError:
                        continue  # printed by a library, not an event
                    if isinstance(event, dict):
                        yield event
                await process.wait()
            finally:
                self.stop()
                self.error_text = (await errors).decode("utf-8", "replace").strip()
                await process.wait()

    def send(self, message: Mapping[str, Any]) -> None:
        """Write one JSON object to the process; messages sent before it starts are queued."""
        self.send_line(json.dumps(message))

    def send_line(self, text: str) -> None:
        """Write a line to the process, as `send` does."""
        self._unsent += os.fsencode(text) + b"\n"
        self._flush()

    def _flush(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.write(self._unsent)
            self._unsent = b""

    def send_last(self, message: Mapping[str, Any]) -> None:
        """Write one JSON object to the process, then close its standard input."""
        self.send(message)
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    @property
    def exit_code(self) -> int | None:
        return self._process.returncode if self._process else None

    async def stop_and_wait(self) -> None:
        """Stop the process and wait for its end."""
        self.stop()
        if self._process is not None:
            await self._process.wait()

    def stop(self) -> None:
        """Send SIGTERM to the process, which leaves the database consistent."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
