"""The page that a widget draws, and which of its lines are in view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.strip import Strip

from roya_tui.layout.styled_text import Mark
from roya_tui.translation import is_right_to_left
from roya_tui.ui.caches import LruCache
from roya_tui.ui.widgets.line_view import LineView

if TYPE_CHECKING:
    from roya_tui.layout.lines import Page


class PageViewport:
    """What the parts of a page widget share: links, search, selection and pictures."""

    def __init__(self, widget: LineView) -> None:
        self.widget = widget
        self.page: Page | None = None
        self.marks: dict[str, Sequence[Mark]] = {}
        """Text ranges with a style, by the name of what they show: sorted and disjoint."""
        self.strips: LruCache[int, Strip] = LruCache(256)
        """The lines drawn last."""

    @property
    def top(self) -> int:
        """The number of the top line."""
        return self.widget.scroll_offset.y

    @property
    def lines(self) -> range:
        """The numbers of the lines in view."""
        return range(self.top, self.top + self.widget.visible_lines)

    @property
    def margin(self) -> int:
        """Columns of the widget before the text."""
        return side_margin(self.page.width if self.page else 0, self.widget.columns) + is_right_to_left()

    def draw_again(self) -> None:
        """Draw the lines in view again; their number stays the same."""
        self.strips.clear()
        self.widget.refresh()

    def set_marks(self, name: str, marks: Sequence[Mark]) -> None:
        """Replace the marks called `name`."""
        if marks or self.marks.get(name):
            self.marks[name] = marks
            self.draw_again()

    def show_line(self, number: int) -> None:
        """Scroll a line into view with two lines above it, unless it is in view."""
        if number not in self.lines:
            self.widget.jump(max(0, number - 2))

    def keep_in_view(self, number: int) -> None:
        """Scroll just enough to bring a line into view."""
        if number < self.top:
            self.widget.jump(number)
        elif number not in self.lines:
            self.widget.jump(number - self.widget.visible_lines + 1)

    def go_to_heading(self, by: int) -> bool:
        """Scroll to the next (1) or previous (-1) heading; False if nothing scrolled."""
        top = self.top
        if self.page is not None:
            self.widget.jump(self.page.find_heading(top, by))
        return self.top != top


def side_margin(text_width: int, columns: int) -> int:
    """Return the blank columns before a text of that width, to center it; at least 1."""
    return max(1, (columns - text_width) // 2)
