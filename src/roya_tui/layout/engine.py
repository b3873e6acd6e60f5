"""A document and a width → lines to draw. Pure: the function that measures is passed in."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.characters import ANY_RTL, Measure, rtl_fraction
from roya_tui.document.blocks import Block, Document, Span, Text
from roya_tui.layout.bidi.algorithm import starts_rtl
from roya_tui.layout.bidi_text import BidiText
from roya_tui.layout.block_spacing import Margin, Margins, choose_glyphs, find_loose_lists, needs_blank_line
from roya_tui.layout.lines import NO_PICTURES, LazyLines, Line, PictureRow, PictureSizes, Run
from roya_tui.layout.styled_text import Mark, Part, StyledText, expand_tabs
from roya_tui.layout.tables import layout_table
from roya_tui.layout.typesetter import Recolor, TypesetLine, Typesetter
from roya_tui.layout.wrap import wrap
from roya_tui.translation import gettext

_MIN_RTL_FRACTION = 0.3
"""Right-to-left letters among those of a paragraph; with fewer it only quotes such a language."""
HighlightCode = Callable[[str, str], Sequence[Span] | None]
"""Code and language → spans in `CODE_STYLES`, None if not ready. Called when a line is drawn."""

_MAX_NOTE_LENGTH = 4  # characters of a link to a footnote, such as ¹ or [12], that needs no number
_TAB_WIDTH = 4
MIN_WIDTH = 8


def layout_document(
    document: Document,
    width: int,
    measure: Measure,
    *,
    ascii: bool = False,
    rtl: str = "visual",
    link_numbers: bool = True,
    marks: Sequence[Mark] = (),
    pictures: PictureSizes = NO_PICTURES,
    highlight: HighlightCode | None = None,
) -> DocumentLines:
    """Return the lines of a document, at most `width` (at least 8) cells wide by `measure`.

    `ascii` draws bullets, bars and rules in ASCII. `rtl` is what orders right-to-left text: `visual` (we do, and
    shape Arabic), `terminal` (it reorders lines, see `encode_for_line_reordering`), `words` (it reverses words, see
    `encode_for_word_reordering`) or `off`. `marks` are ranges of `document.text` with an additional style, sorted and
    not overlapping.
    """
    notes = enumerate(document.links, start=1)
    silent = frozenset(n for n, link in notes if link.target is not None and len(link.text) <= _MAX_NOTE_LENGTH)
    typesetter = Typesetter(measure, choose_glyphs(ascii, measure), rtl, link_numbers, marks, silent)
    return DocumentLines(document, max(width, MIN_WIDTH), typesetter, pictures, highlight)


_MAX_TYPESET = 2_000
"""Blocks kept with their line breaks: all of an ordinary article."""


class _TypesetBlock(Struct, frozen=True):
    """A block with its margins; `gap` is that of the empty line above it, if there is one."""

    index: int
    is_rtl: bool
    gap: Margin | None
    margin: Margin
    lines: Sequence[TypesetLine]


class DocumentLines(LazyLines[Line]):
    """The lines of one document at one width, built lazily.

    Line breaks are computed block by block, as far as a line is requested; runs only for lines requested. The line
    breaks of the last few blocks are kept, of all others only the numbers of their lines.
    """

    def __init__(
        self,
        document: Document,
        width: int,
        typesetter: Typesetter,
        pictures: PictureSizes,
        highlight: HighlightCode | None,
    ) -> None:
        self._highlight = highlight
        self._document = document
        self._width = width
        self._typesetter = typesetter
        self._pictures = pictures
        self._margins = Margins(document.blocks, width, typesetter.measure, typesetter.glyphs)

        self._typeset: dict[int, _TypesetBlock] = {}
        """The last few blocks, by index."""
        self._firsts = array("I")
        """Number of each block's first line, including the empty line above."""
        self._begins = array("H")
        """Which containers begin with each block."""
        self._gaps = bytearray()
        """1 for each block with an empty line above, else 0."""
        self._count = 0

    def __len__(self) -> int:
        self._layout_until(None)
        return self._count

    def build_line(self, number: int) -> Line:
        self._layout_until(number)
        if number >= self._count:
            raise IndexError(number)
        at = bisect_right(self._firsts, number) - 1
        return self._line(self._block(at), number - self._firsts[at])

    def __iter__(self) -> Iterator[Line]:
        number = 0
        while self._layout_until(number):
            at = bisect_right(self._firsts, number) - 1
            until = self._firsts[at + 1] if at + 1 < len(self._firsts) else self._count
            block = self._block(at)
            for n in range(until - number):
                yield self._line(block, n)
            number = until

    def _layout_until(self, number: int | None) -> bool:
        """Typeset blocks up to the line `number` (None: all); return whether that line exists."""
        while number is None or self._count <= number:
            index = len(self._firsts)
            if index == len(self._document.blocks):
                return False
            self._gaps.append(self._needs_gap(index))
            self._begins.append(self._margins.begin_containers(self._document.blocks[index]))
            lines = len(self._block(index).lines)
            self._firsts.append(self._count)
            self._count += lines + self._gaps[index]
        return True

    def _block(self, index: int) -> _TypesetBlock:
        """Return a block, typeset again if it is not one of the last few."""
        return self._typeset.get(index) or self._typeset_block(index)

    def _typeset_block(self, index: int) -> _TypesetBlock:
        block = self._document.blocks[index]
        is_rtl = self._is_rtl(block)
        before = self._document.blocks[index - 1] if self._gaps[index] else None
        gap = self._margins.margin_between(before, block, is_rtl) if before else None
        margin = self._margins.margin_of(block, is_rtl, self._begins[index])
        lines = self._layout_block(block, self._width - margin.cells, is_rtl)
        if len(self._typeset) == _MAX_TYPESET:
            del self._typeset[next(iter(self._typeset))]
        typeset = self._typeset[index] = _TypesetBlock(index, is_rtl, gap, margin, lines)
        return typeset

    @cached_property
    def _loose_lists(self) -> set[int]:
        return find_loose_lists(self._document.blocks)

    def _needs_gap(self, index: int) -> bool:
        """Return whether an empty line is needed above a block."""
        if not index:
            return False
        before, block = self._document.blocks[index - 1 : index + 1]
        return needs_blank_line(before, block, self._loose_lists) or self._are_drawn_pictures(before, block)

    def _are_drawn_pictures(self, *blocks: Block) -> bool:
        """Return whether all are pictures, and any of them is drawn."""
        boxes = [self._pictures.box(block.number, self._width) for block in blocks if block.kind == "picture"]
        return len(boxes) == len(blocks) and any(boxes)

    def _line(self, of: _TypesetBlock, number: int) -> Line:
        """Return a line with its margin; right-to-left lines end at the right edge."""
        block = self._document.blocks[of.index]
        number -= of.gap is not None
        between = number < 0
        if between:
            line, margin = TypesetLine((), 0, block.start, block.start), of.gap or of.margin
        else:
            line, margin = of.lines[number], of.margin
        side = margin.rest if number > 0 else margin.first
        runs, cells = line.runs + side if of.is_rtl else side + line.runs, line.cells + margin.cells
        if of.is_rtl and runs and cells < self._width:
            runs, cells = (Run(" " * (self._width - cells)), *runs), self._width
        start, end = (line.start, line.end) if line.start >= 0 else (block.start, block.start)
        return Line(runs, cells if runs else 0, of.index, block.level, start, end, of.is_rtl, between, line.picture)

    def _is_rtl(self, block: Block) -> bool:
        """Return whether a block is right-to-left: as the page states, or by its text."""
        text = block.text.string
        if self._typesetter.rtl == "off" or block.kind == "code":
            return False
        if block.kind == "picture" and self._document.rtl and block.rtl is None:
            return True  # aligned with the text, whatever its caption is
        if not ANY_RTL.search(text):
            return False
        if block.rtl is not None:
            return block.rtl
        # In a right-to-left article a sentence may begin with a foreign name.
        return starts_rtl(text) or (self._document.rtl and rtl_fraction(text) > _MIN_RTL_FRACTION)

    def _layout_block(self, block: Block, width: int, is_rtl: bool) -> Sequence[TypesetLine]:
        text: Iterable[Part]
        match block.kind:
            case "rule":
                rule = Run(self._typesetter.glyphs.rule * width, "rule")
                return (TypesetLine((rule,), width, block.start, block.start),)
            case "table":
                return layout_table(block, width, self._typesetter, is_rtl)
            case "code":
                recolor = self._recolor(block)
                parts = expand_tabs(self._parts(block, "code pre"), _TAB_WIDTH)
                return self._typesetter.typeset_code(parts, width, recolor)
            case "picture":
                return self._layout_picture(block, width, is_rtl)
            case "media":
                text = self._bracketed(block, gettext(block.label), "caption media")
            case _:
                text = self._parts(block, _style(block))
        return self._typesetter.typeset_lines(text, width, wrap, is_rtl)

    def _recolor(self, block: Block) -> Recolor | None:
        """Return a function that highlights code whose language is known and that has no styles."""
        highlight = self._highlight
        if highlight is None or not block.language or block.text.spans:
            return None

        def recolor() -> StyledText | BidiText | None:
            spans = highlight(block.text.string, block.language)
            if spans is None:
                return None
            parts = self._parts(replace(block, text=Text(block.text.string, tuple(spans))), "code pre")
            return self._typesetter.style_text(expand_tabs(parts, _TAB_WIDTH), is_rtl=False)

        return recolor

    def _parts(self, block: Block, style: str) -> Iterable[Part]:
        return self._typesetter.split_parts(block.text, 0, len(block.text.string), block.start, style)

    def _layout_picture(self, block: Block, width: int, is_rtl: bool) -> Sequence[TypesetLine]:
        """Return the rows reserved for a picture and its caption, or its name if it is not drawn."""
        box = self._pictures.box(block.number, width)
        if box is None:
            parts = [*self._bracketed(block, gettext("picture {number}", number=block.number), "caption picture")]
            if note := self._pictures.notes.get(block.number):
                parts.append(Part(f" {note}", "caption small"))
            return self._typesetter.typeset_lines(parts, width, wrap, is_rtl)
        free = (Run(" " * box.columns, "cells", block.link),)
        rows = [
            TypesetLine(free, box.columns, block.start, block.start, PictureRow(block.number, row, box))
            for row in range(box.rows)
        ]
        caption = [*self._caption(block, "caption"), *self._link_number(block)]
        return [*rows, *self._typesetter.typeset_lines(caption, width, wrap, is_rtl)] if caption else rows

    def _bracketed(self, block: Block, name: str, style: str) -> Iterator[Part]:
        """Yield the name and caption of a picture or medium in brackets, linked if it is."""
        style = f"{style} link" if block.link else style
        caption = [*self._caption(block, style)]
        yield Part(f"[{name}: " if caption else f"[{name}", style, block.link)
        yield from caption
        yield Part("]", style, block.link)
        yield from self._link_number(block)

    def _caption(self, block: Block, style: str) -> Iterator[Part]:
        for part in self._parts(block, style):
            yield part if part.link else part._replace(link=block.link)

    def _link_number(self, block: Block) -> Iterator[Part]:
        if block.link and self._typesetter.link_numbers:
            yield Part(f"[{block.link}]", "number", block.link)


def _style(block: Block) -> str:
    if block.kind == "heading":
        return f"heading heading{block.level}"
    if block.kind == "paragraph":
        return "quote" if any(inside.kind == "quote" for inside in block.containers) else ""
    return block.kind
