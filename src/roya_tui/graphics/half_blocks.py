"""Pixels → cells of a terminal: each cell is two pixels, one above the other, in two colours and one sign."""

from __future__ import annotations

from typing import NamedTuple

from roya_tui.graphics.jobs import RenderedPicture

UPPER_HALF = "▀"
"""The upper half in the colour of the text, the lower half in that of the background."""

Rgb = tuple[int, int, int]


class CellRun(NamedTuple):
    """Cells beside each other that look the same."""

    cells: int
    upper: Rgb
    lower: Rgb

    @property
    def text(self) -> str:
        """What to write there, in `upper` on `lower`."""
        return (" " if self.upper == self.lower else UPPER_HALF) * self.cells


def to_rows(picture: RenderedPicture, background: Rgb) -> list[list[CellRun]]:
    """Return the cells of a picture row by row; below its last pixels an odd height leaves half a row of `paper`."""
    width, data = picture.width, picture.data
    under = bytes(background) * width
    lines = [data[at : at + 3 * width] for at in range(0, 3 * width * picture.height, 3 * width)]
    if len(lines) % 2:
        lines.append(under)
    return [_row(upper, lower) for upper, lower in zip(lines[::2], lines[1::2], strict=True)]


def _row(upper: bytes, lower: bytes) -> list[CellRun]:
    above, below = iter(upper), iter(lower)
    patches: list[CellRun] = []
    count, last = 0, None
    for pair in zip(zip(above, above, above, strict=True), zip(below, below, below, strict=True), strict=True):
        if pair == last:
            count += 1
            continue
        if last is not None:
            patches.append(CellRun(count, *last))
        count, last = 1, pair
    if last is not None:
        patches.append(CellRun(count, *last))
    return patches
