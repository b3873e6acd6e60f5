"""Hostile feeds: the app writes their text as text, and no sequence besides those that Textual itself writes."""

from pathlib import Path

from tests.servers import Server, rss
from tests.terminal.app import App
from tests.terminal.homes import AT_ONCE, BY_HAND, Home
from tests.terminal.sequences import CLIPBOARD, find_strange

from roya_tui.model import NewSource

HOSTILE = Path(__file__).parents[1] / "data" / "hostile"
FEEDS = {
    "raw.rss": "application/rss+xml",
    "references.rss": "application/rss+xml",
    "wellformed.atom": "application/atom+xml",
    "escapes.json": "application/feed+json",
}


def offering(title: str) -> str:
    """A page that offers two feeds, both called `title`."""
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="/{n}" title="{title} {n}">' for n in "ab")
    return f"<!DOCTYPE html><html><head><title>{title}</title>{links}</head></html>"


def test_hostile_text_is_shown_as_written_and_only_textual_writes_sequences(home: Home, server: Server) -> None:
    home.configure(BY_HAND + AT_ONCE)
    for name, kind in FEEDS.items():
        home.subscribe(NewSource(server.serve(f"/{name}", (HOSTILE / name).read_bytes(), type=kind)))
    with App(home, rows=30) as app:
        app.until(lambda seen: "Unread 205" in seen.top and "sources" not in seen.top)

        # Every page of the list; then every article of the feed that can carry every character.
        for _ in range(205 // 25 + 1):
            app.press("pagedown")
            app.still(30)
        assert any(line.startswith("▌") for line in app.view.list.lines[-2:])
        app.type("/", "source:4")
        app.do("enter", until=lambda seen: seen.list.footer == "52")
        for _ in range(51):
            app.settled(15, after=app.press("j"))
        app.do("esc", until=lambda seen: seen.list.footer == "205")

        app.type("/", '"hostile body"')
        seen = app.do("enter", until=lambda seen: seen.list.footer == "3" and "[bold]Heading[/]" in seen.article.text)
        while "unclosed" not in seen.article.text:
            seen = app.do("space", until=seen.scrolled)
        assert "[@click=app.quit]" not in seen.bottom

        # Markup in titles is shown as written, and does nothing when it is clicked.
        app.do("esc", until=lambda seen: seen.list.footer == "205")
        for words, literal in (
            ("by colour", "[red]TAKEN[/red] by colour"),
            ("never opened", "[/x] closes what was"),
            ("app quit bell", "[@click=app.quit]x[/] and"),
        ):
            app.type("/", f"source:4 {words} sort:newest")
            app.press("enter")
            seen = app.until(lambda seen, t=literal: t in seen.list.cursor and t in seen.article.text)
            row, column = seen.list.place(literal)
            cells = seen.screen.cells[row][column : column + len(literal)]
            assert len({cell.fg for cell in cells if not cell.underscore}) == 1
            for pane in (seen.list, seen.article):
                row, column = pane.place(literal)
                for at in range(column, column + len(literal), 3):
                    app.click(row, at)
            app.press("esc", "s")
            seen = app.until(lambda seen: "★" in seen.list.cursor)
            assert literal in seen.list.cursor
            app.do("esc", until=lambda seen: seen.list.footer == "205")

        # The sidebar with its tags, the question before a removal, offered feeds, the clipboard.
        app.do("shift+tab", until=lambda seen: seen.sidebar.focused)
        for _ in range(4):
            app.press("pagedown")
            app.still(30)
        app.do("G", until=lambda seen: seen.sidebar.cursor.startswith("Hostile [red]RSS"))
        app.do("D", until="Remove “Hostile [red]RSS[/red]")
        app.do("esc", until=lambda seen: "Remove" not in seen.text)
        app.do("enter", until=lambda seen: seen.list.title.startswith("Hostile [red]RSS[/red] "))
        title = "[red]TAKEN[/red] &#27;]0;TAKEN&#7; &#x9b;31m \x1b[2J"
        for name in "ab":
            server.serve(f"/{name}", rss((name, title, "x"), title=f"{title} {name}"), type="text/xml")
        address = server.serve("/page", offering(title), type="text/html")
        app.do("a", until="Type an address")
        app.do(*address, "enter", until="[ ] [red]TAKEN[/red]")
        app.do("esc", "esc", until=lambda seen: "Add a source" not in seen.text)
        assert not app.copied
        app.do("y", until="Copied https://example.org/")
        app.quit()
        assert find_strange(CLIPBOARD.sub("", app.raw.decode(), count=1)) == ""
