"""Notifications by `roya-tui refresh` without a terminal, as from cron."""

import io
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import AT_ONCE, Cli, configure, rss
from tests.servers import Server

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the program is a shell script")

Calls = Callable[[], list[list[str]]]
RECORD = '#!/bin/sh\nfor one in "$@"; do printf "%s\\0" "$one" >>"{file}"; done\nprintf "\\1" >>"{file}"\n'


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Put a `notify-send` that records its arguments into PATH; return the function that reads them."""
    folder, file = tmp_path / "programs", tmp_path / "calls"
    folder.mkdir()
    (folder / "notify-send").write_text(RECORD.format(file=file))
    (folder / "notify-send").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))

    def read() -> list[list[str]]:
        written = file.read_text().split("\1")[:-1] if file.exists() else []
        return [call.split("\0")[:-1] for call in written]

    return read


@pytest.fixture
def refresh(quiet: Cli, server: Server) -> Callable[..., None]:
    """`refresh("one", "two")` serves a feed with these titles, and refreshes its source."""
    quiet("add", server.serve("/feed", rss("Town", "zero")))
    quiet("rules", "add", "Water", "title:rain or title:wells", "--effect", "notify")

    def run(*titles: str, code: int = 0) -> None:
        server.serve("/feed", rss("Town", *titles))
        assert quiet("refresh", "--all-now").code == code

    return run


def test_refresh_notifies_once_of_all_matches(refresh, calls: Calls) -> None:
    refresh("zero", "wells A", "rain B", "rain C", "rain D", "dust")
    (call,) = calls()
    assert call == ["--app-name=Roya TUI", "--", "4 articles for “Water”", call[-1]]
    assert len(call[-1].split(" · ")) == 3
    refresh("zero", "wells A", "rain B", "rain C", "rain D", "dust")
    assert len(calls()) == 1, "nothing is new"


def test_single_match_shows_its_title_as_text(refresh, calls: Calls) -> None:
    refresh(r"--rain &amp;lt;b&amp;gt; \033]0;x &#27;]9;y&#7;")
    assert calls() == [["--app-name=Roya TUI", "--", r"--rain <b> \033]0;x ]9;y", "Town"]]


def test_count_is_merged_with_the_matches(refresh, home: Path, calls: Calls) -> None:
    configure(home, AT_ONCE + "[notify]\ncount = true\n")
    refresh("zero", "dust", "mud")
    refresh("zero", "dust", "mud", "rain", "soil")
    assert [call[2:] for call in calls()] == [["2 new articles", ""], ["rain", "Town · 2 new articles"]]


def test_muted_and_edited_articles_do_not_notify(refresh, quiet: Cli, server: Server, calls: Calls) -> None:
    quiet("rules", "add", "No rain", "title:rain")
    refresh("zero", "rain")
    feed = rss("Town", "zero", "dust").replace("<title>dust", "<title>wells")
    refresh("zero", "dust")
    server.serve("/feed", feed)
    assert quiet("refresh", "--all-now").code == 0
    assert quiet("list", "title:wells").lines
    assert calls() == []


def test_existing_articles_do_not_notify_if_a_rule_is_applied(refresh, quiet: Cli, calls: Calls) -> None:
    refresh("zero", "dust")
    quiet("rules", "add", "Dust", "title:dust", "--effect", "notify", "--past")
    refresh("zero", "dust", "mud")
    assert calls() == []


@pytest.mark.parametrize("setting", ["quiet", 'with = "off"', 'with = "terminal"'])
def test_nothing_is_shown_in_quiet_hours_or_if_turned_off(refresh, home: Path, calls: Calls, setting: str) -> None:
    if setting == "quiet":
        start, end = (time.localtime(time.time() + hours * 3600) for hours in (-2, 2))
        setting = f'quiet = "{time.strftime("%H:%M", start)}-{time.strftime("%H:%M", end)}"'
    configure(home, AT_ONCE + f"[notify]\n{setting}\n")
    refresh("zero", "rain")
    configure(home, AT_ONCE)
    refresh("zero", "rain", "dust")
    assert calls() == [], "nor later"


def test_failing_program_is_reported_and_not_fatal(refresh, quiet: Cli, server: Server, tmp_path: Path, calls) -> None:
    (tmp_path / "programs" / "notify-send").write_text("#!/bin/sh\nexit 3\n")
    server.serve("/feed", rss("Town", "rain"))
    result = quiet("refresh", "--all-now", "--json")
    assert (result.code, result.json["new"]) == (0, 1)
    assert result.err == "The notification could not be shown: exit code 3\n"


def test_program_in_the_current_folder_is_not_run(refresh, tmp_path: Path, monkeypatch, calls: Calls) -> None:
    monkeypatch.chdir(tmp_path / "programs")
    monkeypatch.setenv("PATH", ".:/nonexistent")
    refresh("zero", "rain")
    assert calls() == []


def test_events_leave_the_notification_to_the_app(quiet: Cli, refresh, server: Server, calls: Calls) -> None:
    server.serve("/feed", rss("Town", "rain"))
    events = quiet("refresh", "--all-now", "--events").events
    assert {"event": "notify", "title": "rain", "body": "Town"} in events
    assert [event["event"] for event in events].index("notify") < [event["event"] for event in events].index("fetched")
    assert calls() == []


def test_plain_mode_prints_the_notification(
    refresh, quiet: Cli, server: Server, home: Path, monkeypatch, calls
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("refresh\n"))
    server.serve("/feed", rss("Town", "rain", "wells", "dust"))
    lines = quiet("--home", str(home), "--plain").lines
    at = lines.index("2 articles for “Water”")
    assert set(lines[at + 1].split(". ")) == {"rain", "wells"}
    assert calls() == []


def test_doctor_names_the_way(quiet: Cli, home: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-kitty")
    for name in ("TMUX", "STY", "ZELLIJ"):
        monkeypatch.delenv(name, raising=False)

    def finding() -> tuple[str, bool]:
        findings = quiet("doctor", "--json").json["findings"]
        (found,) = (one for one in findings if one["about"] == "notifications")
        return found["text"], found["ok"]

    assert finding() == ("In the app: the terminal (OSC 99). Command refresh: notify-send.", True)
    monkeypatch.setenv("PATH", "/nonexistent")
    configure(home, '[notify]\nwith = "desktop"\n')
    text, is_ok = finding()
    assert text.startswith("In the app: none. Command refresh: none. ")
    assert not is_ok
    configure(home, '[notify]\nwith = "off"\n')
    assert finding() == ("Turned off.", True)
