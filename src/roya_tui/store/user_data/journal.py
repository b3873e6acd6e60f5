"""The journal: what you did, step by step, each with the rows as they were before.

Undo puts the rows of a step back and keeps those that they replace, so redo is the same exchange. A refresh never
changes these rows, so an exchange restores them exactly.

Done and undone steps are two stacks, with one exception. A recent action is undone before the `noticed` (automatic)
steps since, if they have no cell in common: after starring an article that was then marked read, undo removes the star.
Disjoint steps commute, and what follows from rows (`rule_flags.recompute_flags`) follows from those of both.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import nullcontext, suppress
from functools import partial
from itertools import chain
from sqlite3 import Connection
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.store.connection import StoreError, transaction
from roya_tui.store.user_data import rule_flags
from roya_tui.store.user_data.snapshots import TABLES, RowSnapshot, are_disjoint, pack, restore, rewrite_packed, unpack
from roya_tui.translation import gettext, ngettext

_MAX_STEPS = 200

_RECENT_SECONDS = 600
"""Age up to which a step is recent: older ones show their age, are not extended by automatic marks, and are not undone
before them."""

SESSION_VARIABLE = "ROYA_TUI_MAKER"
"""Environment variable that passes the session to child processes."""


def _parse_session_id(text: str) -> int:
    return int(text) if re.fullmatch("[0-9]{1,18}", text) else int.from_bytes(os.urandom(7), "big")


SESSION_ID = _parse_session_id(os.environ.get(SESSION_VARIABLE, ""))
"""Identifies the steps of this run of the program and its child processes: all others were done elsewhere."""


def record(
    db: Connection,
    sentence: str,
    images: Iterable[RowSnapshot],
    now: int | None,
    *,
    noticed: bool = False,
    automatic: bool = False,
) -> None:
    """Add a step. `sentence` says what was done; `images` are the rows from before.

    Undone steps can then no longer be redone, unless the step is `noticed` or `automatic`. Call it in the transaction
    of the step.
    """
    if not (noticed or automatic):
        db.execute("DELETE FROM journal WHERE undone_at IS NOT NULL")
    added = "INSERT INTO journal (sentence, at, noticed, maker, image) VALUES (?, ?, ?, ?, ?)"
    db.execute(added, (sentence, now, noticed, SESSION_ID, pack(images)))
    oldest = "SELECT id FROM journal ORDER BY id DESC LIMIT 1 OFFSET ?"
    db.execute(f"DELETE FROM journal WHERE id <= ({oldest})", (_MAX_STEPS,))


def record_noticed(db: Connection, sentence: Callable[[Sequence[int]], str], image: RowSnapshot, now: int) -> None:
    """Add an automatic step, merged with one from just before; `sentence` gets all ids."""
    newest = next(iter(_steps_back_to_action(db)), None)
    if newest is not None and newest.noticed and newest.at is not None and abs(now - newest.at) < _RECENT_SECONDS:
        with suppress(zlib.error, ValueError):  # a damaged step stays unchanged
            before, *others = unpack(newest.image)
            if not others and (before.table, before.columns) == (image.table, image.columns):
                known = {*before.ids}
                image = replace(before, rows=[*before.rows, *(row for row in image.rows if row[0] not in known)])
                db.execute("DELETE FROM journal WHERE id = ?", (newest.id,))
    record(db, sentence(image.ids), [image], now, noticed=True)


def latest_sentence(db: Connection) -> str:
    """Return the sentence of your last action that is not undone, or ""."""
    return next((step.sentence for step in _steps_back_to_action(db) if not step.noticed), "")


class Step(NamedTuple):
    """A step of the journal, for display."""

    sentence: str
    at: int | None
    undone_at: int | None


def list_steps(db: Connection, now: int) -> list[Step]:
    """Return the steps to redo, then those to undo, each in that order."""
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
    """Return the automatic steps since your last action, newest first, then that action."""
    found: list[_StoredStep] = []
    for row in db.execute(_DONE_STEPS):
        found.append(_StoredStep._make(row))
        if not found[-1].noticed:
            break
    return found


def _next_to_undo(done: Sequence[_StoredStep], now: int) -> int:
    """Return the index of the step to undo next; `done` has the newest first."""
    action = next((place for place, step in enumerate(done) if not step.noticed), 0)
    if action and _is_recent(done[action].at, now):
        with suppress(zlib.error, ValueError):  # a damaged step is undone in order
            images = unpack(done[action].image)
            others = (unpack(step.image) for step in done[:action])
            if not any(map(_adds_sources, images)) and all(are_disjoint(images, other) for other in others):
                return action
    return 0


def _adds_sources(image: RowSnapshot) -> bool:
    """Return whether undoing would remove sources, with all their articles."""
    if image.table != "source" or "removed_at" not in image.columns:
        return False
    return any(removed_at is not None for removed_at in image.values_of("removed_at").values())


def _is_recent(at: int | None, now: int) -> bool:
    return at is not None and now - at < _RECENT_SECONDS


def recoverable_rows(db: Connection, table: str) -> set[int]:
    """Return the ids of the rows of a table that a step could restore."""
    found: set[int] = set()
    for (packed,) in db.execute("SELECT image FROM journal"):
        with suppress(zlib.error, ValueError):  # a damaged step restores nothing
            found.update(id for image in unpack(packed) if image.table == table for id in image.ids)
    return found


def recoverable_values(db: Connection, table: str, column: str) -> set[Any]:
    """Return the values of a column that a step could restore."""
    found: set[Any] = set()
    for (packed,) in db.execute("SELECT image FROM journal"):
        with suppress(zlib.error, ValueError):  # a damaged step restores nothing
            images = (image for image in unpack(packed) if image.table == table and column in image.columns)
            found.update(value for image in images for value in image.values_of(column).values())
    return found


def rewrite_texts(db: Connection, tables: Collection[str], column: str, change: Callable[[str], str]) -> None:
    """Apply `change` to a column in recorded rows, for changes that are not steps."""
    for id, packed in db.execute("SELECT id, image FROM journal").fetchall():
        with suppress(zlib.error, ValueError):  # a damaged step restores nothing
            if (image := rewrite_packed(packed, tables, column, change)) != packed:
                db.execute("UPDATE journal SET image = ? WHERE id = ?", (image, id))


class UndoResult(Struct, frozen=True):
    """What undoing or redoing a step changed."""

    sentence: str
    articles: Sequence[int] = ()
    """Ids of the changed articles."""
    removed_sources: int = 0
    sources_changed: bool = False
    """Whether sources were removed or restored, or articles moved to another time zone."""
    rows_changed: bool = False
    """Whether lists need other rows for the same articles: stories, daily limits or downloads changed."""


def undo(db: Connection, now: int, since: int | None = None) -> str | None:
    """Undo the last step and return a message, or None if there is none.

    `since` is the start of this session: the message names later steps of another session as done elsewhere.
    """
    result = undo_step(db, now, since)
    return None if result is None else result.sentence


def redo(db: Connection, now: int, since: int | None = None) -> str | None:
    """Redo the last undone step and return a message, or None if there is none."""
    result = redo_step(db, now, since)
    return None if result is None else result.sentence


def undo_step(db: Connection, now: int, since: int | None = None) -> UndoResult | None:
    """Undo the last step and return what changed, or None if there is none."""
    with transaction(db):
        done = _steps_back_to_action(db)
        return _exchange(db, done[_next_to_undo(done, now)].id, False, now, since) if done else None


def redo_step(db: Connection, now: int, since: int | None = None) -> UndoResult | None:
    """Redo the last undone step and return what changed, or None if there is none."""
    with transaction(db):
        top = db.execute("SELECT id FROM journal WHERE undone_at IS NOT NULL ORDER BY id DESC LIMIT 1").fetchone()
        return _exchange(db, top[0], True, now, since) if top else None


def _exchange(db: Connection, id: int, redone: bool, now: int, since: int | None) -> UndoResult:
    """Swap the rows of a step with the present ones and move it to the other stack."""
    columns = "SELECT sentence, image, at, undone_at, maker, noticed FROM journal WHERE id = ?"
    sentence, packed, at, undone_at, session_id, noticed = db.execute(columns, (id,)).fetchone()
    sentence = _as_clause(sentence)
    try:
        images = unpack(packed)[::-1]
        # Only a source can be refused. A savepoint keeps copies of all changed pages.
        with transaction(db) if any(image.table == "source" for image in images) else nullcontext():
            replaced = [restore(db, image) for image in images]
            rule_flags.recompute_flags(db, chain.from_iterable(map(partial(_articles_with_rules, db), images)))
    except (zlib.error, ValueError):
        db.execute("DELETE FROM journal WHERE id = ?", (id,))
        return UndoResult(
            gettext("This step cannot be restored, because its record is damaged: {step}.", step=sentence)
        )
    except StoreError as error:
        if not error.code.startswith("SQLITE_CONSTRAINT"):
            raise
        db.execute("DELETE FROM journal WHERE id = ?", (id,))
        return UndoResult(
            gettext("This step cannot be restored, because another source has the address: {step}.", step=sentence)
        )
    db.execute(
        "UPDATE journal SET id = (SELECT max(id) FROM journal) + 1, image = ?, at = iif(?, ?, at),"
        " undone_at = iif(?, NULL, ?), noticed = noticed AND NOT ?, maker = ? WHERE id = ?",
        (pack(replaced), redone, now, redone, now, redone, SESSION_ID, id),
    )
    happened = undone_at if redone else at
    step = sentence + _format_elsewhere(session_id, happened, since) + _format_age(happened, now)
    message = gettext("Redone: {step}.", step=step) if redone else gettext("Undone: {step}.", step=step)
    removed, restored = (sum(map(_count_removed, *pair)) for pair in ((images, replaced), (replaced, images)))
    if removed > 1 and not redone:
        message += " " + gettext("The sources are removed.")
    previous_action = _describe_previous_action(db, now, since) if noticed and not redone else ""
    return UndoResult(
        message + (" " + gettext("Next to undo: {step}.", step=previous_action) if previous_action else ""),
        articles=sorted(set().union(*(image.ids for image in images if TABLES[image.table].owner == "article"))),
        removed_sources=removed,
        sources_changed=bool(removed or restored) or any("zone" in image.columns for image in images),
        rows_changed=any(map(_changes_lists, images, replaced)),
    )


def _changes_lists(image: RowSnapshot, was: RowSnapshot) -> bool:
    """Whether replacing the rows `was` with `image` changes stories, daily limits or downloads."""
    column = {"state": "story", "source": "per_day", "episode": "file"}.get(image.table, "")
    return column in image.columns and image.values_of(column) != was.values_of(column)


def _as_clause(sentence: str) -> str:
    """Return a step's sentence as a part of another sentence."""
    return sentence.removesuffix(".")


