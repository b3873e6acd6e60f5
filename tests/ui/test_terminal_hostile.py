"""Feeds that attack the terminal, on a real one: whatever they say, only text comes out, and only as text.

Every byte that the reader writes is looked at: beside text there may be only the sequences that Textual itself makes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pyte.screens import Char

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.servers import Server, rss, server
from tests.ui.homes import BY_HAND, Home, home
from tests.ui.sight import Pane, Reader, Sight

from roya_tui.model import NewSource

__all__ = ["home", "server"]

HOSTILE = Path(__file__).parents[1] / "data" / "hostile"
FEEDS = {
    "raw.rss": "application/rss+xml",
    "references.rss": "application/rss+xml",
    "wellformed.atom": "application/atom+xml",
    "escapes.json": "application/feed+json",
}
TEXTUALS_OWN = re.compile(
    r"\x1b\[[0-9;]*m"  # colours and styles
    r"|\x1b\[\d+;\d+H"  # where to write
    r"|\x1b\[\?(?:7|25|1000|1003|1004|1006|1015|1049|2004)[hl]"  # wrap, cursor, mouse, focus, alternate screen, paste
    r"|\x1b\[\?(?:2026|2048)\$p"  # asks what the terminal can do
    r"|\x1b\[>\d+u|\x1b\[<u"  # keyboard protocol, on and off
    r"|\x1b\]22;[a-z-]*\x07"  # the mouse pointer's shape
    r"|\x1b\[8[hl]|\x1b\[2J"  # who orders right-to-left text, and a screen erased for it
)
CLIPBOARD = re.compile(r"\x1b\]52;c;[A-Za-z0-9+/=]*\x07")


STRANGE = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]"  # controls but for line ends: nothing of C0, and nothing of C1
    "|[\u202a-\u202e\u2066-\u2069\u2060\ufeff\U000e0000-\U000e007f]"  # directions forced; what cannot be seen
    "|[ -~]\u200b"  # a zero-width blank after a letter; the reader itself parts emoji with one
)


def assert_only_text(output: str) -> None:
    """Fail on whatever is neither text nor one of Textual's own sequences."""
    text = TEXTUALS_OWN.sub("", output)
    strange = STRANGE.search(text)
    assert strange is None, repr(text[max(0, strange.start() - 40) : strange.start() + 40])


def offering(title: str) -> str:
    """A page that offers two feeds, both called `title`."""
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="/{n}" title="{title} {n}">' for n in "ab")
    return f"<!DOCTYPE html><html><head><title>{title}</title>{links}</head></html>"


@pytest.fixture
def hostile(home: Home, server: Server) -> Home:
    """A home with the hostile feeds, served on loopback and not fetched yet."""
    home.settings(BY_HAND + '[refresh]\nspacing = "0s"\n')
    for name, kind in FEEDS.items():
        home.subscribe(NewSource(server.serve(f"/{name}", (HOSTILE / name).read_bytes(), type=kind)))
    return home


def test_only_text_comes_out(hostile: Home, server: Server) -> None:
    with Reader(hostile, rows=30) as reader:
        reader.until(lambda seen: "Unread 205" in seen.top and "sources" not in seen.top)

        # Every page of the list; then every article of the feed that can carry every character.
        for _ in range(205 // 25 + 1):
            reader.press("pagedown")
            reader.still(30)
        assert reader.sight.list.lines[-1].startswith("▌")
        reader.type("/", "source:4")
        reader.do("enter", until=lambda seen: seen.list.footer == "52")
        for _ in range(51):
            reader.settled(15, after=reader.press("j"))
        reader.do("esc", until=lambda seen: seen.list.footer == "205")

        # The bodies, page by page.
        reader.type("/", '"hostile body"')
        seen = reader.do(
            "enter", until=lambda seen: seen.list.footer == "3" and "[bold]Heading[/]" in seen.article.text
        )
        while "unclosed" not in seen.article.text:
            seen = reader.do("space", until=seen.scrolled)
        assert "[@click=app.quit]" not in seen.bottom

        # The sidebar with its tags, a question about a source, an offer of feeds, the clipboard.
        reader.do("esc", until=lambda seen: seen.list.footer == "205")
        reader.do("shift+tab", until=lambda seen: seen.side.focused)
        for _ in range(4):
            reader.press("pagedown")
            reader.still(30)
        reader.do("G", until=lambda seen: seen.side.cursor.startswith("Hostile [red]RSS"))
        reader.do("D", until="Remove Hostile [red]RSS[/red]")
        reader.do("esc", until=lambda seen: "Remove" not in seen.text)
        reader.do("enter", until=lambda seen: seen.list.title.startswith("Hostile [red]RSS[/red] "))
        title = "[red]TAKEN[/red] &#27;]0;TAKEN&#7; &#x9b;31m \x1b[2J"
        for name in "ab":
            server.serve(f"/{name}", rss((name, title, "x"), title=f"{title} {name}"), type="text/xml")
        address = server.serve("/page", offering(title), type="text/html")
        reader.do("a", until="The address of a feed")
        reader.do(*address, "enter", until="[ ] [red]TAKEN[/red]")
        reader.do("esc", "esc", until=lambda seen: "Add a source" not in seen.text)
        assert b"\x1b]52" not in reader.raw, "nothing was copied yet"
        reader.do("y", until="Copied https://example.org/")
        reader.press("q")
        assert reader.wait_exit() == 0
        assert_only_text(CLIPBOARD.sub("", reader.raw.decode(), count=1))


LITERAL = {
    "by colour": "[red]TAKEN[/red] by colour",
    "never opened": "[/x] closes what was",
    "app quit bell": "[@click=app.quit]x[/] and ",
}
"""Words that find a headline, and how it has to begin on the screen."""


def test_markup_in_a_title_is_shown_as_it_was_written_and_does_nothing(hostile: Home) -> None:
    with Reader(hostile, rows=24) as reader:
        reader.until(lambda seen: "Unread 205" in seen.top and "sources" not in seen.top)
        for words, literal in LITERAL.items():
            reader.type("/", f"source:4 {words} sort:newest")
            reader.press("enter")
            seen = reader.until(shows(literal))
            assert len({cell.fg for cell in cells_of(seen, seen.list, literal)}) == 1
            for pane in (seen.list, seen.article):
                row, column = pane.place(literal)
                for at in range(column, column + len(literal), 3):
                    reader.click(row, at)
            reader.press("esc", "s")
            seen = reader.until(lambda seen: "★" in seen.list.cursor)
            assert literal in seen.list.cursor
            reader.do("esc", until=lambda seen: seen.list.footer == "205")


def shows(text: str) -> Callable[[Sight], bool]:
    """Whether the headline under the cursor and the article both show `text` as it is."""
    return lambda seen: text in seen.list.cursor and text in seen.article.text


def cells_of(seen: Sight, pane: Pane, text: str) -> tuple[Char, ...]:
    """The cells that a text in a pane is drawn with."""
    row, column = pane.place(text)
    return seen.screen.cells[row][column : column + len(text)]
