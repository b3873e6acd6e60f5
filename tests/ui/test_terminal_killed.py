"""Processes killed in the middle, behind a real terminal: what was seen is kept, and reading goes on."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.servers import Server, hang, rss, server
from tests.terminal import PATIENCE
from tests.ui.homes import BY_HAND, MANY, Home, home, news
from tests.ui.sight import Reader

from roya_tui.model import NewSource
from roya_tui.query import by_field
from roya_tui.store.database import find_problems
from roya_tui.store.search import results

__all__ = ["home", "news", "server"]


def children(pid: int) -> list[int]:
    """The processes that a process has started and that still run (Linux)."""
    return [int(child) for file in Path(f"/proc/{pid}/task").glob("*/children") for child in file.read_text().split()]


def end_soon(*pids: int) -> bool:
    """Whether all these processes end within some seconds (or only wait to be buried)."""
    end = time.monotonic() + PATIENCE
    while (running := [pid for pid in pids if _state(pid) not in "ZX"]) and time.monotonic() < end:
        time.sleep(0.02)
    return not running


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "X"


def kept(home: Home) -> dict[str, int]:
    """How many articles the store says are starred, and how many unread."""
    with home.store() as db:
        return {name: len(results.find(db, by_field("is", name), 0)) for name in ("starred", "unread")}


def test_marks_on_the_screen_survive_the_reader(news: Home) -> None:
    with Reader(news, "--offline") as reader:
        reader.until(lambda seen: seen.list.story == 1 and f"Unread {MANY}" in seen.top)
        reader.do("s", "j", "m", until=lambda seen: "★" in seen.list.text and "●" not in seen.list.line("Story 02"))
        reader.wait_for(lambda _: kept(news) == {"starred": 1, "unread": MANY - 1})  # a write just begun may be lost
        os.kill(reader.pid, signal.SIGKILL)
        assert reader.wait_exit() == -signal.SIGKILL
    with Reader(news, "--offline") as reader:
        seen = reader.until(lambda seen: seen.list.story == 1 and f"Unread {MANY - 1}" in seen.top)
        assert "★" in seen.list.cursor
        assert 2 not in seen.list.stories
        seen = reader.do("u", until=lambda seen: f"Unread {MANY}" in seen.top)
        assert seen.bottom.startswith("Undone: "), "what can be undone is kept too"
    with news.store() as db:
        assert find_problems(db) == []


@pytest.mark.skipif(not Path(f"/proc/self/task/{os.getpid()}/children").exists(), reason="needs Linux's /proc")
def test_a_refresh_that_is_killed_takes_nothing_with_it(home: Home, server: Server) -> None:
    home.settings(BY_HAND + '[refresh]\nspacing = "0s"\non_start = false\n')
    home.subscribe(NewSource(server.serve("/quick", rss(("1", "Quick item", "The ferry sails again."))), title="Quick"))
    home.subscribe(NewSource(server.answer("/slow", hang), title="Slow"))
    with Reader(home) as reader:
        reader.until(lambda seen: seen.side.line("Slow"))
        reader.do("R", until=lambda seen: "1/2 sources" in seen.top)
        [refresh] = children(reader.pid)
        workers = children(refresh)
        os.kill(refresh, signal.SIGKILL)
        seen = reader.until(lambda seen: "R tries again" in seen.bottom and "sources" not in seen.top)
        assert len(seen.panes) == 3
        with home.store() as db:
            assert find_problems(db) == []

        server.serve("/slow", rss(("2", "Slow news", "Bread costs less since Monday.")))
        reader.do("R", until=lambda seen: "press ." in seen.bottom or seen.list.line("Slow news"))
        reader.do(".", until=lambda seen: seen.list.line("Slow news") and seen.list.line("Quick item"))
        assert end_soon(refresh, *workers)

        # The reader's own end ends the refresh.
        server.answer("/slow", hang)
        reader.do("R", until=lambda seen: "1/2 sources" in seen.top)
        [refresh] = children(reader.pid)
        reader.press("q")
        assert reader.wait_exit() == 0
        assert end_soon(refresh)
    with home.store() as db:
        assert find_problems(db) == []


def test_without_its_terminal_it_ends_even_where_nobody_tells_it(news: Home) -> None:
    with Reader(news, "--offline", around=["/bin/sh", "-c", 'trap "" HUP; exec "$0" "$@"']) as reader:
        reader.until(lambda seen: seen.list.story == 1)
        reader.hang_up()
        assert reader.wait_exit() == 128 + signal.SIGHUP
    with news.store() as db:
        assert find_problems(db) == []
