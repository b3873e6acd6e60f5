"""What the parts of one refresh share, and what has happened so far: counts, and each source's outcome as an event."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from roya_tui.config import Config, Paths
from roya_tui.model import Failure, SaveResult, Source
from roya_tui.refresh.results import EventCallback, Summary
from roya_tui.refresh.store_thread import StoreThread

Event = dict[str, Any]


class RefreshContext(NamedTuple):
    """One run of a refresh: what it works with, whom it tells, and its clock."""

    paths: Paths
    config: Config
    store: StoreThread
    progress: RefreshProgress
    report: EventCallback
    now: Callable[[], int]


class RefreshProgress:
    """Counts sources and articles while a refresh goes on."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._pages = self._pictures = 0
        self._muted = 0
        self._done = self._new = self._changed = self._failed = self._unchanged = self._waiting = 0
        self._offline = False

    def record_saved(self, source: Source, saved: SaveResult, message: str = "") -> Event:
        new, changed = len(saved.new), len(saved.changed)
        self._new += new
        self._changed += changed
        if not (new or changed):
            self._unchanged += 1
        state = "new" if new or changed else "unchanged"
        return _source_event(source, state, message, new, changed)

    def record_failed(self, source: Source, failed: Failure) -> Event:
        self._failed += 1
        return _source_event(source, "failed", failed.message) | {"kind": failed.kind}

    def record_waiting(self, source: Source, message: str) -> Event:
        self._waiting += 1
        return _source_event(source, "waiting", message)

    def record_offline(self, until: int) -> Event:
        """Note that there is no network here; somebody is asked again at `until`."""
        self._offline = True
        message = "There is no network here. The sources are asked as soon as there is one."
        return {"event": "offline", "until": until, "message": message}

    def add_sources(self, count: int) -> None:
        """Count more sources that are to be asked."""
        self._total += count

    def add_waiting(self, count: int) -> None:
        """Count sources that could not be asked for want of a network."""
        self._waiting += count

    def record_done(self, waits_for: str) -> Event:
        """Count one source of the total as dealt with."""
        self._done += 1
        return self.progress_event(waits_for)

    def progress_event(self, waits_for: str) -> Event:
        """Return how far it is; `waits_for` is whose answer it waits for, "" for nobody's."""
        far = {"event": "progress", "done": self._done, "total": self._total, "new": self._new}
        return far | ({"waits_for": waits_for} if waits_for else {})

    def count_kept(self, what: str) -> None:
        """Count one of the "pages" or "pictures" that are there for reading offline from now on."""
        if what == "pages":
            self._pages += 1
        else:
            self._pictures += 1

    def prefetch_event(self, what: str, done: int, total: int) -> Event:
        """Return how far the stage after the sources is: "pages", or "pictures"."""
        far = {"event": "progress", "done": done, "total": total, "new": self._new}
        return far | {"stage": "offline", "what": what}

    def set_muted(self, muted: int) -> None:
        """Note how many of the new articles rules have muted."""
        self._muted = muted

    def totals_event(self, event: str, seconds: float) -> Event:
        """Return the counts: "fetched" when all sources are through, "finished" at the end."""
        counts = {"new": self._new, "muted": self._muted, "changed": self._changed, "failed": self._failed}
        kept = {"pages": self._pages, "pictures": self._pictures} if event == "finished" else {}
        return {"event": event, **counts, **kept, "seconds": round(seconds, 2)}

    def summary(self, seconds: float, *, stopped: bool) -> Summary:
        return Summary(
            new=self._new,
            muted=self._muted,
            changed=self._changed,
            asked=self._total,
            failed=self._failed,
            unchanged=self._unchanged,
            waiting=self._waiting,
            pages=self._pages,
            pictures=self._pictures,
            seconds=seconds,
            stopped=stopped,
            offline=self._offline,
        )


def _source_event(source: Source, state: str, message: str, new: int = 0, changed: int = 0) -> Event:
    return {
        "event": "source",
        "id": source.id,
        "label": source.label,
        "state": state,
        "new": new,
        "changed": changed,
        "message": message,
    }


DAY = 24 * 60 * 60


def format_time(at: int, now: int) -> str:
    """Return the time `at` on this machine's clock: "at 14:20", "tomorrow at 14:20", "on 08-07 at 14:20"."""
    there = time.localtime(at)
    text = time.strftime("at %H:%M", there)
    if there[:3] == time.localtime(now)[:3]:
        return text
    if there[:3] == time.localtime(now + DAY)[:3]:
        return f"tomorrow {text}"
    return f"on {time.strftime('%d-%m', there)} {text}"


def waiting_message(reason: str, until: int | None, now: int) -> str:
    """Return why a source is not asked now, as a sentence."""
    sentence = reason[0].upper() + reason[1:]
    return f"{sentence}." if until is None else f"{sentence}; next look {format_time(until, now)}."


def retry_message(message: str, at: int | None, now: int) -> str:
    """Return `message` and when the next attempt is made."""
    return message if at is None else f"{message} Trying again {format_time(at, now)}."
