"""The full-text index: adding, removing and enqueueing articles."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from math import inf
from sqlite3 import Connection
from typing import Any

from roya_tui.store import bodies
from roya_tui.store.connection import get_value, set_value, transaction
from roya_tui.text import blank_symbols

BATCH_SIZE = 500
"""Articles indexed in one transaction: a tenth of a second without other writers."""
_CHARACTERS = 10_000
"""Characters of a typical article. Of longer ones, fewer are indexed in one transaction."""

_UNKNOWN_MEDIA = "media_unknown_to"
"""Name of the stored value: the highest article id whose recordings are unknown; 0 or missing if all are known."""

IndexFunction = Callable[[Connection, Sequence[int]], None]
"""Adds articles to the index: at once (`add`) or later (`enqueue`)."""
DocumentDecoder = Callable[[bytes, bytes | None], bodies.SearchDocument]
"""Reads the search document from a body and page: `bodies.decode_search_document`, or a cache of it."""

_BODIES = """SELECT b.article_id, b.feed, b.page FROM {ids} AS chosen
    CROSS JOIN body AS b ON b.article_id = chosen.article_id"""


def load_body(db: Connection, id: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the body and the page of an article."""
    feed, page = db.execute("SELECT feed, page FROM body WHERE article_id = ?", (id,)).fetchone()
    return bodies.unpack(feed), bodies.unpack_page(page)


def add(db: Connection, ids: Sequence[int]) -> None:
    """Add articles to the index."""
    asked = _BODIES.format(ids="(SELECT value AS article_id FROM json_each(?))")
    with closing(db.execute(asked, (json.dumps(ids),))) as rows:
        add_bodies(db, rows)


def enqueue(db: Connection, ids: Sequence[int]) -> None:
    """Queue articles, for a later `index_batch`, in the same transaction."""
    db.executemany("INSERT INTO put_off (article_id) VALUES (?)", ((id,) for id in ids))


def add_bodies(
    db: Connection,
    rows: Iterable[tuple[int, bytes, bytes | None]],
    max_characters: float = inf,
    decode: DocumentDecoder = bodies.decode_search_document,
) -> list[int]:
    """Add (id, body, page) rows to the index up to `max_characters`; return their ids."""
    titles: list[tuple[int, str, str]] = []

    def documents() -> Iterator[tuple[int, str, str, str]]:
        characters = 0
        for id, feed, page in rows:
            title, author, text = map(blank_symbols, decode(feed, page))
            titles.append((id, title, author))
            yield id, title, author, text
            characters += len(text)
            if characters >= max_characters:
                return

    db.executemany("INSERT INTO search (rowid, title, author, text) VALUES (?, ?, ?, ?)", documents())
    db.executemany("INSERT INTO beginnings (rowid, title, author) VALUES (?, ?, ?)", titles)
    return [id for id, _, _ in titles]


def index_queue(db: Connection) -> None:
    """Index all queued articles, including those of a killed process."""
    while index_batch(db):
        pass


def count_queued(db: Connection) -> int:
    """Return how many articles are queued, with those whose recordings are unknown."""
    return int(db.execute("SELECT count(*) FROM put_off").fetchone()[0]) + int(get_value(db, _UNKNOWN_MEDIA) or 0)


def index_batch(
    db: Connection, limit: int = BATCH_SIZE, decode: DocumentDecoder = bodies.decode_search_document
) -> int:
    """Index at most `limit` queued articles and apply rules; return how many, 0 at the end.

    Then find recordings in articles of earlier versions of the app.
    """
    from roya_tui.store import rule_matching

    if db.execute("SELECT 1 FROM put_off LIMIT 1").fetchone() is None:
        return int(rule_matching.match_queued(db)) or _find_media(db, limit)
    with transaction(db):
        # In the order of ids: FTS5 flushes its buffer when an id is lower than the one before.
        next_ones = "(SELECT article_id FROM put_off ORDER BY article_id LIMIT ?)"
        # An open cursor in a kept traceback would keep the connection in its old snapshot.
        with closing(db.execute(_BODIES.format(ids=next_ones), (limit,))) as rows:
            added = add_bodies(db, rows, limit * _CHARACTERS, decode)
        db.executemany("DELETE FROM put_off WHERE article_id = ?", ((id,) for id in added))
        rule_matching.match_queued(db)
    return len(added)


def _find_media(db: Connection, limit: int) -> int:
    """Find recordings in at most `limit` articles, the newest first; return how many were read."""
    last = int(get_value(db, _UNKNOWN_MEDIA) or 0)
    if not last:
        return 0
    with transaction(db):
        rows = db.execute(
            "SELECT a.id, a.url, b.feed FROM article AS a JOIN body AS b ON b.article_id = a.id WHERE a.id <= ?"
            " ORDER BY a.id DESC LIMIT ?",
            (last, limit),
        ).fetchall()
        found = [(bodies.decode_media(feed, url), id) for id, url, feed in rows]
        db.executemany("UPDATE article SET media = ? WHERE id = ?", (row for row in found if row[0]))
        set_value(db, _UNKNOWN_MEDIA, str(rows[-1][0] - 1 if len(rows) == limit else 0))
    return len(rows)


def remove(db: Connection, id: int, document: bodies.SearchDocument) -> None:
    """Remove an article from the index, which must get exactly the text that was added."""
    if db.execute("DELETE FROM put_off WHERE article_id = ?", (id,)).rowcount:
        return
    title, author, text = map(blank_symbols, document)
    in_texts = "INSERT INTO search (search, rowid, title, author, text) VALUES ('delete', ?, ?, ?, ?)"
    db.execute(in_texts, (id, title, author, text))
    in_titles = "INSERT INTO beginnings (beginnings, rowid, title, author) VALUES ('delete', ?, ?, ?)"
    db.execute(in_titles, (id, title, author))
