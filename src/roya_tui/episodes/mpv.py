"""Run mpv, and follow and control what it plays by its JSON IPC: a command or an event is a line of JSON.

See https://mpv.io/manual/stable/#json-ipc.
"""

from __future__ import annotations

import asyncio
import json
import socket
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from typing import Any

from roya_tui.processes import child_environment

MAX_LINE_BYTES = 1 << 16
"""Bytes of the longest event that is read; they have about a hundred."""
MAX_OUTPUT_BYTES = 2_000
"""Bytes of mpv's error messages that are kept."""
END_SECONDS = 2.0
"""Seconds that mpv has to end, and again after each signal."""
_LONGEST = 10_000_000.0
"""Seconds: anything longer is not a position."""

_OPTIONS = (
    "--input-terminal=no",
    "--msg-level=all=error",
    "--ytdl=no",
    "--load-unsafe-playlists=no",
    "--access-references=no",
    "--resume-playback=no",
    "--keep-open=no",
    "--idle=no",
)
"""Options before those of the user, which override them.

The first two keep mpv off the terminal. The next three keep a hostile file from naming others, on the disk or in the
network. The last three are about the user's mpv.conf: the app remembers the position, and mpv ends after the recording.
"""
_OBSERVED = ("time-pos", "duration", "pause")


class Mpv:
    """One run of mpv: iterate `changes()`, and control it meanwhile.

    It gets one end of a pair of Unix sockets, so that no other program can connect, and quits when the other is closed:
    also if this process is killed.
    """

    def __init__(self) -> None:
        self.position: float | None = None
        """Seconds; None before it plays."""
        self.duration = 0.0
        """Seconds; 0: unknown."""
        self.is_paused = False
        self.reached_end = False
        """Whether mpv read the recording to its end, or to where the connection ended."""
        self.exit_code: int | None = None
        self.output = b""
        """Its error messages once it has ended, else those of libraries."""
        self._writer: asyncio.StreamWriter | None = None

    async def changes(self, command: Sequence[str], start: float, *, has_picture: bool) -> AsyncGenerator[None, None]:
        """Run `command` from a position, and yield after each change until it has ended. Stops it when it is cancelled.

        Without `has_picture` it opens no window, even for a cover. Raises OSError or ValueError if it cannot start.
        """
        ours, theirs = socket.socketpair()
        with ours, theirs:
            program, *arguments = command
            options = [*_OPTIONS, f"--input-ipc-client=fd://{theirs.fileno()}", f"--start={start:.1f}"]
            process = await asyncio.create_subprocess_exec(
                program,
                *options,
                *(() if has_picture else ("--video=no",)),
                *arguments,
                stdin=DEVNULL,
                stdout=PIPE,
                stderr=PIPE,
                env=child_environment(),
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
            theirs.close()
            outputs = [asyncio.create_task(_read_beginning(pipe)) for pipe in (process.stdout, process.stderr)]
            try:
                reader, self._writer = await asyncio.open_connection(sock=ours, limit=MAX_LINE_BYTES)
                for number, name in enumerate(_OBSERVED, start=1):
                    self._send("observe_property", number, name)
                while line := await _read_line(reader):
                    if self._handle(line):
                        yield
            finally:
                if self._writer is not None:
                    self._writer.close()
                self.exit_code = await _end(process)
                self.output = await outputs[0] or await outputs[1]

    def toggle_pause(self) -> None:
        self._send("set_property", "pause", not self.is_paused)

    def seek(self, seconds: float) -> None:
        """Move forward, or back if `seconds` is negative."""
        self._send("seek", seconds)

    def _send(self, *command: object) -> None:
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(json.dumps({"command": command}).encode() + b"\n")

    def _handle(self, line: bytes) -> bool:
        """Read an event, and return whether it changed something; ignore whatever is not one."""
        try:
            event: Any = json.loads(line)
        except (ValueError, RecursionError):
            return False
        match event:
            case {"event": "property-change", "name": "time-pos", "data": int() | float() as seconds}:
                self.position = seconds if 0 <= seconds < _LONGEST else self.position
            case {"event": "property-change", "name": "duration", "data": int() | float() as seconds}:
                self.duration = seconds if 0 <= seconds < _LONGEST else self.duration
            case {"event": "property-change", "name": "pause", "data": bool() as is_paused}:
                self.is_paused = is_paused
            case {"event": "end-file", "reason": "eof"}:
                self.reached_end = True
            case _:
                return False
        return True


async def _read_line(reader: asyncio.StreamReader) -> bytes:
    """Return the next line, a blank one for one that is too long, b"" at the end."""
    try:
        return await reader.readline()
    except ValueError:
        return b"\n"
    except OSError:
        return b""


async def _read_beginning(pipe: asyncio.StreamReader | None) -> bytes:
    """Read a pipe to its end, and keep its beginning."""
    kept = b""
    while part := await pipe.read(MAX_LINE_BYTES) if pipe else b"":
        kept += part[: MAX_OUTPUT_BYTES - len(kept)]
    return kept


async def _end(process: Process) -> int:
    """Wait for the end, which closing the socket brings about; else stop the process, at once if this is cancelled."""
    for stop in (process.terminate, process.kill):
        try:
            return await asyncio.wait_for(process.wait(), END_SECONDS)
        except (TimeoutError, asyncio.CancelledError) as error:
            with suppress(ProcessLookupError):
                stop()
            if isinstance(error, asyncio.CancelledError):
                raise
    return await process.wait()
