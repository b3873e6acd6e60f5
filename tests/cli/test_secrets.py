"""No command tells a secret: neither one that an address holds nor one of [auth]."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

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


def test_add_reads_an_address_from_standard_input(cli: Cli, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    url = server.serve("/feed", rss("Town", "one"))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(f"{url}\nnot this line\n".encode())))
    assert cli("add", "-").out == "Added Town (1 article).\n"
    assert cli("add", "-").code == 1
    monkeypatch.setattr(sys, "stdin", None)
    assert cli("add", "-").code == 1


def test_plain_mode_passes_no_address_as_an_argument(
    cli: Cli, home: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, started = subprocess.run, []

    def record(command: list[str], **options: object) -> object:
        started.append(command)
        return run(command, **options)  # type: ignore[call-overload]

    url = server.serve("/feed", rss("Town", "one"))
    monkeypatch.setattr(subprocess, "run", record)
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"add {url}\nall\n"))
    assert any("one. Town." in line for line in cli("--home", str(home), "--plain").lines)
    assert [command[-2:] for command in started if "add" in command] == [["add", "-"]]
