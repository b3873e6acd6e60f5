"""The end of the app on a real terminal: it comes soon, takes every process with it and loses no mark."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.servers import Server, server
from tests.ui.closings import Closing, close_terminal, fill, is_running
from tests.ui.homes import BY_HAND, Home, home, news
from tests.ui.sight import Reader, sight

from roya_tui.model import Entry, Moment, NewSource
from roya_tui.query import by_field
from roya_tui.store.search import results

__all__ = ["home", "news", "server"]

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
    """Words that, put before the command, run the app with `code` executed first."""
    return [sys.executable, "-c", PATCHED.format(code)]


def starred(home: Home) -> int:
    with home.store() as db:
        return len(results.find(db, by_field("is", "starred"), 0))


@needs_proc
@pytest.mark.parametrize(
    "closing",
    [
        Closing("list"),
        Closing("add", ((0.003, TERM),)),
        Closing("note", ((0.02, HUP),)),
        Closing("palette", ((0.0, TERM), (0.002, HUP))),
        Closing("tags", wait=0.2),
        Closing("rule", ((0.013, HUP),), 0.1),
        Closing("export", ((0.002, HUP), (0.002, TERM))),
        Closing("find", ((0.0, TERM), (0.0, TERM))),
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
        (lambda reader: reader.press("q"), 0),
        (lambda reader: os.kill(reader.pid, INT), 128 + INT),
        (lambda reader: os.kill(reader.pid, TERM), 128 + TERM),
        (lambda reader: reader.hang_up(), 128 + HUP),
    ],
    ids=["q", "SIGINT", "SIGTERM", "closed"],
)
def test_app_ends_soon_while_a_thread_lays_out_an_article(home: Home, end: Callable[[Reader], None], code: int) -> None:
    home.settings(BY_HAND)
    long = Entry(title="Report 1", published=Moment(int(time.time())), content="<p>Endless.</p>" * 10_000)
    home.subscribe(NewSource("https://report.example/feed"), [long])
    with Reader(home, "--offline", around=patched(SLOW_LAYOUT)) as reader:
        reader.wait_for("Report 1")
        reader.press("s")
        reader.wait_for(lambda screen: "★" in sight(screen).list.text)
        end(reader)
        assert reader.wait_exit(SOON) == code
    assert starred(home) == 1


@pytest.mark.parametrize(
    ("end", "code"),
    [(lambda reader: os.kill(reader.pid, TERM), 128 + TERM), (lambda reader: reader.hang_up(), 128 + HUP)],
    ids=["SIGTERM", "closed"],
)
def test_app_ends_while_its_main_thread_is_stuck(news: Home, end: Callable[[Reader], None], code: int) -> None:
    with Reader(news, "--offline", around=patched(STUCK)) as reader:
        reader.until(lambda seen: seen.list.story == 1)
        reader.do("s", until=lambda seen: "★" in seen.list.text)
        reader.press("?")
        time.sleep(0.5)  # nothing shows that it is stuck
        end(reader)
        assert reader.wait_exit(SOON) == code
        if code == 128 + TERM:
            assert b"\x1b[?1049l" in reader.raw, "the terminal is left as it was"
    assert starred(news) == 1


@needs_proc
def test_sigterm_ends_a_program_that_has_the_terminal(news: Home) -> None:
    program = f'["{sys.executable}", "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(60)"]'
    news.settings(f"{BY_HAND}[share.pager]\nrun = {program}\nterminal = true\n")
    with Reader(news, "--offline") as reader:
        reader.until(lambda seen: seen.list.story == 1)
        reader.press("!")
        pid = int(reader.wait_for(lambda screen: screen.text().strip().isdigit()).text())
        os.kill(reader.pid, TERM)
        assert reader.wait_exit(SOON) == 128 + TERM
        assert not is_running(pid)
