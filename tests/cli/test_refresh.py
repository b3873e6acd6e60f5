"""refresh: its output and exit codes."""

import fcntl
import os
import re
import subprocess
import sys
import termios
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from tests.cli.conftest import AT_ONCE, Cli, Result, configure, on_terminal, rss
from tests.servers import Reply, Server, hang
from tests.terminal.driver import Terminal, offline_prefix

from roya_tui.refresh import parse_pool
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions
from roya_tui.store.sources.refresh_lock import acquire


def test_terminal_shows_results_and_waiting_hosts(quiet: Cli, home: Path, server: Server, tmp_path: Path) -> None:
    quiet("add", server.serve("/feed", rss("Town", "one")))
    code, screen = on_terminal(home, "refresh")
    assert code == 0
    assert "No sources are due (waiting: 1). Use --all-now to check them." in screen
    assert len(server.seen) == 1
    assert on_terminal(home, "refresh", "-q") == (0, "")
    server.serve("/feed", rss("Town", "one", "two", "three"))
    code, screen = on_terminal(home, "refresh", "--all-now")
    assert code == 0
    assert re.search(r"2 new articles in \d+\.\d s\.", screen)

    requests = len(server.seen)
    assert on_terminal(home, "--offline", "refresh", "--all-now") == (0, "Offline: nothing was fetched.")
    file = tmp_path / "feed.xml"
    file.write_text(rss("Hills", "one"))
    quiet("add", str(file))
    _, screen = on_terminal(home, "--offline", "refresh")
    assert "Offline: only files were read. 0 new articles in " in screen
    assert len(server.seen) == requests

    quiet("--offline", "add", server.answer("/slow", hang))
    command = [sys.executable, "-m", "roya_tui", "--home", str(home), "refresh"]
    with Terminal(command, columns=100, rows=12) as terminal:
        terminal.wait_for("1/2 sources, 0 new, waiting for 127.0.0.1")
        terminal.press("ctrl+c")
        terminal.wait_exit()


def test_sources_of_a_host_that_limits_requests_are_named_and_checked_anyway(
    quiet: Cli, home: Path, server: Server
) -> None:
    configure(home, AT_ONCE + '[dates]\nzone = "Etc/UTC"\n')
    quiet("add", server.serve("/feed", rss("Town", "one")))
    server.reply("/feed", 429, Retry_After="7200")
    quiet("refresh", "Town")
    server.serve("/feed", rss("Town", "one", "two"))
    [town] = quiet("sources", "--json").json
    at = f"{datetime.fromisoformat(town['next_check']):%H:%M}"
    message = (
        rf"127\.0\.0\.1:{server.port} is limiting requests until (tomorrow at )?{at}\. To check anyway: --anyway\."
    )
    for words in (("refresh", "Town"), ("refresh", "--all-now")):
        result = quiet(*words)
        assert (result.code, result.out) == (0, "")
        assert re.fullmatch(message, result.err.strip())
    assert quiet("refresh").err == quiet("refresh", "Town", "-q").err == "", "nobody requested it"
    _, screen = on_terminal(home, "refresh")
    assert re.fullmatch(message, screen)
    assert "Next check: " in quiet("sources", "Town").out
    assert len(server.seen) == 2
    assert quiet("refresh", "Town", "--anyway", "--json").json["new"] == 1
    assert quiet("refresh", "Town").err == "", "the host has answered"


def test_pipe_gets_only_failures(quiet: Cli, server: Server) -> None:
    quiet("add", server.serve("/feed", rss("Town", "one")), server.serve("/other", rss("Hills", "one")))
    server.serve("/feed", rss("Town", "one", "two"))
    assert quiet("refresh", "--all-now") == Result(0, "", "")
    assert quiet("refresh") == Result(0, "", "")
    server.reply("/feed", 500)
    server.serve("/other", rss("Hills", "one", "two"))
    failed = quiet("refresh", "--all-now")
    assert (failed.code, failed.out) == (3, "")
    assert "“Town” returned a server error (500)" in failed.err
    assert quiet("sources", "--json").json[1]["failures"] == 1


