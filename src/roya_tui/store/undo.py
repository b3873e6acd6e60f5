"""The journal: what the person did, each step with the rows as they were before.

Undoing a step puts its rows back and keeps those that it replaced, so that redoing is the same exchange again.
A refresh never touches personal facts, so an exchange restores them exactly.

What is done and what is undone are two piles, of which the top goes first, with one exception. A deed that is not long
ago goes before what was only `noticed` since, where the two have no cell in common: a person who stars an
article and has it in view until it is read takes back the star. Steps that are `apart` can change places in their pile
without any other store or image: whatever else follows from facts (`muting.settle`) follows from those of both. So all
undone is still as if nothing was done, and all redone as if nothing was undone.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain
from sqlite3 import Connection, IntegrityError
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.store import muting
from roya_tui.store.database import StoreError, told, transaction
from roya_tui.store.images import Image, apart, pack, put_back, rewritten, unpack
from roya_tui.store.personal import OWNERS
from roya_tui.text import many

_KEPT_STEPS = 200

_JUST_NOW = 600
"""Seconds for which a step counts as having just been done: later, its age is told, reading begins a new one, and what
was noticed since is undone before it."""

MAKER_VARIABLE = "ROYA_TUI_MAKER"
"""What tells a process that the reader starts on whose behalf it works."""


def _maker(told: str) -> int:
    return int(told) if re.fullmatch("[0-9]{1,18}", told) else int.from_bytes(os.urandom(7), "big")


MAKER = _maker(os.environ.get(MAKER_VARIABLE, ""))
"""This program, as long as it runs: whose step it is tells what another window or the command line did meanwhile.

