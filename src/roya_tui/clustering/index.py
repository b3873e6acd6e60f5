"""How alike two tellings are, when each of their words has a weight: whether they tell the same story."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from heapq import nlargest
from math import log, sqrt
from operator import itemgetter

from msgspec import Struct

from roya_tui.clustering.fingerprint import FIRST_WORD, KIND_BITS, NAME, NUMBER, REPEATED, SCORE, TITLE

MAX_SECONDS_BETWEEN = 96 * 3_600
"""Seconds between two tellings of a story at most; what comes later may be connected by those between."""
_SERIES_SECONDS = 16 * 3_600
"""Seconds after which a heading that a source uses again is that of a series."""
_MATCH_SECONDS = 24 * 3_600
"""Seconds after which a score is that of another match."""

# What follows was found on tests/data/stories/tune.jsonl and on the invented headlines of tests/bench.
MIN_SIMILARITY = 1.02
"""Likeness from which two tellings are of one story."""
_LATER_PENALTY = 0.3
"""What is taken off at the end of the span."""
_SAME_SOURCE_PENALTY = 0.2
"""What is taken off where both are of one source, which has less reason to tell a story twice."""
_NUMBERS_PENALTY = 0.1
"""What is taken off where both have numbers, and none in common."""
_NAMES_ONLY_PENALTY = 0.25
"""What is taken off where they share who or where, and not what."""
_UNKNOWN_NAMES_PENALTY = 0.8
"""What is taken off for the share, beyond a half, of the names in one title that the other does not know."""
_COMMON_WORDS_PENALTY = 3.0
"""What is taken off, at most, where they share common words only, and the title of each has rarer ones of its own."""
_FEW_SHARED, _SHORT_TEXT = 3, 6
"""Words in common up to which, where one of two tellings has fewer words than that, more must speak for one story."""
_COMPLETE = 0.999
_MAX_UNKNOWN_NAMES = 0.45
"""How much of the names in both titles the other may not know."""
_MIN_SCORE_COVERAGE = 0.55
"""How much of each title the other must tell where both tell one score: the teams, not only the sport."""


class Features(Struct, frozen=True):
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


def measure_similarity(one: Features, other: Features) -> float:
    """Return how alike two tellings are: by all their words, and by how much of each title the other tells.

    0 says that they are of two stories, whatever they have in common.
    """
    strange = _unknown_names(one, other), _unknown_names(other, one)
    if min(strange) > _MAX_UNKNOWN_NAMES or _are_in_a_series(one, other) or _are_different_matches(one, other):
        return 0.0
    shared = one.weights.keys() & other.weights.keys()
    less, more = sorted((_coverage(one.title, one, other), _coverage(other.title, other, one)))
    if _has_too_little_evidence(one, other, len(shared), less, more):
        return 0.0
    against = _penalty(one, other, shared) + _UNKNOWN_NAMES_PENALTY * max(0.0, max(strange) - 0.5)
    return _cosine(one, other, shared) + less + 0.8 * more - against


def _has_too_little_evidence(one: Features, other: Features, shared: int, less: float, more: float) -> bool:
    """Tell whether two say too little to be one story, however alike they are.

    Two words in common must be all that either title says; and three, where there are few others, all of one title.
    """
    if shared < _FEW_SHARED:
        return shared < 2 or less < _COMPLETE
    return shared == _FEW_SHARED and min(len(one.weights), len(other.weights)) < _SHORT_TEXT and more < _COMPLETE


def _cosine(one: Features, other: Features, shared: Set[int]) -> float:
    lengths = sqrt(sum(w * w for w in one.weights.values()) * sum(w * w for w in other.weights.values()))
    return sum(one.weights[word] * other.weights[word] for word in shared) / lengths if lengths else 0.0


def _coverage(words: Set[int], one: Features, other: Features) -> float:
    """Return how much of `words`, which are of `one`, the `other` tells too, from 0 to 1."""
    covered = total = 0.0
    for word in words:
        square = one.weights[word] ** 2
        total += square
        if word in other.weights:
            covered += square
    return covered / total if total else 0.0


def _unknown_names(one: Features, other: Features) -> float:
    """Return how much of the names in the title of `one` the `other` does not know, from 0 to 1."""
    return 1 - _coverage(one.names, one, other) if one.names else 0.0


def _penalty(one: Features, other: Features, shared: Set[int]) -> float:
    """Return what speaks against one story."""
    against = _LATER_PENALTY * abs(one.at - other.at) / MAX_SECONDS_BETWEEN
    if one.source == other.source:
        against += _SAME_SOURCE_PENALTY
    if one.numbers and other.numbers and not one.numbers & other.numbers:
        against += _NUMBERS_PENALTY
    if not one.ordinary & other.ordinary:
        against += _NAMES_ONLY_PENALTY
    own = min(max((seen.rarity[word] for word in seen.title - shared), default=0.0) for seen in (one, other))
    if own:
        against += _COMMON_WORDS_PENALTY * max(0.0, 1 - max(map(one.rarity.__getitem__, shared), default=0.0) / own)
    return against


def _are_in_a_series(one: Features, other: Features) -> bool:
    """Tell whether these are parts of a series: titles apart by a number or date, or that begin alike day after day."""
    later = one.source == other.source and abs(one.at - other.at) >= _SERIES_SECONDS
    (shape, *starts), (others, *other_starts) = one.heads, other.heads
    if shape == others:
        return later or one.numbers & one.title != other.numbers & other.title
    return later and any(mine == its != 0 for mine, its in zip(starts, other_starts, strict=True))


def _are_different_matches(one: Features, other: Features) -> bool:
    """Tell whether scores speak against one story: another day, another score, other teams."""
    if not (one.scores or other.scores):
        return False
    if abs(one.at - other.at) > _MATCH_SECONDS:
        return True
    scores, others = one.scores & one.title, other.scores & other.title
    if not (scores and others):
        return False
    return (
        not scores & others
        or min(_coverage(one.title, one, other), _coverage(other.title, other, one)) < _MIN_SCORE_COVERAGE
    )


_MIN_ARTICLES = 1_000
"""Tellings that are thought to be known at least: among few, no word would be common."""
_MAX_RAREST = 4
"""Tellings with a word up to which it is as rare as can be: so many may be of one story."""
_NAME_WEIGHT, _NUMBER_WEIGHT, _LEAD_WEIGHT = 1.3, 0.6, 0.6
_MAX_PER_WORD = 200
"""Tellings with a word, beyond which it leads to no candidates."""
_MAX_CACHED = 2_000
"""Tellings that are kept as they are compared: 15 MB."""
_MAX_LEADING_WORDS, _MAX_CANDIDATES = 16, 16
"""Words that lead to candidates, the rarest; and candidates that are compared, those with most in common."""


class SimilarArticle(Struct, frozen=True):
    """An article that tells the same story as another, and how alike they are."""

    id: int
    similarity: float


class StoryIndex:
    """The tellings of some days, found by their words. What a word weighs is learned from them."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[int, int, array[int]]] = {}
        self._with: defaultdict[int, array[int]] = defaultdict(lambda: array("q"))
        # Nothing here changes until another telling is taken in.
        self._rarities: dict[int, float] = {}
        self._seen_before: dict[int, Features] = {}

    def __len__(self) -> int:
        return len(self._known)

    def add(self, id: int, at: int, source: int, fingerprint: bytes) -> None:
        """Take in what `telling` made of an article that lists sort at the second `at`. One that is there stays."""
        if id in self._known or not fingerprint:
            return
        self._rarities.clear()
        self._seen_before.clear()
        telling = array("I", fingerprint)
        self._known[id] = (at, source, telling)
        for word in telling[FIRST_WORD:]:
            self._with[word & ~KIND_BITS].append(id)

    def find_similar(self, id: int) -> list[SimilarArticle]:
        """Return the articles that tell the same story as article `id`, the most alike first."""
        if id not in self._known:
            return []
        mine = self._cached_features(id)
        found = (
            SimilarArticle(other, measure_similarity(mine, self._cached_features(other)))
            for other in self._candidates(id)
        )
        return sorted(
            (one for one in found if one.similarity >= MIN_SIMILARITY), key=lambda one: (-one.similarity, one.id)
        )

    def _candidates(self, id: int) -> list[int]:
        """Return the articles with most in common among those that are near in time."""
        at, _, telling = self._known[id]
        words = sorted((len(self._with[word & ~KIND_BITS]), word & ~KIND_BITS) for word in telling[FIRST_WORD:])
        common: defaultdict[int, float] = defaultdict(float)
        for count, word in words[:_MAX_LEADING_WORDS]:
            if count <= _MAX_PER_WORD:
                rarity = self._rarity(count)
                for other in self._with[word]:
                    common[other] += rarity
        common.pop(id, None)
        near = (
            (other, weight)
            for other, weight in common.items()
            if abs(self._known[other][0] - at) <= MAX_SECONDS_BETWEEN
        )
        return [other for other, _ in nlargest(_MAX_CANDIDATES, near, key=itemgetter(1))]

    def _rarity(self, count: int) -> float:
        rarity = self._rarities.get(count)
        if rarity is None:
            rarity = self._rarities[count] = log(max(_MIN_ARTICLES, len(self._known)) / count)
        return rarity

    def _cached_features(self, id: int) -> Features:
        seen = self._seen_before.get(id)
        if seen is None:
            if len(self._seen_before) >= _MAX_CACHED:
                self._seen_before.clear()
            seen = self._seen_before[id] = self._build_features(id)
        return seen

    def _build_features(self, id: int) -> Features:
        at, source, telling = self._known[id]
        weights: dict[int, float] = {}
        rarity: dict[int, float] = {}
        title: set[int] = set()
        names: set[int] = set()
        ordinary: set[int] = set()
        numbers: set[int] = set()
        scores: set[int] = set()
        for marked in telling[FIRST_WORD:]:
            word = marked & ~KIND_BITS
            count = len(self._with[word])
            weight = self._rarity(count)
            rarity[word] = self._rarity(max(count, _MAX_RAREST))
            if marked & NUMBER:
                weight *= _NUMBER_WEIGHT
                numbers.add(word)
                if marked & SCORE:
                    scores.add(word)
            elif marked & (NAME | REPEATED):
                weight *= _NAME_WEIGHT
            if marked & TITLE:
                title.add(word)
                if marked & (NAME | REPEATED):
                    names.add(word)
            if not marked & (NAME | NUMBER):
                ordinary.add(word)
            weights[word] = weight if marked & TITLE else weight * _LEAD_WEIGHT
        kinds = map(frozenset, (title, names, ordinary, numbers, scores))
        return Features(at, source, (telling[0], telling[1], telling[2]), weights, rarity, *kinds)


class StoryAssignment(Struct, frozen=True):
    """What becomes of an article that tells a story others tell too."""

    story: int | None
    """The story that it joins; None: a new one."""
    unassigned: tuple[int, ...] = ()
    """Articles that were in no story, and are in this one now."""
    merged_stories: tuple[int, ...] = ()
    """Stories that it shows to be the same: theirs become this one."""


def assign_story(
    similar: Sequence[SimilarArticle], stories: Mapping[int, int], fixed: Set[int]
) -> StoryAssignment | None:
    """Return what becomes of an article, given what is `alike`, the most alike first, and the `stories` of those; None
    where nothing is: it stands alone.

    What the person put together or took apart, the stories `by_hand`, may grow but never become one with others.
    """
    if not similar:
        return None
    nearest = stories.get(similar[0].id)
    if nearest in fixed:
        return StoryAssignment(nearest)
    alone = tuple(one.id for one in similar if one.id not in stories)
    found = sorted({stories[one.id] for one in similar if one.id in stories} - fixed)
    if found:
        return StoryAssignment(found[0], alone, tuple(found[1:]))
    return StoryAssignment(None, alone) if alone else StoryAssignment(nearest)
