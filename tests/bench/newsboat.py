"""The same articles in newsboat, where it is installed: what people compare with."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import invented
from tests.bench.figures import Report, Times
from tests.bench.invented_rss import rss
from tests.terminal.driver import Terminal, surroundings

_CONFIG = "auto-reload no\nconfirm-exit no\nmax-items 0\nshow-read-feeds yes\nbind-key j down\n"
_QUIET = 100
_QUIET_AFTER_WORK = 500


def installed() -> bool:
    """Whether there is a newsboat to compare with."""
    return shutil.which("newsboat") is not None


def home(work: Path, size: int, now: int, tell: Callable[[str], None]) -> Path:
    """A folder with a newsboat cache of `size` articles, which newsboat itself loads from files; kept for next time."""
    folder = work / f"newsboat-{size}"
    maker = hashlib.sha256(Path(invented.__file__).read_bytes() + Path(__file__).read_bytes()).hexdigest()
    if (folder / "made-by").is_file() and (folder / "made-by").read_text() == maker:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tell(f"Loading {size:,} articles into newsboat…")
    files = [folder / f"{number:03d}.xml" for number in range(invented.SOURCES)]
    for number, file in enumerate(files):
        file.write_text(_rss(number, size, now), encoding="utf-8")
    (folder / "urls").write_text("".join(f"file://{file}\n" for file in files))
    (folder / "urls-with-all").write_text('"query:Everything:age >= 0"\n' + (folder / "urls").read_text())
    (folder / "config").write_text(_CONFIG)
    subprocess.run(
        [*_command(folder), "-x", "reload"],
        timeout=900,
        check=True,
        stdout=subprocess.DEVNULL,
        env=surroundings({"HOME": str(folder)}),
    )
    for file in files:
        file.unlink()
    with sqlite3.connect(folder / "cache.db") as cache:
        cache.execute("ANALYZE")  # newsboat does not; without it 100,000 articles take it 13 s to open, with it 0.8 s.
    (folder / "made-by").write_text(maker)
    return folder


def measure(folder: Path, column: str, runs: int, presses: int, report: Report) -> None:
    """Start to the list of feeds, and to all articles; a key; searches."""
    started = []
    for _ in range(runs):
        with _running(folder) as terminal:
            started.append(terminal.wait_for_bytes(b"Source 0", timeout=120) - terminal.started)
            terminal.settled(_QUIET)
    report.times("newsboat: start → list of feeds, ms", column, Times.of(started))

    with _running(folder, "urls-with-all") as terminal:
        terminal.wait_for_bytes(b"Source 0", timeout=120)
        terminal.settled(_QUIET_AFTER_WORK)
        pressed = terminal.press("enter")
        terminal.wait_for_bytes(b"Report ", timeout=120, after=pressed)
        both = terminal.settled(_QUIET_AFTER_WORK) - pressed + Times.of(started).median
        report.times("newsboat: start → list of all articles, ms", column, Times.of([both]))
        keys = []
        for _ in range(presses):
            pressed = terminal.press("j")
            keys.append(terminal.settled(_QUIET, after=pressed) - pressed)
        report.times("newsboat: j → last byte, ms (no article pane)", column, Times.of(keys))
        report.number("newsboat: peak memory, MB", column, terminal.peak_memory() / 1e6)
    measure_search(folder, column, report)


def measure_search(folder: Path, column: str, report: Report) -> None:
    """Its search, from enter to the last byte: it does not find as one types."""
    with _running(folder) as terminal:
        terminal.wait_for_bytes(b"Source 0", timeout=120)
        terminal.settled(_QUIET_AFTER_WORK)
        for word in (invented.COMMON_WORD, invented.RARE_WORD):
            terminal.press("/", *word)
            terminal.settled(_QUIET_AFTER_WORK)
            pressed = terminal.press("enter")
            found = terminal.settled(1500, timeout=120, after=pressed) - pressed
            report.times(f"newsboat: search for {word}, ms", column, Times.of([found]))
            terminal.press("q")
            terminal.settled(_QUIET_AFTER_WORK)


@contextmanager
def _running(folder: Path, urls: str = "urls") -> Iterator[Terminal]:
    command = _command(folder, urls)
    with Terminal(command, columns=140, rows=40, environment={"HOME": str(folder)}) as terminal:
        yield terminal
        for _ in range(3):
            terminal.press("q")
            terminal.settled(_QUIET)


def _command(folder: Path, urls: str = "urls") -> list[str]:
    return ["newsboat", "-u", str(folder / urls), "-c", str(folder / "cache.db"), "-C", str(folder / "config")]


def _rss(number: int, total: int, now: int) -> str:
    source = invented.source(number)
    articles = reversed(range(number, total, invented.SOURCES))
    return rss(source.name, source.url, (invented.entry(article, total, now) for article in articles))
