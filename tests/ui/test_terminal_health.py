"""Sources that fail, on a real terminal against a server on loopback: one calm line, a screen, and the way back."""

from __future__ import annotations

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.servers import Server, rss, server
from tests.ui.homes import BY_HAND, Home, home
from tests.ui.sight import Reader

from roya_tui.model import NewSource

__all__ = ["home", "server"]

ASKED_ONLY = BY_HAND + '[refresh]\non_start = false\nspacing = "0s"\n'
EVIL = "Elm [bold]Letter[/] [@click=app.quit]"


def test_failures_are_summed_up_shown_and_mended(home: Home, server: Server) -> None:
    home.settings(ASKED_ONLY)
    home.subscribe(NewSource(server.serve("/dune", rss(("1", "Dune item", "Text"), title="Dune")), title="Dune"))
    home.subscribe(NewSource(server.url + "/elm", title=EVIL))
    home.subscribe(NewSource(server.url + "/fern", title="Fern"))
    with Reader(home) as reader:
        reader.until(lambda seen: seen.side.line("Fern"))
        seen = reader.do("R", until=lambda seen: "2 sources failed; S shows them." in seen.bottom)
        assert len(seen.panes) == 3, "nobody is interrupted"
        reader.until(lambda seen: seen.side.line("Fern").startswith("!") and not seen.side.line("Dune").startswith("!"))

        seen = reader.do("S", until="Sources 3 · 2 need a look")
        assert "!failing   Elm [bold]Letter[/]" in seen.text
        assert "!failing   Fern" in seen.text
        assert "well      Dune" in seen.text
        seen = reader.do("j", until="Address: " + server.url + "/fern")
        assert "Has nothing at this address (404). 1 try failed;" in " ".join(seen.text.split())

        server.serve("/fern", rss(("2", "Fern item", "Text"), title="Fern"))
        reader.do("r", until="Sources 3 · 1 needs a look")
        seen = reader.until("1 new")
        assert "▌ well      Fern" in seen.text, "it stays where it is"

        seen = reader.do("k", "D", until="u undoes.")
        assert "Elm" not in seen.screen.lines[2]
        reader.do("u", until="Sources 3 · 1 needs a look")
        seen = reader.do("esc", until=lambda seen: len(seen.panes) == 3 and not seen.side.line("Fern").startswith("!"))
        assert seen.list.focused
        reader.press("q")
        assert reader.wait_exit() == 0


def test_one_failure_is_told_in_its_own_words(home: Home, server: Server) -> None:
    home.settings(ASKED_ONLY)
    home.subscribe(NewSource(server.url + "/fern", title="Fern"))
    with Reader(home) as reader:
        reader.until(lambda seen: seen.side.line("Fern"))
        reader.do("R", until=lambda seen: "Fern has nothing at this address (404)." in seen.bottom)


def test_a_new_address_is_asked_at_once(home: Home, server: Server) -> None:
    home.settings(ASKED_ONLY)
    home.subscribe(NewSource(server.url + "/fern", title="Fern"))
    address = server.serve("/here", rss(("1", "Fern item", "Text"), title="Fern"))
    with Reader(home) as reader:
        reader.until(lambda seen: seen.side.line("Fern"))
        reader.do("S", until="Not asked yet.")
        reader.do("c", until="Its address")
        # What stands in the line is selected: typing takes its place.
        reader.do(*address, "enter", until=lambda seen: "Answers well." in seen.text and "1 new" in seen.text)
        assert server.asked("/fern") == []


def test_the_mouse_and_a_small_window(home: Home) -> None:
    home.settings(ASKED_ONLY)
    for name in ("Alder", "Birch", "Cedar"):
        home.subscribe(NewSource(f"https://{name.lower()}.example/feed", title=name))
    with Reader(home, "--offline", columns=60, rows=20) as reader:
        reader.until("No articles yet")
        reader.do("S", until="Sources 3 · all well")
        row, column = reader.screen.where("Cedar") or (0, 0)
        reader.click(row, column)
        reader.until(lambda seen: any(line.startswith("▌ new       Cedar") for line in seen.screen.lines))
        row, column = reader.screen.where("source") or (0, 0)
        reader.click(row, column)
        reader.until("Sorted by name.")
        reader.resize(40, 12)
        reader.until(lambda seen: "Alder" in seen.screen.lines[2])
        reader.resize(30, 8)
        reader.until("This window is too small")
        reader.resize(140, 40)
        reader.do("esc", until=lambda seen: len(seen.panes) == 3)
