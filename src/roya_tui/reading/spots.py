"""A cell of a drawn line ↔ a place in the text; and lines with stretches of the text set off."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from roya_tui.reading.graphemes import starts
from roya_tui.reading.lines import Line, Run
from roya_tui.reading.scripts import Measure
from roya_tui.reading.strand import Mark


def offset_at(line: Line, cell: int, measure: Measure) -> int:
    """Return the place in the text of what is drawn at a cell of a line, counted from the line's first.

    Beside the text it is that of the nearest character that is from the text; of an empty line its start.
    """
    nearest, distance = line.start, 1 << 30
    left = 0
    for run in line.runs:
        width = measure(run.text)
        if run.at:
            right = left + width
            apart = left - cell if cell < left else cell - right + 1 if cell >= right else 0
            if apart < distance:
                index = _index(run.text, min(max(cell, left), max(left, right - 1)) - left, measure)
                nearest, distance = run.at[index], apart
            if not apart:
                break
        left += width
    return nearest


def cell_of(line: Line, offset: int, measure: Measure) -> int | None:
    """Return the first cell of a line that shows a place in the text; None if none does."""
    left = 0
    for run in line.runs:
        if offset in run.at:
            index = run.at.index(offset)
            return left + measure(run.text[:index])
        left += measure(run.text)
    return None


def _index(text: str, cell: int, measure: Measure) -> int:
    """The index of the character, with all its marks, that is drawn at a cell of a text."""
    edges = starts(text)
    return edges[max(0, bisect_right(edges, cell, key=lambda edge: measure(text[:edge])) - 1)]


def set_off(runs: Iterable[Run], marks: Sequence[Mark]) -> Iterator[Run]:
    """Return runs in which what of the text lies within `marks` (sorted, apart from each other) has their styles."""
    for run in runs:
        if not run.at or not _within(marks, min(run.at[0], run.at[-1]), max(run.at[0], run.at[-1]) + 1):
            yield run
            continue
        index = 0
        for style, places in groupby(run.at, lambda at: _style(marks, at)):
            until = index + len(list(places))
            names = f"{run.style} {style}" if run.style and style else style or run.style
            yield Run(run.text[index:until], names, run.link, run.at[index:until])
            index = until


def _within(marks: Sequence[Mark], start: int, end: int) -> bool:
    """Whether any mark reaches into a stretch of the text."""
    before = bisect_left(marks, end, key=lambda mark: mark.start)
    return before > 0 and marks[before - 1].end > start


def _style(marks: Sequence[Mark], at: int) -> str:
    before = bisect_right(marks, at, key=lambda mark: mark.start)
    return marks[before - 1].style if before and marks[before - 1].end > at else ""
