"""Refreshes killed at random moments while another process marks articles; what is lost is reported.

The test suite kills a few, `python -m tests.bench.kills` two hundred.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection

from tests.servers import Reply, Seen, Server, rss

from roya_tui.model import NewSource
from roya_tui.store import database
from roya_tui.store.sources import subscriptions

ENTRIES, NEW_EACH_TIME = 40, 8
"""Entries of a feed's document, and how many of them were not in the one before."""

_MARKER = """
import random, sys, time
from contextlib import closing
from pathlib import Path
from roya_tui.store.user_data import article_state
from roya_tui.store.database import open_store
chance = random.Random(int(sys.argv[2]))
with closing(open_store(Path(sys.argv[1]))) as db:
    while True:
        ids = [row[0] for row in db.execute("SELECT id FROM article")]
        if ids:
            id = chance.choice(ids)
            article_state.mark(db, [id], int(time.time()), starred=True)
            print(id, flush=True)
        time.sleep(0.02)
"""


@dataclass(frozen=True, slots=True)
class KillResult:
    """`problems` is empty if nothing was lost."""

    kills: int
    """Refreshes that were running when they were killed."""
    articles: int
    marks: int
    problems: tuple[str, ...]


def kill_refreshes(home: Path, server: Server, *, times: int, feeds: int, longest: float, seed: int) -> KillResult:
    """Start `times` refreshes of `feeds` growing feeds and kill each at a random moment within `longest` seconds.

    `longest` follows the time that refreshes take on this machine.
    """
    chance = random.Random(seed)
    store = home / "news.db"
    (home / "config.toml").write_text('[refresh]\nspacing = "0s"\nper_host = 32\n')
    problems = []
    kills = 0
    with closing(database.open_store(store)) as db:
        for feed in range(feeds):
            subscriptions.add(db, NewSource(url=server.answer(f"/{feed}", growing(feed))), int(time.time()))
        begun = time.monotonic()
        problems += [f"before any kill: {problem}" for problem in _damage(db, set(), *_refresh(home))]
        longest = max(longest, time.monotonic() - begun)
        with _marking(store, seed) as marked:
            before = _stored(db)
            for turn in range(times):
                begun = time.monotonic()
                ended = _refresh(home, kill_after=chance.uniform(0.15, longest))
                if ended[0] == -signal.SIGKILL:
                    kills += 1
                else:
                    longest = max(0.3, time.monotonic() - begun)
                problems += [f"kill {turn}: {problem}" for problem in _damage(db, before, *ended)]
                before = _stored(db)
        problems += [f"the refresh after them: {problem}" for problem in _damage(db, before, *_refresh(home))]
        starred = {row[0] for row in db.execute("SELECT article_id FROM state WHERE starred_at IS NOT NULL")}
        if lost := set(marked()) - starred:
            problems.append(f"{len(lost)} marks are lost")
        unwell = [source.label for source in subscriptions.list_all(db) if source.failures or not source.succeeded]
        if unwell:
            problems.append(f"not healed: {', '.join(unwell)}")
        return KillResult(kills, len(_stored(db)), len(starred), tuple(problems))


def growing(feed: int) -> Callable[[Seen, socket.socket, threading.Event], Reply]:
    """Return the behavior of a feed that has new entries at each request."""
    asked: Counter[int] = Counter()

    def answer(*_: object) -> Reply:
        last = ENTRIES + NEW_EACH_TIME * asked[feed]
        asked[feed] += 1
        items = (
            (f"{feed}.{n}", f"Title {feed}.{n}", f"Invented words {n} " * 120) for n in range(last - ENTRIES, last)
        )
        return Reply(200, rss(*items).encode(), {"Content-Type": "application/rss+xml"})

    return answer


@contextmanager
def _marking(store: Path, seed: int) -> Iterator[Callable[[], list[int]]]:
    """Star articles in another process; the function returns the ids that it reported as starred."""
    command = [sys.executable, "-c", _MARKER, str(store), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        starred: list[int] = []
        reader = threading.Thread(
            target=lambda: starred.extend(int(line) for line in process.stdout or () if line[-1:] == "\n")
        )
        reader.start()

        def ids() -> list[int]:
            reader.join()
            return starred

        try:
            yield ids
            if process.poll() is not None:
                assert process.stderr is not None
                raise AssertionError(f"the marking process died: {process.stderr.read()}")
        finally:
            process.kill()


def _refresh(home: Path, kill_after: float | None = None) -> tuple[int, str]:
    """Run a refresh until it ends or is killed; return its exit code and standard error."""
    command = [sys.executable, "-m", "roya_tui", "--home", str(home), "refresh", "--all-now"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            _, complaint = process.communicate(timeout=120 if kill_after is None else kill_after)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            _, complaint = process.communicate()
        return process.returncode, complaint.strip()


def _stored(db: Connection) -> set[tuple[int, str]]:
    return set(db.execute("SELECT source_id, guid FROM article"))


def _damage(db: Connection, before: set[tuple[int, str]], code: int, complaint: str) -> list[str]:
    """Return what is wrong with a database after a refresh."""
    wrong = database.find_problems(db)
    if lost := before - _stored(db):
        wrong.append(f"{len(lost)} articles are lost")
    if code not in (0, -signal.SIGKILL):
        wrong.append(f"a refresh ended with {code}: {complaint}")
    return wrong
