"""The daily limit of a source: the newest articles stay, one row counts the others."""

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


def limited_list(
    sources: list[int], limits: dict[int, int], *, step: int = 2 * HOUR, rising: bool = False, others: str = ""
) -> LimitedRows:
    """Return a limited list of articles numbered from 1, the newest first, `step` seconds apart."""
    ids = list(range(1, len(sources) + 1))
    times = [NOON - step * place for place in range(len(ids))]
    other_counts = array("q", map(int, others)) if others else array("q")
    source_of = {id: source for id, source in zip(ids, sources, strict=True) if source in limits}
    if rising:
        ids, times = ids[::-1], times[::-1]
    return limit_rows(array("q", ids), array("q", times), other_counts, source_of, limits, LABELS, UTC)


def rows(found: LimitedRows) -> list[object]:
    return [(list(found.more_rows[id].ids), found.more_rows[id].text) if id < 0 else id for id in found.ids]


def test_newest_articles_of_day_stay_and_row_counts_others() -> None:
    # noon is the 7th article before midnight
    limited = limited_list([1, 2, 1, 1, 2, 1, 1, 1, 1, 1], {1: 2})
    assert rows(limited) == [1, 2, 3, ([4, 6, 7], "3 more from Petra"), 5, 8, 9, 10]
    limited = limited_list([1, 2, 1, 1, 2, 1, 1], {1: 2}, rising=True)
    assert rows(limited) == [5, ([7, 6, 4], "3 more from Petra"), 3, 2, 1], "oldest first"
    assert rows(limited_list([2, 1, 2, 2], {2: 0})) == [([1, 3, 4], "3 from \u2068رويا\u2069"), 2], "only the row"


@pytest.mark.parametrize("sources", [[1, 1, 1], [1, 1, 2, 1]])
def test_single_article_over_limit_is_shown(sources: list[int]) -> None:
    assert rows(limited_list(sources, {1: 2})) == list(range(1, len(sources) + 1))


def test_articles_in_stories_are_not_limited() -> None:
    assert rows(limited_list([1, 1, 1, 1, 1], {1: 1}, others="00200")) == [1, ([2, 4, 5], "3 more from Petra"), 3]


@given(st.lists(st.integers(1, 4), max_size=60), st.dictionaries(st.integers(1, 3), st.integers(0, 4)), st.booleans())
def test_every_article_is_shown_or_counted_and_shown_ones_are_newer(sources, limits, rising: bool) -> None:
    found = limited_list(sources, limits, rising=rising)
    counted = [id for more_row in found.more_rows.values() for id in more_row.ids]
    shown = [id for id in found.ids if id > 0]
    assert sorted(shown + counted) == list(range(1, len(sources) + 1))
    assert list(found.times) == sorted(found.times, reverse=not rising)
    of_day: dict[tuple[int, int], list[int]] = defaultdict(list)
    for id in shown:
        of_day[sources[id - 1], UTC.day(NOON - 2 * HOUR * (id - 1)).toordinal()].append(id)
    for number, more_row in found.more_rows.items():
        source = sources[more_row.ids[0] - 1]
        of_source = of_day[source, UTC.day(NOON - 2 * HOUR * (more_row.ids[0] - 1)).toordinal()]
        assert {sources[id - 1] for id in more_row.ids} == {source}
        assert len(of_source) == limits[source]
        assert max(of_source, default=0) < min(more_row.ids), "smaller numbers are newer"
        assert found.other_counts[found.ids.index(number)] == len(more_row.ids)
