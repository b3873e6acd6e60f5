"""Sources that are added, refreshed, fail, are repaired and removed, with a server on loopback."""

import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.servers import Reply, Server, hang, rss
from tests.terminal.app import App, AppScreen
from tests.terminal.homes import ON_REQUEST, Home

from roya_tui.model import NewSource

EVIL = "Elm [bold]Letter[/] [@click=app.quit]"


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


def offer(app: App, address: str, until: str | Callable[[AppScreen], object]) -> AppScreen:
    """Ask what an address offers."""
    app.do("a", until="Type an address")
    return app.do(*address, "enter", until=until)


def test_feeds_pages_and_files_are_offered_and_added(home: Home, server: Server, tmp_path: Path) -> None:
    for name in ("Larch", "Nettle", "Olive"):
        server.serve(f"/{name}", feed(name, 1, 2), type="application/rss+xml")
    server.serve("/two.html", page("Nettle", "Olive"), type="text/html")
    (tmp_path / "poplar.rss").write_text(feed("Poplar", 1, 2, 3))
    home.configure(ON_REQUEST)
    home.subscribe(NewSource(f"{server.url}/Kelp", title="Kelp"))

    with App(home) as app:
        app.until(lambda seen: seen.sidebar.line("Kelp"))
        seen = offer(app, f"{server.url}/Larch", "enter add")
        for text in ("This is a feed: “Larch”.", "2 articles", "Larch item 1"):
            assert text in seen.text
        assert home.labels() == ["Kelp"]
        seen = app.do(
            "enter", until=lambda seen: seen.bottom.startswith("Added “Larch”") and seen.sidebar.line("Larch")
        )
        assert len(seen.panes) == 3
        assert seen.list.line("Larch item 2")
        assert "@: show it" in seen.bottom
        app.do("@", until=lambda seen: seen.list.title == "Larch" and seen.list.line("Larch item 2"))
        app.do("shift+tab", until=lambda seen: seen.sidebar.focused and seen.sidebar.cursor.startswith("Larch"))
        app.do("2", until=lambda seen: seen.list.title == "All")

        offer(app, f"{server.url}/two.html", lambda seen: "offers 2 feeds." in seen.text and "Olive" in seen.text)
        app.do("down", until="Olive item 1")
        app.do("enter", until=lambda seen: seen.bottom.startswith("Added “Olive”") and seen.list.line("Olive item 2"))
        assert "Nettle" not in home.labels()

        app.do("a", until="Type an address")
        app.do(*str(tmp_path / "poplar.rss"), until="poplar.rss")
        app.press("tab")
        app.still(100)
        app.do(*"Trees", until="Trees")
        app.do("enter", until="This is a feed: “Poplar”.")
        app.press("enter")
        app.at_once(lambda seen: seen.bottom.startswith("Added “Poplar”"))
        app.until(lambda seen: seen.sidebar.line("Trees") and seen.list.line("Poplar item 3"))

        before = home.labels()
        offer(app, f"{server.url}/Larch", "Source “Larch” already exists.")
        assert home.labels() == before
        app.do("u", until=lambda seen: "Undone: Added “Poplar”." in seen.bottom and not seen.list.line("Poplar"))


def test_several_offered_feeds_are_selected_and_added_at_once(home: Home, server: Server) -> None:
    for name in ("Nettle", "Olive", "Poplar"):
        server.serve(f"/{name}", feed(name, 1, 2), type="application/rss+xml")
    server.serve("/three.html", page("Nettle", "Olive", "Poplar"), type="text/html")
    home.configure(ON_REQUEST)
    with App(home, columns=100, rows=30) as app:
        app.until("Unread")
        offer(app, f"{server.url}/three.html", "[ ] Poplar")
        app.do("space", until="[x] Nettle")
        app.do("down", "space", until="[x] Olive")
        app.do("space", until="[ ] Olive")
        app.do("down", "space", until="[x] Poplar")
        app.do("enter", until="Added 2 sources, 4 articles. @: show it")
        assert {"Nettle", "Poplar"} <= set(home.labels())
        assert "Olive" not in home.labels()
        app.do("u", until="Undone: Added 2 sources. The sources are removed. U: restore them")
        assert "Nettle" not in home.labels()


