"""No command prints a secret of an address or of [auth]."""

import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import Cli, configure, rss
from tests.servers import Server, hang

SECRET = "open-sesame-0xC0FFEE"
PAGE = '<!doctype html><title>Town</title><link rel="alternate" type="application/rss+xml" href="/{}"><p>Nothing.'


def test_no_command_prints_a_secret(cli: Cli, home: Path, server: Server) -> None:
    configure(
        home,
        f'[refresh]\nspacing = "0s"\ntimeout = "1s"\n[auth."{server.url}/token"]\ntoken = "{SECRET}"\n'
        f'[auth."wrong.example"]\nuser = "{SECRET}"\n',
    )
    inside = server.url.replace("//", f"//me:{SECRET}@")
    server.serve("/feed", rss("Town", "one"))
    server.serve("/token", rss("Tokens", "one"))
    server.serve("/page", PAGE.format("closed"), "text/html")
    server.serve("/nothing", "<!doctype html><title>Nothing</title>", "text/html")
    server.reply("/closed", 401)
    server.redirect("/round", "/round")
    server.answer("/slow", hang)
    printed = []
    for path in ("feed", "page", "nothing", "closed", "round", "slow"):
        for command in ("add", "add --events", "inspect", "inspect --json")[:: 1 if path == "page" else 3]:
            printed.append(cli(*command.split(), f"{inside}/{path}"))
    printed.append(cli("add", f"{server.url}/token"))
    assert server.asked("/token")[-1].headers["authorization"] == f"Bearer {SECRET}"
    server.reply("/feed", 403)
    server.reply("/token", 403)
    reading = (
        "sources", "sources --json", "doctor", "doctor --json", "list --json", "show 1 --format json", "export -",
    )  # fmt: skip
    for command in ("refresh --all-now --events", "refresh --all-now --json", "refresh --all-now", *reading):
        printed.append(cli(*command.split()))
    assert any(seen.headers.get("authorization", "").startswith("Basic ") for seen in server.asked("/feed"))
    for result in printed:
        assert SECRET not in result.out + result.err, result


def test_import_names_hosts_of_the_local_network(cli: Cli, tmp_path: Path) -> None:
    addresses = "http://192.168.1.5:8080/feed\nhttps://news.example/rss\nhttp://nas.local/a\nhttp://nas.local/b\n"
    (tmp_path / "urls").write_text(addresses)
    lines = cli("import", str(tmp_path / "urls")).lines
    assert "Sources in your private network, which are fetched, too: 192.168.1.5, nas.local." in lines


def test_add_reads_an_address_from_standard_input(cli, server, type_in, monkeypatch) -> None:
    type_in(f"{server.serve('/feed', rss('Town', 'one'))}\nnot this line\n")
    assert cli("add", "-").out == "Added “Town” (1 article).\n"
    assert cli("add", "-").code == 1
    monkeypatch.setattr(sys, "stdin", None)
    assert cli("add", "-").code == 1


def test_plain_mode_passes_no_address_as_an_argument(cli, home, server, type_in, monkeypatch) -> None:
    run, started = subprocess.run, []

    def record(command: list[str], **options: object) -> object:
        started.append(command)
        return run(command, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", record)
    type_in(f"add {server.serve('/feed', rss('Town', 'one'))}\nall\n")
    assert any("one. Town." in line for line in cli("--home", str(home), "--plain").lines)
    assert [command[-2:] for command in started if "add" in command] == [["add", "-"]]
