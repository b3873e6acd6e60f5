"""Reading while 5,000 articles come in: how long does any key wait, and does anything move by itself?"""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench import invented, made_store, reader
from tests.bench.figures import Report, Times
from tests.bench.invented_rss import rss
from tests.terminal.driver import Terminal

from roya_tui.model import NewSource
from roya_tui.presentation.view import View
from roya_tui.store import database
from roya_tui.store.sources import subscriptions

FEEDS, ARTICLES_EACH = 100, 50
EVERY = 0.06
"""Seconds between two keys."""
LONGEST = 120.0
"""Seconds after which the refresh is given up."""

_CONFIG = """
[refresh]
on_start = false
at_once = 32
per_host = 32
spacing = "0s"
"""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key, and what its answer shows: the number in the title of the headline that it goes to."""

    at: float
    sign: bytes


def measure(home: Path, work: Path, column: str, report: Report) -> None:
    """Press j and k through a refresh of 100 feeds on loopback. The home folder's own sources are paused in a copy."""
    here = made_store.copy(home, work)
    (here / "config.toml").write_text(_CONFIG)
    order = reader.marks(here, View())
    command = [sys.executable, "-m", "roya_tui", "--home", str(here)]
    with _served(work) as address:
        before = _subscribe(here, address)
        with Terminal(command, columns=reader.COLUMNS, rows=reader.ROWS, folder=reader.ROOT) as terminal:
            terminal.wait_for_bytes(order[0], timeout=60)
            terminal.settled(500)
            calm = press_while(terminal, order, for_seconds(6.0))
            terminal.settled(500)
            place = terminal.screen.where(order[0].decode())

            ran, waited = terminal.processor_time()
            started = terminal.press("R")
            busy = press_while(terminal, order, while_it_has_children(terminal.pid))
            took = time.perf_counter() - started
            ran_on, waited_on = terminal.processor_time()
            terminal.settled(1000)
            screen = terminal.screen
            if screen.where(order[0].decode()) != place or screen.text().count(order[0].decode()) < 2:
                report.trouble.append(f"{column}: a refresh moved the selection or the scroll:\n{screen.text()}")
            report.number("reader's peak memory after a refresh, MB", column, terminal.peak_memory() / 1e6)
            terminal.press("q")
            terminal.wait_exit()
    new = _count(here) - before
    report.number("refresh: new articles", column, new, ",.0f")
    report.number("refresh: seconds, with keys pressed all the while", column, took)
    report.times("  key → its headline, ms, no refresh", column, calm)
    report.times("  key → its headline, ms, during it", column, busy)
    report.number("  the reader ran, share of one core", column, (ran_on - ran) / took, ".2f")
    report.number("  and waited for one, share of the time", column, (waited_on - waited) / took, ".2f")
    report.target("the longest any key waits during a refresh", busy.worst * 1000, 50, "ms")
    if new != FEEDS * ARTICLES_EACH:
        report.trouble.append(f"{column}: {new:,} articles came, not {FEEDS * ARTICLES_EACH:,}")


def press_while(terminal: Terminal, order: list[bytes], going_on: Callable[[], bool]) -> Times:
    """Ten down, ten up, as long as something goes on; what each key waited until its headline was drawn."""
    keys = []
    there_and_back = itertools.cycle([*range(1, 11), *range(9, -1, -1)])
    at = 0
    while going_on() or at:
        goal = next(there_and_back)
        keys.append(Pressed(terminal.press("j" if goal > at else "k"), order[goal]))
        at = goal
        time.sleep(EVERY)
    terminal.settled(300)
    return Times.of(_waits(terminal, keys))


def _waits(terminal: Terminal, keys: list[Pressed]) -> Iterator[float]:
    chunks = terminal.chunks
    output = b"".join(chunk.data for chunk in chunks)
    ends = list(itertools.accumulate(len(chunk.data) for chunk in chunks))
    times = [chunk.at for chunk in chunks]
    for key in keys:
        first = bisect_right(times, key.at)
        found = output.find(key.sign, ends[first - 1] if first else 0)
        yield times[bisect_right(ends, found)] - key.at if found >= 0 else LONGEST


def for_seconds(seconds: float) -> Callable[[], bool]:
    end = time.perf_counter() + seconds
    return lambda: time.perf_counter() < end


def while_it_has_children(pid: int) -> Callable[[], bool]:
    """Whether the reader's refresh still runs: it is its child process (Linux)."""
    start = time.perf_counter()

    def going_on() -> bool:
        passed = time.perf_counter() - start
        children = any(file.read_text().strip() for file in Path(f"/proc/{pid}/task").glob("*/children"))
        return passed < LONGEST and (children or passed < 2.0)

    return going_on


@contextmanager
def _served(work: Path) -> Iterator[str]:
    """New articles on loopback, by Python's own file server in a process of its own."""
    folder = work / "served"
    folder.mkdir(exist_ok=True)
    now, total = int(time.time()), FEEDS * ARTICLES_EACH
    for feed in range(FEEDS):
        numbers = range(feed * ARTICLES_EACH, (feed + 1) * ARTICLES_EACH)
        entries = (invented.entry(2_000_000 + number, 2_000_000 + total, now) for number in numbers)
        (folder / f"{feed}.xml").write_text(rss(f"Served {feed:03d}", f"http://served.invalid/{feed}", entries))
    command = [sys.executable, "-u", "-m", "http.server", "--bind", "127.0.0.1", "--directory", str(folder), "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        port = re.search(r"port (\d+)", server.stdout.readline())
        assert port is not None
        try:
            yield f"http://127.0.0.1:{port[1]}"
        finally:
            server.terminate()


def _subscribe(home: Path, address: str) -> int:
    """Pause the sources there are, add the served ones, and return how many articles there are so far."""
    now = int(time.time())
    db = database.open_store(home / "news.db")
    for known in subscriptions.list_all(db):
        subscriptions.change(db, known.id, paused=True)
    for feed in range(FEEDS):
        subscriptions.add(db, NewSource(url=f"{address}/{feed}.xml", folder="Served"), now)
    db.close()
    return _count(home)


def _count(home: Path) -> int:
    db = database.open_store(home / "news.db", readonly=True)
    total = sum(source.total for source in subscriptions.list_all(db))
    db.close()
    return total
