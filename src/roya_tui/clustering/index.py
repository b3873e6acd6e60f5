"""Similarity of articles by their weighted words, and the stories that they form."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from heapq import nlargest
from math import log, sqrt

from msgspec import Struct

from roya_tui.clustering.fingerprint import FIRST_WORD, KIND_BITS, NAME, NUMBER, REPEATED, SCORE, TITLE

MAX_SECONDS_BETWEEN = 96 * 3_600
"""Most seconds between two similar articles; articles in between may connect others."""
_SERIES_SECONDS = 16 * 3_600  # seconds after which a heading that a source reuses is that of a series
_MATCH_SECONDS = 24 * 3_600  # seconds after which a score is that of another match

# Tuned on tests/data/stories/tune.jsonl and on the invented headlines of tests/bench.
MIN_SIMILARITY = 1.02
"""Similarity from which two articles are of one story."""
_LATER_PENALTY = 0.3  # subtracted at `MAX_SECONDS_BETWEEN`, and in proportion before
_SAME_SOURCE_PENALTY = 0.2  # subtracted if both are of one source, which rarely reports a story twice
_NUMBERS_PENALTY = 0.1  # subtracted if both have numbers, and none in common
_NAMES_ONLY_PENALTY = 0.25  # subtracted if they share names or numbers only
_UNKNOWN_NAMES_PENALTY = 0.8
"""Subtracted for the share, above a half, of the names in one title missing from the other."""
_COMMON_WORDS_PENALTY = 3.0
"""Most subtracted if they share common words only, while both titles have rarer words."""
_FEW_SHARED, _SHORT_TEXT = 3, 6
"""Shared words, and words of the shorter article, below which more evidence is required."""
_COMPLETE = 0.999
_MAX_UNKNOWN_NAMES = 0.45  # share of the names in both titles that may be missing from the other article
_MIN_SCORE_COVERAGE = 0.55
"""Share of each title to be covered by the other if both have one score: the teams, not only the sport."""


class Features(Struct, frozen=True):
    """An article as it is compared: words by hash."""

    at: int
    source: int
    heads: tuple[int, int, int]
    """Hashes of what parts of a series share: shape, heading and start of the title."""
    weights: dict[int, float]
    rarity: dict[int, float]
    title: frozenset[int]
    names: frozenset[int]  # in the title
    ordinary: frozenset[int]  # neither names nor numbers
    numbers: frozenset[int]  # in title and text
    scores: frozenset[int]


def measure_similarity(one: Features, other: Features) -> float:
    """Return the similarity of two articles; 0 if they are of different stories."""
    unknown = _unknown_names(one, other), _unknown_names(other, one)
    if min(unknown) > _MAX_UNKNOWN_NAMES or _are_in_a_series(one, other) or _are_different_matches(one, other):
        return 0.0
    shared = one.weights.keys() & other.weights.keys()
    less, more = sorted((_coverage(one.title, one, other), _coverage(other.title, other, one)))
    if _has_too_little_evidence(one, other, len(shared), less, more):
        return 0.0
    against = _penalty(one, other, shared) + _UNKNOWN_NAMES_PENALTY * max(0.0, max(unknown) - 0.5)
    return _cosine(one, other, shared) + less + 0.8 * more - against


def _has_too_little_evidence(one: Features, other: Features, shared: int, less: float, more: float) -> bool:
    """Return whether two articles share too few words to be of one story.

    Two shared words must cover both titles; three, where there are few others, one title.
    """
    if shared < _FEW_SHARED:
        return shared < 2 or less < _COMPLETE
    return shared == _FEW_SHARED and min(len(one.weights), len(other.weights)) < _SHORT_TEXT and more < _COMPLETE


def _cosine(one: Features, other: Features, shared: Set[int]) -> float:
    lengths = sqrt(sum(w * w for w in one.weights.values()) * sum(w * w for w in other.weights.values()))
    return sum(one.weights[word] * other.weights[word] for word in shared) / lengths if lengths else 0.0


def _coverage(words: Set[int], one: Features, other: Features) -> float:
    """Return the share, by weight, of some `words` of `one` that `other` has too, from 0 to 1."""
    covered = total = 0.0
    for word in words:
        square = one.weights[word] ** 2
        total += square
        if word in other.weights:
            covered += square
    return covered / total if total else 0.0


def _unknown_names(one: Features, other: Features) -> float:
    """Return the share of the names in the title of `one` that `other` lacks, from 0 to 1."""
    return 1 - _coverage(one.names, one, other) if one.names else 0.0


def _penalty(one: Features, other: Features, shared: Set[int]) -> float:
    """Return what to subtract from the similarity."""
    against = _LATER_PENALTY * abs(one.at - other.at) / MAX_SECONDS_BETWEEN
    if one.source == other.source:
        against += _SAME_SOURCE_PENALTY
    if one.numbers and other.numbers and not one.numbers & other.numbers:
        against += _NUMBERS_PENALTY
    if not one.ordinary & other.ordinary:
        against += _NAMES_ONLY_PENALTY
    own = min(max((article.rarity[w] for w in article.title - shared), default=0.0) for article in (one, other))
    if own:
        against += _COMMON_WORDS_PENALTY * max(0.0, 1 - max(map(one.rarity.__getitem__, shared), default=0.0) / own)
    return against


def _are_in_a_series(one: Features, other: Features) -> bool:
    """Return whether titles differ only by a number or date, or begin alike on two days."""
    later = one.source == other.source and abs(one.at - other.at) >= _SERIES_SECONDS
    (shape, *starts), (other_shape, *other_starts) = one.heads, other.heads
    if shape == other_shape:
        return later or one.numbers & one.title != other.numbers & other.title
    return later and any(a == b != 0 for a, b in zip(starts, other_starts, strict=True))


def _are_different_matches(one: Features, other: Features) -> bool:
    """Return whether scores show two stories: another day, another score, other teams."""
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


_MIN_ARTICLES = 1_000  # least number of articles assumed: among few, no word would be common
_MAX_RAREST = 4  # articles up to which a word has the highest rarity, as they may be of one story
_NAME_WEIGHT, _NUMBER_WEIGHT, _LEAD_WEIGHT = 1.3, 0.6, 0.6
_MAX_PER_WORD = 200  # articles with a word above which it gives no candidates
_MAX_CACHED = 2_000  # most cached features: 15 MB
_MAX_LEADING_WORDS, _MAX_CANDIDATES = 16, 16
"""Rarest words used to find candidates, and most candidates compared."""


class SimilarArticle(Struct, frozen=True):
    """An article of the same story as another, and their similarity."""

    id: int
    similarity: float


class StoryIndex:
    """The articles of some days, found by their words, which also determine the weights."""

    def __init__(self) -> None:
        self._articles: dict[int, tuple[int, int, array[int]]] = {}
        self._ids_by_word: defaultdict[int, array[int]] = defaultdict(lambda: array("q"))
        # Caches, cleared when an article is added
        self._rarities: dict[int, float] = {}
        self._features: dict[int, Features] = {}

    def __len__(self) -> int:
        return len(self._articles)

    def add(self, id: int, at: int, source: int, fingerprint: bytes) -> None:
        """Add an article by the time it is sorted by and its fingerprint, unless present."""
        if id in self._articles or not fingerprint:
            return
        self._rarities.clear()
        self._features.clear()
        hashes = array("I", fingerprint)
        self._articles[id] = (at, source, hashes)
        for word in hashes[FIRST_WORD:]:
            self._ids_by_word[word & ~KIND_BITS].append(id)

    def find_similar(self, id: int) -> list[SimilarArticle]:
        """Return the articles of the same story as article `id`, most similar first."""
        if id not in self._articles:
            return []
        mine = self._cached_features(id)
        scores = {other: measure_similarity(mine, self._cached_features(other)) for other in self._candidates(id)}
        similar = [SimilarArticle(other, score) for other, score in scores.items() if score >= MIN_SIMILARITY]
        return sorted(similar, key=lambda article: (-article.similarity, article.id))

    def _candidates(self, id: int) -> list[int]:
        """Return the articles near in time that share most words."""
        at, _, hashes = self._articles[id]
        words = sorted((len(self._ids_by_word[word & ~KIND_BITS]), word & ~KIND_BITS) for word in hashes[FIRST_WORD:])
        common: defaultdict[int, float] = defaultdict(float)
        for count, word in words[:_MAX_LEADING_WORDS]:
            if count <= _MAX_PER_WORD:
                rarity = self._rarity(count)
                for other in self._ids_by_word[word]:
                    common[other] += rarity
        common.pop(id, None)
        near = (other for other in common if abs(self._articles[other][0] - at) <= MAX_SECONDS_BETWEEN)
        return nlargest(_MAX_CANDIDATES, near, key=common.__getitem__)

    def _rarity(self, count: int) -> float:
        rarity = self._rarities.get(count)
        if rarity is None:
            rarity = self._rarities[count] = log(max(_MIN_ARTICLES, len(self._articles)) / count)
        return rarity

    def _cached_features(self, id: int) -> Features:
        features = self._features.get(id)
        if features is None:
            if len(self._features) >= _MAX_CACHED:
                self._features.clear()
            features = self._features[id] = self._build_features(id)
        return features

    def _build_features(self, id: int) -> Features:
        at, source, hashes = self._articles[id]
        weights: dict[int, float] = {}
        rarity: dict[int, float] = {}
        title: set[int] = set()
        names: set[int] = set()
        ordinary: set[int] = set()
        numbers: set[int] = set()
        scores: set[int] = set()
        for hashed in hashes[FIRST_WORD:]:
            word = hashed & ~KIND_BITS
            count = len(self._ids_by_word[word])
            weight = self._rarity(count)
            rarity[word] = self._rarity(max(count, _MAX_RAREST))
            if hashed & NUMBER:
                weight *= _NUMBER_WEIGHT
                numbers.add(word)
                if hashed & SCORE:
                    scores.add(word)
            elif hashed & (NAME | REPEATED):
                weight *= _NAME_WEIGHT
            if hashed & TITLE:
                title.add(word)
                if hashed & (NAME | REPEATED):
                    names.add(word)
            if not hashed & (NAME | NUMBER):
                ordinary.add(word)
            weights[word] = weight if hashed & TITLE else weight * _LEAD_WEIGHT
        kinds = map(frozenset, (title, names, ordinary, numbers, scores))
        return Features(at, source, (hashes[0], hashes[1], hashes[2]), weights, rarity, *kinds)


class StoryAssignment(Struct, frozen=True):
    """Changes to stories after an article was found to be similar to others."""

    story: int | None
    """The story that it joins; None for a new one."""
    unassigned: tuple[int, ...] = ()
    merged_stories: tuple[int, ...] = ()


def assign_story(
    similar: Sequence[SimilarArticle], stories: Mapping[int, int], fixed: Set[int]
) -> StoryAssignment | None:
    """Return the story of an article given `similar`, most similar first; None if empty.

    `stories` are those of the similar articles. `fixed` stories, grouped by hand, may grow but are never merged.
    """
    if not similar:
        return None
    nearest = stories.get(similar[0].id)
    if nearest in fixed:
        return StoryAssignment(nearest)
    unassigned = tuple(article.id for article in similar if article.id not in stories)
    joined = sorted({stories[article.id] for article in similar if article.id in stories} - fixed)
    if joined:
        return StoryAssignment(joined[0], unassigned, tuple(joined[1:]))
    return StoryAssignment(None, unassigned) if unassigned else StoryAssignment(nearest)
