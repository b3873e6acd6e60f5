"""Sync with a real Miniflux: what was read, starred or subscribed anywhere is so everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.servers import Server, rss
from tests.sync.homes import Home, now
from tests.sync.miniflux_server import PASSWORD, Miniflux

from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state, journal

TITLES = [f"Invented report {number:02}" for number in range(1, 13)]


def feed(titles: list[str], text: str = "The harbour opens at noon.") -> str:
    return rss(*((f"https://gazette.example/{title[-2:]}", title, text) for title in titles), title="The Gazette")


@pytest.fixture
def gazette(server: Server) -> str:
    """The address of a feed with twelve articles."""
    return server.serve("/gazette", feed(TITLES))


@pytest.fixture
def feed_id(miniflux: Miniflux, user: str, gazette: str) -> int:
    return miniflux.subscribe(gazette, user)


@pytest.fixture
def home(miniflux: Miniflux, user: str, feed_id: int, tmp_path: Path) -> Iterator[Home]:
    """A home that was synced once."""
    one = Home(tmp_path / "home", miniflux.url, user, PASSWORD)
    one.sync()
    assert one.account.error == ""
    yield one
    one.db.close()


def entry_ids(miniflux: Miniflux, user: str) -> dict[str, int]:
    return {entry["title"]: entry["id"] for entry in miniflux.entries(user)}


def test_first_sync_brings_sources_articles_and_marks(
    miniflux: Miniflux, user: str, feed_id: int, tmp_path: Path
) -> None:
    ids = entry_ids(miniflux, user)
    miniflux.mark(user, [ids[TITLES[0]]], "read")
    miniflux.toggle_star(user, ids[TITLES[1]])
    home = Home(tmp_path / "home", miniflux.url, user, PASSWORD)
    summary = home.sync()
    assert home.titles() == TITLES
    assert home.titles("s.read_at IS NOT NULL") == TITLES[:1]
    assert home.titles("s.starred_at IS NOT NULL") == TITLES[1:2]
    assert (summary.received, home.account.sources, home.account.pending) == (12, 1, 0)
    assert home.account.server.startswith("Miniflux 2.")
    assert home.db.execute("SELECT title FROM feed").fetchone() == ("The Gazette",)


def test_marks_reach_the_server_when_they_were_made_here(miniflux: Miniflux, user: str, home: Home) -> None:
    article_state.mark(home.db, home.ids_of(TITLES[:3]), now(), read=True)
    article_state.mark(home.db, home.ids_of(TITLES[2:4]), now(), starred=True)
    assert home.account.pending == 5
    home.sync()
    entries = miniflux.entries(user)
    assert sorted(entry["title"] for entry in entries if entry["status"] == "read") == TITLES[:3]
    assert sorted(entry["title"] for entry in entries if entry["starred"]) == TITLES[2:4]
    assert home.account.pending == 0


def test_marks_arrive_when_another_client_made_them(miniflux: Miniflux, user: str, home: Home) -> None:
    ids = entry_ids(miniflux, user)
    miniflux.mark(user, [ids[title] for title in TITLES[:4]], "read")
    miniflux.toggle_star(user, ids[TITLES[5]])
    home.sync()
    assert home.titles("s.read_at IS NOT NULL") == TITLES[:4]
    assert home.titles("s.starred_at IS NOT NULL") == TITLES[5:6]
    miniflux.mark(user, [ids[TITLES[0]]], "unread")
    miniflux.toggle_star(user, ids[TITLES[5]])
    home.sync()
    assert home.titles("s.read_at IS NOT NULL") == TITLES[1:4]
    assert home.titles("s.starred_at IS NOT NULL") == []
    assert home.account.pending == 0


def test_change_here_wins_when_both_sides_changed_the_article(miniflux: Miniflux, user: str, home: Home) -> None:
    ids = entry_ids(miniflux, user)
    article_state.mark(home.db, home.ids_of(TITLES[:1]), now(), starred=True)
    article_state.mark(home.db, home.ids_of(TITLES[:1]), now(), starred=False)
    miniflux.toggle_star(user, ids[TITLES[0]])
    home.sync()
    assert home.titles("s.starred_at IS NOT NULL") == []
    assert not any(entry["starred"] for entry in miniflux.entries(user))


def test_undo_reaches_the_server_after_the_mark_did(miniflux: Miniflux, user: str, home: Home) -> None:
    article_state.mark(home.db, home.ids_of(TITLES), now(), read=True)
    home.sync()
    assert not miniflux.entries(user, "status=unread")
    journal.undo(home.db, now())
    home.sync()
    assert len(miniflux.entries(user, "status=unread")) == 12
    journal.redo(home.db, now())
    home.sync()
    assert not miniflux.entries(user, "status=unread")


def test_sync_sends_and_changes_nothing_when_nothing_changed(home: Home) -> None:
    article_state.mark(home.db, home.ids_of(TITLES[:3]), now(), read=True)
    home.sync()
    summary = home.sync()
    assert (summary.sent, summary.received, summary.marked, summary.accounts_failed) == (0, 0, 0, 0)
    assert home.titles("s.read_at IS NOT NULL") == TITLES[:3]


def test_new_and_edited_articles_arrive_with_their_earlier_version(
    miniflux: Miniflux, user: str, feed_id: int, server: Server, home: Home
) -> None:
    server.serve("/gazette", feed([*TITLES, "Invented report 13"], "The harbour opens at one, says the port."))
    miniflux.refresh(feed_id, user)
    home.sync()
    assert home.titles() == [*TITLES, "Invented report 13"]
    assert home.db.execute("SELECT count(*) FROM revision").fetchone() == (12,)


def test_subscriptions_are_synced_in_both_directions(
    miniflux: Miniflux, user: str, feed_id: int, server: Server, home: Home
) -> None:
    from roya_tui.model import NewSource

    here = server.serve("/here", feed(["Invented report 40"]))
    there = server.serve("/there", feed(["Invented report 50"]))
    subscriptions.add_all(home.db, [NewSource(here, name="Mine", folder="Press")], now())
    miniflux.subscribe(there, user)
    home.sync()
    feeds = {one["feed_url"]: one for one in miniflux.request("GET", "/v1/feeds", user=user)}
    assert (feeds[here]["title"], feeds[here]["category"]["title"]) == ("Mine", "Press")
    assert {source.url for source in subscriptions.list_all(home.db)} >= {here, there}
    home.sync()
    assert home.titles() == [*TITLES, "Invented report 40", "Invented report 50"]

    miniflux.request("PUT", f"/v1/feeds/{feed_id}", {"title": "Renamed there"}, user=user)
    source = next(one for one in subscriptions.list_all(home.db) if one.url == there)
    subscriptions.remove(home.db, source.id, now())
    home.sync()
    assert "Renamed there" in {source.label for source in subscriptions.list_all(home.db)}
    urls = {one["feed_url"] for one in miniflux.request("GET", "/v1/feeds", user=user)}
    assert there not in urls
    assert here in urls

    miniflux.request("DELETE", f"/v1/feeds/{feed_id}", user=user)
    home.sync()
    assert [source.url for source in subscriptions.list_all(home.db)] == [here]
    journal.undo(home.db, now())
    assert len(subscriptions.list_all(home.db)) == 2


def test_error_names_the_account_and_no_password_when_it_is_rejected(
    miniflux: Miniflux, user: str, feed_id: int, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home", miniflux.url, user, "wrong-invented-password")
    summary = home.sync()
    assert summary.accounts_failed == 1
    assert f"{user}@127.0.0.1" in home.account.error
    assert "(401)" in home.account.error
    assert "wrong-invented-password" not in repr(home.events) + home.account.error


def test_local_source_keeps_its_marks_when_it_joins_the_account(
    miniflux: Miniflux, user: str, gazette: str, server: Server, tmp_path: Path
) -> None:
    from roya_tui.config import Config
    from roya_tui.model import NewSource
    from roya_tui.refresh import runner
    from roya_tui.store.sources import subscriptions
    from roya_tui.store.sync import accounts

    home = Home(tmp_path / "home", miniflux.url, user, PASSWORD)
    subscriptions.add_all(home.db, [NewSource(gazette)], now())
    (source,) = subscriptions.list_all(home.db)
    accounts.move_sources(home.db, [source.id], None, now())
    runner.run(home.paths, Config(), report=lambda _: None, now=now)
    assert home.titles() == TITLES
    article_state.mark(home.db, home.ids_of(TITLES[:2]), now(), read=True)
    article_state.mark(home.db, home.ids_of(TITLES[3:4]), now(), starred=True)
    accounts.move_sources(home.db, [source.id], home.account_id, now())
    home.sync()
    home.sync()
    assert home.titles() == TITLES
    entries = miniflux.entries(user)
    assert sorted(entry["title"] for entry in entries if entry["status"] == "read") == TITLES[:2]
    assert sorted(entry["title"] for entry in entries if entry["starred"]) == TITLES[3:4]

    accounts.remove(home.db, home.account_id, now(), keep_articles=True)
    server.serve("/gazette", feed([*TITLES, "Invented report 13"]))
    runner.run(home.paths, Config(), report=lambda _: None, now=now, all_now=True)
    assert home.titles() == [*TITLES, "Invented report 13"]
    assert home.titles("s.read_at IS NOT NULL") == TITLES[:2]


def test_marks_are_synced_when_the_server_subscribes_again(
    miniflux: Miniflux, user: str, gazette: str, feed_id: int, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home", miniflux.url, user, PASSWORD, content="feeds")
    home.sync()
    home.sync()
    article_state.mark(home.db, home.ids_of(TITLES[:1]), now(), starred=True)
    miniflux.request("DELETE", f"/v1/feeds/{feed_id}", user=user)
    home.sync()
    assert home.account.pending == 0
    miniflux.subscribe(gazette, user)
    home.sync()
    miniflux.mark(user, [entry_ids(miniflux, user)[TITLES[1]]], "read")
    home.sync()
    assert home.titles() == TITLES
    assert home.titles("s.read_at IS NOT NULL") == TITLES[1:2]
    assert {entry["title"] for entry in miniflux.entries(user) if entry["starred"]} == {*TITLES[:1]}
    home.db.close()


def test_undo_of_a_new_name_reaches_the_server_after_the_name_did(miniflux: Miniflux, user: str, home: Home) -> None:
    (source,) = subscriptions.list_all(home.db)
    subscriptions.change(home.db, source.id, now=now(), name="Harbour News")
    home.sync()
    journal.undo(home.db, now())
    home.sync()
    (feed,) = miniflux.request("GET", "/v1/feeds", user=user)
    assert feed["title"] == "The Gazette"
    assert subscriptions.list_all(home.db)[0].label == "The Gazette"


def test_sync_is_complete_when_the_server_deleted_every_article_that_was_read(
    miniflux: Miniflux, user: str, home: Home
) -> None:
    ids = entry_ids(miniflux, user)
    article_state.mark(home.db, home.ids_of(TITLES[:2]), now(), read=True)
    article_state.mark(home.db, home.ids_of(TITLES[3:4]), now(), starred=True)
    miniflux.sql(f"DELETE FROM entries WHERE id IN ({ids[TITLES[0]]}, {ids[TITLES[1]]})")
    home.sync()
    assert (home.account.error, home.account.pending) == ("", 0)
    assert home.titles("s.read_at IS NOT NULL") == TITLES[:2]
    assert [entry["title"] for entry in miniflux.entries(user) if entry["starred"]] == TITLES[3:4]


def test_folder_is_the_same_on_both_sides_when_only_its_case_differed(
    miniflux: Miniflux, user: str, home: Home
) -> None:
    from roya_tui.store.sources import subscriptions

    miniflux.request("POST", "/v1/categories", {"title": "Press"}, user=user)
    (source,) = subscriptions.list_all(home.db)
    subscriptions.change(home.db, source.id, now=now(), folder="press")
    for _ in range(3):
        home.sync()
        assert [event for event in home.events if event["event"] == "warning"] == []
    (feed,) = miniflux.request("GET", "/v1/feeds", user=user)
    (source,) = subscriptions.list_all(home.db)
    assert (feed["category"]["title"], source.folder) == ("Press", "Press")


def test_sync_counts_articles_whose_marks_changed_on_the_server(
    miniflux: Miniflux, user: str, gazette: str, feed_id: int, tmp_path: Path
) -> None:
    ids = entry_ids(miniflux, user)
    miniflux.mark(user, [ids[TITLES[0]]], "read")
    home = Home(tmp_path / "home", miniflux.url, user, PASSWORD)
    summary = home.sync()
    assert (summary.received, summary.marked) == (len(TITLES), 0)
    miniflux.mark(user, [ids[TITLES[1]], ids[TITLES[2]]], "read")
    summary = home.sync()
    assert (summary.received, summary.marked) == (0, 2)
