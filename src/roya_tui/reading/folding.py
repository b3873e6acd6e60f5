"""A view with one row for each story: the best telling of those in the view, where the first of them stands."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from roya_tui.model import Telling


def best(tellings: Iterable[Telling], preferred: Sequence[int] = ()) -> Telling:
    """Return the telling that stands for its story: of a `preferred` source, the first of them first; else the longest,
    and of those as long the earliest."""
    rank = {source: place for place, source in enumerate(preferred)}
    return min(tellings, key=lambda one: (rank.get(one.source_id, len(rank)), -one.minutes, one.at, one.id))


def folded(
    ids: Iterable[int], tellings: Mapping[int, Telling], preferred: Sequence[int] = ()
) -> tuple[array[int], array[int]]:
    """Return the rows of a view whose articles are `ids`, and beside each how many others it stands for.

    `tellings` are the articles that are in stories, by their ids; of what is not in the view nothing is counted.
    """
    rows, others = array("q"), array("q")
    places: dict[int, int] = {}
    told: defaultdict[int, list[Telling]] = defaultdict(list)
    for id in ids:
        if telling := tellings.get(id):
            told[telling.story].append(telling)
            if telling.story in places:
                continue
            places[telling.story] = len(rows)
        rows.append(id)
    others.extend([0] * len(rows))
    for story, place in places.items():
        if len(told[story]) > 1:
            rows[place] = best(told[story], preferred).id
            others[place] = len(told[story]) - 1
    return rows, others
