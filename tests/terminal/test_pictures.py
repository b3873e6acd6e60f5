"""Pictures on a terminal: which bytes it gets, and when they are fetched."""

import re
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from tests.graphics.sample_pictures import quarters, saved
from tests.servers import Reply, Server
from tests.terminal.app import App, AppScreen
from tests.terminal.homes import ON_REQUEST, Home

from roya_tui.cli.terminal import detect_terminal
from roya_tui.model import Entry, Moment, NewSource, Picture

HALF = "▀".encode()
GRAPHICS = re.compile(rb"\x1b_G|\x1b\]1337|\x1bP[0-9;]*q")


def open_lanterns(home: Home, **environment: str) -> App:
    """Run the app with a search for the sample article that has six pictures."""
    return App(home, "--offline", "--query", "lantern boats", environment=environment)


def test_plain_terminal_gets_half_blocks_and_no_graphics(home: Home) -> None:
    with open_lanterns(home) as app:
        app.until("In pictures: the lantern boats come home")
        app.do("i", until="1 of 6")
        app.do("n", until="2 of 6")
        app.still(300)
        app.do("esc", until="Working offline")
        sent = app.raw
    assert HALF in sent
    assert not GRAPHICS.search(sent)


def test_kitty_gets_one_picture_at_a_time_and_each_is_deleted(home: Home) -> None:
    with open_lanterns(home, TERM="xterm-kitty") as app:
        app.until("In pictures: the lantern boats come home")
        app.still()
        assert b"\x1b_G" not in app.raw  # lines of an article have only cells
        for keys, where in (("i", "1 of 6"), ("n", "2 of 6"), ("?", "Show the previous picture"), ("esc", "2 of 6")):
            before = len(app.raw)
            app.do(keys, until=where)
            app.still(300)
            sent = app.raw[before:]
            assert (b"\x1b_Ga=T" in sent) is (keys != "?")
            assert (b"\x1b_Ga=d" in sent) is (keys in ("n", "?"))
        before = len(app.raw)
        app.do("esc", until="Working offline")
        assert b"\x1b_Ga=d" in app.raw[before:]
        app.do("i", until="1 of 6")
        app.still(300)
        before = len(app.raw)
        app.quit()
        assert b"\x1b_Ga=d" in app.raw[before:]


def test_terminal_with_few_colors_gets_captions(home: Home) -> None:
    with open_lanterns(home, COLORTERM="", TERM="xterm") as app:
        app.until("[picture 1: 1. The first lights")
        assert HALF not in app.raw


@pytest.mark.parametrize(
    ("environment", "colors"),
    [({"NO_COLOR": "1"}, "none"), ({}, "16"), ({"TERM": "xterm-256color"}, "256"), ({"WT_SESSION": "1"}, "millions")],
)
def test_colors_follow_the_environment(environment: dict[str, str], colors: str) -> None:
    output: Any = SimpleNamespace(isatty=lambda: True, encoding="utf-8")
    assert detect_terminal(output, {"TERM": "xterm", **environment}).colors == colors


def article(home: Home, server: Server, *, settings: str = "", missing: bool = False) -> Callable[[], None]:
    """Add an article with a picture that is served once the returned function is called, and one that is missing."""
    go = threading.Event()
    picture = saved(quarters(320, 180), "PNG")

    def serve_later(*_: object) -> Reply:
        go.wait(30)
        return Reply(200, picture, {"Content-Type": "image/png"})

    html = f'<p>Before.</p><img src="{server.answer("/pier.png", serve_later)}"><p>After.</p>'
    if missing:
        html += f'<figure><img src="{server.reply("/gone.png", 404)}"><figcaption>The mole</figcaption></figure>'
    home.configure(ON_REQUEST + settings)
    entry = Entry(guid="1", title="Pier", published=Moment(int(time.time())), content=html)
    home.subscribe(NewSource(server.url + "/feed", title="Harbour Post"), [entry])
    return go.set


def place(seen: AppScreen, words: str) -> int:
    """Return the number of the article's line with these words, -1 if there is none."""
    return next((y for y, line in enumerate(seen.article.lines) if words in line), -1)


def test_pictures_are_fetched_once_and_a_failed_one_again_by_a_key(home: Home, server: Server) -> None:
    release = article(home, server, missing=True)
    with App(home) as app:
        before = app.until(lambda seen: "picture 1" in seen.article.text and "gone.png" not in seen.article.text)
        app.until(lambda _: server.asked("/pier.png"))
        release()
        after = app.until(lambda seen: HALF.decode() in seen.article.text and "(404)." in seen.article.text)
        assert place(before, "After.") == place(after, "After.") > 0, "no line moves"
        assert HALF.decode() not in before.article.text
        assert len(server.asked("/pier.png")) == len(server.asked("/gone.png")) == 1
        app.do("i", "n", until="The picture was not found (404). r: try again")
        app.do("esc", until="404")
    with App(home) as app:
        app.until(lambda seen: "The picture was not found (404)." in seen.article.text)
        app.do("i", "n", until="The picture was not found (404). r: try again   o: open in browser")
        app.until(lambda seen: "r try again" in seen.bottom)
        assert len(server.asked("/gone.png")) == 1
        server.reply("/gone.png", 200, saved(quarters(320, 180), "PNG"), Content_Type="image/png")
        app.do("r", until=lambda seen: HALF.decode() in seen.text and "r try again" not in seen.bottom)
        assert len(server.asked("/gone.png")) == 2
    assert not server.asked("/feed")
    with App(home, "--offline") as app:
        app.until(lambda seen: HALF.decode() in seen.article.text and "[picture" not in seen.article.text)


@pytest.mark.parametrize("settings", ["metered = true", "[offline]\npictures = false"])
def test_only_a_key_fetches_pictures_on_metered_networks(home: Home, server: Server, settings: str) -> None:
    article(home, server, settings=settings)()
    with App(home) as app:
        app.until("[picture 1] (not saved)")
        app.still(600)
        assert not server.seen
        app.do("i", until="r: fetch it")
        assert not server.seen
        app.do("r", until=lambda _: server.asked("/pier.png"))
        app.until(lambda seen: "not been fetched" not in seen.text and "Fetching the picture" not in seen.text)
        assert len(server.asked("/pier.png")) == 1


def test_picture_on_this_machine_is_not_fetched_for_a_remote_feed(home: Home, server: Server) -> None:
    url = server.reply("/inside.png", 200, saved(quarters(320, 180), "PNG"), Content_Type="image/png")
    home.configure(ON_REQUEST)
    entry = Entry(
        guid="1", title="Pier", published=Moment(int(time.time())), pictures=(Picture(url),), content="Words."
    )
    home.subscribe(NewSource("https://news.example/feed", title="Harbour Post"), [entry])
    with App(home) as app:
        app.until(lambda seen: "picture 1: " in seen.article.text)
        app.still(300)
        assert not server.seen
