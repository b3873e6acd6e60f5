"""Fixes for Textual's driver: invalid UTF-8, a key right after esc, a closed terminal, a bounded exit time."""

from __future__ import annotations

import codecs
import errno
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from textual.driver import Driver
from textual.message import Message

from roya_tui.layout.bidi.controls import EXPLICIT_MODE, IMPLICIT_MODE
from roya_tui.presentation.contrast import contrast
from roya_tui.processes import is_on_web_page
from roya_tui.translation import ASCII_FRAMES
from roya_tui.ui.themes import AUTO
from roya_tui.ui.widgets.cells import measure

_INTRODUCERS = "[O]P_X^"
"""Characters that begin a longer sequence after ESC (ECMA-48, 5.3; xterm)."""

_ALT_EDITING_KEYS = {"f": "alt+f", "b": "alt+b", "\x7f": "alt+backspace"}
"""Alt keys that edit in a text input."""
_REMAPPED_WITH_ALT = "0123456789-=§"
"""Keys that Textual maps, with alt, to the characters that a Mac types."""
CLEANUP_SECONDS = 1.0
"""Seconds of the exit time that are reserved for the last clean-up."""
_CLOSED_ERRORS = (errno.EIO, errno.ENXIO)
"""Errors raised by a closed terminal."""


def patch_decoder() -> None:
    """Make Textual decode invalid UTF-8 as U+FFFD instead of crashing.

    At the end of the file the decoder raises EOFError: Textual would read again for ever, and keep a core busy. The
    input thread has no option for its decoder, so the factory that it imported is replaced.
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

    Without it the output thread ends with a traceback, and the app waits for room in its queue.
    """
    if sys.platform == "win32":
        return driver
    from textual.drivers._writer_thread import WriterThread

    class ReportingDriver(driver):  # type: ignore[misc, valid-type]
        def __init__(self, *args: Any, **options: Any) -> None:
            ignored = signal.getsignal(signal.SIGTSTP) is signal.SIG_IGN
            super().__init__(*args, **options)
            if ignored:  # by a parent that does not want its children to stop
                signal.signal(signal.SIGTSTP, signal.SIG_IGN)
            self._file: Any = _Output(sys.__stderr__, on_close)
            self.started_at = 0.0
            self._asked_at = 0.0
            self._mouse_pixels = self._in_band_window_resize = False

        def start_application_mode(self) -> None:
            self.started_at = time.monotonic()
            super().start_application_mode()
            if getattr(self._app, "chosen_theme", "") == AUTO:
                self.ask_background()

        def ask_background(self) -> None:
            """Ask whether the background is light, now and after each change, without waiting.

            The replies come as messages. The Linux console would print a part of the question.
            """
            writer = getattr(self, "_writer_thread", None)
            if writer is not None and writer.is_alive() and os.environ.get("TERM") != "linux":
                self.write(_BACKGROUND_QUERY if self._asked_at else _COLOR_REPORTS_ON + _BACKGROUND_QUERY)
                self._asked_at = time.monotonic()
                self.flush()

        def stop_application_mode(self) -> None:
            if self._asked_at:
                time.sleep(max(0.0, self._asked_at + REPLY_SECONDS - time.monotonic()))
                self._asked_at = 0.0
                self.write(_COLOR_REPORTS_OFF)
            super().stop_application_mode()
            if self._mouse_pixels:
                self.write(_MOUSE_CELLS)
                self.flush()
            self._mouse_pixels = self._in_band_window_resize = False  # until the terminal has replied again

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


def make_ascii_driver(driver: type[Driver]) -> type[Driver]:
    """Return a driver that writes frames and scrollbars in ASCII; signs are ASCII in the widgets already."""

    class AsciiDriver(driver):  # type: ignore[misc, valid-type]
        def write(self, data: str) -> None:
            super().write(data.translate(ASCII_FRAMES))

    return AsciiDriver


