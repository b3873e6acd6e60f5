"""Shared context of a refresh, and its progress: counts and events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from sqlite3 import Connection
from typing import Any, NamedTuple

from msgspec.structs import replace

from roya_tui.clock import Clock
from roya_tui.config import Config, Paths
from roya_tui.model import Failure, SaveResult, Source
from roya_tui.notifications import MAX_LISTED, describe, is_quiet
from roya_tui.presentation.source_status import TimeContext
from roya_tui.refresh.results import EventCallback, Summary
from roya_tui.refresh.store_thread import StoreThread
from roya_tui.sources.schedule import WaitingSource, source_host
from roya_tui.store import rule_matching
from roya_tui.store.articles import lookup
from roya_tui.translation import gettext

Event = dict[str, Any]


class RefreshContext(NamedTuple):
    """What all parts of a refresh use. `now` returns UTC seconds."""

    paths: Paths
    config: Config
    store: StoreThread
    progress: RefreshProgress
    report: EventCallback
    now: Callable[[], int]


class RefreshProgress:
    """Counts sources and articles during a refresh and builds its events."""

    def __init__(self, total: int, config: Config) -> None:
        self.total = total
        """Sources to fetch."""
        self.clock = Clock(config.dates.format, config.dates.zone)
        self._notify = config.notify
        self._done = 0
        self.counts = Counter[str]()
        """Values of the fields of `Summary`."""
        self._offline = False

    def record_saved(self, source: Source, saved: SaveResult, message: str = "") -> Event:
        new, changed = len(saved.new), len(saved.changed)
        state = "new" if new or changed else "unchanged"
        self.counts.update(new=new, changed=changed, unchanged=int(state == "unchanged"))
        return _source_event(source, state, message, new, changed)

    def record_failed(self, source: Source, failed: Failure) -> Event:
        self.counts["failed"] += 1
        return _source_event(source, "failed", failed.message) | {"kind": failed.kind}

    def record_waiting(self, waiting: WaitingSource, now: int) -> Event:
        self.counts["waiting"] += 1
        message = retry_message(waiting.reason, waiting.until, TimeContext(now, self.clock))
        event = _source_event(waiting.source, "waiting", message)
        held = {"host": source_host(waiting.source), "held_until": waiting.held_until}
        return event | held if waiting.held_until is not None else event

    def record_offline(self, until: int) -> Event:
        """Record that there is no network; the next attempt is at `until` (UTC seconds)."""
        self._offline = True
        message = gettext("There is no network. Sources are checked as soon as it is back.")
        return {"event": "offline", "until": until, "message": message}

    def record_done(self, waiting_for: str) -> Event:
        """Count a source of the total as done."""
        self._done += 1
        return self.progress_event(waiting_for)

    def progress_event(self, waiting_for: str) -> Event:
        """Return the progress; `waiting_for` is the host of the slowest pending response, or ""."""
        event = {"event": "progress", "done": self._done, "total": self.total, "new": self.counts["new"]}
        return event | {"waiting_for": waiting_for} if waiting_for else event

    def prefetch_event(self, what: str, done: int, total: int) -> Event:
        """Return the progress of the prefetching of `what`: "pages" or "pictures"."""
        event = {"event": "progress", "done": done, "total": total, "new": self.counts["new"]}
        return event | {"stage": "offline", "what": what}

    def notification_event(self, db: Connection, before: int, now: int) -> Event | None:
        """Return what to notify the user of, among articles with ids above `before`; None: nothing.

        What arrives in quiet hours is not shown later.
        """
        if self._notify.method == "off" or is_quiet(self._notify.quiet, self.clock.at(now)):
            return None
        matches = rule_matching.find_matches(db, before, "notify")
        rules, ids = list(matches), sorted(set().union(*matches.values()), reverse=True)
        newest = lookup.load_headlines(db, ids[:MAX_LISTED])
        new = self.counts["new"] - self.counts["muted"] if self._notify.count else 0
        notification = describe(rules, len(ids), newest, new)
        return notification and {"event": "notify", **notification._asdict()}

    def totals_event(self, event: str, seconds: float) -> Event:
        """Return the totals as an event: "fetched" after the sources, "finished" at the end."""
        names = ("new", "muted", "changed", "failed", *(("pages", "pictures") if event == "finished" else ()))
        return {"event": event, **{name: self.counts[name] for name in names}, "seconds": round(seconds, 2)}

    def summary(self, seconds: float, *, stopped: bool) -> Summary:
        summary = Summary(asked=self.total, seconds=seconds, stopped=stopped, offline=self._offline)
        return replace(summary, **self.counts)


def _source_event(source: Source, state: str, message: str, new: int = 0, changed: int = 0) -> Event:
    event = {"event": "source", "id": source.id, "label": source.label, "state": state}
    return event | {"new": new, "changed": changed, "message": message}


def retry_message(message: str, at: int | None, times: TimeContext) -> str:
    """Return `message` with the time of the next check."""
    return message if at is None else message + " " + gettext("Next check: {time}.", time=times.describe_time(at))
