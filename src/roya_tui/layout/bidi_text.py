"""Right-to-left text: shaped as a whole, then drawn line by line in visual order."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import groupby

from roya_tui.characters import SINGLE_CLUSTERS
from roya_tui.layout.bidi import algorithm
from roya_tui.layout.bidi.shaping import ShapedText, shape
from roya_tui.layout.lines import Run
from roya_tui.layout.styled_text import StyledText

_CONTROLS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
"""Direction marks, embeddings and isolates: not drawn, only used to compute the levels."""


class BidiText:
    """The counterpart of `StyledText` for right-to-left text; `text` is in logical order."""

    def __init__(self, logical: StyledText, is_rtl: bool, rtl: str) -> None:
        """`rtl` is as for `layout_document`, not "off"; if not "visual", the terminal shapes."""
        self._logical = logical
        self._base = int(is_rtl)
        self._rtl = rtl
        shaped = shape(logical.text) if rtl == "visual" else ShapedText(logical.text, range(len(logical.text)))
        self.text = shaped.text
        self._source: Sequence[int] = shaped.source
        if _CONTROLS.search(self.text):
            self._drop_controls()

    # Computed only when a line is drawn

    @cached_property
    def _offsets(self) -> Sequence[int]:
        return self._logical.offsets()

    @cached_property
    def _part_indexes(self) -> Sequence[int]:
        return self._logical.part_indexes()

    @cached_property
    def _classes(self) -> str:
        return algorithm.bidi_classes(self.text)

    @cached_property
    def _levels(self) -> bytes:
        return b"".join(self._paragraph_levels())

    def _paragraph_levels(self) -> Iterator[bytes]:
        """Yield the levels of each line of the text, which UAX #9 calls a paragraph (P1)."""
        start = 0
        for paragraph in self.text.splitlines(keepends=True):
            end = start + len(paragraph)
            yield algorithm.resolve_levels(self._classes[start:end], self._base, paragraph)
            start = end

    def _drop_controls(self) -> None:
        """Drop what is not drawn from the text, after computing the levels (UAX #9 §5.2)."""
        text, source, classes, levels = self.text, self._source, self._classes, self._levels
        edges = [edge for found in _CONTROLS.finditer(text) for edge in found.span()]
        kept = [
            slice(start, end)
            for start, end in zip((0, *edges[1::2]), (*edges[::2], len(text)), strict=True)
            if start < end
        ]
        self._source = array("i")
        for part in kept:
            self._source.extend(source[part])
        self._classes = "".join([classes[part] for part in kept])
        self._levels = b"".join([levels[part] for part in kept])
        self.text = "".join([text[part] for part in kept])

    def runs(self, start: int, end: int) -> Iterator[Run]:
        """Yield `text[start:end]` as runs, left to right as drawn."""
        classes = self._classes[start:end]
        levels = algorithm.line_levels(classes, self._levels[start:end], self._base)
        if (
            self._rtl == "visual"
            and levels.count(1) == len(levels)
            and SINGLE_CLUSTERS.fullmatch(self.text, start, end)
        ):
            yield from self._rtl_runs(start, end)
            return
        drawn, order = algorithm.reorder_line(self.text[start:end], levels)
        if self._rtl == "words":
            drawn = algorithm.encode_for_word_reordering(drawn)
        elif self._rtl == "terminal":
            drawn, order = algorithm.encode_for_line_reordering(drawn, order, "".join([classes[i] for i in order]))
        source = list(map(self._source[start:end].__getitem__, order))
        owners = list(map(self._part_indexes.__getitem__, source))
        if owners and owners.count(owners[0]) == len(owners):
            yield self._run(drawn, owners[0], source)
            return
        at = 0
        for number, group in groupby(owners):
            until = at + len(list(group))
            yield self._run(drawn[at:until], number, source[at:until])
            at = until

    def _rtl_runs(self, start: int, end: int) -> Iterator[Run]:
        """Do the same, faster, for right-to-left text in which each character is a cluster."""
        source, logical, starts = self._source, self._logical, self._logical.starts
        number = bisect_right(starts, source[end - 1]) - 1 if start < end else 0
        while start < end:
            begin = bisect_left(source, starts[number], start, end)
            if begin < end:
                to_document = logical.sources[number] - starts[number]
                first, last = source[begin], source[end - 1]
                at: Sequence[int] = range(last + to_document, first + to_document - 1, -1)
                if logical.sources[number] < 0:
                    at = ()
                elif last - first != end - 1 - begin:  # a ligature in between
                    at = tuple([place + to_document for place in reversed(source[begin:end])])
                drawn = algorithm.mirror(self.text[begin:end])[::-1]
                yield Run(drawn, logical.styles[number], logical.links[number], at)
            end = begin
            number -= 1

    def _run(self, text: str, number: int, source: Sequence[int]) -> Run:
        """Return characters of one part as a run, with their offsets."""
        logical = self._logical
        at = tuple(map(self._offsets.__getitem__, source)) if logical.sources[number] >= 0 else ()
        return Run(text, logical.styles[number], logical.links[number], at)

    def index_of(self, place: int) -> int:
        """Return the index in `text` of the character at `place` in the logical text, or of the next one drawn."""
        return bisect_left(self._source, place)

    def source_offset(self, index: int) -> int:
        """Return a character's offset in the document's text, as `StyledText.source_offset` does."""
        inside = index < len(self._source)
        return self._logical.source_offset(self._source[index] if inside else len(self._logical.text))
