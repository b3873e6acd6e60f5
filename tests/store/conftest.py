"""An empty database and helpers that fill it."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from roya_tui import query
from roya_tui.model import Entry, NewSource, SaveResult, Source
from roya_tui.store.articles import ingestion, lookup
from roya_tui.store.articles.search_index import add_bodies
from roya_tui.store.database import open_store
from roya_tui.store.schema.migrations import MIGRATIONS, Migration
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions

Put = Callable[..., SaveResult]
SearchIsExact = Callable[[sqlite3.Connection], bool]


@pytest.fixture(scope="session")
def search_is_exact() -> SearchIsExact:
    """Return whether the search index equals a new one of the same articles: each word at each position."""

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


def find_titles(db: sqlite3.Connection, text: str, now: int) -> set[str]:
    """Return the titles of the articles that match a query."""
    return {one.title for one in lookup.load_headlines(db, results.find(db, query.parse(text, now), now))}


def migrate_from(db: sqlite3.Connection, path: Path, word: str, *more: Migration) -> sqlite3.Connection:
    """Close a database, and run the first migration that contains `word`, and `more`, as if it were the next."""
    version = next(n for n, migration in enumerate(MIGRATIONS) if word in str(migration.run))
    db.execute(f"PRAGMA user_version = {version}")
    db.close()
    return open_store(path, migrations=[*MIGRATIONS[: version + 1], *more])


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
    """Save entries as one check of the source does: `put(entry, …, now=2_000)`."""

    def put(*entries: Entry, now: int = 2_000, into: int = source.id) -> SaveResult:
        return ingestion.save(db, into, None, [ingestion.prepare(entry) for entry in entries], now)

    return put
