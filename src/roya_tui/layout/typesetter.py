"""Styled text → typeset lines, with code and URLs isolated in right-to-left text.

Without isolates UAX #9 may move punctuation at the end of code to its other side.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from itertools import chain, groupby
from typing import NamedTuple

from msgspec import Struct

from roya_tui.characters import ANY_RTL, Measure
from roya_tui.document.blocks import Text
from roya_tui.layout.bidi_text import BidiText
from roya_tui.layout.block_spacing import Glyphs
from roya_tui.layout.lines import LazyLines, PictureRow, Run
from roya_tui.layout.styled_text import Mark, Part, StyledText, apply_marks, join_parts, strip_part_isolates
from roya_tui.layout.wrap import Slice, split_exact

_BEGIN, _END = Part("\u2066"), Part("\u2069")
"""A left-to-right isolate (LRI) and its end (PDI). They are never drawn."""
_URL = re.compile(r"\b(?:[a-z]{2,6}://|www\.)[^\s\"“”«»،؛]*[\w/#=&-]", re.I)


def isolate_ltr(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield parts with isolates around code and URLs."""
    for is_code, group in groupby(parts, key=_is_code):
        if is_code:
            yield from (_BEGIN, *group, _END)
            continue
        for part in group:
            yield from _isolate_urls(part)


def _is_code(part: Part) -> bool:
    """Return whether a part is code within other text, not a block of code."""
    if "code" not in part.style:
        return False
    names = part.style.split()
    return "code" in names and "pre" not in names


def _isolate_urls(part: Part) -> Iterator[Part]:
    if "://" not in part.text and "www." not in part.text.lower():  # nearly always
        yield part
        return
    end = 0
    for found in _URL.finditer(part.text):
        yield part.slice(end, found.start())
        yield from (_BEGIN, part.slice(*found.span()), _END)
        end = found.end()
    yield part.slice(end, len(part.text)) if end else part


_MIN_CONTINUATION_WIDTH = 8  # columns of code up to which its broken lines get no continuation glyph

LineBreaker = Callable[[str, int, int, int, Measure], Iterator[Slice]]

Recolor = Callable[[], "StyledText | BidiText | None"]
"""Returns the highlighted text, or None if it is not ready."""


class TypesetLine(NamedTuple):
    """A line of text as drawn, its width, and its range in the document's text."""

    runs: tuple[Run, ...]
    cells: int
    start: int
    end: int
    picture: PictureRow | None = None


class TypesetText(LazyLines[TypesetLine]):
    """The lines of one text: line breaks are known, runs are built lazily."""

    __slots__ = ("_continuation", "_edges", "_measure", "_recolor", "_text")

    def __init__(
        self,
        text: StyledText | BidiText,
        edges: array[int],
        measure: Measure,
        recolor: Recolor | None = None,
        continuation: str = "",
    ) -> None:
        """`edges` are the start and end of each line.

        `recolor` returns the same text in other styles; it is called before a line is drawn.

        `continuation` is put before the rest of a broken line.
        """
        self._text = text
        self._continuation = continuation
        self._recolor = recolor
        self._edges = edges
        self._measure = measure

    def __len__(self) -> int:
        return len(self._edges) // 2

    def build_line(self, number: int) -> TypesetLine:
        start, end = self._edges[2 * number], self._edges[2 * number + 1]
        if self._recolor is not None and (recolored := self._recolor()) is not None:
            self._text, self._recolor = recolored if recolored.text == self._text.text else self._text, None
        runs = tuple(self._text.runs(start, end))
        if self._continuation and start and self._text.text[start - 1] != "\n":
            runs = (Run(self._continuation, "number"), *runs)
        cells = sum([len(run.text) if run.text.isascii() else self._measure(run.text) for run in runs])
        return TypesetLine(runs, cells, self._text.source_offset(start), self._text.source_offset(end))


class Typesetter(Struct, frozen=True):
    """Settings for all text of one layout."""

    measure: Measure
    glyphs: Glyphs
    rtl: str
    link_numbers: bool
    marks: Sequence[Mark]
    unnumbered_links: Container[int] = ()

    def split_parts(self, text: Text, start: int, end: int, offset: int, style: str = "") -> Iterable[Part]:
        """Return `text.string[start:end]`, at `offset` in the document, with link numbers and marks."""
        parts = self._number_links(text, start, end, offset - start, style)
        if not self.marks:
            return parts
        first = bisect_right(self.marks, offset, key=lambda mark: mark.end)
        last = bisect_right(self.marks, offset + end - start, key=lambda mark: mark.start)
        return apply_marks(parts, self.marks[first:last]) if first < last else parts

    def _number_links(self, text: Text, start: int, end: int, shift: int, style: str) -> Iterator[Part]:
        number = 0
        for span in text.cover(start, end):
            if number and span.link != number:
                yield Part(f"[{number}]", "number", number)
            names = (style, *span.styles) if style else span.styles
            names = (*names, "link") if span.link else names
            words = text.string[span.start : span.end]
            words = _uppercase(words) if "caps" in span.styles else words
            yield Part(words, " ".join(names), span.link, span.start + shift)
            number = span.link if self.link_numbers and span.link not in self.unnumbered_links else 0
        if number:
            yield Part(f"[{number}]", "number", number)

    def typeset_code(self, parts: Iterable[Part], width: int, recolor: Recolor | None) -> TypesetText:
        """Return the lines of code, with all whitespace; the rest of a broken line is marked."""
        continuation = f"{self.glyphs.continuation} " if width > _MIN_CONTINUATION_WIDTH else ""

        def cut(text: str, start: int, end: int, width: int, measure: Measure) -> Iterator[Slice]:
            first = next(split_exact(text, start, end, width, measure))
            yield first
            yield from split_exact(text, first[1], end, width - len(continuation), measure)

        return self.typeset_lines(parts, width, cut, False, recolor, continuation)

    def typeset_lines(
        self,
        parts: Iterable[Part],
        width: int,
        break_line: LineBreaker,
        is_rtl: bool,
        recolor: Recolor | None = None,
        continuation: str = "",
    ) -> TypesetText:
        """Return the lines of text that fit `width`; newlines begin new lines."""
        styled = self.style_text(parts, is_rtl)
        text = styled.text
        edges = array("i")
        start = 0
        while start <= len(text):
            end = text.find("\n", start)
            end = len(text) if end < 0 else end
            if end > start:
                edges.extend(chain.from_iterable(break_line(text, start, end, width, self.measure)))
            else:
                edges.extend((start, start))
            start = end + 1
        return TypesetText(styled, edges, self.measure, recolor, continuation)

    def style_text(self, parts: Iterable[Part], is_rtl: bool) -> StyledText | BidiText:
        """Return text as it is wrapped and drawn."""
        styled = join_parts(parts)
        if not ANY_RTL.search(styled.text):
            return styled
        if self.rtl == "off":
            return join_parts(strip_part_isolates(styled.parts()))
        return BidiText(join_parts(isolate_ltr(styled.parts())), is_rtl, self.rtl)


def _uppercase(words: str) -> str:
    """Return small caps as capitals, each letter in its place."""
    return "".join([big if len(big := letter.upper()) == 1 else letter for letter in words])