def test_article_page_is_saved_and_undone(home: Home, server: Server) -> None:
    server.serve("/ferry", article("[red]Ferry[/red] \x1b]0;TAKEN\x07 sails"), type="text/html")
    server.serve("/Larch", feed("Larch", 1), type="application/rss+xml")
    server.serve("/mill", article("Mill turns", "Larch"), type="text/html")
    home.configure(ON_REQUEST)
    with App(home) as app:
        app.until("Unread")
        seen = offer(app, f"{server.url}/ferry", "enter save")
        for text in ("This is an article: “[red]Ferry[/red] ]0;TAKEN", "04-07-2025", "says the harbour office"):
            assert text in seen.text
        assert "Saved pages" not in home.labels()
        app.do("enter", until=lambda seen: seen.bottom.startswith("Saved “[red]F"))
        assert "Saved pages" in home.labels()
        offer(app, f"{server.url}/ferry", lambda seen: "enter save" in seen.text and "saved · " in seen.text)
        app.do("enter", until="is already saved.")
        app.do("u", until=lambda seen: seen.bottom.startswith("Undone: Saved “[red]Ferry[/red]"))
        assert "Saved pages" not in home.labels()

        offer(app, f"{server.url}/mill", "[ ] this page: Mill turns")
        app.do("down", until="says the harbour office")
        app.do("enter", until="Saved “Mill")
        assert "Larch" not in home.labels()
        app.until(lambda seen: seen.sidebar.line("Saved pages").endswith("1"))
        app.do("shift+tab", until=lambda seen: seen.sidebar.focused)
        app.do("G", until=lambda seen: seen.sidebar.cursor.startswith("Saved pages"))
        app.do("r", until="To update a saved page, press a")
        app.do("D", until="Remove “Saved pages”?")
        app.do("enter", until=lambda seen: "Removed “Saved pages”." in seen.bottom and not seen.sidebar.line("Saved"))


def test_page_is_offered_and_saved_while_its_feeds_are_still_searched(home: Home, server: Server) -> None:
    """No feed is declared, and the first of the usual addresses does not respond until the test ends it."""
    go = threading.Event()

    def serve_later(*_: object) -> Reply:
        go.wait(60)
        return Reply(200, feed("Larch", 1, 2).encode(), {"Content-Type": "application/rss+xml"})

    html = f"<html><head><title>Harbour office</title></head><body><main><p>{STORY}</p><p>{STORY}</p></main></body>"
    server.serve("/harbour", html, type="text/html")
    server.answer("/feed", serve_later)
    home.configure(ON_REQUEST)
    home.subscribe(NewSource(f"{server.url}/Kelp", title="Kelp"))
    with App(home) as app:
        app.until(lambda seen: seen.sidebar.line("Kelp"))
        offer(app, f"{server.url}/harbour", lambda seen: "this page: Harbour office" in seen.text)
        app.until(lambda seen: "Trying usual addresses" in seen.text and "enter save   esc stop" in seen.text)
        app.do("enter", until="Saved “Harbour office”")
        assert not go.is_set(), "saving does not wait for the feed"

        offer(app, f"{server.url}/harbour", "this page: Harbour office")
        go.set()
        seen = app.do(until=lambda seen: "[ ] Larch" in seen.text)
        assert seen.text.index("[ ] this page: Harbour office") < seen.text.index("[ ] Larch")
        assert "says the harbour office" in seen.text, "the cursor stays on the page"
        app.do("space", "down", until=lambda seen: "[x] this page" in seen.text and "Larch item 1" in seen.text)
        app.do("space", "enter", until="Added 1 source, 2 articles. 1 already existed.")
        assert "Larch" in home.labels()


def contents(home: Home) -> str:
    """All rows of the database, except for the position of the cursor."""
    with home.store() as db:
        return "\n".join(line for line in db.iterdump() if 'INTO "meta"' not in line)


def test_add_dialog_says_why_an_address_is_not_a_feed_and_stores_nothing(home: Home, server: Server) -> None:
    server.serve("/list", "<opml version='2.0'><body><outline text='A' xmlUrl='https://a.example/'/></body></opml>")
    server.answer("/silent", hang)
    home.configure(ON_REQUEST)
    home.subscribe(NewSource(f"{server.url}/Kelp", title="Kelp"))
    with App(home) as app:
        app.until(lambda seen: seen.sidebar.line("Kelp"))
        before = contents(home)
        app.do("a", until="Type an address")
        for typed, words in (
            (f"{server.url}/list", "It is a list of"),
            ("no such thing at all", "“no such thing at all” is not a valid address."),
            (f"{server.url}/silent", "esc stop"),
        ):
            app.do("ctrl+u", until="https://")
            app.do(*typed, "enter", until=words)
        app.do("esc", until=lambda seen: "Type an address" in seen.text and "esc stop" not in seen.text)
        server.stop()
        app.do("enter", until="refused the connection")
        app.do("esc", until=lambda seen: "Add a source" not in seen.text)
        assert contents(home) == before
        app.quit()


