"""How alike two tellings are, when each of their words has a weight: whether they tell the same story."""

from __future__ import annotations

from collections.abc import Set
from math import sqrt

from msgspec import Struct

SPAN = 96 * 3_600
"""Seconds between two tellings of a story at most; what comes later may be connected by those between."""
_SERIES = 16 * 3_600
"""Seconds after which a heading that a source uses again is that of a series."""
_MATCH = 24 * 3_600
"""Seconds after which a score is that of another match."""

# What follows was found on tests/data/stories/tune.jsonl and on the invented headlines of tests/bench.
ENOUGH = 1.02
"""Likeness from which two tellings are of one story."""
_LATER = 0.3
"""What is taken off at the end of the span."""
_SAME_SOURCE = 0.2
"""What is taken off where both are of one source, which has less reason to tell a story twice."""
_COUNTED = 0.1
"""What is taken off where both have numbers, and none in common."""
_NAMES_ONLY = 0.25
"""What is taken off where they share who or where, and not what."""
_UNKNOWN = 0.8
"""What is taken off for the share, beyond a half, of the names in one title that the other does not know."""
_ONLY_COMMON = 3.0
"""What is taken off, at most, where they share common words only, and the title of each has rarer ones of its own."""
_FEW, _SHORT = 3, 6
"""Words in common up to which, where one of two tellings has fewer words than that, more must speak for one story."""
_WHOLE = 0.999
_STRANGERS = 0.45
"""How much of the names in both titles the other may not know."""
_SAME_SCORE = 0.55
"""How much of each title the other must tell where both tell one score: the teams, not only the sport."""


class Seen(Struct, frozen=True):
    """A telling as it is compared."""

    at: int
    source: int
    heads: tuple[int, int, int]
    """What parts of a series have in common, as `telling` gives it: shape, heading and start of the title."""
    weights: dict[int, float]
    """What each of its words weighs."""
    rarity: dict[int, float]
    """How rare each of them is among all tellings."""
    title: frozenset[int]
    names: frozenset[int]
    """Those of the title."""
    ordinary: frozenset[int]
    """Those that are neither names nor numbers."""
    numbers: frozenset[int]
    """Those of the title and of the text."""
    scores: frozenset[int]


def likeness(one: Seen, other: Seen) -> float:
    """Return how alike two tellings are: by all their words, and by how much of each title the other tells.

    0 says that they are of two stories, whatever they have in common.
    """
    strange = _strange(one, other), _strange(other, one)
    if min(strange) > _STRANGERS or _of_a_series(one, other) or _of_two_matches(one, other):
        return 0.0
    shared = one.weights.keys() & other.weights.keys()
    less, more = sorted((_told(one.title, one, other), _told(other.title, other, one)))
    if _too_little(one, other, len(shared), less, more):
        return 0.0
    against = _against(one, other, shared) + _UNKNOWN * max(0.0, max(strange) - 0.5)
    return _cosine(one, other, shared) + less + 0.8 * more - against


def _too_little(one: Seen, other: Seen, shared: int, less: float, more: float) -> bool:
    """Tell whether two say too little to be one story, however alike they are.

    Two words in common must be all that either title says; and three, where there are few others, all of one title.
    """
    if shared < _FEW:
        return shared < 2 or less < _WHOLE
    return shared == _FEW and min(len(one.weights), len(other.weights)) < _SHORT and more < _WHOLE


def _cosine(one: Seen, other: Seen, shared: Set[int]) -> float:
    lengths = sqrt(sum(w * w for w in one.weights.values()) * sum(w * w for w in other.weights.values()))
    return sum(one.weights[word] * other.weights[word] for word in shared) / lengths if lengths else 0.0


def _told(words: Set[int], one: Seen, other: Seen) -> float:
    """Return how much of `words`, which are of `one`, the `other` tells too, from 0 to 1."""
    told = whole = 0.0
    for word in words:
        square = one.weights[word] ** 2
        whole += square
        if word in other.weights:
            told += square
    return told / whole if whole else 0.0


def _strange(one: Seen, other: Seen) -> float:
    """Return how much of the names in the title of `one` the `other` does not know, from 0 to 1."""
    return 1 - _told(one.names, one, other) if one.names else 0.0


def _against(one: Seen, other: Seen, shared: Set[int]) -> float:
    """Return what speaks against one story."""
    against = _LATER * abs(one.at - other.at) / SPAN
    if one.source == other.source:
        against += _SAME_SOURCE
    if one.numbers and other.numbers and not one.numbers & other.numbers:
        against += _COUNTED
    if not one.ordinary & other.ordinary:
        against += _NAMES_ONLY
    own = min(max((seen.rarity[word] for word in seen.title - shared), default=0.0) for seen in (one, other))
    if own:
        against += _ONLY_COMMON * max(0.0, 1 - max(map(one.rarity.__getitem__, shared), default=0.0) / own)
    return against


def _of_a_series(one: Seen, other: Seen) -> bool:
    """Tell whether these are parts of a series: titles apart by a number or date, or that begin alike day after day."""
    later = one.source == other.source and abs(one.at - other.at) >= _SERIES
    (shape, *starts), (others, *other_starts) = one.heads, other.heads
    if shape == others:
        return later or one.numbers & one.title != other.numbers & other.title
    return later and any(mine == its != 0 for mine, its in zip(starts, other_starts, strict=True))


def _of_two_matches(one: Seen, other: Seen) -> bool:
    """Tell whether scores speak against one story: another day, another score, other teams."""
    if not (one.scores or other.scores):
        return False
    if abs(one.at - other.at) > _MATCH:
        return True
    scores, others = one.scores & one.title, other.scores & other.title
    if not (scores and others):
        return False
    return not scores & others or min(_told(one.title, one, other), _told(other.title, other, one)) < _SAME_SCORE
