"""`python -m tests.bench finding`: what finding, counting and marking take, from a key to its last byte."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench import alone, grown, invented, made_store, newsboat
from tests.bench.figures import Report, Times
from tests.bench.reader import COLUMNS, QUIET, QUIET_AFTER_WORK, ROOT, ROWS, command, marks, measure_start, reading
from tests.bench.watched import Answer, answer
from tests.terminal.driver import NotSeen, Terminal

from roya_tui.model import SavedSearch
from roya_tui.presentation.view import Scope, View
from roya_tui.store import database
from roya_tui.store.search import results, saved_searches

QUIET_OPENING = 450
"""Milliseconds until the panes have made room for the bar; its cursor blinks after half a second."""
PARTS = ("typing", "feeds", "marking", "size")

COMMON, MIDDLING, RARE = invented.COMMON_WORD, invented.OCCASIONAL_WORD, invented.RARE_WORD
TYPED = {
    "a rare word": RARE,
    "a middling word": MIDDLING,
    "a common word": COMMON,
    "two words": f"{COMMON} {MIDDLING}",
    "a phrase": f'"{COMMON} {MIDDLING}"',
    "a tag and a word": f"tag:economy {COMMON}",
}
FACTS = "is:unread tag:economy -tag:sport since:7d"
FOLDER = 'folder:"Folder 3"'
"""A tenth of all articles."""


FEEDS = {
    "a feed of facts": "is:unread tag:economy since:30d",
    "a feed of words": f"{COMMON} -tag:sport",
    "a feed of folders": f'{FOLDER} or folder:"Folder 7"',
    "a feed of everything": "is:unread",
}
_CONFIG = """
[reading]
mark_read = "never"

