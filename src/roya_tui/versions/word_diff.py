"""Compare two texts by word, and by character in scripts without spaces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, compress
from typing import NamedTuple

from roya_tui.normalization import CJK, comparison_key
from roya_tui.versions.sequences import Budget, Match, find_differences, find_matches

# Parts of words that are not `\w` in `re`: combining marks, vowel signs, joiners, soft hyphens.
_MARKS = (
    "\xad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0900-\u0963\u0971-\u0df3\u0e30-\u0e4e\u0eb0-\u0ece\u0f18-\u0f87\u102b-\u103e\u1056-\u109d\u135d-\u135f\u17b4-\u17d3"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u20d0-\u20f0\ufe00-\ufe0f\ufe20-\ufe2f"
)
_WORD = rf"[^\W{CJK}]+(?:[{_MARKS}]+[^\W{CJK}]*)*"
_TOKENS = re.compile(rf"\s*(?:https?://[^\s<>\"]+|\d+(?:[.,:/٫٬]\d+)+|{_WORD}(?:['’ʼ]{_WORD})*|[{CJK}]|[^\w\s])")
_ASCII_TOKENS = re.compile(r"\s*(?:https?://[^\s<>\"]+|\d+(?:[.,:/]\d+)+|\w+(?:'\w+)*|[^\w\s])")
_MIN_CHANGED = 2  # changed words needed on each side of a short match for it to count as changed
_INVISIBLE = 0  # the key of tokens without visible characters
_MAX_SHORT_MATCH = 8  # most tokens in a short match


class Edit(NamedTuple):
    """`old[start:end]` is replaced by `new[new_start:new_end]`; either may be empty.

    `removed` and `added` are their numbers of words.
    """

    start: int
    end: int
    new_start: int
    new_end: int
    removed: int
    added: int


class TokenizedText(NamedTuple):
    """The tokens of a text: words and punctuation, each with the whitespace before it."""

    tokens: Sequence[str]
    ends: Sequence[int]
    """The offset at which each ends."""
    keys: Sequence[int]
    """Equal for tokens that look equal to a reader; negative for punctuation."""
    counts: Sequence[int]
    """The number of words before each, punctuation not counted."""

    def span(self, first: int, end: int) -> tuple[int, int]:
        """Return the offsets of tokens; for an empty range, the end of the token before it twice."""
        if first < end:
            return self.ends[first] - len(self.tokens[first].lstrip()), self.ends[end - 1]
        at = self.ends[first - 1] if first else 0
        return at, at

    def count_words(self, first: int, end: int) -> int:
        """Return how many tokens in a range are words."""
        return self.counts[end] - self.counts[first]


class Vocabulary:
    """Assigns a number to each distinct word and caches tokenized texts."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._token_keys: dict[str, int] = {}
        self._texts: dict[str, TokenizedText] = {}

    def tokenize(self, text: str) -> TokenizedText:
        """Split a text into tokens."""
        if text not in self._texts:
            self._texts[text] = self._tokenize(text)
        return self._texts[text]

    def distinct_words(self, text: str) -> frozenset[int]:
        """Return the keys of the distinct words in a text."""
        return frozenset(key for key in self.tokenize(text).keys if key > 0)

    def _tokenize(self, text: str) -> TokenizedText:
        tokens = (_ASCII_TOKENS if text.isascii() else _TOKENS).findall(text)
        for new in set(tokens).difference(self._token_keys):
            self._token_keys[new] = self._number(comparison_key(new.lstrip()))
        keys = [self._token_keys[token] for token in tokens]
        ends = list(accumulate(map(len, tokens)))
        if _INVISIBLE in keys:
            tokens, ends, keys = list(compress(tokens, keys)), list(compress(ends, keys)), list(filter(None, keys))
        return TokenizedText(tokens, ends, keys, [0, *accumulate([key > 0 for key in keys])])

    def _number(self, word: str) -> int:
        if not word:
            return _INVISIBLE
        number = self._numbers.setdefault(word, len(self._numbers) + 1)
        return number if word[0].isalnum() else -number


def diff_words(old: str, new: str, vocabulary: Vocabulary, budget: Budget) -> tuple[Edit, ...]:
    """Return the edits that turn `old` into `new`, in order."""
    before, after = vocabulary.tokenize(old), vocabulary.tokenize(new)
    kept = _drop_short_matches(find_matches(before.keys, after.keys, budget), before, after)
    return tuple(
        Edit(*before.span(a, i), *after.span(b, j), before.count_words(a, i), after.count_words(b, j))
        for a, i, b, j in find_differences(kept, len(before.keys), len(after.keys))
    )


def _drop_short_matches(runs: Sequence[Match], before: TokenizedText, after: TokenizedText) -> list[Match]:
    """Drop short matches between longer changes, which would only scatter the marks."""
    kept: list[Match] = []
    i = j = 0
    end = Match(len(before.keys), len(after.keys), 0)
    for run, follows in zip(runs, [*runs[1:], end], strict=False):
        end_i, end_j = run.old + run.length, run.new + run.length
        if run.length <= _MAX_SHORT_MATCH:
            changed_before = max(before.count_words(i, run.old), after.count_words(j, run.new))
            changed_after = max(before.count_words(end_i, follows.old), after.count_words(end_j, follows.new))
            least = min(changed_before, changed_after)
            if least >= _MIN_CHANGED and after.count_words(run.new, end_j) <= least // 2:
                continue
        kept.append(run)
        i, j = end_i, end_j
    return kept