def _format_elsewhere(session_id: int, at: int | None, since: int | None) -> str:
    """Return ` (in another session)` for a step of another session since this one started, else "".

    A step in the second of the start most likely comes from the session just before.
    """
    elsewhere = session_id != SESSION_ID and since is not None and at is not None and at > since
    return " " + gettext("(in another session)") if elsewhere else ""


def _describe_previous_action(db: Connection, now: int, since: int | None) -> str:
    """Return your last action, if it is recent, else "": undo may have been meant for it."""
    done = _steps_back_to_action(db)
    step = done[_next_to_undo(done, now)] if done else None
    if step is None or step.noticed or not _is_recent(step.at, now):
        return ""
    return _as_clause(step.sentence) + _format_elsewhere(step.session_id, step.at, since)


def _count_removed(image: RowSnapshot, was: RowSnapshot) -> int:
    """Return how many sources were removed by replacing the rows `was` with `image`."""
    if image.table != "source" or "removed_at" not in image.columns:
        return 0
    present = {id for id, removed_at in was.values_of("removed_at").items() if removed_at is None}
    return sum(removed_at is not None and id in present for id, removed_at in image.values_of("removed_at").items())


def _format_age(at: int | None, now: int) -> str:
    """Return ` (3 hours ago)`, or "" for a recent step or an unknown time."""
    minutes = 0 if at is None else (now - at) // 60
    if minutes * 60 < _RECENT_SECONDS:
        return ""
    hours, days = minutes // 60, minutes // 1440
    if days:
        return " " + ngettext("({count:,} day ago)", "({count:,} days ago)", days)
    if hours:
        return " " + ngettext("({count} hour ago)", "({count} hours ago)", hours)
    return " " + ngettext("({count} minute ago)", "({count} minutes ago)", minutes)


def _articles_with_rules(db: Connection, image: RowSnapshot) -> Iterable[int]:
    """Return the articles whose rule flags may change by restoring `image`."""
    if image.table == "rule":
        return rule_flags.find_matched(db, image.ids)
    marks = {"starred_at", "hidden_at"} & {*image.columns}
    return image.ids if image.table == "caught" or marks else ()
