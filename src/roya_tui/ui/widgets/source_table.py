"""The table of sources, its headings, and the details of one source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from roya_tui.layout.article_page import HeaderRow
from roya_tui.layout.lines import Line
from roya_tui.model import SourceStatus
from roya_tui.presentation.headline_rows import Icons
from roya_tui.presentation.key_hints import KeyHint, find_in_row
from roya_tui.presentation.source_status_view import StatusColumn, choose_columns, layout_detail_row
from roya_tui.presentation.source_status_view import table_row as row_of
from roya_tui.translation import gettext, is_right_to_left
from roya_tui.ui import action_table
from roya_tui.ui.widgets.cells import make_strip, measure
from roya_tui.ui.widgets.interface_text import draw_label
from roya_tui.ui.widgets.key_buttons import assemble, key_meta
from roya_tui.ui.widgets.line_view import ScrollingLineView
from roya_tui.ui.widgets.row_list import RowList
from roya_tui.ui.widgets.row_list import RowSegment as Cell

LEFT_CELLS = 2
"""Cells of a row before its first column, for cursor and icon."""


class SourceTable(RowList):
    """A table with one row per source."""

    def __init__(
        self, icons: Icons, rtl: str, on_cursor: Callable[[], None], *, ascii: bool = False, id: str | None = None
    ) -> None:
        super().__init__(on_cursor, rtl, id=id)
        self._icons = icons
        self._rtl = rtl
        self._ascii = ascii
        self._rows: Sequence[SourceStatus] = ()
        self._now = 0
        self.empty_text = ""

    def show(self, rows: Sequence[SourceStatus], now: int, source_id: int | None = None) -> None:
        """Show `rows`, with the cursor on `source_id`, else on the same source or row."""
        target_id = source_id or (self.current.source.id if self.current else None)
        self._rows, self._now = rows, now
        self.refresh_rows()
        number = next((number for number, row in enumerate(rows) if row.source.id == target_id), self.cursor)
        if number == self.cursor:
            self.cursor = self.validate_cursor(number)
            self.scroll_to_cursor()
            self._on_cursor()
        else:
            self.cursor = number

    @property
    def current(self) -> SourceStatus | None:
        """The source under the cursor."""
        return self._rows[self.cursor] if self.is_selectable(self.cursor) else None

    def count_rows(self) -> int:
        return len(self._rows) or bool(self.empty_text)

    def is_selectable(self, row: int) -> bool:
        return 0 <= row < len(self._rows)

    def row_segments(self, row: int, width: int, is_cursor: bool) -> list[Cell]:
        if not self._rows:
            return [(f"  {self.empty_text}", "empty")]
        columns, icons = choose_columns(width), self._icons
        cells = row_of(self._rows[row], columns, self._now, icons, measure, self._rtl, ascii=self._ascii)
        return [(self._icons.cursor if is_cursor else " ", "pointer"), *cells]


class SourceHeadings(Widget):
    """The headings of the table; a click sorts by that column."""

    DEFAULT_CSS = "SourceHeadings { height: 1; width: 1fr; background: $panel; color: $foreground 70%; }"

    class SortRequested(Message):
        """The heading of a sortable column was clicked."""

        def __init__(self, order: str) -> None:
            self.order = order
            super().__init__()

    def __init__(self, order: str, rtl: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._order = order
        self._rtl = rtl

    def show_order(self, order: str) -> None:
        """Underline the heading of the current order."""
        self._order = order
        self.refresh()

    @property
    def _columns(self) -> tuple[StatusColumn, ...]:
        return choose_columns(self.size.width - 1)

    def render(self) -> Content:
        parts = [Content(" " * LEFT_CELLS)]
        current = next((column for column in self._columns if column.order == self._order), None)
        for column in self._columns:
            name = draw_label(gettext(column.heading)[: column.cells], self._rtl)
            gap = Content(" " * (column.cells - measure(name)))
            words = Content.styled(name, "bold underline $accent" if column is current else "")
            parts += [*([gap, words] if column.is_at_right else [words, gap]), Content("  ")]
        return assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        end = LEFT_CELLS
        at = self.size.width - 1 - event.x if is_right_to_left() else event.x
        for column in self._columns:
            end += column.cells + 2
            if at < end:
                if column.order:
                    self.post_message(self.SortRequested(column.order))
                return


class HookFailures(Widget):
    """Lines about hooks that failed; no height if there are none."""

    DEFAULT_CSS = "HookFailures { height: auto; max-height: 4; width: 1fr; color: $warning; }"

    lines: reactive[Sequence[str]] = reactive[Sequence[str]]((), layout=True)

    def __init__(self, rtl: str) -> None:
        super().__init__()
        self._rtl = rtl

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self.lines)

    def render(self) -> Content:
        labels = (draw_label(line, self._rtl, max(1, self.size.width - 2)) for line in self.lines)
        return Content("\n".join(f" {label}" for label in labels))


class SourceDetails(ScrollingLineView, can_focus=True):
    """The details of one source, as lines."""

    BINDINGS: ClassVar = action_table.make_bindings("both")

    def __init__(self, rtl: str, *, ascii: bool, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rtl = rtl
        self._ascii = ascii
        self._rows: Sequence[HeaderRow] = ()
        self._lines: Sequence[tuple[Line, Sequence[KeyHint]]] = ()
        """The lines, and the hints that are the links in them."""
        self._source_id = 0

    def show(self, source: int, rows: Sequence[HeaderRow]) -> None:
        """Show the details of a source, from the top if it is another source."""
        self._rows = rows
        self._layout_rows()
        if source != self._source_id:
            self._source_id = source
            self.jump(0)

    def on_resize(self) -> None:
        self._layout_rows()

    def _layout_rows(self) -> None:
        width = max(8, self.columns - 2)
        self._lines = [
            (line, find_in_row(row[0]))
            for row in self._rows
            for line in layout_detail_row(row, width, measure, self._rtl, ascii=self._ascii)
        ]
        self.set_line_count(len(self._lines))

    def draw_line(self, number: int, width: int) -> Strip:
        line, hints = self._lines[number] if number < len(self._lines) else (Line(), ())
        styles, background = self.text_styles, self.text_styles[""]
        margin = max(1, width - 1 - line.cells) if is_right_to_left() else 1
        styled = [(" " * margin, background)]
        for run in line.runs:
            button = key_meta(*hints[run.link - 1].keys) if run.link else Style.null()
            styled.append((run.text, styles[run.style] + button))
        return make_strip(styled, width, background)
