"""Stories unfolded in a list: every row in its place, every day line where it was, and folding brings all back."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from roya_tui.reading.clock import Clock
from roya_tui.reading.timeline import BENEATH, Timeline, Totals, timeline
from roya_tui.reading.unfolding import folded_away, how_many, open_at, others_of, row_of_story, standing, unfolded

HOUR = 3_600
NOW = 1_795_500_000


def listed(rows: int) -> Timeline:
    """So many rows, seven hours apart, of which every third stands for two others: 100 times its number, and 1 more."""
    ids = array("q", range(1, rows + 1))
    shown = timeline(ids, [NOW - 7 * HOUR * place for place in range(rows)], Clock(zone="UTC"), NOW)
    others = array("q", (2 if id % 3 == 0 else 0 for id in ids))
    folded = [id * 100 + more for id in ids if id % 3 == 0 for more in (0, 1)]
    return replace(shown, others=others, every=ids + array("q", folded))


def tellings(id: int) -> list[int]:
    return [id, id * 100, id * 100 + 1]


def days(shown: Timeline) -> dict[int, str]:
    return {shown.ids[start]: name for start, name in zip(shown.starts, shown.names, strict=True)}


@given(st.integers(1, 40), st.lists(st.integers(0, 39), max_size=12))
def test_unfolding_any_stories_and_folding_them_brings_the_list_back(rows: int, places: list[int]) -> None:
    before = shown = listed(rows)
    opened = {id for id in (before.ids[place] for place in places if place < rows) if id % 3 == 0}
    for id in opened:
        shown = unfolded(shown, shown.ids.index(id), tellings(id))
        shown = unfolded(shown, shown.ids.index(id), tellings(id))
    assert len(shown.ids) == rows + 2 * len(opened)
    assert days(shown) == days(before)
    for index, id in enumerate(shown.ids):
        assert shown.index(shown.row(index)) == index
        row = row_of_story(shown, index)
        if id >= 100:
            assert others_of(shown, index) == BENEATH
            assert shown.ids[row] == id // 100
            assert shown.date(index) == shown.date(row)
        else:
            assert row == index
            assert open_at(shown, index) == (2 if id in opened else 0)
    assert standing(shown) == standing(before)
    for id in opened:
        shown = folded_away(shown, shown.ids.index(id))
    assert shown == before


def test_what_has_a_row_already_gets_no_second_one() -> None:
    shown = unfolded(listed(6), 2, [3, 300, 5, 301])
    assert list(shown.ids) == [1, 2, 3, 300, 301, 4, 5, 6]
    shown = unfolded(listed(6), 2, [3, 5])
    assert list(shown.ids) == [1, 2, 3, 4, 5, 6]
    assert others_of(shown, 2) == 0, "and the row says no more that it stands for others"


def test_a_list_in_which_nothing_is_folded_has_no_stories() -> None:
    plain = timeline(array("q", [3, 2, 1]), [NOW] * 3, Clock(zone="UTC"), NOW)
    assert standing(plain) == plain.ids
    assert (others_of(plain, 1), row_of_story(plain, 1), open_at(plain, 1)) == (0, 1, 0)
    assert list(unfolded(plain, 0, [9]).others) == [1, BENEATH, 0, 0], "one that the view leaves out can be shown"


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (Timeline(), "0"),
        (listed(2), "2"),
        (listed(3), "5 in 3 rows"),
        (unfolded(listed(3), 2, tellings(3)), "5 in 3 rows"),
        (replace(listed(3), whole=False), "3 and more"),
        (replace(listed(3), whole=False, totals=Totals(1_200, 1_100)), "1,200 in 1,100 rows"),
    ],
    ids=["nothing", "no stories", "folded", "unfolded", "first ones", "first ones of so many"],
)
def test_how_many_articles_a_list_has_is_told_and_how_many_rows_where_those_are_fewer(
    shown: Timeline, told: str
) -> None:
    assert how_many(shown) == told
