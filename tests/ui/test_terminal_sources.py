"""Adding, refreshing and removing sources, on a real terminal against a server on loopback."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.servers import Server, hang, rss, server
from tests.ui.homes import BY_HAND, Home, home
from tests.ui.sight import Reader, Sight, sight

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


STORY = "The ferry to the old mill now sails on Sundays as well, says the harbour office in a note. " * 8


def article(title: str, *feeds: str) -> str:
    links = page(*feeds).partition("</head>")[0] if feeds else "<html><head>"
    return (
        f"{links.replace('A page', title)}<title>{title}</title>"
        f"<meta property='article:published_time' content='2025-07-04T11:16:00Z'></head>"
        f"<body><article><h1>{title}</h1><p>{STORY}</p><p>{STORY}</p></article></body></html>"
    )


def asks(reader: Reader, address: str, until: str | Callable[[Sight], object]) -> Sight:
    """Open the dialog, type an address and press enter."""
    reader.do("a", until="The address of a feed")
    return reader.do(*address, "enter", until=until)


def test_adding_a_feed_a_page_a_choice_a_file_and_nothing(home: Home, server: Server, tmp_path: Path) -> None:
    for name in ("Larch", "Maple", "Nettle", "Olive"):
        server.serve(f"/{name}", feed(name, 1, 2), type="application/rss+xml")
    server.serve("/one.html", page("Maple"), type="text/html")
    server.serve("/two.html", page("Nettle", "Olive"), type="text/html")
    (tmp_path / "poplar.rss").write_text(feed("Poplar", 1, 2, 3))
    home.settings(ASKED_ONLY)
    home.subscribe(NewSource(f"{server.url}/Kelp", title="Kelp"))

    with Reader(home) as reader:
        reader.until(lambda seen: seen.side.line("Kelp"))

        seen = asks(reader, f"{server.url}/Larch", "enter adds it")
        assert "This is a feed: “Larch”." in seen.text
        assert "2 articles" in seen.text
        assert "Larch item 1" in seen.text
        assert home.labels() == ["Kelp"]
        seen = reader.do("enter", until=lambda seen: seen.bottom.startswith("Added Larch") and seen.side.line("Larch"))
        assert len(seen.panes) == 3
        assert seen.list.line("Larch item 2")
        assert "@ goes there." in seen.bottom
        reader.do("@", until=lambda seen: seen.list.title == "Larch" and seen.list.line("Larch item 2"))
        reader.do("shift+tab", until=lambda seen: seen.side.focused and seen.side.cursor.startswith("Larch"))
        reader.do("2", until=lambda seen: seen.list.title == "All")

        asks(reader, f"{server.url}/one.html", "offers 1 feed.")
        reader.do("enter", until=lambda seen: seen.bottom.startswith("Added Maple") and seen.list.line("Maple item 1"))

        asks(reader, f"{server.url}/two.html", lambda seen: "offers 2 feeds." in seen.text and "Olive" in seen.text)
        reader.do("down", until="Olive item 1")
        reader.do("enter", until=lambda seen: seen.bottom.startswith("Added Olive") and seen.list.line("Olive item 2"))
        assert "Nettle" not in home.labels()

        reader.do("a", until="The address of a feed")
        reader.do(*str(tmp_path / "poplar.rss"), until="poplar.rss")
        reader.press("tab")
        reader.still(100)
        reader.do(*"Trees", until="Trees")
        reader.do("enter", until="This is a feed: “Poplar”.")
        reader.press("enter")
        reader.wait_for(lambda screen: sight(screen).bottom.startswith("Added Poplar"))
        reader.until(lambda seen: seen.side.line("Trees") and seen.list.line("Poplar item 3"))

        before = home.labels()
        asks(reader, f"{server.url}/Larch", "Larch is there already.")
        assert home.labels() == before

        reader.do("u", until=lambda seen: "Undone: added Poplar." in seen.bottom and not seen.list.line("Poplar"))


def test_several_feeds_are_chosen_and_added_at_once(home: Home, server: Server) -> None:
    for name in ("Nettle", "Olive", "Poplar"):
        server.serve(f"/{name}", feed(name, 1, 2), type="application/rss+xml")
    server.serve("/three.html", page("Nettle", "Olive", "Poplar"), type="text/html")
    home.settings(ASKED_ONLY)
    with Reader(home, columns=100, rows=30) as reader:
        reader.until("Unread")
        asks(reader, f"{server.url}/three.html", "[ ] Poplar")
        reader.do("space", until="[x] Nettle")
        reader.do("down", "space", until="[x] Olive")
        reader.do("space", until="[ ] Olive")
        reader.do("down", "space", until="[x] Poplar")
        server.stop()  # what was looked at is there already
        reader.do(
            "enter", until="Added 2 (4 articles). @ goes there. The first real news is here. X takes the samples away."
        )
        assert {"Nettle", "Poplar"} <= set(home.labels())
        assert "Olive" not in home.labels()
        reader.do("u", until="Undone: added 2 sources; they are removed. U brings them back.")
        assert "Nettle" not in home.labels()


@pytest.mark.parametrize(("columns", "rows"), [(140, 40), (60, 20)])
def test_an_article_is_saved_to_read_later_and_taken_back(home: Home, server: Server, columns: int, rows: int) -> None:
    server.serve("/ferry", article("[red]Ferry[/red] \x1b]0;TAKEN\x07 sails"), type="text/html")
    home.settings(ASKED_ONLY)
    with Reader(home, columns=columns, rows=rows) as reader:
        reader.until("Unread")
        seen = asks(reader, f"{server.url}/ferry", "enter saves it")
        assert "This is an article: “[red]Ferry[/red] ]0;TAKEN" in seen.text
        assert "04-07-2025" in seen.text, seen.text
        assert "says the harbour office" in seen.text
        assert "Saved pages" not in home.labels()
        reader.do("enter", until=lambda seen: seen.bottom.startswith("Saved “[red]F"))
        assert "Saved pages" in home.labels()
        asks(reader, f"{server.url}/ferry", lambda seen: "enter saves it" in seen.text and "you have it" in seen.text)
        reader.do("enter", until="is saved already.")
        reader.do("u", until=lambda seen: seen.bottom.startswith("Undone: saved “[red]Ferry[/red]"))
        assert "Saved pages" not in home.labels()


def test_of_a_page_with_a_feed_the_article_can_be_taken(home: Home, server: Server) -> None:
    server.serve("/Larch", feed("Larch", 1), type="application/rss+xml")
    server.serve("/ferry", article("Ferry sails", "Larch"), type="text/html")
    home.settings(ASKED_ONLY)
    with Reader(home) as reader:
        reader.until("Unread")
        asks(reader, f"{server.url}/ferry", "[ ] this page: Ferry sails")
        reader.do("down", until="says the harbour office")
        reader.do("enter", until="Saved “Ferry sails”")
        assert "Larch" not in home.labels()
        seen = reader.until(lambda seen: seen.side.line("Saved pages"))
        assert seen.side.line("Saved pages").endswith("1")
        reader.do("shift+tab", until=lambda seen: seen.side.focused)
        reader.do("G", until=lambda seen: seen.side.cursor.startswith("Saved pages"))
        reader.do("r", until="Saved pages stay.")
        reader.do("D", until="Remove Saved pages?")
        reader.do("enter", until=lambda seen: "Removed Saved pages." in seen.bottom and not seen.side.line("Saved"))


def test_what_is_no_feed_says_what_it_is_and_the_store_is_left_alone(home: Home, server: Server) -> None:
    server.serve("/x.pdf", "%PDF-1.7", type="text/xml")
    server.serve("/login", "<html><form><input type=password></form></html>", type="text/html")
    server.serve("/empty", "", type="text/xml")
    server.serve("/list", "<opml version='2.0'><body><outline text='A' xmlUrl='https://a.example/'/></body></opml>")
    server.answer("/silent", hang)
    home.settings(ASKED_ONLY)
    home.subscribe(NewSource(f"{server.url}/Kelp", title="Kelp"))
    with Reader(home) as reader:
        reader.until(lambda seen: seen.side.line("Kelp"))
        before = contents(home)
        reader.do("a", until="The address of a feed")
        for path, words in (
            ("/x.pdf", "this is a PDF document."),
            ("/login", "this is a login page."),
            ("/empty", "this is empty."),
            ("/list", "this is an OPML list of"),
            ("/nothing", "has nothing at this address (404)."),
        ):
            reader.do("ctrl+u", until="https://")
            reader.do(*server.url, *path, "enter", until=words)
        reader.do("ctrl+u", until="https://")
        reader.do(*"no such thing at all", "enter", until="“no such thing at all” is no web address.")

        reader.do("ctrl+u", until="https://")
        reader.do(*server.url, *"/silent", "enter", until="esc stops")
        reader.do("esc", until=lambda seen: "The address of a feed" in seen.text and "esc stops" not in seen.text)
        server.stop()
        reader.do("enter", until="its machine refuses the connection")
        reader.do("esc", until=lambda seen: "Add a source" not in seen.text)
        assert contents(home) == before
        reader.press("q")
        assert reader.wait_exit() == 0


def contents(home: Home) -> str:
    """All that the store holds, but for where the reader stood."""
    with home.store() as db:
        return "\n".join(line for line in db.iterdump() if 'INTO "meta"' not in line)


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
        reader.do(".", until=lambda seen: seen.list.line("Kelp item 1") and seen.list.line("Larch item 1"))

        server.answer("/Kelp", hang)
        reader.do("x", until="No refresh is running.")
        reader.do("R", until=lambda seen: "/2 sources" in seen.top)
        reader.do("R", until="A refresh is running. x stops it.")
        reader.do("r", until="Larch: nothing new.")
        reader.do("x", until=lambda seen: "Stopped." in seen.bottom and "sources" not in seen.top)
        server.serve("/Kelp", feed("Kelp", 1, 2))
        reader.do("R", until=lambda seen: "1 new, press ." in seen.bottom)
        reader.press("q")
        assert reader.wait_exit() == 0


def test_removing_a_source_and_the_samples_and_taking_it_back(home: Home) -> None:
    home.settings(BY_HAND)
    with home.store() as db:
        count = first_run.add_first_sources(
            db, int(time.time()), first_run.find_samples_folder(), with_subscriptions=False
        )
    with Reader(home, "--offline") as reader:
        reader.until(lambda seen: f"Unread {count}" in seen.top and seen.side.line("City Desk"))
        reader.do("r", until="Offline: nothing is fetched.")
        reader.do("shift+tab", until=lambda seen: seen.side.focused)
        reader.do("G", "k", "k", "k", until=lambda seen: seen.side.cursor.startswith("City Desk"))
        told = reader.do("D", until="Remove City Desk?").text
        assert "12 articles leave the lists" in told
        reader.do("n", until=lambda seen: "Remove City Desk?" not in seen.text)
        assert "City Desk" in home.labels()
        reader.do("D", until="Remove City Desk?")
        reader.do("enter", until=lambda seen: "Removed City Desk." in seen.bottom and not seen.side.line("City Desk"))
        assert f"Unread {count}" not in reader.sight.top
        reader.do("u", until=lambda seen: seen.side.line("City Desk") and f"Unread {count}" in seen.top)

        reader.do("X", until=lambda seen: seen.list.footer == "0" and seen.side.line("none yet: a adds"))
        assert "Unread 0" in reader.sight.top
        assert home.labels() == []
        reader.do("u", until=lambda seen: seen.list.footer == str(count) and f"Unread {count}" in seen.top)
        reader.do("G", "k", until=lambda seen: seen.side.cursor.startswith("The Harbour"))
        reader.do("delete", until="Remove ")