def test_json_is_one_document_with_failures_and_new_articles(quiet: Cli, server: Server) -> None:
    quiet("add", *(server.serve(f"/{name}", rss(name, "one")) for name in ("Same", "Newer", "Broken")))
    server.serve("/Newer", rss("Newer", "one", "two"))
    server.reply("/Broken", 404)
    result = quiet("refresh", "--all-now", "--json")
    assert (result.code, result.err) == (3, "")
    message = result.json
    counts = {"asked": 3, "new": 1, "failed": 1, "unchanged": 1, "busy": False, "stopped": False}
    assert counts.items() <= message.items()
    newer, broken = sorted(message["sources"], key=lambda source: source["state"], reverse=True)
    assert (newer["label"], newer["state"], newer["new"]) == ("Newer", "new", 1)
    assert (broken["label"], broken["state"], broken["new"]) == ("Broken", "failed", 0)
    assert "was not found at this address (404)" in broken["message"]


def test_named_source_or_folder_is_refreshed_without_paused_ones(quiet: Cli, home: Path, server: Server) -> None:
    for name, folder in (("Alpha", "News"), ("Beta", "News/Morning"), ("Gamma", "Newsroom"), ("Delta", "News")):
        assert quiet("add", server.serve(f"/{name}", rss(name, name)), "--folder", folder).code == 0
    with closing(open_store(home / "news.db")) as db:

        def pause(*names: str) -> None:
            for name in names:
                subscriptions.change(db, subscriptions.find(db, name)[0].id, paused=True, now=0)

        pause("Delta")
        for name, argument, paths in (
            ("beta", "news/morning", ["/Beta"]),
            ("gamma", "gamma", ["/Gamma"]),
            ("alpha", "news", ["/Alpha", "/Beta"]),
            ("delta", "Delta", ["/Delta"]),
        ):
            requests = len(server.seen)
            assert quiet("refresh", argument).code == 0
            assert sorted(seen.path for seen in server.seen[requests:]) == paths, name
        pause("Alpha", "Beta")
    for argument, words in (
        ("News", "All sources in “News” are paused"),
        ("omega", "No source or folder matches “omega”"),
    ):
        refused = quiet("refresh", argument)
        assert refused.code == 1
        assert words in refused.err


def test_one_core_is_left_for_the_app(quiet: Cli, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_second_refresh_at_the_same_time_exits_with_4(quiet: Cli, home: Path, server: Server) -> None:
    quiet("add", server.serve("/a", rss("Alpha", "a")))
    with closing(open_store(home / "news.db")) as db:
        assert acquire(db, int(time.time()), os.getppid())
    result = quiet("refresh", "--all-now")
    assert result.code == 4
    assert "nother refresh" in result.err
    assert len(server.seen) == 1
    (event,) = quiet("refresh", "--all-now", "--events").events
    assert event["event"] == "busy"


def test_source_that_the_user_opens_is_fetched_next(quiet: Cli, home: Path, server: Server) -> None:
    """One request at a time; the app writes the opened source to the pipe meanwhile."""
    configure(home, AT_ONCE + "per_host = 1\n")
    for number in range(5):
        quiet("add", server.serve(f"/{number}", rss(f"Town {number}", "one")))
    ids = {source["url"].rpartition("/")[2]: source["id"] for source in quiet("sources", "--json").json}
    server.seen.clear()
    requests = f'nonsense\n{{"first": {ids["3"]}}}\n{{"first": {ids["4"]}}}\n'.encode()

    def reply_after_requests(*_: object) -> Reply:
        assert process.stdin is not None
        process.stdin.write(requests)
        process.stdin.flush()
        while fcntl.ioctl(process.stdin, termios.FIONREAD, bytes(4)) != bytes(4):
            time.sleep(0.01)  # until it has read all
        time.sleep(0.3)
        return Reply(200, rss("Town 0", "one").encode(), {"Content-Type": "application/xml"})

    server.answer("/0", reply_after_requests)
    command = [sys.executable, "-m", "roya_tui", "--home", str(home), "refresh", "--events", "--all-now"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        assert process.wait(timeout=60) == 0
    assert [seen.path for seen in server.seen] == ["/0", "/4", "/3", "/1", "/2"]


@pytest.mark.skipif(not offline_prefix(), reason="needs network namespaces")
def test_missing_network_is_one_line(quiet: Cli, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    for name in ("one", "two", "three", "four"):
        quiet("--offline", "add", f"https://{name}.example/feed")
    command = [sys.executable, "-m", "roya_tui", "--home", str(home), "refresh"]
    with Terminal(command, columns=100, rows=12, offline=True) as terminal:
        assert terminal.wait_exit() == 3
        message = terminal.screen.text().strip()
    assert message == "There is no network. Sources are checked as soon as it is back."
    unseen = subprocess.run([*offline_prefix(), *command], capture_output=True, text=True, check=False)
    assert (unseen.returncode, unseen.stdout, unseen.stderr.strip()) == (3, "", message)
