"""What stands in the list: the first rows are what they will be when all is known, and nothing is counted twice."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from pathlib import Path
from sqlite3 import Connection

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.ui.conftest import NOW

from roya_tui.clock import Clock
from roya_tui.model import Entry, Moment, NewSource
from roya_tui.presentation.timeline import NewMembers
from roya_tui.query import Query, parse
from roya_tui.store.articles import ingestion
from roya_tui.store.database import open_store
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state, stories
from roya_tui.store.user_data.journal import undo
from roya_tui.ui import article_rows
from roya_tui.ui.article_rows import (
    ArticleRows,
    CursorArticle,
    DailyLimits,
    HeldArticle,
    ListOptions,
    find_new_members,
    load_rows,
    load_rows_down_to,
    regroup_rows,
)

QUERIES = ("", "is:unread", "water", "sort:oldest", "sort:source", "tag:city or tag:science")


EVERYTHING = Query()


@pytest.fixture
def db(store: Path) -> Iterator[Connection]:
    """The samples, every third of them read."""
    db = open_store(store)
    every = results.find(db, parse("", NOW), NOW)
    article_state.mark(db, every[::3], NOW, read=True)
    yield db
    db.close()


def tell(db: Connection, story_of: dict[int, int]) -> None:
    """Let articles, by their place in the newest-first list, tell stories."""
    every = results.find(db, parse("", NOW), NOW)
    db.execute("DELETE FROM telling")
    db.executemany(
        "INSERT INTO telling (article_id, source_id, minutes, story, sorted)"
        " SELECT id, source_id, minutes, ?, 1 FROM article WHERE id = ?",
        [(story, every[place]) for place, story in story_of.items() if place < len(every)],
    )


def test_all_is_there_once(db: Connection) -> None:
    tell(db, {1: 7, 9: 7, 30: 7, 4: 8, 5: 8})
    found = load_rows(db, parse("", NOW), NOW)
    assert len(found.ids) == len(found.all_ids) - 3
    assert sorted(found.other_counts) == [0] * (len(found.ids) - 2) + [1, 2]
    assert load_rows(db, parse("", NOW), NOW, options=ListOptions(group_stories=False)).ids == found.all_ids


def test_of_many_the_stories_are_the_same(db: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(db, {1: 7, 9: 7, 30: 7, 4: 8, 5: 8, 6: 9})
    few = load_rows(db, parse("is:unread", NOW), NOW)
    monkeypatch.setattr(article_rows, "SMALL_LIST", 0)
    assert load_rows(db, parse("is:unread", NOW), NOW) == few


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.integers(0, 59), st.integers(1, 9), max_size=40),
    st.sampled_from(QUERIES),
    st.integers(1, 20),
)
def test_the_first_rows_are_those_of_the_whole_list_and_all_are_counted(
    db: Connection, story_of: dict[int, int], words: str, limit: int
) -> None:
    tell(db, story_of)
    query = parse(words, NOW)
    first, whole = load_rows(db, query, NOW, limit), load_rows(db, query, NOW)
    assert first.is_complete == (len(whole.all_ids) < limit) or len(whole.all_ids) == limit
    shown = len(first.ids)
    assert (first.ids, first.times, first.other_counts) == (
        whole.ids[:shown],
        whole.times[:shown],
        whole.other_counts[:shown],
    )
    assert set(whole.all_ids) == set(results.find(db, query, NOW))
    assert sum(whole.other_counts) + len(whole.ids) == len(whole.all_ids) == len(whole.all_times)
    assert results.count_rows(db, query, NOW, collapse=True) == (len(whole.all_ids), len(whole.ids))
    assert results.count_rows(db, query, NOW, collapse=False) == (len(whole.all_ids), len(whole.all_ids))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.integers(0, 59), st.integers(1, 9), max_size=20),
    st.dictionaries(st.integers(1, 4), st.integers(0, 3)),
    st.sampled_from(("", "is:unread", "sort:oldest")),
    st.integers(1, 20),
    st.booleans(),
)
def test_the_first_rows_count_what_those_of_the_whole_list_count(
    db: Connection, story_of: dict[int, int], caps: dict[int, int], words: str, limit: int, fold: bool
) -> None:
    tell(db, story_of)
    db.execute("UPDATE source SET per_day = NULL")
    db.executemany("UPDATE source SET per_day = ? WHERE id = ?", [(cap, id) for id, cap in caps.items()])
    query, capping = parse(words, NOW), DailyLimits(Clock(zone="Asia/Amman"), {})
    first = load_rows(db, query, NOW, limit, options=ListOptions(group_stories=fold, daily_limits=capping))
    whole = load_rows(db, query, NOW, options=ListOptions(group_stories=fold, daily_limits=capping))
    shown = len(first.ids)
    assert (first.ids, first.times, first.other_counts) == (
        whole.ids[:shown],
        whole.times[:shown],
        whole.other_counts[:shown],
    )
    assert first.more_rows == {id: whole.more_rows[id] for id in first.ids if id < 0}
    counted = [id for pile in whole.more_rows.values() for id in pile.ids]
    told = sum(whole.other_counts[at] for at, id in enumerate(whole.ids) if id > 0) if fold else 0
    assert len([id for id in whole.ids if id > 0]) + told + len(counted) == len(whole.all_ids)
    assert len(counted) == len(set(counted))
    if not caps:
        assert whole == load_rows(db, query, NOW, options=ListOptions(group_stories=fold))


def test_what_config_wishes_counts_where_nothing_else_is_set(db: Connection) -> None:
    def shown(wished: dict[str, int]) -> set[str]:
        found = load_rows(
            db, parse("", NOW), NOW, options=ListOptions(daily_limits=DailyLimits(Clock(zone="UTC"), wished))
        )
        return {pile.words for pile in found.more_rows.values()}

    assert shown({}) == set()
    assert shown({"the harbour courier": 1}) == {"more from The Harbour Courier"}
    (id,) = db.execute("SELECT source_id FROM feed WHERE title = 'The Harbour Courier'").fetchone()
    subscriptions.change(db, id, per_day=0, now=NOW)
    assert shown({"the harbour courier": 1}) == {"from The Harbour Courier"}
    assert undo(db, NOW) == "Undone: changed how much of The Harbour Courier lists show."
    assert shown({}) == set()


def test_what_is_read_stays_and_its_story_with_it(db: Connection) -> None:
    tell(db, {0: 7, 1: 7, 2: 7})
    every = results.find(db, parse("", NOW), NOW)
    (at,) = db.execute("SELECT at FROM article WHERE id = ?", (every[0],)).fetchone()
    found = load_rows(db, parse("is:unread", NOW), NOW, held=HeldArticle(every[0], at, 0, is_by_time=True))
    assert found.all_ids[0] == every[0], "it is read, and stays"
    assert found.other_counts[0] == 2


@pytest.mark.parametrize("text", ["is:unread", "is:unread sort:oldest", "is:unread sort:source"])
def test_the_first_rows_are_enough_where_the_cursors_article_has_its_place(db: Connection, text: str) -> None:
    """Wherever it stands, found or not: in an order of time the first rows reach what is before their last."""
    query, first = parse(text, NOW), 5
    by_time = query.order != "source"
    unread = load_rows(db, query, NOW)
    place = {id: number for number, id in enumerate(unread.all_ids)}
    for id, at in zip(*results.find_with_times(db, parse("", NOW), NOW), strict=True):
        whole = load_rows_down_to(db, query, NOW, first, CursorArticle(id, at)).is_complete
        if id in place:
            assert whole == (place[id] >= first)
        elif by_time:
            last = unread.times[first - 1]
            assert whole == (at <= last if query.order == "newest" else at >= last)
        else:
            assert whole
        assert load_rows_down_to(db, query, NOW, first, CursorArticle(id, None)).is_complete == (
            place.get(id, first) >= first
        )
    assert not load_rows_down_to(db, query, NOW, first, None).is_complete


def test_parting_folds_the_same_articles_anew(db: Connection) -> None:
    tell(db, {0: 7, 1: 7, 40: 7})
    before = load_rows(db, parse("is:unread", NOW), NOW)
    article_state.mark(db, before.all_ids, NOW, read=True)
    tell(db, {0: 7, 1: 7})
    after: ArticleRows = regroup_rows(db, before.all_ids, before.all_times)
    assert (after.all_ids, after.all_times) == (before.all_ids, before.all_times)
    assert isinstance(after.ids, array)
    assert len(after.ids) >= len(before.ids)


def test_of_a_feed_that_is_there_twice_one_copy_is_counted_when_both_come(db: Connection) -> None:
    def others(found: ArticleRows) -> int:
        return found.other_counts[found.ids.index(first)]

    def comes(place: int, guid: str) -> int:
        entry = Entry(guid=guid, url=f"https://twin.example/{guid}", title="x", published=Moment(NOW - 9))
        (new,) = ingestion.save(db, twins[place], None, [ingestion.prepare(entry)], NOW).new
        stories.group(db, [first, new], NOW)
        return new

    twins = [
        subscriptions.add(db, NewSource(url), NOW).id
        for url in ("https://twin.example/a", "http://www.twin.example/a/")
    ]
    before = load_rows(db, EVERYTHING, NOW)
    first = before.ids[3]
    came = {comes(0, "one"), comes(1, "one")}
    further = find_new_members(db, EVERYTHING, NOW, before.ids, before.all_ids)
    assert further == {first: NewMembers(frozenset(came), 1)}
    after = load_rows(db, EVERYTHING, NOW)
    assert others(after) == others(before) + 1
    comes(0, "two")
    assert find_new_members(db, EVERYTHING, NOW, before.ids, before.all_ids)[first].count == 2
    between = load_rows(db, EVERYTHING, NOW)
    comes(1, "two")
    assert find_new_members(db, EVERYTHING, NOW, between.ids, between.all_ids)[first].count == 0
    assert others(load_rows(db, EVERYTHING, NOW)) == others(before) + 2
