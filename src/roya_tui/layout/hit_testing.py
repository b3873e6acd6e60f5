"""Cells of drawn lines ↔ offsets in the text; highlighting, and lines with a cursor."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from msgspec import Struct

from roya_tui.characters import Measure, cluster_starts
from roya_tui.layout.lines import Line, Run
from roya_tui.layout.one_line import fit_marked_line
from roya_tui.layout.styled_text import Mark


def offset_at(line: Line, cell: int, measure: Measure) -> int:
    """Return the offset in the text of what a line shows at `cell`, counted from its first.

    Outside of the text it is that of the nearest character; of an empty line, its start.
    """
    nearest, distance = line.start, 1 << 30
    left = 0
    for run in line.runs:
        width = measure(run.text)
        if run.offsets:
            right = left + width
            gap = left - cell if cell < left else cell - right + 1 if cell >= right else 0
            if gap < distance:
                index = _index_at_cell(run.text, min(max(cell, left), max(left, right - 1)) - left, measure)
                nearest, distance = run.offsets[index], gap
            if not gap:
                break
        left += width
    return nearest


def link_at(line: Line, cell: int, measure: Measure) -> int:
    """Return the number of the link that a line shows at `cell`; 0 if there is none."""
    right = 0
    for run in line.runs:
        right += measure(run.text)
        if 0 <= cell < right:
            return run.link
    return 0


def cell_at_offset(line: Line, offset: int, measure: Measure) -> int | None:
    """Return the first cell of a line that shows an offset in the text; None if none does."""
    left = 0
    for run in line.runs:
        if offset in run.offsets:
            index = run.offsets.index(offset)
            return left + measure(run.text[:index])
        left += measure(run.text)
    return None


def _index_at_cell(text: str, cell: int, measure: Measure) -> int:
    """Return the index of the grapheme cluster at a cell of a text."""
    edges = cluster_starts(text)
    return edges[max(0, bisect_right(edges, cell, key=lambda edge: measure(text[:edge])) - 1)]


def highlight_runs(runs: Iterable[Run], marks: Sequence[Mark]) -> Iterator[Run]:
    """Yield runs with the styles of `marks`, which are sorted and do not overlap."""
    for run in runs:
        if not run.offsets or not _overlaps_mark(
            marks, min(run.offsets[0], run.offsets[-1]), max(run.offsets[0], run.offsets[-1]) + 1
        ):
            yield run
            continue
        index = 0
        for style, places in groupby(run.offsets, lambda at: _style_at(marks, at)):
            until = index + len(list(places))
            names = f"{run.style} {style}" if run.style and style else style or run.style
            yield Run(run.text[index:until], names, run.link, run.offsets[index:until])
            index = until


def _overlaps_mark(marks: Sequence[Mark], start: int, end: int) -> bool:
    """Return whether any mark overlaps a range."""
    before = bisect_left(marks, end, key=lambda mark: mark.start)
    return before > 0 and marks[before - 1].end > start


def _style_at(marks: Sequence[Mark], at: int) -> str:
    before = bisect_right(marks, at, key=lambda mark: mark.start)
    return marks[before - 1].style if before and marks[before - 1].end > at else ""


_ANY_WIDTH = 1 << 20


class CursorSlot(NamedTuple):
    """A position of the cursor."""

    start: int
    """Offset of its character in the text; the text's length after the last."""
    cell: int
    cells: int


class InputLine(Struct, frozen=True):
    """Runs left to right as drawn, including a blank for the cursor, and the cursor positions."""

    runs: tuple[Run, ...]
    slots: tuple[CursorSlot, ...]
    is_rtl: bool

    @property
    def cells(self) -> int:
        last = self.slots[-1]
        return last.cell + last.cells

    def slot_at(self, index: int) -> CursorSlot:
        """Return the position of the character at `index`, or of the cluster that it is part of."""
        return max((slot for slot in self.slots if slot.start <= index), default=self.slots[0])

    def index_at(self, cell: int) -> int:
        """Return the index of the character at a cell, or nearest to it."""
        place = bisect_right(self.slots, max(0, cell), key=lambda slot: slot.cell) - 1
        return self.slots[place].start

    def move(self, index: int, by: int) -> int:
        """Return the index of the character drawn `by` positions to the right of `index`."""
        place = self.slots.index(self.slot_at(index)) + by
        return self.slots[max(0, min(place, len(self.slots) - 1))].start


def layout_input(
    text: str,
    measure: Measure,
    rtl: str,
    styles: Sequence[Mark] = (),
    cursor_style: str = "",
    *,
    force_ltr: bool = False,
) -> InputLine:
    """Return `text` as drawn; `styles` may overlap. `rtl` is as for `layout_document`.

    `cursor_style` is that of the blank. `force_ltr` makes it left-to-right, whatever it begins with.
    """
    is_rtl = False if force_ltr else None
    drawn = fit_marked_line(text, _ANY_WIDTH, measure, tuple(_make_disjoint(styles)), rtl, is_rtl=is_rtl)
    blank = Run(" ", cursor_style)
    runs = (blank, *drawn.runs) if drawn.is_rtl else (*drawn.runs, blank)
    order = "words" if rtl == "terminal" else rtl  # after its reordering a terminal draws what we would
    plain = fit_marked_line(text, _ANY_WIDTH, measure, (), order, is_rtl=is_rtl)
    places = [place for run in plain.runs for place in zip(run.offsets, run.text, strict=True)]
    slots = _cursor_slots(text, places, measure, shaped=rtl == "visual", is_rtl=drawn.is_rtl)
    return InputLine(runs, tuple(slots), drawn.is_rtl)


def _make_disjoint(styles: Sequence[Mark]) -> Iterator[Mark]:
    """Yield ranges that do not overlap, each with the styles of all marks around it."""
    edges = sorted({edge for mark in styles for edge in (mark.start, mark.end)})
    for start, end in pairwise(edges):
        names = [mark.style for mark in styles if mark.start <= start and end <= mark.end]
        if names:
            yield Mark(start, end, " ".join(names))


def _cursor_slots(
    text: str, places: Sequence[tuple[int, str]], measure: Measure, *, shaped: bool, is_rtl: bool
) -> Iterator[CursorSlot]:
    """Yield cursor positions left to right; `places` are offsets and drawn characters."""
    starts = cluster_starts(text)
    cell = 0
    if is_rtl:
        yield CursorSlot(len(text), 0, 1)
        cell = 1
    for start, members in groupby(places, key=lambda place: starts[bisect_right(starts, place[0]) - 1]):
        cells = measure("".join(drawn if shaped else text[index] for index, drawn in members))
        if cells:
            yield CursorSlot(start, cell, cells)
        cell += cells
    if not is_rtl:
        yield CursorSlot(len(text), cell, 1)
