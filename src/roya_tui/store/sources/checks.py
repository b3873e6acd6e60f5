"""Results of checks of sources, as a refresh stores them; not steps of the journal."""

from __future__ import annotations

from collections.abc import Iterable
from sqlite3 import Connection
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace

from roya_tui.model import Attempt, Failure, Feed, UpdateSchedule
from roya_tui.store.connection import transaction
from roya_tui.store.credentials import carry_credentials
from roya_tui.store.sources import status
from roya_tui.store.sources.subscriptions import is_address_taken, list_all


class CheckResult(Struct, frozen=True):
    """The result of one check of a source at `at` (UTC seconds).

    A good result (`ok`) replaces the validators, the body hash and the feed's schedule (`pace`); a failure keeps them,
    and `error` describes it. `next_check` is as in `Source`. `failed` is the same for the log of checks: with its kind,
    without the time of the next check. `gone` (RFC 9110 §15.5.11) pauses the source until you resume it; `held_until`
    is the server's Retry-After.
    """

    at: int
    ok: bool
    error: str = ""
    etag: str = ""
    modified: str = ""
    body_hash: str = ""
    pace: UpdateSchedule = UpdateSchedule()
    next_check: int | None = None
    held_until: int | None = None
    moved_to: str = ""
    gone: bool = False
    failed: Failure | None = None
    milliseconds: int | None = None
    size: int | None = None
    """Duration and bytes of the response; None if not measured."""
    new: int = 0
    changed: int = 0
    was_held: bool = False
    """Whether the host was limiting requests before, and still is: not a failure."""
    remark: str = ""
    """What was repaired or skipped in the document of a good response."""

    def with_feed(self, feed: Feed) -> CheckResult:
        """Return this result with the schedule and the warnings of the document.

        A truncated document keeps no validators, so that the next check requests it in full.
        """
        validators = {"etag": "", "modified": ""} if feed.cut else {}
        return replace(self, pace=feed.pace, remark=" ".join(feed.warnings), **validators)

    @property
    def is_offline(self) -> bool:
        """Whether there was no network, so that this says nothing about the source."""
        return self.failed is not None and self.failed.kind == "offline"


def change_address(db: Connection, id: int, url: str) -> str:
    """Follow a permanent redirect, or return the label of the other source that has that address. Not a step."""
    with transaction(db):
        if is_address_taken(db, id, url):
            return next(source.label for source in list_all(db) if source.url == url and source.id != id)
        (old,) = db.execute("SELECT url FROM source WHERE id = ?", (id,)).fetchone()
        carry_credentials(db, old, url)
        db.execute("UPDATE source SET url = ? WHERE id = ?", (url, id))
    return ""


def record(db: Connection, id: int, result: CheckResult) -> None:
    """Store the result of a check and add it to the log."""
    always = "checked = :at, next_check = :next_check, held_until = :held_until, moved_to = :moved_to, gone = :gone"
    good = (
        "succeeded = :at, failures = 0, error = '', etag = :etag, modified = :modified, body_hash = :body_hash,"
        " ttl = :ttl, skip_hours = :skip_hours, skip_days = :skip_days"
    )
    # Without a network, or while the host limits requests, the failure says nothing more about the source.
    bad = "error = :error" if result.is_offline or result.was_held else "failures = failures + 1, error = :error"
    pace: dict[str, Any] = {"ttl": result.pace.ttl}
    pace |= {name: " ".join(map(str, getattr(result.pace, name))) for name in ("skip_hours", "skip_days")}
    failed = Failure("", result.remark) if result.ok else result.failed or Failure("unknown", result.error)
    cost = (result.milliseconds, result.size)
    attempt = Attempt(result.at, failed.kind, failed.message, *cost, result.new, result.changed)
    with transaction(db):
        values = {**asdict(result), **pace, "id": id}
        db.execute(f"UPDATE feed SET {always}, {good if result.ok else bad} WHERE source_id = :id", values)
        if not result.was_held:
            status.log_attempt(db, id, attempt)


def postpone(db: Connection, ids: Iterable[int], until: int) -> None:
    """Check none of these sources before `until` (Retry-After of their server)."""
    held = "UPDATE feed SET held_until = max(coalesce(held_until, 0), ?) WHERE source_id = ?"
    with transaction(db):
        db.executemany(held, ((until, id) for id in ids))
