"""The tables of your data, and snapshots of their rows for undo."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import accumulate
from operator import sub
from sqlite3 import Connection
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec import json as fast_json
from msgspec.structs import replace

from roya_tui.store.article_dates import change_zone
from roya_tui.store.connection import ColumnarRows, to_json, upsert
from roya_tui.store.tally import tally_once


class _Table(NamedTuple):
    """A table with your data."""

    key: str
    empty: str
    """SQL condition for rows without data."""
    owner: str = ""
    """The table that must have the id for a row to be restored; "" if the table owns its ids.

    The rows of a table that owns itself are only changed: steps neither add nor delete them.
    """
    second_key: str = ""
    """Key column of tables with several rows per article."""


TABLES = {
    "state": _Table(
        "article_id",
        "read_at IS NULL AND starred_at IS NULL AND hidden_at IS NULL AND note = '' AND position = 0"
        " AND earlier_digest IS NULL AND story IS NULL AND refused = 0 AND muted_by IS NULL AND lit_by IS NULL",
        "article",
    ),
    "source": _Table("id", "", "source"),
    "account": _Table("id", "", "account"),
    "article_tag": _Table("article_id", "by_feed = 0 AND by_person = 0", "article", "tag_id"),
    "saved_feed": _Table("id", "name = ''"),
    "tag_alias": _Table("tag_id", "into_id IS NULL", "tag"),
    "rule": _Table("id", "name = ''"),
    "caught": _Table("article_id", "at IS NULL", "article", "rule_id"),
    "awaited": _Table("id", "facts = ''"),
    "episode": _Table("id", "", "episode"),
}
_DEFAULTS = {
    "position": 0, "note": "", "by_person": 0, "name": "", "query": "", "icon": "", "place": 0,
    "effect": "", "tag": "", "off": 0, "refused": 0, "source": "", "guid": "", "url": "", "facts": "",
}  # fmt: skip
"""Values of NOT NULL columns in a row that does not exist."""


_DENSE = 4
"""Range of ids per chosen id below which one query for the whole range is faster than a lookup of each id."""
_COMPRESSION = 1
"""Level of zlib: higher ones take three times as long for the digests of many articles, and save nothing there."""


def delete_empty_rows(db: Connection, table: str, ids: Iterable[int]) -> None:
    """Delete those of these rows that hold no data, so that undo leaves no trace."""
    which, chosen = TABLES[table], list(ids)
    if not chosen:
        return
    first, last = min(chosen), max(chosen)
    if last - first < _DENSE * len(chosen):  # rows between them that are empty may be deleted, too
        db.execute(f"DELETE FROM {table} WHERE {which.key} BETWEEN ? AND ? AND {which.empty}", (first, last))
    else:
        condition = f"{which.key} IN (SELECT value FROM json_each(?))"
        db.execute(f"DELETE FROM {table} WHERE {condition} AND {which.empty}", (to_json(chosen),))


class RowSnapshot(Struct, frozen=True):
    """Columns of some rows of a table at one moment. Each row starts with its id.

    `secondary_key` selects the tag or rule in tables with a second key.
    """

    table: str
    columns: tuple[str, ...]
    rows: Collection[Sequence[Any]]
    secondary_key: int | None = None

    @classmethod
    def blank(cls, table: str, columns: tuple[str, ...], ids: Iterable[int]) -> RowSnapshot:
        """Return the snapshot of rows that do not exist yet."""
        return cls(table, columns, [(id, *map(_DEFAULTS.get, columns)) for id in ids])

    @property
    def ids(self) -> Sequence[int]:
        """The ids of the rows."""
        return self.rows.columns[0] if isinstance(self.rows, ColumnarRows) else [row[0] for row in self.rows]

    def values_of(self, column: str) -> dict[int, Any]:
        """Return id → value of one of the columns."""
        at = self.columns.index(column) + 1
        return {row[0]: row[at] for row in self.rows}


def restore(db: Connection, image: RowSnapshot) -> RowSnapshot:
    """Write the rows of `image` whose owners exist; return those that they replace."""
    table = TABLES[image.table]
    keys: tuple[str, ...] = (table.key,)
    fixed: tuple[int, ...] = ()
    match = f"t.{table.key} = o.id"
    if image.secondary_key is not None:
        keys, fixed = (table.key, table.second_key), (image.secondary_key,)
        match += f" AND t.{table.second_key} = {image.secondary_key:d}"
    rows_of = "(SELECT value AS id FROM json_each(?)) AS o"
    if table.owner:
        rows_of = f"json_each(?) AS j CROSS JOIN {table.owner} AS o ON o.id = j.value"
    values = (_coalesce(f"t.{column}", column) for column in image.columns)
    before = ColumnarRows.fetch(
        db.execute(
            f"SELECT o.id, {', '.join(values)} FROM {rows_of} LEFT JOIN {image.table} AS t ON {match}",
            (to_json(image.ids),),
        )
    )
    existing = before.columns[0]
    rows = image.rows
    if len(existing) < len(rows):
        present = {*existing}
        rows = [row for row in rows if row[0] in present]
    if table.owner == image.table:
        settings = ", ".join(f"{column} = ?" for column in image.columns)
        db.executemany(f"UPDATE {image.table} SET {settings} WHERE id = ?", [(*row[1:], row[0]) for row in rows])
        if "url" in image.columns:
            clear_fetch_state(db, existing)
        if "zone" in image.columns:
            zones = image.values_of("zone")
            for id, old in replace(image, rows=before).values_of("zone").items():
                change_zone(db, id, old, zones[id])
    else:
        with tally_once(db, existing if image.table == "state" else ()):
            upsert(
                db, image.table, keys, image.columns, [(row[0], *fixed, *row[1:]) for row in rows] if fixed else rows
            )
            delete_empty_rows(db, image.table, existing)
    return replace(image, rows=before)


def _coalesce(value: str, column: str) -> str:
    """Return SQL for a value of a row that may not exist."""
    default = _DEFAULTS.get(column)
    return value if default is None else f"coalesce({value}, {default!r})"


def are_disjoint(some: Iterable[RowSnapshot], others: Sequence[RowSnapshot]) -> bool:
    """Whether no cell is in snapshots of both, so that their order does not matter."""
    return not any(_overlap(one, other) for one in some for other in others)


def _overlap(one: RowSnapshot, other: RowSnapshot) -> bool:
    same_rows = (one.table, one.secondary_key) == (other.table, other.secondary_key)
    if not same_rows or set(one.columns).isdisjoint(other.columns):
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
        rows: Collection[Sequence[Any]] = image.rows
        if not isinstance(rows, ColumnarRows):
            rows = ColumnarRows(list(zip(*sorted(rows, key=lambda row: int(row[0])), strict=True)))
        ids, *columns = rows.columns or [()] * (1 + len(image.columns))
        packed.append([image.table, image.columns, image.secondary_key, list(map(sub, ids, [0, *ids])), columns])
    return zlib.compress(fast_json.encode(packed), _COMPRESSION)


def unpack(packed: bytes) -> list[RowSnapshot]:
    return [
        RowSnapshot(table, tuple(columns), ColumnarRows([list(accumulate(steps)), *values]), of)
        for table, columns, of, steps, values in fast_json.decode(zlib.decompress(packed))
    ]


def rewrite_packed(packed: bytes, tables: Collection[str], column: str, change: Callable[[str], str]) -> bytes:
    """Return compressed snapshots with `change` applied to a column of some tables."""
    if f'"{column}"'.encode() not in zlib.decompress(packed):  # most lack it, and some have very many rows
        return packed
    images = unpack(packed)
    for index, image in enumerate(images):
        if image.table in tables and column in image.columns:
            at = image.columns.index(column) + 1
            rows = [[*row[:at], change(row[at]) if row[at] else row[at], *row[at + 1 :]] for row in image.rows]
            images[index] = replace(image, rows=rows)
    return pack(images)
