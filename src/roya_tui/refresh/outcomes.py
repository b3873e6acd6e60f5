"""Turn a response into a parse job, and its result into the check to record."""

from __future__ import annotations

from pathlib import Path
from sqlite3 import Connection
from typing import NamedTuple

from msgspec.structs import replace

from roya_tui.config import Config
from roya_tui.model import Failure, Feed, SaveResult, Source
from roya_tui.presentation.source_status import TimeContext
from roya_tui.refresh.parse_jobs import Parsed, ParseJob
from roya_tui.refresh.progress import retry_message
from roya_tui.sources import schedule
from roya_tui.sources.hosts import host_of
from roya_tui.sources.http.client import Response
from roya_tui.sources.local_files import LocalFiles
from roya_tui.store.articles import ingestion, search_index
from roya_tui.store.connection import transaction
from roya_tui.store.sources import checks
from roya_tui.store.sources.checks import CheckResult
from roya_tui.text import one_line
from roya_tui.translation import gettext, join_sentences


class RequestCost(NamedTuple):
    """Duration of a request in milliseconds, and the bytes received."""

    milliseconds: int | None = None
    size: int = 0


def make_job(
    source: Source, response: Response | LocalFiles, config: Config, now: int, first_run: int | None = None
) -> ParseJob:
    """Return the parse job for a response; `first_run` is for samples. Raises KeyError if the mapping is missing."""
    mapping, is_first = None, source.succeeded is None
    if source.mapping:
        from roya_tui.sources.json.news_api import find_mapping  # rarely needed, slow to import

        mapping = find_mapping(source.mapping, config.mappings)
    if isinstance(response, LocalFiles):
        title = Path(source.url).name
        job = ParseJob(response.documents, title=title, warnings=response.warnings, first_run=first_run)
    else:
        job = ParseJob(response.documents, response.url, response.content_type)
    return replace(job, zone=source.zone, mapping=mapping, now=now, with_search_document=is_first)


def captive_portal_hint(source: Source, response: Response | LocalFiles, failed: Failure) -> str:
    """Return a hint if a feed now redirects to another host's page, as captive portals do."""
    if source.succeeded is None or not isinstance(response, Response) or failed.kind != "not-a-feed":
        return ""
    host = host_of(response.url)
    if host == host_of(source.url):
        return ""
    hint = gettext(
        "The response came from {host}. To use this network, sign in with your browser.", host=one_line(host)
    )
    return f" {hint}"


def success_outcome(response: Response | LocalFiles, source: Source, cost: RequestCost, now: int) -> CheckResult:
    """Return the check of a successful request, before its document is parsed."""
    outcome = CheckResult(
        now,
        ok=True,
        body_hash=response.body_hash,
        pace=source.pace,
        next_check=earliest_check_after(response, source, None, now),
        milliseconds=cost.milliseconds,
        size=cost.size,
    )
    if isinstance(response, LocalFiles):
        return replace(outcome, modified=response.stat_hash, remark=join_sentences(*response.warnings))
    return replace(outcome, etag=response.etag, modified=response.modified, moved_to=response.moved_to)


def earliest_check_after(response: Response | LocalFiles, source: Source, feed: Feed | None, now: int) -> int | None:
    """Return until when HTTP headers and `feed` ask to wait after a success; a sample is due once at most."""
    if source.sample:
        return source.next_check if (source.next_check or 0) > now else None
    max_age = response.max_age if isinstance(response, Response) else None
    return schedule.earliest_check(source, now, max_age=max_age, feed=feed)


def failure_outcome(
    source: Source, failed: Failure, cost: RequestCost, jitter: float, times: TimeContext
) -> CheckResult:
    """Return the check of a failure, with the next attempt. `jitter` is from 0 to 1.

    If the host was limiting requests already, the check is not one more failure, and only a new Retry-After moves the
    next one.
    """
    now, held_until = times.now, failed.retry_at
    was_held = failed.retry_at is not None and now < (source.held_until or 0) <= now + schedule.MAX_INTERVAL
    retry, dead = None, failed.kind != "offline" and schedule.is_dead(source, now)
    if not source.is_local and failed.kind != "gone":
        failures = 1 if failed.kind == "offline" else source.failures + 1
        retry = max(schedule.next_retry(failures, now, jitter, dead=dead), failed.retry_at or 0)
    if was_held:
        new = held_until if held_until and held_until > now + schedule.MIN_INTERVAL else 0
        held_until = max(source.held_until or 0, new)
        retry = max(source.next_check or 0, held_until)
    message = failed.message
    if retry and dead:
        message += " " + gettext("It has failed for weeks and is checked once a week.")
    return CheckResult(
        now,
        ok=False,
        error=retry_message(message, retry, times),
        next_check=retry,
        held_until=held_until,
        gone=failed.kind == "gone",
        failed=failed,
        was_held=was_held,
        milliseconds=cost.milliseconds,
    )


def save_parsed(db: Connection, source: Source, parsed: Parsed, outcome: CheckResult) -> SaveResult:
    """Save articles and validators in one transaction; search indexing is queued."""
    with transaction(db):
        saved = ingestion.save(db, source.id, parsed.feed, parsed.rows, outcome.at, index=search_index.enqueue)
        checks.record(db, source.id, replace(outcome, new=len(saved.new), changed=len(saved.changed)))
    return saved
