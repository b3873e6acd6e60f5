"""What becomes of an answer: a job for the parser, and what the store keeps of a good one and of a failure."""

from __future__ import annotations

from pathlib import Path
from sqlite3 import Connection
from typing import NamedTuple

from msgspec.structs import replace

from roya_tui.config import Config, Refresh
from roya_tui.model import Failure, Feed, SaveResult, Source
from roya_tui.refresh.parsing import Job, Parsed
from roya_tui.refresh.words import again
from roya_tui.sources import schedule
from roya_tui.sources.fetch import Answer
from roya_tui.sources.local import Files
from roya_tui.sources.unpacking import Document
from roya_tui.sources.web.addresses import host
from roya_tui.store.articles import ingestion, search_index
from roya_tui.store.connection import transaction
from roya_tui.store.sources import checks
from roya_tui.store.sources.checks import CheckResult
from roya_tui.text import one_line


class Cost(NamedTuple):
    """What one answer took, in milliseconds and in bytes as they came."""

    milliseconds: int | None = None
    size: int = 0


def documents(got: Answer | Files | Failure) -> tuple[Document, ...]:
    """Return the documents in an answer; a failure has none."""
    if isinstance(got, Failure):
        return ()
    return got.documents if isinstance(got, Files) else (got.document,)


def job(source: Source, got: Answer | Files, config: Config, now: int) -> Job:
    """Return what the parser is to do. Raises KeyError, with words, for a mapping that is not there."""
    chosen, first = None, source.succeeded is None
    if source.mapping:
        from roya_tui.sources.jsonapi import mapping  # seldom needed, and slow to import

        chosen = mapping(source.mapping, config.mappings)
    if isinstance(got, Files):
        title = Path(source.url).name
        return Job(documents(got), zone=source.zone, mapping=chosen, now=now, title=title, known=first)
    return Job(documents(got), got.url, got.content_type, source.zone, chosen, now, known=first)


def perhaps_a_portal(source: Source, got: Answer | Files, failed: Failure) -> str:
    """Return what to add where a feed that was one leads to another host's page: networks ask people so to sign in."""
    if source.succeeded is None or not isinstance(got, Answer) or failed.kind != "not-a-feed":
        return ""
    answered = host(got.url)
    if answered == schedule.host(source):
        return ""
    return f" It came from {one_line(answered)}: if this network wants you to sign in, do so in the browser."


def good(got: Answer | Files, source: Source, cost: Cost, limits: Refresh, now: int) -> CheckResult:
    """Return what is kept of a good answer, before its document is read."""
    outcome = CheckResult(
        now,
        ok=True,
        body_hash=got.body_hash,
        pace=source.pace,
        next_check=next_check(got, source, None, limits, now),
        milliseconds=cost.milliseconds,
        size=cost.size,
    )
    if isinstance(got, Files):
        return replace(outcome, modified=got.stamp)
    return replace(outcome, etag=got.etag, modified=got.modified, moved_to=got.moved_to)


def next_check(got: Answer | Files, source: Source, feed: Feed | None, limits: Refresh, now: int) -> int:
    """Return when to look again, after a good answer, and what its `feed` wishes."""
    max_age = got.max_age if isinstance(got, Answer) else None
    return schedule.next_check(source, limits, now, max_age=max_age, feed=feed)


def bad(source: Source, failed: Failure, cost: Cost, spread: float, now: int) -> CheckResult:
    """Return what is kept of a failure: its words, with the time of the next attempt. `spread` is from 0 to 1."""
    retry, dead = None, failed.kind != "offline" and schedule.is_dead(source, now)
    if not source.is_local and failed.kind != "gone":
        failures = 1 if failed.kind == "offline" else source.failures + 1
        retry = max(schedule.next_try(failures, now, spread, dead=dead), failed.retry_at or 0)
    silent = " It has not answered well for weeks, and is asked once a week." if retry and dead else ""
    return CheckResult(
        now,
        ok=False,
        error=again(failed.message + silent, retry, now),
        next_check=retry,
        held_until=failed.retry_at,
        gone=failed.kind == "gone",
        failed=failed,
        milliseconds=cost.milliseconds,
    )


def save(db: Connection, source: Source, parsed: Parsed, outcome: CheckResult) -> SaveResult:
    """Save articles and validators together or not at all; search learns of many sources at once."""
    with transaction(db):
        saved = ingestion.save(db, source.id, parsed.feed, parsed.rows, outcome.at, index=search_index.enqueue)
        checks.record(db, source.id, replace(outcome, new=len(saved.new), changed=len(saved.changed)))
    return saved
