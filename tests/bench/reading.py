"""Articles as they are opened, scrolled and set anew: as text, and on the screen with 100,000 articles in the store."""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from tests.bench import made_store
from tests.bench.figures import Report, Times
from tests.bench.reader import COLUMNS, QUIET, QUIET_AFTER_WORK, ROOT, ROWS, command
from tests.bench.torn import LARGEST, torn
from tests.terminal.driver import Terminal

from roya_tui.document.parser import parse_html
from roya_tui.layout.engine import layout_document
from roya_tui.model import Entry, Moment, NewSource
from roya_tui.store import database
from roya_tui.store.articles import ingestion
from roya_tui.store.sources import subscriptions
from roya_tui.ui.widgets.cells import measure

T = TypeVar("T")

BASE = "https://invented.example/article"
WIDTH, SHOWN = 80, 40
KB = 1000
SIZES = {"20 KB": 20 * KB, "300 KB": 300 * KB, "3 MB": 3000 * KB}
FEW, MANY = 100, 1000
"""Articles that are opened before the memory is looked at."""

_ARABIC = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ابتثجحخدذرزسشصضطظعغفقكلمنه")


def invented_body(size: int, *, arabic: bool = False, seed: int = 1) -> str:
    """HTML of about `size` characters: paragraphs with links and bold words, headings, lists, a table, a quotation.

    Arabic has the same shape, letter by letter.
    """
    chance = random.Random(seed)
    words = ["".join(chance.choices("etaoinshrdlucmfwypvbgk", k=chance.randint(2, 9))) for _ in range(2000)]
    if arabic:
        words = [word.translate(_ARABIC) for word in words]
    parts: list[str] = []
    length = 0
    while length < size:
        some = chance.choices(words, k=chance.randint(30, 90))
        some[5] = f'<a href="https://invented.example/{length}">{some[5]}</a>'
        some[9] = f"<strong>{some[9]}</strong>"
        match len(parts) % 12:
            case 5:
                part = f"<h2>{some[0]} {some[1]}</h2><ul><li>{some[2]}<li>{' '.join(some[10:30])}</ul>"
            case 8:
                rows = "".join(f"<tr><td>{a}<td>{b}<td>12" for a, b in zip(some[10:18], some[20:28], strict=True))
                part = f"<table><tr><th>{some[0]}<th>{some[1]}<th>n{rows}</table>"
            case 10:
                part = f"<blockquote><p>{' '.join(some)}</p></blockquote>"
            case _:
                part = f"<p>{' '.join(some)}.</p>"
        parts.append(part)
        length += len(part)
    return "".join(parts)


def _least(run: Callable[[], T], runs: int) -> tuple[float, T]:
    """The least seconds of the processor that some runs take, and what the last one came to."""
    times: list[float] = []
    for _ in range(runs):
        before = time.process_time()
        result = run()
        times.append(time.process_time() - before)
    return min(times), result


def measure_texts(runs: int, report: Report) -> None:
    """What a text takes without a screen; the most that else runs on the machine can do is to add to it."""
    figures: dict[tuple[str, bool], list[float]] = {}
    for column, size in SIZES.items():
        for arabic in (False, True):
            html = invented_body(size, arabic=arabic)
            often = runs if size < 1000 * KB else 1
            read, made = _least(lambda html=html: parse_html(html, BASE), often)  # type: ignore[misc]

            def opened(width: int = WIDTH, made=made) -> object:  # type: ignore[no-untyped-def]
                lines = layout_document(made, width, measure)
                return lines[: min(SHOWN, len(lines))]

            set_anew, _ = _least(opened, often)
            lines = layout_document(made, WIDTH, measure)
            drawn, _ = _least(lambda lines=lines: [line.text for line in lines], often)  # type: ignore[misc]
            figures[column, arabic] = [read, set_anew, drawn / len(lines)]
            name = " (Arabic)" if arabic else ""
            report.number(f"HTML → blocks, ms{name}", column, read * 1000)
            report.number(f"blocks → lines, and a screenful, ms{name}", column, set_anew * 1000)
            report.number(f"one line more, µs{name}", column, drawn / len(lines) * 1e6)
        latin, other = figures[column, False], figures[column, True]
        report.number("  Arabic ÷ Latin, from HTML to a screenful", column, sum(other[:2]) / sum(latin[:2]), ".2f")
        report.number("  Arabic ÷ Latin, each line", column, other[2] / latin[2], ".2f")
    report.target("20 KB, ms", sum(figures["20 KB", False][:2]) * 1000, 16, "ms")
    report.target("300 KB, ms", sum(figures["300 KB", False][:2]) * 1000, 150, "ms")
    report.target("300 KB at another width, ms", figures["300 KB", False][1] * 1000, 200, "ms")
    report.target("300 KB in Arabic, ms", sum(figures["300 KB", True][:2]) * 1000, 150, "ms")
    ratio = sum(figures["300 KB", True][:2]) / sum(figures["300 KB", False][:2])
    report.target("bidi: Arabic ÷ Latin of 300 KB", ratio, 2, "times")


