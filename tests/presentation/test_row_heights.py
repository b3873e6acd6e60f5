"""Rows of one and two lines: which lines they take, and back."""

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from roya_tui.presentation.row_heights import RowHeights, find_short_rows
from roya_tui.presentation.timeline import MoreRow, Timeline


@given(st.integers(1, 3), st.sets(st.integers(0, 40)))
def test_rows_take_all_lines_in_their_order(height: int, short_rows: set[int]) -> None:
    heights = RowHeights()
    heights.set_height(height, sorted(short_rows))
    lines = [row for row in range(45) for _ in range(1 if row in short_rows else height)]
    assert [heights.row_at(line) for line in range(len(lines))] == lines
    for row in range(45):
        taken = [line for line, owner in enumerate(lines) if owner == row]
        assert (heights.line_of(row), list(heights.lines_of(row))) == (taken[0], taken)


@pytest.mark.parametrize(("lines", "rows"), [(range(1), [0]), (range(4), [0, 1, 2]), (range(2, 5), [1, 2])])
def test_rows_of_lines_include_those_that_begin_above(lines: range, rows: list[int]) -> None:
    heights = RowHeights()
    heights.set_height(2, [0])
    assert list(heights.rows_of(lines)) == rows


def test_headings_and_rows_that_count_articles_are_short() -> None:
    shown = Timeline(array("q", [4, -1, 5, 6, -2]), (0, 3), (), ("Today", "Yesterday"), (0, 4))
    more = {-1: MoreRow(array("q", [7]), "1 more"), -2: MoreRow(array("q", [8]), "1 more")}
    assert list(find_short_rows(shown)) == [0, 4]
    assert list(find_short_rows(replace(shown, more_rows=more))) == [0, 2, 4, 6]
