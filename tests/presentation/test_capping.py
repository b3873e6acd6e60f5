"""Few rows a day for sources that write much: the newest stay, one row counts the rest, nothing is lost."""

from __future__ import annotations

from array import array
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roya_tui.clock import Clock
from roya_tui.presentation.daily_limit import LimitedRows, limit_rows

HOUR = 3_600
NOON = 1_795_521_600
"""24 November 2026, 12:00 UTC."""
LABELS = {1: "Petra", 2: "رويا", 3: "Letters"}
UTC = Clock(zone="UTC")


def made(
    sources: list[int], caps: dict[int, int], *, step: int = 2 * HOUR, rising: bool = False, others: str = ""
) -> LimitedRows:
    """A list of articles so many seconds apart, the newest first and numbered from 1, capped."""
    ids = list(range(1, len(sources) + 1))
    times = [NOON - step * place for place in range(len(ids))]
    told = array("q", map(int, others)) if others else array("q")
    source_of = {id: source for id, source in zip(ids, sources, strict=True) if source in caps}
    if rising:
        ids, times = ids[::-1], times[::-1]
    return limit_rows(array("q", ids), array("q", times), told, source_of, caps, LABELS, UTC)


def rows(found: LimitedRows) -> list[object]:
    return [(list(found.more_rows[id].ids), found.more_rows[id].words) if id < 0 else id for id in found.ids]


def test_the_newest_of_a_day_stay_and_one_row_counts_the_rest_where_the_newest_of_it_stood() -> None:
    # noon is the 7th article before midnight
    assert rows(made([1, 2, 1, 1, 2, 1, 1, 1, 1, 1], {1: 2})) == [
        1, 2, 3, ([4, 6, 7], "more from Petra"), 5, 8, 9, 10
    ]  # fmt: skip


def test_the_oldest_first_the_newest_stay_as_well() -> None:
    assert rows(made([1, 2, 1, 1, 2, 1, 1], {1: 2}, rising=True)) == [
        5, ([7, 6, 4], "more from Petra"), 3, 2, 1
    ]  # fmt: skip


def test_a_source_may_have_one_row_a_day() -> None:
    assert rows(made([2, 1, 2, 2], {2: 0})) == [([1, 3, 4], "from \u2068رويا\u2069"), 2]


@pytest.mark.parametrize("sources", [[1, 1, 1], [1, 1, 2, 1]])
def test_one_alone_is_shown_rather_than_counted(sources: list[int]) -> None:
    assert rows(made(sources, {1: 2})) == list(range(1, len(sources) + 1))


def test_what_others_tell_too_stays_in_sight() -> None:
    assert rows(made([1, 1, 1, 1, 1], {1: 1}, others="00200")) == [1, ([2, 4, 5], "more from Petra"), 3]


@given(st.lists(st.integers(1, 4), max_size=60), st.dictionaries(st.integers(1, 3), st.integers(0, 4)), st.booleans())
def test_nothing_is_lost_and_what_is_shown_is_newer_than_what_is_counted(
    sources: list[int], caps: dict[int, int], rising: bool
) -> None:
    found = made(sources, caps, rising=rising)
    behind = [id for pile in found.more_rows.values() for id in pile.ids]
    shown = [id for id in found.ids if id > 0]
    assert sorted(shown + behind) == list(range(1, len(sources) + 1))
    assert list(found.times) == sorted(found.times, reverse=not rising)
    of_day: dict[tuple[int, int], list[int]] = defaultdict(list)
    for id in shown:
        of_day[sources[id - 1], UTC.day(NOON - 2 * HOUR * (id - 1)).toordinal()].append(id)
    for number, pile in found.more_rows.items():
        source = sources[pile.ids[0] - 1]
        kept = of_day[source, UTC.day(NOON - 2 * HOUR * (pile.ids[0] - 1)).toordinal()]
        assert {sources[id - 1] for id in pile.ids} == {source}
        assert len(kept) == caps[source]
        assert max(kept, default=0) < min(pile.ids), "smaller numbers are newer"
        assert found.other_counts[found.ids.index(number)] == len(pile.ids)
