"""A view with one row for each story: the best telling of those in the view, where the first of them stands."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from types import MappingProxyType
from typing import NamedTuple

from roya_tui.model import Telling


class Folded(NamedTuple):
    """The rows of a view: one for each story, and one for each article that is in none."""

    rows: array[int]
    """The article that each row shows."""
    others: array[int]
    """Beside each, how many more of the view tell the same story."""
    kept: bytearray
    """For each article of the view, 1 where a row stands in its place, else 0."""


def best(tellings: Iterable[Telling], preferred: Sequence[int] = ()) -> Telling:
    """Return the telling that stands for its story: of a `preferred` source, the first of them first; else the longest,
    and of those as long the one that came first."""
    rank = _ranks(preferred)
    return min(tellings, key=lambda one: (rank.get(one.source_id, len(rank)), -one.minutes, one.id))


def folded(
    ids: Sequence[int],
    tellings: Sequence[Telling],
    preferred: Sequence[int] = (),
    same: Mapping[int, int] = MappingProxyType({}),
) -> Folded:
    """Return the rows of a view whose articles are `ids`.

    `tellings` are all articles that are in stories, those of one story side by side, the best first where no source is
    preferred. Of what is not in the view nothing is counted; nor is what a feed tells that is there twice: `same` names
    one source for all that are it.
    """
    rows = array("q", ids)
    others = array("q", bytes(8 * len(rows)))
    kept = bytearray(b"\1") * len(rows)
    if not tellings:
        return Folded(rows, others, kept)
    rank = _ranks(preferred)
    of_none = len(rank)
    place_of = dict(zip(ids, range(len(rows)), strict=True)).get
    current = first = best_rank = -1
    told: Counter[int] = Counter()
    for id, story, source, _ in tellings:  # often tens of thousands
        place = place_of(id)
        if place is None:
            continue
        its_rank = rank.get(source, of_none)
        if story != current:
            current, first, best_rank = story, place, its_rank
            rows[first] = id
            if same:
                told.clear()
                _is_new(source, same, told)
            continue
        if place < first:
            others[place], rows[place] = others[first], rows[first]
            kept[first] = 0
            first = place
        else:
            kept[place] = 0
        others[first] += _is_new(source, same, told) if same else 1
        if its_rank < best_rank:
            rows[first], best_rank = id, its_rank
    return Folded(array("q", compress(rows, kept)), array("q", compress(others, kept)), kept)


def told(tellings: Iterable[Telling], same: Mapping[int, int] = MappingProxyType({})) -> int:
    """Return how many of one story's tellings a row counts, its own among them."""
    counted: Counter[int] = Counter()
    return sum(_is_new(one.source_id, same, counted) for one in tellings)


def _is_new(source: int, same: Mapping[int, int], told: Counter[int]) -> bool:
    """Whether no other source of the same feed has told as much as this one does now; `told` counts what each did."""
    if source not in same:
        return True
    one = -1 - same[source]  # numbers of sources are above 0: below, it stands for all that are the same
    told[source] += 1
    is_new = told[source] > told[one]
    told[one] += is_new
    return is_new


def _ranks(preferred: Sequence[int]) -> dict[int, int]:
    return {source: place for place, source in enumerate(dict.fromkeys(preferred))}
