"""Pixels as cells: two of them in each, one above the other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.graphics.made import BLUE, GREEN, RED

from roya_tui.graphics.half_blocks import UPPER_HALF, CellRun, to_rows
from roya_tui.graphics.jobs import RenderedPicture

PAPER = (1, 2, 3)


def pixels(*lines: list[tuple[int, int, int]]) -> RenderedPicture:
    return RenderedPicture(
        len(lines[0]), len(lines), bytes(level for line in lines for pixel in line for level in pixel)
    )


def test_two_pixels_share_a_cell() -> None:
    assert to_rows(pixels([RED, RED, GREEN], [BLUE, BLUE, GREEN]), PAPER) == [
        [CellRun(2, RED, BLUE), CellRun(1, GREEN, GREEN)]
    ]


def test_below_an_odd_last_line_is_paper() -> None:
    assert to_rows(pixels([RED], [RED], [BLUE]), PAPER) == [[CellRun(1, RED, RED)], [CellRun(1, BLUE, PAPER)]]


def test_one_colour_is_a_blank() -> None:
    assert (CellRun(3, RED, RED).text, CellRun(2, RED, BLUE).text) == ("   ", UPPER_HALF * 2)


@given(st.integers(1, 9), st.integers(1, 9), st.data())
def test_no_pixel_is_lost(width: int, height: int, data: st.DataObject) -> None:
    bytes_ = data.draw(st.lists(st.sampled_from([RED, BLUE, GREEN]), min_size=width * height, max_size=width * height))
    drawn = RenderedPicture(width, height, bytes(level for pixel in bytes_ for level in pixel))
    seen = [
        [colour for patch in row for colour in [(patch.upper, patch.lower)[half]] * patch.cells]
        for row in to_rows(drawn, PAPER)
        for half in (0, 1)
    ]
    wanted = [bytes_[y * width : (y + 1) * width] for y in range(height)]
    assert seen == wanted + [[PAPER] * width] * (height % 2)
