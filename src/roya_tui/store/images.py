"""Images of personal rows as they were: what a step of the journal keeps, and exchanges for what is there."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import accumulate
from operator import sub
from sqlite3 import Connection
from typing import Any

from msgspec import Struct

from roya_tui.store.database import upsert
from roya_tui.store.personal import BLANKS, KEYS, OWNERS, SECOND_KEYS, forget_empty


class Image(Struct, frozen=True):
    """Columns of some rows of a personal table at one moment. Each row begins with its id.

    Where an article has many rows (`personal.SECOND_KEYS`), `of` says which: those of that tag, or of that rule.
    """

    table: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    of: int | None = None


def put_back(db: Connection, image: Image) -> Image:
    """Write the rows of `image` and return what was there instead. Rows of what is no longer there are left out."""
    keys: tuple[str, ...] = (KEYS[image.table],)
    fixed: tuple[int, ...] = ()
    match = f"t.{keys[0]} = o.id"
    if image.of is not None:
        second = SECOND_KEYS[image.table]
        keys, fixed = (*keys, second), (image.of,)
        match += f" AND t.{second} = {image.of:d}"
    owner = OWNERS.get(image.table)
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
    there = {row[0] for row in before}
    rows = [row for row in image.rows if row[0] in there]
    if image.table == "source":
        settings = ", ".join(f"{column} = ?" for column in image.columns)
        db.executemany(f"UPDATE source SET {settings} WHERE id = ?", [(*row[1:], row[0]) for row in rows])
        if "url" in image.columns:
            forget_answers(db, there)
    else:
        upsert(db, image.table, keys, image.columns, [(row[0], *fixed, *row[1:]) for row in rows])
        forget_empty(db, image.table, there)
    return Image(image.table, image.columns, [_whole(image, row) for row in before], image.of)


def _whole(image: Image, row: Sequence[Any]) -> Sequence[Any]:
    """A row that was not there is one of blanks, in the columns that may not be NULL."""
    return [row[0], *(BLANKS.get(c) if v is None else v for c, v in zip(image.columns, row[1:], strict=True))]


def apart(some: Iterable[Image], others: Sequence[Image]) -> bool:
    """Whether no cell is in images of both: it is all the same, then, which of them are put back first."""
    return not any(_share(one, other) for one in some for other in others)


def _share(one: Image, other: Image) -> bool:
    if (one.table, one.of) != (other.table, other.of) or set(one.columns).isdisjoint(other.columns):
        return False
    return not {row[0] for row in one.rows}.isdisjoint(row[0] for row in other.rows)


def forget_answers(db: Connection, source_ids: Iterable[int]) -> None:
    """Let go of what the addresses of these sources answered: they have others now, which know nothing of it."""
    db.executemany(
        "UPDATE feed SET etag = '', modified = '', body_hash = '', next_check = NULL, failures = 0, error = '',"
        " moved_to = '', gone = 0 WHERE source_id = ?",
        [(id,) for id in source_ids],
    )


def pack(images: Iterable[Image]) -> bytes:
    """Column by column, ids as their distances: 100,000 rows that say the same take about 1 KB."""
    packed = []
    for image in images:
        rows = sorted(image.rows, key=lambda row: int(row[0]))
        ids = [row[0] for row in rows]
        columns = [[row[i + 1] for row in rows] for i in range(len(image.columns))]
        packed.append([image.table, image.columns, image.of, list(map(sub, ids, [0, *ids])), columns])
    return zlib.compress(json.dumps(packed, separators=(",", ":")).encode())


def unpack(packed: bytes) -> list[Image]:
    return [
        Image(table, tuple(columns), list(zip(accumulate(steps), *values, strict=True)), of)
        for table, columns, of, steps, values in json.loads(zlib.decompress(packed))
    ]


def rewritten(packed: bytes, tables: Collection[str], column: str, change: Callable[[str], str]) -> bytes:
    """Return what was packed, with what `change` makes of the texts that rows of some tables have in a column."""
    if f'"{column}"'.encode() not in zlib.decompress(packed):  # of most, which may have very many rows
        return packed
    return pack(_rewritten(image, column, change) if image.table in tables else image for image in unpack(packed))


def _rewritten(image: Image, column: str, change: Callable[[str], str]) -> Image:
    if column not in image.columns:
        return image
    at = image.columns.index(column) + 1
    rows = [[*row[:at], change(row[at]) if row[at] else row[at], *row[at + 1 :]] for row in image.rows]
    return Image(image.table, image.columns, rows, image.of)
