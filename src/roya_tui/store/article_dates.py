"""The time that an article is sorted by, and the dates of a source whose time zone changes."""

from __future__ import annotations

from calendar import isleap, monthrange
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from sqlite3 import Connection

from roya_tui.clock import find_zone
from roya_tui.model import TIME, DateForm, Moment
from roya_tui.store.bodies import FLOATING, MAX_OFFSET, pack_form, unpack, unpack_form


def sort_time(date: int, form: int | None, first_seen: int) -> int:
    """Return the time by which lists sort an article with this date.

    Without a time of day it is the middle of its day, month or year. An article that arrives before its day, month or
    year is over is as new as the others that arrive with it: it stands where it was first seen.
    """
    precision = unpack_form(form).precision
    if not precision:
        return date
    start = datetime.fromtimestamp(date, UTC) + timedelta(minutes=unpack_form(form).offset or 0)
    days = {"day": 1, "month": monthrange(start.year, start.month)[1], "year": 365 + isleap(start.year)}[precision]
    return first_seen if first_seen < date + days * 86_400 else date + days * 43_200


def change_zone(db: Connection, source_id: int, old_zone: str, new_zone: str) -> None:
    """Move the dates of a source that name no clock to its new time zone, keeping day and time as written."""
    if old_zone == new_zone:
        return
    old_tz, tz = (find_zone(zone) if zone else UTC for zone in (old_zone, new_zone))

    def move(at: int, form: int | None) -> tuple[int, int | None]:
        old = unpack_form(form)
        if not old.is_floating:
            return at, form
        written = datetime.fromtimestamp(at, UTC).replace(tzinfo=None) + timedelta(minutes=old.offset or 0)
        new = int(written.replace(tzinfo=tz).timestamp())
        offset = (at - new) // 60 + (old.offset or 0)
        return new, pack_form(DateForm(old.precision, offset, is_floating=True))

    rows = []
    floating = f"(published_form & {FLOATING} OR updated_form & {FLOATING})"
    for id, at, first_seen, published, published_form, updated, updated_form in db.execute(
        "SELECT id, at, first_seen, published, published_form, updated, updated_form FROM article"
        f" WHERE source_id = ? AND {floating}",
        (source_id,),
    ):
        if published is not None:
            published, published_form = move(published, published_form)
            at = sort_time(published, published_form, first_seen)
        elif at != first_seen and unpack_form(updated_form).is_floating:  # the first update, not the last
            at = int(datetime.fromtimestamp(at, old_tz).replace(tzinfo=tz).timestamp())
        if updated is not None:
            updated, updated_form = move(updated, updated_form)
        rows.append((at, published, published_form, updated, updated_form, id))
    db.executemany(
        "UPDATE article SET at = ?, published = ?, published_form = ?, updated = ?, updated_form = ? WHERE id = ?", rows
    )


def find_form(at: int, in_utc: Moment) -> DateForm:
    """Return the form of a date that was read as `at`, and is `in_utc` if read in UTC."""
    form = in_utc.form
    if in_utc.at is None or not form.is_floating:
        return form
    offset = (in_utc.at - at) // 60  # of the clock in which it was read
    return DateForm(form.precision, offset, is_floating=True) if abs(offset) <= MAX_OFFSET else TIME


def add_missing_forms(db: Connection, source_id: int, read: Callable[[str], Moment]) -> None:
    """Store the forms of dates that an earlier version of the app read. `read` parses a date in UTC."""

    def form_of(at: int | None, form: int | None, raw: str) -> int | None:
        return form if at is None or form is not None else pack_form(find_form(at, read(raw)))

    rows = []
    for id, published, published_form, updated, updated_form, packed in db.execute(
        "SELECT id, published, published_form, updated, updated_form, feed FROM article JOIN body ON article_id = id"
        " WHERE source_id = ? AND (published IS NOT NULL AND published_form IS NULL"
        " OR updated IS NOT NULL AND updated_form IS NULL)",
        (source_id,),
    ):
        feed = unpack(packed)
        forms = form_of(published, published_form, feed["published"]), form_of(updated, updated_form, feed["updated"])
        rows.append((*forms, id))
    db.executemany("UPDATE article SET published_form = ?, updated_form = ? WHERE id = ?", rows)
