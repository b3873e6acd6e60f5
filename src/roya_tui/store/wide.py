"""What lies beside an article's narrow row: its wide parts, and what search was told of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from math import inf
from sqlite3 import Connection
from typing import Any

from roya_tui.store import bodies
from roya_tui.store.database import told, transaction
from roya_tui.text import only_words

AT_ONCE = 500
"""Articles that search learns in one transaction: a tenth of a second, in which nobody else writes."""
_LETTERS = 10_000
"""As many as an article has, or fewer: of longer ones, fewer are learnt in one transaction."""

Telling = Callable[[Connection, Sequence[int]], None]
"""How search comes to know articles: now (`tell`), or when someone catches up (`put_off`)."""
Knowing = Callable[[bytes, bytes | None], bodies.Indexed]
"""What search should know of an article with a body: `bodies.told`, or whoever remembers what that finds."""

_BODIES = """SELECT b.article_id, b.feed, b.page FROM {ids} AS chosen
    CROSS JOIN body AS b ON b.article_id = chosen.article_id"""


def wide(db: Connection, id: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the feed and the page gave of an article that is there."""
    feed, page = db.execute("SELECT feed, page FROM body WHERE article_id = ?", (id,)).fetchone()
    return bodies.unpack(feed), bodies.unpack_page(page)


def tell(db: Connection, ids: Sequence[int]) -> None:
    """Let search know articles that it does not, by what their bodies say."""
    asked = _BODIES.format(ids="(SELECT value AS article_id FROM json_each(?))")
    with closing(db.execute(asked, (json.dumps(ids),))) as rows:
        learn(db, rows)


def put_off(db: Connection, ids: Sequence[int]) -> None:
    """Let search know articles later, many at once: whoever does so sees to it that `catch_up` follows.

    They are kept for it in the same transaction, so that nothing is forgotten, whatever happens before.
    """
    db.executemany("INSERT INTO put_off (article_id) VALUES (?)", ((id,) for id in ids))


def learn(
    db: Connection,
    rows: Iterable[tuple[int, bytes, bytes | None]],
    enough: float = inf,
    known: Knowing = bodies.told,
) -> list[int]:
    """Add articles to search, given their ids and bodies (feed and page), until it has learnt `enough` letters.

    Returns the ids of those that were added.
    """
    begun: list[tuple[int, str, str]] = []

    def all_words() -> Iterator[tuple[int, str, str, str]]:
        letters = 0
        for id, feed, page in rows:
            title, author, text = map(only_words, known(feed, page))
            begun.append((id, title, author))
            yield id, title, author, text
            letters += len(text)
            if letters >= enough:
                return

    db.executemany("INSERT INTO search (rowid, title, author, text) VALUES (?, ?, ?, ?)", all_words())
    db.executemany("INSERT INTO beginnings (rowid, title, author) VALUES (?, ?, ?)", begun)
    return [id for id, _, _ in begun]


def catch_up(db: Connection) -> None:
    """Let search know what was put off, by this process or by one that was killed."""
    while catch_up_some(db):
        pass


@told
def waiting(db: Connection) -> int:
    """Return how many articles were put off."""
    return int(db.execute("SELECT count(*) FROM put_off").fetchone()[0])


@told
def catch_up_some(db: Connection, most: int = AT_ONCE, known: Knowing = bodies.told) -> int:
    """Let search know so much of what was put off as nobody has to wait for: `most` articles, or fewer long ones.

    As soon as it knows them, rules act on them. Returns how many it learnt; 0: there was nothing.
    """
    from roya_tui.store import catching

    if db.execute("SELECT 1 FROM put_off LIMIT 1").fetchone() is None:
        return int(catching.act(db))
    with transaction(db):
        # In the order of their ids: FTS5 writes what it has gathered as soon as one is lower than the last.
        next_ones = "(SELECT article_id FROM put_off ORDER BY article_id LIMIT ?)"
        # Where this is broken off, whoever keeps the error would keep the connection in the past, too.
        with closing(db.execute(_BODIES.format(ids=next_ones), (most,))) as rows:
            learnt = learn(db, rows, most * _LETTERS, known)
        db.executemany("DELETE FROM put_off WHERE article_id = ?", ((id,) for id in learnt))
        catching.act(db)
    return len(learnt)


def untell(db: Connection, id: int, known: bodies.Indexed) -> None:
    """Take an article out of search, which must be told exactly what it was told before."""
    if db.execute("DELETE FROM put_off WHERE article_id = ?", (id,)).rowcount:
        return
    title, author, text = map(only_words, known)
    db.execute(
        "INSERT INTO search (search, rowid, title, author, text) VALUES ('delete', ?, ?, ?, ?)",
        (id, title, author, text),
    )
    db.execute(
        "INSERT INTO beginnings (beginnings, rowid, title, author) VALUES ('delete', ?, ?, ?)",
        (id, title, author),
    )
