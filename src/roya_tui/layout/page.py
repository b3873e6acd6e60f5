"""A laid-out article: the lines of its header, then of its text, and where things are."""

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
    """Lines at one width: an article, or a message in its place."""

    document: Document
    """The document of the lines: `Line.start` and `Run.offsets` refer to its text."""
    lines: Sequence[Line]
    """Those of a text are built lazily: request what is drawn, and do not iterate over all."""
    header_height: int
    """Number of header lines, which are not part of the document."""
    width: int
    pictures: PictureSizes = NO_PICTURES
    """What was known about the document's pictures at layout time."""

    tags: tuple[str, ...] = ()
    """Tags in the header: the first is link -1 of the page, the second -2."""
    story_ids: tuple[int, ...] = ()
    """Articles of the same story that the header links to, numbered after the tags."""

    @property
    def header_link_count(self) -> int:
        """Number of links in the header, numbered from -1 downwards."""
        return len(self.tags) + len(self.story_ids)

    def with_header(self, header: Sequence[Line]) -> Page:
        """Return the page with another header, without laying out the text again."""
        text = self.lines.body if isinstance(self.lines, StackedLines) else self.lines[self.header_height :]
        return replace(self, lines=StackedLines(header, text), header_height=len(header))

    def offset_of_line(self, line: int) -> int | None:
        """Return the offset in the text where a line begins; None outside of the text."""
        return self.lines[line].start if self.header_height <= line < len(self.lines) else None

    def line_of_offset(self, offset: int) -> int:
        """Return the first line that shows an offset in the text."""
        y = max(
            self.header_height, bisect_right(self.lines, offset, lo=self.header_height, key=lambda line: line.start) - 1
        )
        while (
            y > self.header_height and (above := self.lines[y - 1]).start == self.lines[y].start and not above.is_spacer
        ):
            y -= 1
        return y

    def line_of_block(self, index: int) -> int:
        """Return a block's first line, such as of a heading or a picture."""
        return self.line_of_offset(self.document.blocks[index].start)

    def line_of_link(self, number: int) -> int | None:
        """Return the line on which a link begins; None if no line shows it."""
        if number < 0:
            return next(
                (y for y in range(self.header_height) if any(run.link == number for run in self.lines[y].runs)), None
            )
        for block in self.document.blocks:
            begins = 0 if block.link == number else next((s.start for s in block.text.spans if s.link == number), None)
            if begins is not None:
                # The lines of a table row show all its cells side by side.
                begins = max((row[0][0] for row in block.rows if row[0][0] <= begins), default=begins)
                first = self.line_of_offset(block.start + begins)
                lines = range(first, len(self.lines))
                return next((y for y in lines if any(run.link == number for run in self.lines[y].runs)), None)
        return None


class StackedLines(LazyLines[Line]):
    """The lines of a header, and below them those of a text."""

    __slots__ = ("body", "header")

    def __init__(self, header: Sequence[Line], body: Sequence[Line]) -> None:
        self.header = header
        self.body = body

    def __len__(self) -> int:
        return len(self.header) + len(self.body)

    def build_line(self, number: int) -> Line:
        height = len(self.header)
        return self.header[number] if number < height else self.body[number - height]

    def __iter__(self) -> Iterator[Line]:
        yield from self.header
        yield from self.body
