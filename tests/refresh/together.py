"""Two refreshes, a reader and a program that marks, all at one store for a while: does anyone hear that it is locked?

The test suite does it for some seconds, `python -m tests.bench.together` for a minute.
"""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.refresh.kills import growing
from tests.servers import Server
from tests.terminal import Terminal

from roya_tui.model import NewSource
from roya_tui.store import database
from roya_tui.store.sources import subscriptions

PROGRAM = [sys.executable, "-m", "roya_tui", "--home"]


@dataclass(frozen=True, slots=True)
class Together:
    """How the refreshes and marks ended, by exit code, and what anyone said on standard error or the screen."""

    refreshes: Counter[int]
    marks: Counter[int]
    keys: int
    articles: int
    said: tuple[str, ...]
    damage: tuple[str, ...]


def work_together(home: Path, server: Server, *, seconds: float, feeds: int) -> Together:
    """Let them all work for so long on `feeds` feeds that always have news."""
    (home / "config.toml").write_text('[refresh]\nspacing = "0s"\nper_host = 32\non_start = false\n')
    with closing(database.open_store(home / "news.db")) as db:
        for feed in range(feeds):
            subscriptions.add(db, NewSource(url=server.answer(f"/{feed}", growing(feed))), int(time.time()))
    end = time.monotonic() + seconds
    refreshes: Counter[int] = Counter()
    marks: Counter[int] = Counter()
    said: list[str] = []

    def again_and_again(ends: Counter[int], *words: str) -> None:
        while time.monotonic() < end:
            done = subprocess.run(
                [*PROGRAM, str(home), *words], capture_output=True, text=True, timeout=120, check=False
            )
            ends[done.returncode] += 1
            if done.stderr:
                said.append(done.stderr.strip())

    others = [threading.Thread(target=again_and_again, args=(refreshes, "refresh", "--all-now")) for _ in range(2)]
    others.append(threading.Thread(target=again_and_again, args=(marks, "mark", "star", "is:unread")))
    with Terminal([*PROGRAM, str(home), "--offline"], columns=100, rows=30) as terminal:
        terminal.wait_for("Unread")
        for other in others:
            other.start()
        keys = itertools.count()
        for key in itertools.cycle(("j", "m", ".", "s", "u", "2", "1")):
            if time.monotonic() > end:
                break
            terminal.press(key)
            next(keys)
            time.sleep(0.05)
            said += [line for line in terminal.screen.text().splitlines() if "store" in line or "mistake" in line]
        for other in others:
            other.join()
        terminal.press("q")
        if code := terminal.wait_exit():
            said.append(f"the reader ended with {code}")
    with closing(database.open_store(home / "news.db")) as db:
        articles = db.execute("SELECT count(*) FROM article").fetchone()[0]
        return Together(refreshes, marks, next(keys), articles, tuple(said), tuple(database.find_problems(db)))


def trouble(said: tuple[str, ...]) -> tuple[str, ...]:
    """What was said that is not the second refresh leaving the work to the first."""
    return tuple(sentence for sentence in said if not sentence.startswith("Another refresh is at work"))
