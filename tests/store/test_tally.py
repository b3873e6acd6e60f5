"""Counts that triggers keep: what random doing and undoing (`test_undoing_anything`) does not come by."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from roya_tui.model import Entry, NewSource, Rule
from roya_tui.store import cleanup, rules
from roya_tui.store.articles import ingestion
from roya_tui.store.database import find_problems, open_store
from roya_tui.store.schema.migrations import MIGRATIONS
from roya_tui.store.schema.tally import TALLY_SCHEMA
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state

NOW = 1_000_000
WRONG = ["The counts that are kept are wrong; roya-tui tidy counts anew."]


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


def test_what_is_forgotten_is_no_longer_counted(db: sqlite3.Connection) -> None:
    fill(db)
    assert cleanup.delete_old(db, NOW, source=1) == 9
    assert find_problems(db) == []
    assert [(source.total, source.unread) for source in subscriptions.list_all(db)] == [(1, 0), (7, 4)]
    assert results.count_views(db, NOW)["all"] == 8


def test_an_earlier_store_is_counted_when_it_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    before = MIGRATIONS[: next(n for n, migration in enumerate(MIGRATIONS) if migration.run == TALLY_SCHEMA)]
    db = open_store(path, migrations=before)
    fill_as_then(db)
    db.close()
    db = open_store(path)
    assert find_problems(db) == []
    assert [(tag.name, tag.total, tag.unread) for tag in results.list_tags(db)] == [("water", 2, 1), ("sport", 1, 1)]
    db.close()


def fill_as_then(db: sqlite3.Connection) -> None:
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


def test_counts_that_another_program_spoilt_are_told_and_mended(db: sqlite3.Connection) -> None:
    fill(db)
    db.execute("UPDATE tally SET unread = unread + 1 WHERE source_id = 2 AND tag_id = 0")
    assert find_problems(db) == WRONG
    cleanup.rebuild_tally(db)
    assert find_problems(db) == []


def test_what_a_rule_mutes_is_not_counted(db: sqlite3.Connection) -> None:
    fill(db)
    rule = rules.add(db, Rule(0, "no water", "title:1 or title:8", "mute"), NOW, apply_to_existing=True)
    assert find_problems(db) == []
    assert [(source.total, source.unread) for source in subscriptions.list_all(db)] == [(5, 3), (5, 3)]
    rules.remove(db, rule.id, NOW)
    assert find_problems(db) == []
    assert [(source.total, source.unread) for source in subscriptions.list_all(db)] == [(7, 4), (7, 4)]
