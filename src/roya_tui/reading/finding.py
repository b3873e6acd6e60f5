"""Words → where a text has them, as search compares: without regard to case, accents and the forms of letters."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator

from roya_tui.text import fold

MOST = 5_000
"""Places that are found at most: nobody walks through more."""
_TRIES = 100_000
"""Places that are looked at for them: in a word of a million letters, none of them may begin one."""
_IN_FRONT = ("ال", "و", "وال")
"""What Arabic writes together with the word after it."""

Place = tuple[int, int]
"""Where in a text something starts and ends."""


class Foldings:
    """A text as search compares it, which still knows where each of its letters stands."""

    def __init__(self, text: str) -> None:
        self._odd: list[tuple[int, int, int]] = []
        """Letters that fold to none or to several: where one begins folded, where it stands, and to how many."""
        letters = {letter: folded for letter in set(text) if (folded := _folded(letter)) != letter}
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

    def find(self, words: str) -> list[Place]:
        """Return the places of `words`, wherever they stand, in order."""
        return list(self._places(_looked_for(words), lambda at: True))

    def find_words(self, words: Iterable[str]) -> list[Place]:
        """Return the places of each of these words, where one begins so, in order; none overlaps another."""
        found = sorted(place for word in words for place in self._places(_looked_for(word), self._begins_at))
        apart: list[Place] = []
        for start, end in found:
            if not apart or start >= apart[-1][1]:
                apart.append((start, end))
        return apart

    def _places(self, wanted: str, fits: Callable[[int], bool]) -> Iterator[Place]:
        at = self._text.find(wanted) if wanted else -1
        left, tries = MOST, _TRIES
        while at >= 0 and left and tries:
            tries -= 1
            if fits(at):
                yield self._original(at, at + len(wanted))
                left -= 1
                at = self._text.find(wanted, at + len(wanted))
            else:
                at = self._text.find(wanted, at + 1)

    def _begins_at(self, at: int) -> bool:
        """Whether a word begins at a place of the folded text, or would without what Arabic writes in front."""
        if not self._in_word(at):
            return True
        return self._text[at - 1] in "لو" and any(
            self._text.endswith(front, 0, at) and not self._in_word(at - len(front)) for front in _IN_FRONT
        )

    def _in_word(self, at: int) -> bool:
        """Whether the letters on both sides of a place are of one word; such of Chinese and Japanese never are."""
        if at <= 0 or not self._text[at - 1].isalnum():
            return False
        return self._text[at] < "\u2e80" and self._text[at - 1] < "\u2e80"

    def _original(self, start: int, end: int) -> Place:
        """A place of the folded text in the text itself; vowel signs belong to the letter before."""
        return self._letter(start)[0], sum(self._letter(end))

    def _letter(self, at: int) -> tuple[int, bool]:
        """Which letter of the text a place of the folded one belongs to, and whether it lies within that letter."""
        before = bisect_right(self._odd, at, key=lambda odd: odd[0]) - 1
        if before < 0:
            return at, False
        begins, stands, length = self._odd[before]
        if at < begins + length:
            return stands, at > begins
        return stands + 1 + at - begins - length, False


def _folded(letter: str) -> str:
    return " " if letter.isspace() else fold(letter).strip()


def _looked_for(words: str) -> str:
    return "".join(_folded(letter) for letter in " ".join(words.split()))
