"""An account, a source of it, and helpers that receive articles from its server."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from sqlite3 import Connection

import pytest

from roya_tui.model import Account, Entry, NewAccount, NewSource, RemoteEntry, SaveResult, Source
from roya_tui.store.articles import ingestion, search_index
from roya_tui.store.sources import subscriptions
from roya_tui.store.sync import accounts, outbox, remote_articles

SITE = "https://roya.example/"
Receive = Callable[..., SaveResult]
Marks = tuple[bool, bool, tuple[str, ...]]


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def remote(id: str, *, read: bool = False, starred: bool = False, url: str = "", **facts: object) -> RemoteEntry:
    """Return an article as the server sends it, with a link of its own."""
    return RemoteEntry(id, "7", read, starred, url or f"{SITE}{id}", f"Article {id}", **facts)  # type: ignore[arg-type]


def marks(db: Connection, title: str) -> Marks:
    """Return whether an article is read and starred, and your tags."""
    article = id_of(db, title)
    row = db.execute("SELECT read_at, starred_at FROM state WHERE article_id = ?", (article,)).fetchone() or (
        None,
        None,
    )
    tags = db.execute(
        "SELECT name FROM article_tag JOIN tag ON tag.id = tag_id WHERE by_person AND article_id = ? ORDER BY name",
        (article,),
    )
    return row[0] is not None, row[1] is not None, tuple(name for (name,) in tags)


def id_of(db: Connection, title: str) -> int:
    return int(db.execute("SELECT id FROM article WHERE title = ?", (title,)).fetchone()[0])


def titles(db: Connection) -> list[str]:
    return [title for (title,) in db.execute("SELECT title FROM article ORDER BY title")]


def pending(db: Connection, account: Account) -> dict[tuple[str, str, str], bool]:
    """Return the pending changes: (title, field, tag) → value."""
    return {(one.title, one.field, one.tag): one.value for one in outbox.list_pending(db, account.id)}


@pytest.fixture
def account(db: Connection) -> Account:
    """An account whose server keeps tags."""
    added = accounts.add(db, NewAccount("miniflux", "https://reader.example", "huda"), 1_000)
    accounts.save_tags(db, added.id, True)
    return added


@pytest.fixture
def source(db: Connection, account: Account) -> Source:
    """A source that joined the account."""
    return subscriptions.add(db, NewSource("https://roya.example/rss", title="Roya Sample"), 1_000)


@pytest.fixture
def receive(db: Connection, account: Account, source: Source) -> Receive:
    """Save articles of the server, and index them at once: `receive(entry, …, now=2_000)`."""

    def receive(*entries: RemoteEntry, now: int = 2_000) -> SaveResult:
        pairs = [
            (entry, ingestion.prepare(Entry(guid=entry.remote_id, url=entry.url, title=entry.title)))
            for entry in entries
        ]
        return remote_articles.save_entries(db, account.id, source.id, None, pairs, now, index=search_index.add)[0]

    return receive
