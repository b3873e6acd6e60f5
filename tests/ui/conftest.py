"""Fixtures that run the app on a temporary database, without a terminal or a network."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, suppress
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.worker import WorkerCancelled, WorkerFailed

from roya_tui import first_run
from roya_tui.config import Config, Reading
from roya_tui.presentation.view import View
from roya_tui.store.database import open_store
from roya_tui.ui.app import RoyaTuiApp
from roya_tui.ui.database import AsyncDatabase
from roya_tui.ui.dialogs.dialog import DialogText
from roya_tui.ui.screen import MainScreen

UNHURRIED = Config(reading=Reading(mark_read=3_600))
"""The defaults, but no article becomes read because a test is slow."""
BY_HAND = Config(reading=Reading(mark_read=None))
"""No article becomes read by being shown, so that only keys mark articles."""
NOW = 1_795_500_000
"""The current time in every test: 24 November 2026, 06:40 UTC."""


@pytest.fixture(scope="session")
def welcomed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of the database that `store` copies."""
    path = tmp_path_factory.mktemp("welcomed") / "news.db"
    with closing(open_store(path)) as db:
        first_run.add_first_sources(db, NOW, first_run.find_samples_folder())
    return path


@pytest.fixture
def store(tmp_path: Path, welcomed: Path) -> Path:
    """A database as after a first run: the samples, and two sources that were not fetched yet."""
    return Path(shutil.copyfile(welcomed, tmp_path / "news.db"))


PATIENCE = 60.0
"""Seconds that a test waits for a condition at most."""
HOPS = 3
"""Widgets that a message passes, from the focused one to the one that handles it."""


class Open:
    """A running app: presses keys, and reads what is shown."""

    def __init__(self, app: RoyaTuiApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        assert isinstance(app.screen, MainScreen)
        self.main = app.screen

    async def press(self, *keys: str) -> None:
        """Press keys, each after the writes of the one before, and wait until the app is idle."""
        for key in keys:
            await self.pilot.press(key)
            await self._end_of("marks")
        await self.still()

    async def type(self, text: str) -> None:
        await self.press(*text)

    async def still(self) -> None:
        """Wait until the app is idle at two checks in a row, since a worker that ends may start another."""
        idle_checks = 0
        while idle_checks < 2:
            for _ in range(HOPS):
                await self.pilot.pause(0)
            await self.pilot.pause()
            idle_checks += 1
            if await self._end_of(
                "view",
                "marks",
                "unread",
                "counts",
                "offer",
                "browser",
                "health",
                "quote",
                "story counts",
                "names",
                "tags",
                "compare",
            ):
                idle_checks = 0

    async def _end_of(self, *groups: str) -> bool:
        """Wait for the workers of these groups; return whether there were any."""
        busy = [worker for worker in self.app.workers if worker.group in groups]
        if busy:  # with an empty list it would wait for all workers
            with suppress(WorkerCancelled, WorkerFailed):  # replaced, or its error is shown
                await self.app.workers.wait_for_complete(busy)
        return bool(busy)

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until a condition holds."""
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await self.pilot.pause(0.05)

    async def prepared(self) -> None:
        """Wait until the next article has been laid out."""
        await self.pilot.pause(0.3)
        await self._end_of("prepare")

    async def counted(self) -> None:
        """Wait until the counts have been updated."""
        await self.pilot.pause(0.3)
        await self.still()

    @property
    def titles(self) -> list[str]:
        """All titles in the list, in order."""
        headlines = self.main.headlines
        return [h.title for h in self.main.services.database.headlines(headlines.ids)]

    @property
    def selected(self) -> str:
        """The title under the cursor."""
        index = self.main.headlines.index
        assert index is not None
        headline = self.main.headlines.rows.headline_at(index)
        assert headline is not None
        return headline.title

    def list_line(self, title: str) -> str:
        """Return the text of an article's row in the list."""
        return next(line for line in drawn(self.main.headlines) if title in line)

    @property
    def article(self) -> str:
        """The article pane as text."""
        return "\n".join(drawn(self.main.article))

    @property
    def sidebar(self) -> str:
        return "\n".join(drawn(self.main.sidebar))

    @property
    def failure(self) -> str:
        """The text of the open dialog, on one line."""
        return " ".join(str(self.app.screen.query_one(DialogText).content).split())

    @property
    def said(self) -> str:
        return self.main.bottom.message


def drawn(widget: object) -> list[str]:
    """Return the visible lines of a list or the article pane."""
    return [widget.render_line(y).text for y in range(widget.visible_lines)]  # type: ignore[attr-defined]


Opener = Callable[..., AbstractAsyncContextManager[Open]]


@pytest.fixture
def opened(store: Path) -> Opener:
    """Run the app on `store`: `async with opened(width=60) as reader`."""

    @asynccontextmanager
    async def start(
        width: int = 140,
        height: int = 40,
        config: Config | None = None,
        view: View | None = None,
        now: Callable[[], int] = lambda: NOW,
    ) -> AsyncIterator[Open]:
        app = RoyaTuiApp(AsyncDatabase(store), config or UNHURRIED, (), now=now, view=view, offline=True)
        async with app.run_test(size=(width, height)) as pilot:
            reader = Open(app, pilot)
            await reader.still()
            yield reader

    return start
