"""Bodies that cannot be read any more, one by one: which they are, and how they come to be fetched again."""

from __future__ import annotations

from sqlite3 import Connection

from roya_tui.store import bodies
from roya_tui.store.database import told, transaction

_STILL_SHOWN = 1_000
"""Of the newest articles of a source so many are looked at: hardly a feed shows more."""


@told
def damaged(db: Connection, newest: int | None = None, source: int | None = None) -> list[int]:
    """Return the ids of articles with a damaged body, among the `newest` of one source or of all; None: among all.

    Some ten microseconds an article.
    """
    rows = db.execute(
        "SELECT b.article_id, b.feed, b.page FROM"
        " (SELECT id FROM article WHERE ?2 IS NULL OR source_id = ?2 ORDER BY id DESC LIMIT ?1) AS chosen"
        " CROSS JOIN body AS b ON b.article_id = chosen.id",
        (-1 if newest is None else newest, source),
    )
    return [id for id, feed, page in rows if not (bodies.is_sound(feed) and (page is None or bodies.is_sound(page)))]


@told
def ask_anew(db: Connection, source: int) -> bool:
    """Let the next look at a source write its damaged articles anew, whatever they and its feed say; False: none is.

    What the feed's host was told of what we have is forgotten, so that it does not answer that nothing is new.
    """
    if not (ids := damaged(db, _STILL_SHOWN, source)):
        return False
    with transaction(db):
        db.executemany("UPDATE article SET stamp = 0 WHERE id = ?", ((id,) for id in ids))
        db.execute("UPDATE feed SET etag = '', modified = '', body_hash = '' WHERE source_id = ?", (source,))
    return True
