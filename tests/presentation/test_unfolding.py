"""Stories unfolded in a list: every row in its place, every day line where it was, and folding brings all back."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from roya_tui.clock import Clock
from roya_tui.presentation.timeline import (
    EXPANDED_MEMBER,
    Timeline,
    Totals,
    build_timeline,
    collapse_story,
    collect_ids,
    count_expanded,
    describe_size,
    expand_story,
    other_count,
    story_index,
)

HOUR = 3_600
NOW = 1_795_500_000


def listed(rows: int) -> Timeline:
    """So many rows, seven hours apart, of which every third stands for two others: 100 times its number, and 1 more."""
    ids = array("q", range(1, rows + 1))
    shown = build_timeline(ids, [NOW - 7 * HOUR * place for place in range(rows)], Clock(zone="UTC"), NOW)
    others = array("q", (2 if id % 3 == 0 else 0 for id in ids))
    folded = [id * 100 + more for id in ids if id % 3 == 0 for more in (0, 1)]
    return replace(shown, other_counts=others, all_ids=ids + array("q", folded))


def tellings(id: int) -> list[int]:
    return [id, id * 100, id * 100 + 1]


def days(shown: Timeline) -> dict[int, str]:
    return {shown.ids[start]: name for start, name in zip(shown.section_starts, shown.section_names, strict=True)}


@given(st.integers(1, 40), st.lists(st.integers(0, 39), max_size=12))
def test_unfolding_any_stories_and_folding_them_brings_the_list_back(rows: int, places: list[int]) -> None:
    before = shown = listed(rows)
    opened = {id for id in (before.ids[place] for place in places if place < rows) if id % 3 == 0}
    for id in opened:
        shown = expand_story(shown, shown.ids.index(id), tellings(id))
        shown = expand_story(shown, shown.ids.index(id), tellings(id))
    assert len(shown.ids) == rows + 2 * len(opened)
    assert days(shown) == days(before)
    for index, id in enumerate(shown.ids):
        assert shown.index_of(shown.row_of(index)) == index
        row = story_index(shown, index)
        if id >= 100:
            assert other_count(shown, index) == EXPANDED_MEMBER
            assert shown.ids[row] == id // 100
            assert shown.date_of(index) == shown.date_of(row)
        else:
            assert row == index
            assert count_expanded(shown, index) == (2 if id in opened else 0)
    assert collect_ids(shown) == collect_ids(before)
    for id in opened:
        shown = collapse_story(shown, shown.ids.index(id))
    assert shown == before


def test_what_has_a_row_already_gets_no_second_one() -> None:
    shown = expand_story(listed(6), 2, [3, 300, 5, 301])
    assert list(shown.ids) == [1, 2, 3, 300, 301, 4, 5, 6]
    shown = expand_story(listed(6), 2, [3, 5])
    assert list(shown.ids) == [1, 2, 3, 4, 5, 6]
    assert other_count(shown, 2) == 0, "and the row says no more that it stands for others"


def test_a_list_in_which_nothing_is_folded_has_no_stories() -> None:
    plain = build_timeline(array("q", [3, 2, 1]), [NOW] * 3, Clock(zone="UTC"), NOW)
    assert collect_ids(plain) == plain.ids
    assert (other_count(plain, 1), story_index(plain, 1), count_expanded(plain, 1)) == (0, 1, 0)
    assert list(expand_story(plain, 0, [9]).other_counts) == [1, EXPANDED_MEMBER, 0, 0], (
        "one that the view leaves out can be shown"
    )


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (Timeline(), "0"),
        (listed(2), "2"),
        (listed(3), "5 in 3 rows"),
        (expand_story(listed(3), 2, tellings(3)), "5 in 3 rows"),
        (replace(listed(3), is_complete=False), "3 and more"),
        (replace(listed(3), is_complete=False, totals=Totals(1_200, 1_100)), "1,200 in 1,100 rows"),
    ],
    ids=["nothing", "no stories", "folded", "unfolded", "first ones", "first ones of so many"],
)
def test_how_many_articles_a_list_has_is_told_and_how_many_rows_where_those_are_fewer(
    shown: Timeline, told: str
) -> None:
    assert describe_size(shown) == told
