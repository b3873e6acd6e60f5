"""The outbox: changes of marks that are not on the server yet. Triggers fill it (`store.sync.schema`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from sqlite3 import Connection
from typing import Any

from roya_tui.model import Field, PendingChange
from roya_tui.store.connection import to_json, transaction
from roya_tui.store.user_data import article_state, journal

_COLUMNS = "x.id, x.article_id, coalesce(r.remote_id, ''), x.field, x.value, x.tag, x.at, a.title"
_JOINS = """outbox AS x JOIN article AS a ON a.id = x.article_id
LEFT JOIN remote_article AS r ON r.article_id = x.article_id AND r.account_id = x.account_id
"""


def _pending(id: int, article: int, remote_id: str, field: Field, value: int, *others: Any) -> PendingChange:
    return PendingChange(id, article, remote_id, field, bool(value), *others)


def load(db: Connection, account_id: int, limit: int = 10_000, *, after: int = 0) -> list[PendingChange]:
    """Return the pending changes of articles that the server has, the oldest first, with ids above `after`."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM {_JOINS} WHERE x.account_id = ? AND x.id > ? AND r.remote_id IS NOT NULL"
        " ORDER BY x.id LIMIT ?",
        (account_id, after, limit),
    )
    return [_pending(*row) for row in rows]


def list_pending(db: Connection, account_id: int, limit: int = 200) -> list[PendingChange]:
    """Return the latest pending changes, the newest first, without those of removed sources."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM {_JOINS} JOIN source AS s ON s.id = a.source_id AND s.removed_at IS NULL"
        " WHERE x.account_id = ? GROUP BY x.id ORDER BY x.id DESC LIMIT ?",
        (account_id, limit),
    )
    return [_pending(*row) for row in rows]


def remove_sent(db: Connection, ids: Iterable[int]) -> None:
    """Remove changes that the server confirmed. One that was replaced meanwhile has another id and stays."""
    with transaction(db):
        db.execute("DELETE FROM outbox WHERE id IN (SELECT value FROM json_each(?))", (to_json(list(ids)),))


def add_marks(db: Connection, account_id: int, source_ids: Sequence[int], now: int) -> None:
    """Add pending changes for all marks of sources that come back to an account. Call it in a transaction.

    Only for articles that were found on its server before: `account_marks.carry_over` is for the others.
    """
    db.execute(
        "WITH here AS (SELECT DISTINCT a.id FROM json_each(?2) AS j CROSS JOIN article AS a ON a.source_id = j.value"
        " CROSS JOIN remote_article AS r ON r.article_id = a.id AND r.account_id = ?1),"
        " marked AS (SELECT article_id, 'read' AS field, '' AS tag FROM state WHERE read_at IS NOT NULL"
        " UNION ALL SELECT article_id, 'starred', '' FROM state WHERE starred_at IS NOT NULL"
        " UNION ALL SELECT article_id, 'tag', name FROM article_tag JOIN tag ON tag.id = tag_id WHERE by_person"
        " AND EXISTS (SELECT 1 FROM account WHERE id = ?1 AND tags))"
        " INSERT OR REPLACE INTO outbox (account_id, article_id, field, tag, value, at)"
        " SELECT ?1, article_id, field, tag, 1, ?3 FROM here JOIN marked ON article_id = here.id",
        (account_id, to_json(source_ids), now),
    )


def cancel(db: Connection, id: int, now: int) -> str | None:
    """Undo a pending change as a step of the journal; return its sentence, or None if it is no longer pending.

    The opposite is pending then: whether the change itself reached the server may be unknown.
    """
    with transaction(db):
        row = db.execute("SELECT article_id, field, tag, value FROM outbox WHERE id = ?", (id,)).fetchone()
        if row is None:
            return None
        article, field, tag, value = row
        if field == "tag":
            change = {"remove" if value else "add": [tag]}
            article_state.edit_tags(db, [article], now, **change)
        else:
            article_state.mark(db, [article], now, **{field: not value})
        return journal.latest_sentence(db)
