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

from roya_tui.query import parse
from roya_tui.store import search, state
from roya_tui.store.database import open_store
from roya_tui.ui import listing
from roya_tui.ui.listing import Held, Listed, listed, refolded

QUERIES = ("", "is:unread", "water", "sort:oldest", "sort:source", "tag:city or tag:science")


@pytest.fixture
def db(store: Path) -> Iterator[Connection]:
    """The samples, every third of them read."""
    db = open_store(store)
    every = search.find(db, parse("", NOW), NOW)
    state.mark(db, every[::3], NOW, read=True)
    yield db
    db.close()


def tell(db: Connection, story_of: dict[int, int]) -> None:
    """Let articles, by their place in the newest-first list, tell stories."""
    every = search.find(db, parse("", NOW), NOW)
    db.execute("DELETE FROM telling")
    db.executemany(
        "INSERT INTO telling (article_id, source_id, minutes, story, sorted)"
        " SELECT id, source_id, minutes, ?, 1 FROM article WHERE id = ?",
        [(story, every[place]) for place, story in story_of.items() if place < len(every)],
    )


def test_all_is_there_once(db: Connection) -> None:
    tell(db, {1: 7, 9: 7, 30: 7, 4: 8, 5: 8})
    found = listed(db, parse("", NOW), NOW)
    assert len(found.ids) == len(found.every) - 3
    assert sorted(found.others) == [0] * (len(found.ids) - 2) + [1, 2]
    assert listed(db, parse("", NOW), NOW, fold=False).ids == found.every


def test_of_many_the_stories_are_the_same(db: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(db, {1: 7, 9: 7, 30: 7, 4: 8, 5: 8, 6: 9})
    few = listed(db, parse("is:unread", NOW), NOW)
    monkeypatch.setattr(listing, "FEW", 0)
    assert listed(db, parse("is:unread", NOW), NOW) == few


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.integers(0, 59), st.integers(1, 9), max_size=40),
    st.sampled_from(QUERIES),
    st.integers(1, 20),
)
def test_the_first_rows_are_those_of_the_whole_list(
    db: Connection, story_of: dict[int, int], words: str, limit: int
) -> None:
    tell(db, story_of)
    query = parse(words, NOW)
    first, whole = listed(db, query, NOW, limit), listed(db, query, NOW)
    assert first.whole == (len(whole.every) < limit) or len(whole.every) == limit
    shown = len(first.ids)
    assert (first.ids, first.times, first.others) == (whole.ids[:shown], whole.times[:shown], whole.others[:shown])
    assert set(whole.every) == set(search.find(db, query, NOW))
    assert sum(whole.others) + len(whole.ids) == len(whole.every) == len(whole.all_times)


def test_what_is_read_stays_and_its_story_with_it(db: Connection) -> None:
    tell(db, {0: 7, 1: 7, 2: 7})
    every = search.find(db, parse("", NOW), NOW)
    (at,) = db.execute("SELECT at FROM article WHERE id = ?", (every[0],)).fetchone()
    found = listed(db, parse("is:unread", NOW), NOW, held=Held(every[0], at, 0, by_time=True))
    assert found.every[0] == every[0], "it is read, and stays"
    assert found.others[0] == 2


def test_parting_folds_the_same_articles_anew(db: Connection) -> None:
    tell(db, {0: 7, 1: 7, 40: 7})
    before = listed(db, parse("is:unread", NOW), NOW)
    state.mark(db, before.every, NOW, read=True)
    tell(db, {0: 7, 1: 7})
    after: Listed = refolded(db, before.every, before.all_times)
    assert (after.every, after.all_times) == (before.every, before.all_times)
    assert isinstance(after.ids, array)
    assert len(after.ids) >= len(before.ids)
