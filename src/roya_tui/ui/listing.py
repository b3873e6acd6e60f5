"""What stands in the headline list, read in a thread: the articles of a query, one row for each story."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from datetime import tzinfo
from itertools import compress
from sqlite3 import Connection

from roya_tui.frozen import dataclass
from roya_tui.query import Query
from roya_tui.reading.folding import folded
from roya_tui.reading.timeline import holding
from roya_tui.store import search, sources, stories

FEW = 10_000
"""Articles up to which their own stories are asked for, and not all."""


@dataclass(frozen=True, slots=True)
class Held:
    """The article that stays in the list whether the query finds it or not, since it is being read."""

    id: int
    at: int
    index: int
    by_time: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """Rows with the second that each is sorted by and how many others it stands for; and `every` article, with the
    second of each, as they were before any was folded away."""

    ids: array[int]
    times: array[int]
    others: array[int]
    every: array[int]
    all_times: array[int]
    whole: bool = True
    """Whether this is all that the query finds."""


def listed(
    db: Connection,
    query: Query,
    now: int,
    limit: int | None = None,
    *,
    zone: tzinfo | None = None,
    fold: bool = True,
    prefer: Sequence[str] = (),
    held: Held | None = None,
) -> Listed:
    """Return what `query` finds, or the rows of the first `limit` of it: those rows are the same in the whole list."""
    ids, times = search.dated(db, query, now, limit, zone=zone)
    whole = limit is None or len(ids) < limit
    if held is not None and held.id not in ids:
        ids, times = holding(ids, times, held.id, held.at, held.index, by_time=held.by_time)
    if not fold:
        return Listed(ids, times, array("q"), ids, times, whole)
    if not whole:
        further = {one.id for one in stories.told_with(db, ids)}.difference(ids)
        more = array("q", search.found_among(db, query, further, now, zone=zone)) if further else array("q")
        # They stand below all that is shown now; when, is not asked until all are.
        ids, times = ids + more, times + times[-1:] * len(more)
    return refolded(db, ids, times, prefer=prefer, whole=whole)


def refolded(
    db: Connection, every: array[int], times: array[int], *, prefer: Sequence[str] = (), whole: bool = True
) -> Listed:
    """Return a list of the same articles with a row for each story as stories are by now."""
    tellings = stories.told_with(db, every) if len(every) < FEW else stories.told_together(db)
    rows, others, kept = folded(every, tellings, _numbers(db, prefer))
    return Listed(rows, array("q", compress(times, kept)), others, every, times, whole)


def _numbers(db: Connection, prefer: Iterable[str]) -> list[int]:
    return [id for name in prefer for id in sources.matching(db, name)]
