"""Passwords in addresses of sources: saved in auth.toml only, and used by the refresh."""

import base64
import os
import socket
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.cli.conftest import Cli, cli, home
from tests.refresh.conftest import App
from tests.servers import Reply, Seen, Server, rss

from roya_tui import private
from roya_tui.config import Auth, credentials, load, settings_for
from roya_tui.model import NewSource
from roya_tui.store.connection import StoreError
from roya_tui.store.database import find_problems, open_store
from roya_tui.store.schema.migrations import MIGRATIONS
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import journal
from roya_tui.store.user_data.snapshots import RowSnapshot, pack

__all__ = ["cli", "home"]

ALICE, BOB = "open-sesame-0xA11CE", "open-sesame-0xB0B"


def serve_users(server: Server, path: str, **users: str) -> str:
    """Serve a feed of its own to each user, and 401 to others."""
    feeds = {
        "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode(): rss((user, f"For {user}", "Words"))
        for user, password in users.items()
    }

    def reply(seen: Seen, _socket: socket.socket, _stopped: threading.Event) -> Reply:
        feed = feeds.get(seen.headers.get("authorization", ""))
        return Reply(401) if feed is None else Reply(200, feed.encode(), {"Content-Type": "application/xml"})

    return server.answer(path, reply)


def with_account(url: str, user: str, password: str) -> str:
    return url.replace("//", f"//{user}:{password}@")


