"""An app process with Textual's web driver: its terminal is a pair of pipes.

Both directions carry packets: a letter (D: data of the terminal, M: an order as JSON), the length in four bytes, and
the content (textual.drivers.web_driver).
"""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from roya_tui.processes import child_environment
from roya_tui.text import one_line

_READY = b"__GANGLION__\n"
"""The line that the driver writes before the first packet."""
_STOP_SECONDS = 5.0
"""Seconds that the app has to store its place and end."""
_MAX_ERROR_BYTES = 4_000
_TERMINAL_VARIABLES = ("TMUX", "STY", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "KITTY_WINDOW_ID", "KITTY_PID", "LINES",
                       "KONSOLE_VERSION", "WT_SESSION", "NO_COLOR", "TEXTUAL", "TEXTUAL_LOG")  # fmt: skip
"""Variables about the terminal of the server, or that make the app write to its folder."""


class AppProcess:
    """One running app. `draw` gets what it writes to its terminal, `obey` its orders to the page."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        draw: Callable[[bytes], Awaitable[None]],
        obey: Callable[[Mapping[str, Any]], Awaitable[None]],
    ) -> None:
        self._process = process
        self._draw = draw
        self._obey = obey
        self._stderr = asyncio.create_task(self._read_errors())

    @classmethod
    async def start(
        cls,
        program: Sequence[str],
        size: tuple[int, int],
        draw: Callable[[bytes], Awaitable[None]],
        obey: Callable[[Mapping[str, Any]], Awaitable[None]],
    ) -> AppProcess:
        """Start `program` with a terminal of `size` (columns, lines). Raises OSError."""
        process = await asyncio.create_subprocess_exec(
            *program, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=_environment(*size), start_new_session=True
        )
        return cls(process, draw, obey)

    async def run(self) -> str:
        """Forward its packets until it ends; return the last line of its errors."""
        output = self._process.stdout
        assert output is not None
        with suppress(asyncio.IncompleteReadError, ValueError):  # it has ended
            while await output.readline() not in (_READY, b""):
                pass
            while True:
                kind, size = await output.readexactly(1), await output.readexactly(4)
                content = await output.readexactly(int.from_bytes(size, "big"))
                if kind == b"D":
                    await self._draw(content)
                elif kind == b"M":
                    await self._obey(json.loads(content))
        await self.stop()
        done, _ = await asyncio.wait([self._stderr], timeout=_STOP_SECONDS)
        return self._stderr.result() if done else ""  # a program that it started may still have the pipe

    async def _read_errors(self) -> str:
        stream, text = self._process.stderr, b""
        assert stream is not None
        while block := await stream.read(_MAX_ERROR_BYTES):
            text = (text + block)[-_MAX_ERROR_BYTES:]
        lines = text.decode("utf-8", "replace").strip().splitlines()
        return one_line(lines[-1]) if lines else ""

    async def type(self, text: str) -> None:
        """Send what a terminal would send: keys, mouse, paste."""
        await self._send(b"D", text.encode("utf-8", "replace"))

    async def order(self, kind: str, **facts: int) -> None:
        """Send an order to the driver: "resize" with width and height, "focus", "blur", "redraw" or "quit"."""
        await self._send(b"M", json.dumps({"type": kind, **facts}).encode())

    async def _send(self, kind: bytes, content: bytes) -> None:
        stream = self._process.stdin
        assert stream is not None
        with suppress(ConnectionError, RuntimeError):  # it has ended
            stream.write(kind + len(content).to_bytes(4, "big") + content)
            await stream.drain()

    async def stop(self) -> None:
        """Let the app store its place and end; kill it after some seconds."""
        if self._process.returncode is not None:
            return
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await self.order("quit")
                await self._process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()


def _environment(columns: int, lines: int) -> dict[str, str]:
    environment = {name: value for name, value in child_environment().items() if name not in _TERMINAL_VARIABLES}
    return {
        **environment,
        "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver",
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "COLUMNS": str(columns),
        "ROWS": str(lines),
    }