[refresh]
on_start = false
"""
"""So that a list is not drawn anew for what is read while nobody types."""


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench finding", description=__doc__.partition(": ")[2])
    parser.add_argument("--size", type=int, default=100_000, help="number of articles (%(default)s)")
    parser.add_argument("--times", type=int, default=10, help="size of a second store, so many times as large; 1: none")
    parser.add_argument("--runs", type=int, default=2, help="times to type each (%(default)s)")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "roya-tui-bench",
                        help="folder for the made stores, kept for the next time (%(default)s)")  # fmt: skip
    parser.add_argument("--only", default=",".join(PARTS), help="parts to measure (%(default)s)")
    parser.add_argument("--newsboat", action="store_true", help="measure newsboat's search beside it")
    parser.add_argument(alone.MARK, dest="alone", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(words)
    alone.start_again_alone("tests.bench.finding", words)
    report = Report()
    made = made_store.home(chosen.work, chosen.size, int(time.time()), _tell)
    home, column = made_store.copy(made, chosen.work), f"{chosen.size:,}"
    _measure(home, column, chosen.runs, 50, 0.4, chosen.only, report)
    if chosen.times > 1:
        larger = grown.home(made, chosen.work, chosen.times, _tell)
        more = f"{chosen.size * chosen.times:,}"
        _measure(larger, more, 1, 300, 1.0, chosen.only.replace("marking", ""), report)
        if "size" in chosen.only:
            _tell("Starting and moving with both…")
            _against_size(home, larger, column, more, report)
    if chosen.newsboat and newsboat.installed():
        newsboat.measure_search(newsboat.home(chosen.work, chosen.size, int(time.time()), _tell), column, report)
    print(report.text())
    return 0


def _measure(home: Path, column: str, runs: int, limit: float, quiet: float, only: str, report: Report) -> None:
    """All parts that are wanted with one store; one of them that fails is told, and the others follow."""
    (home / "config.toml").write_text(_CONFIG)
    parts = {
        "typing": lambda: _typing(home, column, runs, limit, quiet, report),
        "feeds": lambda: _feeds(home, column, 3, limit, quiet, report),
        "marking": lambda: _marking(home, column, report),
    }
    for name, part in parts.items():
        if name in only.split(","):
            _tell(f"{name.capitalize()} with {column}…")
            try:
                part()
            except NotSeen as trouble:
                report.trouble.append(f"{column}: {name}: {trouble}")


def _typing(home: Path, column: str, runs: int, limit: float, quiet: float, report: Report) -> None:
    with reading(home) as terminal:
        for what, typed in TYPED.items():
            answers = [one for _ in range(runs) for one in _type(terminal, typed, quiet)]
            if not answers:
                report.trouble.append(f"{column}: no list came for {typed}")
                continue
            listed = Times.of(one.listed for one in answers)
            report.times(f"{what}: a key → first rows, ms", column, Times.of(one.first for one in answers))
            report.times(f"{what}: → last byte of list and article, ms", column, listed)
            report.times(f"{what}: → all still, counts too, ms", column, Times.of(one.still for one in answers))
            report.target(f"{what}, p95 at {column}", listed.p95 * 1000, limit, "ms")
        facts = Times.of(one.listed for _ in range(max(runs, 5)) if (one := _last_key(terminal, FACTS, quiet)))
        report.times(f"{FACTS}: the last key → list and article, ms", column, facts)
        report.target(f"a query of facts at {column}", facts.p95 * 1000, 60 if limit == 50 else limit, "ms")
        report.number("memory after typing, MB", column, terminal.peak_memory() / 1e6)
        report.target(f"memory at {column}", terminal.peak_memory() / 1e6, 150, "MB")


def _type(terminal: Terminal, text: str, quiet: float) -> list[Answer]:
    """Find `text` letter by letter, and go back: what each that changed the list took."""
    terminal.press("/")
    terminal.settled(QUIET_OPENING)
    answers = [answer(terminal, letter, quiet) for letter in text]
    terminal.press("esc")
    terminal.settled(QUIET_AFTER_WORK)
    return [one for one in answers if one is not None]


def _last_key(terminal: Terminal, text: str, quiet: float) -> Answer | None:
    """Find `text`, typed at once but for its last letter: what that takes."""
    terminal.press("/", *text[:-1])
    terminal.settled(QUIET_OPENING)
    told = answer(terminal, text[-1], quiet)
    terminal.press("esc")
    terminal.settled(QUIET_AFTER_WORK)
    return told


def _feeds(home: Path, column: str, runs: int, limit: float, quiet: float, report: Report) -> None:
    """Open saved feeds from the sidebar."""
    now = int(time.time())
    db = database.open_store(home / "news.db")
    saved_searches.add_all(db, [SavedSearch(0, name, text) for name, text in FEEDS.items()], now)
    db.close()
    with reading(home) as terminal:
        terminal.press("esc")
        for place, what in enumerate(FEEDS):
            opened = []
            for _ in range(runs):
                terminal.press("g", *["j"] * place)
                terminal.settled(QUIET_AFTER_WORK)
                told = answer(terminal, "enter", quiet)
                terminal.press("1", "esc")
                terminal.settled(QUIET_AFTER_WORK)
                opened += [told] if told else []
            if not opened:
                report.trouble.append(f"{column}: no list came for {what}")
                continue
            report.times(f"{what} opened → first rows, ms", column, Times.of(one.first for one in opened))
            listed = Times.of(one.listed for one in opened)
            report.times(f"{what} opened → last byte of list and article, ms", column, listed)
            report.target(f"{what} opened at {column}", listed.worst * 1000, max(100, limit), "ms")


def _marking(home: Path, column: str, report: Report) -> None:
    """Counts after a star; a tenth of all marked read and taken back, while one goes on pressing keys."""
    starred = View(Scope(name="starred"))
    now = int(time.time())
    db = database.open_store(home / "news.db")
    count = results.count(db, starred.query(now), now)
    many = results.count(db, View(Scope("query", f"is:unread {FOLDER}")).query(now), now)
    db.close()
    with reading(home) as terminal:
        counted = []
        for step in range(1, 8):
            terminal.press("j")
            terminal.settled(QUIET_AFTER_WORK)
            pressed = terminal.press("s")
            counted.append(terminal.wait_for_bytes(f"{count + step:,}".encode(), after=pressed) - pressed)
            terminal.settled(QUIET_AFTER_WORK)
        report.times("a star → its count in the sidebar, ms", column, Times.of(counted))
        report.target(f"a count after an action at {column}", Times.of(counted).p95 * 1000, 50, "ms")

    with Terminal([*command(home), "--query", FOLDER], columns=COLUMNS, rows=ROWS, folder=ROOT) as terminal:
        terminal.wait_for_bytes(marks(home, View(Scope("query", FOLDER)))[0], timeout=60)
        terminal.settled(500)
        for what, key, told in (("marked read", "A", f"Marked {many:,}"), ("unread again", "u", "Undone")):
            pressed = terminal.press(key)
            deaf = max(_next_byte(terminal) for _ in range(8))
            done = terminal.wait_for_bytes(told.encode(), timeout=30, after=pressed) - pressed
            terminal.settled(QUIET_AFTER_WORK, timeout=30)
            report.number(f"{many:,} {what}, ms", column, done * 1000)
            report.number(f"  {what}: the longest that j waited, ms", column, deaf * 1000)
            report.target(f"{many:,} {what} at {column}", done * 1000, 500, "ms")
        terminal.press("q")
        terminal.wait_exit()


def _next_byte(terminal: Terminal) -> float:
    pressed = terminal.press("j")
    terminal.settled(20, after=pressed)
    return terminal.since(pressed)[0].at - pressed


def _against_size(home: Path, larger: Path, column: str, more: str, report: Report) -> None:
    """Start and j with both stores, in turns."""
    starts = {name: measure_start(folder, name, 3, report)[0] for name, folder in ((column, home), (more, larger))}
    report.target(f"start at {more} ÷ {column}", starts[more] / starts[column], 1.5, "x")
    steps: dict[str, Times] = {}
    for name, folder in ((column, home), (more, larger)):
        with reading(folder) as terminal:
            times = []
            for _ in range(40):
                pressed = terminal.press("j")
                times.append(terminal.settled(QUIET, after=pressed) - pressed)
        steps[name] = Times.of(times)
        report.times("j → last byte, ms", name, steps[name])
    report.target(f"j at {more} ÷ {column}", steps[more].median / steps[column].median, 1.5, "x")


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
