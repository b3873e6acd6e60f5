"""Two texts → which words were taken out, and which put in: by word, by character where there are no blanks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, compress
from typing import NamedTuple

from roya_tui.reading.sequences import Budget, Run, common
from roya_tui.sameness import CJK, key

# What is no letter to `re`, but part of a word: marks above and below letters, vowel signs, joiners, soft hyphens.
_MARKS = (
    "\xad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0900-\u0963\u0971-\u0df3\u0e30-\u0e4e\u0eb0-\u0ece\u0f18-\u0f87\u102b-\u103e\u1056-\u109d\u135d-\u135f\u17b4-\u17d3"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u20d0-\u20f0\ufe00-\ufe0f\ufe20-\ufe2f"
)
_WORD = rf"[^\W{CJK}]+(?:[{_MARKS}]+[^\W{CJK}]*)*"
_PIECES = re.compile(rf"\s*(?:https?://[^\s<>\"]+|\d+(?:[.,:/٫٬]\d+)+|{_WORD}(?:['’ʼ]{_WORD})*|[{CJK}]|[^\w\s])")
_ASCII_PIECES = re.compile(r"\s*(?:https?://[^\s<>\"]+|\d+(?:[.,:/]\d+)+|\w+(?:'\w+)*|[^\w\s])")
_LEAST = 2
"""Words that must have changed on both sides of a sign for it to be taken as changed, too."""
_NOTHING = 0
"""The number of what nobody sees."""
_LONGEST_CRUMB = 8
"""Words and signs."""


class Edit(NamedTuple):
    """`old[start:end]` gave way to `new[new_start:new_end]`; either may be empty. And how many words they are."""

    start: int
    end: int
    new_start: int
    new_end: int
    removed: int
    added: int


class Words(NamedTuple):
    """The words and signs of a text, each with the blanks before it."""

    pieces: Sequence[str]
    ends: Sequence[int]
    """Where in the text each ends."""
    keys: Sequence[int]
    """By what they are compared: those that look alike to a reader have the same. A sign's is negative."""
    counts: Sequence[int]
    """How many words, and not signs, there are before each."""

    def place(self, first: int, end: int) -> tuple[int, int]:
        """Return where words begin and end in the text; of none, where the word before them ends."""
        if first < end:
            return self.ends[first] - len(self.pieces[first].lstrip()), self.ends[end - 1]
        at = self.ends[first - 1] if first else 0
        return at, at

    def counted(self, first: int, end: int) -> int:
        """Return how many of them are words, and not signs."""
        return self.counts[end] - self.counts[first]


class Dictionary:
    """Gives each different word a number, and takes each text apart only once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._known: dict[str, int] = {}
        self._texts: dict[str, Words] = {}

    def words(self, text: str) -> Words:
        """Return the words and signs of a text."""
        found = self._texts.get(text)
        if found is None:
            found = self._texts[text] = self._taken_apart(text)
        return found

    def different(self, text: str) -> frozenset[int]:
        """Return the different words of a text, without signs."""
        return frozenset(number for number in set(self.words(text).keys) if number > 0)

    def _taken_apart(self, text: str) -> Words:
        pieces = pieces_of(text)
        known = self._known
        for new in set(pieces).difference(known):
            known[new] = self._number(key(new.lstrip()))
        keys = [known[piece] for piece in pieces]
        ends = list(accumulate(map(len, pieces)))
        if _NOTHING in keys:
            pieces, ends, keys = list(compress(pieces, keys)), list(compress(ends, keys)), list(filter(None, keys))
        return Words(pieces, ends, keys, [0, *accumulate([number > 0 for number in keys])])

    def _number(self, word: str) -> int:
        if not word:
            return _NOTHING
        number = self._numbers.setdefault(word, len(self._numbers) + 1)
        return number if word[0].isalnum() else -number


def pieces_of(text: str) -> list[str]:
    """Return the words and signs of a text, each with the blanks before it; joined, they are the text but its end."""
    return (_ASCII_PIECES if text.isascii() else _PIECES).findall(text)


def edits(old: str, new: str, dictionary: Dictionary, budget: Budget) -> tuple[Edit, ...]:
    """Return what must be done to make `new` of `old`, in order."""
    before, after = dictionary.words(old), dictionary.words(new)
    kept = _without_crumbs(common(before.keys, after.keys, budget), before, after)
    return tuple(_edit(*gap, before, after) for gap in _gaps(kept, len(before.keys), len(after.keys)))


def _gaps(kept: Sequence[Run], old: int, new: int) -> Iterator[tuple[int, int, int, int]]:
    """Return what lies between the runs that are kept, as numbers of words."""
    i = j = 0
    for run in (*kept, Run(old, new, 0)):
        if run.old > i or run.new > j:
            yield i, run.old, j, run.new
        i, j = run.old + run.length, run.new + run.length


def _edit(i: int, i_end: int, j: int, j_end: int, before: Words, after: Words) -> Edit:
    return Edit(*before.place(i, i_end), *after.place(j, j_end), before.counted(i, i_end), after.counted(j, j_end))


def _without_crumbs(runs: Sequence[Run], before: Words, after: Words) -> list[Run]:
    """Return runs without those so short, between changes so long, that nobody reads them as what has stayed."""
    kept: list[Run] = []
    i = j = 0
    end = Run(len(before.keys), len(after.keys), 0)
    for run, follows in zip(runs, [*runs[1:], end], strict=False):
        end_i, end_j = run.old + run.length, run.new + run.length
        if run.length <= _LONGEST_CRUMB:
            on_the_left = max(before.counted(i, run.old), after.counted(j, run.new))
            on_the_right = max(before.counted(end_i, follows.old), after.counted(end_j, follows.new))
            least = min(on_the_left, on_the_right)
            if least >= _LEAST and after.counted(run.new, end_j) <= least // 2:
                continue
        kept.append(run)
        i, j = end_i, end_j
    return kept
