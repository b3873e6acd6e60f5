"""Letting old articles go, for those who want to keep them for some days only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from sqlite3 import Connection

from roya_tui.model import SAVED_PAGES
from roya_tui.store import bodies
from roya_tui.store.database import told, transaction
from roya_tui.store.wide import untell, wide

_AT_ONCE = 500
"""Articles in one transaction, so that nobody waits long for the store."""

_OLD = f"""
FROM article AS a LEFT JOIN state AS s ON s.article_id = a.id
WHERE a.source_id NOT IN (SELECT id FROM source WHERE url = '{SAVED_PAGES}')
    AND CASE WHEN ?2 IS NULL THEN a.source_id NOT IN (SELECT value FROM json_each(?3)) ELSE a.source_id = ?2 END
    AND a.at < ?1 AND a.first_seen < ?1 AND s.starred_at IS NULL AND coalesce(s.note, '') = ''
    AND NOT EXISTS (SELECT 1 FROM article_tag AS g WHERE g.article_id = a.id AND g.by_person)
"""


@told
def forget(db: Connection, before: int, *, source: int | None = None, but: Sequence[int] = ()) -> int:
    """Delete what is older than `before`, and return how many articles that were.

    Of the one `source` only, or else of all sources `but` those. Starred, noted and own-tagged articles stay, and saved
    pages. What a feed still shows of the others does not come back as new.
    """
    count = 0
    while gone := _forget_some(db, (before, source, json.dumps(but))):
        count += gone
    return count


@told
def old(db: Connection, before: int, *, source: int | None = None, but: Sequence[int] = ()) -> int:
    """Return how many articles `forget` would delete."""
    (count,) = db.execute(f"SELECT count(*) {_OLD}", (before, source, json.dumps(but))).fetchone()
    return int(count)


@told
def total(db: Connection) -> int:
    """Return how many articles there are."""
    return int(db.execute("SELECT count(*) FROM article").fetchone()[0])


def _forget_some(db: Connection, which: tuple[int, int | None, str]) -> int:
    with transaction(db):
        ids = [row[0] for row in db.execute(f"SELECT id {_OLD} ORDER BY a.at LIMIT {_AT_ONCE}", which)]
        for id in ids:
            untell(db, id, bodies.indexed(*wide(db, id)))
        chosen = json.dumps(ids)
        db.execute(
            "INSERT INTO forgotten (source_id, guid) SELECT source_id, guid FROM article"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (chosen,),
        )
        for table in ("state", "article_tag", "revision", "body", "telling", "caught", "unruled"):
            db.execute(f"DELETE FROM {table} WHERE article_id IN (SELECT value FROM json_each(?))", (chosen,))
        db.execute("DELETE FROM article WHERE id IN (SELECT value FROM json_each(?))", (chosen,))
        return len(ids)
