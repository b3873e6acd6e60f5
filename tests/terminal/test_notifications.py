"""Notifications through the terminal: what the app writes after a refresh."""

import re
from base64 import b64decode

import pytest
from tests.servers import Server
from tests.terminal.app import App
from tests.terminal.homes import ON_REQUEST, Home, rss_feed, rss_item

from roya_tui.model import NewSource, Rule
from roya_tui.store import rules

HOSTILE = rss_item(3).replace("Story 03", "Story 03 &#27;]52;c;QUFB&#7;&#8238;")
KITTY = {"TERM": "xterm-kitty"}


def prepare(home: Home, server: Server, settings: str = "") -> None:
    home.configure(ON_REQUEST + settings)
    home.subscribe(NewSource(server.serve("/wire", rss_feed(rss_item(1), rss_item(2), HOSTILE)), title="Wire"))
    with home.store() as db:
        rules.add(db, Rule(0, "Water", "title:story", "notify"), 0)


def test_kitty_gets_one_notification_after_a_refresh_with_matches(home: Home, server: Server) -> None:
    prepare(home, server)
    with App(home, environment=KITTY) as app:
        app.do("R", until=lambda seen: seen.list.footer == "3")
        app.wait_for_bytes(b":p=body;")
        other = rss_item(4, hours=1).replace("Story", "Tale")
        server.serve("/wire", rss_feed(rss_item(1), rss_item(2), HOSTILE, other))
        app.do("R", until=lambda seen: "1 new, press ." in seen.bottom)
        app.quit()
        written = app.raw
    (title, body) = re.findall(rb"\x1b\]99;[^\x1b]*;([^;\x1b]*)\x1b\\", written)
    assert b64decode(title).decode() == "3 articles for “Water”"
    assert b64decode(body).decode().split(" · ") == ["Story 01", "Story 02", "Story 03 ]52;c;QUFB"]
    assert b"\x1b]52;c;QUFB" not in written


@pytest.mark.parametrize("settings", ['quiet = "08:00-16:00"', 'with = "off"'])  # it is noon on these terminals
def test_terminal_gets_nothing_in_quiet_hours_or_if_turned_off(home: Home, server: Server, settings: str) -> None:
    prepare(home, server, f"[notify]\n{settings}\n")
    with App(home, environment=KITTY) as app:
        app.do("R", until=lambda seen: seen.list.footer == "3" and "sources" not in seen.top)
        app.quit()
        assert b"\x1b]99;" not in app.raw


def test_other_terminals_use_the_desktop_and_report_a_failure_once(home: Home, server: Server) -> None:
    prepare(home, server)
    programs = home.folder / "programs"
    programs.mkdir()
    (programs / "notify-send").write_text(f'#!/bin/sh\necho "$3" >>{programs}/calls\necho "No service" >&2\nexit 1\n')
    (programs / "notify-send").chmod(0o755)
    with App(home, environment={"TERM": "xterm-256color", "PATH": str(programs)}) as app:
        app.do("R", until=lambda seen: "The notification could not be shown: No service" in seen.bottom)
        server.serve("/wire", rss_feed(rss_item(1), rss_item(2), HOSTILE, rss_item(4)))
        seen = app.do("R", until=lambda seen: "1 new, press ." in seen.text and "sources" not in seen.top)
        assert "could not be shown" not in seen.bottom
        app.quit()
        assert (programs / "calls").read_text().splitlines() == ["3 articles for “Water”", "Story 04"]
        assert not re.search(rb"\x1b\](?:9|99|777);", app.raw)
