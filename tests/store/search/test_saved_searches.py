"""Saved searches: their order, their use in queries, and undo of each change."""

import json
import sqlite3
from pathlib import Path

import pytest
from tests.store.conftest import find_titles

from roya_tui import query
from roya_tui.model import Entry, SavedSearch
from roya_tui.store import connection
from roya_tui.store.connection import StoreError
from roya_tui.store.database import open_store
from roya_tui.store.schema.migrations import MIGRATIONS
from roya_tui.store.search import results, saved_searches
from roya_tui.store.user_data.journal import redo, undo
from roya_tui.store.user_data.named_tables import RULES, SAVED_SEARCHES

NOW = 10_000


def names(db: sqlite3.Connection) -> list[str]:
    return [saved_search.name for saved_search in saved_searches.list_all(db, NOW)]


def rows(db: sqlite3.Connection) -> list[object]:
    return db.execute("SELECT * FROM saved_feed ORDER BY id").fetchall()


def titles(db: sqlite3.Connection, text: str) -> set[str]:
    return find_titles(db, text, NOW)


def test_every_change_of_a_saved_search_is_undone_and_redone(db) -> None:
    states = [rows(db)]
    water = saved_searches.add(db, "Water", "tag:water", NOW)
    states.append(rows(db))
    sport = saved_searches.add(db, "Sport", "tag:sport", NOW, icon="flag")
    states.append(rows(db))
    for change in (
        lambda: saved_searches.change(db, water.id, NOW, query="tag:water is:unread"),
        lambda: saved_searches.change(db, water.id, NOW, name="Rain"),
        lambda: saved_searches.move(db, sport.id, -1, NOW),
        lambda: saved_searches.remove(db, water.id, NOW),
    ):
        change()
        states.append(rows(db))
    assert names(db) == ["Sport"]
    messages = [
        "Removed saved search “Rain”.", "Moved saved search “Sport”.", "Renamed saved search “Water” to “Rain”.",
        "Edited saved search “Water”.", "Created saved search “Sport”.", "Created saved search “Water”.",
    ]  # fmt: skip
    for message, before in zip(messages, reversed(states[:-1]), strict=True):
        assert undo(db, NOW) == f"Undone: {message}"
        assert rows(db) == before
    for after in states[1:]:
        assert redo(db, NOW) is not None
        assert rows(db) == after


def test_saved_searches_are_moved_within_their_order(db) -> None:
    first, *_, last = [saved_searches.add(db, name, "", NOW) for name in ("One", "Two", "Three")]
    assert saved_searches.move(db, last.id, -1, NOW)
    assert names(db) == ["One", "Three", "Two"]
    assert saved_searches.move(db, first.id, 5, NOW)
    assert names(db) == ["Three", "Two", "One"]
    assert not saved_searches.move(db, first.id, 1, NOW)
    saved_searches.add(db, "Four", "", NOW)
    assert names(db) == ["Three", "Two", "One", "Four"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (" ", "water", "A saved search needs a name."),
        ("WATER", "x", "Saved search “Water” already exists."),
        ("New", "tga:x", "There is no field “tga”."),
        ("New", "search:old", "There is no saved search “old”."),
        ("New", "water search:new", "Saved search “new” would contain itself."),
    ],
)
def test_saved_search_is_refused_with_a_reason(db, name: str, text: str, message: str) -> None:
    saved_searches.add(db, "Water", "tag:water", NOW)
    before = rows(db)
    with pytest.raises(StoreError) as caught:
        saved_searches.add(db, name, text, NOW)
    assert caught.value.message == message
    assert rows(db) == before


def test_saved_search_is_used_in_a_query(db, put) -> None:
    put(
        Entry(guid="1", title="Rain", tags=("water",)),
        Entry(guid="2", title="Match", tags=("sport",)),
        Entry(guid="3", title="Swimming", tags=("water", "sport")),
    )
    saved_searches.add(db, "Wet news", "tag:water", NOW)
    saved_searches.add(db, "Both", 'search:"wet news" tag:sport', NOW)
    assert titles(db, 'search:"WET NEWS"') == {"Rain", "Swimming"}
    assert titles(db, "search:both") == {"Swimming"}
    assert titles(db, "-search:both") == {"Rain", "Match"}
    assert titles(db, "search:nothing") == set()
    assert results.count(db, query.by_field("search", "Both"), NOW) == 1
    assert [tag.total for tag in results.count_tags(db, query.by_field("search", "Wet news"), NOW)] == [2, 1]


