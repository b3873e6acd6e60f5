"""The Google Reader API of a real Miniflux, whose version 2.2.6 has most of the bugs that clients must know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.servers import Server, rss
from tests.sync.homes import Home, now
from tests.sync.miniflux_server import PASSWORD, Miniflux

from roya_tui.model import NewSource
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state

TITLES = [f"Invented report {number:02}" for number in range(1, 13)]


def feed(titles: list[str], name: str = "The Gazette") -> str:
    return rss(
        *((f"https://gazette.example/{title[-2:]}", title, "The harbour opens.") for title in titles), title=name
    )


@pytest.fixture
def feed_id(miniflux: Miniflux, user: str, server: Server) -> int:
    miniflux.enable_google_reader(user)
    return miniflux.subscribe(server.serve("/gazette", feed(TITLES)), user)


@pytest.fixture
def home(miniflux: Miniflux, user: str, feed_id: int, tmp_path: Path) -> Iterator[Home]:
    one = Home(tmp_path / "home", miniflux.url, user, PASSWORD, "google-reader")
    one.sync()
    assert one.account.error == ""
    yield one
    one.db.close()


def marked(miniflux: Miniflux, user: str) -> tuple[list[str], list[str]]:
    """Return the titles of read and of starred articles of the server."""
    entries = sorted(miniflux.entries(user), key=lambda entry: str(entry["title"]))
    read = [entry["title"] for entry in entries if entry["status"] == "read"]
    return read, [entry["title"] for entry in entries if entry["starred"]]


def test_first_sync_brings_articles_and_names_the_server(home: Home) -> None:
    assert home.titles() == TITLES
    assert home.account.server == "Miniflux 2.2.6"
    (source,) = subscriptions.list_all(home.db)
    assert (source.label, source.folder) == ("The Gazette", "")


def test_marks_are_the_same_on_both_sides_after_each_sync(miniflux: Miniflux, user: str, home: Home) -> None:
    ids = {entry["title"]: entry["id"] for entry in miniflux.entries(user)}
    article_state.mark(home.db, home.ids_of(TITLES[:3]), now(), read=True, starred=True)
    miniflux.mark(user, [ids[TITLES[0]], ids[TITLES[5]]], "read")
    miniflux.toggle_star(user, ids[TITLES[1]])
    for _ in range(2):
        assert home.sync().received == 0  # the time of a mark is no new version
        assert home.account.error == ""
        assert marked(miniflux, user) == ([*TITLES[:3], TITLES[5]], TITLES[:3])
        assert home.titles("s.read_at IS NOT NULL") == [*TITLES[:3], TITLES[5]]
    article_state.mark(home.db, home.ids_of(TITLES[:2]), now(), read=False, starred=False)
    home.sync()
    assert marked(miniflux, user) == ([TITLES[2], TITLES[5]], [TITLES[2]])


def test_sync_is_complete_when_the_server_deleted_every_marked_article(
    miniflux: Miniflux, user: str, home: Home
) -> None:
    article_state.mark(home.db, home.ids_of(TITLES[:2]), now(), starred=True)
    for entry in miniflux.entries(user):
        if entry["title"] in TITLES[:2]:
            miniflux.sql(f"DELETE FROM entries WHERE id = {entry['id']}")
    home.sync()
    assert home.account.error == ""
    assert home.account.pending == 0
    assert home.titles("s.starred_at IS NOT NULL") == TITLES[:2]


def test_subscriptions_are_synced_in_both_directions(miniflux: Miniflux, user: str, server: Server, home: Home) -> None:
    here, there = (server.serve(path, feed(TITLES[:1], path)) for path in ("/here", "/there"))
    subscriptions.add_all(
        home.db,
        [NewSource(here, name="Mine", folder="Press")],
        now(),
    )
    miniflux.subscribe(there, user)
    home.sync()
    assert home.account.error == ""
    (source,) = [one for one in subscriptions.list_all(home.db) if one.url == there]
    subscriptions.change(home.db, source.id, now=now(), name="Renamed", folder="News")
    home.sync()
    feeds = {
        feed["feed_url"]: (feed["title"], feed["category"]["title"])
        for feed in miniflux.request("GET", "/v1/feeds", user=user)
    }
    assert feeds[there] == ("Renamed", "News")
    subscriptions.remove(home.db, source.id, now())
    home.sync()
    assert there not in [feed["feed_url"] for feed in miniflux.request("GET", "/v1/feeds", user=user)]
