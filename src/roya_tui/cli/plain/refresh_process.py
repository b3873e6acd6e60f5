"""Run a refresh for the plain reader in a child process, and report its progress in sentences."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from roya_tui.processes import child_environment
from roya_tui.text import format_count


class RefreshProcess:
    """A running refresh; it goes on to fetch pictures and pages after `sentences` ends."""

    def __init__(self, program: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            [*program, "refresh", "--all-now", "--events"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
            start_new_session=True,  # ^C goes to this process only, which stops the refresh
        )

    def sentences(self) -> Iterator[str]:
        """Yield the events as sentences, until all sources are checked."""
        for event in self._events():
            match event.get("event"):
                case "started":
                    yield format_count(event["total"], "source is", "sources are") + " asked."
                case "source" if event["state"] == "new":
                    yield f"{event['label']}: {event['new']:,} new."
                case "source" if event["state"] == "failed":
                    yield event["message"]
                case "busy" | "offline" | "warning":
                    yield event["message"]
                case "fetched":
                    yield f"{event['new']:,} new, {event['changed']:,} changed."
                    break
        threading.Thread(target=self._drain, daemon=True).start()

    def _events(self) -> Iterator[dict[str, Any]]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with suppress(ValueError):
                event = json.loads(line)
                if isinstance(event, dict):
                    yield event

    def _drain(self) -> None:
        """Discard further events, so that the process does not block on its output."""
        for _ in self._events():
            pass

    def stop(self) -> None:
        """Terminate the process; fetched articles stay."""
        if self._process.poll() is None:
            self._process.terminate()
        self._process.wait()
