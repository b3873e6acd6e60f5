"""What Textual's driver does not do: odd input, a key right after esc, a closed terminal, an end in bounded time."""

from __future__ import annotations

import errno
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from textual.driver import Driver

from roya_tui.layout.bidi.controls import EXPLICIT_MODE, IMPLICIT_MODE

_INTRODUCERS = "[O]P_X^"
"""What stands behind ESC where a longer sequence begins (ECMA-48, 5.3; xterm)."""

_ALT_EDITING_KEYS = {"f": "alt+f", "b": "alt+b", "\x7f": "alt+backspace"}
"""Keys with alt that do something in a line to type into."""
_REMAPPED_WITH_ALT = "0123456789-=§"
"""Of these with alt Textual makes the signs that a Mac would write."""


CLEANUP_SECONDS = 1.0
"""Part of the time to exit that is left for the last clean-up."""
_CLOSED_ERRORS = (errno.EIO, errno.ENXIO)
"""Errors of a terminal that was closed."""


def patch_decoder() -> None:
    """Let Textual read such a byte as a character it does not know; by itself it ends the program.

    At the end of the file raise EOFError: by itself Textual would read again and again, and keep a core busy.

    Its input thread makes its decoder where no option reaches, so the maker that it imported is replaced.
    """
    if sys.platform == "win32":
        return
    from encodings import utf_8

    from textual.drivers import linux_driver

    class Decoder(utf_8.IncrementalDecoder):
        def __init__(self) -> None:
            super().__init__(errors="replace")

        def decode(self, data: Any, final: bool = False) -> str:
            if not data and not final:
                raise EOFError
            return super().decode(data, final)

    linux_driver.getincrementaldecoder = lambda encoding: Decoder  # type: ignore[assignment, attr-defined]


def make_reporting_driver(driver: type[Driver], on_close: Callable[[], None]) -> type[Driver]:
    """Return a driver that calls `on_close` from its threads when the terminal is closed, and then does no more I/O.

    Its input thread would read the end of the file for ever. Its output thread would end with a traceback, and the
    screen would wait for room in its queue.
    """
    if sys.platform == "win32":
        return driver
    from textual.drivers._writer_thread import WriterThread

    class ReportingDriver(driver):  # type: ignore[misc, valid-type]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._file: Any = _Output(sys.__stderr__, on_close)

        def run_input_thread(self) -> None:
            with _reporting_close(on_close):
                super().run_input_thread()

        def give_back(self) -> None:
            """Restore the terminal, from a thread, while the main thread and the output thread may be stuck."""
            self._writer_thread = WriterThread(self._file)
            self._writer_thread.start()
            self._disable_mouse_support()
            self.stop_application_mode()
            self.close()

    return ReportingDriver


class _Output:
    """The file that Textual's output thread writes to; drops what is written after the terminal was closed."""

    def __init__(self, file: Any, on_close: Callable[[], None]) -> None:
        self._file = file
        self._on_close = on_close
        self._is_open = True
        self.fileno = file.fileno

    def write(self, text: str) -> None:
        self._run(lambda: self._file.write(text))

    def flush(self) -> None:
        self._run(self._file.flush)

    def _run(self, action: Callable[[], object]) -> None:
        if self._is_open:
            with _reporting_close(self._close):
                action()

    def _close(self) -> None:
        self._is_open = False
        self._on_close()


@contextmanager
def _reporting_close(on_close: Callable[[], None]) -> Iterator[None]:
    try:
        yield
    except EOFError:
        on_close()
    except OSError as error:
        if error.errno not in _CLOSED_ERRORS:
            raise
        on_close()


def exit_within(seconds: float, code: int, clean_up: Callable[[], None]) -> None:
    """End the process after `seconds`, whatever its threads do then, and call `clean_up` shortly before.

    The clean-up runs in a thread of its own, since a terminal that takes no output would block it. A process that
    ends earlier ends this with it.
    """

    def wait() -> None:
        time.sleep(seconds - CLEANUP_SECONDS)
        last = threading.Thread(target=clean_up, name="clean-up", daemon=True)
        last.start()
        last.join(CLEANUP_SECONDS)
        os._exit(code)

    threading.Thread(target=wait, name="exit-limit", daemon=True).start()


def patch_escape() -> None:
    """Let `esc` and a key that follows within a tenth of a second be two keys; Textual takes both for alt and that key.

    No action has alt; but in a line to type into some mean something: what they are, `turns` tells. As above, the
    parser that the input thread makes is replaced.
    """
    if sys.platform == "win32":
        return
    from textual._xterm_parser import XTermParser
    from textual.drivers import linux_driver
    from textual.events import Key

    class Parser(XTermParser):
        def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:
            if sequence[:1] == "\x1b" and len(sequence) == 2:
                if key := _ALT_EDITING_KEYS.get(sequence[1]):
                    yield Key(key, None)
                    return
                if sequence[1] in _REMAPPED_WITH_ALT:
                    alt, sequence = True, sequence[1]
            if alt:
                yield Key("escape", "\x1b")
            known = list(super()._sequence_to_key_events(sequence))
            if not known and len(sequence) == 2 and sequence[1] not in _INTRODUCERS:
                yield Key("escape", "\x1b")
                known = list(super()._sequence_to_key_events(sequence[1]))
            yield from known

    linux_driver.XTermParser = Parser  # type: ignore[attr-defined]


_ERASE_DISPLAY = "\x1b[2J"
"""Lines that are erased take the mode that is on."""


def make_explicit_bidi_driver(driver: type[Driver]) -> type[Driver]:
    """Return a driver that does as `driver`, on a terminal that orders nothing for as long as the reader has it."""

    class Leaving(driver):  # type: ignore[misc, valid-type]
        def start_application_mode(self) -> None:
            super().start_application_mode()
            self._write_sequence(EXPLICIT_MODE + _ERASE_DISPLAY)

        def stop_application_mode(self) -> None:
            super().stop_application_mode()
            self._write_sequence(IMPLICIT_MODE)

        def _write_sequence(self, sequence: str) -> None:
            writer: Any = getattr(self, "_writer_thread", None)
            if writer is not None and writer.is_alive():  # one that was sent to the background has not started yet
                self.write(sequence)
                self.flush()

    return Leaving
