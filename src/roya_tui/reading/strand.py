"""Styled text on its way to the page: with link numbers, marks and signs set in, still knowing where it comes from."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

from roya_tui.reading.blocks import Text
from roya_tui.reading.isolating import pieces
from roya_tui.reading.lines import Run


class Part(NamedTuple):
    """Characters of one style."""

    text: str
    style: str = ""
    link: int = 0
    at: int = -1
    """Where in the document's text the first of them stands; -1 for what layout adds."""

    def cut(self, start: int, end: int) -> Part:
        """Return a stretch of it."""
        return self._replace(text=self.text[start:end], at=self.at + start if self.at >= 0 else -1)


class Mark(NamedTuple):
    """A stretch of the document's text to be shown in one more style, such as the words that were searched."""

    start: int
    end: int
    style: str


class Strand(Struct, frozen=True):
    """The parts of one text, joined, in logical order."""

    text: str
    parts: Sequence[Part]
    starts: Sequence[int]
    """Where in `text` each part starts."""

    def runs(self, start: int, end: int) -> Iterator[Run]:
        """Return `text[start:end]` as runs, left to right."""
        index = bisect_right(self.starts, start) - 1
        while start < end:
            part = self.parts[index]
            offset = self.starts[index]
            until = min(end, offset + len(part.text))
            at = range(part.at + start - offset, part.at + until - offset) if part.at >= 0 else ()
            yield Run(self.text[start:until], part.style, part.link, at)
            start = until
            index += 1

    def places(self) -> list[int]:
        """Return where in the document's text each character stands; -1 for those that layout added."""
        result: list[int] = []
        for part in self.parts:
            result += range(part.at, part.at + len(part.text)) if part.at >= 0 else [-1] * len(part.text)
        return result

    def owners(self) -> list[int]:
        """Return the index of the part that each character belongs to."""
        result: list[int] = []
        for number, part in enumerate(self.parts):
            result += [number] * len(part.text)
        return result

    def source(self, index: int) -> int:
        """Return where in the document's text a character stands; of one that layout added, where a neighbour does.

        A strand with nothing from the document says -1.
        """
        here = bisect_right(self.starts, index) - 1
        for i in range(here, -1, -1):
            part = self.parts[i]
            if part.at >= 0:
                return part.at + min(index - self.starts[i], len(part.text))
        return next((part.at for part in self.parts[here + 1 :] if part.at >= 0), -1)


def strand(parts: Iterable[Part]) -> Strand:
    """Join parts; empty ones are left out."""
    kept = [part for part in parts if part.text]
    starts: list[int] = []
    position = 0
    for part in kept:
        starts.append(position)
        position += len(part.text)
    return Strand("".join(part.text for part in kept), kept, starts)


def bare_parts(parts: Iterable[Part]) -> Iterator[Part]:
    """Return parts without the isolates in them, for where nobody or another orders the text."""
    for part in parts:
        start = 0
        for piece in pieces(part.text):
            yield part._replace(text=piece, at=part.at + start if part.at >= 0 else -1)
            start += len(piece) + 1


def untabbed(parts: Iterable[Part], tab: int) -> Iterator[Part]:
    """Return parts with each tab as the blanks to the next of the stops that are `tab` columns from each other.

    Letters are counted as if each took one column.
    """
    column = 0
    for part in parts:
        position = 0
        for stretch in re.split("(\t)", part.text):
            at = part.at + position if part.at >= 0 else -1
            if stretch == "\t":
                blanks = tab - column % tab
                yield part._replace(text=" ", at=at)
                yield part._replace(text=" " * (blanks - 1), at=-1)
                column += blanks
            elif stretch:
                yield part._replace(text=stretch, at=at)
                after = stretch.rpartition("\n")
                column = len(after[2]) + (0 if after[1] else column)
            position += len(stretch)


def parts_of(
    text: Text, start: int, end: int, at: int, style: str, link_numbers: bool, silent: Container[int] = ()
) -> Iterator[Part]:
    """Return `text.string[start:end]`, which stands at `at` in the document, with numbers after links.

    Those that are `silent` get none: their words are a number already.
    """
    string = text.string
    shift = at - start
    position = start
    number = 0
    for span in text.within(start, end):
        if number and (span.link != number or span.start > position):
            yield _number_sign(number)
            number = 0
        if span.start > position:
            yield Part(string[position : span.start], style, 0, position + shift)
        names = (style, *span.styles) if style else span.styles
        names = (*names, "link") if span.link else names
        words = string[span.start : span.end]
        words = _capitals(words) if "caps" in span.styles else words
        yield Part(words, " ".join(names), span.link, span.start + shift)
        position = span.end
        number = span.link if link_numbers and span.link not in silent else 0
    if number:
        yield _number_sign(number)
    if position < end:
        yield Part(string[position:end], style, 0, position + shift)


def _capitals(words: str) -> str:
    """Return words as capitals stand for small ones, each letter in its place."""
    return "".join([big if len(big := letter.upper()) == 1 else letter for letter in words])


def marked(parts: Iterable[Part], marks: Sequence[Mark]) -> Iterator[Part]:
    """Split parts where marks (sorted, not overlapping) begin and end, and add their styles."""
    for part in parts:
        start, end = part.at, part.at + len(part.text)
        position = start
        if part.at >= 0:
            for mark in marks:
                if mark.end <= position or mark.start >= end:
                    continue
                if mark.start > position:
                    yield part._replace(text=part.text[position - start : mark.start - start], at=position)
                    position = mark.start
                until = min(mark.end, end)
                style = f"{part.style} {mark.style}" if part.style else mark.style
                yield part._replace(text=part.text[position - start : until - start], at=position, style=style)
                position = until
        if position < end:
            yield part._replace(text=part.text[position - start :], at=position)


def _number_sign(number: int) -> Part:
    return Part(f"[{number}]", "number", number)
