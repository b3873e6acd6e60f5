"""`python -m tests.bench briefing`: what a briefing takes of the processor, and a list where sources are capped."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench import made_store
from tests.bench.figures import Report, Times

from roya_tui.clock import Clock
from roya_tui.query import Query, parse
from roya_tui.store import database
from roya_tui.store.search import results
from roya_tui.ui.rows.article_rows import DailyLimits, ListOptions, load_rows
from roya_tui.ui.rows.briefing_page import make_timeline

WINDOWS = ("since:1d", "since:30d", "since:1y", "came:5y")
CAPPED = ListOptions(daily_limits=DailyLimits(Clock(zone="UTC"), {}))


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench briefing", description=__doc__.partition(": ")[2])
    parser.add_argument("--size", type=int, default=100_000, help="number of articles (%(default)s)")
    parser.add_argument("--runs", type=int, default=5, help="times to do each (%(default)s)")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "roya-tui-bench",
                        help="folder for the made stores, kept for the next time (%(default)s)")  # fmt: skip
    chosen = parser.parse_args(words)
    report = Report()
    now = int(time.time())
    home = made_store.copy(made_store.home(chosen.work, chosen.size, now, print), chosen.work)
    column = f"{chosen.size:,}"

    def measure(row: str, job: Callable[[], object]) -> Times:
        times = Times.of(_processor(job) for _ in range(chosen.runs))
        report.times(row, column, times)
        return times

    db = database.open_store(home / "news.db")
    for window in WINDOWS:
        query = parse(f"is:unread {window}", now)
        found = len(results.find(db, query, now))
        times = measure(f"briefing, {window}: {found:,} unread, ms", lambda query=query: make_timeline(db, query, now))  # type: ignore[misc]
        if window == "since:30d":
            report.target("a briefing of a month", times.median * 1000, 100, "ms")
    plain = measure("all articles as rows, ms", lambda: load_rows(db, Query(), now))
    same = measure(
        "  the same where sources might be capped, and none is, ms",
        lambda: load_rows(db, Query(), now, options=CAPPED),
    )
    report.target("none capped, against rows of all", same.median / plain.median, 1.1, "times")
    for share, which in (("a tenth", "id % 10 = 0"), ("all", "1")):
        db.execute(f"UPDATE source SET per_day = 1 WHERE {which}")
        measure(f"  {share} of the sources capped, ms", lambda: load_rows(db, Query(), now, options=CAPPED))
        measure("    the first 200, ms", lambda: load_rows(db, Query(), now, 200, options=CAPPED))
    db.close()
    print(report.text())
    return 0


def _processor(job: Callable[[], object]) -> float:
    began = time.process_time()
    job()
    return time.process_time() - began
