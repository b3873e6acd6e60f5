"""The end of the app: it comes soon, ends every process and loses no mark, even if a process is killed."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.fake_mpv import FakeMpv
from tests.servers import Server, hang, rss
from tests.terminal.app import App, open_news
from tests.terminal.closing import Closing, close_terminal, descendants, fill, is_running
from tests.terminal.driver import PATIENCE
from tests.terminal.homes import ARTICLES, BY_HAND, ON_REQUEST, Home

from roya_tui.model import Enclosure, Entry, Moment, NewSource
from roya_tui.query import by_field
from roya_tui.store import episodes
from roya_tui.store.database import find_problems
from roya_tui.store.search import results

HUP, INT, TERM = signal.SIGHUP, signal.SIGINT, signal.SIGTERM

PATCHED = """
import sys, threading, time
{}
sys.argv[1:] = sys.argv[4:]  # after the command that follows: python -m roya_tui
from roya_tui.__main__ import main
main()
"""
SLOW_LAYOUT = """
from roya_tui.layout import article_page
text_of = article_page.article_document
def slow(article, config):
    end = time.monotonic() + 60
    while threading.current_thread() is not threading.main_thread() and time.monotonic() < end:
        pass
    return text_of(article, config)
article_page.article_document = slow
"""
STUCK = """
from roya_tui.ui.screen import MainScreen
MainScreen.show_help = lambda self: time.sleep(60)
"""
SOON = 15.0
"""Seconds: far more than the app takes on a busy machine, and far less than what would hold it up."""

needs_proc = pytest.mark.skipif(not Path(f"/proc/self/task/{os.getpid()}/children").exists(), reason="needs Linux")


def patched(code: str) -> list[str]:
    """Return arguments that, before the command, run the app with `code` executed first."""
    return [sys.executable, "-c", PATCHED.format(code)]


def stored(home: Home, name: str) -> int:
    """Return the number of starred or unread articles in the database, which must have no problems."""
    with home.store() as db:
        assert find_problems(db) == []
        return len(results.find(db, by_field("is", name), 0))


def end_soon(*pids: int) -> bool:
    """Whether all these processes end within some seconds."""
    end = time.monotonic() + PATIENCE
    while any(map(is_running, pids)) and time.monotonic() < end:
        time.sleep(0.02)
    return not any(map(is_running, pids))


@needs_proc
@pytest.mark.parametrize(
    "closing",
    [
        Closing("list"),
        Closing("palette", ((0.0, TERM), (0.002, HUP))),
        Closing("rule", ((0.013, HUP),), 0.1),
        Closing("refresh", ((0.003, TERM),), 0.3),
    ],
    ids=str,
)
def test_closed_terminal_ends_every_process_and_keeps_marks(home: Home, server: Server, closing: Closing) -> None:
    fill(home, server)
    outcome = close_terminal(home, closing)
    assert outcome.problems == ()
    assert outcome.code in (128 + HUP, 128 + TERM)


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (lambda app: app.press("q"), 0),
        (lambda app: os.kill(app.pid, INT), 128 + INT),
        (lambda app: app.hang_up(), 128 + HUP),
    ],
    ids=["q", "SIGINT", "closed"],
)
def test_app_ends_soon_while_a_thread_lays_out_an_article(home: Home, end: Callable[[App], None], code: int) -> None:
    home.configure(BY_HAND)
    long = Entry(title="Report 1", published=Moment(int(time.time())), content="<p>Endless.</p>" * 10_000)
    home.subscribe(NewSource("https://report.example/feed"), [long])
    with App(home, "--offline", around=patched(SLOW_LAYOUT)) as app:
        app.wait_for("Report 1")
        app.press("s")
        app.at_once(lambda seen: "★" in seen.list.text)
        end(app)
        assert app.wait_exit(SOON) == code
    assert stored(home, "starred") == 1


@pytest.mark.parametrize(
    ("end", "code"),
    [(lambda app: os.kill(app.pid, TERM), 128 + TERM), (lambda app: app.hang_up(), 128 + HUP)],
    ids=["SIGTERM", "closed"],
)
def test_app_ends_while_its_main_thread_is_stuck(news: Home, end: Callable[[App], None], code: int) -> None:
    with App(news, "--offline", around=patched(STUCK)) as app:
        app.until(lambda seen: seen.list.number == 1)
        app.do("s", until=lambda seen: "★" in seen.list.text)
        app.press("?")
        time.sleep(0.5)  # nothing shows that it is stuck
        end(app)
        assert app.wait_exit(SOON) == code
        if code == 128 + TERM:
            assert b"\x1b[?1049l" in app.raw, "the terminal is restored"
    assert stored(news, "starred") == 1


def test_app_ends_without_its_terminal_when_sighup_is_ignored(news: Home) -> None:
    with App(news, "--offline", around=["/bin/sh", "-c", 'trap "" HUP; exec "$0" "$@"']) as app:
        app.until(lambda seen: seen.list.number == 1)
        app.hang_up()
        assert app.wait_exit() == 128 + HUP
    assert stored(news, "unread") == ARTICLES


@needs_proc
def test_sigterm_ends_a_program_that_has_the_terminal(news: Home) -> None:
    program = f'["{sys.executable}", "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(60)"]'
    news.configure(f"{BY_HAND}[share.pager]\nrun = {program}\nterminal = true\n")
    with open_news(news) as app:
        app.press("!")
        pid = int(app.wait_for(lambda screen: screen.text().strip().isdigit()).text())
        os.kill(app.pid, TERM)
        assert app.wait_exit(SOON) == 128 + TERM
        assert end_soon(pid)


def test_marks_and_undo_history_survive_a_killed_app(news: Home) -> None:
    with open_news(news) as app:
        app.do("s", "j", "m", until=lambda seen: "★" in seen.list.text and "●" not in seen.list.line("Story 02"))
        # A write that has just begun may be lost.
        app.wait_for(lambda _: (stored(news, "starred"), stored(news, "unread")) == (1, ARTICLES - 1))
        os.kill(app.pid, signal.SIGKILL)
        assert app.wait_exit() == -signal.SIGKILL
    with App(news, "--offline") as app:
        seen = app.until(lambda seen: seen.list.number == 1 and f"Unread {ARTICLES - 1}" in seen.top)
        assert "★" in seen.list.cursor
        assert 2 not in seen.list.numbers
        seen = app.do("u", until=lambda seen: f"Unread {ARTICLES}" in seen.top)
        assert seen.bottom.startswith("Undone: ")
    assert stored(news, "unread") == ARTICLES


@needs_proc
def test_killed_refresh_loses_nothing_and_the_next_one_works(home: Home, server: Server) -> None:
    home.configure(ON_REQUEST)
    home.subscribe(NewSource(server.serve("/quick", rss(("1", "Quick item", "The ferry sails again."))), title="Quick"))
    home.subscribe(NewSource(server.answer("/slow", hang), title="Slow"))
    with App(home) as app:
        app.until(lambda seen: seen.sidebar.line("Slow"))
        app.do("R", until=lambda seen: "1/2 sources" in seen.top)
        refresh, *workers = descendants(app.pid)
        os.kill(refresh, signal.SIGKILL)
        seen = app.until(lambda seen: "R: try again" in seen.bottom and "sources" not in seen.top)
        assert len(seen.panes) == 3
        with home.store() as db:
            assert find_problems(db) == []

        server.serve("/slow", rss(("2", "Slow news", "Bread costs less since Monday.")))
        app.do("R", until=lambda seen: "press ." in seen.bottom or seen.list.line("Slow news"))
        app.do(".", until=lambda seen: seen.list.line("Slow news") and seen.list.line("Quick item"))
        assert end_soon(refresh, *workers)

        server.answer("/slow", hang)
        app.do("R", until=lambda seen: "1/2 sources" in seen.top)
        processes = descendants(app.pid)
        app.quit()
        assert end_soon(*processes)
    assert stored(home, "unread") == 2


def terminate(app: App) -> None:
    os.kill(app.pid, TERM)


def kill(app: App) -> None:
    os.kill(app.pid, signal.SIGKILL)


@needs_proc
@pytest.mark.parametrize(
    ("end", "played", "least", "most", "unread"),
    [
        (App.quit, 1208, 1208, 1208, 1),
        (App.quit, 2690, 0, 0, 0),
        (terminate, 1208, 1208, 1208, 1),
        (kill, 1208, 1203, 1208, 1),
    ],
    ids=("quit", "quit-near-the-end", "terminate", "kill"),
)
def test_position_is_kept_and_mpv_stops_when_the_app_ends(
    home: Home, tmp_path: Path, end: Callable[[App], None], played: int, least: float, most: float, unread: int
) -> None:
    fake, file = FakeMpv(tmp_path / "bin"), Enclosure("https://audio.example/ferries.mp3")
    home.configure(ON_REQUEST)
    home.subscribe(NewSource("https://harbor.example/feed"), [Entry(guid="1", title="Ferries", enclosures=(file,))])
    with App(home, environment={"PATH": f"{fake.folder}:{os.environ['PATH']}"}) as app:
        app.until("Ferries")
        app.do("P", until="Playing 0:00 / 45:00")
        fake.tell("play", played - 4)
        fake.tell("play", 4)
        minutes, seconds = divmod(played, 60)
        app.until(f"Playing {minutes}:{seconds:02}")
        end(app)
        assert end_soon(*fake.pids)
    with home.store() as db:
        assert least <= episodes.find(db, 1, file.url).position <= most
    assert stored(home, "unread") == unread