def measure_torn(report: Report) -> None:
    """What was made to hurt: how long it takes, and that it ends."""
    for name, html in torn():
        read, made = _least(lambda html=html: parse_html(html, BASE), 1)  # type: ignore[misc]
        lines, _ = _least(lambda made=made: len(layout_document(made, WIDTH, measure)), 1)  # type: ignore[misc]
        report.number(name, "blocks, s", read, ".2f")
        report.number(name, "lines, s", lines, ".2f")


def _text_memory(name: str) -> int:
    """The most memory, in bytes, that this process needs to read and lay out one of the largest articles."""
    html = LARGEST[name]()
    before = _memory("self", "VmHWM")
    lines = layout_document(parse_html(html, BASE), WIDTH, measure)
    for number in range(0, len(lines), SHOWN):
        lines[number]
    return _memory("self", "VmHWM") - before


def _app_memory(names: Sequence[str], work: Path) -> int:
    """The most memory that the app held when it showed the largest articles one after the other."""
    with tempfile.TemporaryDirectory(dir=work) as folder:
        home = Path(folder)
        now = int(time.time())
        db = database.open_store(home / "news.db")
        source = subscriptions.add(db, NewSource("https://largest.invalid/feed", name="Largest"), now)
        for number, name in enumerate(names):
            entry = Entry(guid=name, title=name, published=Moment(now - number), content=LARGEST[name]() + " <p>LAST.")
            ingestion.save(db, source.id, None, [ingestion.prepare(entry)], now)
        db.close()
        with Terminal(command(home), columns=COLUMNS, rows=ROWS, folder=ROOT) as terminal:
            pressed = 0.0
            for name in names:
                terminal.wait_for_bytes(name.encode(), timeout=60, after=pressed)
                terminal.wait_for(lambda screen: "Loading a long text" not in screen.text(), timeout=120)
                terminal.settled(QUIET_AFTER_WORK, timeout=120)
                pressed = terminal.press("enter", "G", "g", "esc", "j")
            held = _memory(str(terminal.pid), "VmHWM")
            terminal.press("q")
            terminal.wait_exit()
    return held


def measure_memory(work: Path, report: Report) -> None:
    """The memory that articles of the maximum length need: alone, and all of them in the app."""
    work.mkdir(exist_ok=True)
    worst = 0
    for name in LARGEST:
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            needed = process.submit(_text_memory, name).result()
        worst = max(worst, needed)
        report.number(f"2 MB of {name}, MB more", "memory", needed / 1e6)
    report.target("memory of an article, MB more", worst / 1e6, 200, "MB more")
    report.target("memory of the app with all of them", _app_memory([*LARGEST], work) / 1e6, 300, "MB")


def _home(work: Path, size: int, tell: Callable[[str], None]) -> Path:
    """A home with `size` articles, and above them some of 20 KB and of 300 KB."""
    now = int(time.time())
    home = made_store.copy(made_store.home(work, size, now, tell), work)
    db = database.open_store(home / "news.db")
    for name, length, count in (("Long", 300 * KB, 6), ("Middling", 20 * KB, 60)):
        source = subscriptions.add(db, NewSource(f"https://{name.lower()}.invalid/feed", name=name), now)
        entries = [
            Entry(
                guid=f"{name} {number}",
                title=f"{name} {number:03}",
                published=Moment(now + 3600 - number * 20 - (1800 if name == "Long" else 0)),
                content=f"<p>Begins {name} {number:03}.</p>{invented_body(length, seed=number)}",
            )
            for number in range(count)
        ]
        ingestion.save(db, source.id, None, [ingestion.prepare(entry) for entry in entries], now)
    db.close()
    return home