def files_with(folder: Path, *secrets: str) -> set[str]:
    """Return the names of the files that contain a secret."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.name for path in files if any(secret.encode() in path.read_bytes() for secret in secrets)}


@pytest.fixture
def empty_home(home: Path) -> Path:
    """A home without the sources of a new one."""
    with closing(open_store(home / "news.db")) as db:
        subscriptions.remove(db, subscriptions.add(db, NewSource("https://gone.example/feed"), 1).id, 2)
    return home


@pytest.fixture
def old_database(tmp_path: Path, server: Server) -> Path:
    """A database of the version before: one address with two names, steps of the history, and a deleted row."""
    path = tmp_path / "data" / "news.db"
    url = serve_users(server, "/feed", alice=ALICE, bob=BOB)
    with closing(open_store(path, migrations=MIGRATIONS[:20])) as db:
        db.execute("PRAGMA secure_delete = OFF")
        for user, password in (("alice", ALICE), ("bob", BOB)):
            address = with_account(url, user, password)
            added = db.execute("INSERT INTO source (url, added) VALUES (?, 1)", (address,)).lastrowid
            db.execute("INSERT INTO feed (source_id, moved_to) VALUES (?, ?)", (added, address + "/moved"))
        db.execute("INSERT INTO source (url, added, removed_at) VALUES (?, 1, 2)", (with_account(url, "eve", "eve"),))
        image = RowSnapshot("source", ("url",), [(1, with_account(url + "/before", "alice", ALICE))])
        db.execute("INSERT INTO journal (sentence, at, image) VALUES ('Changed it.', 2, ?)", (pack([image]),))
        db.execute("INSERT INTO meta VALUES ('gone', ?)", (ALICE * 50,))
        db.execute("DELETE FROM meta WHERE name = 'gone'")
    assert files_with(path.parent, ALICE) == {"news.db"}
    return path


def test_migration_moves_passwords_to_auth_toml_and_sources_still_work(old_database: Path, server: Server) -> None:
    with closing(open_store(old_database)) as db:
        app = App(old_database.parents[1], db)
        app.refresh(all_now=True)
        assert [app.event(id)["state"] for id in (1, 2)] == ["new", "new"], app.events
        assert app.titles() == {"For alice", "For bob"}
        assert [source.url for source in subscriptions.list_all(db)] == [
            f"{server.url}/feed",
            f"{server.url}/feed#account-2",
        ]
        assert files_with(old_database.parents[1], ALICE, BOB) == {"auth.toml"}
        assert find_problems(db) == []
        assert journal.undo(db, 3) == "Undone: Changed it."
        address = app.source(1).url
        assert address == f"{server.url}/feed/before"
        assert credentials.read(old_database.parent)[address] == {"user": "alice", "password": ALICE}
    assert files_with(old_database.parents[1], ALICE, BOB) == {"auth.toml"}
    if os.name == "posix":
        assert (old_database.parent / "auth.toml").stat().st_mode & 0o777 == 0o600


def test_migration_loses_nothing_when_killed(old_database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = credentials.write

    def write(folder: Path, known: credentials.Sections) -> None:
        real(folder, known)
        raise KeyboardInterrupt

    monkeypatch.setattr(credentials, "write", write)
    with pytest.raises(KeyboardInterrupt):
        open_store(old_database)
    monkeypatch.undo()
    assert {"news.db", "auth.toml"} <= files_with(old_database.parent, ALICE)
    with closing(open_store(old_database)) as db:
        assert len(subscriptions.list_all(db)) == 2
        known = credentials.read(old_database.parent)
        assert [known[source.url]["user"] for source in subscriptions.list_all(db)] == ["alice", "bob"]
    assert files_with(old_database.parent, ALICE, BOB) == {"auth.toml"}


def test_migration_keeps_passwords_when_they_cannot_be_saved(old_database, monkeypatch) -> None:
    def full(file: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(private, "replace", full)
    with pytest.raises(StoreError, match="No space left on device"):
        open_store(old_database)
    monkeypatch.undo()
    with closing(open_store(old_database)) as db:
        assert len(subscriptions.list_all(db)) == 2


def test_migration_removes_passwords_from_copies(old_database: Path) -> None:
    copy = old_database.with_name("news.before-9.db")
    with closing(sqlite3.connect(old_database)) as db:
        db.execute("VACUUM INTO ?", (str(copy),))
    old_database.with_name("news.before-3.db").write_bytes(b"no database")
    open_store(old_database).close()
    assert files_with(old_database.parent, ALICE, BOB) == {"auth.toml"}
    old_database.unlink()
    copy.rename(old_database)
    with closing(open_store(old_database)) as db:
        assert len(subscriptions.list_all(db)) == 2


@pytest.mark.usefixtures("empty_home")
def test_added_and_imported_addresses_leave_passwords_in_auth_toml(cli: Cli, home: Path, server: Server) -> None:
    url = serve_users(server, "/feed", alice=ALICE, bob=BOB)
    assert cli("add", with_account(url, "alice", ALICE)).code == 0
    (home / "urls").write_text(with_account(url, "bob", BOB) + "\n")
    assert cli("import", str(home / "urls")).code == 0
    (home / "urls").unlink()
    assert credentials.read(home) == {
        url: {"user": "alice", "password": ALICE},
        f"{url}#account-2": {"user": "bob", "password": BOB},
    }
    assert files_with(home, ALICE, BOB) == {"auth.toml"}
    assert cli("refresh", "--all-now", "--json").json["failed"] == 0
    assert cli("list", "For").out.count("For ") == 2
    for words in ((), ("--everything",)):
        exported = cli("export", *words, "-")
        assert ALICE not in exported.out
        assert "The passwords of 2 sources were left out" in exported.err


@pytest.mark.usefixtures("empty_home")
def test_adding_a_known_source_saves_its_new_password(cli: Cli, home: Path, server: Server) -> None:
    url = serve_users(server, "/feed", alice=ALICE)
    assert cli("add", with_account(url, "alice", ALICE)).code == 0
    serve_users(server, "/feed", alice=BOB)
    again = cli("add", with_account(url, "alice", BOB))
    assert again.out.endswith(" already exists. Saved the new password.\n")
    assert cli("add", with_account(url, "alice", BOB)).out.endswith(" already exists.\n")
    assert cli("refresh", "--all-now", "--json").json["failed"] == 0
    assert files_with(home, ALICE) == set()


def test_source_keeps_its_password_when_it_moves_within_its_site(app: App, server: Server) -> None:
    ids = [app.add(with_account(f"{server.url}/old", user, user)) for user in ("alice", "bob")]
    serve_users(server, "/new", alice="alice", bob="bob")
    server.redirect("/old", "/new", 301)
    for _ in range(3):
        app.refresh(all_now=True)
        assert [app.event(id)["state"] for id in ids].count("failed") == 0
        app.now += 90_000
    assert [app.source(id).url for id in ids] == [f"{server.url}/new", f"{server.url}/new#account-2"]
    assert app.titles() == {"For alice", "For bob"}


def test_source_loses_its_password_when_it_moves_to_another_site(app: App, server: Server) -> None:
    id = app.add(with_account(f"{server.url}/old", "alice", ALICE))
    other = f"http://localhost:{server.port}/new"
    server.redirect("/old", other, 301)
    server.serve("/new", rss(("1", "Open", "Words")))
    for _ in range(3):
        app.refresh(all_now=True)
        app.now += 90_000
    assert all("authorization" not in seen.headers for seen in server.asked("/new"))
    assert other not in credentials.read(app.paths.data)
    assert app.source(id).failures == 0 or app.source(id).url == f"{server.url}/old"


def test_changed_address_keeps_its_password_unless_it_has_a_new_one(app: App, server: Server) -> None:
    id = app.add(with_account(f"{server.url}/one", "alice", ALICE))
    url = serve_users(server, "/two", alice=ALICE)
    subscriptions.change(app.db, id, url=url, now=2)
    app.refresh(all_now=True)
    assert app.event(id)["state"] == "new"
    subscriptions.change(app.db, id, url=with_account(url, "bob", BOB), now=3)
    assert app.source(id).url == url
    assert credentials.read(app.paths.data)[url] == {"user": "bob", "password": BOB}


def test_auth_settings_have_priority_for_the_same_address_only(app: App, server: Server) -> None:
    one, two = (serve_users(server, path, alice=ALICE, bob=BOB) for path in ("/one", "/two"))
    ids = [app.add(with_account(url, "alice", ALICE)) for url in (one, two)]
    bob = [Auth(place, user="bob", password=BOB) for place in (server.url, two)]
    app.config = replace(app.config, auth=tuple(bob))
    app.refresh(all_now=True)
    assert [app.event(id)["state"] for id in ids] == ["new", "new"]
    assert app.titles() == {"For alice", "For bob"}


def test_password_is_sent_for_its_source_only(app: App, server: Server) -> None:
    app.add(with_account(f"{server.url}/feed", "alice", ALICE))
    app.add(server.serve("/feed/politics", rss(("1", "Open", "Words"))))
    app.refresh(all_now=True)
    [request] = server.asked("/feed/politics")
    assert "authorization" not in request.headers


@pytest.mark.parametrize("user", ["alice", "to%3Aken", "", "ü%20\"\\'"])
@pytest.mark.parametrize("password", ["p%40ss:wörd", "", "quo\"te\\'%23%7F"])
def test_password_is_read_back_as_written(tmp_path: Path, user: str, password: str) -> None:
    url, found = credentials.split(f"https://{user}:{password}@host.example:8443/feed?a=b@c#d")
    assert url == "https://host.example:8443/feed?a=b@c#d"
    assert found is not None
    credentials.write(tmp_path, {url: found})
    assert credentials.read(tmp_path) == {url: found}


@pytest.mark.parametrize("url", ["https://host.example/@someone", "https://host.example?a=b@c", "/home/me@work/feed"])
def test_address_without_password_stays(url: str) -> None:
    assert credentials.split(url) == (url, None)


def test_broken_auth_toml_is_reported_and_never_overwritten(cli: Cli, home: Path, server: Server) -> None:
    assert cli("list").code == 0
    (home / "auth.toml").write_text(f'[auth."x"]\npassword = "{ALICE}')
    (home / "auth.toml").chmod(0o600)
    result = cli("add", with_account(serve_users(server, "/feed", alice=ALICE), "alice", ALICE))
    assert result.code == 1
    assert "auth.toml is invalid. Correct it, or restore a copy." in result.err
    assert ALICE not in result.err
    assert (home / "auth.toml").read_text() == f'[auth."x"]\npassword = "{ALICE}'
    assert cli("list").code == 0
    assert "auth.toml is invalid" in cli("refresh", "--events", "--offline").out


def test_settings_for_an_address_with_password_apply_to_its_source(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(f'[sources."https://alice:{ALICE}@a.example/feed"]\nkeep_days = 3\n')
    config, problems = load(tmp_path / "config.toml")
    assert problems == []
    with closing(open_store(tmp_path / "news.db")) as db:
        source = subscriptions.add(db, NewSource(f"https://alice:{ALICE}@a.example/feed"), 1)
    assert settings_for(config, source).keep_days == 3
