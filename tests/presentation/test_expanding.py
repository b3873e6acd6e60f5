"""Rows of stories expand, and stay expanded in another list."""

from __future__ import annotations

from array import array

from roya_tui.presentation.timeline import Timeline, add_member, expand_row, keep_expanded, nearest_index

STORIES = {1: [1, 11, 12], 11: [11, 1, 12], 12: [12, 1, 11]}
SHOWN = Timeline(array("q", [1, 2, 3]), other_counts=array("q", [2, 0, 0]), all_ids=array("q", [1, 11, 12, 2, 3]))


def load_members(id: int) -> list[int]:
    return STORIES.get(id, [])


def test_expand_row_shows_the_listed_members_below_it() -> None:
    assert list(expand_row(SHOWN, 0, load_members).ids) == [1, 11, 12, 2, 3]
    assert expand_row(SHOWN, 1, load_members) is SHOWN


def test_add_member_adds_an_article_that_is_not_listed() -> None:
    shown = Timeline(array("q", [1, 2]), other_counts=array("q", [0, 0]))
    assert list(add_member(shown, 0, 12, load_members).ids) == [1, 12, 2]


def test_keep_expanded_expands_the_story_of_the_cursor_in_the_new_list() -> None:
    expanded = expand_row(SHOWN, 0, load_members)
    assert list(keep_expanded(expanded, 1, SHOWN, load_members).ids) == [1, 11, 12, 2, 3]
    assert keep_expanded(SHOWN, 1, SHOWN, load_members) is SHOWN


def test_nearest_index_is_that_of_the_article_or_of_one_near_it() -> None:
    assert [nearest_index(SHOWN, index, Timeline(array("q", [3, 1]))) for index in (0, 1, 2, None)] == [1, 0, 0, 0]
