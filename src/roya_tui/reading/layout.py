"""A document and a width → lines, ready to be drawn. Pure: the measure of cells is handed in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from roya_tui.reading.bidi import begins_rtl
from roya_tui.reading.blocks import Block, Document
from roya_tui.reading.lines import Line, Run
from roya_tui.reading.margins import Margin, Margins
from roya_tui.reading.oneline import line as line
from roya_tui.reading.scripts import ANY_RTL, Measure, rtl_share
from roya_tui.reading.setting import SetLine, Setter
from roya_tui.reading.signs import signs_for
from roya_tui.reading.strand import Mark, Part
from roya_tui.reading.table_layout import table_lines
from roya_tui.reading.wrap import chop, wrap

_QUOTED_SHARE = 0.3
"""A paragraph with fewer right-to-left letters among its letters is in another language, and quotes some."""
NARROWEST = 8
"""Columns that text is never set narrower than."""


def layout(
    document: Document,
    width: int,
    measure: Measure,
    *,
    ascii: bool = False,
    rtl: str = "visual",
    link_numbers: bool = True,
    marks: Sequence[Mark] = (),
) -> tuple[Line, ...]:
    """Return the lines of a document at `width` columns (at least 8); none is wider by `measure`.

    `ascii` draws bullets, bars and rules with ASCII signs. `rtl` says who orders right-to-left text: `visual` (we do,
    and shape Arabic), `terminal` (it does; we align), `words` (we order words, it does the letters), `off` (nobody).
    `marks` are stretches of `document.text`, sorted and not overlapping, to be shown in one more style.
    """
    setter = Setter(measure, signs_for(ascii, measure), rtl, link_numbers, marks)
    return tuple(_Page(document, max(width, NARROWEST), setter).lines())


class _Page:
    """One document at one width."""

    def __init__(self, document: Document, width: int, setter: Setter) -> None:
        self._document = document
        self._width = width
        self._setter = setter
        self._margins = Margins(document.blocks, width, setter.measure, setter.signs)

    def lines(self) -> Iterator[Line]:
        """Return the lines of all blocks, with an empty one between blocks that belong less closely together."""
        before: Block | None = None
        for index, block in enumerate(self._document.blocks):
            is_rtl = self._is_rtl(block)
            if before and self._margins.parts(before, block):
                margin = self._margins.between(before, block, is_rtl)
                yield self._line(SetLine((), 0, block.start, block.start), margin.first, margin, index, block, is_rtl)
            margin = self._margins.beside(block, is_rtl)
            side = margin.first
            for set_line in self._block(block, self._width - margin.cells, is_rtl):
                yield self._line(set_line, side, margin, index, block, is_rtl)
                side = margin.rest
            before = block

    def _line(
        self, line: SetLine, side: tuple[Run, ...], margin: Margin, index: int, block: Block, is_rtl: bool
    ) -> Line:
        """Put a line beside its margin; right-to-left lines end at the right edge."""
        runs, cells = line.runs + side if is_rtl else side + line.runs, line.cells + margin.cells
        if is_rtl and runs and cells < self._width:
            runs, cells = (Run(" " * (self._width - cells)), *runs), self._width
        start, end = (line.start, line.end) if line.start >= 0 else (block.start, block.start)
        return Line(runs, cells if runs else 0, index, block.level, start, end, is_rtl)

    def _is_rtl(self, block: Block) -> bool:
        """Tell whether a block reads from right to left: as the page says, as most of it does, or as it begins."""
        text = block.text.string
        if self._setter.rtl == "off" or block.kind == "code" or not ANY_RTL.search(text):
            return False
        if block.rtl is not None:
            return block.rtl
        # In a right-to-left article a sentence may begin with a foreign name.
        return begins_rtl(text) or (self._document.rtl and rtl_share(text) > _QUOTED_SHARE)

    def _block(self, block: Block, width: int, is_rtl: bool) -> Iterator[SetLine]:
        match block.kind:
            case "rule":
                rule = Run(self._setter.signs.rule * width, "rule")
                yield SetLine((rule,), width, block.start, block.start)
            case "table":
                yield from table_lines(block, width, self._setter, is_rtl)
            case "code":
                yield from self._setter.lines(self._parts(block, "code pre"), width, chop, is_rtl=False)
            case "picture":
                name = f"picture {block.number}"
                yield from self._setter.lines(self._named(block, name, "caption picture"), width, wrap, is_rtl)
            case "media":
                yield from self._setter.lines(self._named(block, block.label, "caption media"), width, wrap, is_rtl)
            case _:
                yield from self._setter.lines(self._parts(block, _style(block)), width, wrap, is_rtl)

    def _parts(self, block: Block, style: str) -> Iterable[Part]:
        return self._setter.parts(block.text, 0, len(block.text.string), block.start, style)

    def _named(self, block: Block, name: str, style: str) -> Iterator[Part]:
        """A picture or medium: its name and caption in brackets, as a whole a link if it is one."""
        style = f"{style} link" if block.link else style
        caption = [part if part.link else part._replace(link=block.link) for part in self._parts(block, style)]
        yield Part(f"[{name}: " if caption else f"[{name}", style, block.link)
        yield from caption
        yield Part("]", style, block.link)
        if block.link and self._setter.link_numbers:
            yield Part(f"[{block.link}]", "number", block.link)


def _style(block: Block) -> str:
    if block.kind == "heading":
        return f"heading heading{block.level}"
    if block.kind == "paragraph":
        return "quote" if any(inside.kind == "quote" for inside in block.inside) else ""
    return block.kind
