"""A database with a configuration and a clock, which tests refresh and read."""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue
from sqlite3 import Connection
from typing import Any

import pytest
from tests.servers import server

from roya_tui.config import Config, Paths, Refresh
from roya_tui.model import Headline, NewSource, Source
from roya_tui.query import Query, parse
from roya_tui.refresh.results import Priority, Summary
from roya_tui.refresh.runner import run
from roya_tui.sources.schedule import next_check
from roya_tui.store.articles import lookup
from roya_tui.store.database import open_store
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions

__all__ = ["App", "NameServer", "app", "name_server", "server"]

NOW = 1_750_000_000


class App:
    """`now` is the time of the clock; `events` are those of the last refresh."""

    def __init__(self, home: Path, db: Connection) -> None:
        self.paths = Paths(home / "config.toml", home / "data", home / "cache")
        self.config = Config(refresh=Refresh(spacing=0, per_host=32, timeout=5))
        self.db = db
        self.now = NOW
        self.events: list[dict[str, Any]] = []

    def add(self, url: str, **facts: Any) -> int:
        return subscriptions.add(self.db, NewSource(url, **facts), self.now).id

    def source(self, id: int) -> Source:
        found = subscriptions.get(self.db, id)
        assert found is not None
        return found

    def next_check(self, id: int) -> int | None:
        return next_check(self.source(id), self.config.refresh)

    def refresh(
        self,
        *wanted: int,
        all_now: bool = False,
        anyway: bool = False,
        offline: bool = False,
        priorities: SimpleQueue[Priority] | None = None,
    ) -> Summary:
        self.events = []
        options = {"all_now": all_now, "anyway": anyway, "offline": offline, "priorities": priorities}
        return run(self.paths, self.config, wanted, report=self.events.append, now=lambda: self.now, **options)

    def event(self, id: int) -> dict[str, Any]:
        """Return the only event about a source."""
        [event] = [e for e in self.events if e["event"] == "source" and e["id"] == id]
        return event

    def headlines(self) -> list[Headline]:
        return lookup.load_headlines(self.db, results.find(self.db, Query(), self.now))

    def found(self, text: str) -> list[int]:
        return list(results.find(self.db, parse(text, self.now), self.now))

    def titles(self) -> set[str]:
        return {headline.title for headline in self.headlines()}


@pytest.fixture
def app(tmp_path: Path, new_store: Callable[[Path], Path]) -> Iterator[App]:
    with closing(open_store(new_store(tmp_path / "data" / "news.db"))) as db:
        yield App(tmp_path, db)


class NameServer:
    """A name server: it resolves each name to this machine, and raises `down` for all or those in `unknown`."""

    def __init__(self, lookup: Callable[..., Any]) -> None:
        self._lookup = lookup
        self.down: int | None = None
        self.unknown: dict[str, int] = {}
        self.lookups: list[str] = []

    def __call__(self, host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if not name or name[0].isdigit():
            return self._lookup(host, port, *args, **kwargs)
        self.lookups.append(name)
        error = self.unknown.get(name, self.down)
        if error is not None:
            raise socket.gaierror(error, "no answer")
        return self._lookup("127.0.0.1", port, *args, **kwargs)


@pytest.fixture
def name_server(monkeypatch: pytest.MonkeyPatch) -> NameServer:
    name_server = NameServer(socket.getaddrinfo)
    monkeypatch.setattr(socket, "getaddrinfo", name_server)
    return name_server
