"""Bodies that cannot be read any more, one by one: which they are, and how they come to be fetched again."""

from __future__ import annotations

from sqlite3 import Connection

from roya_tui.store import bodies
from roya_tui.store.connection import transaction, translate_errors

_MAX_CHECKED = 1_000
"""Of the newest articles of a source so many are looked at: hardly a feed shows more."""


@translate_errors
def find_damaged(db: Connection, newest: int | None = None, source: int | None = None) -> list[int]:
    """Return the ids of articles with a damaged body, among the `newest` of one source or of all; None: among all.

    Some ten microseconds an article.
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


@translate_errors
def request_refetch(db: Connection, source: int) -> bool:
    """Let the next look at a source write its damaged articles anew, whatever they and its feed say; False: none is.

    What the feed's host was told of what we have is forgotten, so that it does not answer that nothing is new.
    """
    if not (ids := find_damaged(db, _MAX_CHECKED, source)):
        return False
    with transaction(db):
        db.executemany("UPDATE article SET stamp = 0 WHERE id = ?", ((id,) for id in ids))
        db.execute("UPDATE feed SET etag = '', modified = '', body_hash = '' WHERE source_id = ?", (source,))
    return True
