"""Terminals that are closed at random moments while the app runs: what keeps running, and which marks are lost.

The test suite does it a few times, `python -m tests.bench closing` three hundred times. POSIX only.
"""

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from tests.servers import Server, hang
from tests.terminal.app import App
from tests.terminal.driver import NotSeen
from tests.terminal.homes import ARTICLES, BY_HAND, Home, article

from roya_tui.model import NewSource
from roya_tui.query import by_field
from roya_tui.store.database import find_problems
from roya_tui.store.search import results

SCREENS = {
    "list": "", "add": "a", "note": ";", "palette": "ctrl+p", "tags": "#", "help": "?", "rule": "M", "export": "e",
    "find": "/", "tag filter": "t", "save search": "F", "sources": "S", "rules": "E", "accounts": "C",
    "refresh": "R",
}  # fmt: skip
"""A key for each dialog and screen that is open when the terminal is closed."""
MARKS = 3
"""Articles that are starred just before."""
LIMIT = 10.0
"""Seconds until the app and every process that it started must have ended."""


def fill(home: Home, server: Server) -> None:
    """Subscribe to one source on loopback that has articles, and never answers a refresh."""
    home.configure(BY_HAND + "[refresh]\non_start = false\n")
    now = int(time.time())
    home.subscribe(
        NewSource(server.answer("/slow", hang), title="Slow"),
        [article(number, now) for number in range(1, ARTICLES + 1)],
    )


@dataclass(frozen=True, slots=True)
class Closing:
    """One closed terminal: the open screen, and the signals that follow, each after some seconds."""

    screen: str
    signals: tuple[tuple[float, signal.Signals], ...] = ()
    wait: float = 0.0
    """Seconds between the key that opens the screen and the end of the terminal."""

    def __str__(self) -> str:
        followed = ", ".join(f"{which.name} after {after * 1000:.0f} ms" for after, which in self.signals)
        return f"{self.screen}, closed after {self.wait * 1000:.0f} ms{f', {followed}' if followed else ''}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the app ended. `problems` is empty if it ended in time and lost nothing."""

    seconds: float
    code: int | None
    problems: tuple[str, ...]


def close_terminal(home: Home, closing: Closing) -> Outcome:
    """Start the app, star three articles, open a screen and close the terminal. No article may be starred before."""
    with App(home) as app:
        app.until(lambda seen: seen.list.number == 1)
        app.press("s", "j", "s", "j", "s")
        app.at_once(lambda seen: seen.list.text.count("★") == MARKS)
        if key := SCREENS[closing.screen]:
            app.press(key)
        time.sleep(closing.wait)
        started = descendants(app.pid)
        app.hang_up()
        closed = time.monotonic()
        for after, which in closing.signals:
            time.sleep(after)
            with contextlib.suppress(ProcessLookupError):
                os.kill(app.pid, which)
        code, problems = None, []
        try:
            code = app.wait_exit(LIMIT)
        except NotSeen:
            problems.append(f"still running after {LIMIT:g} s, {_busy_seconds(app)} s of the processor used")
        seconds = time.monotonic() - closed
        group = {*started, *_session(app.pid)} - {app.pid}
        while (left := list(filter(is_running, group))) and time.monotonic() < closed + LIMIT:
            time.sleep(0.05)
        if left:
            problems.append(f"processes left: {left}")
    with home.store() as db:
        if (stored := len(results.find(db, by_field("is", "starred"), 0))) != MARKS:
            problems.append(f"{stored} of {MARKS} stars are stored")
        problems += find_problems(db)
    return Outcome(seconds, code, tuple(problems))


def is_running(pid: int) -> bool:
    """Whether a process exists and has not ended (Linux)."""
    return _stat(pid)[:1] not in ([], ["Z"], ["X"])


def descendants(pid: int) -> list[int]:
    """The processes that a process has started, and those that they have started (Linux)."""
    children = [
        int(child) for file in Path(f"/proc/{pid}/task").glob("*/children") for child in file.read_text().split()
    ]
    return [*children, *(each for child in children for each in descendants(child))]


def _session(leader: int) -> list[int]:
    """The processes of a session (Linux)."""
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if _stat(pid)[3:4] == [str(leader)]]


def _stat(pid: int) -> list[str]:
    """State, parent, group, session and so on of a process; nothing if it does not exist."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _busy_seconds(app: App) -> str:
    return f"{app.processor_time()[0]:.1f}"
