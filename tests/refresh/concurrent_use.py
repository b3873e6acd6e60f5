"""Two refreshes, the app and a program that marks use one database; whether one of them reports a lock.

The test suite does it for some seconds, `python -m tests.bench.together` for a minute.
"""

import itertools
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.refresh.killing import growing
from tests.servers import Server
from tests.terminal.driver import Terminal

from roya_tui.model import NewSource
from roya_tui.store import database
from roya_tui.store.sources import subscriptions

PROGRAM = [sys.executable, "-m", "roya_tui", "--home"]


@dataclass(frozen=True, slots=True)
class ConcurrentUse:
    """Exit codes of refreshes and marks with their number; `messages` are from standard error and the screen."""

    refreshes: Counter[int]
    marks: Counter[int]
    keys: int
    articles: int
    messages: tuple[str, ...]
    damage: tuple[str, ...]


def use_concurrently(home: Path, server: Server, *, seconds: float, feeds: int) -> ConcurrentUse:
    """Run all programs for `seconds` on `feeds` feeds that always have new entries."""
    (home / "config.toml").write_text('[refresh]\nspacing = "0s"\nper_host = 32\non_start = false\n')
    with closing(database.open_store(home / "news.db")) as db:
        for feed in range(feeds):
            subscriptions.add(db, NewSource(url=server.answer(f"/{feed}", growing(feed))), int(time.time()))
    end = 0.0
    refreshes: Counter[int] = Counter()
    marks: Counter[int] = Counter()
    messages: list[str] = []

    def repeat(ends: Counter[int], *words: str) -> None:
        while time.monotonic() < end:
            process = subprocess.run(
                [*PROGRAM, str(home), *words], capture_output=True, text=True, timeout=120, check=False
            )
            ends[process.returncode] += 1
            if process.stderr:
                messages.append(process.stderr.strip())

    others = [threading.Thread(target=repeat, args=(refreshes, "refresh", "--all-now")) for _ in range(2)]
    others.append(threading.Thread(target=repeat, args=(marks, "mark", "star", "is:unread")))
    with Terminal([*PROGRAM, str(home), "--offline"], columns=100, rows=30) as terminal:
        terminal.wait_for("Unread")
        end = time.monotonic() + seconds
        for other in others:
            other.start()
        keys = itertools.count()
        for key in itertools.cycle(("j", "m", ".", "s", "u", "2", "1")):
            if time.monotonic() > end:
                break
            terminal.press(key)
            next(keys)
            time.sleep(0.05)
            messages += [line for line in terminal.screen.text().splitlines() if "store" in line or "mistake" in line]
        for other in others:
            other.join()
        terminal.press("q")
        if code := terminal.wait_exit():
            messages.append(f"the reader ended with {code}")
    with closing(database.open_store(home / "news.db")) as db:
        articles = db.execute("SELECT count(*) FROM article").fetchone()[0]
        return ConcurrentUse(refreshes, marks, next(keys), articles, tuple(messages), tuple(database.find_problems(db)))


def unexpected(messages: tuple[str, ...]) -> tuple[str, ...]:
    """Return the messages other than that of the second refresh, which leaves the work to the first."""
    return tuple(sentence for sentence in messages if not sentence.startswith("Another refresh is running"))
