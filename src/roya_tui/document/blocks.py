"""The parsed article: blocks of styled text in reading order, as frozen values.

Nesting is flat: each block lists its `containers`, outermost first, so that no reader has to recurse, however deep the
HTML was. A page may have half a million blocks; none is part of a cycle, so the garbage collector ignores them.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple, overload

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.model import Picture


class Span(Struct, frozen=True, gc=False):
    """A styled or linked range of a `Text`; `link` is the number of its link, 0 for none."""

    start: int
    end: int
    styles: tuple[str, ...] = ()
    """Any of `strong em code strike underline mark small caps`, outermost first."""
    link: int = 0

    def moved(self, by: int) -> Span:
        """Return the span `by` characters later."""
        return replace(self, start=self.start + by, end=self.end + by)


class Text(Struct, frozen=True, gc=False):
    """A string and its spans: sorted, not empty, not overlapping. A newline is a line break."""

    string: str = ""
    spans: tuple[Span, ...] = ()

    def iter_spans(self, start: int, end: int) -> Iterator[Span]:
        """Yield the spans of `string[start:end]`, clipped to it."""
        for i in range(bisect_right(self.spans, start, key=lambda span: span.end), len(self.spans)):
            span = self.spans[i]
            if span.start >= end:
                return
            if span.start < start or span.end > end:
                span = replace(span, start=max(span.start, start), end=min(span.end, end))
            yield span

    def cover(self, start: int, end: int) -> Iterator[Span]:
        """Yield the spans of `string[start:end]`, and plain ones where there are none."""
        position = start
        for span in self.iter_spans(start, end):
            if span.start > position:
                yield Span(position, span.start)
            yield span
            position = span.end
        if position < end:
            yield Span(position, end)

    def slice(self, start: int, end: int) -> Text:
        """Return `string[start:end]` with its spans."""
        return Text(self.string[start:end], tuple(span.moved(-start) for span in self.iter_spans(start, end)))


class Container(Struct, frozen=True, gc=False):
    """A list item, quotation, definition or <details>; blocks in the same one share its `id`."""

    kind: str
    """`item`, `quote`, `definition`, `details`, or `indent` (a list outside of items)."""
    id: int
    list: int = 0
    """Id of the list that an item belongs to."""
    marker: str = ""
    """Number of an item in a numbered list, such as `3.`; "" for a bullet."""


class Anchor(NamedTuple):
    """A named target of links within the page, at an offset in the text of its block."""

    name: str
    offset: int


TextSlice = tuple[int, int]
"""Start and end of a range of characters, the end excluded."""


class CellGrid(Sequence[tuple[TextSlice, ...]]):
    """The cells of a table by row, as a sequence of tuples in eight bytes a cell."""

    __slots__ = ("_columns", "_edges")

    def __init__(self, columns: int, edges: array[int]) -> None:
        """`edges` are the start and end of each cell, row by row."""
        self._columns = columns
        self._edges = edges

    def __len__(self) -> int:
        return len(self._edges) // (2 * self._columns)

    @overload
    def __getitem__(self, row: int) -> tuple[TextSlice, ...]: ...
    @overload
    def __getitem__(self, row: slice) -> list[tuple[TextSlice, ...]]: ...
    def __getitem__(self, row: int | slice) -> tuple[TextSlice, ...] | list[tuple[TextSlice, ...]]:
        if isinstance(row, slice):
            return [self[number] for number in range(*row.indices(len(self)))]
        cells = range(len(self))[row] * 2 * self._columns
        edges = self._edges[cells : cells + 2 * self._columns]
        return tuple(zip(edges[::2], edges[1::2], strict=True))

    def cell(self, row: int, column: int) -> TextSlice:
        """Return one cell, faster than by its row."""
        at = 2 * (row * self._columns + column)
        return self._edges[at], self._edges[at + 1]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CellGrid) and (self._columns, self._edges) == (other._columns, other._edges)

    def __hash__(self) -> int:
        return hash(self._edges.tobytes())


class Block(Struct, frozen=True, gc=False):
    """One block. Fields that its `kind` does not use keep their defaults."""

    kind: str
    """`paragraph`, `heading`, `code`, `table`, `picture`, `media`, `caption`, `term`, `summary` or `rule`."""
    text: Text = Text()
    """Its text; of a picture or a medium, the caption; of a table, all cells, separated by tabs and newlines."""
    containers: tuple[Container, ...] = ()
    start: int = 0
    """Offset of its text in the document's text."""
    level: int = 0
    language: str = ""
    number: int = 0
    """Position of a picture in the document's pictures, from 1."""
    label: str = ""  # of a medium: `video`, `audio` or `page`
    link: int = 0
    """Number of the link around a whole picture or medium."""
    rows: CellGrid = CellGrid(1, array("I"))
    """Start and end in the text of each cell of a table; every row has as many cells.

    A cell that spans columns or rows is repeated in each of them.
    """
    header_rows: int = 0
    """Number of a table's first rows that are column headers."""
    rtl: bool | None = None
    """Its direction, if the page states one."""
    anchors: tuple[Anchor, ...] = ()


class Link(Struct, frozen=True, gc=False):
    """An http(s) or mailto URL that a document links to, and the link's text."""

    url: str
    """"" for a link within a document that has no URL."""
    text: str = ""
    target: int | None = None
    """Offset in the document's text that it leads to, such as a footnote."""


class Document(Struct, frozen=True):
    """An article's text in reading order. Links and pictures are numbered from 1 in the order they appear."""

    blocks: tuple[Block, ...] = ()
    links: tuple[Link, ...] = ()
    pictures: tuple[Picture, ...] = ()
    text: str = ""
    """The text of all blocks, one block a line: offsets, search and copying refer to it."""
    rtl: bool = False
    """Whether most of its letters are of right-to-left scripts."""

    def block_index_at(self, offset: int) -> int:
        """Return the index of the block at an offset; the document must have blocks."""
        return max(0, bisect_right(self.blocks, offset, key=lambda block: block.start) - 1)

    def next_link(self, offset: int) -> int:
        """Return the first link from an offset to the end of its block, 0 if there is none."""
        if not self.blocks:
            return 0
        block = self.blocks[self.block_index_at(offset)]
        spans = block.text.iter_spans(offset - block.start, len(block.text.string))
        return next((span.link for span in spans if span.link), 0)
