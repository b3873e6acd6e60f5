"""Which lines of a list its rows take: one each, or two except for headings and rows that count articles."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from roya_tui.presentation.timeline import Timeline


class RowHeights:
    """Maps rows to lines and back, in a time that does not depend on their number."""

    def __init__(self) -> None:
        self._height = 1
        self._short_rows: Sequence[int] = ()
        self._short_lines: Sequence[int] = ()

    def set_height(self, height: int, short_rows: Sequence[int] = ()) -> None:
        """Give each row `height` lines, but those in `short_rows`, which are in order, one."""
        self._height, self._short_rows = height, short_rows
        self._short_lines = [height * row - above * (height - 1) for above, row in enumerate(short_rows)]

    def line_of(self, row: int) -> int:
        """Return the first line of `row`."""
        return row * self._height - bisect_left(self._short_rows, row) * (self._height - 1)

    def lines_of(self, row: int) -> range:
        """Return the lines that `row` takes."""
        return range(self.line_of(row), self.line_of(row + 1))

    def row_at(self, line: int) -> int:
        """Return the row that takes `line`."""
        above = bisect_right(self._short_lines, line)
        if not above:
            return line // self._height
        below = line - self._short_lines[above - 1]
        return self._short_rows[above - 1] + (below + self._height - 1) // self._height

    def rows_of(self, lines: range) -> range:
        """Return the rows that take `lines`."""
        return range(self.row_at(lines.start), self.row_at(lines.stop - 1) + 1)


def find_short_rows(shown: Timeline) -> Sequence[int]:
    """Return the rows that have one line where articles have two: headings, and rows that count articles."""
    if not shown.more_rows:
        return shown.section_rows
    counting = (shown.row_of(index) for index, id in enumerate(shown.ids) if id in shown.more_rows)
    return sorted((*shown.section_rows, *counting))
