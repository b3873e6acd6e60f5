"""A view with one row for each story: the best telling of those in the view, where the first of them stands."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import compress, groupby
from operator import attrgetter

from roya_tui.model import Telling


def best(tellings: Sequence[Telling], preferred: Sequence[int] = ()) -> Telling:
    """Return the telling that stands for its story: of a `preferred` source, the first of them first; else the longest,
    and of those as long the one that came first."""
    rank = {source: place for place, source in enumerate(preferred)}
    return min(tellings, key=lambda one: (rank.get(one.source_id, len(rank)), -one.minutes, one.id))


def folded(
    ids: Sequence[int], tellings: Iterable[Telling], preferred: Sequence[int] = ()
) -> tuple[array[int], array[int]]:
    """Return the rows of a view whose articles are `ids`, and beside each how many others it stands for.

    `tellings` are all articles that are in stories, those of one story side by side, the best first where no source is
    preferred. Of what is not in the view nothing is counted.
    """
    rows = array("q", ids)
    others = array("q", bytes(8 * len(rows)))
    kept = bytearray(b"\1") * len(rows)
    places = dict(zip(rows, range(len(rows)), strict=True))
    for _, members in groupby(tellings, attrgetter("story")):
        there = [one for one in members if one.id in places]
        if len(there) > 1:
            taken = [places[one.id] for one in there]
            for place in taken:
                kept[place] = 0
            first = min(taken)
            kept[first] = 1
            rows[first] = (best(there, preferred) if preferred else there[0]).id
            others[first] = len(there) - 1
    return array("q", compress(rows, kept)), array("q", compress(others, kept))
