"""Where pictures stand among the lines of a text: rows kept free for them, as many as their sizes ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import Struct, field

Size = tuple[int, int]
"""Width and height in pixels."""

SMALLEST = 16, 8
"""Pixels of what is drawn; what is smaller is a rule or a spacer."""
FEWEST_ROWS = 4
"""In fewer rows nobody sees what a picture shows."""
MOST_ROWS = 20
_SHARE = 0.4
"""Of the lines in view: more, and one would leaf through pictures rather than read."""
UNKNOWN = 1600, 900
"""The size that a picture is taken to have while it is on its way: its place must not change when it is there."""


class Pictures(Struct, frozen=True):
    """What is known of a document's pictures when it is laid out; by number, from 1."""

    sizes: Mapping[int, Size] = field(default_factory=dict)
    """Those that are drawn."""
    notes: Mapping[int, str] = field(default_factory=dict)
    """Why one is not, in a few words that stand behind its caption."""
    rows: int = 0
    """How many rows one may have."""

    def box(self, number: int, columns: int) -> Box | None:
        """The cells that a picture takes in a text of that width; None if it is not drawn."""
        size = self.sizes.get(number)
        if size is None or self.rows < FEWEST_ROWS or size[0] < SMALLEST[0] or size[1] < SMALLEST[1]:
            return None
        return fitted(size, columns, self.rows)


NO_PICTURES = Pictures()
"""Nothing is known of any: each is told by its caption."""


class Box(NamedTuple):
    """Cells for a picture."""

    columns: int
    rows: int


class PictureRow(NamedTuple):
    """What of which picture a line shows."""

    number: int
    row: int
    box: Box


def most_rows(lines: int) -> int:
    """How many rows one picture may have where so many lines are in view."""
    return min(MOST_ROWS, int(lines * _SHARE))


def fitted(size: Size, columns: int, rows: int) -> Box:
    """The cells of a picture within so many columns and rows: a cell is one pixel wide and two high. Never enlarged."""
    width, height = size
    scale = min(1.0, columns / width, 2 * rows / height)
    return Box(
        max(1, min(columns, round(width * scale))),
        max(1, min(rows, -(-round(height * scale) // 2))),
    )
