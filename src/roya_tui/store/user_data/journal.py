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

from roya_tui.store.connection import StoreError, transaction, translate_errors
from roya_tui.store.user_data import rule_flags
from roya_tui.store.user_data.snapshots import (
    OWNER_TABLES,
    RowSnapshot,
    are_disjoint,
    pack,
    restore,
    rewrite_packed,
    unpack,
)
from roya_tui.text import format_count

_MAX_STEPS = 200

_RECENT_SECONDS = 600
"""Seconds for which a step counts as having just been done: later, its age is told, reading begins a new one, and what
was noticed since is undone before it."""

SESSION_VARIABLE = "ROYA_TUI_MAKER"
"""What tells a process that the reader starts on whose behalf it works."""


def _parse_session_id(text: str) -> int:
    return int(text) if re.fullmatch("[0-9]{1,18}", text) else int.from_bytes(os.urandom(7), "big")


SESSION_ID = _parse_session_id(os.environ.get(SESSION_VARIABLE, ""))
"""This program, as long as it runs: whose step it is tells what another window or the command line did meanwhile.

What adds a source or saves a page for the reader is one with it.
"""


def record(
    db: Connection,
    sentence: str,
    images: Iterable[RowSnapshot],
    now: int | None,
    *,
    noticed: bool = False,
    automatic: bool = False,
) -> None:
    """Keep one step. `sentence` says what was done (`Marked 118 read.`); `images` hold what was there before.

    What was undone can then no longer be redone, unless the step is only `noticed`, or came `by_itself`: nobody did
    anything else. To be called in the transaction of the step.
    """
    if not (noticed or automatic):
        db.execute("DELETE FROM journal WHERE undone_at IS NOT NULL")
    db.execute(
        "INSERT INTO journal (sentence, at, noticed, maker, image) VALUES (?, ?, ?, ?, ?)",
        (sentence, now, noticed, SESSION_ID, pack(images)),
    )
    db.execute(
        "DELETE FROM journal WHERE id <= (SELECT id FROM journal ORDER BY id DESC LIMIT 1 OFFSET ?)", (_MAX_STEPS,)
    )


def record_noticed(db: Connection, sentence: Callable[[list[int]], str], image: RowSnapshot, now: int) -> None:
    """Keep what the program noticed by itself. What it noticed just before is part of the same step: `image` is added.

    `sentence` tells it, given the ids of all that are in the step.
    """
    newest = next(iter(_steps_back_to_action(db)), None)
    if newest is not None and newest.noticed and newest.at is not None and abs(now - newest.at) < _RECENT_SECONDS:
        with suppress(zlib.error, ValueError):  # a damaged one stays as it is
            before, *others = unpack(newest.image)
            if not others and (before.table, before.columns) == (image.table, image.columns):
                known = {row[0] for row in before.rows}
                image = replace(before, rows=[*before.rows, *(row for row in image.rows if row[0] not in known)])
                db.execute("DELETE FROM journal WHERE id = ?", (newest.id,))
    record(db, sentence([row[0] for row in image.rows]), [image], now, noticed=True)


@translate_errors
def latest_sentence(db: Connection) -> str:
    """Return the sentence of the last deed that is not undone, "" if there is none."""
    return next((step.sentence for step in _steps_back_to_action(db) if not step.noticed), "")


class Step(NamedTuple):
    """One step of the journal: when it was done, and when it was undone, if it is."""

    sentence: str
    at: int | None
    undone_at: int | None


@translate_errors
def list_steps(db: Connection, now: int) -> list[Step]:
    """Return what can be redone, then what can be undone: each in the order in which it would be."""
    undone = db.execute("SELECT sentence, at, undone_at FROM journal WHERE undone_at IS NOT NULL ORDER BY id DESC")
    found = list(map(Step._make, undone))
    done = list(map(_StoredStep._make, db.execute(_DONE_STEPS)))
    while done:
        step = done.pop(_next_to_undo(done, now))
        found.append(Step(step.sentence, step.at, None))
    return found


class _StoredStep(NamedTuple):
    id: int
    sentence: str
    at: int | None
    session_id: int
    noticed: int
    image: bytes


_DONE_STEPS = "SELECT id, sentence, at, maker, noticed, image FROM journal WHERE undone_at IS NULL ORDER BY id DESC"


