"""The screen of accounts, the changes that wait for a sync, and syncs from the app with a server on loopback."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, closing
from pathlib import Path
from sqlite3 import Connection

import pytest
from tests.pseudo_locale import RtlCatalog, pseudo_locale, translate_rtl
from tests.sync.homes import Home, now
from tests.sync.nextcloud_server import PASSWORD, NextcloudServer
from tests.ui.conftest import ALL, RunApp, RunningApp, visible_lines

from roya_tui.config import Config, Reading, Refresh, credentials
from roya_tui.model import NewAccount
from roya_tui.store.database import open_store
from roya_tui.store.sync import accounts
from roya_tui.store.user_data import article_state, journal
from roya_tui.ui.controllers import refresh
from roya_tui.ui.screens.accounts import AccountsScreen

TITLES = [f"Invented report {number}" for number in range(1, 5)]
MANUAL = Config(reading=Reading(mark_read=None), refresh=Refresh(on_start=False))
"""Nothing is marked and nothing is sent unless a test does it."""
SIZES = [(140, 40), (100, 30), (60, 20)]


@pytest.fixture
def cloud() -> Iterator[NextcloudServer]:
    one = NextcloudServer()
    feed = one.add_feed("https://gazette.example/feed", "The Gazette")
    for title in TITLES:
        one.add_item(feed, title)
    yield one
    one.stop()


@pytest.fixture
def database(tmp_path: Path, cloud: NextcloudServer) -> Path:
    """A database whose only account, huda@127.0.0.1, was just synced."""
    home = Home(tmp_path, cloud.url, "huda", PASSWORD, "nextcloud")
    home.sync()
    assert home.account.error == ""
    home.db.close()
    return home.paths.database


Start = Callable[..., AbstractAsyncContextManager[RunningApp]]


@pytest.fixture
def start(run_app: RunApp, tmp_path: Path) -> Start:
    """Run the app online, with real syncs in child processes."""
    program = (sys.executable, "-m", "roya_tui", "--home", str(tmp_path))
    options = {"config": MANUAL, "view": ALL, "now": now, "program": program, "offline": False}
    return lambda *size, **others: run_app(*size, **(options | others))


def mark(database: Path, *titles: str, **marks: bool) -> None:
    with closing(open_store(database)) as db:
        article_state.mark(db, [id_of(db, title) for title in titles], now(), **marks)


def id_of(db: Connection, title: str) -> int:
    return int(db.execute("SELECT id FROM article WHERE title = ?", (title,)).fetchone()[0])


def is_read(database: Path, title: str) -> bool:
    with closing(open_store(database, readonly=True)) as db:
        found = db.execute("SELECT read_at FROM state WHERE article_id = ?", (id_of(db, title),)).fetchone()
    return bool(found and found[0])


def pending(database: Path) -> int:
    with closing(open_store(database, readonly=True)) as db:
        return sum(account.pending for account in accounts.list_all(db))


def screen_of(app: RunningApp) -> AccountsScreen:
    assert isinstance(app.screen, AccountsScreen)
    return app.screen


def rows(app: RunningApp) -> list[str]:
    """The rows of pending changes, without the time and the blanks between columns."""
    lines = (" ".join(line.strip("▌▐ ").split()) for line in visible_lines(screen_of(app).table))
    return [line.rpartition(" ")[0] if line[-3:-2] == ":" else line for line in lines if line]


def lines_of(app: RunningApp) -> list[str]:
    return [strip.text for strip in app.screen._compositor.render_strips()]


async def wait_for_message(app: RunningApp, start: str) -> None:
    await app.wait_until(lambda: app.message.startswith(start))
    await app.wait_for_workers("refresh")
    await app.wait_idle()


# The screen.


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_screen_without_accounts_names_the_command_that_adds_one(
    start: Start, database: Path, size: tuple[int, int]
) -> None:
    with closing(open_store(database)) as db:
        accounts.remove(db, 1, now(), keep_articles=True)
    async with start(*size) as app:
        await app.press("C")
        shown = " ".join(" ".join(lines_of(app)[2:4]).split())
        assert "No accounts. To add one: roya-tui account add ADDRESS --user NAME" in shown
        await app.press("r")
        assert screen_of(app).bottom.message.startswith("No accounts.")
        await app.press("D", "tab", "C")
        assert app.screen is app.main


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_marks_wait_on_the_screen_until_a_sync(start: Start, database: Path, size: tuple[int, int]) -> None:
    mark(database, *TITLES[:2], read=True)
    mark(database, TITLES[1], starred=True)
    async with start(*size) as app:
        shown = "3 changes wait for huda@127.0.0.1" in lines_of(app)[0]
        assert shown == (size[0] > 60), "a narrow window has no room for it"
        await app.press("C")
        text = " ".join(" ".join(lines_of(app)).split())
        assert "huda@127.0.0.1: Nextcloud News 25.2.0 · 1 source · articles from the server" in text
        assert "Last sync: " in text
        assert "3 pending changes." in text
        assert rows(app) == [f"Starred {TITLES[1]}", f"Marked read {TITLES[1]}", f"Marked read {TITLES[0]}"]


async def test_mark_made_in_the_app_waits_at_once(start: Start) -> None:
    async with start() as app:
        assert "wait" not in lines_of(app)[0]
        await app.press("s")
        assert "1 change waits for huda@127.0.0.1" in lines_of(app)[0]
        await app.press("u", "C")
        assert rows(app) == [f"Unstarred {app.selected}"], "the star may have reached the server"


async def test_pending_change_is_undone_as_one_step(start: Start, database: Path) -> None:
    mark(database, *TITLES[:2], read=True)
    async with start() as app:
        await app.press("C", "D")
        assert screen_of(app).bottom.message == "Go to a pending change first. tab: pending changes"
        await app.press("tab", "down", "D")
        assert not is_read(database, TITLES[0])
        assert is_read(database, TITLES[1])
        assert app.message == f"Marked “{TITLES[0]}” unread. u: undo"
        assert rows(app) == [f"Marked unread {TITLES[0]}", f"Marked read {TITLES[1]}"]
        await app.press("u")
        assert is_read(database, TITLES[0])
        assert rows(app) == [f"Marked read {TITLES[0]}", f"Marked read {TITLES[1]}"]
        await app.press("escape")
        assert "●" not in app.list_line(TITLES[0])


async def test_change_that_was_sent_meanwhile_is_not_undone(start: Start, database: Path) -> None:
    mark(database, TITLES[0], read=True)
    async with start() as app:
        await app.press("C", "tab")
        with closing(open_store(database)) as db:
            db.execute("DELETE FROM outbox")
        app.send("D")  # before the screen notices
        await wait_for_message(app, "This change is on the server by now.")
        assert is_read(database, TITLES[0])
        assert rows(app) == ["No pending changes."]


async def test_slash_filters_pending_changes(start: Start, database: Path) -> None:
    mark(database, *TITLES, read=True)
    async with start() as app:
        await app.press("C")
        await app.press_together("slash", *"report 3", "enter")
        assert rows(app) == [f"Marked read {TITLES[2]}"]
        await app.press("D")
        assert not is_read(database, TITLES[2])
        assert rows(app) == [f"Marked unread {TITLES[2]}"]
        await app.press_together("slash", "ctrl+u", *"walrus", "enter")
        assert rows(app) == ["No pending changes match. esc: show all"]
        await app.press("escape")
        assert len(rows(app)) == len(TITLES)


async def test_changes_belong_to_the_account_under_the_cursor(start: Start, database: Path) -> None:
    mark(database, TITLES[0], read=True)
    with closing(open_store(database)) as db:
        accounts.add(db, NewAccount("nextcloud", "https://other.example", "omar"), now())
    async with start() as app:
        await app.press("C")
        assert rows(app) == [f"Marked read {TITLES[0]}"]
        await app.press("down")
        assert any("omar@other.example: 0 sources" in line for line in lines_of(app))
        assert any("Not synced yet. r: sync now" in line for line in lines_of(app))
        assert rows(app) == ["No pending changes."]


async def test_change_of_another_process_is_shown(start: Start, database: Path) -> None:
    async with start() as app:
        await app.press("C")
        assert rows(app) == ["No pending changes."]
        mark(database, TITLES[0], read=True)
        await app.wait_until(lambda: rows(app) == [f"Marked read {TITLES[0]}"])


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_screen_begins_at_the_right_in_a_right_to_left_language(
    start: Start, database: Path, size: tuple[int, int]
) -> None:
    mark(database, TITLES[0], read=True)
    with pseudo_locale(RtlCatalog):
        async with start(*size) as app:
            await app.press("C")
            top, headings, account, details, *_ = lines_of(app)
            assert top.rstrip().endswith("Roya TUI")
            assert headings.rstrip().endswith(translate_rtl("Account")[::-1])
            assert account.rstrip(" ▐").endswith("huda@127.0.0.1")
            assert "huda@127.0.0.1" in details[size[0] // 2 - 20 :]
            change = visible_lines(screen_of(app).table)[0]
            assert change.rstrip(" ▐").endswith(translate_rtl("Marked read")[::-1])
            assert change.index(":") < change.index(TITLES[0]) < change.index(translate_rtl("read")[::-1])
            await app.press("l")
            assert app.screen is app.main, "the list is at the right"


# Syncs.


async def test_r_syncs_the_account_and_reports_it(start: Start, database: Path, cloud: NextcloudServer) -> None:
    mark(database, *TITLES[:2], read=True)
    async with start() as app:
        await app.press("C", "r")
        await wait_for_message(app, "Synced with huda@127.0.0.1: 2 changes sent")
        assert [one.title for one in cloud.items.values() if not one.unread] == TITLES[:2]
        assert rows(app) == ["No pending changes."]
        assert app.main.top.pending == ""
        assert app.main.top.work == ""


async def test_refreshing_a_source_of_the_server_shows_marks_made_elsewhere(
    start: Start, cloud: NextcloudServer
) -> None:
    async with start() as app:
        title = app.selected
        assert "●" in app.list_line(title)
        cloud.change(TITLES.index(title) + 1, unread=False, starred=True)
        await app.press("r")
        await wait_for_message(app, "Synced with huda@127.0.0.1")
        assert "★" in app.list_line(title)
        assert "●" not in app.list_line(title)


async def test_new_article_of_the_server_waits_until_it_is_loaded(start: Start, cloud: NextcloudServer) -> None:
    async with start() as app:
        cloud.add_item(cloud.feeds[1], "Lantern boats return")
        await app.press("C", "enter")
        await wait_for_message(app, "Synced with huda@127.0.0.1: 1 article received.")
        await app.press("escape")
        assert "Lantern boats return" not in app.titles
        await app.wait_until(lambda: app.main.bottom.tip == "1 new, press .")
        await app.press("full_stop")
        assert "Lantern boats return" in app.titles


async def test_rejected_password_is_reported_once_and_explained_on_the_screen(
    start: Start, database: Path, tmp_path: Path, cloud: NextcloudServer
) -> None:
    credentials.write(tmp_path, {cloud.url: {"user": "huda", "password": "wrong"}})
    mark(database, TITLES[0], read=True)
    async with start() as app:
        await app.press("R")
        await wait_for_message(app, "huda@127.0.0.1 rejected the name or password (401).")
        app.main.bottom.clear_message()
        requests = len(cloud.requests)
        await app.main.controllers.refresh._run().wait()  # an automatic one
        assert len(cloud.requests) > requests
        assert app.message == ""
        await app.press("C")
        text = " ".join(" ".join(lines_of(app)).split())
        assert "! huda@127.0.0.1" in text
        assert f"To correct it: roya-tui account add {cloud.url} --user huda" in text
        assert "r: try again" in text
        assert rows(app) == [f"Marked read {TITLES[0]}"]


async def test_unreachable_server_is_reported_only_to_who_asked(
    start: Start, database: Path, cloud: NextcloudServer
) -> None:
    mark(database, TITLES[0], read=True)
    cloud.stop()
    async with start() as app:
        await app.main.controllers.refresh._run().wait()
        await app.wait_idle()
        assert app.message == ""
        assert "1 change waits for huda@127.0.0.1" in lines_of(app)[0]
        await app.press("C", "r")
        await app.wait_until(lambda: "127.0.0.1" in app.message and not app.message.startswith("Syncing"))
        await app.wait_for_workers("refresh")


async def test_waiting_changes_are_sent_without_a_key(
    start: Start, database: Path, cloud: NextcloudServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "CHECK_DUE_EVERY", 0.1)
    mark(database, TITLES[0], read=True)
    async with start() as app:
        await app.pilot.pause(0.5)
        assert pending(database) == 1, "they wait for others"
    async with start(now=lambda: int(time.time()) + 180) as app:
        await app.wait_until(lambda: pending(database) == 0)
        await app.wait_for_workers("refresh")
        assert [one.title for one in cloud.items.values() if not one.unread] == TITLES[:1]


async def test_sync_is_refused_while_working_offline(start: Start, cloud: NextcloudServer) -> None:
    async with start(offline=True) as app:
        requests = len(cloud.requests)
        await app.press("C", "r")
        assert app.message == "Working offline. W: go online"
        assert len(cloud.requests) == requests


async def test_quitting_with_waiting_changes_neither_asks_nor_loses_them(start: Start, database: Path) -> None:
    async with start() as app:
        await app.press("s", "q")
    assert pending(database) == 1
    with closing(open_store(database)) as db:
        assert journal.latest_sentence(db).startswith("Starred ")
