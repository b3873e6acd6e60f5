"""What happens on a real Miniflux when an account is removed and added again, or when two have the same feed."""

from __future__ import annotations

from pathlib import Path

from tests.servers import Server, rss
from tests.sync.homes import Home, now
from tests.sync.miniflux_server import PASSWORD, Miniflux

from roya_tui.config import credentials
from roya_tui.model import NewAccount
from roya_tui.store.sync import accounts
from roya_tui.store.user_data import article_state

TITLES = [f"Invented report {number}" for number in range(1, 5)]


def serve_feed(server: Server) -> str:
    items = ((f"https://gazette.example/{number}", title, "Text.") for number, title in enumerate(TITLES))
    return server.serve("/gazette", rss(*items, title="The Gazette"))


def feeds(miniflux: Miniflux, user: str) -> list[str]:
    return [feed["feed_url"] for feed in miniflux.request("GET", "/v1/feeds", user=user)]


def test_feeds_and_marks_stay_when_an_account_is_removed_and_added_again(
    miniflux: Miniflux, user: str, server: Server, tmp_path: Path
) -> None:
    address = serve_feed(server)
    miniflux.subscribe(address, user)
    home = Home(tmp_path / "home", miniflux.url, user, PASSWORD)
    home.sync()
    accounts.remove(home.db, home.account_id, now(), keep_articles=True)
    article_state.mark(home.db, home.ids_of(TITLES[:1]), now(), read=True)
    article_state.mark(home.db, home.ids_of(TITLES[1:2]), now(), starred=True)
    home.account_id = accounts.add(home.db, NewAccount("miniflux", miniflux.url, user), now()).id
    for _ in range(2):
        home.sync()
        assert home.account.error == ""
    assert feeds(miniflux, user) == [address]
    assert home.titles() == TITLES
    assert home.titles("s.read_at IS NOT NULL") == TITLES[:1]
    assert home.titles("s.starred_at IS NOT NULL") == TITLES[1:2]
    entries = miniflux.entries(user)
    assert sorted(entry["title"] for entry in entries if entry["status"] == "read") == TITLES[:1]
    assert sorted(entry["title"] for entry in entries if entry["starred"]) == TITLES[1:2]
    home.db.close()


def test_feed_stays_on_both_servers_when_two_accounts_have_it(
    miniflux: Miniflux, user: str, server: Server, tmp_path: Path
) -> None:
    address = serve_feed(server)
    other = miniflux.add_user(f"{user}-other")
    for one in (user, other):
        miniflux.subscribe(address, one)
    home = Home(tmp_path / "home", miniflux.url, user, PASSWORD)
    home.sync()
    url = f"{miniflux.url}#account-2"
    saved = credentials.read(tmp_path / "home")
    credentials.write(tmp_path / "home", {**saved, url: {"user": other, "password": PASSWORD}})
    accounts.add(home.db, NewAccount("miniflux", url, other), now())
    for _ in range(2):
        home.sync()
    assert [account.error for account in accounts.list_all(home.db)] == ["", ""]
    assert feeds(miniflux, user) == feeds(miniflux, other) == [address]
    assert home.account.sources == 1
    assert home.titles() == TITLES
    home.db.close()
