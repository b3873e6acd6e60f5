"""Counts that triggers update, in cases that tests/store/user_data/test_undo_model.py does not reach."""

import sqlite3
from pathlib import Path

import pytest

from roya_tui import query
from roya_tui.model import Entry, NewSource
from roya_tui.store import cleanup, tally
from roya_tui.store.articles import ingestion
from roya_tui.store.database import find_problems, open_store
from roya_tui.store.schema.migrations import MIGRATIONS
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.store.tally import TALLY_MISMATCHES, TALLY_SCHEMA
from roya_tui.store.user_data import article_state
from roya_tui.store.user_data.journal import redo, undo

NOW = 1_000_000


def fill(db: sqlite3.Connection) -> None:
    """Two sources with ten articles each, some of them read, hidden, starred."""
    for n in (1, 2):
        source = subscriptions.add(db, NewSource(f"https://{n}.example/rss"), NOW)
        entries = [
            Entry(guid=f"{m}", title=f"Entry {m}", tags=("water", f"tag {m % 3}"), content="text") for m in range(10)
        ]
        ids = ingestion.save(db, source.id, None, [ingestion.prepare(entry) for entry in entries], n).new
        article_state.mark(db, ids[:4], NOW, read=True)
        article_state.mark(db, ids[3:6], NOW, hidden=True)
        article_state.mark(db, ids[:1], NOW, starred=True)


def test_counts_are_right_after_articles_are_deleted(db: sqlite3.Connection) -> None:
    fill(db)
    assert cleanup.delete_old(db, NOW, source=1) == 9
    assert find_problems(db) == []
    assert [(source.total, source.unread) for source in subscriptions.list_all(db)] == [(1, 0), (7, 4)]
    assert results.count_views(db, NOW)["all"] == 8


def test_counts_are_right_after_many_articles_change_at_once(db: sqlite3.Connection, monkeypatch) -> None:
    monkeypatch.setattr(tally, "_MANY", 2)  # fewer articles are counted by triggers
    fill(db)
    found = results.find_all(db, query.Query(), NOW)
    triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name").fetchall()
    article_state.mark(db, found, NOW, read=True, starred=True)
    article_state.mark(db, found[3:], NOW, hidden=False)
    article_state.mark(db, found[:12], NOW, read=False, hidden=True)
    for step in (undo, undo, redo, undo, undo, redo, redo):
        assert step(db, NOW)
        assert db.execute(TALLY_MISMATCHES).fetchone() is None
    after = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name").fetchall()
    assert after == triggers
    article_state.mark(db, found[:1], NOW, hidden=False)
    assert db.execute(TALLY_MISMATCHES).fetchone() is None


def test_triggers_and_counts_stay_when_a_change_of_many_articles_fails(db: sqlite3.Connection, monkeypatch) -> None:
    monkeypatch.setattr(tally, "_MANY", 2)
    fill(db)
    before = list(db.iterdump())
    found = results.find_all(db, query.Query(), NOW)
    monkeypatch.setattr(article_state, "delete_empty_rows", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        article_state.mark(db, found, NOW, read=True)
    assert list(db.iterdump()) == before


def test_migration_counts_the_articles_of_an_earlier_database(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    before = MIGRATIONS[: next(n for n, migration in enumerate(MIGRATIONS) if migration.run == TALLY_SCHEMA)]
    db = open_store(path, migrations=before)
    fill_earlier_database(db)
    db.close()
    db = open_store(path)
    assert find_problems(db) == []
    assert [(tag.name, tag.total, tag.unread) for tag in results.list_tags(db)] == [("water", 2, 1), ("sport", 1, 1)]
    db.close()


def fill_earlier_database(db: sqlite3.Connection) -> None:
    db.execute("INSERT INTO source (id, url, added) VALUES (1, 'https://1.example/rss', 0)")
    db.execute("INSERT INTO feed (source_id) VALUES (1)")
    db.execute("INSERT INTO tag (id, name, folded) VALUES (1, 'water', 'water'), (2, 'sport', 'sport')")
    for id in (1, 2, 3):
        db.execute(
            "INSERT INTO article (id, source_id, guid, at, digest, stamp, first_seen, minutes, pictures, language,"
            " title, author, url) VALUES (?1, 1, ?1, 0, 0, 0, 0, 1, 0, '', '', '', '')",
            (id,),
        )
        db.execute("INSERT INTO article_tag (article_id, tag_id, by_feed) VALUES (?, 1, 1)", (id,))
        db.execute("INSERT INTO put_off (article_id) VALUES (?)", (id,))
    db.execute("INSERT INTO article_tag (article_id, tag_id, by_feed) VALUES (3, 2, 1)")
    db.execute("INSERT INTO state (article_id, read_at, hidden_at) VALUES (1, 5, NULL), (2, NULL, 5)")


def test_wrong_counts_are_reported_and_repaired(db: sqlite3.Connection) -> None:
    fill(db)
    db.execute("UPDATE tally SET unread = unread + 1 WHERE source_id = 2 AND tag_id = 0")
    assert find_problems(db) == ["The stored counts are wrong. Run roya-tui tidy to correct them."]
    cleanup.rebuild_tally(db)
    assert find_problems(db) == []
