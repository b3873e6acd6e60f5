"""Homes of roya-tui that tests sync with a server."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from msgspec.structs import replace

from roya_tui.config import Config, Paths, credentials
from roya_tui.model import Account, NewAccount
from roya_tui.refresh import runner
from roya_tui.refresh.results import Summary
from roya_tui.store.database import open_store
from roya_tui.store.sync import accounts, outbox
from roya_tui.sync.run import sync_accounts


class Home:
    """A data folder with an account, which was added before the first step of the undo history."""

    def __init__(
        self, folder: Path, url: str, user: str, password: str, kind: str = "miniflux", **changes: Any
    ) -> None:
        self.paths = Paths(folder / "config.toml", folder, folder / "cache")
        self.db: Connection = open_store(self.paths.database)
        self.paths.config.write_text("[refresh]\nspacing = 0\n")
        credentials.write(folder, {url: {"user": user, "password": password}})
        self.account_id = accounts.add(self.db, NewAccount(kind, url, user, **changes), now()).id
        self.db.execute("DELETE FROM journal")
        self._fetches = changes.get("content") == "feeds"
        self.events: list[dict[str, Any]] = []

    @property
    def account(self) -> Account:
        found = accounts.get(self.db, self.account_id)
        assert found is not None
        return found

    @property
    def warnings(self) -> list[str]:
        return [str(event["message"]) for event in self.events if event["event"] == "warning"]

    def pending(self) -> list[str]:
        """Return the changes that are not on the server."""
        found = outbox.list_pending(self.db, self.account_id)
        return [f"{one.title} {one.field} {one.tag} {one.value} {one.remote_id}" for one in found]

    def sync(self) -> Summary:
        """Sync the account once, in this process, and fetch the feeds if articles come from there."""
        self.events = []
        config = Config()
        config = replace(config, refresh=replace(config.refresh, spacing=0))
        return runner.run(
            self.paths, config, report=self.events.append, now=now, sync=sync_accounts,
            sources_too=self._fetches, all_now=self._fetches,
        )  # fmt: skip

    def start_sync(self) -> subprocess.Popen[bytes]:
        """Start a sync as a command."""
        words = ["refresh", "--all-now"] if self._fetches else ["account", "sync"]
        command = [sys.executable, "-m", "roya_tui", *words, "--events", "--home", str(self.paths.data)]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

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