def test_saved_search_of_hidden_articles_finds_them(db, put) -> None:
    (id,) = put(Entry(guid="1", title="Rain")).new
    db.execute("INSERT INTO state (article_id, hidden_at) VALUES (?, 1)", (id,))
    saved_searches.add(db, "Hidden", "is:hidden", NOW)
    assert titles(db, "search:hidden") == {"Rain"}


def test_broken_saved_searches_give_the_reason_and_find_nothing(db, put) -> None:
    put(Entry(guid="1", title="Rain"))
    broken = [
        SavedSearch(0, "Broken", "tga:x"),
        SavedSearch(0, "Round", "search:about"),
        SavedSearch(0, "About", "search:round"),
    ]
    assert saved_searches.add_all(db, broken, NOW) == 3
    assert saved_searches.add_all(db, broken, NOW) == 0
    problems = [saved_search.problem for saved_search in saved_searches.list_all(db, NOW)]
    assert problems[0].startswith("There is no field")
    assert problems[1] == "Saved search “round” would contain itself."
    assert titles(db, "search:broken or search:round") == set()
    assert undo(db, NOW) == "Undone: Created 3 saved searches."
    assert rows(db) == []


def test_saved_searches_nested_too_deeply_are_refused(db) -> None:
    searches = [SavedSearch(0, f"n{n}", f"(search:n{n + 1} a{n}) or (search:n{n + 1} b{n})") for n in range(60)]
    saved_searches.add_all(db, [*searches, SavedSearch(0, "n60", "water")], NOW)
    assert saved_searches.list_all(db, NOW)[0].problem == "Too many saved searches are nested."
    assert results.count(db, query.by_field("search", "n0"), NOW) == 0


def test_queries_of_earlier_database_have_search_for_feed(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    db = open_store(path, migrations=MIGRATIONS[:21])
    old = 'feed:Water or -FEED:"a feed:x" or "feed:b" or source:c'
    new = 'search:Water or -search:"a feed:x" or "feed:b" or source:c'
    for name in ("Kept", "Removed"):
        SAVED_SEARCHES.insert(db, (name, old, ""))
    saved_searches.remove(db, 2, NOW)
    RULES.insert(db, ("Rule", old, "mute", "", None, None, 0))
    connection.set_value(
        db, "screen", json.dumps({"finds": [old], "orders": {"feed 1": "oldest", "view all": "newest"}})
    )
    db.close()
    db = open_store(path)
    undo(db, NOW)
    assert saved_searches.load_queries(db) == {"kept": new, "removed": new}
    assert db.execute("SELECT query FROM rule").fetchone() == (new,)
    orders = {"search 1": "oldest", "view all": "newest"}
    assert json.loads(connection.get_value(db, "screen")) == {"finds": [new], "orders": orders}
    db.close()


@pytest.mark.parametrize(
    "preferences",
    ["{", "5", "null", "[]", '{"finds": null, "orders": null}', '{"finds": [5], "orders": []}'],
)
def test_earlier_database_opens_when_its_preferences_are_damaged(tmp_path: Path, preferences: str) -> None:
    path = tmp_path / "news.db"
    db = open_store(path, migrations=MIGRATIONS[:21])
    SAVED_SEARCHES.insert(db, ("Kept", "feed:Water", ""))
    connection.set_value(db, "screen", preferences)
    db.close()
    db = open_store(path)
    assert saved_searches.load_queries(db) == {"kept": "search:Water"}
    db.close()


def test_feed_in_a_query_means_the_source() -> None:
    assert str(query.parse("feed:courier -feed:2", NOW)) == "source:courier -source:2"
