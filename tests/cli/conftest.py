"""Commands in this process, with a home folder of their own."""

import io
import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.servers import server
from tests.terminal.driver import Terminal

from roya_tui.cli import run
from roya_tui.model import Entry, NewSource
from roya_tui.store.articles import ingestion, search_index
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions

__all__ = ["server"]

AT_ONCE = '[refresh]\nspacing = "0s"\n'
"""Settings for sources that are all on one host."""


def rss(title: str, *items: str, date: str = "") -> str:
    dated = f"<pubDate>{date}</pubDate>" if date else ""
    entries = "".join(
        f"<item><title>{item}</title><guid>{title}-{item}</guid><link>https://a.example/{item}</link>{dated}</item>"
        for item in items
    )
    return f'<rss version="2.0"><channel><title>{title}</title><ttl>90</ttl>{entries}</channel></rss>'


def page(*links: str) -> str:
    return f"<!doctype html><html><head><title>Page</title>{''.join(links)}</head><body><p>Hello.</p></body></html>"


def contents(home: Path) -> str:
    """Everything in the database."""
    with closing(sqlite3.connect(home / "news.db")) as db:
        return "\n".join(db.iterdump())


def add_pending(db: sqlite3.Connection, title: str) -> None:
    """Add an article that the search index does not have yet, as a killed refresh leaves it."""
    source = subscriptions.add(db, NewSource("https://olive.example/rss"), 1_000)
    row = ingestion.prepare(Entry(guid=title, title=title))
    ingestion.save(db, source.id, None, [row], 2_000, index=search_index.enqueue)


def configure(home: Path, text: str) -> None:
    home.mkdir(exist_ok=True)
    (home / "config.toml").write_text(text, "utf-8")


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def events(self) -> list[Any]:
        return [json.loads(line) for line in self.lines]


Cli = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def cli(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """`cli("list", "is:unread")` runs that command and returns a `Result`; keywords are environment variables."""
    monkeypatch.setattr("os.nice", lambda _: 0, raising=False)  # a refresh would slow all later tests down

    def command(*argv: str, **environ: str) -> Result:
        capsys.readouterr()
        code = run(argv, {"TERM": "xterm-256color", "LANG": "C.UTF-8", "ROYA_TUI_HOME": str(home)} | environ)
        written = capsys.readouterr()
        return Result(code, written.out, written.err)

    return command


@pytest.fixture
def db(cli: Cli, home: Path) -> Iterator[sqlite3.Connection]:
    """The database of a first start, with the samples."""
    assert cli("list").code == 0
    with closing(open_store(home / "news.db")) as opened:
        yield opened


@pytest.fixture
def quiet(cli: Cli, home: Path) -> Cli:
    """`cli` without the sources of a first start, so that no request leaves this machine."""
    configure(home, AT_ONCE)
    cli("export")
    with closing(open_store(home / "news.db")) as db:
        for source in subscriptions.list_all(db):
            subscriptions.remove(db, source.id, 0)
    return cli


@pytest.fixture
def type_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[str | bytes], None]:
    """`type_in("text")` sets the standard input of the next command."""

    def set_input(typed: str | bytes) -> None:
        data = typed.encode() if isinstance(typed, str) else typed
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    return set_input


def on_terminal(home: Path, *words: str) -> tuple[int, str]:
    """Run a command on a pty, and return its exit code and the screen."""
    with Terminal([sys.executable, "-m", "roya_tui", "--home", str(home), *words], columns=100, rows=12) as terminal:
        code = terminal.wait_exit()
        return code, terminal.screen.text().strip()
