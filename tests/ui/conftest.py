"""Fixtures that run the app on a temporary database, without a terminal or a network."""

import asyncio
import json
import shutil
import unicodedata
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, suppress
from gettext import NullTranslations
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from tests.pseudo_locale import pseudo_locale
from textual import events
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import WorkerCancelled, WorkerFailed

from roya_tui import first_run
from roya_tui.config import Config, Reading
from roya_tui.model import Entry, NewSource
from roya_tui.presentation.tips import TIPS
from roya_tui.presentation.view import Scope, View
from roya_tui.store import connection
from roya_tui.store.articles import ingestion
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions
from roya_tui.ui.app import RoyaTuiApp
from roya_tui.ui.controllers import counts
from roya_tui.ui.database import AsyncDatabase
from roya_tui.ui.dialogs.annotations import NoteLine
from roya_tui.ui.dialogs.dialog import DialogText
from roya_tui.ui.preferences import META_KEY
from roya_tui.ui.screen import MainScreen

MANUAL_MARKING = Config(reading=Reading(mark_read=None))
"""No article becomes read because time passes: only keys mark articles, and opening them."""
ONLY_MARKS = Config(reading=Reading(mark_read=None, mark_on_open=False))
"""Only keys that mark articles do so; opening does not."""
ALL = View(Scope(name="all"))
NOW = 1_795_500_000
"""The current time in every test: 24 November 2026, 06:00 UTC."""
MAX_SECONDS = 60.0
"""Seconds that a test waits for a condition at most."""
_COUNT_AFTER = 0.01
"""Seconds after which the app counts again; 0.2 outside tests."""
_QUICK_WORKERS = (
    *(
        "browser",
        "compare",
        "counts",
        "health",
        "marks",
        "elsewhere",
        "names",
        "offer",
        "quote",
        "story counts",
        "tags",
        "unread",
    ),
    "view",
)
"""Groups of workers that end by themselves, soon after a key."""


