"""Styled text on its way to lines: with link numbers and marks, and its source offsets."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import NamedTuple

from msgspec import Struct

from roya_tui.layout.bidi.controls import split_at_isolates
from roya_tui.layout.lines import Run


class Part(NamedTuple):
    """Characters of one style."""

    text: str
    style: str = ""
    link: int = 0
    offset: int = -1
    """Offset of its first character in the document's text; -1 for what layout adds."""

    def slice(self, start: int, end: int) -> Part:
        """Return the part from `start` to `end`."""
        return self._replace(text=self.text[start:end], offset=self.offset + start if self.offset >= 0 else -1)


class Mark(NamedTuple):
    """A range of the document's text with an additional style, such as search matches."""

    start: int
    end: int
    style: str


class StyledText(Struct, frozen=True):
    """The parts of one text, joined, in logical order; in 20 bytes a part, as a paragraph may have a million."""

    text: str
    starts: array[int]
    """Index in `text` at which each part starts."""
    styles: Sequence[str]
    links: array[int]
    sources: array[int]
    """Offset in the document's text of each part's first character; -1 for what layout adds."""

    def parts(self) -> Iterator[Part]:
        """Yield the parts."""
        for i, start in enumerate(self.starts):
            yield Part(self.text[start : self._end(i)], self.styles[i], self.links[i], self.sources[i])

    def runs(self, start: int, end: int) -> Iterator[Run]:
        """Yield `text[start:end]` as runs, left to right."""
        index = bisect_right(self.starts, start) - 1
        while start < end:
            until = min(end, self._end(index))
            source = self.sources[index]
            shift = source - self.starts[index]
            at = range(start + shift, until + shift) if source >= 0 else ()
            yield Run(self.text[start:until], self.styles[index], self.links[index], at)
            start = until
            index += 1

    def _end(self, index: int) -> int:
        """Return where a part ends."""
        return self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)

    def offsets(self) -> array[int]:
        """Return each character's offset in the document's text; -1 for those that layout added."""
        result = array("i")
        for index, (start, source) in enumerate(zip(self.starts, self.sources, strict=True)):
            length = self._end(index) - start
            result.extend(range(source, source + length) if source >= 0 else repeat(-1, length))
        return result

    def part_indexes(self) -> array[int]:
        """Return the index of the part of each character."""
        result = array("i")
        for index, start in enumerate(self.starts):
            result.extend(repeat(index, self._end(index) - start))
        return result

    def source_offset(self, index: int) -> int:
        """Return a character's offset in the document, or that of its neighbor; -1 without any."""
        here = bisect_right(self.starts, index) - 1
        for i in range(here, -1, -1):
            if self.sources[i] >= 0:
                return self.sources[i] + min(index, self._end(i)) - self.starts[i]
        return next((source for source in self.sources[here + 1 :] if source >= 0), -1)


def join_parts(parts: Iterable[Part]) -> StyledText:
    """Join parts, without the empty ones."""
    pieces: list[str] = []
    starts, links, sources = array("i"), array("i"), array("i")
    styles: list[str] = []
    known: dict[str, str] = {}
    length = 0
    for text, style, link, source in parts:
        if text:
            pieces.append(text)
            starts.append(length)
            styles.append(known.setdefault(style, style))
            links.append(link)
            sources.append(source)
            length += len(text)
    return StyledText("".join(pieces), starts, styles, links, sources)


def strip_part_isolates(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield parts without isolates, for text that is not reordered."""
    for part in parts:
        start = 0
        for piece in split_at_isolates(part.text):
            yield part.slice(start, start + len(piece))
            start += len(piece) + 1


def expand_tabs(parts: Iterable[Part], tab_width: int) -> Iterator[Part]:
    """Yield parts with tabs expanded to stops `tab_width` characters apart."""
    column = 0
    for part in parts:
        position = 0
        for stretch in re.split("(\t)", part.text):
            at = part.offset + position if part.offset >= 0 else -1
            if stretch == "\t":
                blanks = tab_width - column % tab_width
                yield part._replace(text=" ", offset=at)
                yield part._replace(text=" " * (blanks - 1), offset=-1)
                column += blanks
            elif stretch:
                yield part._replace(text=stretch, offset=at)
                after = stretch.rpartition("\n")
                column = len(after[2]) + (0 if after[1] else column)
            position += len(stretch)


def apply_marks(parts: Iterable[Part], marks: Sequence[Mark]) -> Iterator[Part]:
    """Split parts at marks (sorted, not overlapping), and add their styles."""
    for part in parts:
        start, end = part.offset, part.offset + len(part.text)
        position = start
        if part.offset >= 0:
            for mark in marks:
                if mark.end <= position or mark.start >= end:
                    continue
                if mark.start > position:
                    yield part._replace(text=part.text[position - start : mark.start - start], offset=position)
                    position = mark.start
                until = min(mark.end, end)
                style = f"{part.style} {mark.style}" if part.style else mark.style
                yield part._replace(text=part.text[position - start : until - start], offset=position, style=style)
                position = until
        if position < end:
            yield part._replace(text=part.text[position - start :], offset=position)
