"""Adding, refreshing and removing sources, on a real terminal against a server on loopback."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.servers import Server, hang, rss, server
from tests.ui.homes import BY_HAND, Home, home
from tests.ui.sight import Reader

from roya_tui import first_run
from roya_tui.model import NewSource

__all__ = ["home", "server"]

ASKED_ONLY = BY_HAND + '[refresh]\non_start = false\nspacing = "0s"\n'
"""Nothing is fetched unless a key asks for it."""


def feed(name: str, *numbers: int) -> str:
    return rss(*((f"{name}-{number}", f"{name} item {number}", f"Text {number}") for number in numbers), title=name)


def page(*feeds: str) -> str:
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="/{name}" title="{name}">' for name in feeds
    )
    return f"<!DOCTYPE html><html><head><title>A page</title>{links}</head><body>Words.</body></html>"


def test_adding_a_feed_a_page_a_choice_a_file_and_nothing(home: Home, server: Server, tmp_path: Path) -> None:
    for name in ("Larch", "Maple", "Nettle", "Olive"):
        server.serve(f"/{name}", feed(name, 1, 2), type="application/rss+xml")
    server.serve("/one.html", page("Maple"), type="text/html")
    server.serve("/two.html", page("Nettle", "Olive"), type="text/html")
    server.serve("/words.txt", "These are only words.", type="text/plain")
    (tmp_path / "poplar.rss").write_text(feed("Poplar", 1, 2, 3))
    home.settings(ASKED_ONLY)
    home.subscribe(NewSource(f"{server.url}/Kelp", title="Kelp"))

    with Reader(home) as reader:
        reader.until(lambda seen: seen.side.line("Kelp"))

        def add(address: str) -> None:
            reader.do("a", until="The address of a feed")
            reader.press(*address, "enter")

        add(f"{server.url}/Larch")
        seen = reader.until(lambda seen: seen.bottom.startswith("Added Larch") and seen.side.line("Larch"))
        assert len(seen.panes) == 3
        assert seen.list.line("Larch item 2")

        add(f"{server.url}/one.html")
        reader.until(lambda seen: seen.bottom.startswith("Added Maple") and seen.list.line("Maple item 1"))

        add(f"{server.url}/two.html")
        reader.until(lambda seen: "offers 2 feeds. Choose one:" in seen.text and "Olive" in seen.text)
        reader.press("down", "enter")
        reader.until(lambda seen: seen.bottom.startswith("Added Olive") and seen.list.line("Olive item 2"))
        assert "Nettle" not in home.labels()

        reader.do("a", until="The address of a feed")
        reader.do(*str(tmp_path / "poplar.rss"), until="poplar.rss")
        reader.press("tab")
        reader.still(100)
        reader.do(*"Trees", until="Trees")
        reader.press("enter")
        seen = reader.until(lambda seen: seen.bottom.startswith("Added Poplar") and seen.side.line("Trees"))
        assert seen.list.line("Poplar item 3")

        before = home.labels()
        add(f"{server.url}/words.txt")
        reader.until("is no feed: this is plain text.")
        reader.do("ctrl+u", until=lambda seen: server.url not in seen.text)
        reader.do(*"no such thing at all", "enter", until="“no such thing at all” is no web address.")
        reader.do("esc", until=lambda seen: "Add a source" not in seen.text)
        assert home.labels() == before

        add(f"{server.url}/Larch")
        reader.until("Larch is there already.")
        assert home.labels() == before


def test_refreshing_one_all_and_stopping(home: Home, server: Server) -> None:
    home.settings(ASKED_ONLY)
    for name in ("Kelp", "Larch"):
        home.subscribe(NewSource(server.serve(f"/{name}", feed(name, 1)), title=name))
    with Reader(home) as reader:
        reader.until(lambda seen: seen.list.footer == "0" and seen.side.line("Larch"))
        reader.do("r", until="Choose a source or an article first")

        reader.do("shift+tab", until=lambda seen: seen.side.focused)
        reader.do("G", until=lambda seen: seen.side.cursor.startswith("Larch"))
        seen = reader.do("r", until=lambda seen: seen.list.line("Larch item 1"))
        assert not seen.list.line("Kelp")
        assert server.asked("/Kelp") == []

        reader.do("R", until=lambda seen: "1 new, press ." in seen.bottom and seen.side.line("Kelp").endswith("1"))
        reader.do(".", until=lambda seen: seen.list.line("Kelp item 1"))

        server.answer("/Kelp", hang)
        reader.do("x", until="No refresh is running.")
        reader.do("R", until=lambda seen: "/2 sources" in seen.top)
        reader.do("R", until="A refresh is running. x stops it.")
        reader.do("x", until=lambda seen: "Stopped." in seen.bottom and "sources" not in seen.top)
        server.serve("/Kelp", feed("Kelp", 1, 2))
        reader.do("R", until=lambda seen: "1 new, press ." in seen.bottom)
        reader.press("q")
        assert reader.wait_exit() == 0


def test_removing_a_source_and_the_samples_and_taking_it_back(home: Home) -> None:
    home.settings(BY_HAND)
    with home.store() as db:
        count = first_run.welcome(db, int(time.time()), first_run.samples_folder(), subscriptions=False)
    with Reader(home, "--offline") as reader:
        reader.until(lambda seen: f"Unread {count}" in seen.top and seen.side.line("City Desk"))
        reader.do("r", until="Offline: nothing is fetched.")
        reader.do("shift+tab", until=lambda seen: seen.side.focused)
        reader.do("G", "k", "k", "k", until=lambda seen: seen.side.cursor.startswith("City Desk"))
        reader.do("D", until="Remove City Desk?")
        reader.do("n", until=lambda seen: "Remove City Desk?" not in seen.text)
        assert "City Desk" in home.labels()
        reader.do("D", until="Remove City Desk?")
        reader.do("enter", until=lambda seen: "Removed City Desk." in seen.bottom and not seen.side.line("City Desk"))
        assert f"Unread {count}" not in reader.sight.top
        reader.do("u", until=lambda seen: seen.side.line("City Desk") and f"Unread {count}" in seen.top)

        seen = reader.do("X", until=lambda seen: seen.list.footer == "0" and "Unread 0" in seen.top)
        assert home.labels() == []
        assert "none yet: a adds" in seen.side.text
        reader.do("u", until=lambda seen: seen.list.footer == str(count) and f"Unread {count}" in seen.top)
        reader.do("delete", until="Remove ")