def test_one_source_or_all_are_refreshed_and_a_refresh_is_stopped(home: Home, server: Server) -> None:
    home.configure(ON_REQUEST)
    for name in ("Kelp", "Larch"):
        home.subscribe(NewSource(server.serve(f"/{name}", feed(name, 1)), title=name))
    with App(home) as app:
        app.until(lambda seen: seen.list.footer == "0" and seen.sidebar.line("Larch"))
        app.do("r", until="Go to a source")
        app.do("shift+tab", until=lambda seen: seen.sidebar.focused)
        app.do("G", until=lambda seen: seen.sidebar.cursor.startswith("Larch"))
        seen = app.do("r", until=lambda seen: seen.list.line("Larch item 1"))
        assert not seen.list.line("Kelp")
        assert server.asked("/Kelp") == []

        app.do("R", until=lambda seen: "1 new, press ." in seen.bottom and seen.sidebar.line("Kelp").endswith("1"))
        app.do(".", until=lambda seen: seen.list.line("Kelp item 1") and seen.list.line("Larch item 1"))

        server.answer("/Kelp", hang)
        app.do("x", until="There is nothing to stop.")
        app.do("R", until=lambda seen: "/2 sources" in seen.top)
        app.do("R", until="A refresh is running. x: stop it")
        app.do("r", until="“Larch”: no new articles.")
        app.do("x", until=lambda seen: "Stopped the refresh." in seen.bottom and "sources" not in seen.top)
        server.serve("/Kelp", feed("Kelp", 1, 2))
        app.do("R", until=lambda seen: "1 new, press ." in seen.bottom)
        app.quit()


def test_host_that_limits_requests_is_checked_anyway_at_the_second_press(home: Home, server: Server) -> None:
    home.configure(ON_REQUEST)
    limit = server.reply("/Kelp", 429, Retry_After="3600")
    home.subscribe(NewSource(limit, title="Kelp", folder="Coast"))
    with closing(Server()) as second, App(home) as app:
        home.subscribe(NewSource(second.serve("/Larch", feed("Larch", 1)), title="Larch", folder="Coast"))
        app.until(lambda seen: seen.sidebar.line("Larch"))
        app.do("shift+tab", until=lambda seen: seen.sidebar.focused)
        app.do("G", "k", until=lambda seen: seen.sidebar.cursor.startswith("Kelp"))
        app.do("r", until="“Kelp” is limiting requests (429).")
        held = f"127.0.0.1:{server.port} is limiting requests until "
        app.do("r", until=lambda seen: held in seen.bottom and "r: check anyway" in seen.bottom)
        app.do(
            *("k", "r"),
            until=lambda seen: (
                f"Refreshing 1 source in “Coast”. {held}" in seen.bottom and "r: check anyway" in seen.bottom
            ),
        )
        app.until(lambda seen: seen.list.line("Larch item 1"))
        assert len(server.seen) == 1
        app.do("j", "r", until=lambda seen: held in seen.bottom and "Refreshing" not in seen.bottom)
        server.serve("/Kelp", feed("Kelp", 1))
        app.do("r", until=lambda seen: "1 new, press ." in seen.bottom)
        assert len(server.seen) == 2
        app.quit()


def test_failed_sources_are_reported_listed_and_repaired(home: Home, server: Server) -> None:
    home.configure(ON_REQUEST)
    home.subscribe(NewSource(server.serve("/dune", feed("Dune", 1)), title="Dune"))
    home.subscribe(NewSource(server.url + "/fern", title="Fern"))
    with App(home) as app:
        app.until(lambda seen: seen.sidebar.line("Fern"))
        app.do("R", until=lambda seen: "“Fern” was not found at this address (404)." in seen.bottom)
        home.subscribe(NewSource(server.url + "/elm", title=EVIL))
        seen = app.do("R", until=lambda seen: "2 sources failed. S: source status" in seen.bottom)
        assert len(seen.panes) == 3, "no dialog opens"
        app.until(
            lambda seen: seen.sidebar.line("Fern").startswith("!") and not seen.sidebar.line("Dune").startswith("!")
        )

        seen = app.do("S", until="3 sources · 2 with problems")
        for text in ("!failing    Elm [bold]Letter", "!failing    Fern", "OK         Dune"):
            assert text in seen.text
        app.do("g", until="▌!failing    Fern")
        seen = app.until("Address: " + server.url + "/fern")
        assert "Was not found at this address (404)" in seen.text

        address = server.serve("/here", feed("Fern", 1))
        app.do("c", until="Change address")
        # The text in the line is selected: typing replaces it.
        app.do(*address, "enter", until=lambda seen: "No problems." in seen.text and "1 new" in seen.text)
        seen = app.until("3 sources · 1 with a problem")
        assert "▌ OK         Fern" in seen.text, "it stays where it is"

        seen = app.do("j", "D", until="u: undo")
        assert "Elm" not in seen.screen.lines[2]
        app.do("u", until="3 sources · 1 with a problem")
        seen = app.do("esc", until=lambda seen: len(seen.panes) == 3 and not seen.sidebar.line("Fern").startswith("!"))
        assert seen.list.focused
        app.quit()
