"""When the app was used: articles that arrived since the last visit are new to you.

A visit is a stretch of use without a pause of an hour: restarts, several windows and an app left open over night do not
matter.
"""

from __future__ import annotations

from bisect import bisect_left
from sqlite3 import Connection

from roya_tui.store.connection import get_value, set_value, transaction

GAP_SECONDS = 3_600
"""Seconds without use after which a visit is over."""
_META_KEY = "visit"


def record_use(db: Connection, now: int) -> None:
    """Record that the app is used now."""
    with transaction(db):
        last, before = _load(db)
        if last is not None and now - last >= GAP_SECONDS:
            before = last
        set_value(db, _META_KEY, f"{now} {'' if before is None else before}")


def last_visit_end(db: Connection, now: int) -> int | None:
    """Return when the last visit before the present one ended, or None."""
    last, before = _load(db)
    return last if last is not None and now - last >= GAP_SECONDS else before


def last_article_before(db: Connection, second: int) -> int:
    """Return the id of the last article before `second`, or 0. Ids rise with time."""
    (last,) = db.execute("SELECT coalesce(max(id), 0) FROM article").fetchone()
    newest = "SELECT first_seen FROM article WHERE id <= ? ORDER BY id DESC LIMIT 1"

    def first_seen(id: int) -> int:
        return int((db.execute(newest, (id,)).fetchone() or (second - 1,))[0])

    return bisect_left(range(last + 1), second, key=first_seen) - 1


def _load(db: Connection) -> tuple[int | None, int | None]:
    last, _, before = get_value(db, _META_KEY).partition(" ")
    return _number(last), _number(before)


def _number(text: str) -> int | None:
    return int(text) if text.lstrip("-").isdigit() else None