def _memory(pid: str, field: str = "VmRSS") -> int:
    """The bytes of memory that a process holds now, or (VmHWM) held at most; Linux only."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith(field)).split()[1]) * 1024


def measure_screen(home: Path, report: Report) -> None:
    """Keys, from press to last byte, on a terminal of 140×40."""
    column = "on the screen"
    with Terminal(command(home), columns=COLUMNS, rows=ROWS, folder=ROOT) as terminal:
        terminal.wait_for_bytes(b"Begins Middling 000", timeout=60)
        terminal.settled(500)

        def keys(key: str, count: int, quiet: float = QUIET) -> Times:
            answers = []
            for _ in range(count):
                pressed = terminal.press(key)
                answers.append(terminal.settled(quiet, timeout=20, after=pressed) - pressed)
            return Times.of(answers)

        moved = keys("j", 50)
        report.times("j: another article of 20 KB, ms", column, moved)
        report.target("another article of 20 KB at p95", moved.p95 * 1000, 16, "ms")
        terminal.press("enter")
        terminal.settled(QUIET_AFTER_WORK)
        scrolled = keys("j", 40)
        report.times("j in the article: a line, ms", column, scrolled)
        report.target("a line at the median", scrolled.median * 1000, 8, "ms")
        terminal.press("esc")
        terminal.settled(QUIET_AFTER_WORK)
        keys("j", 9)
        opened = []
        for number in range(6):
            pressed = terminal.press("j")
            terminal.wait_for_bytes(f"Begins Long {number:03}".encode(), timeout=20, after=pressed)
            opened.append(terminal.settled(QUIET, timeout=20, after=pressed) - pressed)
            time.sleep(0.05)  # less than what the next one needs to be set ahead of time
        report.times("j: another article of 300 KB, ms", column, Times.of(opened))
        report.target("another article of 300 KB, the slowest", Times.of(opened).worst * 1000, 150, "ms")
        sized = []
        for columns in (110, COLUMNS) * 4:
            before = time.perf_counter()
            terminal.resize(columns, ROWS)
            sized.append(terminal.settled(QUIET_AFTER_WORK, timeout=20, after=before) - before)
        report.times("another width, 300 KB, ms", column, Times.of(sized))
        report.target("another width, 300 KB at the median", Times.of(sized).median * 1000, 200, "ms")

        held = []
        for count in (FEW, MANY):
            for _ in range(count):
                terminal.press("j")
                time.sleep(0.03)
            terminal.settled(QUIET_AFTER_WORK, timeout=60)
            held.append(_memory(str(terminal.pid)))
        for count, size in zip((FEW, FEW + MANY), held, strict=True):
            report.number(f"memory after {count:,} articles more, MB", column, size / 1e6)
        report.target("memory after the last 1,000", (held[1] - held[0]) / 1e6, 10, "MB more")
        terminal.press("q")
        terminal.wait_exit()


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench reading", description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000, help="in the store behind the screen (%(default)s)")
    parser.add_argument("--only", default="text,torn,memory,screen", help="parts to measure (%(default)s)")
    parser.add_argument("--runs", type=int, default=5, help="of each text; the least counts (%(default)s)")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "roya-tui-bench",
                        help="folder for the made store, kept for the next time (%(default)s)")  # fmt: skip
    wanted = parser.parse_args(words)
    report = Report()
    parts = wanted.only.split(",")
    if "text" in parts:
        measure_texts(wanted.runs, report)
    if "torn" in parts:
        measure_torn(report)
    if "memory" in parts:
        measure_memory(wanted.work, report)
    if "screen" in parts:
        home = _home(wanted.work, wanted.articles, lambda line: print(line, file=sys.stderr))
        try:
            measure_screen(home, report)
        finally:
            shutil.rmtree(home, ignore_errors=True)
    print(report.text())
    return 0
