"""Words → where a text has them, as search compares: without regard to case, accents and the forms of letters."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from unicodedata import category

from roya_tui.characters import cluster_starts
from roya_tui.document.blocks import Block, Document
from roya_tui.text import fold

MAX_MATCHES = 5_000
"""Places that are found at most: nobody walks through more."""
_MAX_TRIES = 100_000
"""Places that are looked at for them: in a word of a million letters, none of them may begin one."""
_ARABIC_PREFIXES = ("ال", "و", "وال")
"""What Arabic writes together with the word after it."""

TextRange = tuple[int, int]
"""Where in a text something starts and ends."""


class FoldedText:
    """A text as search compares it, which still knows where each of its letters stands."""

    def __init__(self, text: str) -> None:
        self._odd: list[tuple[int, int, int]] = []
        """Letters that fold to none or to several: where one begins folded, where it stands, and to how many."""
        letters = {letter: folded for letter in set(text) if (folded := _fold_letter(letter)) != letter}
        lengths = {letter: len(folded) for letter, folded in letters.items() if len(folded) != 1}
        if lengths:
            longer = 0
            for found in re.finditer(f"[{re.escape(''.join(lengths))}]", text):
                length = lengths[found[0]]
                self._odd.append((found.start() + longer, found.start(), length))
                longer += length - 1
        for letter, folded in letters.items():  # what is folded stays as it is when it is folded again
            text = text.replace(letter, folded)
        self._text = text

    def find(self, words: str) -> list[TextRange]:
        """Return the places of `words`, wherever they stand, in order."""
        return list(self._matches(_fold_query(words), lambda at: True))

    def find_words(self, words: Iterable[str]) -> list[TextRange]:
        """Return the places of each of these words, where one begins so, in order; none overlaps another."""
        found = sorted(place for word in words for place in self._matches(_fold_query(word), self._starts_word))
        disjoint: list[TextRange] = []
        for start, end in found:
            if not disjoint or start >= disjoint[-1][1]:
                disjoint.append((start, end))
        return disjoint

    def _matches(self, wanted: str, fits: Callable[[int], bool]) -> Iterator[TextRange]:
        at = self._text.find(wanted) if wanted else -1
        left, tries = MAX_MATCHES, _MAX_TRIES
        while at >= 0 and left and tries:
            tries -= 1
            if fits(at):
                yield self._to_original(at, at + len(wanted))
                left -= 1
                at = self._text.find(wanted, at + len(wanted))
            else:
                at = self._text.find(wanted, at + 1)

    def _starts_word(self, at: int) -> bool:
        """Whether a word begins at a place of the folded text, or would without what Arabic writes in front."""
        if not self._in_word(at):
            return True
        return self._text[at - 1] in "لو" and any(
            self._text.endswith(front, 0, at) and not self._in_word(at - len(front)) for front in _ARABIC_PREFIXES
        )

    def _in_word(self, at: int) -> bool:
        """Whether the letters on both sides of a place are of one word; such of Chinese and Japanese never are."""
        if at <= 0 or not self._text[at - 1].isalnum():
            return False
        return self._text[at] < "\u2e80" and self._text[at - 1] < "\u2e80"

    def _to_original(self, start: int, end: int) -> TextRange:
        """A place of the folded text in the text itself; vowel signs belong to the letter before."""
        return self._locate_letter(start)[0], sum(self._locate_letter(end))

    def _locate_letter(self, at: int) -> tuple[int, bool]:
        """Which letter of the text a place of the folded one belongs to, and whether it lies within that letter."""
        before = bisect_right(self._odd, at, key=lambda odd: odd[0]) - 1
        if before < 0:
            return at, False
        begins, stands, length = self._odd[before]
        if at < begins + length:
            return stands, at > begins
        return stands + 1 + at - begins - length, False


def _fold_letter(letter: str) -> str:
    return " " if letter.isspace() else fold(letter).strip()


def _fold_query(words: str) -> str:
    return "".join(_fold_letter(letter) for letter in " ".join(words.split()))


_MAX_WORD = 2_000
"""Characters from a place in which its word is looked for: nothing longer is one."""
_WORD_SIGNS = frozenset("'’_-\u200c\u200d\u00ad")


def character_at(document: Document, at: int) -> TextRange:
    """Return the character at a place, with all its marks."""
    text = document.text
    begin = max(0, at - 20)
    piece = text[begin : at + 40]
    edges = [*cluster_starts(piece), len(piece)]
    for start, end in pairwise(edges):
        if start <= at - begin < end:
            return begin + start, begin + end
    return at, min(at + 1, len(text))


def word_at(document: Document, at: int) -> TextRange:
    """Return the word at a place; where none is, the signs that stand there together."""
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
    """Return the whole block at a place."""
    block = document.blocks[_block_index(document, at)]
    return block.start, block.start + len(block.text.string)


def next_word(document: Document, at: int, by: int) -> TextRange:
    """Return the word after (1) or before (-1) the one at a place; that one itself if there is no other."""
    text = document.text
    here = word_at(document, at)
    place = here[1] if by > 0 else here[0] - 1
    while 0 <= place < len(text) and (text[place].isspace() or _character_class(text[place]) == "sign"):
        place += by
    return word_at(document, place) if 0 <= place < len(text) else here


def next_paragraph(document: Document, at: int, by: int) -> int:
    """Return where the next (1) or previous (-1) block with words starts; where this one does if there is none."""
    index = _block_index(document, at)
    here = document.blocks[index].start
    other = index + by
    while 0 <= other < len(document.blocks) and not document.blocks[other].text.string:
        other += by
    return document.blocks[other].start if 0 <= other < len(document.blocks) else here


def copy_text(document: Document, start: int, end: int) -> str:
    """Return a stretch of a document as text to be pasted: in logical order, without wraps and margins.

    Paragraphs are a blank line apart, items of a list and rows of a table one below the other.
    """
    parts: list[str] = []
    before: Block | None = None
    for block in document.blocks[_block_index(document, start) :]:
        if block.start >= end:
            break
        piece = document.text[max(start, block.start) : min(end, block.start + len(block.text.string))]
        if piece:
            if before is not None:
                parts.append("\n" if _are_in_one_list(before, block) else "\n\n")
            parts.append(piece)
            before = block
    return "".join(parts)


def _are_in_one_list(one: Block, other: Block) -> bool:
    """Whether two blocks are items of one list."""
    return (
        bool(one.containers and other.containers)
        and one.containers[0].list != 0
        and one.containers[0].list == other.containers[0].list
    )


def _block_index(document: Document, at: int) -> int:
    return max(0, bisect_right(document.blocks, at, key=lambda block: block.start) - 1)


def _character_class(letter: str) -> str:
    if letter.isspace():
        return "blank"
    if letter.isalnum() or letter in _WORD_SIGNS or category(letter).startswith("M"):
        return "word"
    return "sign"
