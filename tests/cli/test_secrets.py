"""No command tells a secret: neither one that an address holds nor one of [auth]."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Cli
from tests.cli.test_adding import rss
from tests.servers import Server, hang

SECRET = "open-sesame-0xC0FFEE"
PAGE = '<!doctype html><title>Town</title><link rel="alternate" type="application/rss+xml" href="/{}"><p>Nothing.'


@pytest.fixture
def told(cli: Cli, home: Path, server: Server) -> Cli:
    """A home whose configuration has a token for the server."""
    home.mkdir()
    (home / "config.toml").write_text(
        f'[refresh]\nspacing = "0s"\ntimeout = "1s"\n[auth."{server.url}/token"]\ntoken = "{SECRET}"\n'
        f'[auth."wrong.example"]\nuser = "{SECRET}"\n'
    )
    return cli


def test_no_command_tells_one(told: Cli, server: Server) -> None:
    inside = server.url.replace("//", f"//me:{SECRET}@")
    server.serve("/feed", rss("Town", "one"))
    server.serve("/token", rss("Tokens", "one"))
    server.serve("/page", PAGE.format("closed"), "text/html")
    server.serve("/nothing", "<!doctype html><title>Nothing</title>", "text/html")
    server.reply("/closed", 401)
    server.redirect("/round", "/round")
    server.answer("/slow", hang)
    said = []
    for address in ("feed", "page", "nothing", "closed", "round", "slow"):
        said.append(told("add", f"{inside}/{address}"))
        said.append(told("add", "--events", f"{inside}/{address}"))
        said.append(told("inspect", f"{inside}/{address}"))
        said.append(told("inspect", "--json", f"{inside}/{address}"))
    said.append(told("add", f"{server.url}/token"))
    assert server.asked("/token")[-1].headers["authorization"] == f"Bearer {SECRET}"
    server.reply("/feed", 403)
    server.reply("/token", 403)
    said.append(told("refresh", "--all-now", "--events"))
    said.append(told("refresh", "--all-now", "--json"))
    said.append(told("refresh", "--all-now"))
    for words in (
        "sources",
        "sources --json",
        "doctor",
        "doctor --json",
        "list --json",
        "show 1 --format json",
        "export -",
    ):
        said.append(told(*words.split()))
    assert any(seen.headers.get("authorization", "").startswith("Basic ") for seen in server.asked("/feed"))
    for result in said:
        assert SECRET not in result.out + result.err, result


def test_import_tells_which_places_lie_in_the_own_network(cli: Cli, tmp_path: Path) -> None:
    lines = "http://192.168.1.5:8080/feed\nhttps://news.example/rss\nhttp://nas.local/a\nhttp://nas.local/b\n"
    (tmp_path / "urls").write_text(lines)
    told = cli("import", str(tmp_path / "urls")).lines
    assert "In your own network, and asked there: 192.168.1.5, nas.local." in told
