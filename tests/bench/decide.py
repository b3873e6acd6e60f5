"""`python -m tests.bench.decide`: how long it takes to decide who of thousands of sources is asked, and when."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

from msgspec.structs import replace

from roya_tui.config import Refresh
from roya_tui.model import Source, UpdateSchedule
from roya_tui.sources.schedule import DAY, HOUR, HostQueue, make_plan

NOW = 1_790_000_000
TARGET = 0.020
"""Seconds for 5,000 sources."""


def sources(count: int) -> list[Source]:
    """Invent sources on a tenth as many hosts, in every state that there is."""
    found = []
    for n in range(count):
        source = Source(n + 1, f"https://host{n % (count // 10)}.example/feeds/{n}.xml", title=f"Invented News {n}")
        match n % 20:
            case 0:
                source = replace(source, paused=True)
            case 1:
                source = replace(source, checked=NOW - HOUR, next_check=NOW + HOUR, failures=3)
            case 2:
                source = replace(
                    source, checked=NOW - DAY, next_check=NOW - 60, pace=UpdateSchedule(None, (0, 1, 2), (5, 6))
                )
            case 3 if n % 500 == 3:
                source = replace(source, checked=NOW - 60, held_until=NOW + HOUR, failures=1)
            case 4 | 5 | 6 | 7 | 8 | 9:
                source = replace(source, checked=NOW - 60, next_check=NOW + 1740)
            case _:
                source = replace(source, checked=NOW - HOUR, next_check=NOW - n % 1800)
        found.append(source)
    return found


def timed(work: Callable[[], object], times: int = 15) -> list[float]:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return taken


def served(plan: tuple[Source, ...]) -> None:
    """Give everyone a turn, each host a second apart."""
    turns, now = HostQueue(plan, per_host=2, spacing=1.0), 0.0
    while turns:
        while (source := turns.take(now)) is not None:
            turns.release(source)
        now += turns.seconds_until_next(now) or 0.0


def main() -> int:
    config, missed = Refresh(), False
    for count in (500, 5_000, 50_000):
        known = sources(count)
        plan = make_plan(known, config, NOW)
        for what, work in (("due", lambda: make_plan(known, config, NOW)), ("turns", lambda: served(plan.fetch))):  # noqa: B023
            taken = timed(work)
            median, best = statistics.median(taken) * 1000, min(taken) * 1000
            print(f"{what:6}{count:7,} sources, {len(plan.fetch):6,} due: median {median:7.1f} ms, best {best:7.1f} ms")
            missed |= what == "due" and count == 5_000 and min(taken) > TARGET
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
