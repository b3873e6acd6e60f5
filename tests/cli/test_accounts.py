"""The command account with servers on loopback: logins, passwords, syncs, moves and removals."""

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.cli.conftest import Cli, contents, on_terminal
from tests.servers import Server
from tests.sync.google_reader_server import PASSWORD, PRESETS, GoogleReaderServer
from tests.sync.nextcloud_server import NextcloudServer

from roya_tui.config import credentials
from roya_tui.model import NewSource
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions
from roya_tui.store.sync import accounts

Type = Callable[[str], None]
TITLES = [f"Invented report {number}" for number in range(1, 4)]


@pytest.fixture
def freshrss() -> Iterator[GoogleReaderServer]:
    one = GoogleReaderServer(PRESETS["FreshRSS"])
    feed = one.add_feed("https://gazette.example/feed", "The Gazette", "News")
    for title in TITLES:
        one.add_article(feed, title)
    yield one
    one.stop()


@pytest.fixture
def nextcloud() -> Iterator[NextcloudServer]:
    one = NextcloudServer()
    yield one
    one.stop()


@pytest.fixture
def miniflux(server: Server) -> Server:
    """The two pages of a Miniflux that a login reads."""
    server.reply("/v1/me", body='{"id": 1}')
    server.reply("/v1/version", body='{"version": "2.2.6"}')
    return server


@pytest.fixture
def add(quiet: Cli, type_in: Type, freshrss: GoogleReaderServer) -> Cli:
    """Add an account on FreshRSS, whose password is typed; return `cli`."""
    type_in(f"{PASSWORD}\n")
    assert quiet("account", "add", freshrss.url, "--user", "huda").code == 0
    return quiet


def root(freshrss: GoogleReaderServer) -> str:
    return freshrss.url.removesuffix("/api/greader.php")


def entries(home: Path) -> credentials.Sections:
    return credentials.read(home)


# Adding.


@pytest.mark.parametrize("ending", ["", "/", "/i/", "/api/", "/api/greader.php", "/api/greader.php/reader/api/0"])
def test_add_finds_freshrss_at_each_address_that_people_copy(
    quiet: Cli, home: Path, type_in: Type, freshrss: GoogleReaderServer, ending: str
) -> None:
    type_in(f"{PASSWORD}\n")
    added = quiet("account", "add", root(freshrss) + ending, "--user", "huda")
    assert added.lines[0] == "Added the account huda@127.0.0.1 on FreshRSS. Next: roya-tui account sync"
    assert entries(home) == {freshrss.url: {"user": "huda", "password": PASSWORD}}
    assert quiet("account", "--json").json[0]["kind"] == "google-reader"


def test_add_finds_nextcloud_and_miniflux(
    quiet: Cli, type_in: Type, nextcloud: NextcloudServer, miniflux: Server
) -> None:
    for url, ending in ((nextcloud.url, "/index.php/apps/news/"), (miniflux.url, "/v1/")):
        type_in(f"{PASSWORD}\n")
        assert quiet("account", "add", url + ending, "--user", "huda").code == 0
    found = [(one["kind"], one["address"], one["server"]) for one in quiet("account", "--json").json]
    assert found == [
        ("nextcloud", nextcloud.url, "Nextcloud News 25.2.0"), ("miniflux", miniflux.url, "Miniflux 2.2.6"),
    ]  # fmt: skip


@pytest.mark.parametrize("page", ["/unread", "/starred/", "/feeds", "/settings"])
def test_add_finds_miniflux_at_a_page_that_a_browser_shows(
    quiet: Cli, type_in: Type, miniflux: Server, page: str
) -> None:
    type_in(f"{PASSWORD}\n")
    assert quiet("account", "add", miniflux.url + page, "--user", "huda").code == 0
    assert [one["address"] for one in quiet("account", "--json").json] == [miniflux.url]


def test_add_sends_an_api_key_as_miniflux_expects_it(quiet: Cli, home: Path, type_in: Type, miniflux: Server) -> None:
    type_in("invented-key\n")
    assert quiet("account", "add", miniflux.url, "--user", "huda", "--token").code == 0
    assert [seen.headers["x-auth-token"] for seen in miniflux.asked("/v1/me")] == ["invented-key"]
    assert entries(home) == {miniflux.url: {"header": "X-Auth-Token", "value": "invented-key"}}


