"""Assess the status of all sources from their statistics and the schedule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from sqlite3 import Connection

from msgspec.structs import replace

from roya_tui.config import Config
from roya_tui.model import Source, SourceStatistics, SourceStatus
from roya_tui.presentation.source_status import TimeContext, assess_source
from roya_tui.sources import schedule
from roya_tui.store.sources import status, subscriptions


def load_all(
    db: Connection, config: Config, times: TimeContext, twins: Mapping[int, tuple[int, ...]], *, offline: bool = False
) -> list[SourceStatus]:
    """Return the status of all sources, by folder and label.

    `twins` is the result of `store.sources.status.find_duplicates`, which is slow with thousands of sources.
    """
    facts = status.load_statistics(db, times.now)
    for id, others in twins.items():
        facts[id] = replace(facts.get(id, SourceStatistics()), duplicates=others)
    return assess(subscriptions.list_all(db), facts, config, times, offline=offline)


def describe_failure(db: Connection, id: int, config: Config, times: TimeContext, *, offline: bool = False) -> str:
    """Return why the last check of a source failed and when the next one is, "" if it did not fail."""
    source = subscriptions.get(db, id)
    if source is None or not source.error:
        return ""
    facts = {id: SourceStatistics(last=next(iter(status.list_attempts(db, id)), None))}
    held = subscriptions.list_held(db, times.now)
    [found] = assess([source], facts, config, times, offline=offline, others=held)
    return "" if found.state == "paused" else found.sentence


def assess(
    source_list: Sequence[Source],
    facts: Mapping[int, SourceStatistics],
    config: Config,
    times: TimeContext,
    *,
    offline: bool = False,
    others: Sequence[Source] = (),
) -> list[SourceStatus]:
    """Return the status of each of `source_list`.

    `facts` are their statistics by id; `others` are more sources, which may have the same host or address.
    """
    plan = schedule.make_plan([*source_list, *others], config.refresh, times.now, offline=offline)
    waiting_by_id = {waiting.source.id: waiting for waiting in plan.waiting}
    labels = {source.id: source.label for source in (*others, *source_list)}
    owners = {source.url: source for source in (*others, *source_list)}
    statuses = []
    for source in source_list:
        statistics = facts.get(source.id, SourceStatistics())
        waiting = waiting_by_id.get(source.id)
        reason, until = (waiting.reason, waiting.until) if waiting else ("", None)
        owner = owners.get(source.moved_to, source)
        moved_onto = "" if owner.id == source.id else owner.label
        statuses.append(
            assess_source(source, statistics, times, reason=reason, until=until, labels=labels, moved_onto=moved_onto)
        )
    return statuses
