"""Sources that write much: in a list the newest few of a day have rows, and one row counts the rest of that day."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec import Struct

from roya_tui.clock import Clock, next_day
from roya_tui.layout.bidi.controls import isolate
from roya_tui.presentation.timeline import MoreRow

_MAX_DAYS = 10_000_000
"""More than there are days: a source and a day have one number together."""


class LimitedRows(Struct, frozen=True):
    """The rows that are left, as in `listing.Listed`, and what the new ones count."""

    ids: array[int]
    times: array[int]
    other_counts: array[int]
    more_rows: Mapping[int, MoreRow]


def limit_rows(
    ids: array[int],
    times: array[int],
    others: array[int],
    source_of: Mapping[int, int],
    limits: Mapping[int, int],
    labels: Mapping[int, str],
    clock: Clock,
    row_count: int | None = None,
) -> LimitedRows:
    """Put what is too much behind rows that count it, each where the newest of it stands.

    `source_of` tells of which source the articles are that may be put there, `caps` how many of a day each shows. What
    others tell too stays in sight, and one article alone is shown rather than counted. Of the rows only what becomes of
    the first `most` is returned.
    """
    rising = len(times) > 1 and times[0] < times[-1]
    order = range(len(ids) - 1, -1, -1) if rising else range(len(ids))  # the newest first
    alone = (place for place in order if ids[place] in source_of and not (others and others[place] > 0))
    behind = _over_limit(((place, source_of[ids[place]], times[place]) for place in alone), limits, clock)
    row_at = {places[0]: number for number, places in behind.items()}
    gone = {place for places in behind.values() for place in places[1:]}
    rows = LimitedRows(array("q"), array("q"), array("q"), piles := {})
    for place in range(len(ids) if row_count is None else row_count):
        if place in gone:
            continue
        number = row_at.get(place, 0)
        if number:
            places = behind[number]
            source = -number // _MAX_DAYS
            more = "more from" if limits[source] else "from"
            in_order = array("q", (ids[one] for one in (reversed(places) if rising else places)))
            piles[number] = MoreRow(in_order, f"{more} {isolate(labels.get(source, ''))}")
        rows.ids.append(number or ids[place])
        rows.times.append(times[place])
        rows.other_counts.append(len(piles[number].ids) if number else others[place] if others else 0)
    return rows


def _over_limit(
    articles: Iterable[tuple[int, int, int]], limits: Mapping[int, int], clock: Clock
) -> dict[int, list[int]]:
    """Return the places of what is too much, by the number of its row. `articles` are place, source and second, the
    newest first."""
    of_day = _DayNumbers(clock)
    shown: Counter[int] = Counter()
    behind: dict[int, list[int]] = {}
    for place, source, second in articles:
        number = -(source * _MAX_DAYS + of_day.number(second))
        if shown[number] < limits[source]:
            shown[number] += 1
        else:
            behind.setdefault(number, []).append(place)
    return {number: places for number, places in behind.items() if len(places) > 1}


class _DayNumbers:
    """Numbers of days, for seconds of which most fall on the day of the one before."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seconds = range(0)
        self._number = 0

    def number(self, second: int) -> int:
        if second not in self._seconds:
            day = self._clock.day(second)
            self._seconds = range(self._clock.start_of(day), self._clock.start_of(next_day(day)))
            self._number = day.toordinal()
        return self._number
