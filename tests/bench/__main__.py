"""`python -m tests.bench`: what the reader takes, beside a bare Textual app and newsboat, on this machine."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench import (
    alone,
    attack,
    briefing,
    closing,
    contrast,
    corruption,
    finding,
    fuzz,
    hostile,
    made_store,
    newsboat,
    page_texts,
    parsing,
    pictures,
    reader,
    reading,
    refresh_load,
    room,
    row_modes,
    ruling,
    store,
    stories,
)
from tests.bench.figures import Report
from tests.terminal.driver import NotSeen

OTHERS = {
    "attack": attack.main,
    "parsing": parsing.main,
    "pages": page_texts.main,
    "fuzz": fuzz.main,
    "hostile": hostile.main,
    "reading": reading.main,
    "pictures": pictures.main,
    "stories": stories.main,
    "finding": finding.main,
    "size": room.main,
    "briefing": briefing.main,
    "rules": ruling.main,
    "closing": closing.main,
    "contrast": contrast.main,
    "corruption": corruption.main,
}
"""Benchmarks of their own: `python -m tests.bench parsing`."""
PARTS = ("store", "start", "keys", "rows", "list", "refresh", "newsboat")
SIZES = (1_000, 10_000, 100_000)


def arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Measures the reader on a real terminal (a pty, 140x40) with stores of invented articles, beside "
        "a bare Textual app and newsboat. Nothing leaves this machine. See tests/bench/README.md.",
    )
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of articles (%(default)s)")
    parser.add_argument("--only", default=",".join(PARTS), help="parts to measure (%(default)s)")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "roya-tui-bench",
                        help="folder for the made stores, kept for the next time (%(default)s)")  # fmt: skip
    parser.add_argument("--runs", type=int, default=9, help="starts to measure of each (%(default)s)")
    parser.add_argument("--presses", type=int, default=200, help="times to press j (%(default)s)")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument(alone.MARK, dest="alone", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(words)
    chosen.sizes = [int(size) for size in chosen.sizes.split(",")]
    chosen.only = chosen.only.split(",")
    unknown = [part for part in chosen.only if part not in PARTS]
    if unknown:
        parser.error(f"no part is called {', '.join(unknown)}: there are {', '.join(PARTS)}")
    return chosen


def main(words: Sequence[str]) -> int:
    if words and words[0] in OTHERS:
        return OTHERS[words[0]](words[1:])
    chosen = arguments(words)
    isolated = alone.start_again_alone("tests.bench", words)
    report = Report()
    tell(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; "
         f"{'no network' if isolated else 'network namespaces are not to be had here'}")  # fmt: skip
    chosen.work.mkdir(parents=True, exist_ok=True)
    starts: dict[int, tuple[float, float]] = {}
    keys: dict[int, dict[str, float]] = {}
    for size in chosen.sizes:
        try:
            measure(size, chosen, isolated, starts, keys, report)
        except NotSeen as trouble:
            report.trouble.append(f"{size:,}: {trouble}")
    judge(starts, keys, report)
    print(report.text())
    if chosen.json:
        chosen.json.write_text(report.json())
    return 0


def measure(
    size: int,
    chosen: argparse.Namespace,
    isolated: bool,
    starts: dict[int, tuple[float, float]],
    keys: dict[int, dict[str, float]],
    report: Report,
) -> None:
    """Measure the chosen parts with one size of store. Raises NotSeen when a program does not do what it should."""
    column = f"{size:,}"
    home = made_store.home(chosen.work, size, int(time.time()), tell)
    if "store" in chosen.only:
        tell(f"Asking the store of {column}…")
        store.measure(home, column, chosen.runs, report)
    if "start" in chosen.only:
        tell(f"Starting with {column}…")
        starts[size] = reader.measure_start(home, column, chosen.runs, report)
    if "keys" in chosen.only:
        tell(f"Pressing keys with {column}…")
        keys[size] = reader.measure_keys(home, column, chosen.presses, report)
    if "rows" in chosen.only:
        tell(f"Switching lines per headline with {column}…")
        row_modes.measure(home, column, chosen.runs, chosen.presses, report)
    if "list" in chosen.only:
        over = reader.measure_list(home, column, chosen.runs, report)
        report.target(f"roya-tui list over a bare interpreter, {column}", over * 1000, 150, "ms")
    if "refresh" in chosen.only and isolated:
        tell(f"Refreshing with {column}…")
        refresh_load.measure(home, chosen.work, column, report)
    if "newsboat" in chosen.only and newsboat.installed():
        folder = newsboat.home(chosen.work, size, int(time.time()), tell)
        tell(f"Running newsboat with {column}…")
        newsboat.measure(folder, column, 3, min(50, chosen.presses), report)


def judge(starts: dict[int, tuple[float, float]], keys: dict[int, dict[str, float]], report: Report) -> None:
    """Compare the largest store's figures with the targets, and with those of a store a tenth its size."""
    if starts:
        size = max(starts)
        ours, bare = starts[size]
        report.target(f"start at {size:,}, times the bare app", ours / bare, 1.6, "x")
        if size // 10 in starts:
            report.target(f"start at {size:,} ÷ {size // 10:,}", ours / starts[size // 10][0], 1.5, "x")
    if keys:
        size = max(keys)
        limits = (("j p95", 16, 1e3, "ms"), ("tag", 60, 1e3, "ms"), ("memory", 120, 1e-6, "MB"))
        for name, limit, scale, unit in limits:
            if name in keys[size]:
                label = {"tag": "tag filter p95", "memory": "peak memory"}.get(name, name)
                report.target(f"{label} at {size:,}", keys[size][name] * scale, limit, unit)
        smaller = keys.get(size // 10, {})
        if "j median" in keys[size] and "j median" in smaller:
            report.target(f"j at {size:,} ÷ {size // 10:,}", keys[size]["j median"] / smaller["j median"], 1.5, "x")


def tell(sentence: str) -> None:
    """Say what goes on, apart from the figures."""
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
