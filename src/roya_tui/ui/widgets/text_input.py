"""A one-line input that supports right-to-left text."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rich.style import Style
from textual import events
from textual.strip import Strip
from textual.widgets import Input
from textual.widgets._input import Selection

from roya_tui import characters
from roya_tui.layout.bidi.controls import is_rtl_line
from roya_tui.layout.hit_testing import InputLine, layout_input
from roya_tui.layout.one_line import fit_marked_line
from roya_tui.layout.styled_text import Mark
from roya_tui.text import one_line
from roya_tui.translation import is_right_to_left
from roya_tui.ui.widgets.cells import make_strip, measure

MAX_LENGTH = 2000
"""Characters. A pasted page would be laid out again with every key."""


class TextInput(Input):
    """Textual's input with its own drawing and cursor movement."""

    def __init__(self, value: str = "", *, rtl: str, force_ltr: bool = False, **options: Any) -> None:
        """`rtl` is as for layout; `force_ltr` is for addresses and paths; `options` are Textual's."""
        self._rtl = rtl
        self._force_ltr = force_ltr
        super().__init__(value, **options)

    faulty_span: tuple[int, int] = (0, 0)
    """The range of the text that is marked as an error."""

    # Layout.

    def _input_line(self) -> InputLine:
        first, last = sorted(self.selection)
        options = self._displayed_text, self._rtl, self._force_ltr, first, last, self.cursor_position, len(self.value)
        return _layout_line(*options, self.faulty_span)

    @property
    def _displayed_text(self) -> str:
        """The text that is drawn: the value, or the suggestion that extends it."""
        suggested = self._suggestion if self.has_focus else ""
        return suggested if len(suggested) > len(self.value) else self.value

    def _left_padding(self, line: InputLine) -> int:
        """Return the blank columns before the text: of right-to-left text, and of any in such an interface.

        Addresses and paths begin at the left.
        """
        is_aligned_right = line.is_rtl or (is_right_to_left() and not self._force_ltr)
        return max(0, self.scrollable_content_region.width - line.cells) if is_aligned_right else 0

    @property
    def _cursor_offset(self) -> int:
        line = self._input_line()
        return self._left_padding(line) + line.slot_at(self.cursor_position).cell

    def _cell_offset_to_index(self, offset: int) -> int:
        line = self._input_line()
        return min(line.index_at(offset + self.scroll_offset.x - self._left_padding(line)), len(self.value))

    @property
    def content_width(self) -> int:
        return self._input_line().cells if self.value else super().content_width

    # Drawing.

    def render_line(self, y: int) -> Strip:
        if y or not (self.value or self._left_padding(self._input_line())):
            return super().render_line(y)
        background = self.rich_style
        if not self.value:
            return self._draw_placeholder(background)
        line = self._input_line()
        indent, left, width = self._left_padding(line), self.scroll_offset.x, self.scrollable_content_region.width
        runs = [(" " * indent, background), *((run.text, background + self._style_of(run.style)) for run in line.runs)]
        return make_strip(runs, max(indent + line.cells, left + width), background).crop(left, left + width)

    def _draw_placeholder(self, background: Style) -> Strip:
        """Return the placeholder at the right, with the cursor on its first letter."""
        width, first = self.scrollable_content_region.width, next(characters.iter_clusters(self.placeholder), "")
        marks = [Mark(0, len(first), "cursor")] if first else []
        is_rtl = is_rtl_line(self.placeholder)
        runs = fit_marked_line(self.placeholder, width, measure, marks, self._rtl, is_rtl=is_rtl).runs
        shown = [(run.text, background + self._style_of("placeholder") + self._style_of(run.style)) for run in runs]
        cells = sum(measure(run.text) for run in runs)
        return make_strip([(" " * (width - cells), background), *shown], width, background)

    def _style_of(self, names: str) -> Style:
        """Return the combined style of a run; without focus it is plain."""
        has_focus, has_cursor = self.has_focus, self.has_focus and self._cursor_visible
        visible = {"cursor": has_cursor, "placeholder": True}
        shown = [name for name in names.split() if visible.get(name, has_focus)]
        return sum((self.get_component_rich_style(f"input--{name}") for name in shown), Style.null())

    # Moving in display order.

    def action_cursor_left(self, select: bool = False) -> None:
        self._move_cursor(-1, select)

    def action_cursor_right(self, select: bool = False) -> None:
        self._move_cursor(1, select)

    def _move_cursor(self, by: int, select: bool) -> None:
        line = self._input_line()
        forward = (by > 0) is not line.is_rtl
        if forward and not select and self._displayed_text != self.value and self.cursor_at_end:
            self.value = self._displayed_text
            self.cursor_position = len(self.value)
        elif select or self.selection.is_empty:
            position = min(line.move(self.cursor_position, by), len(self.value))
            self.selection = Selection(self.selection.start if select else position, position)
        else:
            self.cursor_position = (max if forward else min)(self.selection)

    def action_cursor_left_word(self, select: bool = False) -> None:
        is_rtl = self._input_line().is_rtl
        super().action_cursor_right_word(select) if is_rtl else super().action_cursor_left_word(select)

    def action_cursor_right_word(self, select: bool = False) -> None:
        is_rtl = self._input_line().is_rtl
        super().action_cursor_left_word(select) if is_rtl else super().action_cursor_right_word(select)

    # Editing.

    async def _on_key(self, event: events.Key) -> None:
        """Run the action of a key at once: later keys would overtake a bubbling event."""
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            if await self.app.run_action(binding.action, self):  # else it is for the list below, such as an arrow key
                event.stop()
                event.prevent_default()
                return

    def action_delete_right(self) -> None:
        if self.selection.is_empty:
            end = next((i for i in characters.cluster_starts(self.value) if i > self.cursor_position), len(self.value))
            self.delete(self.cursor_position, end)
        else:
            self.delete_selection()

    def action_delete_left(self) -> None:
        """Delete a combining mark alone, but an emoji as a whole."""
        before = self.value[: self.cursor_position]
        if not self.selection.is_empty or not before:
            self.delete_selection()
            return
        start = characters.cluster_starts(before)[-1]
        self.delete(len(before) - 1 if before[start].isalpha() else start, len(before))

    def _on_paste(self, event: events.Paste) -> None:
        """Insert the first line that is not blank, as plain text."""
        event.stop()
        event.prevent_default()
        lines = (one_line(line) for line in event.text.splitlines())
        first, last = sorted(self.selection)
        room = MAX_LENGTH - len(self.value) + last - first
        self.replace(next(filter(None, lines), "")[: max(0, room)], first, last)


@lru_cache(16)
def _layout_line(
    text: str, rtl: str, force_ltr: bool, first: int, last: int, cursor: int, typed: int, faulty_span: tuple[int, int]
) -> InputLine:
    """Lay out a text whose characters from `typed` on are a suggestion."""
    plain = layout_input(text, measure, rtl, force_ltr=force_ltr)
    slot = plain.slot_at(cursor)
    slot_end = min((other.start for other in plain.slots if other.start > slot.start), default=len(text))
    styles = [Mark(*faulty_span, "wrong"), Mark(first, last, "selection"), Mark(typed, len(text), "suggestion")]
    if slot.start < len(text):
        styles.append(Mark(slot.start, slot_end, "cursor"))
    styles = [mark for mark in styles if mark.start < mark.end]
    return layout_input(text, measure, rtl, styles, "cursor" if slot.start == len(text) else "", force_ltr=force_ltr)