@pytest.fixture(scope="session")
def sample_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of the database that `database` copies."""
    path = tmp_path_factory.mktemp("samples") / "news.db"
    with pseudo_locale(NullTranslations), closing(open_store(path)) as db:  # English, whichever test is first
        first_run.add_first_sources(db, NOW - 2400, first_run.find_samples_folder())
        db.executescript("DELETE FROM telling; DELETE FROM revision; DELETE FROM state")
        db.execute("UPDATE article SET revisions = 0, changed_at = NULL")
        connection.set_value(db, META_KEY, json.dumps({"tips": [*TIPS]}))
    return path


@pytest.fixture
def database(tmp_path: Path, sample_database: Path) -> Path:
    """The sources of a first run 40 minutes ago, without stories, earlier versions, read marks and tips."""
    return Path(shutil.copyfile(sample_database, tmp_path / "news.db"))


@pytest.fixture
def first_database(database: Path) -> Path:
    """The database of `run_app`, as it really is after a first run at `NOW`."""
    database.unlink()
    with closing(open_store(database)) as db:
        first_run.add_first_sources(db, NOW, first_run.find_samples_folder())
    return database


def add_articles(database: Path, *entries: Entry, source: NewSource | int | None = None) -> list[int]:
    """Save articles of a new source, of the source with an id, or of the first source; return their ids."""
    with closing(open_store(database)) as db:
        if isinstance(source, NewSource):
            source = subscriptions.add(db, source, NOW).id
        id = source or subscriptions.list_all(db)[0].id
        return list(ingestion.save(db, id, None, [ingestion.prepare(entry) for entry in entries], NOW).new)


class RunningApp:
    """A running app: presses keys, and reads what is shown."""

    def __init__(self, textual: RoyaTuiApp, pilot: Pilot[None]) -> None:
        self.textual = textual
        self.pilot = pilot
        assert isinstance(textual.screen, MainScreen)
        self.main = textual.screen
        self.headlines = self.main.headlines
        self.pane = self.main.article
        self._pauses = 0

    # Keys and waiting.

    async def press(self, *keys: str) -> None:
        """Press keys a second apart, each after the writes of the one before, and wait until the app is idle."""
        for key in keys:
            self._pauses += 1
            self.send(key)
            await self.pilot._wait_for_screen()
            while self.textual._held_keys:
                await asyncio.sleep(0.001)
                await self.pilot._wait_for_screen()
            await self.wait_for_workers("marks", "unread")
        await self.wait_idle()

    async def press_together(self, *keys: str) -> None:
        """Press keys as in one write of a terminal, and wait until the app is idle."""
        self._pauses += 1
        for key in keys:
            self.send(key)
        await self.wait_idle()

    def send(self, key: str) -> None:
        """Press a key without waiting for its effect."""
        name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
        try:
            character = unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(name, name)))
        except KeyError:
            character = key if len(key) == 1 else None
        event = events.Key(name, character)
        event.time += self._pauses
        self.textual.post_message(event)

    async def click(self, text: str, within: Widget | None = None, *, button: int = 1, nth: int = 0) -> None:
        """Click on the `nth` place where the screen or a widget shows a text, and wait until the app is idle."""
        x, y = self.find(text, within)[nth]
        await self.click_at(x, y, button=button)

    async def click_at(self, x: int, y: int, *, button: int = 1) -> None:
        for kind in (events.MouseDown, events.MouseUp):
            self.textual.post_message(
                kind(None, x, y, 0, 0, button, shift=False, meta=False, ctrl=False, screen_x=x, screen_y=y)
            )
        await self.wait_idle()

    def find(self, text: str, within: Widget | None = None) -> list[tuple[int, int]]:
        """Return the columns and rows where the screen or a widget shows a text."""
        region = (within or self.screen).region
        strips = self.screen._compositor.render_strips()
        lines = [strip.crop(region.x, region.right).text for strip in strips[region.y : region.bottom]]
        places = [(cell_len(line[: line.index(text)]), y) for y, line in enumerate(lines) if text in line]
        return [(region.x + x, region.y + y) for x, y in places]

    async def resize(self, width: int, height: int) -> None:
        await self.pilot.resize_terminal(width, height)
        await self.wait_idle()

    async def wait_idle(self) -> None:
        """Wait until no message, no key and no quick worker is left, at three checks in a row.

        One check is not enough, since a widget may send a message on, and a worker that ends may start another.
        """
        async with asyncio.timeout(MAX_SECONDS):
            await self._wait_idle()

    async def _wait_idle(self) -> None:
        idle_checks = 0
        while idle_checks < 3 and not self.textual._exit:  # an app that quits leaves messages behind
            await self.pilot._wait_for_screen()
            self.textual.screen._on_timer_update()  # draw now, not at the next frame
            await asyncio.sleep(0.001)
            timer = self.main.controllers.counts._timer
            if timer is not None and timer._task is not None and not timer._task.done():
                await asyncio.wait([timer._task])
            had_workers = await self.wait_for_workers(*_QUICK_WORKERS)
            idle_checks = 0 if had_workers or self._has_messages else idle_checks + 1

    @property
    def _has_messages(self) -> bool:
        screens = self.textual.screen_stack
        pumps = [self.textual, *(widget for screen in screens for widget in screen.walk_children(with_self=True))]
        screen = screens[-1]
        return bool(
            self.textual._held_keys
            or screen._layout_required
            or screen._scroll_required
            or screen._repaint_required
            or screen._dirty_widgets
            or screen._callbacks
            or any(pump._next_callbacks or not pump._message_queue.empty() for pump in pumps)
        )

    async def wait_for_workers(self, *groups: str) -> bool:
        """Wait for the workers of these groups; return whether there were any."""
        busy = [worker for worker in self.textual.workers if worker.group in groups]
        if busy:  # with an empty list it would wait for all workers
            with suppress(WorkerCancelled, WorkerFailed):  # replaced, or its error is shown
                await self.textual.workers.wait_for_complete(busy)
        return bool(busy)

    async def wait_until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(MAX_SECONDS):
            while not condition():
                await self.pilot.pause(0.01)

    # What is shown.

    @property
    def screen(self) -> Screen[Any]:
        """The current screen or dialog."""
        return self.textual.screen

    @property
    def message(self) -> str:
        return self.main.bottom.message

    @property
    def bottom_line(self) -> str:
        return self.main.bottom.render().plain

    @property
    def view(self) -> View:
        return self.main.state.view

    @property
    def titles(self) -> list[str]:
        """All titles in the list, in order."""
        return [h.title for h in self.main.services.database.headlines(self.headlines.ids)]

    @property
    def selected(self) -> str:
        """The title under the cursor."""
        index = self.headlines.index
        assert index is not None
        headline = self.headlines.rows.headline_at(index)
        assert headline is not None
        return headline.title

    def list_line(self, title: str) -> str:
        """Return the text of an article's row in the list, with both lines if it has two."""
        headlines, lines = self.headlines, visible_lines(self.headlines)
        first = next(y for y, line in enumerate(lines) if title in line)
        top = headlines.scroll_offset.y
        row = headlines.heights.lines_of(headlines.heights.row_at(top + first))
        return "".join(lines[number - top] for number in row if number < top + len(lines))

    @property
    def list_frame(self) -> str:
        """The text in the lower border of the list."""
        return str(self.headlines.border_subtitle)

    @property
    def article(self) -> str:
        """The article pane as text."""
        return "\n".join(visible_lines(self.pane))

    @property
    def sidebar(self) -> str:
        return "\n".join(visible_lines(self.main.sidebar))

    @property
    def dialog_text(self) -> str:
        """The text of the open dialog, on one line."""
        return " ".join(str(self.screen.query_one(DialogText).content).split())