def _steps_back_to_action(db: Connection) -> list[_StoredStep]:
    """What was noticed since the newest deed, the latest first, and behind it that deed."""
    found: list[_StoredStep] = []
    for row in db.execute(_DONE_STEPS):
        found.append(_StoredStep._make(row))
        if not found[-1].noticed:
            break
    return found


def _next_to_undo(done: Sequence[_StoredStep], now: int) -> int:
    """Return the place of what is undone next among steps, of which the newest is the first."""
    action = next((place for place, step in enumerate(done) if not step.noticed), 0)
    if action and _is_recent(done[action].at, now):
        with suppress(zlib.error, ValueError):  # who knows what a damaged one has
            images = unpack(done[action].image)
            if all(are_disjoint(images, unpack(step.image)) for step in done[:action]):
                return action
    return 0


def _is_recent(at: int | None, now: int) -> bool:
    return at is not None and now - at < _RECENT_SECONDS


def recoverable_rows(db: Connection, table: str) -> set[int]:
    """Return the rows of a personal table that a step could bring back."""
    found: set[int] = set()
    for (packed,) in db.execute("SELECT image FROM journal"):
        with suppress(zlib.error, ValueError):  # a damaged one brings nothing back
            found.update(row[0] for image in unpack(packed) if image.table == table for row in image.rows)
    return found


def rewrite_texts(db: Connection, tables: Collection[str], column: str, change: Callable[[str], str]) -> None:
    """Let texts that steps would bring back be what `change` makes of them: it is done to those tables, by no step."""
    for id, packed in db.execute("SELECT id, image FROM journal").fetchall():
        with suppress(zlib.error, ValueError):  # a damaged one brings nothing back
            if (image := rewrite_packed(packed, tables, column, change)) != packed:
                db.execute("UPDATE journal SET image = ? WHERE id = ?", (image, id))


class UndoResult(Struct, frozen=True):
    """What undoing or redoing one step did: `said` tells it, the rest is for whoever shows what is there."""

    sentence: str
    articles: Sequence[int] = ()
    """Those with which something was done."""
    removed_sources: int = 0
    """How many sources went."""
    sources_changed: bool = False
    """Whether sources came or went."""
    rows_changed: bool = False
    """Whether lists ask for other rows of the same articles: of stories, or a few a day."""


@translate_errors
def undo(db: Connection, now: int, since: int | None = None) -> str | None:
    """Undo the last step and return what to say, or None if there is none.

    `since` is when this program started: of a later step that another one made it is said that it was done elsewhere.
    """
    result = undo_step(db, now, since)
    return None if result is None else result.sentence


@translate_errors
def redo(db: Connection, now: int, since: int | None = None) -> str | None:
    """Do the step undone last again and return what to say, or None if there is none."""
    result = redo_step(db, now, since)
    return None if result is None else result.sentence


@translate_errors
def undo_step(db: Connection, now: int, since: int | None = None) -> UndoResult | None:
    """Do as `undo`, and return all that is to be known of it."""
    with transaction(db):
        done = _steps_back_to_action(db)
        return _exchange(db, done[_next_to_undo(done, now)].id, "Undone", now, since) if done else None


@translate_errors
def redo_step(db: Connection, now: int, since: int | None = None) -> UndoResult | None:
    """Do as `redo`, and return all that is to be known of it."""
    with transaction(db):
        top = db.execute("SELECT id FROM journal WHERE undone_at IS NOT NULL ORDER BY id DESC LIMIT 1").fetchone()
        return _exchange(db, top[0], "Redone", now, since) if top else None


