"""The command account with a real Miniflux."""

from pathlib import Path

from tests.cli.conftest import Cli
from tests.servers import Server, rss
from tests.sync.conftest import miniflux, user
from tests.sync.miniflux_server import PASSWORD, Miniflux

from roya_tui.config import credentials

__all__ = ["miniflux", "user"]


def test_account_that_is_added_again_keeps_its_subscriptions_on_the_server(
    quiet: Cli, type_in, miniflux: Miniflux, user: str, server: Server
) -> None:
    miniflux.subscribe(server.serve("/gazette", rss(("1", "One", "x"), title="The Gazette")), user)
    for _ in range(2):
        type_in(f"{PASSWORD}\n")
        assert quiet("account", "add", miniflux.url, "--user", user).code == 0
        assert quiet("account", "sync").code == 0
        assert [one["sources"] for one in quiet("account", "--json").json] == [1]
        assert [feed["title"] for feed in miniflux.request("GET", "/v1/feeds", user=user)] == ["The Gazette"]
        quiet("account", "remove", user)


def test_adding_an_account_again_saves_its_new_password(
    quiet: Cli, home: Path, type_in, miniflux: Miniflux, user: str
) -> None:
    command = ("account", "add", miniflux.url, "--user", user)
    type_in(f"{PASSWORD}\n")
    quiet(*command)
    credentials.write(home, {miniflux.url: {"user": user, "password": "an-old-one"}})
    assert quiet("account", "sync").code == 3
    type_in(f"{PASSWORD}\n")
    assert quiet(*command).lines == [f"Saved the new password of {user}@127.0.0.1."]
    assert quiet("account", "sync").code == 0
