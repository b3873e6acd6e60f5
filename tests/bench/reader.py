"""The reader on a pty, as a person's hands and eyes would measure it."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bench import bare, invented
from tests.bench.figures import Report, Times
from tests.terminal.driver import NotSeen, Terminal, surroundings

from roya_tui.presentation.view import Scope, View
from roya_tui.query import QueryError
from roya_tui.store import database
from roya_tui.store.articles import lookup
from roya_tui.store.search import results

ROOT = Path(__file__).resolve().parents[2]
COLUMNS, ROWS = 140, 40
BARE = [sys.executable, "-m", bare.__name__]

QUIET = 100
"""Milliseconds of silence after which a key counts as answered; for what works beside the screen, more."""
QUIET_AFTER_WORK = 300


def command(home: Path) -> list[str]:
    """The reader on a home folder, without network."""
    return [sys.executable, "-m", "roya_tui", "--offline", "--home", str(home)]


def marks(home: Path, view: View, limit: int = 400) -> list[bytes]:
    """What tells the headlines of a view apart on the screen, in their order: the number in each one's title."""
    now = int(time.time())
    try:
        query = view.query(now)
    except QueryError:
        return []  # Typing "orchard" passes by "or", which finds nothing by itself.
    db = database.open_store(home / "news.db", readonly=True)
    ids = results.find(db, query, now, limit)
    titles = [headline.title for headline in lookup.load_headlines(db, ids)]
    db.close()
    return [title.split(":")[0].split()[-1].encode() for title in titles]


def popular_tags(home: Path, view: View) -> list[str]:
    """The tags of a view in the order of the sidebar."""
    now = int(time.time())
    db = database.open_store(home / "news.db", readonly=True)
    names = [tag.name for tag in results.count_tags(db, view.query(now), now)]
    db.close()
    return names


@contextmanager
def reading(home: Path) -> Iterator[Terminal]:
    """The reader with its first headlines on the screen, and still."""
    with Terminal(command(home), columns=COLUMNS, rows=ROWS, folder=ROOT) as terminal:
        terminal.wait_for_bytes(marks(home, View())[0], timeout=60)
        terminal.settled(500)
        yield terminal
        terminal.press("q")
        terminal.wait_exit()


def measure_start(home: Path, column: str, runs: int, report: Report) -> tuple[float, float]:
    """Start → the first headline's title, in turns with the bare app; return both medians in seconds."""
    sign = marks(home, View())[0]
    first: list[float] = []
    still: list[float] = []
    least: list[float] = []
    ran: list[float] = []
    bare_ran: list[float] = []
    memory = bare_memory = 0
    for run in range(runs + 1):
        with Terminal(command(home), columns=COLUMNS, rows=ROWS, folder=ROOT) as terminal:
            seen = terminal.wait_for_bytes(sign, timeout=60) - terminal.started
            over = terminal.settled(QUIET_AFTER_WORK) - terminal.started
            memory = max(memory, terminal.peak_memory())
            work = terminal.processor_time()[0]
            terminal.press("q")
            terminal.wait_exit()
        with Terminal(BARE, columns=COLUMNS, rows=ROWS, folder=ROOT) as terminal:
            bare_seen = terminal.wait_for_bytes(bare.FIRST_WORDS.encode(), timeout=60) - terminal.started
            terminal.settled(QUIET_AFTER_WORK)
            bare_memory = max(bare_memory, terminal.peak_memory())
            bare_work = terminal.processor_time()[0]
            terminal.press("q")
            terminal.wait_exit()
        if run:  # The first pair only warms the caches up.
            first.append(seen)
            still.append(over)
            least.append(bare_seen)
            ran.append(work)
            bare_ran.append(bare_work)
    report.times("start → first headline, ms", column, Times.of(first))
    report.times("start → all still, ms", column, Times.of(still))
    report.times("  bare app → first words, ms", column, Times.of(least))
    report.number("  first headline ÷ bare", column, Times.of(first).median / Times.of(least).median, ".2f")
    report.times("start → all still, ms of processor time", column, Times.of(ran))
    report.times("  bare app, ms of processor time", column, Times.of(bare_ran))
    report.number("memory after start, MB", column, memory / 1e6)
    report.number("  bare app, MB", column, bare_memory / 1e6)
    return Times.of(first).median, Times.of(least).median


