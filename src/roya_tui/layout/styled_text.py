"""Styled text on its way to lines: with link numbers and marks, and its source offsets."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
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
    """The parts of one text, joined, in logical order."""

    text: str
    parts: Sequence[Part]
    starts: Sequence[int]
    """Index in `text` at which each part starts."""

    def runs(self, start: int, end: int) -> Iterator[Run]:
        """Yield `text[start:end]` as runs, left to right."""
        index = bisect_right(self.starts, start) - 1
        while start < end:
            part = self.parts[index]
            offset = self.starts[index]
            until = min(end, offset + len(part.text))
            at = range(part.offset + start - offset, part.offset + until - offset) if part.offset >= 0 else ()
            yield Run(self.text[start:until], part.style, part.link, at)
            start = until
            index += 1

    def offsets(self) -> list[int]:
        """Return each character's offset in the document's text; -1 for those that layout added."""
        result: list[int] = []
        for part in self.parts:
            result += range(part.offset, part.offset + len(part.text)) if part.offset >= 0 else [-1] * len(part.text)
        return result

    def part_indexes(self) -> list[int]:
        """Return the index of the part of each character."""
        result: list[int] = []
        for number, part in enumerate(self.parts):
            result += [number] * len(part.text)
        return result

    def source_offset(self, index: int) -> int:
        """Return a character's offset in the document, or that of its neighbor; -1 without any."""
        here = bisect_right(self.starts, index) - 1
        for i in range(here, -1, -1):
            part = self.parts[i]
            if part.offset >= 0:
                return part.offset + min(index - self.starts[i], len(part.text))
        return next((part.offset for part in self.parts[here + 1 :] if part.offset >= 0), -1)


def join_parts(parts: Iterable[Part]) -> StyledText:
    """Join parts, without the empty ones."""
    kept = [part for part in parts if part.text]
    *starts, _ = accumulate((len(part.text) for part in kept), initial=0)
    return StyledText("".join(part.text for part in kept), kept, starts)


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
