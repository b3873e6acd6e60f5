"""sources: the status of each source, for people and for programs."""

import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from tests.cli.conftest import Cli, configure

from roya_tui.model import Entry, Failure, Moment, NewSource
from roya_tui.store.articles import ingestion
from roya_tui.store.database import open_store
from roya_tui.store.sources import checks, subscriptions
from roya_tui.store.sources.checks import CheckResult

DAY = 86_400


@pytest.fixture
def coast(home: Path) -> Iterator[sqlite3.Connection]:
    """A source with two articles a week, one that fails, and one that was never checked."""
    now = int(time.time())
    with closing(open_store(home / "news.db")) as db:
        add_sources(db, now)
        yield db


def add_sources(db: sqlite3.Connection, now: int) -> None:
    well = subscriptions.add(db, NewSource("https://dune.example/feed", title="Dune Herald"), now)
    entries = [Entry(guid=str(n), published=Moment(now - n * 3 * DAY - DAY)) for n in range(18)]
    ingestion.save(db, well.id, None, [ingestion.prepare(entry) for entry in entries], now)
    good = CheckResult(now, ok=True, next_check=now + 900, milliseconds=120, size=42_000, new=18)
    checks.record(db, well.id, good)
    bad = subscriptions.add(db, NewSource("https://me:secret@kelp.example/feed", title="Kelp Post"), now)
    failed = Failure("timeout", "Kelp Post did not respond within 30 s.")
    for ago in (300, 200, 100):
        error = f"{failed.message} Next check: 14:20."
        checks.record(db, bad.id, CheckResult(now - ago, ok=False, error=error, failed=failed, next_check=now - 1))
    subscriptions.add(db, NewSource("https://new.example/feed", name="Newcomer"), now)


@pytest.mark.usefixtures("coast")
def test_json_has_all_facts(cli: Cli) -> None:
    well, bad, new = cli("sources", "--json").json
    assert (well["state"], well["reason"], well["waiting"]) == ("ok", "No problems.", "Not due yet.")
    assert (well["checks"], well["checks_failed"], well["milliseconds"], well["bytes"]) == (1, 0, 120, 42_000)
    assert len(well["weeks"]) == 8
    assert sum(well["weeks"]) == 18
    assert (well["per_week"], well["longest_pause"], well["same_as"]) == (2.25, 3 * DAY, [])
    assert well["newest"].endswith("Z")
    assert bad["state"] == "failing"
    assert bad["reason"] == "Did not respond within 30 s. 3 checks failed in a row. No check succeeded yet."
    assert (bad["checks"], bad["checks_failed"], bad["milliseconds"], bad["waiting"]) == (3, 3, None, "")
    assert (new["state"], new["checks"], new["newest"], new["per_week"]) == ("new", 0, None, 0)
    assert "secret" not in cli("sources", "--json").out


def test_changed_interval_moves_the_next_check_at_once(cli: Cli, home: Path, coast: sqlite3.Connection) -> None:
    """The server asks for 15 minutes."""

    def minutes() -> float:
        [dune] = cli("sources", "Dune Herald", "--json").json
        return (datetime.fromisoformat(dune["next_check"]) - datetime.fromisoformat(dune["checked"])).seconds / 60

    assert minutes() == 30
    configure(home, '[refresh]\nevery = "3h"\n')
    assert minutes() == 180
    for interval, expected in ((3_600, 60), (600, 15), (None, 180)):
        subscriptions.change(coast, 1, interval=interval)
        assert minutes() == expected


def test_json_has_the_configured_limit_unless_the_user_set_one(cli: Cli, home: Path, coast: sqlite3.Connection) -> None:
    (home / "config.toml").write_text('[sources."kelp post"]\nper_day = 3\n[sources.Newcomer]\nper_day = 5\n')
    subscriptions.change(coast, subscriptions.find(coast, "Newcomer")[0].id, per_day=0)
    assert [one["per_day"] for one in cli("sources", "--json").json] == [None, 3, 0]


def test_each_source_is_a_line_and_a_folder_selects_them(cli: Cli, coast: sqlite3.Connection) -> None:
    ends = ["OK", "Did not respond within 30 s. 3 checks failed in a row. No check succeeded yet.", "not fetched yet"]
    assert [line.split("  ")[-1].strip() for line in cli("sources").lines] == ends
    for name, folder in (("Kelp", "Coast/North"), ("Dune", "Coast")):
        subscriptions.change(coast, subscriptions.find(coast, name)[0].id, folder=folder, now=0)
    assert [line.split("  ")[-1].strip() for line in cli("sources", "coast").lines] == ends[:2]
    missing = cli("sources", "zebra")
    assert (missing.code, missing.out) == (1, "")
    assert "No source or folder matches “zebra”." in missing.err
    assert cli("sources", " ").code == cli("remove", "\u200b").code == 1, "a blank name is not that of all sources"


@pytest.mark.usefixtures("coast")
@pytest.mark.parametrize("columns", [140, 100, 40])
def test_table_fits_the_terminal(home: Path, columns: int) -> None:
    pytest.importorskip("fcntl", reason="a pty needs POSIX")
    from tests.terminal.driver import Terminal

    command = [sys.executable, "-m", "roya_tui", "--home", str(home), "sources", *(["kelp"] if columns == 40 else [])]
    with Terminal(command, columns=columns, rows=40) as terminal:
        assert terminal.wait_exit(30) == 0
        screen = terminal.screen
    if columns == 40:
        assert "Did not respond within 30 s. 3 checks\nfailed in a row. No check succeeded yet." in screen.text()
        return
    assert ("8 weeks" in screen.lines[0]) is (columns == 140)
    assert screen.lines[1].endswith("2 a week") is (columns == 140)
    assert "1 source has a problem. For details, press S in the app." in screen.text()


def test_one_source_is_described_by_name_address_or_number(cli: Cli, coast: sqlite3.Connection) -> None:
    id = subscriptions.find(coast, "Kelp")[0].id
    subscriptions.change(coast, id, folder="Coast", interval=7_200, per_day=3, now=0)
    result = cli("sources", "kelp")
    assert "secret" not in result.out
    assert result.lines[:3] == [
        "Kelp Post",
        "Did not respond within 30 s. 3 checks failed in a row. No check succeeded yet.",
        f"roya-tui refresh {id}: try again, roya-tui remove {id}: unsubscribe",
    ]
    for line in (
        "Address: https://kelp.example/feed",
        "Folder: Coast",
        "Interval: 2 hours · set by you",
        "Last success: never",
        "Articles: 0, 0 unread",
        "Daily limit: 3 articles",
    ):
        assert line in result.lines
    [failure] = (line for line in result.lines[3:] if "Did not respond within 30 s." in line)
    assert failure.endswith("2 times before")
    for name in (["Kelp", "Post"], ["https://me:secret@kelp.example/feed"], [str(id)]):
        assert cli("sources", *name) == result
    (bad,) = cli("sources", "kelp", "--json").json
    assert (bad["label"], bad["state"], len(bad["last_checks"])) == ("Kelp Post", "failing", 3)
    assert bad["last_checks"][0]["failure"] == "timeout"
    assert bad["last_checks"][0]["message"].startswith("Kelp Post did not respond within 30 s.")
