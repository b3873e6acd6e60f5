"""An article as it lies before the reader: the lines of its head, then those of its text, and where things are."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from roya_tui.reading.blocks import Document
    from roya_tui.reading.lines import Line


@dataclass(frozen=True, slots=True)
class Page:
    """Lines set at one width. Whatever the pane shows is one of these: an article, or something told of it."""

    document: Document
    """What the lines of the text show: `Line.start` and `Run.at` are places in its text."""
    lines: tuple[Line, ...]
    head: int
    """How many of the lines are the head's; those are no part of the document."""
    width: int

    def offset(self, line: int) -> int | None:
        """Return where in the text a line begins; None in the head and beyond the end."""
        return self.lines[line].start if self.head <= line < len(self.lines) else None

    def line(self, offset: int) -> int:
        """Return the number of the line that shows a place in the text."""
        return max(self.head, bisect_right(self.lines, offset, lo=self.head, key=lambda line: line.start) - 1)

    def line_of_link(self, number: int) -> int | None:
        """Return the number of the line on which a link begins; None if no line shows it."""
        for y, line in enumerate(self.lines):
            if any(run.link == number for run in line.runs):
                return y
        return None
