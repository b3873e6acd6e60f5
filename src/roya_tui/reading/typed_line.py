"""A line that someone types: as it is drawn, and which place in it stands on which cell.

The cursor stands on a character and not between two: where text of both directions meets, there is but one place on
the screen for it. It stands on whole characters (grapheme clusters; lam with alef is one where it is drawn as one), and
behind the last on a blank, which is at the left where the line reads from the right.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from msgspec import Struct

from roya_tui.reading import graphemes
from roya_tui.reading.lines import Run
from roya_tui.reading.oneline import marked_line
from roya_tui.reading.scripts import Measure
from roya_tui.reading.strand import Mark

_ANY_WIDTH = 1 << 20


class Slot(NamedTuple):
    """A place for the cursor."""

    start: int
    """Where in the text the character begins; the text's length for the place behind the last."""
    cell: int
    cells: int


class TypedLine(Struct, frozen=True):
    """Runs from left to right as drawn, the blank for the cursor among them, and the places they have."""

    runs: tuple[Run, ...]
    slots: tuple[Slot, ...]
    from_right: bool

    @property
    def cells(self) -> int:
        last = self.slots[-1]
        return last.cell + last.cells

    def slot(self, index: int) -> Slot:
        """Return the place of the character at `index`, or of which it is a part."""
        return max((slot for slot in self.slots if slot.start <= index), default=self.slots[0])

    def at(self, cell: int) -> int:
        """Return the index of the character on a cell, or nearest to it."""
        place = bisect_right(self.slots, max(0, cell), key=lambda slot: slot.cell) - 1
        return self.slots[place].start

    def beside(self, index: int, by: int) -> int:
        """Return the index of the character that is drawn `by` places to the right of the one at `index`."""
        place = self.slots.index(self.slot(index)) + by
        return self.slots[max(0, min(place, len(self.slots) - 1))].start


def typed_line(
    text: str, measure: Measure, rtl: str, styles: Sequence[Mark] = (), behind: str = "", *, from_left: bool = False
) -> TypedLine:
    """Return `text` as drawn; `styles` may overlap, and `behind` is that of the blank. `rtl` is as for `layout`.

    `from_left`: it reads from the left, whatever it begins with.
    """
    drawn = marked_line(text, _ANY_WIDTH, measure, tuple(_apart(styles)), rtl, from_left=from_left)
    blank = Run(" ", behind)
    runs = (blank, *drawn.runs) if drawn.from_right else (*drawn.runs, blank)
    order = "words" if rtl == "terminal" else rtl  # what a terminal orders once more ends where we would draw it
    plain = marked_line(text, _ANY_WIDTH, measure, (), order, from_left=from_left)
    places = [place for run in plain.runs for place in zip(run.at, run.text, strict=True)]
    slots = _slots(text, places, measure, shaped=rtl == "visual", from_right=drawn.from_right)
    return TypedLine(runs, tuple(slots), drawn.from_right)


def _apart(styles: Sequence[Mark]) -> Iterator[Mark]:
    """Yield stretches that do not overlap, each with the styles of all that it is in."""
    edges = sorted({edge for mark in styles for edge in (mark.start, mark.end)})
    for start, end in pairwise(edges):
        names = [mark.style for mark in styles if mark.start <= start and end <= mark.end]
        if names:
            yield Mark(start, end, " ".join(names))


def _slots(
    text: str, places: Sequence[tuple[int, str]], measure: Measure, *, shaped: bool, from_right: bool
) -> Iterator[Slot]:
    """Yield the places of the cursor from left to right; `places` says which character is drawn where."""
    starts = graphemes.starts(text)
    cell = 0
    if from_right:
        yield Slot(len(text), 0, 1)
        cell = 1
    for start, members in groupby(places, key=lambda place: starts[bisect_right(starts, place[0]) - 1]):
        cells = measure("".join(drawn if shaped else text[index] for index, drawn in members))
        if cells:
            yield Slot(start, cell, cells)
        cell += cells
    if not from_right:
        yield Slot(len(text), cell, 1)
