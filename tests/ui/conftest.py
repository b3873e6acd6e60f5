"""A reader on a store of its own, without a terminal and without a network."""

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
"""As by default, but nothing counts as read because a test is slow."""
BY_HAND = Config(reading=Reading(mark_read=None))
"""Nothing counts as read by being looked at, so that only keys do something."""
NOW = 1_795_500_000
"""24 November 2026, 06:40 UTC: what every test takes for the present."""


@pytest.fixture(scope="session")
def welcomed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database that `store` copies."""
    path = tmp_path_factory.mktemp("welcomed") / "news.db"
    with closing(open_store(path)) as db:
        first_run.add_first_sources(db, NOW, first_run.find_samples_folder())
    return path


@pytest.fixture
def store(tmp_path: Path, welcomed: Path) -> Path:
    """A store as a stranger's first run leaves it: the samples, and two subscriptions not fetched yet."""
    return Path(shutil.copyfile(welcomed, tmp_path / "news.db"))


PATIENCE = 60.0
"""Seconds, as on a terminal."""
HOPS = 3
"""How many widgets a message goes through, from the one with the keys to the one that does something about it."""


class Open:
    """A running reader: its screen, and the keys to press."""

    def __init__(self, app: RoyaTuiApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        assert isinstance(app.screen, MainScreen)
        self.main = app.screen

    async def press(self, *keys: str) -> None:
        """Press keys, each when what the one before did to the store is done, and wait until all that is over."""
        for key in keys:
            await self.pilot.press(key)
            await self._end_of("marks")
        await self.still()

    async def type(self, text: str) -> None:
        await self.press(*text)

    async def still(self) -> None:
        """Wait until nothing goes on, at two looks: what ends may begin something else."""
        looks = 0
        while looks < 2:
            for _ in range(HOPS):
                await self.pilot.pause(0)
            await self.pilot.pause()
            looks += 1
            if await self._end_of(
                "view",
                "marks",
                "unread",
                "counts",
                "offer",
                "browser",
                "health",
                "quote",
                "come",
                "names",
                "tags",
                "compare",
            ):
                looks = 0

    async def _end_of(self, *groups: str) -> bool:
        """Wait for the workers of these groups; whether there were any."""
        busy = [worker for worker in self.app.workers if worker.group in groups]
        if busy:  # for none it would wait for all
            with suppress(WorkerCancelled, WorkerFailed):  # another one took its place, or what it could not do is told
                await self.app.workers.wait_for_complete(busy)
        return bool(busy)

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait for what comes by itself, some seconds later if it was broken off."""
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await self.pilot.pause(0.05)

    async def prepared(self) -> None:
        """Wait until the article after this one has been set."""
        await self.pilot.pause(0.3)
        await self._end_of("prepare")

    async def counted(self) -> None:
        """Wait until the counts have been made anew."""
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
        headline = self.main.headlines.headline_at(index)
        assert headline is not None
        return headline.title

    def list_line(self, title: str) -> str:
        """The line of the list that shows an article, as text."""
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
        """What the open dialog says, on one line."""
        return " ".join(str(self.app.screen.query_one(DialogText).content).split())

    @property
    def said(self) -> str:
        return self.main.bottom.message


def drawn(widget: object) -> list[str]:
    """The lines that a list or the article pane draws now."""
    return [widget.render_line(y).text for y in range(widget.visible_lines)]  # type: ignore[attr-defined]


Opener = Callable[..., AbstractAsyncContextManager[Open]]


@pytest.fixture
def opened(store: Path) -> Opener:
    """Open the reader on `store`: `async with opened(width=60) as reader`."""

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
