"""Pixels as cells: two of them in each, one above the other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.graphics.made import BLUE, GREEN, RED

from roya_tui.graphics.asking import Drawn
from roya_tui.graphics.cells import HALF, Patch, rows

PAPER = (1, 2, 3)


def pixels(*lines: list[tuple[int, int, int]]) -> Drawn:
    return Drawn(len(lines[0]), len(lines), bytes(level for line in lines for pixel in line for level in pixel))


def test_two_pixels_share_a_cell() -> None:
    assert rows(pixels([RED, RED, GREEN], [BLUE, BLUE, GREEN]), PAPER) == [
        [Patch(2, RED, BLUE), Patch(1, GREEN, GREEN)]
    ]


def test_below_an_odd_last_line_is_paper() -> None:
    assert rows(pixels([RED], [RED], [BLUE]), PAPER) == [[Patch(1, RED, RED)], [Patch(1, BLUE, PAPER)]]


def test_one_colour_is_a_blank() -> None:
    assert (Patch(3, RED, RED).text, Patch(2, RED, BLUE).text) == ("   ", HALF * 2)


@given(st.integers(1, 9), st.integers(1, 9), st.data())
def test_no_pixel_is_lost(width: int, height: int, data: st.DataObject) -> None:
    bytes_ = data.draw(st.lists(st.sampled_from([RED, BLUE, GREEN]), min_size=width * height, max_size=width * height))
    drawn = Drawn(width, height, bytes(level for pixel in bytes_ for level in pixel))
    seen = [
        [colour for patch in row for colour in [(patch.upper, patch.lower)[half]] * patch.cells]
        for row in rows(drawn, PAPER)
        for half in (0, 1)
    ]
    wanted = [bytes_[y * width : (y + 1) * width] for y in range(height)]
    assert seen == wanted + [[PAPER] * width] * (height % 2)
