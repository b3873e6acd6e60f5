"""A note on an article: a few lines to type into, each in its own direction."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from roya_tui.layout.one_line import fit_sentence
from roya_tui.text import one_line
from roya_tui.ui.cells import measure, shown
from roya_tui.ui.dialogs.dialog import Dialog, Told
from roya_tui.ui.text_line import TextLine

LINES = 8
"""Lines of a new note; one that is there has some more than it needs."""


class NoteLine(TextLine):
    """A line of the note; at its ends it is joined with the lines beside it."""

    def action_delete_left(self) -> None:
        if self.cursor_position or not self.selection.is_empty or not self._note.join(self, -1):
            super().action_delete_left()

    def action_delete_right(self) -> None:
        if not self.cursor_at_end or not self.selection.is_empty or not self._note.join(self, 1):
            super().action_delete_right()

    @property
    def _note(self) -> Note:
        assert isinstance(self.screen, Note)
        return self.screen

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        first, last = sorted(self.selection)
        begin, end = self.value[:first], self.value[last:]
        lines = [one_line(line) for line in event.text.splitlines()] or [""]
        lines[0] = begin + lines[0]
        self._note.put(self, [*lines[:-1], lines[-1] + end], len(lines[-1]))


class Note(Dialog[None]):
    """Saves the note when it is closed. Only after a failed save can it be discarded."""

    about = "the note"
    retry_key = "esc"
    discard_key = "ctrl+g"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+s", "keep", "Keep it", priority=True),
        Binding("ctrl+g", "discard", "Discard it", priority=True),
        Binding("enter", "break_line", "A new line", priority=True),
        Binding("down", "move(1)", "Next line", priority=True),
        Binding("up", "move(-1)", "Previous line", priority=True),
    ]

    DEFAULT_CSS = """
    Note > VerticalScroll { max-height: 80%; padding: 0 1; }
    Note Told { dock: bottom; display: none; padding: 0 1; background: $surface; }
    Note Input, Note Input:focus { border: none; height: 1; padding: 0 1; background: $surface; }
    """

    def __init__(self, title: str, note: str, rtl: str, save: Callable[[str], Coroutine[Any, Any, None]]) -> None:
        super().__init__()
        self._write = save
        self._has_failed = False
        self._title = title
        self._lines = note.splitlines()
        self._rtl = rtl

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False) as box:
            box.border_title = Content(shown(fit_sentence(f"Note on “{self._title}”", 60, measure, self._rtl)))
            box.border_subtitle = "esc keeps it"
            for number in range(max(LINES, len(self._lines) + LINES // 2)):
                value = self._lines[number] if number < len(self._lines) else ""
                yield NoteLine(value, rtl=self._rtl, compact=True, select_on_focus=False)
            yield Told(self._rtl)

    def on_mount(self) -> None:
        self._go(max(0, len(self._lines) - 1), None)

    @property
    def _rows(self) -> list[NoteLine]:
        return list(self.query(NoteLine))

    def _go(self, row: int, at: int | None) -> None:
        """Put the cursor into a line, at its end where `at` is None."""
        line = self._rows[row]
        self.set_focus(line)
        line.cursor_position = len(line.value) if at is None else at

    def action_keep(self) -> None:
        """Keep what was typed before this key: the line may not have taken all of it in yet."""
        (self.focused or self).call_later(self._keep)

    def _keep(self) -> None:
        self.save(self._write("\n".join(line.value for line in self._rows).strip()))

    def on_failure(self) -> None:
        self._has_failed = True

    def action_discard(self) -> None:
        if self._has_failed:
            self.dismiss()

    def action_move(self, by: int) -> None:
        rows = self._rows
        here = rows.index(self.focused) if isinstance(self.focused, NoteLine) else 0
        if 0 <= here + by < len(rows):
            self._go(here + by, min(rows[here].cursor_position, len(rows[here + by].value)))

    def action_break_line(self) -> None:
        """At once, so that what is typed next is in the new line; what was typed before comes into the old one yet."""
        line = self.focused
        if isinstance(line, NoteLine):
            at = line.cursor_position
            self.put(line, [line.value[:at], line.value[at:]], 0)

    def put(self, line: NoteLine, texts: Sequence[str], at: int) -> None:
        """Put `texts` in place of a line, the following ones further down; the cursor goes to the last, at `at`."""
        rows = self._rows
        row = rows.index(line)
        values = [other.value for other in rows]
        values[row : row + 1] = texts
        last = row + len(texts) - 1
        if last >= len(rows) or any(values[len(rows) :]):
            self.app.bell()  # nothing of a note is pushed out
            return
        for other, value in zip(rows, values, strict=False):
            other.value = value
        self._go(last, at)

    def join(self, line: NoteLine, by: int) -> bool:
        """Join a line with the one above (-1) or below (1); False where there is none."""
        rows = self._rows
        first = rows.index(line) + min(by, 0)
        if not 0 <= first < len(rows) - 1:
            return False
        values = [other.value for other in rows]
        at = len(values[first])
        values[first : first + 2] = [values[first] + values[first + 1]]
        for other, value in zip(rows, [*values, ""], strict=True):
            other.value = value
        self._go(first, at)
        return True
