"""Parts of text and a width → lines of runs, without margins: the step that paragraphs and table cells share."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

from roya_tui.reading.apart import apart
from roya_tui.reading.bidi_strand import BidiStrand
from roya_tui.reading.blocks import Text
from roya_tui.reading.lines import Made, Run
from roya_tui.reading.picture_rows import PictureRow
from roya_tui.reading.scripts import ANY_RTL, Measure
from roya_tui.reading.signs import Signs
from roya_tui.reading.strand import Mark, Part, Strand, bare_parts, marked, parts_of, strand
from roya_tui.reading.wrap import Slice, chop

_WITH_ONWARD = 8
"""Columns of code beyond which there is room for a sign before what goes on."""

Cut = Callable[[str, int, int, int, Measure], Iterator[Slice]]
"""`wrap`, or what cuts code."""

Colour = Callable[[], "Strand | BidiStrand | None"]
"""None: not yet."""


class SetLine(NamedTuple):
    """One line of text as drawn, how many cells it takes, and what part of the document's text it shows."""

    runs: tuple[Run, ...]
    cells: int
    start: int
    end: int
    picture: PictureRow | None = None


class SetText(Made[SetLine]):
    """The lines of one text: where each ends is known, what it shows is worked out when it is asked for."""

    __slots__ = ("_colour", "_measure", "_onward", "_slices", "_whole")

    def __init__(
        self,
        whole: Strand | BidiStrand,
        slices: Sequence[Slice],
        measure: Measure,
        colour: Colour | None = None,
        onward: str = "",
    ) -> None:
        """`colour` is asked for the same text in other styles, before a line of it is drawn. `onward` stands before
        what goes on of a line that was cut."""
        self._whole = whole
        self._onward = onward
        self._colour = colour
        self._slices = slices
        self._measure = measure

    def __len__(self) -> int:
        return len(self._slices)

    def made(self, number: int) -> SetLine:
        start, end = self._slices[number]
        if self._colour is not None and (coloured := self._colour()) is not None:
            self._whole, self._colour = coloured if coloured.text == self._whole.text else self._whole, None
        runs = tuple(self._whole.runs(start, end))
        if self._onward and start and self._whole.text[start - 1] != "\n":
            runs = (Run(self._onward, "number"), *runs)
        cells = sum([len(run.text) if run.text.isascii() else self._measure(run.text) for run in runs])
        return SetLine(runs, cells, self._whole.source(start), self._whole.source(end))


class Setter(Struct, frozen=True):
    """How text is set everywhere in one layout."""

    measure: Measure
    signs: Signs
    rtl: str
    link_numbers: bool
    marks: Sequence[Mark]
    silent: Container[int] = ()
    """Links that need no number."""

    def parts(self, text: Text, start: int, end: int, at: int, style: str = "") -> Iterable[Part]:
        """Return `text.string[start:end]`, which stands at `at` in the document, with link numbers and marks."""
        parts = parts_of(text, start, end, at, style, self.link_numbers, self.silent)
        if not self.marks:
            return parts
        first = bisect_right(self.marks, at, key=lambda mark: mark.end)
        last = bisect_right(self.marks, at + end - start, key=lambda mark: mark.start)
        return marked(parts, self.marks[first:last]) if first < last else parts

    def code(self, parts: Iterable[Part], width: int, colour: Colour | None) -> SetText:
        """Return the lines of code, in which every blank counts; where one is cut, a sign says that it goes on."""
        onward = f"{self.signs.onward} " if width > _WITH_ONWARD else ""

        def cut(text: str, start: int, end: int, width: int, measure: Measure) -> Iterator[Slice]:
            first = next(chop(text, start, end, width, measure))
            yield first
            yield from chop(text, first[1], end, width - len(onward), measure)

        return self.lines(parts, width, cut, False, colour, onward)

    def lines(
        self,
        parts: Iterable[Part],
        width: int,
        cut: Cut,
        is_rtl: bool,
        colour: Colour | None = None,
        onward: str = "",
    ) -> SetText:
        """Return the lines of text that fit `width`; a line end in the text begins a new one."""
        whole = self.strand(parts, is_rtl)
        text = whole.text
        slices: list[Slice] = []
        start = 0
        while start <= len(text):
            end = text.find("\n", start)
            end = len(text) if end < 0 else end
            if end > start:
                slices += cut(text, start, end, width, self.measure)
            else:
                slices.append((start, start))
            start = end + 1
        return SetText(whole, slices, self.measure, colour, onward)

    def strand(self, parts: Iterable[Part], is_rtl: bool) -> Strand | BidiStrand:
        """Return text as it is wrapped and drawn."""
        whole = strand(parts)
        if not ANY_RTL.search(whole.text):
            return whole
        if self.rtl == "off":
            return strand(bare_parts(whole.parts))
        return BidiStrand(strand(apart(whole.parts)), is_rtl, self.rtl)
