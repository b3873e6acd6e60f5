"""The dialogs for your tags and for notes."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.style import Style
from textual.widgets import Input, Static

from roya_tui.layout.one_line import fit_sentence
from roya_tui.presentation.tag_input import find_completions, insert_completion
from roya_tui.text import one_line
from roya_tui.translation import gettext, gettext_noop
from roya_tui.ui.dialogs.dialog import Dialog, DialogText
from roya_tui.ui.widgets.cells import display_text, measure
from roya_tui.ui.widgets.interface_text import draw_hints
from roya_tui.ui.widgets.key_buttons import assemble
from roya_tui.ui.widgets.text_input import TextInput

TAGS_EXAMPLE = "economy, -sport"
_ROW = "row"
"""Metadata key of a completion's number in its style."""
MAX_COMPLETIONS = 8
"""Completions shown at once."""


class TagsDialog(Dialog[None]):
    """A line for tags to add and remove, with completions; escape discards it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "choose(1)", priority=True),
        Binding("up", "choose(-1)", priority=True),
        Binding("tab", "take", priority=True),
    ]

    DEFAULT_CSS = """
    TagsDialog > Vertical { width: 60; }
    TagsDialog DialogText { display: none; }
    TagsDialog Static { height: auto; color: $foreground 80%; }
    """

    def __init__(
        self,
        title: str,
        all_tags: Sequence[str],
        rtl: str,
        cursor: str,
        save: Callable[[str], Coroutine[Any, Any, None]],
    ) -> None:
        """`cursor` is the icon before the selected completion."""
        super().__init__(rtl)
        self._title = title
        self._write = save
        self._all_tags = list(all_tags)
        self._cursor = cursor
        self._user_tags: Mapping[str, int] = {}
        self._completions: list[str] = []
        self._index = -1

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = self._fit(self._title, 50)
            box.border_subtitle = draw_hints(gettext("enter save   tab complete   esc cancel"), self._rtl)
            hint = gettext("Example: {example} (- removes a tag)", example=TAGS_EXAMPLE)
            yield TextInput(rtl=self._rtl, id="names", placeholder=hint)
            yield Static(id="offered")
            yield Static(id="have")
            yield DialogText(self._rtl)

    def on_mount(self) -> None:
        self._update_completions("")

    def add_tags(self, tags: Iterable[str], user_tags: Mapping[str, int]) -> None:
        """Add completions; `user_tags` maps the user's tags of these articles to their counts."""
        self._all_tags = list(dict.fromkeys([*tags, *self._all_tags]))
        self._user_tags = user_tags
        if self.is_mounted and self.is_current:  # the dialog may have been closed before the database answered
            self._update_completions(self.query_one(Input).value)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._update_completions(event.value)

    def _update_completions(self, text: str) -> None:
        self._completions = find_completions(text, self._all_tags, MAX_COMPLETIONS)
        self._index = -1
        self._show()

    def action_choose(self, by: int) -> None:
        """Move through the completions; above the first is the text as typed."""
        if self._completions:
            self._index = (self._index + 1 + by) % (len(self._completions) + 1) - 1
            self._show()

    def action_take(self) -> None:
        if self._completions:
            line = self.query_one(Input)
            line.value = insert_completion(line.value, self._completions[max(0, self._index)])
            line.cursor_position = len(line.value)

    def on_click(self, event: events.Click) -> None:
        """Insert the completion that was clicked."""
        if (row := event.style.meta.get(_ROW)) is not None:
            self._index = row
            self.action_take()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        completion = self._completions[self._index] if self._index >= 0 else ""
        self.save(self._write(insert_completion(event.value, completion) if completion else event.value))

    def _show(self) -> None:
        room = min(60, self.app.size.width * 96 // 100) - 8
        names = [fit_sentence(name, room, measure, self._rtl) for name in self._completions]
        cursors = [self._cursor if row == self._index else " " for row in range(len(names))]
        rows = (
            assemble(Content(cursor), Content(" "), Content(display_text(name))).stylize(Style.from_meta({_ROW: row}))
            for row, (cursor, name) in enumerate(zip(cursors, names, strict=True))
        )
        self.query_one("#offered", Static).update(Content("\n").join(rows))
        yours = ", ".join(self._user_tags)
        self.query_one("#have", Static).update(
            self._fit(gettext("Your tags: {tags}", tags=yours), room) if yours else ""
        )


NEW_NOTE_LINES = 8
"""Lines of a new note; an existing note has half as many spare lines."""


class NoteLine(TextInput):
    """A line of the note; deleting at its ends joins it with the next line."""

    def action_delete_left(self) -> None:
        if self.cursor_position or not self.selection.is_empty or not self._dialog.join_lines(self, -1):
            super().action_delete_left()

    def action_delete_right(self) -> None:
        if not self.cursor_at_end or not self.selection.is_empty or not self._dialog.join_lines(self, 1):
            super().action_delete_right()

    @property
    def _dialog(self) -> NoteDialog:
        assert isinstance(self.screen, NoteDialog)
        return self.screen

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        first, last = sorted(self.selection)
        lines = [one_line(line) for line in event.text.splitlines()] or [""]
        lines[0] = self.value[:first] + lines[0]
        self._dialog.replace_line(self, [*lines[:-1], lines[-1] + self.value[last:]], len(lines[-1]))


class NoteDialog(Dialog[None]):
    """Saves the note when it is closed. Only after a failed save can it be discarded."""

    after_failure = gettext_noop("Press esc to try again, ctrl+g to discard.")

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+s", "keep", priority=True),
        Binding("ctrl+g", "discard", priority=True),
        Binding("enter", "break_line", priority=True),
        Binding("down", "move(1)", priority=True),
        Binding("up", "move(-1)", priority=True),
    ]

    DEFAULT_CSS = """
    NoteDialog > VerticalScroll { max-height: 80%; padding: 0 1; }
    NoteDialog DialogText { dock: bottom; display: none; padding: 0 1; background: $surface; }
    NoteDialog Input, NoteDialog Input:focus { border: none; height: 1; padding: 0 1; background: $surface; }
    """

    def __init__(self, title: str, note: str, rtl: str, save: Callable[[str], Coroutine[Any, Any, None]]) -> None:
        super().__init__(rtl)
        self._write = save
        self._title = title
        self._lines = note.splitlines()

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False) as box:
            box.border_title = self._fit(gettext("Note on “{title}”", title=self._title), 60)
            box.border_subtitle = draw_hints(gettext("esc save and close"), self._rtl)
            for number in range(max(NEW_NOTE_LINES, len(self._lines) + NEW_NOTE_LINES // 2)):
                value = self._lines[number] if number < len(self._lines) else ""
                yield NoteLine(value, rtl=self._rtl, compact=True, select_on_focus=False)
            yield DialogText(self._rtl)

    def on_mount(self) -> None:
        self._focus_line(max(0, len(self._lines) - 1), None)

    @property
    def _line_inputs(self) -> list[NoteLine]:
        return list(self.query(NoteLine))

    def _focus_line(self, row: int, at: int | None) -> None:
        """Focus a line with the cursor at `at`, None for its end."""
        line = self._line_inputs[row]
        self.set_focus(line)
        line.cursor_position = len(line.value) if at is None else at

    def action_keep(self) -> None:
        """Save once the focused line has handled the keys typed before this one."""
        (self.focused or self).call_later(self._save_note)

    def _save_note(self) -> None:
        self.save(self._write("\n".join(line.value for line in self._line_inputs).strip()))

    def action_discard(self) -> None:
        if self._has_failed:
            self.dismiss()

    def action_move(self, by: int) -> None:
        rows = self._line_inputs
        row = rows.index(self.focused) if isinstance(self.focused, NoteLine) else 0
        if 0 <= row + by < len(rows):
            self._focus_line(row + by, min(rows[row].cursor_position, len(rows[row + by].value)))

    def action_break_line(self) -> None:
        """Start a new line at once, so that the next key goes into it."""
        line = self.focused
        if isinstance(line, NoteLine):
            at = line.cursor_position
            self.replace_line(line, [line.value[:at], line.value[at:]], 0)

    def replace_line(self, line: NoteLine, texts: Sequence[str], at: int) -> None:
        """Replace a line by `texts`, and put the cursor into the last one at `at`."""
        rows = self._line_inputs
        row = rows.index(line)
        values = [other.value for other in rows]
        values[row : row + 1] = texts
        last = row + len(texts) - 1
        if last >= len(rows) or any(values[len(rows) :]):
            self.app.bell()  # the last line of the note would be lost
            return
        for other, value in zip(rows, values, strict=False):
            other.value = value
        self._focus_line(last, at)

    def join_lines(self, line: NoteLine, by: int) -> bool:
        """Join a line with the line above (-1) or below (1); False if there is none."""
        rows = self._line_inputs
        first = rows.index(line) + min(by, 0)
        if not 0 <= first < len(rows) - 1:
            return False
        values = [other.value for other in rows]
        at = len(values[first])
        values[first : first + 2] = [values[first] + values[first + 1]]
        for other, value in zip(rows, [*values, ""], strict=True):
            other.value = value
        self._focus_line(first, at)
        return True
