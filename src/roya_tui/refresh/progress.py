"""Shared context of a refresh, and its progress: counts and events."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from msgspec.structs import replace

from roya_tui.config import Config, Paths
from roya_tui.model import Failure, SaveResult, Source
from roya_tui.refresh.results import EventCallback, Summary
from roya_tui.refresh.store_thread import StoreThread
from roya_tui.sources.schedule import WaitingSource

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

    def __init__(self, total: int) -> None:
        self.total = total
        """Sources to fetch."""
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
        return _source_event(waiting.source, "waiting", waiting_message(waiting.reason, waiting.until, now))

    def record_offline(self, until: int) -> Event:
        """Record that there is no network; the next attempt is at `until` (UTC seconds)."""
        self._offline = True
        message = "There is no network here. The sources are asked as soon as there is one."
        return {"event": "offline", "until": until, "message": message}

    def record_done(self, waits_for: str) -> Event:
        """Count a source of the total as done."""
        self._done += 1
        return self.progress_event(waits_for)

    def progress_event(self, waits_for: str) -> Event:
        """Return the progress; `waits_for` is the host of the slowest pending response, or ""."""
        event = {"event": "progress", "done": self._done, "total": self.total, "new": self.counts["new"]}
        return event | {"waits_for": waits_for} if waits_for else event

    def prefetch_event(self, what: str, done: int, total: int) -> Event:
        """Return the progress of the prefetching of `what`: "pages" or "pictures"."""
        event = {"event": "progress", "done": done, "total": total, "new": self.counts["new"]}
        return event | {"stage": "offline", "what": what}

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


DAY = 24 * 60 * 60


def format_time(at: int, now: int) -> str:
    """Return `at` (UTC seconds) in local time: at 14:20, tomorrow at 14:20, on 08-07 at 14:20."""
    local = time.localtime(at)
    text = time.strftime("at %H:%M", local)
    if local[:3] == time.localtime(now)[:3]:
        return text
    if local[:3] == time.localtime(now + DAY)[:3]:
        return f"tomorrow {text}"
    return f"on {time.strftime('%d-%m', local)} {text}"


def waiting_message(reason: str, until: int | None, now: int) -> str:
    """Return a sentence on why a source is not fetched now, and when it will be."""
    sentence = reason[0].upper() + reason[1:]
    return f"{sentence}." if until is None else f"{sentence}; next look {format_time(until, now)}."


def retry_message(message: str, at: int | None, now: int) -> str:
    """Return `message` with the time of the next attempt."""
    return message if at is None else f"{message} Trying again {format_time(at, now)}."
