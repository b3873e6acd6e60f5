"""What lies beside an article's narrow row: its wide parts, and what search was told of it."""

from __future__ import annotations

from collections.abc import Iterable
from sqlite3 import Connection
from typing import Any

from roya_tui.store import bodies


def wide(db: Connection, id: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the feed and the page gave of an article that is there."""
    feed, page = db.execute("SELECT feed, page FROM body WHERE article_id = ?", (id,)).fetchone()
    return bodies.unpack(feed), bodies.unpack(page)


def tell(db: Connection, rows: Iterable[tuple[int, bodies.Indexed]]) -> None:
    """Let search know articles that it does not."""
    db.executemany(
        "INSERT INTO search (rowid, title, author, text) VALUES (?, ?, ?, ?)",
        ((id, known.title, known.author, known.text) for id, known in rows),
    )


def untell(db: Connection, id: int, known: bodies.Indexed) -> None:
    """Take an article out of search, which must be told exactly what it was told before."""
    db.execute(
        "INSERT INTO search (search, rowid, title, author, text) VALUES ('delete', ?, ?, ?, ?)",
        (id, known.title, known.author, known.text),
    )
