"""Draw pixels as half blocks: each terminal cell shows two pixels, one above the other."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from roya_tui.graphics.jobs import RenderedPicture

UPPER_HALF = "▀"
"""U+2580: upper half in the text color, lower half in the background color."""

Rgb = tuple[int, int, int]


class CellRun(NamedTuple):
    """Adjacent cells of a row with the same colors."""

    cells: int
    upper: Rgb
    lower: Rgb

    @property
    def text(self) -> str:
        """The characters to draw in color `upper` on `lower`."""
        return (" " if self.upper == self.lower else UPPER_HALF) * self.cells


def to_rows(picture: RenderedPicture, background: Rgb) -> list[list[CellRun]]:
    """Return the cells by row; `background` fills the last half row of an odd height."""
    width, data = picture.width, picture.data
    lines = [data[at : at + 3 * width] for at in range(0, 3 * width * picture.height, 3 * width)]
    if len(lines) % 2:
        lines.append(bytes(background) * width)
    return [_row(upper, lower) for upper, lower in zip(lines[::2], lines[1::2], strict=True)]


def _row(upper: bytes, lower: bytes) -> list[CellRun]:
    uppers, lowers = iter(upper), iter(lower)
    cells = zip(zip(uppers, uppers, uppers, strict=True), zip(lowers, lowers, lowers, strict=True), strict=True)
    return [CellRun(sum(1 for _ in run), *colors) for colors, run in groupby(cells)]
