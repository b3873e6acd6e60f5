"""How all sources fare, as the screen and the command line tell it: the store's facts, the schedule's reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from sqlite3 import Connection

from msgspec.structs import replace

from roya_tui.config import Config
from roya_tui.model import Source, SourceStatistics, SourceStatus
from roya_tui.presentation.source_status import TimeContext, assess_source
from roya_tui.sources import schedule
from roya_tui.store.sources import status as kept
from roya_tui.store.sources import subscriptions


def load_all(
    db: Connection, config: Config, times: TimeContext, twins: Mapping[int, tuple[int, ...]], *, offline: bool = False
) -> list[SourceStatus]:
    """Return the health of all sources, by folder and label.

    `twins` are what `store.health.twins` finds: with thousands of sources it takes as long as all the rest.
    """
    known, facts = subscriptions.list_all(db), kept.load_statistics(db, times.now)
    for id, others in twins.items():
        facts[id] = replace(facts.get(id, SourceStatistics()), duplicates=others)
    return assess(known, facts, config, times, offline=offline)


def assess(
    source_list: Sequence[Source],
    facts: Mapping[int, SourceStatistics],
    config: Config,
    times: TimeContext,
    *,
    offline: bool = False,
) -> list[SourceStatus]:
    """Return the health of `known`, of which `facts` tell what is known."""
    waits = {
        one.source.id: one
        for one in schedule.make_plan(source_list, config.refresh, times.now, offline=offline).waiting
    }
    labels = {source.id: source.label for source in source_list}
    found = []
    for source in source_list:
        waiting = waits.get(source.id)
        why, until = (waiting.reason, waiting.until) if waiting else ("", None)
        found.append(
            assess_source(
                source, facts.get(source.id, SourceStatistics()), times, reason=why, until=until, labels=labels
            )
        )
    return found
