"""A list of any length that draws only the rows in view."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from itertools import product
from typing import ClassVar

from rich.style import Style
from textual import events, on
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from roya_tui.presentation.headline_rows import LINE_BREAK
from roya_tui.presentation.row_heights import RowHeights
from roya_tui.ui import action_table
from roya_tui.ui.caches import LruCache
from roya_tui.ui.widgets.cells import make_row_strip
from roya_tui.ui.widgets.interface_text import draw_note
from roya_tui.ui.widgets.line_view import RIGHT_BUTTON, LineView, MenuRequested, column_at

RowSegment = tuple[str, str]
"""Text and the name of its style."""
_NOTE_STYLES = "empty", "notice"
"""Styles of texts of the app in rows that are not selectable, such as the text of an empty list."""


class RowList(LineView, can_focus=True):
    """The base of headline list, sidebar and tables: a cursor, keys, mouse, and cached strips.

    A subclass defines `count_rows`, `row_segments` and, if the cursor must skip rows, `is_selectable`. It calls
    `refresh_rows` when their results change.
    """

    BINDINGS: ClassVar = action_table.make_bindings("rows")
    cursor: reactive[int] = reactive(0, repaint=False, init=False)
    has_selection = False
    """Whether rows are selected, which a menu is for then: the cursor stays."""

    class Opened(Message):
        """A row was opened, with enter or a double click."""

        def __init__(self, row_list: RowList) -> None:
            self.row_list = row_list
            super().__init__()

        @property
        def control(self) -> RowList:
            return self.row_list

    def __init__(self, on_cursor: Callable[[], None], rtl: str, *, id: str | None = None) -> None:
        """`on_cursor` is called after the cursor moved to another row; `rtl` is as for layout."""
        super().__init__(id=id)
        self._on_cursor = on_cursor
        self.rtl = rtl
        self.heights = RowHeights()
        """The lines that rows take."""
        self._strips: LruCache[tuple[int, int, bool, bool], list[Strip]] = LruCache(512)

    # For subclasses.

    @abstractmethod
    def count_rows(self) -> int: ...

    def count_expected_rows(self) -> int:
        """Return the number of rows including those that are still being loaded."""
        return self.count_rows()

    def is_selectable(self, row: int) -> bool:
        return 0 <= row < self.count_rows()

    @abstractmethod
    def row_segments(self, row: int, width: int, is_cursor: bool) -> list[RowSegment]:
        """Return the text of a row, each line exactly `width` cells wide, with `LINE_BREAK` between lines.

        Texts are in drawing order, from the left; a right-to-left interface mirrors the line. A text of the app in a
        style of `_NOTE_STYLES` is in logical order and may name keys.
        """

    @property
    def note(self) -> str:
        """The text of an empty list, of which each line is a row; "" if it is in one row."""
        return ""

    # Drawing.

    def refresh_rows(self) -> None:
        """Draw all rows again."""
        self._strips.clear()
        self.set_line_count(self.heights.line_of(self.count_expected_rows()))

    def refresh_row(self, row: int) -> None:
        """Draw one row again."""
        for is_cursor, focused in product((False, True), repeat=2):
            self._strips.pop((row, self.columns, is_cursor, focused), None)
        _redraw_row(self, row)

    def notify_style_update(self) -> None:
        self._strips.clear()
        super().notify_style_update()

    def on_resize(self) -> None:
        self.set_line_count(self.heights.line_of(self.count_expected_rows()))
        self.call_after_refresh(self.scroll_to_cursor)

    def draw_line(self, number: int, width: int) -> Strip:
        row = self.heights.row_at(number)
        if row >= self.count_rows():
            return Strip.blank(width, self.text_styles[""])
        is_cursor = row == self.cursor and self.is_selectable(row)
        focused = is_cursor and self.has_focus
        key = (row, width, is_cursor, focused)
        drawn = self._strips.lookup(key)
        if drawn is None:
            styles, row_style = self.text_styles, "focused" if focused else "cursor" if is_cursor else ""
            lines: list[list[tuple[str, Style]]] = [[] for _ in self.heights.lines_of(row)]
            line = 0
            for segment in self.row_segments(row, width, is_cursor):
                if segment is LINE_BREAK:
                    line += 1
                    continue
                text, name = segment
                style = styles[f"{row_style} {name}"]
                if name in _NOTE_STYLES:
                    lines[line] += draw_note(text, self.note or text, width, self.rtl, style)
                else:
                    lines[line].append((text, style))
            drawn = self._strips.put(key, [make_row_strip(line, width, styles[row_style]) for line in lines])
        return drawn[number - self.heights.line_of(row)]

    # Moving.

    def validate_cursor(self, row: int) -> int:
        return max(0, min(row, self.count_rows() - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        _redraw_row(self, old)
        _redraw_row(self, new)
        self.scroll_to_cursor()
        self._on_cursor()

    def scroll_to_cursor(self) -> None:
        """Scroll just enough to show the cursor's row, and the heading directly above it."""
        height, top = self.visible_lines, self.scroll_offset.y
        lines = self.heights.lines_of(self.cursor)
        above = self.cursor - (0 if self.is_selectable(self.cursor - 1) else 1)
        first = self.heights.line_of(max(0, above))
        if first < top:
            self.jump(first)
        elif lines.stop > top + height > 0:
            self.jump(min(lines.start, lines.stop - height))

    def step(self, by: int) -> None:
        """Move by `by` rows, skipping rows that are not selectable, and stop at the ends."""
        direction = 1 if by > 0 else -1
        row = self.validate_cursor(self.cursor + by)
        while not self.is_selectable(row) and 0 <= row + direction < self.count_rows():
            row += direction
        while not self.is_selectable(row) and 0 <= row - direction < self.count_rows():
            row -= direction
        if self.is_selectable(row):
            self.cursor = row

    def action_down(self) -> None:
        self.step(1)

    def action_up(self) -> None:
        self.step(-1)

    def action_page_down(self) -> None:
        _step_lines(self, max(1, self.visible_lines - 1))

    def action_page_up(self) -> None:
        _step_lines(self, -max(1, self.visible_lines - 1))

    def action_half_down(self) -> None:
        _step_lines(self, max(1, self.visible_lines // 2))

    def action_half_up(self) -> None:
        _step_lines(self, -max(1, self.visible_lines // 2))

    def action_first(self) -> None:
        self.step(-self.count_rows())

    def action_last(self) -> None:
        self.step(self.count_rows())

    def action_open(self) -> None:
        if self.is_selectable(self.cursor):
            self.post_message(self.Opened(self))

    def action_expand(self) -> None:
        self.action_open()

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        column = None if offset is None else column_at(self, offset.x)
        if offset is None or column is None:
            return
        row = self.heights.row_at(offset.y + self.scroll_offset.y)
        is_selectable = self.is_selectable(row)
        if event.button == RIGHT_BUTTON:
            if is_selectable:
                self.cursor = self.cursor if self.has_selection else row
                self.post_message(MenuRequested(event))
            return
        if is_selectable:
            self.cursor = row
        if row < self.count_rows():
            self.row_clicked(row, column, event.chain)

    def row_clicked(self, row: int, x: int, clicks: int) -> None:
        """Handle a click on `row`, `x` cells from where it begins; `clicks` is 2 for a double click."""
        if clicks >= 2 and self.is_selectable(row):
            self.action_open()

    @on(events.Focus)
    @on(events.Blur)
    def _refresh_cursor(self) -> None:
        _redraw_row(self, self.cursor)


def _redraw_row(rows: RowList, row: int) -> None:
    lines = rows.heights.lines_of(row)
    rows.refresh_lines(lines.start, len(lines))


def _step_lines(rows: RowList, by: int) -> None:
    """Move by as many rows as are in `by` lines, at least one."""
    lines = rows.heights.lines_of(rows.cursor)
    target = rows.heights.row_at((lines.start if by > 0 else lines.stop - 1) + by)
    rows.step(target - rows.cursor or (1 if by > 0 else -1))
