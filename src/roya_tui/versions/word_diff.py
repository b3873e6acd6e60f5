"""Two texts → which words were taken out, and which put in: by word, by character where there are no blanks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, compress
from typing import NamedTuple

from roya_tui.normalization import CJK, comparison_key
from roya_tui.versions.sequences import Budget, Match, find_matches

# What is no letter to `re`, but part of a word: marks above and below letters, vowel signs, joiners, soft hyphens.
_MARKS = (
    "\xad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0900-\u0963\u0971-\u0df3\u0e30-\u0e4e\u0eb0-\u0ece\u0f18-\u0f87\u102b-\u103e\u1056-\u109d\u135d-\u135f\u17b4-\u17d3"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u20d0-\u20f0\ufe00-\ufe0f\ufe20-\ufe2f"
)
_WORD = rf"[^\W{CJK}]+(?:[{_MARKS}]+[^\W{CJK}]*)*"
_PIECES = re.compile(rf"\s*(?:https?://[^\s<>\"]+|\d+(?:[.,:/٫٬]\d+)+|{_WORD}(?:['’ʼ]{_WORD})*|[{CJK}]|[^\w\s])")
_ASCII_PIECES = re.compile(r"\s*(?:https?://[^\s<>\"]+|\d+(?:[.,:/]\d+)+|\w+(?:'\w+)*|[^\w\s])")
_MIN_CHANGED = 2
"""Words that must have changed on both sides of a sign for it to be taken as changed, too."""
_INVISIBLE = 0
"""The number of what nobody sees."""
_MAX_CRUMB = 8
"""Words and signs."""


class Edit(NamedTuple):
    """`old[start:end]` gave way to `new[new_start:new_end]`; either may be empty. And how many words they are."""

    start: int
    end: int
    new_start: int
    new_end: int
    removed: int
    added: int


class TokenizedText(NamedTuple):
    """The words and signs of a text, each with the blanks before it."""

    pieces: Sequence[str]
    ends: Sequence[int]
    """Where in the text each ends."""
    keys: Sequence[int]
    """By what they are compared: those that look alike to a reader have the same. A sign's is negative."""
    counts: Sequence[int]
    """How many words, and not signs, there are before each."""

    def span(self, first: int, end: int) -> tuple[int, int]:
        """Return where words begin and end in the text; of none, where the word before them ends."""
        if first < end:
            return self.ends[first] - len(self.pieces[first].lstrip()), self.ends[end - 1]
        at = self.ends[first - 1] if first else 0
        return at, at

    def count_words(self, first: int, end: int) -> int:
        """Return how many of them are words, and not signs."""
        return self.counts[end] - self.counts[first]


class Vocabulary:
    """Gives each different word a number, and takes each text apart only once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._known: dict[str, int] = {}
        self._texts: dict[str, TokenizedText] = {}

    def tokenize(self, text: str) -> TokenizedText:
        """Return the words and signs of a text."""
        found = self._texts.get(text)
        if found is None:
            found = self._texts[text] = self._tokenize(text)
        return found

    def distinct_words(self, text: str) -> frozenset[int]:
        """Return the different words of a text, without signs."""
        return frozenset(number for number in set(self.tokenize(text).keys) if number > 0)

    def _tokenize(self, text: str) -> TokenizedText:
        pieces = split_words(text)
        known = self._known
        for new in set(pieces).difference(known):
            known[new] = self._number(comparison_key(new.lstrip()))
        keys = [known[piece] for piece in pieces]
        ends = list(accumulate(map(len, pieces)))
        if _INVISIBLE in keys:
            pieces, ends, keys = list(compress(pieces, keys)), list(compress(ends, keys)), list(filter(None, keys))
        return TokenizedText(pieces, ends, keys, [0, *accumulate([number > 0 for number in keys])])

    def _number(self, word: str) -> int:
        if not word:
            return _INVISIBLE
        number = self._numbers.setdefault(word, len(self._numbers) + 1)
        return number if word[0].isalnum() else -number


def split_words(text: str) -> list[str]:
    """Return the words and signs of a text, each with the blanks before it; joined, they are the text but its end."""
    return (_ASCII_PIECES if text.isascii() else _PIECES).findall(text)


def diff_words(old: str, new: str, vocabulary: Vocabulary, budget: Budget) -> tuple[Edit, ...]:
    """Return what must be done to make `new` of `old`, in order."""
    before, after = vocabulary.tokenize(old), vocabulary.tokenize(new)
    kept = _drop_crumbs(find_matches(before.keys, after.keys, budget), before, after)
    return tuple(_make_edit(*gap, before, after) for gap in _differences(kept, len(before.keys), len(after.keys)))


def _differences(kept: Sequence[Match], old: int, new: int) -> Iterator[tuple[int, int, int, int]]:
    """Return what lies between the runs that are kept, as numbers of words."""
    i = j = 0
    for run in (*kept, Match(old, new, 0)):
        if run.old > i or run.new > j:
            yield i, run.old, j, run.new
        i, j = run.old + run.length, run.new + run.length


def _make_edit(i: int, i_end: int, j: int, j_end: int, before: TokenizedText, after: TokenizedText) -> Edit:
    return Edit(
        *before.span(i, i_end), *after.span(j, j_end), before.count_words(i, i_end), after.count_words(j, j_end)
    )


def _drop_crumbs(runs: Sequence[Match], before: TokenizedText, after: TokenizedText) -> list[Match]:
    """Return runs without those so short, between changes so long, that nobody reads them as what has stayed."""
    kept: list[Match] = []
    i = j = 0
    end = Match(len(before.keys), len(after.keys), 0)
    for run, follows in zip(runs, [*runs[1:], end], strict=False):
        end_i, end_j = run.old + run.length, run.new + run.length
        if run.length <= _MAX_CRUMB:
            on_the_left = max(before.count_words(i, run.old), after.count_words(j, run.new))
            on_the_right = max(before.count_words(end_i, follows.old), after.count_words(end_j, follows.new))
            least = min(on_the_left, on_the_right)
            if least >= _MIN_CHANGED and after.count_words(run.new, end_j) <= least // 2:
                continue
        kept.append(run)
        i, j = end_i, end_j
    return kept