def _exchange(db: Connection, id: int, verb: str, now: int, since: int | None) -> UndoResult:
    """Put back the rows of a step and keep in it those that they replace.

    The step becomes the newest of all, on top of the other pile. What is redone was done by the person, whoever did it
    first: undoing takes that back again.
    """
    sentence, packed, at, undone_at, session_id, noticed = db.execute(
        "SELECT sentence, image, at, undone_at, maker, noticed FROM journal WHERE id = ?", (id,)
    ).fetchone()
    sentence = _as_clause(sentence)
    try:
        with transaction(db):
            images = unpack(packed)[::-1]
            replaced = [restore(db, image) for image in images]
            rule_flags.recompute_flags(db, chain.from_iterable(map(partial(_articles_with_rules, db), images)))
    except (zlib.error, ValueError):
        db.execute("DELETE FROM journal WHERE id = ?", (id,))
        return UndoResult(f"The record of this step is damaged; it stays: {sentence}.")
    except StoreError as error:
        if not isinstance(error.__cause__, IntegrityError):
            raise
        db.execute("DELETE FROM journal WHERE id = ?", (id,))
        return UndoResult(f"Another source has that address now; it stays: {sentence}.")
    redone = verb == "Redone"
    db.execute(
        "UPDATE journal SET id = (SELECT max(id) FROM journal) + 1, image = ?, at = iif(?, ?, at),"
        " undone_at = iif(?, NULL, ?), noticed = noticed AND NOT ?, maker = ? WHERE id = ?",
        (pack(replaced), redone, now, redone, now, redone, SESSION_ID, id),
    )
    happened, was = (undone_at, "undone ") if redone else (at, "")
    elsewhere = _format_elsewhere(session_id, happened, since, was)
    message = f"{verb}: {sentence}{elsewhere}{_format_age(happened, now, '' if elsewhere else was)}"
    removed, restored = (sum(map(_count_removed, *pair)) for pair in ((images, replaced), (replaced, images)))
    if removed > 1 and not redone:
        message += "; they are removed"
    previous_action = _describe_previous_action(db, now, since) if noticed and not redone else ""
    return UndoResult(
        f"{message}. Once more undoes: {previous_action}." if previous_action else f"{message}.",
        articles=sorted(
            {row[0] for image in images if OWNER_TABLES.get(image.table) == "article" for row in image.rows}
        ),
        removed_sources=removed,
        sources_changed=bool(removed or restored),
        rows_changed=any(map(_changes_lists, images, replaced)),
    )


def _changes_lists(image: RowSnapshot, was: RowSnapshot) -> bool:
    """Whether other rows are asked for where `image` was put in the place of what `was`."""
    asking = {"state": "story", "source": "per_day"}.get(image.table)
    if asking not in image.columns:
        return False
    at = image.columns.index(asking) + 1
    return {row[0]: row[at] for row in image.rows} != {row[0]: row[at] for row in was.rows}


def _as_clause(sentence: str) -> str:
    """A step's sentence as it stands inside of another."""
    return sentence[0].lower() + sentence[1:].removesuffix(".")


def _format_elsewhere(session_id: int, at: int | None, since: int | None, what: str = "") -> str:
    """Return `, done elsewhere` for what another program did since this one started, else "".

    What was done in the second of its start was most likely done by the reader that was left just before.
    """
    elsewhere = session_id != SESSION_ID and since is not None and at is not None and at > since
    return f", {what or 'done '}elsewhere" if elsewhere else ""


def _describe_previous_action(db: Connection, now: int, since: int | None) -> str:
    """Return what the person did just before what is undone, in words: whoever undoes what the program
    noticed may have meant that. "" if there is none, or it was long ago."""
    done = _steps_back_to_action(db)
    step = done[_next_to_undo(done, now)] if done else None
    if step is None or step.noticed or not _is_recent(step.at, now):
        return ""
    return _as_clause(step.sentence) + _format_elsewhere(step.session_id, step.at, since)


def _count_removed(image: RowSnapshot, was: RowSnapshot) -> int:
    """Return how many sources went when `image` was put in the place of what `was`."""
    if image.table != "source" or "removed_at" not in image.columns:
        return 0
    at = image.columns.index("removed_at") + 1
    there = {row[0] for row in was.rows if row[at] is None}
    return sum(row[at] is not None and row[0] in there for row in image.rows)


def _format_age(at: int | None, now: int, what: str = "") -> str:
    """Return `, 3 hours ago` for what is not just done; "" for what is, or where nobody knows."""
    if at is None or now - at < _RECENT_SECONDS:
        return ""
    passed = now - at
    seconds, unit = next(one for one in ((86_400, "day"), (3_600, "hour"), (60, "minute")) if passed >= one[0])
    return f", {what}{format_count(passed // seconds, unit)} ago"


def _articles_with_rules(db: Connection, image: RowSnapshot) -> Iterable[int]:
    """The articles of which a rule may say something else now that `image` was put back."""
    ids = [row[0] for row in image.rows]
    if image.table == "rule":
        return rule_flags.find_matched(db, ids)
    marks = {"starred_at", "hidden_at"} & {*image.columns}
    return ids if image.table == "caught" or marks else ()
