"""The tables of your data, and snapshots of their rows for undo."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import accumulate
from operator import sub
from sqlite3 import Connection
from typing import Any

from msgspec import Struct

from roya_tui.store.connection import upsert

PRIMARY_KEYS = {
    "state": "article_id",
    "source": "id",
    "article_tag": "article_id",
    "saved_feed": "id",
    "tag_alias": "tag_id",
    "rule": "id",
    "caught": "article_id",
    "awaited": "id",
}
SECONDARY_KEYS = {"article_tag": "tag_id", "caught": "rule_id"}
"""Second key column of tables with several rows per article."""

OWNER_TABLES = {
    "state": "article",
    "source": "source",
    "article_tag": "article",
    "tag_alias": "tag",
    "caught": "article",
}
"""Table that must have the id for a row to be restored; tables not named here own their ids."""

DEFAULTS = {
    "position": 0, "note": "", "by_person": 0, "name": "", "query": "", "icon": "", "place": 0,
    "effect": "", "tag": "", "off": 0, "refused": 0, "source": "", "guid": "", "url": "", "facts": "",
}  # fmt: skip
"""Values of NOT NULL columns in a row that does not exist."""

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


def delete_empty_rows(db: Connection, table: str, ids: Iterable[int]) -> None:
    """Delete those of these rows that hold no data, so that undo leaves no trace."""
    db.execute(
        f"DELETE FROM {table} WHERE {PRIMARY_KEYS[table]} IN (SELECT value FROM json_each(?)) AND {_EMPTY[table]}",
        (json.dumps(list(ids)),),
    )


def move_row(db: Connection, table: str, id: int, offset: int) -> list[tuple[int, int]]:
    """Move a row down (up if negative); return (id, place) rows from before, none if it stays."""
    before = db.execute(f"SELECT id, place FROM {table} ORDER BY place, id").fetchall()
    order = [row[0] for row in before]
    at = order.index(id)
    order.insert(max(0, min(at + offset, len(order) - 1)), order.pop(at))
    if [row[0] for row in before] == order:
        return []
    db.executemany(f"UPDATE {table} SET place = ? WHERE id = ?", [(place, id) for place, id in enumerate(order)])
    return before


class RowSnapshot(Struct, frozen=True):
    """Columns of some rows of a table at one moment. Each row starts with its id.

    `secondary_key` selects the tag or rule in tables of `SECONDARY_KEYS`.
    """

    table: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    secondary_key: int | None = None

    @classmethod
    def blank(cls, table: str, columns: tuple[str, ...], ids: Iterable[int]) -> RowSnapshot:
        """Return the snapshot of rows that do not exist yet."""
        return cls(table, columns, [(id, *map(DEFAULTS.get, columns)) for id in ids])


def restore(db: Connection, image: RowSnapshot) -> RowSnapshot:
    """Write the rows of `image` whose owners exist; return those that they replace."""
    keys: tuple[str, ...] = (PRIMARY_KEYS[image.table],)
    fixed: tuple[int, ...] = ()
    match = f"t.{keys[0]} = o.id"
    if image.secondary_key is not None:
        second = SECONDARY_KEYS[image.table]
        keys, fixed = (*keys, second), (image.secondary_key,)
        match += f" AND t.{second} = {image.secondary_key:d}"
    owner = OWNER_TABLES.get(image.table)
    rows_of = (
        f"json_each(?) AS j CROSS JOIN {owner} AS o ON o.id = j.value"
        if owner
        else "(SELECT value AS id FROM json_each(?)) AS o"
    )
    before = db.execute(
        f"SELECT o.id, {', '.join(f't.{column}' for column in image.columns)} FROM {rows_of}"
        f" LEFT JOIN {image.table} AS t ON {match}",
        (json.dumps([row[0] for row in image.rows]),),
    ).fetchall()
    existing = {row[0] for row in before}
    rows = [row for row in image.rows if row[0] in existing]
    if image.table == "source":
        settings = ", ".join(f"{column} = ?" for column in image.columns)
        db.executemany(f"UPDATE source SET {settings} WHERE id = ?", [(*row[1:], row[0]) for row in rows])
        if "url" in image.columns:
            clear_fetch_state(db, existing)
    else:
        upsert(db, image.table, keys, image.columns, [(row[0], *fixed, *row[1:]) for row in rows])
        delete_empty_rows(db, image.table, existing)
    return RowSnapshot(image.table, image.columns, [_fill_defaults(image, row) for row in before], image.secondary_key)


def _fill_defaults(image: RowSnapshot, row: Sequence[Any]) -> Sequence[Any]:
    """Return a row with defaults for NULL, as for a row that does not exist."""
    return [row[0], *(DEFAULTS.get(c) if v is None else v for c, v in zip(image.columns, row[1:], strict=True))]


def are_disjoint(some: Iterable[RowSnapshot], others: Sequence[RowSnapshot]) -> bool:
    """Whether no cell is in snapshots of both, so that their order does not matter."""
    return not any(_overlap(one, other) for one in some for other in others)


def _overlap(one: RowSnapshot, other: RowSnapshot) -> bool:
    if (one.table, one.secondary_key) != (other.table, other.secondary_key) or set(one.columns).isdisjoint(
        other.columns
    ):
        return False
    return not {row[0] for row in one.rows}.isdisjoint(row[0] for row in other.rows)


def clear_fetch_state(db: Connection, source_ids: Iterable[int]) -> None:
    """Reset what the former addresses of these sources returned."""
    db.executemany(
        "UPDATE feed SET etag = '', modified = '', body_hash = '', next_check = NULL, failures = 0, error = '',"
        " moved_to = '', gone = 0 WHERE source_id = ?",
        [(id,) for id in source_ids],
    )


def pack(images: Iterable[RowSnapshot]) -> bytes:
    """Compress snapshots by column: 100,000 rows with equal values take about 1 KB."""
    packed = []
    for image in images:
        rows = sorted(image.rows, key=lambda row: int(row[0]))
        ids = [row[0] for row in rows]
        columns = [[row[i + 1] for row in rows] for i in range(len(image.columns))]
        packed.append([image.table, image.columns, image.secondary_key, list(map(sub, ids, [0, *ids])), columns])
    return zlib.compress(json.dumps(packed, separators=(",", ":")).encode())


def unpack(packed: bytes) -> list[RowSnapshot]:
    return [
        RowSnapshot(table, tuple(columns), list(zip(accumulate(steps), *values, strict=True)), of)
        for table, columns, of, steps, values in json.loads(zlib.decompress(packed))
    ]


def rewrite_packed(packed: bytes, tables: Collection[str], column: str, change: Callable[[str], str]) -> bytes:
    """Return compressed snapshots with `change` applied to a column of some tables."""
    if f'"{column}"'.encode() not in zlib.decompress(packed):  # most lack it, and some have very many rows
        return packed
    return pack(_rewrite(image, column, change) if image.table in tables else image for image in unpack(packed))


def _rewrite(image: RowSnapshot, column: str, change: Callable[[str], str]) -> RowSnapshot:
    if column not in image.columns:
        return image
    at = image.columns.index(column) + 1
    rows = [[*row[:at], change(row[at]) if row[at] else row[at], *row[at + 1 :]] for row in image.rows]
    return RowSnapshot(image.table, image.columns, rows, image.secondary_key)
