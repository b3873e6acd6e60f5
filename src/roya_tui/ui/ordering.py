"""Keeping the terminal from putting lines in order that are in order already."""

from __future__ import annotations

from typing import Any

from textual.driver import Driver

from roya_tui.layout.bidi.controls import EXPLICIT_MODE, IMPLICIT_MODE

_ERASE = "\x1b[2J"
"""Lines that are erased take the mode that is on."""


def leaving_order(driver: type[Driver]) -> type[Driver]:
    """Return a driver that does as `driver`, on a terminal that orders nothing for as long as the reader has it."""

    class Leaving(driver):  # type: ignore[misc, valid-type]
        def start_application_mode(self) -> None:
            super().start_application_mode()
            self._tell(EXPLICIT_MODE + _ERASE)

        def stop_application_mode(self) -> None:
            super().stop_application_mode()
            self._tell(IMPLICIT_MODE)

        def _tell(self, sequence: str) -> None:
            writer: Any = getattr(self, "_writer_thread", None)
            if writer is not None and writer.is_alive():  # one that was sent to the background has not started yet
                self.write(sequence)
                self.flush()

    return Leaving