def replace_unknown_characters() -> None:
    """Write "?" for each cell of a character that the terminal's encoding lacks, so that rows keep their width."""
    stream: Any = sys.__stderr__
    if (stream.encoding or "").lower().replace("-", "") != "utf8" and hasattr(stream, "reconfigure"):
        codecs.register_error("cells", _replace_cells)
        stream.reconfigure(errors="cells")


def _replace_cells(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "?" * measure(error.object[error.start : error.end]), error.end


class _Output:
    """The file that Textual's output thread writes to; ignores writes after the terminal was closed."""

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


_MOUSE_CELLS = "\x1b[?1016l"
"""Textual turns on mouse positions in pixels, but not off."""
_RESET = (
    "\x1b[?9l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1005l\x1b[?1006l\x1b[?1015l\x1b[?1016l"  # mouse
    "\x1b[?1004l\x1b[?2004l\x1b[?2031l\x1b[?2048l"  # reports of focus, pastes, colors and sizes
    "\x1b[?1047l"  # alternate screen, without the old position of the cursor
    "\x1b[=0u\x1b[>4m\x1b[?1l\x1b>"  # keyboard: kitty's protocol, xterm's modifyOtherKeys, cursor keys, keypad
    "\x1b7\x1b[r\x1b[?6l\x1b8\x1b[4l\x1b[?7h\x1b(B\x0f"  # scrolling, insertion, line wrap, character set
    "\x1b[0m\x1b[?5l\x1b[?25h\x1b[0 q"  # colors and the cursor
)
"""Turns off what a program may leave on. The palette stays: users change it, too."""


@contextmanager
def restored() -> Iterator[None]:
    """Restore the terminal after a program that ran on it, whatever the program left behind."""
    if sys.platform == "win32" or sys.__stdin__ is None or not sys.__stdin__.isatty():
        yield
        return
    import termios

    before = termios.tcgetattr(sys.__stdin__)
    try:
        yield
    finally:
        with suppress(OSError, termios.error):  # closed
            termios.tcsetattr(sys.__stdin__, termios.TCSADRAIN, before)
            assert sys.__stderr__ is not None
            sys.__stderr__.write(_RESET)
            sys.__stderr__.flush()


_STOP_TEST = ("/bin/sh", "-c", "kill -TSTP $$")


def has_job_control() -> bool:
    """Whether a shell can continue this process after it stops.

    The system ignores SIGTSTP in a process group that no shell controls (POSIX, “orphaned process group”), such as one
    that a terminal started. A child tries it.
    """
    if sys.platform == "win32":
        return False
    try:
        child = subprocess.Popen(_STOP_TEST, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    except OSError:
        return False
    _, status = os.waitpid(child.pid, os.WUNTRACED)
    if not os.WIFSTOPPED(status):
        child.returncode = 0  # it has been waited for
        return False
    child.kill()
    child.wait()
    return True


def exit_within(seconds: float, code: int, clean_up: Callable[[], None]) -> None:
    """End the process after `seconds`, whatever its threads do then, and call `clean_up` shortly before.

    The clean-up has its own thread, since a terminal that accepts no output would block it.
    """

    def wait() -> None:
        time.sleep(seconds - CLEANUP_SECONDS)
        last = threading.Thread(target=clean_up, name="clean-up", daemon=True)
        last.start()
        last.join(CLEANUP_SECONDS)
        os._exit(code)

    threading.Thread(target=wait, name="exit-limit", daemon=True).start()


_PASTE_START, _PASTE_END = "\x1b[200~", "\x1b[201~"
"""What the terminal sends around a pasted text (bracketed paste)."""


class PasteFilter:
    """Removes ESC from pasted text: Textual would run the text after it as keys. Not all terminals remove it."""

    def __init__(self) -> None:
        self._is_inside = False
        self._tail = ""
        """The last characters before: outside of a paste already returned, inside of one kept back."""

    def filter(self, data: str) -> str:
        """Return a chunk of input; what may be the start of the end of a paste is kept for the next one."""
        kept = []
        while data:
            if self._is_inside:
                text, end, rest = (self._tail + data).partition(_PASTE_END)
                held = "" if end else _partial_mark(text, _PASTE_END)
                kept += [text[: len(text) - len(held)].replace("\x1b", ""), end]
                self._is_inside, self._tail, data = not end, held, rest
            else:
                before, start, rest = (self._tail + data).partition(_PASTE_START)
                kept += [(before + start)[len(self._tail) :]]
                self._is_inside, data = bool(start), rest
                self._tail = "" if start else _partial_mark(before, _PASTE_START)
        return "".join(kept)


def _partial_mark(text: str, mark: str) -> str:
    """Return the longest end of `text` with which `mark` begins."""
    return next((mark[:n] for n in range(len(mark) - 1, 0, -1) if text.endswith(mark[:n])), "")


_BACKGROUND_QUERY = "\x1b]11;?\x1b\\"
"""Asks for the background color (OSC 11)."""
_BACKGROUND_START = "\x1b]11;"
_BACKGROUND = re.compile(r"\x1b\]11;rgba?:([0-9a-f]{1,4})/([0-9a-f]{1,4})/([0-9a-f]{1,4})(?:/[0-9a-f]{1,4})?\x07", re.I)
_COLOR_REPORTS_ON, _COLOR_REPORTS_OFF = "\x1b[?2031h", "\x1b[?2031l"
"""Make the terminal report when it becomes light or dark; most terminals ignore this."""
_COLOR_REPORT = re.compile(r"\x1b\[\?997;\d{1,2}n")
REPLY_SECONDS = 0.5
"""Seconds that a terminal has to reply before the app gives it back. A later reply would go to the shell."""
_MAX_REPLY_SECONDS, _MAX_REPLY_LENGTH = 1.0, 24


class BackgroundReported(Message):
    """The terminal reported whether its background is light."""

    def __init__(self, is_light: bool) -> None:
        self.is_light = is_light
        super().__init__()


class ColorsChanged(Message):
    """The terminal reported that its colors changed."""


def identify(environ: Mapping[str, str]) -> str:
    """Return a name for the terminal, under which its background can be stored."""
    return " ".join(environ.get(name, "") for name in ("TERM_PROGRAM", "TERM", "COLORFGBG"))


def parse_background(reply: str) -> bool | None:
    """Return whether a reply reports a light background; None if it is malformed."""
    match = _BACKGROUND.fullmatch(reply)
    if match is None:
        return None
    red, green, blue = (round(int(part, 16) * 255 / (16 ** len(part) - 1)) for part in match.groups())
    return contrast((red, green, blue), (0, 0, 0)) > contrast((red, green, blue), (255, 255, 255))


class ReplyFilter:
    """Prepares replies about the background for Textual's parser, which has no timeout and no terminator for them.

    Their end becomes BEL. One that is too long is cut; one without an end is ended by `expire`.
    """

    def __init__(self) -> None:
        self.is_inside = False
        self._tail = ""
        """The last characters before, as far as they may be the start of a reply; already returned."""
        self._length = 0
        self._since = 0.0
        self._is_after_escape = False

    def filter(self, data: str) -> str:
        kept = []
        while data:
            if self.is_inside:
                end = _REPLY_END.search(data)
                text = data[: end.start()] if end else data
                kept += [text[: max(0, _MAX_REPLY_LENGTH - self._length)], "\x07" if end else ""]
                self._length += len(text)
                self.is_inside, self._is_after_escape = end is None, end is not None and end[0] == "\x1b"
                data = data[end.end() :] if end else ""
            else:
                if self._is_after_escape:  # not the end of the reply, but the start of a key?
                    data = data[1:] if data[0] == "\\" else "\x1b" + data
                    self._is_after_escape = False
                before, start, data = (self._tail + data).partition(_BACKGROUND_START)
                kept.append((before + start)[len(self._tail) :])
                self.is_inside, self._length, self._since = bool(start), 0, time.monotonic()
                self._tail = "" if start else _partial_mark(before, _BACKGROUND_START)
        return "".join(kept)

    def expire(self) -> str:
        """Return the end of a reply that has none and is older than `_MAX_REPLY_SECONDS`."""
        if not self.is_inside or time.monotonic() < self._since + _MAX_REPLY_SECONDS:
            return ""
        self.is_inside = False
        return "\x07"


_REPLY_END = re.compile("[\x07\x1b]")


def patch_escape() -> None:
    """Make `esc` and a key within a tenth of a second two keys; Textual reads them as alt and that key.

    No action uses alt, but some alt keys edit text inputs: `KeySequencer` decides about those. ESC in a pasted text is
    removed. The parser of the input thread is replaced, as in `patch_decoder`.
    """
    from textual._xterm_parser import XTermParser
    from textual.events import Key
    from textual.keys import Keys

    class Parser(XTermParser):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._paste, self._replies = PasteFilter(), ReplyFilter()
            self._reports: list[Message] = []

        def feed(self, data: str) -> Iterable[Any]:
            kept = self._replies.filter(self._paste.filter(data))
            if kept or not data:
                yield from super().feed(kept)
            yield from self._take_reports()

        def tick(self) -> Iterable[Any]:
            if not self._replies.is_inside:  # the parser would time out, and return the reply as keys
                yield from super().tick()
            elif end := self._replies.expire():
                yield from super().feed(end)

        def _take_reports(self) -> Iterable[Message]:
            reports, self._reports = self._reports, []
            return reports

        def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:
            if sequence.startswith(_BACKGROUND_START):
                if sequence.endswith("\x07"):
                    if (is_light := parse_background(sequence)) is not None:
                        self._reports.append(BackgroundReported(is_light))
                    yield Key(Keys.Ignore, sequence)
                return
            if _COLOR_REPORT.fullmatch(sequence):
                self._reports.append(ColorsChanged())
                yield Key(Keys.Ignore, sequence)
                return
            if sequence[:1] == "\x1b" and len(sequence) == 2:
                if key := _ALT_EDITING_KEYS.get(sequence[1]):
                    yield Key(key, None)
                    return
                if sequence[1] in _REMAPPED_WITH_ALT:
                    alt, sequence = True, sequence[1]
            if alt:
                yield Key("escape", "\x1b")
            keys = list(super()._sequence_to_key_events(sequence))
            if not keys and len(sequence) == 2 and sequence[1] not in _INTRODUCERS:
                yield Key("escape", "\x1b")
                keys = list(super()._sequence_to_key_events(sequence[1]))
            yield from keys

    if is_on_web_page(os.environ):
        from textual.drivers import web_driver

        web_driver.XTermParser = Parser  # type: ignore[attr-defined]
    elif sys.platform != "win32":
        from textual.drivers import linux_driver

        linux_driver.XTermParser = Parser  # type: ignore[attr-defined]


_ERASE_DISPLAY = "\x1b[2J"
"""Erased lines take the current bidi mode of the terminal."""


def make_explicit_bidi_driver(driver: type[Driver]) -> type[Driver]:
    """Return a driver that turns off the terminal's own bidi reordering while the app runs."""

    class ExplicitBidiDriver(driver):  # type: ignore[misc, valid-type]
        def start_application_mode(self) -> None:
            super().start_application_mode()
            self._write_sequence(EXPLICIT_MODE + _ERASE_DISPLAY)

        def stop_application_mode(self) -> None:
            super().stop_application_mode()
            self._write_sequence(IMPLICIT_MODE)

        def _write_sequence(self, sequence: str) -> None:
            writer: Any = getattr(self, "_writer_thread", None)
            if writer is not None and writer.is_alive():  # not yet, if started in the background
                self.write(sequence)
                self.flush()

    return ExplicitBidiDriver
