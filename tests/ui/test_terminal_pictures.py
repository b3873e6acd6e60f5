"""Pictures on a terminal: which bytes it is sent, and which not."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable

import pytest

pytest.importorskip("fcntl")
from tests.graphics.sample_pictures import quarters, saved
from tests.servers import Reply, Server, server
from tests.ui.homes import BY_HAND, Home, home
from tests.ui.sight import Reader, Sight

from roya_tui.model import Entry, Moment, NewSource, Picture

__all__ = ["home", "server"]

HALF = "▀".encode()
GRAPHICS = re.compile(rb"\x1b_G|\x1b\]1337|\x1bP[0-9;]*q")


def lanterns(reader: Reader) -> None:
    """To the article with six pictures."""
    reader.until("Working offline")
    reader.press("2")
    reader.type("/", "lantern boats")
    reader.do("enter", until="In pictures: the lantern boats come home")
    reader.still()


def test_a_plain_terminal_is_sent_half_blocks_and_no_graphics(home: Home) -> None:
    with Reader(home, "--offline") as reader:
        lanterns(reader)
        reader.do("i", until="1 of 6")
        reader.do("n", until="2 of 6")
        reader.still(500)
        reader.do("esc", until="Working offline")
        sent = reader.raw
    assert HALF in sent
    assert not GRAPHICS.search(sent)


def test_kitty_is_sent_one_picture_at_a_time_and_keeps_none(home: Home) -> None:
    with Reader(home, "--offline", environment={"TERM": "xterm-kitty"}) as reader:
        lanterns(reader)
        assert b"\x1b_G" not in reader.raw  # among the lines of an article there are cells and nothing else
        for keys, where in (("i", "1 of 6"), ("n", "2 of 6"), ("?", "Previous picture"), ("esc", "2 of 6")):
            before = len(reader.raw)
            reader.do(keys, until=where)
            reader.still(600)
            sent = reader.raw[before:]
            assert (b"\x1b_Ga=T" in sent) is (keys != "?")
            assert (b"\x1b_Ga=d" in sent) is (keys in ("n", "?"))
        before = len(reader.raw)
        reader.do("esc", until="Working offline")
        assert b"\x1b_Ga=d" in reader.raw[before:]
        reader.do("i", until="1 of 6")
        reader.still(600)
        before = len(reader.raw)
        reader.press("q")
        assert reader.wait_exit() == 0
        assert b"\x1b_Ga=d" in reader.raw[before:]


@pytest.mark.parametrize(
    ("option", "environment"),
    [("--offline", {"NO_COLOR": "1"}), ("--offline", {"COLORTERM": "", "TERM": "xterm"}), ("--ascii", {})],
)
def test_captions_where_half_blocks_cannot_be_seen(home: Home, option: str, environment: dict[str, str]) -> None:
    with Reader(home, option, "--offline", environment=environment) as reader:
        reader.until("Working offline")
        reader.press("2")
        reader.type("/", "lantern boats")
        reader.do("enter", until="[picture 1: 1. The first lights")
        assert HALF not in reader.raw


QUIETLY = BY_HAND + "[refresh]\non_start = false\n"


def article(home: Home, server: Server, *, settings: str = "", missing: bool = False) -> Callable[[], None]:
    """An article with one picture that comes when what is returned is called; and one that is gone, if so wished."""
    go = threading.Event()
    picture = saved(quarters(320, 180), "PNG")

    def slowly(*_: object) -> Reply:
        go.wait(30)
        return Reply(200, picture, {"Content-Type": "image/png"})

    html = f'<p>Before.</p><img src="{server.answer("/pier.png", slowly)}"><p>After.</p>'
    if missing:
        html += f'<figure><img src="{server.reply("/gone.png", 404)}"><figcaption>The mole</figcaption></figure>'
    home.settings(QUIETLY + settings)
    entry = Entry(guid="1", title="Pier", published=Moment(int(time.time())), content=html)
    home.subscribe(NewSource(server.url + "/feed", title="Harbour Post"), [entry])
    return go.set


def place(seen: Sight, words: str) -> int:
    """The line of the article on which there are these words; -1 for none."""
    return next((y for y, line in enumerate(seen.article.lines) if words in line), -1)


def test_pictures_come_once_their_article_is_looked_at_and_nothing_moves(home: Home, server: Server) -> None:
    come = article(home, server, missing=True)
    with Reader(home) as reader:
        before = reader.until(lambda seen: "picture 1" in seen.article.text and "gone.png" not in seen.article.text)
        reader.until(lambda _: server.asked("/pier.png"))
        come()
        after = reader.until(lambda seen: HALF.decode() in seen.article.text and "404" in seen.article.text)
        assert place(before, "After.") == place(after, "After.") > 0
        assert HALF.decode() not in before.article.text
        assert len(server.asked("/pier.png")) == len(server.asked("/gone.png")) == 1
    assert not server.asked("/feed")
    with Reader(home, "--offline") as reader:
        again = reader.until(lambda seen: HALF.decode() in seen.article.text)
        assert "[picture 2: The mole]" in again.article.text


@pytest.mark.parametrize("settings", ["metered = true", "[offline]\npictures = false"])
def test_where_bytes_cost_only_a_key_fetches_pictures(home: Home, server: Server, settings: str) -> None:
    article(home, server, settings=settings)()
    with Reader(home) as reader:
        reader.until("[picture 1] (not kept here)")
        reader.still(1500)
        assert not server.seen
        reader.do("i", until="r fetches it")
        assert not server.seen
        reader.do("r", until=lambda _: server.asked("/pier.png"))
        reader.until(lambda seen: "not kept" not in seen.text and "on its way" not in seen.text)
        assert len(server.asked("/pier.png")) == 1


def test_a_picture_that_failed_is_asked_for_again_by_a_key(home: Home, server: Server) -> None:
    article(home, server, missing=True)()
    with Reader(home) as reader:
        reader.until(lambda seen: "404" in seen.article.text)
        reader.do("i", "n", until="404")
        server.reply("/gone.png", 200, saved(quarters(320, 180), "PNG"), Content_Type="image/png")
        reader.do("r", until=lambda seen: "404" not in seen.text and "on its way" not in seen.text)
        reader.until(lambda seen: HALF.decode() in seen.text)
        assert len(server.asked("/gone.png")) == 2


def test_a_strangers_picture_is_never_fetched_from_inside(home: Home, server: Server) -> None:
    """A feed from elsewhere names a picture on this machine."""
    url = server.reply("/inside.png", 200, saved(quarters(320, 180), "PNG"), Content_Type="image/png")
    home.settings(QUIETLY)
    entry = Entry(
        guid="1", title="Pier", published=Moment(int(time.time())), pictures=(Picture(url),), content="Words."
    )
    home.subscribe(NewSource("https://news.example/feed", title="Harbour Post"), [entry])
    with Reader(home) as reader:
        reader.until(lambda seen: "picture 1: " in seen.article.text)
        reader.still(500)
        assert not server.seen
