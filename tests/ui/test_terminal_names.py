"""A store in which every name is Arabic, Hebrew and Latin at once, with numbers and brackets: screens of three sizes.

Whatever of it was not put in order and shaped shows letters as they are typed; what was, shows presentation forms.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from msgspec.structs import replace

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.servers import Server, server
from tests.ui.homes import BY_HAND, Home, home
from tests.ui.sight import Reader, Sight

from roya_tui.layout.one_line import fit_line
from roya_tui.model import Entry, Moment, NewSource
from roya_tui.store.articles import ingestion
from roya_tui.store.sources import checks, subscriptions
from roya_tui.store.user_data import article_state
from roya_tui.ui.widgets.cells import measure

__all__ = ["home", "server"]

TITLE = "غصن (3) News"
SOURCE = "صحيفة [2] Post"
FOLDER = "الأردن 24"
TAG = "اقتصاد (x)"
AUTHOR = "ليلى Reed"
PICTURE = f'<figure><img src="https://p.example/x.png"><figcaption>{AUTHOR}: {TAG}</figcaption></figure>'
AS_TYPED = re.compile("[\u0620-\u063f\u0641-\u064a\u0671-\u06d3]")
"""Letters that nobody shaped."""
SIZES = [(140, 40), (100, 30), (60, 20)]


def seen(name: str) -> str:
    """A name as it should be drawn."""
    return fit_line(name, 200, measure).text


def feed(title: str) -> str:
    item = f"<item><title>{TITLE}</title><guid>1</guid><description>{TITLE}</description></item>"
    return f'<rss version="2.0"><channel><title>{title}</title>{item}</channel></rss>'


@pytest.fixture
def mixed(home: Home) -> Home:
    home.settings(BY_HAND + f'[share]\n"{AUTHOR}" = ["true"]\n"{TAG}" = ["true"]\n')
    entry = Entry(
        guid="1",
        url="https://news.example/غصن/1",
        title=TITLE,
        authors=(AUTHOR, "Sam"),
        tags=(TAG, "שלום 7", "water"),
        published=Moment(int(time.time())),
        content=f"<h2>{TITLE}</h2><p>{TITLE} <a href='https://a.example/نعم'>{TAG}</a></p><table><tr><th>{TAG}<th>{AUTHOR}"
        f"<tr><td>12<td>{TITLE}</table><pre>{TITLE}</pre>",
    )
    home.subscribe(NewSource("https://news.example/غصن/feed", title=SOURCE, folder=FOLDER), [entry])
    earlier = replace(entry, guid="2", published=Moment(int(time.time()) - 120))
    home.subscribe(NewSource("https://dead.example/feed", title=AUTHOR, folder=FOLDER), [earlier])
    with home.store() as db:
        now, first = int(time.time()), subscriptions.list_all(db)[0].id
        article_state.mark(db, [1], now, read=True)
        later = replace(entry, title=f"{TITLE} {TAG}", content=f"<p>{AUTHOR} {TITLE}</p>{entry.content}{PICTURE}")
        ingestion.save(db, first, None, [ingestion.prepare(later)], now + 1)
        article_state.mark(db, [1], now, read=False)
        failing = subscriptions.list_all(db)[-1]
        problem = f"{failing.label} cannot be reached: {SOURCE} is not known."
        checks.record(db, failing.id, checks.CheckResult(int(time.time()), ok=False, error=problem))
    return home


def gone(words: str) -> Callable[[Sight], bool]:
    return lambda sight: words not in sight.text


class Walk:
    """Keys, and after each a look at the whole screen."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def __call__(self, *keys: str, until: str | Callable[[Sight], object] = "") -> Sight:
        self.reader.press(*keys)
        sight = self.reader.until(until) if until else self.reader.still(120)
        wrong = [row for row in sight.screen.lines if AS_TYPED.search(row)]
        assert not wrong, f"after {keys}: {wrong}"
        return sight


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_nothing_is_left_as_it_is_typed(mixed: Home, columns: int, rows: int) -> None:
    with Reader(mixed, "--offline", columns=columns, rows=rows) as reader:
        walk = Walk(reader)
        sight = walk(until=seen(TITLE))
        if columns >= 140:
            sight = walk(until=lambda sight: seen(FOLDER) in sight.side.text)
            for name in (SOURCE, TAG, AUTHOR, FOLDER):
                assert seen(name) in sight.side.text
        walk("enter", until="Published:")
        walk("d", until="changes")
        for keys in (("n",), (",",), (".",)):
            walk(*keys)
        walk("d", until="Published:")
        walk("i", until="1 of 1")
        walk("esc", until="Published:")
        for keys in (("v",), ("w",), ("y",), ("f",), ("L",), ("K",)):
            walk(*keys)
        walk("/", *TITLE[:3], "enter")
        walk("n")
        walk("esc")
        for keys in (("]",), ("y",), ("Y",), (">",), ("z",), ("z",), ("esc",), ("s",), ("m",), ("u",), ("U",), ("O",)):
            walk(*keys)
        walk("t", until="↑/↓ move")
        walk(*TAG[:6], until=seen(TAG))
        walk("enter", until=gone("↑/↓ move"))
        walk("-")
        walk("/", until="↑/↓ move")
        walk(*TITLE[:3])
        walk("esc", until=gone("↑/↓ move"))
        walk("1", until="Unread")
        for key, words in (("e", "Write to a file"), ("!", "Hand it to")):
            walk(key, until=words)
            walk("esc", until=gone(words))
        walk("shift+tab", until="Browse")
        walk("G")
        walk("enter")
        walk("D", until="Remove ")
        walk("y", until="Removed ")
        walk("u", until="Undone:")


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_nor_on_the_screen_of_the_sources(mixed: Home, columns: int, rows: int) -> None:
    with Reader(mixed, "--offline", columns=columns, rows=rows) as reader:
        walk = Walk(reader)
        walk(until=seen(TITLE))
        walk("S", until="1 needs a look")
        walk("enter")
        walk("esc")
        for key in "nfci":
            walk(key, until="enter keeps it")
            walk("esc", until=gone("enter keeps it"))
        walk("n", until="Your name for it")
        walk("ctrl+u")
        walk(*"اسم (1)", until=seen("اسم (1)"))
        walk("enter", until="is now")
        walk("u", until="Undone:")
        walk("p", until="Paused")
        walk("ctrl+p", until="Search for")
        walk("esc", until=gone("Search for"))
        walk("D")


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_nor_where_sources_are_added(mixed: Home, server: Server, columns: int, rows: int) -> None:
    one = server.serve("/one", feed(SOURCE), type="application/rss+xml")
    server.serve("/two", feed(TITLE), type="application/rss+xml")
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="/{n}" title="{TAG}">' for n in ("one", "two")
    )
    page = server.serve("/page", f"<html><head><title>{TITLE}</title>{links}</head></html>", type="text/html")
    mixed.settings(BY_HAND + '[refresh]\nspacing = "0s"\non_start = false\n')
    with Reader(mixed, columns=columns, rows=rows) as reader:
        walk = Walk(reader)
        walk(until=seen(TITLE))
        walk("a", until="The address of a feed")
        walk(*page, "enter", until="[ ]")
        walk("down")
        walk("esc", until="The address of a feed")
        walk("ctrl+u", until="https://")
        walk(*one, until=one)
        walk("tab")
        walk(*FOLDER, until=seen(FOLDER))
        walk("enter", until="This is a feed")
        walk("enter", until="Added")
        walk("u", until="Undone:")
