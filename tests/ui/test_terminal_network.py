"""Without a network, or without wanting one, on a real terminal: shown as long as it lasts, and left by itself."""

from __future__ import annotations

import re
import sys
import time

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.servers import Server, rss, server
from tests.terminal import PATIENCE, Terminal
from tests.ui.homes import BY_HAND, Home, home, news
from tests.ui.sight import Reader, sight

from roya_tui.model import NewSource

__all__ = ["home", "news", "server"]

PLAY = """
import sys
from pathlib import Path
from roya_tui.config import load, resolve_paths
from roya_tui.ui import app
home = Path(sys.argv[1])
found = resolve_paths(str(home), {})
sys.exit(app.run(found, load(found.config)[0], program=(sys.executable, str(home / "refresh.py"))))
"""
REFRESH = """
import json, pathlib, time
here = pathlib.Path(__file__).parent
with open(here / "runs", "a") as runs:
    runs.write("x")
if (here / "network").exists():
    print(json.dumps({"event": "online"}), flush=True)
else:
    print(json.dumps({"event": "offline", "until": int(time.time()) + 2, "message": "x"}), flush=True)
print(json.dumps({"event": "finished", "new": 0, "changed": 0, "failed": 0}), flush=True)
"""


def test_no_network_is_shown_until_there_is_one_again(news: Home) -> None:
    """The refresh is played by a program that tells what a real one would."""
    (news.folder / "refresh.py").write_text(REFRESH)
    with Terminal([sys.executable, "-c", PLAY, str(news.folder)], columns=100, rows=30) as reader:
        runs = news.folder / "runs"
        told = r"There is no network here. Trying again at \d\d:\d\d; R tries now."
        reader.wait_for(
            lambda screen: "Offline · trying again at" in sight(screen).top and re.search(told, sight(screen).bottom)
        )
        _until(lambda: len(runs.read_text()) >= 3)
        (news.folder / "network").touch()
        reader.wait_for(lambda screen: "Offline" not in sight(screen).top)
        reader.press("q")
        assert reader.wait_exit() == 0


def _until(true: object) -> None:
    end = time.monotonic() + 2 * PATIENCE
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.05)


def test_one_works_offline_until_one_wants_no_more(home: Home, server: Server) -> None:
    home.settings(BY_HAND + '[refresh]\nspacing = "0s"\n')
    home.subscribe(NewSource(server.serve("/wire", rss(("1", "First story", "Text"))), title="Wire"))
    with Reader(home, "--offline", columns=100) as reader:
        reader.until(lambda seen: "Working offline" in seen.top)
        seen = reader.do("R", until="nothing is fetched")
        assert "W goes online" in seen.bottom
        assert server.seen == []

        seen = reader.do("W", until=lambda seen: "First story" in seen.text)
        assert "offline" not in seen.top
        reader.do("W", until=lambda seen: "Working offline" in seen.top and "nothing is fetched" in seen.bottom)
        reader.do("S", until=lambda seen: "Working offline" in seen.text and "Sources" in seen.text)
        reader.do("W", until=lambda seen: "Working offline" not in seen.text)
        assert len(server.asked("/wire")) == 1, "it is not due yet"
