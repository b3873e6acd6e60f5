"""The programs that are compared: how each is told its feeds, and what one run of it takes."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from roya_tui.model import NewSource
from roya_tui.store import database
from roya_tui.store.sources import subscriptions

SAMPLE_EVERY = 0.05
"""Seconds between two looks at memory and articles: each takes milliseconds, of a program with more processes more."""
LONGEST = 900.0
"""Seconds after which a run is given up."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took: seconds by the clock, seconds of processor, bytes of memory over all its processes."""

    wall: float
    cpu: float
    memory: int
    there: float
    """Seconds until others could read all of its articles: to its end, where nobody looked."""


def run(command: Sequence[str], environment: dict[str, str], count: Callable[[], int] = lambda: 0) -> Run:
    """Run a program to its end; `count` counts the articles that it has kept. Raises CalledProcessError if it fails."""
    # With it every start would compile the program anew, which no one's start does.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    process = subprocess.Popen(command, env=kept | environment, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # fmt: skip
    most, grown = [0], [(0.0, 0)]
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(SAMPLE_EVERY):
            most[0] = max(most[0], sum(map(_memory, _family(process.pid))))
            if (articles := count()) > grown[-1][1]:
                grown.append((time.perf_counter() - started, articles))

    watch = threading.Thread(target=look)
    watch.start()
    killer = threading.Timer(LONGEST, process.kill)
    killer.start()
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    killer.cancel()
    ended.set()
    watch.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=said)
    there = grown[-1][0] if 0 < count() == grown[-1][1] else wall
    return Run(wall, usage.ru_utime + usage.ru_stime, max(most[0], usage.ru_maxrss * 1024), there)


def _family(pid: int) -> list[int]:
    try:
        children = [int(child) for task in Path(f"/proc/{pid}/task").iterdir()
                    for child in (task / "children").read_text().split()]  # fmt: skip
    except OSError:
        return []
    return [pid, *(one for child in children for one in _family(child))]


def _memory(pid: int) -> int:
    """Bytes that are this process's own and its share of what it shares (PSS)."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


class Ours:
    """roya-tui, at its defaults but for the pause between two requests on one host."""

    name = "roya-tui"

    def __init__(self, home: Path, addresses: Sequence[str]) -> None:
        home.mkdir(parents=True)
        self._home = home
        (home / "config.toml").write_text('[refresh]\nspacing = "0s"\n')
        db = database.open_store(home / "news.db")
        subscriptions.add_all(db, [NewSource(url=address) for address in addresses], int(time.time()))
        db.close()

    def reload(self) -> Run:
        return run(self._command("--all-now"), {}, self._newest)

    def nothing_due(self) -> Run:
        return run(self._command(), {})

    def _newest(self) -> int:
        """The number of the last article, which all have in the order in which they come."""
        with closing(sqlite3.connect(f"{(self._home / 'news.db').as_uri()}?mode=ro", uri=True)) as db:
            return int((db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'article'").fetchone() or (0,))[0])

    def articles(self) -> int:
        db = database.open_store(self._home / "news.db", readonly=True)
        total = sum(source.total for source in subscriptions.list_all(db))
        db.close()
        return total

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "roya_tui", "--home", str(self._home), "refresh", *words]


class Newsboat:
    """newsboat, with some number of threads."""

    def __init__(self, home: Path, addresses: Sequence[str], threads: int) -> None:
        home.mkdir(parents=True)
        self._home = home
        self.name = f"newsboat, {threads} threads" if threads > 1 else "newsboat"
        (home / "urls").write_text("".join(f"{address}\n" for address in addresses))
        (home / "config").write_text(f"reload-threads {threads}\nmax-items 0\n")

    def reload(self) -> Run:
        files = ["-u", str(self._home / "urls"), "-c", str(self._home / "cache.db"), "-C", str(self._home / "config")]
        return run(["newsboat", *files, "-x", "reload"], {"HOME": str(self._home)})

    def articles(self) -> int:
        with sqlite3.connect(self._home / "cache.db") as cache:
            return int(cache.execute("SELECT count(*) FROM rss_item").fetchone()[0])


def newsboat_is_here() -> bool:
    return shutil.which("newsboat") is not None
