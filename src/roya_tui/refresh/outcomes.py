"""What becomes of an answer: a job for the parser, and what the store keeps of a good one and of a failure."""

from __future__ import annotations

from pathlib import Path
from sqlite3 import Connection
from typing import NamedTuple

from msgspec.structs import replace

from roya_tui.config import Config, Refresh
from roya_tui.model import Failure, Feed, SaveResult, Source
from roya_tui.refresh.parse_jobs import Parsed, ParseJob
from roya_tui.refresh.progress import retry_message
from roya_tui.sources import schedule
from roya_tui.sources.compression import RawDocument
from roya_tui.sources.hosts import host_of
from roya_tui.sources.http.client import Response
from roya_tui.sources.local_files import LocalFiles
from roya_tui.store.articles import ingestion, search_index
from roya_tui.store.connection import transaction
from roya_tui.store.sources import checks
from roya_tui.store.sources.checks import CheckResult
from roya_tui.text import one_line


class RequestCost(NamedTuple):
    """What one answer took, in milliseconds and in bytes as they came."""

    milliseconds: int | None = None
    size: int = 0


def raw_documents(response: Response | LocalFiles | Failure) -> tuple[RawDocument, ...]:
    """Return the documents in an answer; a failure has none."""
    if isinstance(response, Failure):
        return ()
    return response.documents if isinstance(response, LocalFiles) else (response.document,)


def make_job(source: Source, response: Response | LocalFiles, config: Config, now: int) -> ParseJob:
    """Return what the parser is to do. Raises KeyError, with words, for a mapping that is not there."""
    chosen, first = None, source.succeeded is None
    if source.mapping:
        from roya_tui.sources.json.news_api import find_mapping  # seldom needed, and slow to import

        chosen = find_mapping(source.mapping, config.mappings)
    if isinstance(response, LocalFiles):
        title = Path(source.url).name
        return ParseJob(
            raw_documents(response), zone=source.zone, mapping=chosen, now=now, title=title, with_search_document=first
        )
    return ParseJob(
        raw_documents(response),
        response.url,
        response.content_type,
        source.zone,
        chosen,
        now,
        with_search_document=first,
    )


def captive_portal_hint(source: Source, response: Response | LocalFiles, failed: Failure) -> str:
    """Return what to add where a feed that was one leads to another host's page: networks ask people so to sign in."""
    if source.succeeded is None or not isinstance(response, Response) or failed.kind != "not-a-feed":
        return ""
    answered = host_of(response.url)
    if answered == schedule.source_host(source):
        return ""
    return f" It came from {one_line(answered)}: if this network wants you to sign in, do so in the browser."


def success_outcome(
    response: Response | LocalFiles, source: Source, cost: RequestCost, limits: Refresh, now: int
) -> CheckResult:
    """Return what is kept of a good answer, before its document is read."""
    outcome = CheckResult(
        now,
        ok=True,
        body_hash=response.body_hash,
        pace=source.pace,
        next_check=next_check(response, source, None, limits, now),
        milliseconds=cost.milliseconds,
        size=cost.size,
    )
    if isinstance(response, LocalFiles):
        return replace(outcome, modified=response.stat_hash)
    return replace(outcome, etag=response.etag, modified=response.modified, moved_to=response.moved_to)


def next_check(response: Response | LocalFiles, source: Source, feed: Feed | None, limits: Refresh, now: int) -> int:
    """Return when to look again, after a good answer, and what its `feed` wishes."""
    max_age = response.max_age if isinstance(response, Response) else None
    return schedule.next_check(source, limits, now, max_age=max_age, feed=feed)


def failure_outcome(source: Source, failed: Failure, cost: RequestCost, jitter: float, now: int) -> CheckResult:
    """Return what is kept of a failure: its words, with the time of the next attempt. `spread` is from 0 to 1."""
    retry, dead = None, failed.kind != "offline" and schedule.is_dead(source, now)
    if not source.is_local and failed.kind != "gone":
        failures = 1 if failed.kind == "offline" else source.failures + 1
        retry = max(schedule.next_retry(failures, now, jitter, dead=dead), failed.retry_at or 0)
    silent = " It has not answered well for weeks, and is asked once a week." if retry and dead else ""
    return CheckResult(
        now,
        ok=False,
        error=retry_message(failed.message + silent, retry, now),
        next_check=retry,
        held_until=failed.retry_at,
        gone=failed.kind == "gone",
        failed=failed,
        milliseconds=cost.milliseconds,
    )


def save_parsed(db: Connection, source: Source, parsed: Parsed, outcome: CheckResult) -> SaveResult:
    """Save articles and validators together or not at all; search learns of many sources at once."""
    with transaction(db):
        saved = ingestion.save(db, source.id, parsed.feed, parsed.rows, outcome.at, index=search_index.enqueue)
        checks.record(db, source.id, replace(outcome, new=len(saved.new), changed=len(saved.changed)))
    return saved
