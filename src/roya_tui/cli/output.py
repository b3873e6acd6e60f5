"""Write lines, tables, JSON and TSV to standard output, and messages to standard error."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TextIO

from msgspec import Struct

from roya_tui.cli.terminal import Terminal
from roya_tui.text import clean, message, one_line
from roya_tui.translation import app_language, is_right_to_left

MAX_WIDTH = 100
"""Width of help on wide terminals, in columns."""


def display_width(text: str) -> int:
    """Return the width of `text` in terminal columns."""
    return len(text) if text.isascii() else sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


Row = Sequence[str]


class Column(Struct, frozen=True):
    """The layout of a table's column."""

    align_right: bool = False
    min_width: int = 0
    max_width: int | None = None
    """Maximum width in terminal columns; longer values are truncated."""
    can_shrink: bool = False
    """Whether it is made narrower than that on a narrow terminal."""


class Output:
    """Standard output and standard error of one command."""

    def __init__(self, out: TextIO, err: TextIO, terminal: Terminal) -> None:
        self._out = out
        self._err = err
        self.terminal = terminal
        self.rtl = terminal.rtl
        """What reorders right-to-left lines of the app, as `Terminal.rtl`, or "off"."""
        self.ellipsis = "…" if terminal.utf8 else "..."
        self.uses_ssml = False
        """Whether lines are written as SSML, each one a document."""

    def line(self, text: str = "", indent: int = 0) -> None:
        """Write one line, without control characters."""
        self._write_interface(self._out, f"{' ' * indent}{one_line(text)}".rstrip())

    def help(self, text: str) -> None:
        """Write lines of help."""
        for line in text.splitlines():
            self._write_interface(self._out, line)

    def _write_interface(self, stream: TextIO, line: str) -> None:
        """Write a line of the app; in a right-to-left language a terminal gets it wrapped, and aligned right."""
        rtl, columns = self.rtl, self.terminal.columns
        if not is_right_to_left() or columns is None or self.terminal.dumb or rtl == "off" or not stream.isatty():
            stream.write(self._ssml(line) if self.uses_ssml and stream is self._out else line + "\n")
            return
        from roya_tui.layout.bidi.controls import in_explicit_mode
        from roya_tui.layout.one_line import align_right

        drawn = align_right(line, min(columns, MAX_WIDTH), display_width, rtl)
        stream.write(in_explicit_mode(drawn) if rtl == "visual" else drawn)

    def text(self, text: str, rtl: str = "off", languages: Sequence[str] = ()) -> None:
        """Write text of several lines, without control characters; `rtl` is how it was laid out.

        For SSML, `languages` are those of the text, the most likely first; "" is the app's.
        """
        text = clean(text)
        self._write_lines(text if text.endswith("\n") else text + "\n", rtl, languages)

    def _write_lines(self, lines: str, rtl: str = "off", languages: Sequence[str] = ()) -> None:
        """Write lines; keep the terminal from reordering text that is in visual order."""
        if self.uses_ssml:
            lines = self._ssml(lines, languages)
        elif rtl == "visual" and self.terminal.interactive and not self.terminal.dumb:
            from roya_tui.layout.bidi.controls import in_explicit_mode

            lines = in_explicit_mode(lines)
        self._out.write(lines)

    @staticmethod
    def _ssml(lines: str, languages: Sequence[str] = ()) -> str:
        """Return each line that is not empty as an SSML document."""
        from roya_tui.export.ssml import to_ssml

        known = [language or app_language() for language in (*languages, "")]
        return "".join(f"{to_ssml(line, *known)}\n" for line in lines.split("\n") if line.strip())

    def prompt(self, prompt: str) -> None:
        """Write a prompt and flush."""
        self._write_lines(prompt)
        self._out.flush()

    def flush(self) -> None:
        """Flush standard output, before another program writes to it."""
        self._out.flush()

    def bytes(self, data: bytes) -> None:
        """Write a document unchanged."""
        self._out.flush()
        buffer = getattr(self._out, "buffer", None)
        if buffer is None:
            self._out.write(data.decode("utf-8"))
        else:
            buffer.write(data)
            buffer.flush()

    def json(self, document: Any) -> None:
        """Write one JSON document."""
        from roya_tui.export.json_values import json_text

        self._out.write(json_text(document, ascii=not self.terminal.utf8))

    def event(self, event: Any) -> None:
        """Write a JSON object on one line and flush."""
        self._out.write(json.dumps(event, ensure_ascii=True) + "\n")
        self._out.flush()

    def tsv_row(self, values: Iterable[object]) -> None:
        """Write tab-separated values; whitespace in a value becomes spaces."""
        self._out.write("\t".join("" if value is None else one_line(str(value)) for value in values) + "\n")

    def notify(self, text: str) -> None:
        """Write a message to standard error."""
        self._write_interface(self._err, message(text))
        self._err.flush()

    @property
    def shows_progress(self) -> bool:
        """Whether standard error is a terminal that can rewrite a line."""
        return self._err.isatty() and not self.terminal.dumb

    def progress(self, text: str) -> None:
        """Replace the progress line on standard error; "" removes it."""
        from roya_tui.layout.one_line import clip

        columns = (self.terminal.columns or 80) - 1
        self._err.write("\r\x1b[K" + clip(one_line(message(text)), columns, display_width, self.ellipsis))
        self._err.flush()

    def table(
        self, columns: Sequence[Column], rows: Sequence[Row], rtl: str = "off", heading: Row | None = None
    ) -> None:
        """Write rows in columns; a terminal also gets a heading, truncation and `rtl` layout.

        In a right-to-left language the first column of a terminal is at the right.
        """
        if heading is not None and rows and self.terminal.columns is not None:
            rows = [heading, *rows]
        rows = [[one_line(value) for value in row] for row in rows]
        widths = [
            max([column.min_width, *(display_width(row[index]) for row in rows)]) if rows else 0
            for index, column in enumerate(columns)
        ]
        cell: Callable[[str, int, bool], str] = _pad
        if self.terminal.columns is not None:
            widths = _fit_widths(widths, columns, self.terminal.columns)
            cell = _terminal_cell(rtl, self.ellipsis)
        mirrored = is_right_to_left() and self.terminal.columns is not None and rtl != "off"
        margin = max(0, min(self.terminal.columns or 0, MAX_WIDTH) - sum(widths) - 2 * (len(widths) - 1))
        lines = []
        for row in rows:
            cells = zip(row, widths, columns, strict=True)
            texts = [cell(value, width, column.align_right or mirrored) for value, width, column in cells]
            line = " " * margin + "  ".join(reversed(texts)) if mirrored else "  ".join(texts)
            lines.append(line.rstrip() + "\n")
        self._write_lines("".join(lines), rtl)


def _pad(value: str, width: int, right: bool) -> str:
    gap = " " * (width - display_width(value))
    return gap + value if right else value + gap


def _terminal_cell(rtl: str, ellipsis: str) -> Callable[[str, int, bool], str]:
    from roya_tui.layout.one_line import fit_name

    def cell(value: str, width: int, right: bool) -> str:
        shown, from_right = fit_name(value, width, display_width, rtl, ellipsis)
        return _pad(shown, width, right or from_right)

    return cell


def _fit_widths(widths: Sequence[int], columns: Sequence[Column], room: int) -> list[int]:
    fitted = [
        width if column.max_width is None else min(width, column.max_width)
        for width, column in zip(widths, columns, strict=True)
    ]
    excess = sum(fitted) + 2 * (len(fitted) - 1) - room
    for index, column in enumerate(columns):
        if column.can_shrink and excess > 0:
            fitted[index] = max(8, fitted[index] - excess)
    return fitted
