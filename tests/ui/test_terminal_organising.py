"""Feeds, rules, merged tags and folders on a real terminal, as fast as it takes keys, and undone over a restart."""

from __future__ import annotations

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.ui.homes import BY_HAND, Home, home, news
from tests.ui.sight import Reader

from roya_tui.query import by_field
from roya_tui.store.search import results, saved_searches
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import tags

__all__ = ["home", "news"]


def organised(home: Home) -> tuple[list[str], list[tuple[str, str]], set[str], int]:
    """The names of the feeds, the merged tags, the folders, and how many articles are hidden."""
    with home.store() as db:
        names = [feed.name for feed in saved_searches.list_all(db, 0)]
        hidden = results.count(db, by_field("is", "hidden"), 0)
        return names, tags.list_aliases(db), {source.folder for source in subscriptions.list_all(db)}, hidden


@pytest.mark.parametrize(("columns", "rows"), [(140, 40), (100, 30), (60, 20)])
def test_what_is_put_in_order_is_undone_over_a_restart(news: Home, columns: int, rows: int) -> None:
    news.settings(BY_HAND)
    before = organised(news)
    with Reader(news, "--offline", columns=columns, rows=rows) as reader:
        reader.until("Story 01")
        reader.type("/", "tag:boats")
        reader.do("enter", until=lambda seen: seen.panes and "tag:boats ─" in seen.text)
        reader.do("F", until="Save as a feed")
        reader.do("ctrl+u", *"On the water", "enter", until="Saved as On the water, under Saved feeds.")
        reader.do("M", until="A rule from this article")
        reader.do("w", until="Would catch")
        reader.do("e", "ctrl+u", *"title:24", "enter", "7", until="Made the rule 24, which hid 1.")
        reader.do("t", until="narrow the tags")
        reader.do(*"trams", until="▌  trams")
        reader.do("enter", until="+trams")
        reader.do("tab", until="esc back")
        reader.do("tab", until="enter show")
        reader.do("c", until="Rename the tag")
        reader.do("ctrl+u", *"boats", "enter", until="Merged the tag trams into boats. u undoes.")
        assert reader.do("G", until="▌  Birch Times")
        reader.do("c", until="to the folder")
        reader.do("ctrl+u", *"Far/Away", "enter", until="to Far/Away. u undoes.")
        reader.press("q")
        assert reader.wait_exit() == 0
    names, aliases, folders, hidden = organised(news)
    assert hidden == before[-1] + 1
    assert (names, aliases) == (["On the water"], [("trams", "boats")])
    assert "Far/Away" in folders
    with Reader(news, "--offline", columns=columns, rows=rows) as reader:
        reader.until("Story 01")
        reader.do("u", until="Undone: moved")
        reader.do("u", until="Undone: merged the tag trams into boats.")
        reader.do("u", until="Undone: made the rule")
        reader.do("u", until="Undone: saved the feed On the water.")
        reader.do("u", until="Nothing to undo.")
    assert organised(news) == before
