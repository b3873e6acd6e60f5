"""Damaged article bodies: finding them and requesting them again."""

from __future__ import annotations

from sqlite3 import Connection

from roya_tui.store import bodies
from roya_tui.store.connection import transaction

_MAX_CHECKED = 1_000
"""Newest articles of a source that are checked; few feeds show more."""


def find_damaged(db: Connection, newest: int | None = None, source: int | None = None) -> list[int]:
    """Return the ids of articles with a damaged body, of all sources or of one.

    `newest` limits the check to so many newest articles. It takes some 10 µs an article.
    """
    rows = db.execute(
        "SELECT b.article_id, b.feed, b.page FROM"
        " (SELECT id FROM article WHERE ?2 IS NULL OR source_id = ?2 ORDER BY id DESC LIMIT ?1) AS chosen"
        " CROSS JOIN body AS b ON b.article_id = chosen.id",
        (-1 if newest is None else newest, source),
    )
    return [
        id for id, feed, page in rows if not (bodies.is_readable(feed) and (page is None or bodies.is_readable(page)))
    ]


def request_refetch(db: Connection, source: int) -> bool:
    """Make the next check of a source save its damaged articles again; False: none is damaged.

    The HTTP validators are deleted, so that the server does not answer "not modified".
    """
    if not (ids := find_damaged(db, _MAX_CHECKED, source)):
        return False
    with transaction(db):
        db.executemany("UPDATE article SET stamp = 0 WHERE id = ?", ((id,) for id in ids))
        db.execute("UPDATE feed SET etag = '', modified = '', body_hash = '' WHERE source_id = ?", (source,))
    return True
