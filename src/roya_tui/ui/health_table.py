"""The sources as a table, its headings, and all that is known of one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from roya_tui.layout.article_header import HeaderRow
from roya_tui.layout.lines import Line
from roya_tui.model import SourceStatus
from roya_tui.presentation.headline_rows import Icons
from roya_tui.presentation.source_status_view import StatusColumn, choose_columns, layout_detail_row
from roya_tui.presentation.source_status_view import table_row as row_of
from roya_tui.ui import keys
from roya_tui.ui.cells import measure, strip
from roya_tui.ui.ink import ink
from roya_tui.ui.rows import Rows
from roya_tui.ui.rows import Run as Cell
from roya_tui.ui.tall import Scrolled

LEFT = 2
"""Cells of a row before its first column: the cursor's and the sign's."""


class SourceTable(Rows):
    """A source a row."""

    def __init__(
        self, signs: Icons, rtl: str, moved: Callable[[], None], *, ascii: bool = False, id: str | None = None
    ) -> None:
        """`moved` is called when the cursor comes to another source."""
        super().__init__(id=id)
        self._signs = signs
        self._rtl = rtl
        self._moved = moved
        self._ascii = ascii
        self._rows: Sequence[SourceStatus] = ()
        self._now = 0
        self.empty_words = ""

    def show(self, rows: Sequence[SourceStatus], now: int, wanted: int | None = None) -> None:
        """Show `rows`, with the cursor on the source `wanted`, else on the one it stood on, else where it stood."""
        stood = wanted or (self.current.source.id if self.current else None)
        self._rows, self._now = rows, now
        self.changed()
        place = next((place for place, one in enumerate(rows) if one.source.id == stood), self.cursor)
        if place == self.cursor:
            self.cursor = self.validate_cursor(place)
            self.show_cursor()
            self.moved()
        else:
            self.cursor = place

    @property
    def current(self) -> SourceStatus | None:
        """The source under the cursor."""
        return self._rows[self.cursor] if self.selectable(self.cursor) else None

    def moved(self) -> None:
        self._moved()

    def count(self) -> int:
        return len(self._rows) or bool(self.empty_words)

    def selectable(self, row: int) -> bool:
        return 0 <= row < len(self._rows)

    def runs(self, row: int, width: int, here: bool) -> list[Cell]:
        if not self._rows:
            return [(f"  {self.empty_words}", "empty")]
        cells = row_of(
            self._rows[row],
            choose_columns(width),
            self._now,
            self._signs,
            measure,
            self._rtl,
            ascii=self._ascii,
        )
        return [(self._signs.cursor if here else " ", "pointer"), *cells]


class Headings(Widget):
    """The headings of the table; a click sorts."""

    DEFAULT_CSS = "Headings { height: 1; width: 1fr; background: $panel; color: $foreground 70%; }"

    class Sorted(Message):
        """The heading of an order was clicked."""

        def __init__(self, order: str) -> None:
            self.order = order
            super().__init__()

    def __init__(self, order: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._order = order

    def sort(self, order: str) -> None:
        """Show which order is on."""
        self._order = order
        self.refresh()

    @property
    def _columns(self) -> tuple[StatusColumn, ...]:
        return choose_columns(self.size.width - 1)

    def render(self) -> Content:
        parts: list[Content] = [Content(" " * LEFT)]
        on = next((column for column in self._columns if column.order == self._order), None)
        for column in self._columns:
            name = column.name[: column.cells]
            gap = " " * (column.cells - len(name))
            words = Content.styled(name, "bold underline $accent" if column is on else "")
            parts += [Content(gap), words] if column.right else [words, Content(gap)]
            parts.append(Content("  "))
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        end = LEFT
        for column in self._columns:
            end += column.cells + 2
            if event.x < end:
                if column.order:
                    self.post_message(self.Sorted(column.order))
                return


class SourcePage(Scrolled, can_focus=True):
    """All that is known of one source, as lines."""

    BINDINGS: ClassVar = keys.bindings("both")

    def __init__(self, rtl: str, *, ascii: bool, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rtl = rtl
        self._ascii = ascii
        self._rows: Sequence[HeaderRow] = ()
        self._lines: Sequence[Line] = ()
        self._of = 0
        self._styles: dict[str, Style] = {}

    def show(self, source: int, rows: Sequence[HeaderRow]) -> None:
        """Show `rows` of a source: from their top, unless they are of the one that is shown already."""
        self._rows = rows
        self._set()
        if source != self._of:
            self._of = source
            self.jump(0)

    def on_resize(self) -> None:
        self._set()

    def _set(self) -> None:
        width = max(8, self.columns - 2)
        self._lines = [
            line for row in self._rows for line in layout_detail_row(row, width, measure, self._rtl, ascii=self._ascii)
        ]
        self.set_lines(len(self._lines))

    def notify_style_update(self) -> None:
        self._styles.clear()
        super().notify_style_update()

    def line(self, number: int, width: int) -> Strip:
        runs = self._lines[number].runs if number < len(self._lines) else ()
        paper = self._style("")
        return strip([(" ", paper), *((run.text, self._style(run.style)) for run in runs)], width, paper)

    def _style(self, name: str) -> Style:
        if name not in self._styles:
            self._styles[name] = ink(name)
        return self._styles[name]
