"""An article as it lies before the reader: the lines of its head, then those of its text, and where things are."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.layout.lines import NO_PICTURES, LazyLines, Line, PictureSizes

if TYPE_CHECKING:
    from roya_tui.document.blocks import Document


class Page(Struct, frozen=True):
    """Lines set at one width. Whatever the pane shows is one of these: an article, or something told of it."""

    document: Document
    """What the lines of the text show: `Line.start` and `Run.at` are places in its text."""
    lines: Sequence[Line]
    """Those of a text are made when they are asked for: ask for what is drawn, and do not go through all."""
    header_height: int
    """How many of the lines are the head's; those are no part of the document."""
    width: int
    pictures: PictureSizes = NO_PICTURES
    """What was known of the document's pictures when the lines were set."""

    tags: tuple[str, ...] = ()
    """Those in the head: the first is link -1 of the page, the second -2."""
    story_ids: tuple[int, ...] = ()
    """The articles of the same story that the head leads to: they are links after the tags."""

    @property
    def header_link_count(self) -> int:
        """How many links the head has: they are numbered from -1 downwards."""
        return len(self.tags) + len(self.story_ids)

    def with_header(self, header: Sequence[Line]) -> Page:
        """Return the same text below another head, without setting it anew."""
        text = self.lines.body if isinstance(self.lines, StackedLines) else self.lines[self.header_height :]
        return replace(self, lines=StackedLines(header, text), header_height=len(header))

    def offset_of_line(self, line: int) -> int | None:
        """Return where in the text a line begins; None in the head and beyond the end."""
        return self.lines[line].start if self.header_height <= line < len(self.lines) else None

    def line_of_offset(self, offset: int) -> int:
        """Return the number of the line that shows a place in the text; the first of them, if several begin there."""
        y = max(
            self.header_height, bisect_right(self.lines, offset, lo=self.header_height, key=lambda line: line.start) - 1
        )
        while (
            y > self.header_height and (above := self.lines[y - 1]).start == self.lines[y].start and not above.is_spacer
        ):
            y -= 1
        return y

    def line_of_block(self, index: int) -> int:
        """Return the number of a block's first line, such as to go to a heading or a picture."""
        return self.line_of_offset(self.document.blocks[index].start)

    def line_of_link(self, number: int) -> int | None:
        """Return the number of the line on which a link begins; None if no line shows it."""
        if number < 0:
            return next(
                (y for y in range(self.header_height) if any(run.link == number for run in self.lines[y].runs)), None
            )
        for block in self.document.blocks:
            begins = 0 if block.link == number else next((s.start for s in block.text.spans if s.link == number), None)
            if begins is not None:
                # The lines of a row of a table show all its cells side by side.
                begins = max((row[0][0] for row in block.rows if row[0][0] <= begins), default=begins)
                first = self.line_of_offset(block.start + begins)
                lines = range(first, len(self.lines))
                return next((y for y in lines if any(run.link == number for run in self.lines[y].runs)), None)
        return None


class StackedLines(LazyLines[Line]):
    """The lines of a head, and those of a text below it."""

    __slots__ = ("_above", "_below")

    def __init__(self, header: Sequence[Line], body: Sequence[Line]) -> None:
        self._above = header
        self._below = body

    @property
    def body(self) -> Sequence[Line]:
        """The lines of the text."""
        return self._below

    def __len__(self) -> int:
        return len(self._above) + len(self._below)

    def build_line(self, number: int) -> Line:
        height = len(self._above)
        return self._above[number] if number < height else self._below[number - height]

    def __iter__(self) -> Iterator[Line]:
        yield from self._above
        yield from self._below