def visible_lines(widget: object) -> list[str]:
    """Return the visible lines of a list or the article pane."""
    return [widget.render_line(y).text for y in range(widget.visible_lines)]  # type: ignore[attr-defined]


def note_lines(app: RunningApp) -> list[str]:
    """Return the lines of the open note."""
    return [line.value for line in app.screen.query(NoteLine)]


def stored_notes(database: Path) -> list[str]:
    with closing(open_store(database, readonly=True)) as db:
        return [note for (note,) in db.execute("SELECT note FROM state WHERE note <> ''")]


@pytest.fixture
def opened_in_browser(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that were opened in the browser; none is opened."""
    opened: list[str] = []

    async def open_in_browser(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr("roya_tui.ui.processes.programs.open_in_browser", open_in_browser)
    return opened


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were copied to the clipboard."""
    copied: list[str] = []
    monkeypatch.setattr(RoyaTuiApp, "copy_to_clipboard", lambda _, text: copied.append(text))
    return copied


RunApp = Callable[..., AbstractAsyncContextManager[RunningApp]]


@pytest.fixture
def run_app(database: Path, monkeypatch: pytest.MonkeyPatch) -> RunApp:
    """Run the app on `database`: `async with run_app(width=60) as app`."""
    monkeypatch.setattr(counts, "COUNT_AFTER", _COUNT_AFTER)

    @asynccontextmanager
    async def start(
        width: int = 140,
        height: int = 40,
        config: Config = MANUAL_MARKING,
        view: View | None = None,
        now: Callable[[], int] = lambda: NOW,
        program: tuple[str, ...] = (),
        offline: bool = True,
        **options: Any,
    ) -> AsyncIterator[RunningApp]:
        textual = RoyaTuiApp(AsyncDatabase(database), config, program, now=now, view=view, offline=offline, **options)
        async with textual.run_test(size=(width, height)) as pilot:
            app = RunningApp(textual, pilot)
            await app.wait_idle()
            yield app

    return start


@pytest.fixture
async def app(run_app: RunApp) -> AsyncIterator[RunningApp]:
    """The app with default settings, at its first view: the unread articles."""
    async with run_app() as app:
        yield app
