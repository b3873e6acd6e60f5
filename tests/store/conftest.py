"""An empty store, and short ways to put something into it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from roya_tui.model import Entry, NewSource, Saved, Source
from roya_tui.store import articles, sources
from roya_tui.store.database import open_store

Put = Callable[..., Saved]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "news.db"


@pytest.fixture
def db(path: Path) -> Iterator[sqlite3.Connection]:
    db = open_store(path)
    yield db
    db.close()


@pytest.fixture
def source(db: sqlite3.Connection) -> Source:
    return sources.add(db, NewSource("https://roya.example/rss", title="Roya Sample"), 1_000)


@pytest.fixture
def put(db: sqlite3.Connection, source: Source) -> Put:
    """Save entries as one look at the source: `put(entry, …, now=2_000)`."""

    def put(*entries: Entry, now: int = 2_000, into: int = source.id) -> Saved:
        return articles.save(db, into, None, [articles.prepare(entry) for entry in entries], now)

    return put
