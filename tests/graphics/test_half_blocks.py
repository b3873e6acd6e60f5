"""Pixels as half blocks: two in each cell, one above the other."""

from hypothesis import given
from hypothesis import strategies as st
from tests.graphics.sample_pictures import BLUE, GREEN, RED

from roya_tui.graphics.half_blocks import UPPER_HALF, CellRun, to_rows
from roya_tui.graphics.jobs import RenderedPicture

BACKGROUND = (1, 2, 3)


def pixels(*lines: list[tuple[int, int, int]]) -> RenderedPicture:
    data = bytes(level for line in lines for pixel in line for level in pixel)
    return RenderedPicture(len(lines[0]), len(lines), data)


def test_cell_has_two_pixels() -> None:
    rows = to_rows(pixels([RED, RED, GREEN], [BLUE, BLUE, GREEN]), BACKGROUND)
    assert rows == [[CellRun(2, RED, BLUE), CellRun(1, GREEN, GREEN)]]
    rows = to_rows(pixels([RED], [RED], [BLUE]), BACKGROUND)
    assert rows == [[CellRun(1, RED, RED)], [CellRun(1, BLUE, BACKGROUND)]], "background below an odd last row"
    assert (CellRun(3, RED, RED).text, CellRun(2, RED, BLUE).text) == ("   ", UPPER_HALF * 2)


@given(st.integers(1, 9), st.integers(1, 9), st.data())
def test_every_pixel_is_drawn(width: int, height: int, data: st.DataObject) -> None:
    line = st.lists(st.sampled_from([RED, BLUE, GREEN]), min_size=width, max_size=width)
    lines = data.draw(st.lists(line, min_size=height, max_size=height))
    seen = [
        [color for patch in row for color in [(patch.upper, patch.lower)[half]] * patch.cells]
        for row in to_rows(pixels(*lines), BACKGROUND)
        for half in (0, 1)
    ]
    assert seen == lines + [[BACKGROUND] * width] * (height % 2)