def measure_keys(home: Path, column: str, presses: int, report: Report) -> dict[str, float]:
    """What keys take from press to last byte; return the figures that have targets, by name, in seconds and bytes."""
    figures: dict[str, float] = {}
    with reading(home) as terminal:
        steps = (_next_headline, _held_down, _ends, _views, _open, _tags, _find)
        for step in steps:
            try:
                figures |= step(terminal, home, column, presses, report)
            except NotSeen as trouble:
                report.trouble.append(f"{column}: {step.__name__.strip('_')}: {trouble}")
                terminal.press("esc")
                terminal.settled(QUIET_AFTER_WORK)
                terminal.press("esc", "1")
                terminal.settled(QUIET_AFTER_WORK)
        figures["memory"] = terminal.peak_memory()
        report.number("peak memory after all this, MB", column, figures["memory"] / 1e6)
    return figures


def _answer(terminal: Terminal, key: str, quiet: float = QUIET) -> float:
    """Seconds from a key to the last byte of what it caused."""
    pressed = terminal.press(key)
    return terminal.settled(quiet, timeout=20, after=pressed) - pressed


def list_answer(terminal: Terminal, key: str, signs: list[bytes]) -> tuple[float, float] | None:
    """Seconds from a key until the headlines of another list were drawn, and until all was still, counts and all.

    The list has been drawn when a pause of `QUIET` begins after the first of its `signs`. None if none was drawn: the
    list was the same before.
    """
    pressed = terminal.press(key)
    still = terminal.settled(QUIET_AFTER_WORK, timeout=20, after=pressed) - pressed
    any_sign = re.compile(b"|".join(signs) or b"(?!)")
    output, drawn = b"", None
    for chunk in terminal.since(pressed):
        if drawn is not None and chunk.at - drawn > QUIET / 1000:
            break
        output += chunk.data
        if drawn is not None or any_sign.search(output):
            drawn = chunk.at
    return None if drawn is None else (drawn - pressed, still)


def _next_headline(terminal: Terminal, home: Path, column: str, presses: int, report: Report) -> dict[str, float]:
    order = marks(home, View())
    presses = min(presses, len(order) - 1)
    ran, waited = terminal.processor_time()
    first, last = [], []
    for _ in range(presses):
        pressed = terminal.press("j")
        last.append(terminal.settled(QUIET, after=pressed) - pressed)
        first.append(terminal.since(pressed)[0].at - pressed)
    ran_on, waited_on = terminal.processor_time()
    times = Times.of(last)
    report.times("j → first byte, ms", column, Times.of(first))
    report.times("j → last byte, article and all, ms", column, times)
    report.number("  processor time of each, ms", column, (ran_on - ran) / presses * 1000)
    report.number("  waiting for a core in each, ms (other programs)", column, (waited_on - waited) / presses * 1000)
    here = order[presses].decode()
    if terminal.screen.text().count(here) < 2:
        report.trouble.append(f"{column}: after {presses} j the article pane does not show {here}")
    return {"j p95": times.p95, "j median": times.median}


def _held_down(terminal: Terminal, _home: Path, column: str, _presses: int, report: Report) -> dict[str, float]:
    lags = []
    for _ in range(5):
        for _ in range(30):
            pressed = terminal.press("j")
            time.sleep(0.033)
        lags.append(terminal.settled(QUIET_AFTER_WORK) - pressed)
    report.times("j held at 30 a second: last press → last byte, ms", column, Times.of(lags))
    return {}


def _ends(terminal: Terminal, _home: Path, column: str, _presses: int, report: Report) -> dict[str, float]:
    times = [_answer(terminal, key, QUIET_AFTER_WORK) for key in ("G", "g") * 5]
    report.times("G, g (last, first) → last byte, ms", column, Times.of(times))
    return {}


