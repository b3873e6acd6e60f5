"""Sync with Nextcloud News."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sync.homes import Home, now
from tests.sync.nextcloud_server import PASSWORD, NextcloudServer

from roya_tui.model import NewSource
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state

TITLES = [f"Invented report {number:03}" for number in range(1, 301)]


@pytest.fixture
def cloud() -> Iterator[NextcloudServer]:
    one = NextcloudServer()
    one.folders[1] = "News"
    feed = one.add_feed("https://gazette.example/feed", "The Gazette", 1)
    for title in TITLES:
        one.add_item(feed, title)
    yield one
    one.stop()


@pytest.fixture
def home(cloud: NextcloudServer, tmp_path: Path) -> Iterator[Home]:
    one = Home(tmp_path / "home", cloud.url, "huda", PASSWORD, "nextcloud")
    yield one
    one.db.close()


def test_first_sync_brings_all_pages_with_their_marks(cloud: NextcloudServer, home: Home) -> None:
    cloud.change(3, unread=False)
    cloud.change(4, starred=True)
    home.sync()
    assert home.account.error == ""
    assert home.titles() == TITLES
    assert home.titles("s.read_at IS NOT NULL") == TITLES[2:3]
    assert home.titles("s.starred_at IS NOT NULL") == TITLES[3:4]
    (source,) = subscriptions.list_all(home.db)
    assert (source.label, source.folder) == ("The Gazette", "News")


def test_first_sync_continues_after_it_was_cut(cloud: NextcloudServer, home: Home) -> None:
    cloud.cut_in = 5  # the second page
    home.sync()
    assert len(home.titles()) == 250
    home.sync()
    assert home.titles() == TITLES
    assert cloud.requests.count("GET items") == 5  # one page was read twice


def test_marks_are_the_same_on_both_sides_after_each_sync(cloud: NextcloudServer, home: Home) -> None:
    home.sync()
    article_state.mark(home.db, home.ids_of(TITLES[:3]), now(), read=True)
    article_state.mark(home.db, home.ids_of(TITLES[1:2]), now(), starred=True)
    cloud.change(10, unread=False)
    cloud.change(11, starred=True)
    for _ in range(2):
        home.sync()
        assert [one.title for one in cloud.items.values() if not one.unread] == [*TITLES[:3], TITLES[9]]
        assert [one.title for one in cloud.items.values() if one.starred] == [TITLES[1], TITLES[10]]
        assert home.titles("s.read_at IS NOT NULL") == [*TITLES[:3], TITLES[9]]
        assert home.titles("s.starred_at IS NOT NULL") == [TITLES[1], TITLES[10]]
    assert home.account.pending == 0


def test_change_is_sent_again_when_its_connection_was_cut(cloud: NextcloudServer, home: Home) -> None:
    home.sync()
    article_state.mark(home.db, home.ids_of(TITLES[:2]), now(), starred=True)
    cloud.cut_in = 4
    home.sync()
    assert home.account.pending == 2
    home.sync()
    assert home.account.pending == 0
    assert [one.title for one in cloud.items.values() if one.starred] == TITLES[:2]


def test_subscriptions_are_synced_in_both_directions(cloud: NextcloudServer, home: Home) -> None:
    home.sync()
    subscriptions.add_all(home.db, [NewSource("https://here.example/feed", name="Mine", folder="Press")], now())
    cloud.add_feed("https://there.example/feed", "There")
    home.sync()
    feeds = {feed.url: feed for feed in cloud.feeds.values()}
    assert feeds["https://here.example/feed"].title == "Mine"
    assert cloud.folders[feeds["https://here.example/feed"].folder or 0] == "Press"
    sources = {source.url: source for source in subscriptions.list_all(home.db)}
    subscriptions.change(home.db, sources["https://there.example/feed"].id, now=now(), name="Renamed", folder="News")
    subscriptions.remove(home.db, sources["https://gazette.example/feed"].id, now())
    home.sync()
    assert sorted((feed.title, feed.folder) for feed in cloud.feeds.values()) == [("Mine", 2), ("Renamed", 1)]
