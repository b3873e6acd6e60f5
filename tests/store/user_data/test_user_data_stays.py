"""Rules, saved searches, marks and notes stay when feeds, sources and refreshes change articles."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from roya_tui import query
from roya_tui.model import Entry, NewSource, Rule, Source
from roya_tui.store import rules
from roya_tui.store.articles import ingestion, lookup, search_index
from roya_tui.store.database import find_problems, open_store
from roya_tui.store.search import results, saved_searches
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state, transfer
from roya_tui.store.user_data.journal import undo

NOW = 10_000
DAY = 86_400
FIRST = [Entry(guid=str(n), title=f"Title {n}", tags=("feed",), content="as it came") for n in range(6)]
LATER = [Entry(guid=str(n), title=f"Title {n}, changed", content="another text") for n in range(6)]

Change = Callable[[sqlite3.Connection, Source], sqlite3.Connection]


def save(db: sqlite3.Connection, source: Source, entries: list[Entry], **how: object) -> None:
    ingestion.save(db, source.id, None, [ingestion.prepare(entry) for entry in entries], NOW + DAY, **how)


def user_data(db: sqlite3.Connection) -> dict[str, object]:
    """Return rules and saved searches, and the articles that each mark finds."""
    found: dict[str, object] = {
        text: sorted(results.find(db, query.parse(text, NOW), NOW))
        for text in ("is:hidden", "is:highlighted", "is:starred", "is:noted", "is:read", "tag:own", "search:mine", "my")
    }
    found["rules"] = [(one.name, one.query, one.match_count) for one in rules.list_all(db, NOW)]
    found["feeds"] = [(one.name, one.query) for one in saved_searches.list_all(db, NOW)]
    return found


def source_added_again(db: sqlite3.Connection, source: Source) -> sqlite3.Connection:
    subscriptions.remove(db, source.id, NOW)
    subscriptions.add(db, NewSource(source.url), NOW + DAY)
    save(db, source, FIRST)
    return db


def changed(db: sqlite3.Connection, source: Source) -> sqlite3.Connection:
    save(db, source, LATER)
    return db


def changed_and_back(db: sqlite3.Connection, source: Source) -> sqlite3.Connection:
    save(db, source, LATER)
    save(db, source, FIRST)
    return db


def refresh_killed(db: sqlite3.Connection, source: Source) -> sqlite3.Connection:
    """A refresh that was refresh_killed before search and rules knew what it had saved."""
    save(db, source, LATER, index=search_index.enqueue)
    path = Path(db.execute("PRAGMA database_list").fetchone()[2])
    db.close()
    later = open_store(path)
    search_index.index_queue(later)
    return later


@pytest.mark.parametrize(
    "change", [source_added_again, changed, changed_and_back, refresh_killed], ids=lambda one: one.__name__
)
def test_user_data_stays(db: sqlite3.Connection, source: Source, change: Change) -> None:
    rules.add(db, Rule(0, "No fives", "title:5", "mute"), NOW)
    rules.add(db, Rule(0, "Fours", "title:4", "highlight"), NOW)
    saved_searches.add(db, "Mine", f"source:{source.id} -is:starred", NOW)
    save(db, source, FIRST)
    ids = sorted(results.find(db, query.parse("is:hidden or -is:hidden", NOW), NOW))
    article_state.mark(db, ids[:1], NOW, starred=True)
    article_state.mark(db, ids[1:2], NOW, read=True)
    article_state.mark(db, ids[2:3], NOW, hidden=True)
    article_state.set_note(db, ids[3], "my note", NOW)
    article_state.edit_tags(db, ids[:2], NOW, add=["own"])
    before = user_data(db)
    assert all(before.values())
    db = change(db, source)
    assert user_data(db) == before
    assert find_problems(db) == []
    steps = 0
    while undo(db, NOW):
        steps += 1
    assert steps >= 8
    assert not any(user_data(db).values())
    db.close()


def test_imported_marks_have_priority_over_rules(db: sqlite3.Connection, source: Source) -> None:
    rules.add(db, Rule(0, "No titles", "title:title", "mute"), NOW)
    transfer.import_marks(
        db,
        [
            transfer.ArticleMarks(source.url, "0", starred_at=NOW),
            transfer.ArticleMarks(source.url, "1", note="my note"),
            transfer.ArticleMarks(source.url, "2", refused=4),
        ],
        NOW,
    )
    save(db, source, FIRST)
    titles = {one.title for one in lookup.load_headlines(db, results.find(db, query.Query(), NOW))}
    assert titles == {"Title 0", "Title 1", "Title 2"}