def _views(terminal: Terminal, home: Path, column: str, _presses: int, report: Report) -> dict[str, float]:
    unread, everything = marks(home, View()), marks(home, View(Scope(name="all")))
    answers = [list_answer(terminal, *there) for there in (("2", everything), ("1", unread)) * 5]
    lists("2, 1 (All, Unread)", answers, column, report)
    return {}


def _open(terminal: Terminal, _home: Path, column: str, _presses: int, report: Report) -> dict[str, float]:
    opened, down = [], []
    for _ in range(10):
        opened.append(_answer(terminal, "enter"))
        down.append(_answer(terminal, "space"))
        terminal.press("esc")
        terminal.settled(QUIET_AFTER_WORK)
        _answer(terminal, "j")
    report.times("enter (read) → last byte, ms", column, Times.of(opened))
    report.times("space (page down) → last byte, ms", column, Times.of(down))
    terminal.press("g")
    terminal.settled(QUIET_AFTER_WORK)
    return {}


def _tags(terminal: Terminal, home: Path, column: str, _presses: int, report: Report) -> dict[str, float]:
    answers = []
    for tag in [name for name in popular_tags(home, View()) if name.isascii()][:10]:
        for keys in (("g",), ("t",), tuple(tag)):
            terminal.press(*keys)
            terminal.settled(QUIET_AFTER_WORK)
        answers.append(list_answer(terminal, "+", marks(home, View(required_tags=(tag,)))))
        _answer(terminal, "+", QUIET_AFTER_WORK)
        terminal.press("esc")
        terminal.settled(QUIET_AFTER_WORK)
    listed = lists("+ (only this tag)", answers, column, report)
    return {"tag": listed.p95}


def _find(terminal: Terminal, home: Path, column: str, _presses: int, report: Report) -> dict[str, float]:
    for word in (invented.COMMON_WORD, invented.OCCASIONAL_WORD, invented.RARE_WORD):
        terminal.press("/")
        terminal.settled(QUIET_AFTER_WORK)
        answers = [
            list_answer(terminal, letter, marks(home, View(search_text=word[: place + 1])))
            for place, letter in enumerate(word)
        ]
        lists(f"find {word}: each letter", answers, column, report)
        for sign in marks(home, View(search_text=word), 1):
            terminal.wait_for(sign.decode(), timeout=2)
        terminal.press("esc")
        terminal.settled(QUIET_AFTER_WORK)
    return {}


def lists(what: str, answers: Iterable[tuple[float, float] | None], column: str, report: Report) -> Times:
    """Report what lists took; those that were the same before are left out."""
    told = [answer for answer in answers if answer is not None]
    if not told:
        raise NotSeen(f"no list came for {what}")
    listed = Times.of(drawn for drawn, _ in told)
    report.times(f"{what} → list and article drawn, ms", column, listed)
    report.times(f"  {what} → last byte, counts and all, ms", column, Times.of(still for _, still in told))
    return listed


def measure_list(home: Path, column: str, runs: int, report: Report) -> float:
    """`roya-tui list` in turns with an interpreter that does nothing; return the difference of the medians."""
    listed: list[float] = []
    nothing: list[float] = []
    for run in range(runs + 1):
        ours = _run([*command(home), "list"])
        least = _run([sys.executable, "-c", "pass"])
        if run:
            listed.append(ours)
            nothing.append(least)
    over = Times.of(listed).median - Times.of(nothing).median
    report.times("roya-tui list, ms", column, Times.of(listed))
    report.number("  over a bare interpreter, ms", column, over * 1000)
    return over


def _run(words: Sequence[str]) -> float:
    """Seconds until a command has said all and ended. Reading its output tells the end; waiting for it would poll."""
    before = time.perf_counter()
    with subprocess.Popen(
        words, cwd=ROOT, env=surroundings({}), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
    ) as process:
        process.communicate(timeout=60)
        return time.perf_counter() - before
