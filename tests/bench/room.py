"""`python -m tests.bench.room`: the room that a store takes, index and all, beside newsboat's for the same articles."""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.bench import alone, invented, newsboat
from tests.bench.figures import Report
from tests.bench.invented_rss import rss
from tests.terminal.driver import surroundings

from roya_tui.model import Entry, Feed
from roya_tui.store import cleanup, database
from roya_tui.store.articles import ingestion, search_index
from roya_tui.store.sources import subscriptions

SCRIPTS = {"three scripts": range(10), "English": range(3, 10), "Arabic": range(2), "Chinese": range(2, 3)}
"""Which of ten sources are written in each."""
_TOLD_AFTER = 500
"""Articles after which search is told, as in a refresh."""


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.room", description=__doc__.partition(": ")[2])
    parser.add_argument("--articles", type=int, default=6_000, help="number of articles (%(default)s)")
    parser.add_argument(alone.MARK, dest="alone", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(words)
    alone.start_again_alone("tests.bench.room", words)
    report = Report()
    now = int(time.time())
    for name, of_ten in SCRIPTS.items():
        print(f"Saving {name}…", file=sys.stderr, flush=True)
        feeds = _feeds([n for n in range(invented.SOURCES) if n % 10 in of_ten], chosen.articles, now)
        with tempfile.TemporaryDirectory() as folder:
            saved, tidied, pages = _ours(Path(folder), feeds, now)
            report.number("as saved, MB", name, saved / 1e6)
            report.number("after tidy, MB", name, tidied / 1e6)
            for table, size in pages:
                report.number(f"  {table}, MB", name, size / 1e6)
            if newsboat.installed():
                theirs = _theirs(Path(folder) / "newsboat", feeds)
                report.number("newsboat, MB", name, theirs / 1e6)
                report.target(f"as saved ÷ newsboat, {name}", saved / theirs, 1.0, "x")
                report.target(f"after tidy ÷ newsboat, {name}", tidied / theirs, 1.0, "x")
    print(report.text())
    return 0


def _feeds(numbers: Sequence[int], total: int, now: int) -> dict[int, list[Entry]]:
    """Entries by source, of so many articles in all, the newest first."""
    each = total // len(numbers)
    return {
        number: [invented.entry(number + invented.SOURCES * n, each * invented.SOURCES, now) for n in range(each)][::-1]
        for number in numbers
    }


def _ours(folder: Path, feeds: dict[int, list[Entry]], now: int) -> tuple[int, int, list[tuple[str, int]]]:
    """The bytes of the store as a refresh leaves it, those after `tidy`, and what takes most of them."""
    db = database.open_store(folder / "news.db")
    waiting = 0
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        for number, entries in feeds.items():
            kept = subscriptions.add(db, invented.source(number), now)
            rows = list(workers.map(ingestion.prepare, entries, chunksize=50))
            ingestion.save(db, kept.id, Feed(format="made", title=kept.label), rows, now, index=search_index.enqueue)
            waiting += len(rows)
            if waiting >= _TOLD_AFTER:
                search_index.index_queue(db)
                waiting = 0
    search_index.index_queue(db)
    saved = cleanup.database_size(db)
    pages = db.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 4").fetchall()
    cleanup.compact(db, folder / "news.db")
    tidied = cleanup.database_size(db)
    db.close()
    return saved, tidied, pages


def _theirs(folder: Path, feeds: dict[int, list[Entry]]) -> int:
    """The bytes of newsboat's cache, which it fills from files."""
    folder.mkdir()
    for number, entries in feeds.items():
        source = invented.source(number)
        (folder / f"{number}.xml").write_text(rss(source.name, source.url, entries), encoding="utf-8")
    (folder / "urls").write_text("".join(f"file://{folder / f'{number}.xml'}\n" for number in feeds))
    (folder / "config").write_text("auto-reload no\nmax-items 0\n")
    files = [word for option, name in (("-u", "urls"), ("-c", "cache.db"), ("-C", "config"))
             for word in (option, str(folder / name))]  # fmt: skip
    subprocess.run(
        ["newsboat", *files, "-x", "reload"],
        timeout=300,
        check=True,
        stdout=subprocess.DEVNULL,
        env=surroundings({"HOME": str(folder)}),
    )
    with sqlite3.connect(folder / "cache.db") as cache:
        cache.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return (folder / "cache.db").stat().st_size


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
