"""What has happened so far: the counts, and each source's outcome as an event."""

from __future__ import annotations

from typing import Any

from roya_tui.model import Failed, Saved, Source
from roya_tui.refresh import Summary

Event = dict[str, Any]


class Tally:
    """Counts sources and articles while a refresh goes on."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = self._new = self._changed = self._failed = self._unchanged = self._waiting = 0

    def saved(self, source: Source, saved: Saved, message: str = "") -> Event:
        new, changed = len(saved.new), len(saved.changed)
        self._new += new
        self._changed += changed
        if not (new or changed):
            self._unchanged += 1
        state = "new" if new or changed else "unchanged"
        return _event(source, state, message, new, changed)

    def failed(self, source: Source, failed: Failed) -> Event:
        self._failed += 1
        return _event(source, "failed", failed.message) | {"kind": failed.kind}

    def waiting(self, source: Source, message: str) -> Event:
        self._waiting += 1
        return _event(source, "waiting", message)

    def step(self) -> Event:
        """Count one source of the total as dealt with."""
        self._done += 1
        return {"event": "progress", "done": self._done, "total": self._total, "new": self._new}

    def summary(self, seconds: float, *, stopped: bool) -> Summary:
        return Summary(
            new=self._new,
            changed=self._changed,
            asked=self._total,
            failed=self._failed,
            unchanged=self._unchanged,
            waiting=self._waiting,
            seconds=seconds,
            stopped=stopped,
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