def test_add_reads_the_key_of_an_app_after_the_password(
    quiet: Cli, home: Path, type_in: Type, freshrss: GoogleReaderServer
) -> None:
    type_in(f"{PASSWORD}\ninvented-key\n")
    assert quiet("account", "add", freshrss.url, "--user", "huda", "--app-id", "1000").code == 0
    expected = {"user": "huda", "password": PASSWORD, "app_id": "1000", "app_key": "invented-key"}
    assert entries(home) == {freshrss.url: expected}


def test_add_reads_a_password_from_the_environment_at_each_sync(
    quiet: Cli, home: Path, freshrss: GoogleReaderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("READER_PASSWORD", PASSWORD)
    command = ("account", "add", freshrss.url, "--user", "huda", "--password-from", "env:READER_PASSWORD")
    assert quiet(*command).code == 0
    assert entries(home)[freshrss.url]["password"] == "env:READER_PASSWORD"
    assert quiet("account", "sync").code == 0
    monkeypatch.delenv("READER_PASSWORD")
    failed = quiet("account", "sync")
    assert failed.code == 3
    assert "the environment variable READER_PASSWORD, which is not set" in failed.err


def test_add_asks_for_no_password_that_config_toml_has(
    quiet: Cli, home: Path, freshrss: GoogleReaderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    settings = f'[auth."{root(freshrss)}"]\nuser = "huda"\npassword = "{PASSWORD}"\n'
    (home / "config.toml").write_text(settings, "utf-8")
    assert quiet("account", "add", root(freshrss), "--user", "huda").code == 0
    assert entries(home) == {}
    assert quiet("account", "sync").code == 0


@pytest.mark.parametrize("ending", ["", "/api/greader.php"])
def test_add_saves_nothing_when_the_server_rejects_the_password(
    quiet: Cli, home: Path, type_in: Type, freshrss: GoogleReaderServer, ending: str
) -> None:
    type_in("wrong-password\n")
    failed = quiet("account", "add", root(freshrss) + ending, "--user", "huda")
    assert failed.code == 1
    assert "huda@127.0.0.1 rejected the name or password (401)." in failed.err
    assert entries(home) == {}
    assert quiet("account", "--json").json == []


def test_add_explains_an_address_without_a_known_server(quiet: Cli, type_in: Type, server: Server) -> None:
    server.reply("/", body="<!doctype html><title>A shop</title>")
    type_in(f"{PASSWORD}\n")
    failed = quiet("account", "add", server.url, "--user", "huda")
    assert failed.err == f"roya-tui: {server.url} is not a server of a known kind. Check the address.\n"
    server.reply("/v1/me", 501)  # as a server of files replies to requests that it does not implement
    type_in(f"{PASSWORD}\n")
    assert "is not a server of a known kind" in quiet("account", "add", server.url, "--user", "huda").err
    server.reply("/v1/me", 502)
    type_in(f"{PASSWORD}\n")
    assert "a server error (502)" in quiet("account", "add", server.url, "--user", "huda").err
    server.stop()
    type_in(f"{PASSWORD}\n")
    failed = quiet("account", "add", server.url.removeprefix("http://"), "--user", "huda")
    assert "If the server has only http, begin the address with http://." in failed.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["https://reader.example"], "--user"),
        (["https://huda:invented-secret@reader.example", "--user", "huda"], "Leave the password out"),
        (["ftp://huda:invented-secret@reader.example", "--user", "huda"], "is not the address of a server"),
        (["http://[", "--user", "huda"], "is not the address of a server"),
        (["reader.example:99999", "--user", "huda"], "is not the address of a server"),
        (["reader.example", "--user", "huda", "--kind", "fever"], "--kind must be one of: miniflux"),
        (["reader.example", "--user", "huda", "--token", "--kind", "nextcloud"], "--token needs --kind miniflux"),
        (["reader.example", "--user", "huda", "--app-id", "1", "--token"], "--token and --app-id cannot be combined"),
        (["reader.example", "--user", "huda", "--app-id", "1", "--kind", "miniflux"], "needs --kind google-reader"),
        (["reader.example", "--user", "huda", "--password-from", "invented-secret"], "must be env:NAME"),
        (["reader.example", "--user", "huda", "--offline"], "needs the network"),
    ],
)
def test_add_explains_wrong_usage_without_asking_for_a_password(
    quiet: Cli, monkeypatch: pytest.MonkeyPatch, options: list[str], message: str
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    failed = quiet("account", "add", *options)
    assert failed.code == (1 if "--offline" in options else 2)
    assert message in failed.err
    assert "invented-secret" not in failed.out + failed.err


@pytest.mark.parametrize("typed", ["", "\n", "two\tparts\n", "\x1b[2J\n"])
def test_add_refuses_an_empty_or_invalid_password(
    quiet: Cli, home: Path, type_in: Type, freshrss: GoogleReaderServer, typed: str
) -> None:
    type_in(typed)
    assert quiet("account", "add", freshrss.url, "--user", "huda").code == 1
    assert freshrss.requests == []
    assert not (home / credentials.FILE).exists()


def test_adding_again_saves_the_new_password(add: Cli, home: Path, type_in: Type, freshrss: GoogleReaderServer) -> None:
    credentials.write(home, {freshrss.url: {"user": "huda", "password": "an-old-one"}})
    assert add("account", "sync").code == 3
    type_in(f"{PASSWORD}\n")
    assert add("account", "add", root(freshrss), "--user", "huda").lines == [
        "Saved the new password of huda@127.0.0.1."
    ]
    assert add("account", "sync").code == 0
    assert len(add("account", "--json").json) == 1


def test_articles_come_from_feeds_after_the_account_was_removed_and_added_again(
    add: Cli, type_in: Type, freshrss: GoogleReaderServer
) -> None:
    words = ("account", "add", freshrss.url, "--user", "huda", "--feeds")
    assert "Remove it and add it again with --feeds" in add(*words).err
    add("account", "sync")
    add("mark", "read", TITLES[0])
    add("account", "remove", "huda")
    type_in(f"{PASSWORD}\n")
    assert add(*words).code == 0
    assert [one["content"] for one in add("account", "--json").json] == ["feeds"]
    assert add("account", "sync", "--json").json["sent"] == 1
    assert sorted(one.title for one in freshrss.articles.values() if one.read) == TITLES[:1]


def test_second_user_of_a_server_has_an_account_and_a_password_of_their_own(
    add: Cli, home: Path, type_in: Type, freshrss: GoogleReaderServer
) -> None:
    type_in(f"{PASSWORD}\n")
    assert add("account", "add", freshrss.url, "--user", "omar").code == 0
    assert {url: one["user"] for url, one in entries(home).items()} == {
        freshrss.url: "huda", f"{freshrss.url}#account-2": "omar",
    }  # fmt: skip
    assert [(one["user"], one["address"]) for one in add("account", "--json").json] == [
        ("huda", freshrss.url), ("omar", freshrss.url),
    ]  # fmt: skip
    assert add("account", "sync", "omar").code == 0


def test_account_of_another_user_does_not_continue_a_removed_one(
    add: Cli, home: Path, type_in: Type, freshrss: GoogleReaderServer
) -> None:
    add("account", "sync")
    add("account", "remove", "huda")
    type_in(f"{PASSWORD}\n")
    add("account", "add", freshrss.url, "--user", "omar")
    with closing(open_store(home / "news.db")) as db:
        assert db.execute("SELECT url, user FROM account ORDER BY id").fetchall() == [
            (freshrss.url, "huda"), (f"{freshrss.url}#account-2", "omar"),
        ]  # fmt: skip


def test_add_reports_that_earlier_sources_stay_here(
    quiet: Cli, home: Path, type_in: Type, freshrss: GoogleReaderServer
) -> None:
    with closing(open_store(home / "news.db")) as db:
        subscriptions.add(db, NewSource("https://courier.example/rss"), 0)
    type_in(f"{PASSWORD}\n")
    added = quiet("account", "add", freshrss.url, "--user", "huda")
    assert added.lines[1:] == ["1 source stays on this computer only. To move it: roya-tui account move SOURCE"]


# Syncing.


def test_sync_reports_what_it_did_and_sends_marks(add: Cli, home: Path, freshrss: GoogleReaderServer) -> None:
    code, screen = on_terminal(home, "account", "sync")
    assert (code, screen.splitlines()[-1][:15]) == (0, "3 new articles ")
    assert add("mark", "read", TITLES[0]).code == 0
    assert [one["pending"] for one in add("account", "--json").json] == [1]
    next(one for one in freshrss.articles.values() if one.title == TITLES[1]).starred = True
    assert re.search(
        r"0 new articles in .* s\. Changes sent: 1\. Marks changed: 1\.", on_terminal(home, "account", "sync")[1]
    )
    assert "0 new articles in" in on_terminal(home, "account", "sync")[1]
    assert sorted(one.title for one in freshrss.articles.values() if one.read) == TITLES[:1]


def test_sync_names_a_source_that_was_removed_on_the_server(add: Cli, freshrss: GoogleReaderServer) -> None:
    add("account", "sync")
    freshrss.add_feed("https://courier.example/feed", "Courier")
    freshrss.remove_feed(next(iter(freshrss.feeds)))
    assert "Removed “The Gazette”, as on the server." in add("account", "sync").err
    assert "Gazette" not in add("sources").out
    assert add("account", "sync").err == ""
    assert add("undo").lines == ["Undone: Removed “The Gazette”, as on the server."]


def test_refresh_syncs_and_reports_a_failed_account_once(add: Cli, home: Path, freshrss: GoogleReaderServer) -> None:
    refreshed = add("refresh", "--json").json
    assert (refreshed["received"], [one["state"] for one in refreshed["accounts"]]) == (3, ["done"])
    credentials.write(home, {freshrss.url: {"user": "huda", "password": "an-old-one"}})
    for command in (("refresh",), ("refresh", "--quiet"), ("account", "sync"), ("account", "sync", "--quiet")):
        failed = add(*command)
        assert (failed.code, failed.out) == (3, "")
        assert failed.err.count("rejected the name or password (401)") == 1
    assert add("refresh", "--json").json["accounts"][0]["state"] == "failed"


def test_only_a_sync_that_names_the_account_ignores_that_its_server_asked_to_wait(
    add: Cli, home: Path, freshrss: GoogleReaderServer
) -> None:
    with closing(open_store(home / "news.db")) as db:
        accounts.record_sync(db, 1, 1, held_until=4_000_000_000)
    freshrss.requests.clear()
    waiting = add("refresh", "--json").json["accounts"]
    assert [one["state"] for one in waiting] == ["waiting"]
    assert freshrss.requests == []
    assert add("account", "sync", "huda").code == 0
    assert freshrss.requests != []


def test_sync_prints_events_of_the_account(add: Cli) -> None:
    events = add("account", "sync", "--events").events
    states = [event["state"] for event in events if event["event"] == "sync"]
    assert (states[0], states[-1]) == ("running", "done")
    assert set(states) == {"running", "done"}


def test_sync_of_one_account_leaves_the_others(
    add: Cli, type_in: Type, freshrss: GoogleReaderServer, nextcloud: NextcloudServer
) -> None:
    type_in(f"{PASSWORD}\n")
    add("account", "add", nextcloud.url, "--user", "huda")
    freshrss.requests.clear()
    assert [one["account"] for one in add("account", "sync", "2", "--json").json["accounts"]] == [2]
    assert freshrss.requests == []
    ambiguous = add("account", "sync", "huda")
    assert ambiguous.code == 1
    assert "Several accounts match “huda”: 1 huda@127.0.0.1, 2 huda@127.0.0.1. Use the number." in ambiguous.err


def test_sync_fails_with_a_message_without_accounts_or_network(quiet: Cli, add: Cli) -> None:
    assert "needs the network" in add("account", "sync", "--offline").err
    assert "There is no account “omar”." in add("account", "sync", "omar").err
    add("account", "remove", "huda")
    assert "No accounts. To add one" in add("account", "sync").err


def test_list_and_doctor_show_the_last_error(add: Cli, home: Path, freshrss: GoogleReaderServer) -> None:
    assert "never" in add("account").lines[0]
    assert "huda@127.0.0.1, last sync: never, pending changes: 0" in add("doctor").out
    freshrss.stop()
    add("account", "sync")
    [account] = add("account", "--json").json
    assert "could not be reached" in account["error"]
    assert account["synced"] is None
    finding = next(one for one in add("doctor", "--json").json["findings"] if one["about"] == "account")
    assert not finding["ok"]
    assert account["error"] in finding["text"]


def test_changes_lists_what_waits_for_a_sync(add: Cli, freshrss: GoogleReaderServer) -> None:
    assert add("account", "changes").lines == ["No pending changes."]
    add("account", "sync")
    add("mark", "read", TITLES[0])
    add("mark", "star", TITLES[1])
    add("tag", TITLES[1], "+harbour")
    shown = [" ".join(line.split()[3:]) for line in add("account", "changes").lines]
    assert [line.partition(" #")[0] for line in shown] == ["Added tag harbour", "Starred", "Marked read"]
    assert [line.rpartition(" Invented ")[2] for line in shown] == ["report 2", "report 2", "report 1"]
    found = [(one["field"], one["value"], one["tag"]) for one in add("account", "changes", "huda", "--json").json]
    assert found == [("tag", True, "harbour"), ("starred", True, None), ("read", True, None)]
    add("account", "sync")
    assert add("account", "changes", "--json").json == []


# Moving and removing.


def test_remove_keeps_articles_and_undo_brings_the_account_back(add: Cli, home: Path) -> None:
    add("account", "sync")
    add("mark", "star", TITLES[0])
    removed = add("account", "remove", "huda")
    assert removed.lines == [
        "Removed the account huda@127.0.0.1. Its 1 source is kept. 1 change was not sent. To undo it: roya-tui undo"
    ]
    assert add("account", "--json").json == []
    assert len(add("list", "source:gazette", "--json").json) == 3
    assert PASSWORD in (home / credentials.FILE).read_text("utf-8")
    add("undo")
    assert [(one["sources"], one["pending"]) for one in add("account", "--json").json] == [(1, 1)]
    assert add("account", "sync", "--json").json["sent"] == 1


@pytest.mark.parametrize("options", [[], ["--drop-articles"]])
def test_adding_a_removed_account_again_unsubscribes_nothing_on_the_server(
    add: Cli, type_in: Type, freshrss: GoogleReaderServer, options: list[str]
) -> None:
    add("account", "sync")
    add("account", "remove", "huda", *options)
    if not options:
        add("mark", "star", TITLES[0])
    type_in(f"{PASSWORD}\n")
    add("account", "add", freshrss.url, "--user", "huda")
    next(iter(freshrss.articles.values())).read = True
    for _ in range(2):
        assert add("account", "sync").code == 0
        assert [(feed.title, feed.folder) for feed in freshrss.feeds.values()] == [("The Gazette", "News")]
    assert [one["sources"] for one in add("account", "--json").json] == [1]
    found = add("list", "source:gazette", "--json").json
    assert sorted(one["title"] for one in found) == TITLES, "no article is there twice"
    assert [one["title"] for one in found if not one["unread"]] == TITLES[:1]
    assert [one.title for one in freshrss.articles.values() if one.starred] == ([] if options else TITLES[:1])


def test_removal_of_an_account_without_sources_does_not_count_them(add: Cli) -> None:
    assert add("account", "remove", "huda").lines == ["Removed the account huda@127.0.0.1. To undo it: roya-tui undo"]


def test_remove_drops_articles_when_asked(add: Cli) -> None:
    add("account", "sync")
    assert "Its 1 source is removed, too." in add("account", "remove", "huda", "--drop-articles").out
    assert add("list", "source:gazette", "--json").json == []


def test_move_lists_several_sources_that_match_and_moves_none(add: Cli, home: Path) -> None:
    with closing(open_store(home / "news.db")) as db:
        for name in ("Courier North", "Courier South"):
            subscriptions.add(db, NewSource(f"https://{name[8:].lower()}.example/rss", name=name), 0)
        ids = [one.id for one in subscriptions.list_all(db)]
        before = accounts.list_all(db)[0].sources
        failed = add("account", "move", "Courier")
        names = f"{ids[0]} Courier North, {ids[1]} Courier South"
        assert f"Several sources match “Courier”: {names}. Use the number." in failed.err
        assert accounts.list_all(db)[0].sources == before


def test_changed_sources_are_pending_until_the_next_sync(add: Cli, home: Path, freshrss: GoogleReaderServer) -> None:
    freshrss.add_feed("https://herald.example/feed", "The Herald", "News")
    add("account", "sync")
    assert add("add", "https://courier.example/rss", "--title", "Courier", "--offline").code == 0
    add("remove", "The Gazette")
    with closing(open_store(home / "news.db")) as db:
        (herald,) = (one for one in subscriptions.list_all(db) if one.label == "The Herald")
        subscriptions.change(db, herald.id, folder="Press")
    assert [one["pending"] for one in add("account", "--json").json] == [3]
    assert "pending changes: 3" in add("doctor").out
    shown = sorted(" ".join(line.split()[1:]) for line in add("account", "changes").lines)
    assert shown == ["Added source Courier", "Removed source The Gazette", "Renamed or moved source The Herald"]
    found = {(one["value"], one["title"]) for one in add("account", "changes", "--json").json}
    assert found == {("add", "Courier"), ("remove", "The Gazette"), ("edit", "The Herald")}
    assert add("account", "sync", "--json").json["sent"] == 3
    assert add("account", "changes").lines == ["No pending changes."]
    assert sorted(feed.title for feed in freshrss.feeds.values()) == ["Courier", "The Herald"]


def test_move_says_that_there_is_no_account(quiet: Cli, home: Path) -> None:
    with closing(open_store(home / "news.db")) as db:
        subscriptions.add(db, NewSource("https://courier.example/rss", name="Courier"), 0)
    assert "No accounts. To add one" in quiet("account", "move", "Courier").err
    assert quiet("account", "move", "Courier", "--to", "here").lines == ["Already there. Nothing was moved."]


def test_moved_source_is_subscribed_on_the_server_and_unsubscribed_when_moved_back(
    quiet: Cli, home: Path, type_in: Type, freshrss: GoogleReaderServer
) -> None:
    with closing(open_store(home / "news.db")) as db:
        subscriptions.add(db, NewSource("https://courier.example/rss", name="Courier"), 0)
    type_in(f"{PASSWORD}\n")
    quiet("account", "add", freshrss.url, "--user", "huda")
    moved = quiet("account", "move", "Courier")
    assert moved.lines == ["Moved 1 source to huda@127.0.0.1. The next sync subscribes it there and sends its marks."]
    assert quiet("account", "move", "Courier").lines == ["Already there. Nothing was moved."]
    quiet("account", "sync")
    assert "https://courier.example/rss" in [feed.url for feed in freshrss.feeds.values()]
    assert "The next sync unsubscribes it" in quiet("account", "move", "Courier", "--to", "here").out
    again = quiet("account", "move", "Courier", "--to", "here")
    assert again.lines == ["Already there. Nothing was moved."]
    quiet("account", "sync")
    assert [feed.title for feed in freshrss.feeds.values()] == ["The Gazette"]
    assert "Courier" in quiet("sources").out


# Secrets.


def test_secrets_are_only_in_auth_toml(
    quiet: Cli, home: Path, type_in: Type, freshrss: GoogleReaderServer, miniflux: Server
) -> None:
    secrets = PASSWORD, "invented-key", "wrong-password", "auth-1", "invented-token"
    printed = []
    type_in("wrong-password\n")
    printed.append(quiet("account", "add", freshrss.url, "--user", "huda"))
    type_in(f"{PASSWORD}\ninvented-key\n")
    printed.append(quiet("account", "add", freshrss.url, "--user", "huda", "--app-id", "1000"))
    type_in("invented-token\n")
    printed.append(quiet("account", "add", miniflux.url, "--user", "huda", "--token"))
    commands = (
        "account sync", "account sync --json", "account sync --events", "refresh", "refresh --events", "account --json",
        "doctor --json", "sources --json", "account changes --json", "export -", "export --everything -",
        "account remove 2", "account remove 1", "undo", "tidy",
    )  # fmt: skip
    for command in commands:
        printed.append(quiet(*command.split()))
    for result in printed:
        assert not any(secret in result.out + result.err for secret in secrets), result
    for file in home.rglob("*"):
        if file.is_file() and file.name != credentials.FILE:
            data = file.read_bytes()
            assert not any(secret.encode() in data for secret in secrets), file
    assert (home / credentials.FILE).stat().st_mode & 0o077 == 0
    assert not any(secret in contents(home) for secret in secrets)


def test_password_is_typed_on_a_terminal_without_an_echo(home: Path, freshrss: GoogleReaderServer) -> None:
    pty = pytest.importorskip("pty")
    pid, terminal = pty.fork()
    if pid == 0:
        command = ["-m", "roya_tui", "--home", str(home), "account", "add", freshrss.url, "--user", "huda"]
        os.execv(sys.executable, [sys.executable, *command])
    shown = b""
    while b"Password:" not in shown:
        shown += os.read(terminal, 1024)
    arguments = Path(f"/proc/{pid}/cmdline")
    assert not arguments.exists() or PASSWORD.encode() not in arguments.read_bytes()
    os.write(terminal, f"{PASSWORD}\n".encode())
    while True:
        try:
            data = os.read(terminal, 1024)
        except OSError:  # Linux: the other end is closed
            break
        if not data:
            break
        shown += data
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    os.close(terminal)
    assert b"Added the account huda@127.0.0.1" in shown
    assert PASSWORD.encode() not in shown
