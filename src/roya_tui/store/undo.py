"""The journal: what the person did, each step with the rows as they were before.

Undoing a step puts its rows back and keeps those that it replaced, so that redoing is the same exchange again.
A refresh never touches personal facts, so an exchange restores them exactly.
"""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from itertools import accumulate, chain
from operator import sub
from sqlite3 import Connection, IntegrityError
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.store import muting
from roya_tui.store.database import StoreError, told, transaction, upsert
from roya_tui.store.personal import BLANKS, KEYS, OWNERS, SECOND_KEYS, forget_empty
from roya_tui.text import many

_KEPT_STEPS = 200

_JUST_NOW = 600
"""Seconds for which a step counts as having just been done: later, its age is told, and reading begins a new one."""

MAKER_VARIABLE = "ROYA_TUI_MAKER"
"""What tells a process that the reader starts on whose behalf it works."""


def _maker(told: str) -> int:
    return int(told) if re.fullmatch("[0-9]{1,18}", told) else int.from_bytes(os.urandom(7), "big")


MAKER = _maker(os.environ.get(MAKER_VARIABLE, ""))
"""This program, as long as it runs: whose step it is tells what another window or the command line did meanwhile.

What adds a source or saves a page for the reader is one with it.
"""


class Image(Struct, frozen=True):
    """Columns of some rows of a personal table at one moment. Each row begins with its id.

    Where an article has many rows (`personal.SECOND_KEYS`), `of` says which: those of that tag, or of that rule.
    """

    table: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    of: int | None = None


def record(
    db: Connection,
    sentence: str,
    images: Iterable[Image],
    now: int | None,
    *,
    noticed: bool = False,
    by_itself: bool = False,
) -> None:
    """Keep one step. `sentence` says what was done (`Marked 118 read.`); `images` hold what was there before.

    What was undone can then no longer be redone, unless the step is only `noticed`, or came `by_itself`: nobody did
    anything else. To be called in the transaction of the step.
    """
    if not (noticed or by_itself):
        db.execute("DELETE FROM journal WHERE undone_at IS NOT NULL")
    db.execute(
        "INSERT INTO journal (sentence, at, noticed, maker, image) VALUES (?, ?, ?, ?, ?)",
        (sentence, now, noticed, MAKER, _pack(images)),
    )
    db.execute(
        "DELETE FROM journal WHERE id <= (SELECT id FROM journal ORDER BY id DESC LIMIT 1 OFFSET ?)", (_KEPT_STEPS,)
    )


