"""refresh: what it prints, and what it ends with."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from tests.cli.conftest import Cli, Result
from tests.cli.test_adding import rss
from tests.servers import Reply, Server, hang
from tests.terminal.driver import Terminal, offline_prefix

from roya_tui.refresh import parse_pool


@pytest.fixture
def quiet(cli: Cli, home: Path) -> Cli:
    """A store without the subscriptions that a new one begins with: nothing may leave this machine."""
    home.mkdir()
    (home / "config.toml").write_text('[refresh]\nspacing = "0s"\n')
    cli("export")
    from roya_tui.store.database import open_store
    from roya_tui.store.sources.subscriptions import list_all, remove

    db = open_store(home / "news.db")
    for source in list_all(db):
        remove(db, source.id, 0)
    db.close()
    return cli


def on_terminal(home: Path, *words: str) -> tuple[int, str]:
    """Run a command on a real terminal, and return its exit code and what is on the screen."""
    with Terminal([sys.executable, "-m", "roya_tui", "--home", str(home), *words], columns=100, rows=12) as terminal:
        code = terminal.wait_exit()
        return code, terminal.screen.text()


def test_it_tells_how_many_came(quiet: Cli, home: Path, server: Server) -> None:
    address = server.serve("/feed", rss("Town", "one"))
    quiet("add", address)
    server.serve("/feed", rss("Town", "one", "two", "three"))
    code, screen = on_terminal(home, "refresh", "--all-now")
    assert code == 0
    assert re.search(r"2 new, 0 changed, in \d+\.\d s\.", screen)


def test_it_names_whom_it_waits_for(quiet: Cli, home: Path, server: Server) -> None:
    quiet("--offline", "add", server.answer("/slow", hang))
    command = [sys.executable, "-m", "roya_tui", "--home", str(home), "refresh"]
    with Terminal(command, columns=100, rows=12) as terminal:
        terminal.wait_for("0/1 sources, 0 new; waiting for 127.0.0.1")
        terminal.press("ctrl+c")
        terminal.wait_exit()


def test_nothing_due_is_told(quiet: Cli, home: Path, server: Server) -> None:
    quiet("add", server.serve("/feed", rss("Town", "one")))
    code, screen = on_terminal(home, "refresh")
    assert code == 0
    assert "Nothing is due: 1 source waits. roya-tui refresh --all-now does not." in screen
    assert len(server.seen) == 1


def test_where_nobody_looks_it_is_silent_unless_something_fails(quiet: Cli, server: Server) -> None:
    quiet("add", server.serve("/feed", rss("Town", "one")))
    server.serve("/feed", rss("Town", "one", "two"))
    assert quiet("refresh", "--all-now") == Result(0, "", "")
    assert quiet("refresh") == Result(0, "", "")
    server.reply("/feed", 500)
    failed = quiet("refresh", "--all-now")
    assert (failed.code, failed.out) == (3, "")
    assert "Town has trouble of its own (500)" in failed.err


def test_a_program_is_told_what_came_of_it_as_one_document(quiet: Cli, server: Server) -> None:
    quiet("add", *(server.serve(f"/{name}", rss(name, "one")) for name in ("Same", "Newer", "Broken")))
    server.serve("/Newer", rss("Newer", "one", "two"))
    server.reply("/Broken", 404)
    result = quiet("refresh", "--all-now", "--json")
    assert (result.code, result.err) == (3, "")
    told = result.json
    counts = {"asked": 3, "new": 1, "failed": 1, "unchanged": 1, "busy": False, "stopped": False}
    assert counts.items() <= told.items()
    newer, broken = sorted(told["sources"], key=lambda source: source["state"], reverse=True)
    assert (newer["label"], newer["state"], newer["new"]) == ("Newer", "new", 1)
    assert (broken["label"], broken["state"], broken["new"]) == ("Broken", "failed", 0)
    assert "has nothing at this address (404)" in broken["message"]


def test_a_failure_is_told_and_ends_with_3(quiet: Cli, server: Server) -> None:
    good, bad = server.serve("/good", rss("Good", "a")), server.serve("/bad", rss("Bad", "b"))
    quiet("add", good, bad)
    server.reply("/bad", 500)
    server.serve("/good", rss("Good", "a", "b"))
    result = quiet("refresh", "--all-now")
    assert result.code == 3
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


def test_a_folder_has_those_in_it_and_leaves_the_paused_ones_alone(quiet: Cli, home: Path, server: Server) -> None:
    for name, folder in (("Alpha", "News"), ("Beta", "News/Morning"), ("Gamma", "Newsroom"), ("Delta", "News")):
        assert quiet("add", server.serve(f"/{name}", rss(name, name)), "--folder", folder).code == 0
    from roya_tui.store.database import open_store
    from roya_tui.store.sources.subscriptions import change, find

    def pause(*names: str) -> None:
        db = open_store(home / "news.db")
        for name in names:
            change(db, find(db, name)[0].id, paused=True, now=0)
        db.close()

    pause("Delta")
    for name in ("Alpha", "Beta", "Gamma", "Delta"):
        server.serve(f"/{name}", rss(name, name, f"{name} again"))
    assert quiet("refresh", "news", "--json").json["new"] == 2
    assert quiet("refresh", "Delta", "--json").json["new"] == 1
    pause("Alpha", "Beta")
    refused = quiet("refresh", "News")
    assert refused.code == 1
    assert "All sources in “News” are paused" in refused.err


def test_offline_files_are_read_and_that_is_said(quiet: Cli, home: Path, server: Server, tmp_path: Path) -> None:
    file = tmp_path / "feed.xml"
    file.write_text(rss("Town", "one"))
    quiet("add", str(file), server.serve("/a", rss("Alpha", "a")))
    _, screen = on_terminal(home, "--offline", "refresh")
    assert "Offline, so only files were read: 0 new, 0 changed, in " in screen


def test_it_parses_on_every_core_but_one_that_a_reader_beside_it_needs(
    quiet: Cli, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet("add", server.serve("/rss", rss("Only")))
    most: list[int] = []

    class Counted(parse_pool.ParsePool):
        def __init__(self, at_most: int) -> None:
            most.append(at_most)
            super().__init__(1)

    monkeypatch.setattr(parse_pool, "ParsePool", Counted)
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    monkeypatch.setattr(os, "nice", lambda _: 0)
    quiet("refresh", "--all-now")
    quiet("refresh", "--all-now", "--events")
    assert most == [4, 3]


def test_events_are_json_lines(quiet: Cli, server: Server) -> None:
    quiet("add", server.serve("/a", rss("Alpha", "a")))
    events = quiet("refresh", "--all-now", "--events").events
    assert [event["event"] for event in events] == ["started", "progress", "source", "progress", "fetched", "finished"]
    assert events[2]["state"] == "unchanged"


def test_another_refresh_ends_with_4(quiet: Cli, home: Path, server: Server) -> None:
    from roya_tui.store.database import open_store
    from roya_tui.store.sources.refresh_lock import acquire

    quiet("add", server.serve("/a", rss("Alpha", "a")))
    db = open_store(home / "news.db")
    assert acquire(db, int(time.time()), os.getppid())
    result = quiet("refresh", "--all-now")
    assert result.code == 4
    assert "nother refresh" in result.err
    (event,) = quiet("refresh", "--all-now", "--events").events
    assert event["event"] == "busy"
    db.close()


def test_offline_nothing_is_asked(quiet: Cli, home: Path, server: Server) -> None:
    quiet("add", server.serve("/a", rss("Alpha", "a")))
    code, screen = on_terminal(home, "--offline", "refresh", "--all-now")
    assert code == 0
    assert "Offline: nothing was fetched." in screen
    assert len(server.seen) == 1


def test_whom_the_person_looks_at_has_the_next_turn(quiet: Cli, home: Path, server: Server) -> None:
    """One at a time on a host; a program at the other end of the pipe says meanwhile who is looked at."""
    (home / "config.toml").write_text('[refresh]\nspacing = "0s"\nper_host = 1\n')
    for number in range(5):
        quiet("add", server.serve(f"/{number}", rss(f"Town {number}", "one")))
    ids = {source["url"].rpartition("/")[2]: source["id"] for source in quiet("sources", "--json").json}
    server.seen.clear()
    told = f'nonsense\n{{"first": {ids["3"]}}}\n{{"first": {ids["4"]}}}\n'.encode()

    def telling(*_: object) -> Reply:
        assert process.stdin is not None
        process.stdin.write(told)
        process.stdin.flush()
        while fcntl.ioctl(process.stdin, termios.FIONREAD, bytes(4)) != bytes(4):
            time.sleep(0.01)  # until it has read all that
        time.sleep(0.3)
        return Reply(200, rss("Town 0", "one").encode(), {"Content-Type": "application/xml"})

    server.answer("/0", telling)
    command = [sys.executable, "-m", "roya_tui", "--home", str(home), "refresh", "--events", "--all-now"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        assert process.wait(timeout=60) == 0
    assert [seen.path for seen in server.seen] == ["/0", "/4", "/3", "/1", "/2"]


@pytest.mark.skipif(not offline_prefix(), reason="no network namespaces here")
def test_no_network_is_told_in_one_line(quiet: Cli, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)  # one that cannot be reached is another story
    for name in ("one", "two", "three", "four"):
        quiet("--offline", "add", f"https://{name}.example/feed")
    command = [sys.executable, "-m", "roya_tui", "--home", str(home), "refresh"]
    with Terminal(command, columns=100, rows=12, offline=True) as terminal:
        assert terminal.wait_exit() == 3
        told = terminal.screen.text().strip()
    assert told == "There is no network here. The sources are asked as soon as there is one."
    unseen = subprocess.run([*offline_prefix(), *command], capture_output=True, text=True, check=False)
    assert (unseen.returncode, unseen.stdout, unseen.stderr.strip()) == (3, "", told)
