"""A document and a width → lines, ready to be drawn. Pure: the measure of cells is handed in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.characters import ANY_RTL, Measure, rtl_fraction
from roya_tui.document.blocks import Block, Document, Span, Text
from roya_tui.layout.bidi.algorithm import starts_rtl
from roya_tui.layout.bidi_text import BidiText
from roya_tui.layout.block_spacing import Margin, Margins, choose_glyphs
from roya_tui.layout.lines import NO_PICTURES, LazyLines, Line, PictureRow, PictureSizes, Run
from roya_tui.layout.styled_text import Mark, Part, StyledText, expand_tabs
from roya_tui.layout.tables import layout_table
from roya_tui.layout.typesetter import Recolor, TypesetLine, Typesetter
from roya_tui.layout.wrap import wrap

_MIN_RTL_FRACTION = 0.3
"""A paragraph with fewer right-to-left letters among its letters is in another language, and quotes some."""
HighlightCode = Callable[[str, str], Sequence[Span] | None]
"""Code and its language → spans in styles of `CODE_STYLES`; None: not yet. Asked when a line of it is drawn."""

_MAX_NOTE_LENGTH = 4
"""Characters of a link to a footnote, such as ¹ or [12], that tells its number by itself."""
_TAB_WIDTH = 4
"""Columns from one stop of the tabulator to the next, in code."""
MIN_WIDTH = 8
"""Columns that text is never set narrower than."""


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
    """Return the lines of a document at `width` columns (at least 8); none is wider by `measure`.

    `ascii` draws bullets, bars and rules with ASCII signs. `rtl` says who orders right-to-left text: `visual` (we do,
    and shape Arabic), `terminal` (it does; see `reorder.for_lines`), `words` (it turns words; see `for_words`), `off`.
    `marks` are stretches of `document.text`, sorted and not overlapping, to be shown in one more style.
    `pictures` says for which of them lines are kept free, above their captions. `highlight` finds the styles of code.
    """
    notes = enumerate(document.links, start=1)
    silent = frozenset(n for n, link in notes if link.target is not None and len(link.text) <= _MAX_NOTE_LENGTH)
    setter = Typesetter(measure, choose_glyphs(ascii, measure), rtl, link_numbers, marks, silent)
    return DocumentLines(document, max(width, MIN_WIDTH), setter, pictures, highlight)


class _TypesetBlock(Struct, frozen=True):
    """A block with its margins; `gap` is that of the empty line above it, None if there is no such line."""

    index: int
    is_rtl: bool
    gap: Margin | None
    margin: Margin
    lines: Sequence[TypesetLine]


class DocumentLines(LazyLines[Line]):
    """The lines of one document at one width, made when they are asked for.

    Where lines end is found out block by block, as far as a number is asked for, or all of it for the length; what
    stands on a line is worked out for that line only.
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
        self._setter = typesetter
        self._pictures = pictures
        self._margins = Margins(document.blocks, width, typesetter.measure, typesetter.glyphs)

        self._setting = self._blocks()
        self._set: list[_TypesetBlock] = []
        self._firsts: list[int] = []
        """The number of each block's first line, the empty one above it included."""
        self._known = 0
        """How many lines are known so far."""

    def __len__(self) -> int:
        self._layout_until(None)
        return self._known

    def build_line(self, number: int) -> Line:
        self._layout_until(number)
        if number >= self._known:
            raise IndexError(number)
        at = bisect_right(self._firsts, number) - 1
        return self._line(self._set[at], number - self._firsts[at])

    def __iter__(self) -> Iterator[Line]:
        number = 0
        while self._layout_until(number):
            at = bisect_right(self._firsts, number) - 1
            until = self._firsts[at + 1] if at + 1 < len(self._firsts) else self._known
            for n in range(until - number):
                yield self._line(self._set[at], n)
            number = until

    def _layout_until(self, number: int | None) -> bool:
        """Set blocks until the line of that number is known, or all are; tell whether there is that line."""
        while number is None or self._known <= number:
            block = next(self._setting, None)
            if block is None:
                return False
            self._set.append(block)
            self._firsts.append(self._known)
            self._known += len(block.lines) + (block.gap is not None)
        return True

    def _blocks(self) -> Iterator[_TypesetBlock]:
        """Set block after block, with an empty line between those that belong less closely together."""
        before: Block | None = None
        for index, block in enumerate(self._document.blocks):
            is_rtl = self._is_rtl(block)
            parted = before is not None and (
                self._margins.needs_blank_line(before, block) or self._are_drawn_pictures(before, block)
            )
            gap = self._margins.margin_between(before, block, is_rtl) if before and parted else None
            margin = self._margins.margin_of(block, is_rtl)
            yield _TypesetBlock(
                index, is_rtl, gap, margin, self._layout_block(block, self._width - margin.cells, is_rtl)
            )
            before = block

    def _are_drawn_pictures(self, *blocks: Block) -> bool:
        """Whether all are pictures, and not all of them captions alone."""
        boxes = [self._pictures.box(block.number, self._width) for block in blocks if block.kind == "picture"]
        return len(boxes) == len(blocks) and any(boxes)

    def _line(self, of: _TypesetBlock, number: int) -> Line:
        """Put a line beside its margin; right-to-left lines end at the right edge."""
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
        """Tell whether a block reads from right to left: as the page says, as most of it does, or as it begins."""
        text = block.text.string
        if self._setter.rtl == "off" or block.kind == "code":
            return False
        if block.kind == "picture" and self._document.rtl and block.rtl is None:
            return True  # it stands where the lines begin, whatever its caption says
        if not ANY_RTL.search(text):
            return False
        if block.rtl is not None:
            return block.rtl
        # In a right-to-left article a sentence may begin with a foreign name.
        return starts_rtl(text) or (self._document.rtl and rtl_fraction(text) > _MIN_RTL_FRACTION)

    def _layout_block(self, block: Block, width: int, is_rtl: bool) -> Sequence[TypesetLine]:
        match block.kind:
            case "rule":
                rule = Run(self._setter.glyphs.rule * width, "rule")
                return (TypesetLine((rule,), width, block.start, block.start),)
            case "table":
                return layout_table(block, width, self._setter, is_rtl)
            case "code":
                colour = self._recolor(block)
                parts = expand_tabs(self._parts(block, "code pre"), _TAB_WIDTH)
                return self._setter.typeset_code(parts, width, colour)
            case "picture":
                return self._layout_picture(block, width, is_rtl)
            case "media":
                return self._setter.typeset_lines(
                    self._bracketed(block, block.label, "caption media"), width, wrap, is_rtl
                )
            case _:
                return self._setter.typeset_lines(self._parts(block, _style(block)), width, wrap, is_rtl)

    def _recolor(self, block: Block) -> Recolor | None:
        """Return what sets code in the colours of its language, if it has one and the page has no styles in it."""
        highlight = self._highlight
        if highlight is None or not block.language or block.text.spans:
            return None

        def colour() -> StyledText | BidiText | None:
            spans = highlight(block.text.string, block.language)
            if spans is None:
                return None
            parts = self._parts(replace(block, text=Text(block.text.string, tuple(spans))), "code pre")
            return self._setter.style_text(expand_tabs(parts, _TAB_WIDTH), is_rtl=False)

        return colour

    def _parts(self, block: Block, style: str) -> Iterable[Part]:
        return self._setter.split_parts(block.text, 0, len(block.text.string), block.start, style)

    def _layout_picture(self, block: Block, width: int, is_rtl: bool) -> Sequence[TypesetLine]:
        """The lines kept free for a picture, then its caption; of one that is not drawn its name, and why not."""
        box = self._pictures.box(block.number, width)
        if box is None:
            parts = [*self._bracketed(block, f"picture {block.number}", "caption picture")]
            if note := self._pictures.notes.get(block.number):
                parts.append(Part(f" {note}", "caption small"))
            return self._setter.typeset_lines(parts, width, wrap, is_rtl)
        free = (Run(" " * box.columns, "cells", block.link),)
        rows = [
            TypesetLine(free, box.columns, block.start, block.start, PictureRow(block.number, row, box))
            for row in range(box.rows)
        ]
        caption = [*self._caption(block, "caption"), *self._link_number(block)]
        return [*rows, *self._setter.typeset_lines(caption, width, wrap, is_rtl)] if caption else rows

    def _bracketed(self, block: Block, name: str, style: str) -> Iterator[Part]:
        """A picture or medium: its name and caption in brackets, as a whole a link if it is one."""
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
        if block.link and self._setter.link_numbers:
            yield Part(f"[{block.link}]", "number", block.link)


def _style(block: Block) -> str:
    if block.kind == "heading":
        return f"heading heading{block.level}"
    if block.kind == "paragraph":
        return "quote" if any(inside.kind == "quote" for inside in block.containers) else ""
    return block.kind
