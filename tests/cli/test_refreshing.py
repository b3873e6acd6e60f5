"""refresh: what it prints, and what it ends with."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from tests.cli.conftest import Cli
from tests.cli.test_adding import rss
from tests.servers import Server


@pytest.fixture
def quiet(cli: Cli, home: Path) -> Cli:
    """A store without the subscriptions that a new one begins with: nothing may leave this machine."""
    home.mkdir()
    (home / "config.toml").write_text('[refresh]\nspacing = "0s"\n')
    cli("export")
    from roya_tui.store.database import open_store
    from roya_tui.store.sources import all_sources, remove

    db = open_store(home / "news.db")
    for source in all_sources(db):
        remove(db, source.id, 0)
    db.close()
    return cli


def test_it_tells_how_many_came(quiet: Cli, server: Server) -> None:
    address = server.serve("/feed", rss("Town", "one"))
    quiet("add", address)
    server.serve("/feed", rss("Town", "one", "two", "three"))
    result = quiet("refresh", "--all-now")
    assert (result.code, result.err) == (0, "")
    assert re.fullmatch(r"2 new, 0 changed, in \d+\.\d s\.\n", result.out)


def test_nothing_due_is_told(quiet: Cli, server: Server) -> None:
    quiet("add", server.serve("/feed", rss("Town", "one")))
    result = quiet("refresh")
    assert result.code == 0
    assert result.out == "Nothing is due: 1 source waits. roya-tui refresh --all-now does not.\n"
    assert len(server.seen) == 1


def test_a_failure_is_told_and_ends_with_3(quiet: Cli, server: Server) -> None:
    good, bad = server.serve("/good", rss("Good", "a")), server.serve("/bad", rss("Bad", "b"))
    quiet("add", good, bad)
    server.reply("/bad", 500)
    server.serve("/good", rss("Good", "a", "b"))
    result = quiet("refresh", "--all-now")
    assert result.code == 3
    assert "1 new, 0 changed, 1 of 2 sources failed, in" in result.out
    assert "Bad has trouble of its own (500)" in result.err
    assert quiet("sources", "--json").json[0]["failures"] == 1


def test_only_the_named_source_is_asked(quiet: Cli, server: Server) -> None:
    quiet("add", server.serve("/a", rss("Alpha News", "a")), server.serve("/b", rss("Beta News", "b")))
    before = len(server.seen)
    assert quiet("refresh", "beta").code == 0
    assert [seen.path for seen in server.seen[before:]] == ["/b"]
    missing = quiet("refresh", "gamma")
    assert missing.code == 1
    assert "No source or folder is called “gamma”" in missing.err


def test_a_folder_may_be_named(quiet: Cli, server: Server) -> None:
    quiet("add", server.serve("/a", rss("Alpha", "a")), "--folder", "News/Morning")
    quiet("add", server.serve("/b", rss("Beta", "b")))
    before = len(server.seen)
    assert quiet("refresh", "news/morning").code == 0
    assert [seen.path for seen in server.seen[before:]] == ["/a"]


def test_offline_files_are_read_and_that_is_said(quiet: Cli, server: Server, tmp_path: Path) -> None:
    file = tmp_path / "feed.xml"
    file.write_text(rss("Town", "one"))
    quiet("add", str(file), server.serve("/a", rss("Alpha", "a")))
    assert quiet("--offline", "refresh").out.startswith("Offline, so only files were read: 0 new, 0 changed, in ")


def test_events_are_json_lines(quiet: Cli, server: Server) -> None:
    quiet("add", server.serve("/a", rss("Alpha", "a")))
    events = quiet("refresh", "--all-now", "--events").events
    assert [event["event"] for event in events] == ["started", "source", "progress", "finished"]
    assert events[1]["state"] == "unchanged"


def test_another_refresh_ends_with_4(quiet: Cli, home: Path, server: Server) -> None:
    import time

    from roya_tui.store.database import open_store
    from roya_tui.store.lock import acquire

    quiet("add", server.serve("/a", rss("Alpha", "a")))
    db = open_store(home / "news.db")
    assert acquire(db, int(time.time()), os.getppid())
    result = quiet("refresh", "--all-now")
    assert result.code == 4
    assert "nother refresh" in result.err
    (event,) = quiet("refresh", "--all-now", "--events").events
    assert event["event"] == "busy"
    db.close()


def test_offline_nothing_is_asked(quiet: Cli, server: Server) -> None:
    quiet("add", server.serve("/a", rss("Alpha", "a")))
    result = quiet("--offline", "refresh", "--all-now")
    assert (result.code, result.out) == (0, "Offline: nothing was fetched.\n")
    assert len(server.seen) == 1
