"""News that comes in while one reads, on a real terminal: nothing moves by itself, and nothing marked is lost."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.servers import Server, server
from tests.ui.homes import BY_HAND, Home, home
from tests.ui.sight import Reader

from roya_tui.model import Entry, NewSource
from roya_tui.store.articles import ingestion
from roya_tui.store.sources import subscriptions

__all__ = ["home", "server"]

BEGUN = time.time()
"""One moment for all items: two that were made in two seconds would be in another order."""
AT_ONCE = '[refresh]\nspacing = "0s"\n'


def item(number: int, text: str = "", *, hours: int = 0) -> str:
    """An item of an RSS feed: story `number`, so many hours old."""
    date = formatdate(BEGUN - 3600 * hours - number, usegmt=True)
    words = text or f"Text of story {number:02}."
    return (
        f"<item><guid isPermaLink='false'>{number}</guid><title>Story {number:02}</title><pubDate>{date}</pubDate>"
        f"<link>https://news.example/{number}</link><description>{words}</description></item>"
    )


def feed(*items: str) -> str:
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Wire</title>{''.join(items)}</channel></rss>"


def test_what_comes_in_waits_and_what_changed_is_marked(home: Home, server: Server) -> None:
    items = [item(number, hours=1) for number in range(5, 65)]
    home.settings(BY_HAND + AT_ONCE)
    home.subscribe(NewSource(server.serve("/wire", feed(*items)), title="Wire"))
    with Reader(home, rows=24) as reader:
        # The first news of all is shown at once: there was nothing to hold still.
        reader.until(lambda seen: seen.list.footer == "60" and "Unread 60" in seen.top and "?" in seen.bottom)
        reader.do("2", until=lambda seen: seen.list.title == "All")
        reader.do("G", until=lambda seen: seen.list.story == 64)
        reader.do("k", "k", "s", "m", until=lambda seen: seen.list.cursor.startswith("★") and "Unread 59" in seen.top)
        before = reader.sight

        changed = [
            item(62, "Other words.", hours=1) if number == 62 else item(number, hours=1) for number in range(5, 65)
        ]
        server.serve("/wire", feed(item(1), item(2), *changed))
        seen = reader.do("R", until=lambda seen: "2 new, press ." in seen.bottom and "Unread 61" in seen.top)
        assert seen.list.stories == before.list.stories
        assert seen.list.story == before.list.story == 62
        assert seen.list.footer == "60"
        seen = reader.until(lambda seen: seen.list.cursor.startswith("↻★"))
        assert seen.side.line("Updated").endswith(" 1")

        seen = reader.do(".", until=lambda seen: seen.list.footer == "62" and "press ." not in seen.bottom)
        assert seen.list.story == 62, "the selection stays where it was"
        assert seen.list.cursor.startswith("↻★")
        reader.do("g", until=lambda seen: seen.list.stories[:2] == [1, 2])
        seen = reader.do("4", until=lambda seen: seen.list.title == "Updated" and seen.list.story == 62)
        assert seen.list.cursor.startswith("↻★")
        assert "Other words." in seen.article.text
        assert "changed once" in seen.article.text
        reader.do("m", until=lambda seen: "↻" not in seen.list.cursor and seen.side.line("Updated").endswith(" 0"))


def test_what_was_read_stays_until_the_view_is_left(home: Home, server: Server) -> None:
    home.settings(AT_ONCE + '[reading]\nmark_read = "300ms"\n')
    home.subscribe(NewSource(server.serve("/wire", feed(*(item(n) for n in range(1, 10)))), title="Wire"))
    with Reader(home, rows=24) as reader:
        reader.until(lambda seen: seen.list.story == 1 and "Unread 9" in seen.top)
        reader.do("j", until=lambda seen: seen.list.story == 2 and "Unread 8" in seen.top)
        seen = reader.do("j", until=lambda seen: seen.list.story == 3 and "Unread 7" in seen.top)
        assert seen.list.stories == list(range(1, 10))
        assert "●" not in seen.list.line("Story 02")
        assert "●" not in seen.list.line("Story 03")
        assert "●" in seen.list.line("Story 04")

        server.serve("/wire", feed(item(0), *(item(n) for n in range(1, 10))))
        seen = reader.do("R", until=lambda seen: "1 new, press ." in seen.bottom)
        assert (seen.list.story, seen.list.stories) == (3, list(range(1, 10)))
        reader.do("2", until=lambda seen: seen.list.stories == list(range(10)))
        seen = reader.do("1", until=lambda seen: seen.list.title == "Unread" and 2 not in seen.list.stories)
        assert 3 not in seen.list.stories
        assert 0 in seen.list.stories


@pytest.mark.parametrize("columns", [80, 140])
def test_warning_about_old_articles_stays_after_the_refresh(home: Home, server: Server, columns: int) -> None:
    home.settings(AT_ONCE + "metered = true\non_start = false\n[keep]\ndays = 7\n")
    past = int(BEGUN) - 90 * 86_400
    with home.store() as db:
        source = subscriptions.add(db, NewSource(server.serve("/wire", "not a feed"), title="Wire"), past)
        entries = [ingestion.prepare(Entry(guid=str(number), title=f"Old {number}")) for number in range(20)]
        ingestion.save(db, source.id, None, entries, past)
    with Reader(home, rows=24, columns=columns) as reader:
        reader.until(lambda seen: "Unread 20" in seen.top)
        reader.do("R", until=lambda seen: "20 old articles are kept" in seen.bottom)
        seen = reader.until(lambda seen: "Unread 20" in seen.top and "sources" not in seen.top)
        assert "To delete: roya-tui tidy --yes." in seen.bottom
        assert "Wire" not in seen.bottom
