"""Finding lines, headings, pictures and links of a page."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from roya_tui.document.parser import parse_html
from roya_tui.layout.engine import layout_document
from roya_tui.layout.hit_testing import link_at
from roya_tui.layout.lines import Line, Page, StackedLines

HEADER = (Line(), Line())
DOCUMENT = parse_html(
    "<h2>North</h2><p>one</p><img src=/1.jpg alt=first><h2>South</h2><p>two <a href=/2>three</a></p>"
    "<img src=/2.jpg alt=second>",
    "https://news.example/",
)
PAGE = Page(DOCUMENT, StackedLines(HEADER, layout_document(DOCUMENT, 30, cell_len)), len(HEADER), 30)
LINES = [line.text.strip() for line in PAGE.lines]
NORTH, SOUTH = LINES.index("North"), LINES.index("South")


@pytest.mark.parametrize(
    ("top", "by", "expected"),
    [(0, 1, NORTH), (NORTH, 1, SOUTH), (SOUTH, 1, SOUTH), (SOUTH, -1, NORTH), (NORTH, -1, 0), (0, -1, 0)],
)
def test_find_heading_returns_the_next_one_or_stays(top: int, by: int, expected: int) -> None:
    assert PAGE.find_heading(top, by) == expected


def test_move_line_skips_blank_lines_and_stops_at_the_ends() -> None:
    assert LINES[PAGE.move_line(NORTH, 1)] == "one"
    assert LINES[PAGE.move_line(SOUTH, -2)] == "one"
    assert PAGE.move_line(NORTH, -1) == NORTH
    assert PAGE.move_line(NORTH, 99) == PAGE.move_line(SOUTH, 99)


def test_first_offset_is_that_of_the_first_text_in_some_lines() -> None:
    assert PAGE.first_offset(range(len(LINES))) == 0
    assert DOCUMENT.text[PAGE.first_offset(range(SOUTH, len(LINES))) :].startswith("South")
    assert PAGE.first_offset(range(len(HEADER))) == 0


def test_find_picture_prefers_those_in_view_then_the_last_one_above() -> None:
    assert [PAGE.find_picture(range(start, start + 1)) for start in (0, SOUTH, len(LINES))] == [1, 1, 2]
    assert PAGE.find_picture(range(SOUTH, len(LINES))) == 2


def test_link_at_returns_the_link_of_a_cell() -> None:
    line = next(line for line in PAGE.lines if line.text.strip().startswith("two three"))
    start = line.text.index("three")
    assert [link_at(line, cell, cell_len) for cell in (-1, start - 1, start, start + 4, 99)] == [0, 0, 1, 1, 0]
