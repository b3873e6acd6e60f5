"""The app without a network, and with the network switched off."""

from __future__ import annotations

import re
import sys

from tests.servers import Server, rss
from tests.terminal.app import App, read_screen
from tests.terminal.driver import Terminal
from tests.terminal.homes import AT_ONCE, BY_HAND, Home

from roya_tui.model import NewSource

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
    """A program instead of the refresh writes the events of a real one."""
    (news.folder / "refresh.py").write_text(REFRESH)
    with Terminal([sys.executable, "-c", PLAY, str(news.folder)], columns=100, rows=30) as terminal:
        runs = news.folder / "runs"
        message = r"There is no network here. Trying again at \d\d:\d\d; R tries now."
        terminal.wait_for(
            lambda screen: (
                "Offline · trying again at" in screen.lines[0] and bool(re.search(message, read_screen(screen).bottom))
            )
        )
        terminal.wait_for(lambda _: len(runs.read_text()) >= 2)
        (news.folder / "network").touch()
        terminal.wait_for(lambda screen: "Offline" not in screen.lines[0])
        terminal.press("q")
        assert terminal.wait_exit() == 0


def test_network_is_switched_on_and_off_by_a_key(home: Home, server: Server) -> None:
    home.configure(BY_HAND + AT_ONCE)
    home.subscribe(NewSource(server.serve("/wire", rss(("1", "First story", "Text"))), title="Wire"))
    with App(home, "--offline", columns=100) as app:
        app.until(lambda seen: "Working offline" in seen.top)
        seen = app.do("R", until="nothing is fetched")
        assert "W goes online" in seen.bottom
        assert server.seen == []

        seen = app.do("W", until=lambda seen: "First story" in seen.text)
        assert "offline" not in seen.top
        app.do("W", until=lambda seen: "Working offline" in seen.top and "nothing is fetched" in seen.bottom)
        app.do("S", until=lambda seen: "Working offline" in seen.text and "Sources" in seen.text)
        app.do("W", until=lambda seen: "Working offline" not in seen.text)
        assert len(server.asked("/wire")) == 1, "it is not due yet"
