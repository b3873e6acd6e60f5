"""What lies beside an article's narrow row: its wide parts, and what search was told of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from math import inf
from sqlite3 import Connection
from typing import Any

from roya_tui.store import bodies
from roya_tui.store.connection import transaction, translate_errors
from roya_tui.text import blank_symbols

BATCH_SIZE = 500
"""Articles that search learns in one transaction: a tenth of a second, in which nobody else writes."""
_CHARACTERS = 10_000
"""As many as an article has, or fewer: of longer ones, fewer are learnt in one transaction."""

IndexFunction = Callable[[Connection, Sequence[int]], None]
"""How search comes to know articles: now (`tell`), or when someone catches up (`put_off`)."""
DocumentDecoder = Callable[[bytes, bytes | None], bodies.SearchDocument]
"""What search should know of an article with a body: `bodies.told`, or whoever remembers what that finds."""

_BODIES = """SELECT b.article_id, b.feed, b.page FROM {ids} AS chosen
    CROSS JOIN body AS b ON b.article_id = chosen.article_id"""


def load_body(db: Connection, id: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the feed and the page gave of an article that is there."""
    feed, page = db.execute("SELECT feed, page FROM body WHERE article_id = ?", (id,)).fetchone()
    return bodies.unpack(feed), bodies.unpack_page(page)


def add(db: Connection, ids: Sequence[int]) -> None:
    """Let search know articles that it does not, by what their bodies say."""
    asked = _BODIES.format(ids="(SELECT value AS article_id FROM json_each(?))")
    with closing(db.execute(asked, (json.dumps(ids),))) as rows:
        add_bodies(db, rows)


def enqueue(db: Connection, ids: Sequence[int]) -> None:
    """Let search know articles later, many at once: whoever does so sees to it that `catch_up` follows.

    They are kept for it in the same transaction, so that nothing is forgotten, whatever happens before.
    """
    db.executemany("INSERT INTO put_off (article_id) VALUES (?)", ((id,) for id in ids))


def add_bodies(
    db: Connection,
    rows: Iterable[tuple[int, bytes, bytes | None]],
    max_characters: float = inf,
    decode: DocumentDecoder = bodies.decode_search_document,
) -> list[int]:
    """Add articles to search, given their ids and bodies (feed and page), until it has learnt `enough` letters.

    Returns the ids of those that were added.
    """
    begun: list[tuple[int, str, str]] = []

    def all_words() -> Iterator[tuple[int, str, str, str]]:
        letters = 0
        for id, feed, page in rows:
            title, author, text = map(blank_symbols, decode(feed, page))
            begun.append((id, title, author))
            yield id, title, author, text
            letters += len(text)
            if letters >= max_characters:
                return

    db.executemany("INSERT INTO search (rowid, title, author, text) VALUES (?, ?, ?, ?)", all_words())
    db.executemany("INSERT INTO beginnings (rowid, title, author) VALUES (?, ?, ?)", begun)
    return [id for id, _, _ in begun]


def index_queue(db: Connection) -> None:
    """Let search know what was put off, by this process or by one that was killed."""
    while index_batch(db):
        pass


@translate_errors
def count_queued(db: Connection) -> int:
    """Return how many articles were put off."""
    return int(db.execute("SELECT count(*) FROM put_off").fetchone()[0])


@translate_errors
def index_batch(
    db: Connection, limit: int = BATCH_SIZE, decode: DocumentDecoder = bodies.decode_search_document
) -> int:
    """Let search know so much of what was put off as nobody has to wait for: `most` articles, or fewer long ones.

    As soon as it knows them, rules act on them. Returns how many it learnt; 0: there was nothing.
    """
    from roya_tui.store import rule_matching

    if db.execute("SELECT 1 FROM put_off LIMIT 1").fetchone() is None:
        return int(rule_matching.match_queued(db))
    with transaction(db):
        # In the order of their ids: FTS5 writes what it has gathered as soon as one is lower than the last.
        next_ones = "(SELECT article_id FROM put_off ORDER BY article_id LIMIT ?)"
        # Where this is broken off, whoever keeps the error would keep the connection in the past, too.
        with closing(db.execute(_BODIES.format(ids=next_ones), (limit,))) as rows:
            added = add_bodies(db, rows, limit * _CHARACTERS, decode)
        db.executemany("DELETE FROM put_off WHERE article_id = ?", ((id,) for id in added))
        rule_matching.match_queued(db)
    return len(added)


def remove(db: Connection, id: int, document: bodies.SearchDocument) -> None:
    """Take an article out of search, which must be told exactly what it was told before."""
    if db.execute("DELETE FROM put_off WHERE article_id = ?", (id,)).rowcount:
        return
    title, author, text = map(blank_symbols, document)
    db.execute(
        "INSERT INTO search (search, rowid, title, author, text) VALUES ('delete', ?, ?, ?, ?)",
        (id, title, author, text),
    )
    db.execute(
        "INSERT INTO beginnings (beginnings, rowid, title, author) VALUES ('delete', ?, ?, ?)",
        (id, title, author),
    )
