"""sources: how each of them fares, for people and for programs."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from tests.cli.conftest import Cli

from roya_tui.model import Entry, Failure, Moment, NewSource
from roya_tui.store.articles import ingestion
from roya_tui.store.database import open_store
from roya_tui.store.sources import checks, subscriptions
from roya_tui.store.sources.checks import CheckResult

DAY = 86_400


@pytest.fixture
def coast(home: Path) -> None:
    """One source that answers well and has two articles a week, one that fails, and one that was never asked."""
    now = int(time.time())
    db = open_store(home / "news.db")
    well = subscriptions.add(db, NewSource("https://dune.example/feed", title="Dune Herald"), now)
    entries = [Entry(guid=str(n), published=Moment(now - n * 3 * DAY - DAY)) for n in range(18)]
    ingestion.save(db, well.id, None, [ingestion.prepare(entry) for entry in entries], now)
    good = CheckResult(now, ok=True, next_check=now + 900, milliseconds=120, size=42_000, new=18)
    checks.record(db, well.id, good)
    bad = subscriptions.add(db, NewSource("https://me:secret@kelp.example/feed", title="Kelp Post"), now)
    failed = Failure("timeout", "Kelp Post did not answer in 30 s.")
    for ago in (300, 200, 100):
        error = f"{failed.message} Trying again at 14:20."
        checks.record(db, bad.id, CheckResult(now - ago, ok=False, error=error, failed=failed, next_check=now - 1))
    subscriptions.add(db, NewSource("https://new.example/feed", name="Newcomer"), now)
    db.close()


@pytest.mark.usefixtures("coast")
def test_programs_are_told_all_that_is_known(cli: Cli) -> None:
    well, bad, new = cli("sources", "--json").json
    assert (well["verdict"], well["health"], well["waiting"]) == ("well", "Answers well.", "not due yet")
    assert (well["tries"], well["tries_failed"], well["milliseconds"], well["bytes"]) == (1, 0, 120, 42_000)
    assert len(well["weeks"]) == 8
    assert sum(well["weeks"]) == 18
    assert (well["per_week"], well["longest_pause"], well["same_as"]) == (2.25, 3 * DAY, [])
    assert well["newest"].endswith("Z")
    assert bad["verdict"] == "failing"
    assert bad["health"] == "Did not answer in 30 s. 3 tries failed in a row; none went well so far."
    assert (bad["tries"], bad["tries_failed"], bad["milliseconds"], bad["waiting"]) == (3, 3, None, "")
    assert (new["verdict"], new["tries"], new["newest"], new["per_week"]) == ("new", 0, None, 0)
    assert "secret" not in cli("sources", "--json").out


@pytest.mark.usefixtures("coast")
def test_a_cap_of_the_configuration_is_told_where_none_was_set(cli: Cli, home: Path) -> None:
    (home / "config.toml").write_text('[sources."kelp post"]\nper_day = 3\n[sources.Newcomer]\nper_day = 5\n')
    db = open_store(home / "news.db")
    subscriptions.change(db, subscriptions.find(db, "Newcomer")[0].id, per_day=0)
    db.close()
    assert [one["per_day"] for one in cli("sources", "--json").json] == [None, 3, 0]


@pytest.mark.usefixtures("coast")
def test_people_are_told_in_a_line_each(cli: Cli) -> None:
    lines = cli("sources").lines
    assert [line.split("  ")[-1].strip() for line in lines] == [
        "well",
        "Did not answer in 30 s. 3 tries failed in a row; none went well so far.",
        "not fetched yet",
    ]


@pytest.mark.usefixtures("coast")
@pytest.mark.parametrize(("columns", "rhythm"), [(140, True), (100, False)])
def test_a_wide_terminal_shows_the_rhythm_too(home: Path, columns: int, rhythm: bool) -> None:
    pytest.importorskip("fcntl", reason="a pty needs POSIX")
    from tests.terminal.driver import Terminal

    command = [sys.executable, "-m", "roya_tui", "--home", str(home), "sources"]
    with Terminal(command, columns=columns, rows=20) as terminal:
        assert terminal.wait_exit(30) == 0
        seen = terminal.screen
    assert ("8 weeks" in seen.lines[0]) is rhythm
    assert seen.lines[1].endswith("2 a week") is rhythm
    assert "1 source needs a look: S in the reader tells more, and what to do." in seen.text()


@pytest.mark.usefixtures("coast")
@pytest.mark.parametrize("name", [["kelp"], ["Kelp", "Post"], ["https://me:secret@kelp.example/feed"], ["2"]])
def test_all_that_is_known_of_one_is_told(cli: Cli, home: Path, name: list[str]) -> None:
    db = open_store(home / "news.db")
    id = subscriptions.find(db, "Kelp")[0].id
    subscriptions.change(db, id, folder="Coast", interval=7_200, per_day=3, now=0)
    db.close()
    told = cli("sources", *(str(id) if word == "2" else word for word in name))
    assert told.code == 0
    assert "secret" not in told.out
    assert told.lines[:3] == [
        "Kelp Post",
        "Did not answer in 30 s. 3 tries failed in a row; none went well so far.",
        f"roya-tui refresh {id} tries now, roya-tui remove {id} removes it.",
    ]
    for line in (
        "Address: https://kelp.example/feed",
        "Folder: Coast",
        "Asked: every 2 hours, as you set",
        "Last good answer: none yet",
        "Articles: 0, 0 unread",
        "In lists: the newest 3 of a day",
    ):
        assert line in told.lines
    assert sum("Did not answer in 30 s." in line for line in told.lines[3:]) == 6


@pytest.mark.usefixtures("coast")
def test_a_program_is_told_its_last_tries_too(cli: Cli) -> None:
    (bad,) = cli("sources", "kelp", "--json").json
    assert (bad["label"], bad["verdict"], len(bad["last_tries"])) == ("Kelp Post", "failing", 3)
    assert bad["last_tries"][0]["failure"] == "timeout"
    assert bad["last_tries"][0]["message"].startswith("Kelp Post did not answer in 30 s.")


@pytest.mark.usefixtures("coast")
def test_several_or_a_folder_are_told_in_a_line_each_and_none_is_told(cli: Cli, home: Path) -> None:
    db = open_store(home / "news.db")
    for name, folder in (("Kelp", "Coast/North"), ("Dune", "Coast")):
        subscriptions.change(db, subscriptions.find(db, name)[0].id, folder=folder, now=0)
    db.close()
    assert [line.split("  ")[-1].strip() for line in cli("sources", "coast").lines] == [
        "well",
        "Did not answer in 30 s. 3 tries failed in a row; none went well so far.",
    ]
    missing = cli("sources", "zebra")
    assert (missing.code, missing.out) == (1, "")
    assert "No source or folder is called “zebra”." in missing.err


@pytest.mark.usefixtures("coast")
def test_a_narrow_terminal_wraps_what_it_is_told(home: Path) -> None:
    pytest.importorskip("fcntl", reason="a pty needs POSIX")
    from tests.terminal.driver import Terminal

    command = [sys.executable, "-m", "roya_tui", "--home", str(home), "sources", "kelp"]
    with Terminal(command, columns=40, rows=40) as terminal:
        assert terminal.wait_exit(30) == 0
        assert "Did not answer in 30 s. 3 tries failed\nin a row; none went well so far." in terminal.screen.text()