What adds a source or saves a page for the reader is one with it.
"""


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
        (sentence, now, noticed, MAKER, pack(images)),
    )
    db.execute(
        "DELETE FROM journal WHERE id <= (SELECT id FROM journal ORDER BY id DESC LIMIT 1 OFFSET ?)", (_KEPT_STEPS,)
    )


def record_noticed(db: Connection, sentence: Callable[[list[int]], str], image: Image, now: int) -> None:
    """Keep what the program noticed by itself. What it noticed just before is part of the same step: `image` is added.

    `sentence` tells it, given the ids of all that are in the step.
    """
    newest = next(iter(_until_deed(db)), None)
    if newest is not None and newest.noticed and newest.at is not None and abs(now - newest.at) < _JUST_NOW:
        with suppress(zlib.error, ValueError):  # a damaged one stays as it is
            before, *others = unpack(newest.image)
            if not others and (before.table, before.columns) == (image.table, image.columns):
                known = {row[0] for row in before.rows}
                image = replace(before, rows=[*before.rows, *(row for row in image.rows if row[0] not in known)])
                db.execute("DELETE FROM journal WHERE id = ?", (newest.id,))
    record(db, sentence([row[0] for row in image.rows]), [image], now, noticed=True)


@told
def latest(db: Connection) -> str:
    """Return the sentence of the last deed that is not undone, "" if there is none."""
    return next((step.sentence for step in _until_deed(db) if not step.noticed), "")


class Step(NamedTuple):
    """One step of the journal: when it was done, and when it was undone, if it is."""

    sentence: str
    at: int | None
    undone_at: int | None


@told
def steps(db: Connection, now: int) -> list[Step]:
    """Return what can be redone, then what can be undone: each in the order in which it would be."""
    undone = db.execute("SELECT sentence, at, undone_at FROM journal WHERE undone_at IS NOT NULL ORDER BY id DESC")
    found = list(map(Step._make, undone))
    done = list(map(_Kept._make, db.execute(_DONE)))
    while done:
        step = done.pop(_next_of(done, now))
        found.append(Step(step.sentence, step.at, None))
    return found


class _Kept(NamedTuple):
    id: int
    sentence: str
    at: int | None
    maker: int
    noticed: int
    image: bytes


_DONE = "SELECT id, sentence, at, maker, noticed, image FROM journal WHERE undone_at IS NULL ORDER BY id DESC"


def _until_deed(db: Connection) -> list[_Kept]:
    """What was noticed since the newest deed, the latest first, and behind it that deed."""
    found: list[_Kept] = []
    for row in db.execute(_DONE):
        found.append(_Kept._make(row))
        if not found[-1].noticed:
            break
    return found


def _next_of(done: Sequence[_Kept], now: int) -> int:
    """Return the place of what is undone next among steps, of which the newest is the first."""
    deed = next((place for place, step in enumerate(done) if not step.noticed), 0)
    if deed and _is_recent(done[deed].at, now):
        with suppress(zlib.error, ValueError):  # who knows what a damaged one has
            images = unpack(done[deed].image)
            if all(apart(images, unpack(step.image)) for step in done[:deed]):
                return deed
    return 0


def _is_recent(at: int | None, now: int) -> bool:
    return at is not None and now - at < _JUST_NOW


def named(db: Connection, table: str) -> set[int]:
    """Return the rows of a personal table that a step could bring back."""
    found: set[int] = set()
    for (packed,) in db.execute("SELECT image FROM journal"):
        with suppress(zlib.error, ValueError):  # a damaged one brings nothing back
            found.update(row[0] for image in unpack(packed) if image.table == table for row in image.rows)
    return found


def rewrite(db: Connection, tables: Collection[str], column: str, change: Callable[[str], str]) -> None:
    """Let texts that steps would bring back be what `change` makes of them: it is done to those tables, by no step."""
    for id, packed in db.execute("SELECT id, image FROM journal").fetchall():
        with suppress(zlib.error, ValueError):  # a damaged one brings nothing back
            if (image := rewritten(packed, tables, column, change)) != packed:
                db.execute("UPDATE journal SET image = ? WHERE id = ?", (image, id))


class Walk(Struct, frozen=True):
    """What undoing or redoing one step did: `said` tells it, the rest is for whoever shows what is there."""

    said: str
    articles: Sequence[int] = ()
    """Those with which something was done."""
    gone: int = 0
    """How many sources went."""
    sources: bool = False
    """Whether sources came or went."""
    rows: bool = False
    """Whether lists ask for other rows of the same articles: of stories, or a few a day."""


@told
def undo(db: Connection, now: int, since: int | None = None) -> str | None:
    """Undo the last step and return what to say, or None if there is none.

    `since` is when this program started: of a later step that another one made it is said that it was done elsewhere.
    """
    walk = back(db, now, since)
    return None if walk is None else walk.said


@told
def redo(db: Connection, now: int, since: int | None = None) -> str | None:
    """Do the step undone last again and return what to say, or None if there is none."""
    walk = forth(db, now, since)
    return None if walk is None else walk.said


@told
def back(db: Connection, now: int, since: int | None = None) -> Walk | None:
    """Do as `undo`, and return all that is to be known of it."""
    with transaction(db):
        done = _until_deed(db)
        return _exchange(db, done[_next_of(done, now)].id, "Undone", now, since) if done else None


@told
def forth(db: Connection, now: int, since: int | None = None) -> Walk | None:
    """Do as `redo`, and return all that is to be known of it."""
    with transaction(db):
        top = db.execute("SELECT id FROM journal WHERE undone_at IS NOT NULL ORDER BY id DESC LIMIT 1").fetchone()
        return _exchange(db, top[0], "Redone", now, since) if top else None


def _exchange(db: Connection, id: int, word: str, now: int, since: int | None) -> Walk:
    """Put back the rows of a step and keep in it those that they replace.

    The step becomes the newest of all, on top of the other pile. What is redone was done by the person, whoever did it
    first: undoing takes that back again.
    """
    sentence, packed, at, undone_at, maker, noticed = db.execute(
        "SELECT sentence, image, at, undone_at, maker, noticed FROM journal WHERE id = ?", (id,)
    ).fetchone()
    sentence = _inside(sentence)
    try:
        with transaction(db):
            images = unpack(packed)[::-1]
            replaced = [put_back(db, image) for image in images]
            muting.settle(db, chain.from_iterable(map(partial(_ruled, db), images)))
    except (zlib.error, ValueError):
        db.execute("DELETE FROM journal WHERE id = ?", (id,))
        return Walk(f"The record of this step is damaged; it stays: {sentence}.")
    except StoreError as error:
        if not isinstance(error.__cause__, IntegrityError):
            raise
        db.execute("DELETE FROM journal WHERE id = ?", (id,))
        return Walk(f"Another source has that address now; it stays: {sentence}.")
    redone = word == "Redone"
    db.execute(
        "UPDATE journal SET id = (SELECT max(id) FROM journal) + 1, image = ?, at = iif(?, ?, at),"
        " undone_at = iif(?, NULL, ?), noticed = noticed AND NOT ?, maker = ? WHERE id = ?",
        (pack(replaced), redone, now, redone, now, redone, MAKER, id),
    )
    happened, was = (undone_at, "undone ") if redone else (at, "")
    where = _where(maker, happened, since, was)
    told = f"{word}: {sentence}{where}{_age(happened, now, '' if where else was)}"
    gone, come = (sum(map(_gone, *pair)) for pair in ((images, replaced), (replaced, images)))
    if gone > 1 and not redone:
        told += "; they are removed"
    deed = _deed_next(db, now, since) if noticed and not redone else ""
    return Walk(
        f"{told}. Once more undoes: {deed}." if deed else f"{told}.",
        articles=sorted({row[0] for image in images if OWNERS.get(image.table) == "article" for row in image.rows}),
        gone=gone,
        sources=bool(gone or come),
        rows=any(map(_asks_for_others, images, replaced)),
    )


def _asks_for_others(image: Image, was: Image) -> bool:
    """Whether other rows are asked for where `image` was put in the place of what `was`."""
    asking = {"state": "story", "source": "per_day"}.get(image.table)
    if asking not in image.columns:
        return False
    at = image.columns.index(asking) + 1
    return {row[0]: row[at] for row in image.rows} != {row[0]: row[at] for row in was.rows}


def _inside(sentence: str) -> str:
    """A step's sentence as it stands inside of another."""
    return sentence[0].lower() + sentence[1:].removesuffix(".")


def _where(maker: int, at: int | None, since: int | None, what: str = "") -> str:
    """Return `, done elsewhere` for what another program did since this one started, else "".

    What was done in the second of its start was most likely done by the reader that was left just before.
    """
    elsewhere = maker != MAKER and since is not None and at is not None and at > since
    return f", {what or 'done '}elsewhere" if elsewhere else ""


def _deed_next(db: Connection, now: int, since: int | None) -> str:
    """Return what the person did just before what is undone, in words: whoever undoes what the program
    noticed may have meant that. "" if there is none, or it was long ago."""
    done = _until_deed(db)
    step = done[_next_of(done, now)] if done else None
    if step is None or step.noticed or not _is_recent(step.at, now):
        return ""
    return _inside(step.sentence) + _where(step.maker, step.at, since)


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


def _ruled(db: Connection, image: Image) -> Iterable[int]:
    """The articles of which a rule may say something else now that `image` was put back."""
    ids = [row[0] for row in image.rows]
    if image.table == "rule":
        return muting.caught_by(db, ids)
    marks = {"starred_at", "hidden_at"} & {*image.columns}
    return ids if image.table == "caught" or marks else ()
