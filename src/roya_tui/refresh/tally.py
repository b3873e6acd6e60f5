"""What the parts of one refresh share, and what has happened so far: counts, and each source's outcome as an event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from roya_tui.config import Config, Paths
from roya_tui.model import Failure, SaveResult, Source
from roya_tui.refresh.keeper import Keeper
from roya_tui.refresh.values import Summary, Tell

Event = dict[str, Any]


class Run(NamedTuple):
    """One run of a refresh: what it works with, whom it tells, and its clock."""

    paths: Paths
    config: Config
    keeper: Keeper
    tally: Tally
    tell: Tell
    now: Callable[[], int]


class Tally:
    """Counts sources and articles while a refresh goes on."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._pages = self._pictures = 0
        self._muted = 0
        self._done = self._new = self._changed = self._failed = self._unchanged = self._waiting = 0
        self._offline = False

    def saved(self, source: Source, saved: SaveResult, message: str = "") -> Event:
        new, changed = len(saved.new), len(saved.changed)
        self._new += new
        self._changed += changed
        if not (new or changed):
            self._unchanged += 1
        state = "new" if new or changed else "unchanged"
        return _event(source, state, message, new, changed)

    def failed(self, source: Source, failed: Failure) -> Event:
        self._failed += 1
        return _event(source, "failed", failed.message) | {"kind": failed.kind}

    def waiting(self, source: Source, message: str) -> Event:
        self._waiting += 1
        return _event(source, "waiting", message)

    def offline_until(self, until: int) -> Event:
        """Note that there is no network here; somebody is asked again at `until`."""
        self._offline = True
        message = "There is no network here. The sources are asked as soon as there is one."
        return {"event": "offline", "until": until, "message": message}

    def wanted(self, count: int) -> None:
        """Count more sources that are to be asked."""
        self._total += count

    def unasked(self, count: int) -> None:
        """Count sources that could not be asked for want of a network."""
        self._waiting += count

    def step(self, waits_for: str) -> Event:
        """Count one source of the total as dealt with."""
        self._done += 1
        return self.far(waits_for)

    def far(self, waits_for: str) -> Event:
        """Return how far it is; `waits_for` is whose answer it waits for, "" for nobody's."""
        far = {"event": "progress", "done": self._done, "total": self._total, "new": self._new}
        return far | ({"waits_for": waits_for} if waits_for else {})

    def kept(self, what: str) -> None:
        """Count one of the "pages" or "pictures" that are there for reading offline from now on."""
        if what == "pages":
            self._pages += 1
        else:
            self._pictures += 1

    def prefetched(self, what: str, done: int, total: int) -> Event:
        """Return how far the stage after the sources is: "pages", or "pictures"."""
        far = {"event": "progress", "done": done, "total": total, "new": self._new}
        return far | {"stage": "offline", "what": what}

    def hid(self, muted: int) -> None:
        """Note how many of the new articles rules have muted."""
        self._muted = muted

    def whole(self, event: str, seconds: float) -> Event:
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


def _event(source: Source, state: str, message: str, new: int = 0, changed: int = 0) -> Event:
    return {
        "event": "source",
        "id": source.id,
        "label": source.label,
        "state": state,
        "new": new,
        "changed": changed,
        "message": message,
    }
