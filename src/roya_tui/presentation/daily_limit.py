"""Limit the rows of a source per day; one row counts the rest of that day."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec import Struct

from roya_tui.clock import Clock, next_day
from roya_tui.layout.bidi.controls import isolate
from roya_tui.presentation.timeline import MoreRow, more_from
from roya_tui.translation import ngettext

_MAX_DAYS = 10_000_000
"""More than the ordinal of any day, so that one number identifies a source and a day."""


class LimitedRows(Struct, frozen=True):
    """The rows of a list after the limit, and the rows that count the rest."""

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
    """Replace articles over the limit by a row, placed at the newest of them.

    `source_of` maps the articles that may be counted to their sources, `limits` each source to its rows per day.
    Stories and single articles keep their rows. Only the rows for the first `row_count` articles are returned.
    """
    rising = len(times) > 1 and times[0] < times[-1]
    newest_first = range(len(ids) - 1, -1, -1) if rising else range(len(ids))
    single = (index for index in newest_first if ids[index] in source_of and not (others and others[index] > 0))
    over = _over_limit(((index, source_of[ids[index]], times[index]) for index in single), limits, clock)
    row_at = {indexes[0]: row for row, indexes in over.items()}
    hidden = {index for indexes in over.values() for index in indexes[1:]}
    more_rows: dict[int, MoreRow] = {}
    rows = LimitedRows(array("q"), array("q"), array("q"), more_rows)
    for index in range(len(ids) if row_count is None else row_count):
        if index in hidden:
            continue
        row = row_at.get(index, 0)
        if row:
            source = -row // _MAX_DAYS
            in_order = array("q", (ids[i] for i in (reversed(over[row]) if rising else over[row])))
            name, count = labels.get(source, ""), len(in_order)
            all_from = ngettext("{count:,} from {name}", "{count:,} from {name}", count, name=isolate(name))
            more_rows[row] = MoreRow(in_order, more_from(count, name) if limits[source] else all_from)
        rows.ids.append(row or ids[index])
        rows.times.append(times[index])
        rows.other_counts.append(len(more_rows[row].ids) if row else others[index] if others else 0)
    return rows


def _over_limit(
    articles: Iterable[tuple[int, int, int]], limits: Mapping[int, int], clock: Clock
) -> dict[int, list[int]]:
    """Group articles over the limit by row id, from (index, source, time), newest first."""
    day_seconds, day_number = range(0), 0  # of the last article: the next one is mostly on the same day
    shown: Counter[int] = Counter()
    over: dict[int, list[int]] = {}
    for index, source, second in articles:
        if second not in day_seconds:
            day = clock.day(second)
            day_seconds = range(clock.start_of(day), clock.start_of(next_day(day)))
            day_number = day.toordinal()
        row = -(source * _MAX_DAYS + day_number)
        if shown[row] < limits[source]:
            shown[row] += 1
        else:
            over.setdefault(row, []).append(index)
    return {row: indexes for row, indexes in over.items() if len(indexes) > 1}
