"""Pixels → cells of a terminal: each cell is two pixels, one above the other, in two colours and one sign."""

from __future__ import annotations

from typing import NamedTuple

from roya_tui.graphics.asking import Drawn

HALF = "▀"
"""The upper half in the colour of the text, the lower half in that of the background."""

Colour = tuple[int, int, int]


class Patch(NamedTuple):
    """Cells beside each other that look the same."""

    cells: int
    upper: Colour
    lower: Colour

    @property
    def text(self) -> str:
        """What to write there, in `upper` on `lower`."""
        return (" " if self.upper == self.lower else HALF) * self.cells


def rows(drawn: Drawn, paper: Colour) -> list[list[Patch]]:
    """Return the cells of a picture row by row; below its last pixels an odd height leaves half a row of `paper`."""
    width, data = drawn.width, drawn.data
    under = bytes(paper) * width
    lines = [data[at : at + 3 * width] for at in range(0, 3 * width * drawn.height, 3 * width)]
    if len(lines) % 2:
        lines.append(under)
    return [_row(upper, lower) for upper, lower in zip(lines[::2], lines[1::2], strict=True)]


def _row(upper: bytes, lower: bytes) -> list[Patch]:
    above, below = iter(upper), iter(lower)
    patches: list[Patch] = []
    count, last = 0, None
    for pair in zip(zip(above, above, above, strict=True), zip(below, below, below, strict=True), strict=True):
        if pair == last:
            count += 1
            continue
        if last is not None:
            patches.append(Patch(count, *last))
        count, last = 1, pair
    if last is not None:
        patches.append(Patch(count, *last))
    return patches
