"""Which articles tell the same story: precise before complete, and never by date alone.

Two tellings are compared by their words, found by those that few others have. A story is what such likenesses connect,
so that it matters little in which order its tellings come. Translations are stories of their own: whoever reads one
language gains nothing from a row that is folded away behind another, and no word would connect them surely.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from heapq import nlargest
from math import log
from operator import itemgetter

from msgspec import Struct

from roya_tui.reading.likeness import ENOUGH, SPAN, Seen, likeness
from roya_tui.reading.telling import KINDS, NAME, NUMBER, REPEATED, SCORE, TITLE, WORDS

_FEWEST = 1_000
"""Tellings that are thought to be known at least: among few, no word would be common."""
_SEEN_OFTEN = 4
"""Tellings with a word up to which it is as rare as can be: so many may be of one story."""
_NAME_WEIGHT, _NUMBER_WEIGHT, _LEAD_WEIGHT = 1.3, 0.6, 0.6
_MOST_WITH = 200
"""Tellings with a word, beyond which it leads to no candidates."""
_MOST_SEEN = 2_000
"""Tellings that are kept as they are compared: 15 MB."""
_MOST_LEADING, _MOST_COMPARED = 16, 16
"""Words that lead to candidates, the rarest; and candidates that are compared, those with most in common."""


class Alike(Struct, frozen=True):
    """An article that tells the same story as another, and how alike they are."""

    id: int
    likeness: float


class Tellings:
    """The tellings of some days, found by their words. What a word weighs is learned from them."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[int, int, array[int]]] = {}
        self._with: defaultdict[int, array[int]] = defaultdict(lambda: array("q"))
        # Nothing here changes until another telling is taken in.
        self._rarities: dict[int, float] = {}
        self._seen_before: dict[int, Seen] = {}

    def __len__(self) -> int:
        return len(self._known)

    def add(self, id: int, at: int, source: int, packed: bytes) -> None:
        """Take in what `telling` made of an article that lists sort at the second `at`. One that is there stays."""
        if id in self._known or not packed:
            return
        self._rarities.clear()
        self._seen_before.clear()
        telling = array("I", packed)
        self._known[id] = (at, source, telling)
        for word in telling[WORDS:]:
            self._with[word & ~KINDS].append(id)

    def alike(self, id: int) -> list[Alike]:
        """Return the articles that tell the same story as article `id`, the most alike first."""
        if id not in self._known:
            return []
        mine = self._seen(id)
        found = (Alike(other, likeness(mine, self._seen(other))) for other in self._candidates(id))
        return sorted((one for one in found if one.likeness >= ENOUGH), key=lambda one: (-one.likeness, one.id))

    def _candidates(self, id: int) -> list[int]:
        """Return the articles with most in common among those that are near in time."""
        at, _, telling = self._known[id]
        words = sorted((len(self._with[word & ~KINDS]), word & ~KINDS) for word in telling[WORDS:])
        common: defaultdict[int, float] = defaultdict(float)
        for count, word in words[:_MOST_LEADING]:
            if count <= _MOST_WITH:
                rarity = self._rarity(count)
                for other in self._with[word]:
                    common[other] += rarity
        common.pop(id, None)
        near = ((other, weight) for other, weight in common.items() if abs(self._known[other][0] - at) <= SPAN)
        return [other for other, _ in nlargest(_MOST_COMPARED, near, key=itemgetter(1))]

    def _rarity(self, count: int) -> float:
        rarity = self._rarities.get(count)
        if rarity is None:
            rarity = self._rarities[count] = log(max(_FEWEST, len(self._known)) / count)
        return rarity

    def _seen(self, id: int) -> Seen:
        seen = self._seen_before.get(id)
        if seen is None:
            if len(self._seen_before) >= _MOST_SEEN:
                self._seen_before.clear()
            seen = self._seen_before[id] = self._see(id)
        return seen

    def _see(self, id: int) -> Seen:
        at, source, telling = self._known[id]
        weights: dict[int, float] = {}
        rarity: dict[int, float] = {}
        title: set[int] = set()
        names: set[int] = set()
        ordinary: set[int] = set()
        numbers: set[int] = set()
        scores: set[int] = set()
        for marked in telling[WORDS:]:
            word = marked & ~KINDS
            count = len(self._with[word])
            weight = self._rarity(count)
            rarity[word] = self._rarity(max(count, _SEEN_OFTEN))
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
        return Seen(at, source, (telling[0], telling[1], telling[2]), weights, rarity, *kinds)


class Joining(Struct, frozen=True):
    """What becomes of an article that tells a story others tell too."""

    story: int | None
    """The story that it joins; None: a new one."""
    alone: tuple[int, ...] = ()
    """Articles that were in no story, and are in this one now."""
    merged: tuple[int, ...] = ()
    """Stories that it shows to be the same: theirs become this one."""


def joining(alike: Sequence[Alike], stories: Mapping[int, int], by_hand: Set[int]) -> Joining | None:
    """Return what becomes of an article, given what is `alike`, the most alike first, and the `stories` of those; None
    where nothing is: it stands alone.

    What the person put together or took apart, the stories `by_hand`, may grow but never become one with others.
    """
    if not alike:
        return None
    nearest = stories.get(alike[0].id)
    if nearest in by_hand:
        return Joining(nearest)
    alone = tuple(one.id for one in alike if one.id not in stories)
    found = sorted({stories[one.id] for one in alike if one.id in stories} - by_hand)
    if found:
        return Joining(found[0], alone, tuple(found[1:]))
    return Joining(None, alone) if alone else Joining(nearest)
