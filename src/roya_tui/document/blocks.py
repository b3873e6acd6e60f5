"""What an article's HTML comes to: blocks of styled text in reading order, as frozen values.

Nesting is kept flat: each block says what it stands `inside` of, from the outermost list item or quotation to the
innermost, so that nobody who reads a document has to recurse, however deep its HTML was.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.model import Picture


class Span(Struct, frozen=True):
    """A stretch of a `Text` that is not plain: its style names, and the number of its link (0: none)."""

    start: int
    end: int
    styles: tuple[str, ...] = ()
    """Of `strong em code strike underline mark small caps`, outermost first."""
    link: int = 0


class Text(Struct, frozen=True):
    """A string and its spans, which are sorted, never empty and never overlap. A newline is a line break."""

    string: str = ""
    spans: tuple[Span, ...] = ()

    def iter_spans(self, start: int, end: int) -> Iterator[Span]:
        """Return the spans of `string[start:end]`, cut off at its ends."""
        for i in range(bisect_right(self.spans, start, key=lambda span: span.end), len(self.spans)):
            span = self.spans[i]
            if span.start >= end:
                return
            if span.start < start or span.end > end:
                span = replace(span, start=max(span.start, start), end=min(span.end, end))
            yield span


class Container(Struct, frozen=True):
    """A list item, quotation, definition or fold that blocks stand in; those with the same `id` are in the same one."""

    kind: str
    """`item`, `quote`, `definition`, `details`, or `indent` (a list that stands in a list but in no item of it)."""
    id: int
    list: int = 0
    """Items of one list have the same."""
    marker: str = ""
    """Of an item of a numbered list, such as `3.`; "" for a bullet."""


class Anchor(NamedTuple):
    """A place that the page links to, by its name, and where in the text of its block it is."""

    name: str
    offset: int


class Block(Struct, frozen=True):
    """One block. What its `kind` does not need stays at its default."""

    kind: str
    """`paragraph`, `heading`, `code`, `table`, `picture`, `media`, `caption`, `term`, `summary` or `rule`."""
    text: Text = Text()
    """Its words; of a picture or a medium, its caption; of a table, all cells, parted by tabs and newlines."""
    containers: tuple[Container, ...] = ()
    start: int = 0
    """Where its text starts in the document's text."""
    level: int = 0
    """1 to 6 for a heading."""
    language: str = ""
    """Of code, as the page names it."""
    number: int = 0
    """Of a picture, from 1: its place in the document's pictures."""
    label: str = ""
    """What a medium is: `video`, `audio` or `page`."""
    link: int = 0
    """Number of the link that a whole picture or medium is."""
    rows: tuple[tuple[tuple[int, int], ...], ...] = ()
    """Of a table: where each cell starts and ends in the text; every row has as many cells.

    A cell that spans columns or rows stands in each of them.
    """
    header_rows: int = 0
    """How many of a table's first rows name its columns."""
    rtl: bool | None = None
    """Its direction, if the page states one."""
    anchors: tuple[Anchor, ...] = ()


class Link(Struct, frozen=True):
    """An http(s) or mailto address that a document links to, and the words that link to it."""

    url: str
    """"" where a document without an address links to a place in itself."""
    text: str = ""
    target: int | None = None
    """Where in the document's own text it leads to, such as a footnote."""


class Document(Struct, frozen=True):
    """An article's text in reading order. Links and pictures are numbered from 1 in the order they appear."""

    blocks: tuple[Block, ...] = ()
    links: tuple[Link, ...] = ()
    pictures: tuple[Picture, ...] = ()
    text: str = ""
    """The words of all blocks, one block a line: what offsets refer to, what is searched and what is copied."""
    rtl: bool = False
    """Whether most of it is in a right-to-left script."""

    def block_index_at(self, offset: int) -> int:
        """Return the index of the block that a place in the text is in; there must be any."""
        return max(0, bisect_right(self.blocks, offset, key=lambda block: block.start) - 1)

    def next_link(self, offset: int) -> int:
        """Return the number of the first link from a place on to the end of its block, 0 if there is none."""
        if not self.blocks:
            return 0
        block = self.blocks[self.block_index_at(offset)]
        spans = block.text.iter_spans(offset - block.start, len(block.text.string))
        return next((span.link for span in spans if span.link), 0)
