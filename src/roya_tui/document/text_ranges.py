"""Ranges of a text: search matches (without case, accents, letter forms), words, blocks."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from unicodedata import category

from roya_tui.characters import cluster_starts
from roya_tui.document.blocks import Block, Document
from roya_tui.text import fold

MAX_MATCHES = 5_000
_MAX_TRIES = 100_000  # most places checked: in a word of a million letters, all of them may be inside the word
_ARABIC_PREFIXES = ("ال", "و", "وال")  # what Arabic writes together with the word after it

TextRange = tuple[int, int]


class FoldedText:
    """A text folded for search, whose offsets can be mapped back."""

    def __init__(self, text: str) -> None:
        self._odd_folded, self._odd_starts, self._odd_lengths = array("I"), array("I"), array("I")
        """Letters that fold to none or several: offset folded, offset in the text, length folded."""
        letters = {letter: folded for letter in set(text) if (folded := _fold_letter(letter)) != letter}
        lengths = {letter: len(folded) for letter, folded in letters.items() if len(folded) != 1}
        if lengths:
            longer = 0
            for found in re.finditer(f"[{re.escape(''.join(lengths))}]", text):
                length = lengths[found[0]]
                self._odd_folded.append(found.start() + longer)
                self._odd_starts.append(found.start())
                self._odd_lengths.append(length)
                longer += length - 1
        for letter, folded in letters.items():  # folding is idempotent
            text = text.replace(letter, folded)
        self._text = text

    def find(self, words: str) -> list[TextRange]:
        """Return where `words` occur, in order, also inside of words."""
        return list(self._matches(words, lambda at: True))

    def find_words(self, words: Iterable[str]) -> list[TextRange]:
        """Return where words start with one of `words`, in order and without overlaps."""
        found = sorted(place for word in words for place in self._matches(word, self._starts_word))
        disjoint: list[TextRange] = []
        for start, end in found:
            if not disjoint or start >= disjoint[-1][1]:
                disjoint.append((start, end))
        return disjoint

    def _matches(self, words: str, fits: Callable[[int], bool]) -> Iterator[TextRange]:
        query = "".join(map(_fold_letter, " ".join(words.split())))
        at = self._text.find(query) if query else -1
        left, tries = MAX_MATCHES, _MAX_TRIES
        while at >= 0 and left and tries:
            tries -= 1
            if fits(at):
                yield self._to_original(at, at + len(query))
                left -= 1
                at = self._text.find(query, at + len(query))
            else:
                at = self._text.find(query, at + 1)

    def _starts_word(self, at: int) -> bool:
        """Return whether a word starts at a folded offset, or does after an Arabic prefix."""
        if not self._in_word(at):
            return True
        return self._text[at - 1] in "لو" and any(
            self._text.endswith(front, 0, at) and not self._in_word(at - len(front)) for front in _ARABIC_PREFIXES
        )

    def _in_word(self, at: int) -> bool:
        """Return whether a folded offset is inside a word; in Chinese and Japanese none is."""
        if at <= 0 or not self._text[at - 1].isalnum():
            return False
        return self._text[at] < "\u2e80" and self._text[at - 1] < "\u2e80"

    def _to_original(self, start: int, end: int) -> TextRange:
        """Map a folded range to the text; vowel signs belong to the letter before."""
        return self._locate_letter(start)[0], sum(self._locate_letter(end))

    def _locate_letter(self, at: int) -> tuple[int, bool]:
        """Return the letter of the text at a folded offset, and whether the offset is inside it."""
        before = bisect_right(self._odd_folded, at) - 1
        if before < 0:
            return at, False
        folded_start, start, length = self._odd_folded[before], self._odd_starts[before], self._odd_lengths[before]
        if at < folded_start + length:
            return start, at > folded_start
        return start + 1 + at - folded_start - length, False


def _fold_letter(letter: str) -> str:
    return " " if letter.isspace() else fold(letter).strip()


_MAX_WORD = 2_000  # characters in which the end of a word is searched, each way
_WORD_SIGNS = frozenset("'’_-\u200c\u200d\u00ad")


def character_at(document: Document, at: int) -> TextRange:
    """Return the grapheme cluster at an offset."""
    text = document.text
    begin = max(0, at - 20)
    piece = text[begin : at + 40]
    edges = [*cluster_starts(piece), len(piece)]
    for start, end in pairwise(edges):
        if start <= at - begin < end:
            return begin + start, begin + end
    return at, min(at + 1, len(text))


def word_at(document: Document, at: int) -> TextRange:
    """Return the word at an offset, or else the punctuation or symbols there."""
    text = document.text
    if at >= len(text) or text[at].isspace():
        return at, min(at + 1, len(text))
    kind = _character_class(text[at])
    start, end = at, at + 1
    while start > 0 and at - start < _MAX_WORD and _character_class(text[start - 1]) == kind:
        start -= 1
    while end < len(text) and end - at < _MAX_WORD and _character_class(text[end]) == kind:
        end += 1
    return start, end


def paragraph_at(document: Document, at: int) -> TextRange:
    """Return the block at an offset."""
    block = document.blocks[document.block_index_at(at)]
    return block.start, block.start + len(block.text.string)


def next_word(document: Document, at: int, by: int) -> TextRange:
    """Return the next (1) or previous (-1) word, or else the one at the offset."""
    text = document.text
    here = word_at(document, at)
    place = here[1] if by > 0 else here[0] - 1
    while 0 <= place < len(text) and (text[place].isspace() or _character_class(text[place]) == "sign"):
        place += by
    return word_at(document, place) if 0 <= place < len(text) else here


def next_paragraph(document: Document, at: int, by: int) -> int:
    """Return where the next (1) or previous (-1) block with text starts, or else this one."""
    index = document.block_index_at(at)
    here = document.blocks[index].start
    other = index + by
    while 0 <= other < len(document.blocks) and not document.blocks[other].text.string:
        other += by
    return document.blocks[other].start if 0 <= other < len(document.blocks) else here


def copy_text(document: Document, start: int, end: int) -> str:
    """Return a range as text to paste: in logical order, without wraps and margins.

    Paragraphs are separated by a blank line, list items and table rows by a line end.
    """
    parts: list[str] = []
    before: Block | None = None
    for block in document.blocks[document.block_index_at(start) :]:
        if block.start >= end:
            break
        piece = document.text[max(start, block.start) : min(end, block.start + len(block.text.string))]
        if piece:
            if before is not None:
                lists = [one.containers[0].list if one.containers else 0 for one in (before, block)]
                parts.append("\n" if lists[0] == lists[1] != 0 else "\n\n")
            parts.append(piece)
            before = block
    return "".join(parts)


def _character_class(letter: str) -> str:
    if letter.isspace():
        return "blank"
    if letter.isalnum() or letter in _WORD_SIGNS or category(letter).startswith("M"):
        return "word"
    return "sign"
