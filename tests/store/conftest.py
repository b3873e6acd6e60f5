"""An empty store, and short ways to put something into it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from roya_tui.model import Entry, NewSource, SaveResult, Source
from roya_tui.store.articles import ingestion
from roya_tui.store.articles.search_index import add_bodies
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions

Put = Callable[..., SaveResult]
SearchIsExact = Callable[[sqlite3.Connection], bool]


@pytest.fixture(scope="session")
def search_is_exact() -> SearchIsExact:
    """Whether search knows what it would know if it were told everything afresh: each word, and where it stands."""

    def words(db: sqlite3.Connection) -> list[object]:
        found = []
        for table in ("search", "beginnings"):
            db.execute(f"CREATE VIRTUAL TABLE temp.words USING fts5vocab ('main', '{table}', 'instance')")
            found += db.execute("SELECT * FROM temp.words ORDER BY 1, 2, 3, 4").fetchall()
            db.execute("DROP TABLE temp.words")
        return found

    def exact(db: sqlite3.Connection) -> bool:
        fresh = sqlite3.connect(":memory:", isolation_level=None)
        for table in ("search", "beginnings"):
            fresh.execute(db.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0])
        add_bodies(fresh, db.execute("SELECT article_id, feed, page FROM body"))
        return words(db) == words(fresh)

    return exact


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "news.db"


@pytest.fixture
def db(path: Path, new_store: Callable[[Path], Path]) -> Iterator[sqlite3.Connection]:
    db = open_store(new_store(path))
    yield db
    db.close()


@pytest.fixture
def source(db: sqlite3.Connection) -> Source:
    return subscriptions.add(db, NewSource("https://roya.example/rss", title="Roya Sample"), 1_000)


@pytest.fixture
def put(db: sqlite3.Connection, source: Source) -> Put:
    """Save entries as one look at the source: `put(entry, …, now=2_000)`."""

    def put(*entries: Entry, now: int = 2_000, into: int = source.id) -> SaveResult:
        return ingestion.save(db, into, None, [ingestion.prepare(entry) for entry in entries], now)

    return put
