"""Rows of the list: the first ones do not change when all are loaded, and nothing is counted twice."""

from array import array
from collections.abc import Iterator
from contextlib import closing
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
from roya_tui.ui.rows import article_rows
from roya_tui.ui.rows.article_rows import (
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
EVERYTHING, UNREAD = Query(), parse("is:unread", NOW)
_EXAMPLES = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
_STORIES = st.dictionaries(st.integers(0, 59), st.integers(1, 9), max_size=40)
"""Stories by the place of their articles in the list."""


@pytest.fixture
def db(database: Path) -> Iterator[Connection]:
    """The samples, every third of them read."""
    with closing(open_store(database)) as db:
        article_state.mark(db, results.find(db, EVERYTHING, NOW)[::3], NOW, read=True)
        yield db


def group(db: Connection, story_of: dict[int, int]) -> None:
    """Group articles, by their place in the newest-first list, to stories."""
    every = results.find(db, EVERYTHING, NOW)
    db.execute("DELETE FROM telling")
    db.executemany(
        "INSERT INTO telling (article_id, source_id, minutes, story, sorted)"
        " SELECT id, source_id, minutes, ?, 1 FROM article WHERE id = ?",
        [(story, every[place]) for place, story in story_of.items() if place < len(every)],
    )


def assert_same_beginning(first: ArticleRows, whole: ArticleRows) -> None:
    shown = len(first.ids)
    beginning = (whole.ids[:shown], whole.times[:shown], whole.other_counts[:shown])
    assert (first.ids, first.times, first.other_counts) == beginning


def test_each_article_is_in_one_row(db: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    group(db, {1: 7, 9: 7, 30: 7, 4: 8, 5: 8})
    found = load_rows(db, EVERYTHING, NOW)
    assert len(found.ids) == len(found.all_ids) - 3
    assert sorted(found.other_counts) == [0] * (len(found.ids) - 2) + [1, 2]
    assert load_rows(db, EVERYTHING, NOW, options=ListOptions(group_stories=False)).ids == found.all_ids
    small = load_rows(db, UNREAD, NOW)
    monkeypatch.setattr(article_rows, "SMALL_LIST", 0)
    assert load_rows(db, UNREAD, NOW) == small, "large lists find stories in another way"


@_EXAMPLES
@given(_STORIES, st.sampled_from(QUERIES), st.integers(1, 20))
def test_first_rows_are_those_of_the_whole_list_and_all_are_counted(
    db: Connection, story_of: dict[int, int], words: str, limit: int
) -> None:
    group(db, story_of)
    query = parse(words, NOW)
    first, whole = load_rows(db, query, NOW, limit), load_rows(db, query, NOW)
    assert first.is_complete == (len(whole.all_ids) < limit) or len(whole.all_ids) == limit
    assert_same_beginning(first, whole)
    assert set(whole.all_ids) == set(results.find(db, query, NOW))
    assert sum(whole.other_counts) + len(whole.ids) == len(whole.all_ids) == len(whole.all_times)
    assert results.count_rows(db, query, NOW, collapse=True) == (len(whole.all_ids), len(whole.ids))
    assert results.count_rows(db, query, NOW, collapse=False) == (len(whole.all_ids), len(whole.all_ids))


@_EXAMPLES
@given(
    _STORIES,
    st.dictionaries(st.integers(1, 4), st.integers(0, 3)),
    st.sampled_from(("", "is:unread", "sort:oldest")),
    st.integers(1, 20),
    st.booleans(),
)
def test_first_rows_do_not_change_with_daily_limits(
    db: Connection, story_of: dict[int, int], limits: dict[int, int], words: str, limit: int, grouped: bool
) -> None:
    group(db, story_of)
    db.execute("UPDATE source SET per_day = NULL")
    db.executemany("UPDATE source SET per_day = ? WHERE id = ?", [(per_day, id) for id, per_day in limits.items()])
    query = parse(words, NOW)
    options = ListOptions(group_stories=grouped, daily_limits=DailyLimits(Clock(zone="Asia/Amman"), {}))
    first, whole = load_rows(db, query, NOW, limit, options=options), load_rows(db, query, NOW, options=options)
    assert_same_beginning(first, whole)
    assert first.more_rows == {id: whole.more_rows[id] for id in first.ids if id < 0}
    limited = [id for more in whole.more_rows.values() for id in more.ids]
    collapsed = sum(whole.other_counts[at] for at, id in enumerate(whole.ids) if id > 0) if grouped else 0
    assert len([id for id in whole.ids if id > 0]) + collapsed + len(limited) == len(whole.all_ids)
    assert len(limited) == len(set(limited))
    if not limits:
        assert whole == load_rows(db, query, NOW, options=ListOptions(group_stories=grouped))


def test_daily_limit_of_the_configuration_applies_unless_another_is_set(db: Connection) -> None:
    def more_rows(configured: dict[str, int]) -> set[str]:
        options = ListOptions(daily_limits=DailyLimits(Clock(zone="UTC"), configured))
        return {
            more.text.partition(" ")[2] for more in load_rows(db, EVERYTHING, NOW, options=options).more_rows.values()
        }

    assert more_rows({}) == set()
    assert more_rows({"the harbour courier": 1}) == {"more from The Harbour Courier"}
    (id,) = db.execute("SELECT source_id FROM feed WHERE title = 'The Harbour Courier'").fetchone()
    subscriptions.change(db, id, per_day=0, now=NOW)
    assert more_rows({"the harbour courier": 1}) == {"from The Harbour Courier"}
    assert undo(db, NOW) == "Undone: Changed the daily limit of “The Harbour Courier”."
    assert more_rows({}) == set()


def test_held_article_stays_with_its_story_when_it_is_read(db: Connection) -> None:
    group(db, {0: 7, 1: 7, 2: 7})
    read = results.find(db, EVERYTHING, NOW)[0]
    (at,) = db.execute("SELECT at FROM article WHERE id = ?", (read,)).fetchone()
    found = load_rows(db, UNREAD, NOW, held=HeldArticle(read, at, 0, is_by_time=True))
    assert (found.all_ids[0], found.other_counts[0]) == (read, 2)


@pytest.mark.parametrize("text", ["is:unread", "is:unread sort:oldest", "is:unread sort:source"])
def test_first_rows_reach_the_article_under_the_cursor(db: Connection, text: str) -> None:
    """Also if the view does not list it: in an order by time, its time decides."""
    query, first = parse(text, NOW), 5

    def has_all(cursor: CursorArticle | None) -> bool:
        return load_rows_down_to(db, query, NOW, first, cursor).is_complete

    unread = load_rows(db, query, NOW)
    place = {id: number for number, id in enumerate(unread.all_ids)}
    last = unread.times[first - 1]
    for id, at in zip(*results.find_with_times(db, EVERYTHING, NOW), strict=True):
        if id in place:
            wanted = place[id] >= first
        else:
            wanted = query.order == "source" or (at <= last if query.order == "newest" else at >= last)
        assert has_all(CursorArticle(id, at)) == wanted
        assert has_all(CursorArticle(id, None)) == (place.get(id, first) >= first)
    assert not has_all(None)


def test_regrouping_keeps_the_articles_of_the_list(db: Connection) -> None:
    group(db, {0: 7, 1: 7, 40: 7})
    before = load_rows(db, UNREAD, NOW)
    article_state.mark(db, before.all_ids, NOW, read=True)
    group(db, {0: 7, 1: 7})
    after = regroup_rows(db, before.all_ids, before.all_times)
    assert (after.all_ids, after.all_times) == (before.all_ids, before.all_times)
    assert isinstance(after.ids, array)
    assert len(after.ids) >= len(before.ids)


def test_new_members_count_once_if_two_sources_have_the_same_feed(db: Connection) -> None:
    def count_others() -> int:
        found = load_rows(db, EVERYTHING, NOW)
        return found.other_counts[found.ids.index(first)]

    def add(twin: int, guid: str) -> int:
        entry = Entry(guid=guid, url=f"https://twin.example/{guid}", title="x", published=Moment(NOW - 9))
        (new,) = ingestion.save(db, twins[twin], None, [ingestion.prepare(entry)], NOW).new
        stories.group(db, [first, new], NOW)
        return new

    urls = ("https://twin.example/a", "http://www.twin.example/a/")
    twins = [subscriptions.add(db, NewSource(url), NOW).id for url in urls]
    before = load_rows(db, EVERYTHING, NOW)
    first = before.ids[3]
    count = count_others()
    added = {add(0, "one"), add(1, "one")}
    new = find_new_members(db, EVERYTHING, NOW, before.ids, before.all_ids)
    assert new == {first: NewMembers(frozenset(added), 1)}
    assert count_others() == count + 1
    add(0, "two")
    assert find_new_members(db, EVERYTHING, NOW, before.ids, before.all_ids)[first].count == 2
    between = load_rows(db, EVERYTHING, NOW)
    add(1, "two")
    assert find_new_members(db, EVERYTHING, NOW, between.ids, between.all_ids)[first].count == 0
    assert count_others() == count + 2
