"""The tables that hold what the person did: how their rows are known, and when one says nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from sqlite3 import Connection

KEYS = {
    "state": "article_id",
    "source": "id",
    "article_tag": "article_id",
    "saved_feed": "id",
    "tag_alias": "tag_id",
    "rule": "id",
    "caught": "article_id",
    "awaited": "id",
}
SECOND_KEYS = {"article_tag": "tag_id", "caught": "rule_id"}
"""What tells the rows of one article from each other, where it has many."""

OWNERS = {"state": "article", "source": "source", "article_tag": "article", "tag_alias": "tag", "caught": "article"}
"""The table whose rows must be there for a row to be put back; a table that is not named here owns itself."""

BLANKS = {
    "position": 0, "note": "", "by_person": 0, "name": "", "query": "", "icon": "", "place": 0,
    "effect": "", "tag": "", "off": 0, "refused": 0, "source": "", "guid": "", "url": "", "facts": "",
}  # fmt: skip
"""What a column that may not be NULL has in a row that is not there."""

_EMPTY = {
    "state": "read_at IS NULL AND starred_at IS NULL AND hidden_at IS NULL AND note = '' AND position = 0"
    " AND earlier_digest IS NULL AND story IS NULL AND refused = 0 AND muted_by IS NULL AND lit_by IS NULL",
    "article_tag": "by_feed = 0 AND by_person = 0",
    "saved_feed": "name = ''",
    "tag_alias": "into_id IS NULL",
    "rule": "name = ''",
    "caught": "at IS NULL",
    "awaited": "facts = ''",
}


def forget_empty(db: Connection, table: str, ids: Iterable[int]) -> None:
    """Drop those of these rows that say nothing, so that what was undone leaves no trace."""
    db.execute(
        f"DELETE FROM {table} WHERE {KEYS[table]} IN (SELECT value FROM json_each(?)) AND {_EMPTY[table]}",
        (json.dumps(list(ids)),),
    )


def put_elsewhere(db: Connection, table: str, id: int, by: int) -> list[tuple[int, int]]:
    """Move a row so many places down (up, below 0); return the place that each had before, nothing if it stays."""
    before = db.execute(f"SELECT id, place FROM {table} ORDER BY place, id").fetchall()
    order = [row[0] for row in before]
    at = order.index(id)
    order.insert(max(0, min(at + by, len(order) - 1)), order.pop(at))
    if [row[0] for row in before] == order:
        return []
    db.executemany(f"UPDATE {table} SET place = ? WHERE id = ?", [(place, id) for place, id in enumerate(order)])
    return before
