"""`python -m tests.bench pictures`: what pictures among the lines cost, beside the same articles with captions."""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageFilter
from tests.bench import alone
from tests.bench.figures import Report, Target, Times
from tests.bench.reader import COLUMNS, ROOT, ROWS
from tests.terminal.driver import Terminal

from roya_tui.config import Paths
from roya_tui.model import Entry, Moment, NewSource
from roya_tui.store import picture_cache
from roya_tui.store.articles import ingestion
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions

ARTICLES, EACH = 200, 5
"""A thousand pictures."""
DISTINCT = 8
"""Files that they share."""
SIZE = 1600, 1067
HALF = "▀".encode()
TO_AND_FRO = 20
"""Lines that are scrolled down before they are scrolled up again."""
PER_LINE = 0.008
"""Seconds that scrolling a line may take."""


def photo(seed: int) -> bytes:
    """A JPEG as large as those of news sites, with as much in it."""
    noise = Image.frombytes("RGB", (200, 133), random.Random(seed).randbytes(200 * 133 * 3))
    file = BytesIO()
    noise.resize(SIZE).filter(ImageFilter.GaussianBlur(4)).save(file, "JPEG", quality=88)
    return file.getvalue()


def make(home: Path) -> None:
    """A store of articles with pictures, all of them kept."""
    paths = Paths(home / "config.toml", home, home / "cache")
    now = int(time.time())
    kept = [picture_cache.save(paths, f"https://p.example/{n}", photo(n), "jpeg") for n in range(DISTINCT)]
    entries = []
    for number in range(ARTICLES):
        parts = []
        for place in range(EACH):
            url = f"https://p.example/{number}-{place}"
            path = picture_cache.save(paths, url, b"x", "jpeg")
            path.unlink()
            os.link(kept[(number * EACH + place) % DISTINCT], path)
            parts.append(f'<img src="{url}" alt="Picture {place}">' + "<p>" + "Words of the tide. " * 30 + "</p>")
        entries.append(
            Entry(guid=str(number), title=f"Tide {number:04}.", published=Moment(now - number), content="".join(parts))
        )
    db = open_store(paths.database)
    source = subscriptions.add(db, NewSource("https://news.example/feed", title="Harbour Post"), now)
    ingestion.save(db, source.id, None, [ingestion.prepare(entry) for entry in entries], now)
    db.close()


@contextmanager
def reading(home: Path, how: str) -> Iterator[Terminal]:
    (home / "config.toml").write_text(f'[reading]\nmark_read = "never"\npictures = "{how}"\n')
    command = [sys.executable, "-m", "roya_tui", "--offline", "--home", str(home)]
    with Terminal(command, columns=COLUMNS, rows=ROWS, folder=ROOT) as terminal:
        terminal.wait_for_bytes(b"Tide 0003", timeout=60)
        terminal.settled(600)
        yield terminal
        terminal.press("q")
        terminal.wait_exit()


def scrolled(terminal: Terminal, lines: int) -> tuple[Times, float]:
    """From `j` or `k` to the last byte, and the processor's seconds a line; pictures are drawn before."""
    for key, quiet in (("enter", 400), ("G", 1500), ("g", 1500)):
        terminal.press(key)
        terminal.settled(quiet)
    took = []
    worked = terminal.processor_time()[0]
    for number in range(lines):
        pressed = terminal.press("j" if number // TO_AND_FRO % 2 == 0 else "k")
        took.append(terminal.settled(40, after=pressed) - pressed)
    worked = (terminal.processor_time()[0] - worked) / lines
    terminal.press("esc")
    terminal.settled(300)
    return Times.of(took), worked


def resident(pid: int) -> float:
    """Megabytes of a process now."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench pictures", description=__doc__)
    parser.add_argument("--lines", type=int, default=40, help="lines to scroll (%(default)s)")
    parser.add_argument("--articles", type=int, default=ARTICLES, help="articles to pass through (%(default)s)")
    parser.add_argument(alone.MARK, dest="alone", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(words)
    alone.start_again_alone("tests.bench.pictures", words)
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        make(home)
        lines: dict[str, Times] = {}
        worked: dict[str, float] = {}
        for how in ("captions", "inline"):
            with reading(home, how) as terminal:
                lines[how], worked[how] = scrolled(terminal, chosen.lines)
                report.times("a line in the article → last byte, ms", how, lines[how])
                report.number("  ms of processor time", how, worked[how] * 1000)
                report.number("memory, MB", how, resident(terminal.pid))
                if how == "inline":
                    measure_many(terminal, chosen.articles, report)
        report.number("  processor time ÷ captions", "inline", worked["inline"] / worked["captions"], ".2f")
        label = "scrolling a line with pictures, p95"
        report.targets.append(Target(label, lines["inline"].p95 * 1000, PER_LINE * 1000, "ms"))
    print(report.text())
    return 0


def measure_many(terminal: Terminal, count: int, report: Report) -> None:
    """Pass through articles: the text at once, then the first picture; and what is held after all of them."""
    text, first, early = [], [], 0.0
    for number in range(1, count):
        pressed = terminal.press("j")
        text.append(terminal.wait_for_bytes(f"Tide {number:04}.".encode(), after=pressed) - pressed)
        if number % 10 == 0:  # others are passed by while theirs is still being drawn
            first.append(terminal.wait_for_bytes(HALF, timeout=20, after=pressed) - pressed)
            terminal.settled(300, timeout=30)
        if number == min(40, count - 1):
            early = resident(terminal.pid)
    report.times("j in the list → title, ms", "inline", Times.of(text))
    report.times("j in the list → first picture, ms", "inline", Times.of(first))
    late = resident(terminal.pid)
    report.number("memory after 200 pictures, MB", "inline", early)
    report.number(f"memory after {count * EACH:,} pictures, MB", "inline", late)
    report.targets.append(Target("memory it grew by meanwhile", late - early, 10, "MB"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
