"""Homes of roya-tui that tests sync with a server."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from roya_tui.config import Config, Paths, credentials
from roya_tui.model import Account, NewAccount
from roya_tui.refresh import runner
from roya_tui.refresh.results import Summary
from roya_tui.store.database import open_store
from roya_tui.store.sync import accounts
from roya_tui.sync.run import sync_accounts


class Home:
    """A data folder with an account."""

    def __init__(
        self, folder: Path, url: str, user: str, password: str, kind: str = "miniflux", **changes: Any
    ) -> None:
        self.paths = Paths(folder / "config.toml", folder, folder / "cache")
        self.db: Connection = open_store(self.paths.database)
        credentials.write(folder, {url: {"user": user, "password": password}})
        self.account_id = accounts.add(self.db, NewAccount(kind, url, user, **changes), now()).id
        self.events: list[dict[str, Any]] = []

    @property
    def account(self) -> Account:
        found = accounts.get(self.db, self.account_id)
        assert found is not None
        return found

    def sync(self) -> Summary:
        """Sync the account once, in this process."""
        self.events = []
        config = Config()
        return runner.run(self.paths, config, report=self.events.append, now=now, sync=sync_accounts, sources_too=False)

    def titles(self, where: str = "true") -> list[str]:
        """Return the titles of articles, by title."""
        rows = self.db.execute(
            "SELECT title FROM article AS a JOIN source AS o ON o.id = a.source_id AND o.removed_at IS NULL"
            f" LEFT JOIN state AS s ON s.article_id = a.id WHERE {where} ORDER BY title"
        )
        return [title for (title,) in rows]

    def id_of(self, title: str) -> int:
        return int(self.db.execute("SELECT id FROM article WHERE title = ?", (title,)).fetchone()[0])

    def ids_of(self, titles: Sequence[str]) -> list[int]:
        return [self.id_of(title) for title in titles]


def now() -> int:
    return int(time.time())
