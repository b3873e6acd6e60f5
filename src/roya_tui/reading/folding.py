"""A view with one row for each story: the best telling of those in the view, where the first of them stands."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence

from roya_tui.model import Telling


def best(tellings: Iterable[Telling], preferred: Sequence[int] = ()) -> Telling:
    """Return the telling that stands for its story: of a `preferred` source, the first of them first; else the longest,
    and of those as long the one that came first."""
    rank = {source: place for place, source in enumerate(preferred)}
    return min(tellings, key=lambda one: (rank.get(one.source_id, len(rank)), -one.minutes, one.id))


def folded(
    ids: Iterable[int], tellings: Mapping[int, Telling], preferred: Sequence[int] = ()
) -> tuple[array[int], array[int]]:
    """Return the rows of a view whose articles are `ids`, and beside each how many others it stands for.

    `tellings` are the articles that are in stories, by their ids; of what is not in the view nothing is counted.
    """
    rows = array("q")
    told: dict[int, list[Telling]] = {}
    places: list[tuple[int, list[Telling]]] = []
    known = tellings.get
    for id in ids:
        telling = known(id)
        if telling is not None:
            if (others := told.get(telling.story)) is not None:
                others.append(telling)
                continue
            told[telling.story] = first = [telling]
            places.append((len(rows), first))
        rows.append(id)
    counts = array("q", bytes(8 * len(rows)))
    for place, all_told in places:
        if len(all_told) > 1:
            rows[place] = best(all_told, preferred).id
            counts[place] = len(all_told) - 1
    return rows, counts