def record_noticed(db: Connection, sentence: Callable[[list[int]], str], image: Image, now: int) -> None:
    """Keep what the program noticed by itself. What it noticed just before is part of the same step: `image` is added.

    `sentence` tells it, given the ids of all that are in the step.
    """
    newest = db.execute(
        "SELECT id, at, noticed, image FROM journal WHERE undone_at IS NULL ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if newest is not None and newest[2] and abs(now - newest[1]) < _JUST_NOW:
        (before,) = _unpack(newest[3])
        known = {row[0] for row in before.rows}
        image = replace(before, rows=[*before.rows, *(row for row in image.rows if row[0] not in known)])
        db.execute("DELETE FROM journal WHERE id = ?", newest[:1])
    record(db, sentence([row[0] for row in image.rows]), [image], now, noticed=True)


@told
def latest(db: Connection) -> str:
    """Return the sentence of the last step that is not undone, "" if there is none."""
    row = db.execute("SELECT sentence FROM journal WHERE undone_at IS NULL ORDER BY id DESC LIMIT 1").fetchone()
    return str(row[0]) if row else ""


class Step(NamedTuple):
    """One step of the journal: when it was done, and when it was undone, if it is."""

    sentence: str
    at: int | None
    undone_at: int | None


@told
def steps(db: Connection) -> list[Step]:
    """Return what can be redone, then what can be undone: each in the order in which it would be."""
    rows = db.execute("SELECT sentence, at, undone_at FROM journal ORDER BY undone_at IS NULL, id DESC")
    return list(map(Step._make, rows))


def named(db: Connection, table: str) -> set[int]:
    """Return the rows of a personal table that a step could bring back."""
    found: set[int] = set()
    for (packed,) in db.execute("SELECT image FROM journal"):
        with suppress(zlib.error, ValueError):  # a damaged one brings nothing back
            found.update(row[0] for image in _unpack(packed) if image.table == table for row in image.rows)
    return found


@told
def undo(db: Connection, now: int, since: int | None = None) -> str | None:
    """Undo the last step and return what to say, or None if there is none.

    `since` is when this program started: of a later step that another one made it is said that it was done elsewhere.
    """
    return _exchange(db, "undone_at IS NULL", "Undone", now, since)


@told
def redo(db: Connection, now: int, since: int | None = None) -> str | None:
    """Do the step undone last again and return what to say, or None if there is none."""
    return _exchange(db, "undone_at IS NOT NULL", "Redone", now, since)


def _exchange(db: Connection, which: str, word: str, now: int, since: int | None) -> str | None:
    """Put back the rows of the last step of a pile and keep in it those that they replace.

    The step becomes the newest of all: what is done and what is undone are two piles, of which the top goes first.
    """
    with transaction(db):
        step = db.execute(
            f"SELECT id, sentence, image, at, undone_at, maker, noticed FROM journal WHERE {which}"
            " ORDER BY id DESC LIMIT 1"
        ).fetchone()
        if step is None:
            return None
        id, sentence, packed, at, undone_at, maker, noticed = step
        sentence = _inside(sentence)
        try:
            with transaction(db):
                images = _unpack(packed)
                replaced = [_put_back(db, image) for image in reversed(images)]
                muting.settle(db, chain.from_iterable(map(partial(_ruled, db), images)))
        except (zlib.error, ValueError):
            db.execute("DELETE FROM journal WHERE id = ?", (id,))
            return f"The record of this step is damaged; it stays: {sentence}."
        except StoreError as error:
            if not isinstance(error.__cause__, IntegrityError):
                raise
            db.execute("DELETE FROM journal WHERE id = ?", (id,))
            return f"Another source has that address now; it stays: {sentence}."
        times = (now, None) if word == "Redone" else (None, now)
        db.execute(
            "UPDATE journal SET id = (SELECT max(id) FROM journal) + 1, image = ?, at = coalesce(?, at),"
            " undone_at = ?, maker = ? WHERE id = ?",
            (_pack(replaced), *times, MAKER, id),
        )
        happened, was = (at, "") if word == "Undone" else (undone_at, "undone ")
        where = _where(maker, happened, since, was)
        told = f"{word}: {sentence}{where}{_age(happened, now, '' if where else was)}"
        if word == "Undone" and sum(map(_gone, reversed(images), replaced)) > 1:
            told += "; they are removed"
        deed = _deed_before(db, now, since) if noticed and word == "Undone" else ""
        return f"{told}. Once more undoes: {deed}." if deed else f"{told}."


def _inside(sentence: str) -> str:
    """A step's sentence as it stands inside of another."""
    return sentence[0].lower() + sentence[1:].removesuffix(".")


def _where(maker: int, at: int | None, since: int | None, what: str = "") -> str:
    """Return `, done elsewhere` for what another program did since this one started, else "".

    What was done in the second of its start was most likely done by the reader that was left just before.
    """
    elsewhere = maker != MAKER and since is not None and at is not None and at > since
    return f", {what or 'done '}elsewhere" if elsewhere else ""


def _deed_before(db: Connection, now: int, since: int | None) -> str:
    """Return what the person did just before what is undone, in words: whoever undoes a reading that the program
    noticed may have meant that. "" if there is none, or it was long ago."""
    newest = db.execute(
        "SELECT sentence, at, maker, noticed FROM journal WHERE undone_at IS NULL ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if newest is None or newest[3] or newest[1] is None or _age(newest[1], now):
        return ""
    return _inside(newest[0]) + _where(newest[2], newest[1], since)


def _gone(image: Image, was: Image) -> int:
    """Return how many sources went when `image` was put in the place of what `was`."""
    if image.table != "source" or "removed_at" not in image.columns:
        return 0
    at = image.columns.index("removed_at") + 1
    there = {row[0] for row in was.rows if row[at] is None}
    return sum(row[at] is not None and row[0] in there for row in image.rows)


def _age(at: int | None, now: int, what: str = "") -> str:
    """Return `, 3 hours ago` for what is not just done; "" for what is, or where nobody knows."""
    if at is None or now - at < _JUST_NOW:
        return ""
    passed = now - at
    seconds, unit = next(one for one in ((86_400, "day"), (3_600, "hour"), (60, "minute")) if passed >= one[0])
    return f", {what}{many(passed // seconds, unit)} ago"


def _put_back(db: Connection, image: Image) -> Image:
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


def _ruled(db: Connection, image: Image) -> Iterable[int]:
    """The articles of which a rule may say something else now that `image` was put back."""
    ids = [row[0] for row in image.rows]
    if image.table == "rule":
        return muting.caught_by(db, ids)
    marks = {"starred_at", "hidden_at"} & {*image.columns}
    return ids if image.table == "caught" or marks else ()


def forget_answers(db: Connection, source_ids: Iterable[int]) -> None:
    """Let go of what the addresses of these sources answered: they have others now, which know nothing of it."""
    db.executemany(
        "UPDATE feed SET etag = '', modified = '', body_hash = '', next_check = NULL, failures = 0, error = '',"
        " moved_to = '', gone = 0 WHERE source_id = ?",
        [(id,) for id in source_ids],
    )


def _pack(images: Iterable[Image]) -> bytes:
    """Column by column, ids as their distances: 100,000 rows that say the same take about 1 KB."""
    packed = []
    for image in images:
        rows = sorted(image.rows, key=lambda row: int(row[0]))
        ids = [row[0] for row in rows]
        columns = [[row[i + 1] for row in rows] for i in range(len(image.columns))]
        packed.append([image.table, image.columns, image.of, list(map(sub, ids, [0, *ids])), columns])
    return zlib.compress(json.dumps(packed, separators=(",", ":")).encode())


def _unpack(packed: bytes) -> list[Image]:
    return [
        Image(table, tuple(columns), list(zip(accumulate(steps), *values, strict=True)), of)
        for table, columns, of, steps, values in json.loads(zlib.decompress(packed))
    ]
