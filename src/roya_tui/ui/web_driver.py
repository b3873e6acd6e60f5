"""Additions to Textual's driver for web pages, whose terminal is a pair of pipes to the server (`roya-tui serve`)."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from textual.driver import Driver
from textual.drivers.web_driver import WebDriver
from textual.events import AppFocus


def make_web_driver(on_close: Callable[[], None]) -> type[Driver]:
    """Return a driver that calls `on_close` when the page or the server ends, where Textual would lose what to store.

    It never writes to the terminal of the server.
    """

    class PageDriver(WebDriver):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.started_at = 0.0
            self._write: Any = self._write_all

        def start_application_mode(self) -> None:
            self.started_at = time.monotonic()
            super().start_application_mode()
            # Textual takes the focus away until the page has it, which may have been before.
            self._app.call_later(self._app.post_message, AppFocus())
            if sys.platform != "win32":  # in place of Textual's handlers
                for number in (signal.SIGINT, signal.SIGTERM):
                    asyncio.get_running_loop().add_signal_handler(number, on_close)

        def write(self, data: str) -> None:
            super().write(data.encode("utf-8", "replace").decode())

        def _write_all(self, data: bytes) -> None:
            try:
                while data:
                    data = data[os.write(self.fileno, data) :]
            except OSError:  # the server has ended
                on_close()

        def run_input_thread(self) -> None:
            super().run_input_thread()
            on_close()

        def _draw_again(self) -> None:
            """Draw everything on the empty terminal of a page that was loaded again."""
            self.write("\x1b[?1049h\x1b[?25l")
            self._enable_mouse_support()
            self._enable_bracketed_paste()
            self._app.refresh(layout=True)

        def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
            if packet_type == "quit":
                on_close()
            elif packet_type == "redraw":
                self._loop.call_soon_threadsafe(self._draw_again)
            else:
                super().on_meta(packet_type, payload)

    return PageDriver
