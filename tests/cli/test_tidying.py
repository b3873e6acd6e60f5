"""tidy: what goes, what stays, and what it says."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection

import pytest
from tests.cli.conftest import Cli

from roya_tui.config import Paths, resolve_paths
from roya_tui.model import Entry, Feed, Moment, NewSource, Picture, SaveResult
from roya_tui.query import parse
from roya_tui.refresh import cleanup as refresh_cleanup
from roya_tui.store import cleanup, picture_cache
from roya_tui.store.articles import ingestion, offline
from roya_tui.store.database import find_problems, open_store
from roya_tui.store.search import results
from roya_tui.store.sources import checks, refresh_lock, subscriptions
from roya_tui.store.sources.checks import CheckResult
from roya_tui.store.user_data import article_state

NOW = int(time.time())
DAY = 86_400
WORDS = " ".join(f"word{n:06d}" for n in range(5_000))


@pytest.fixture
def where(home: Path) -> Paths:
    home.mkdir()
    return resolve_paths(str(home), {})


@pytest.fixture
def db(where: Paths) -> Iterator[Connection]:
    with closing(open_store(where.database)) as opened:
        yield opened


def put(db: Connection, title: str, *entries: Entry, days: int = 0) -> tuple[int, SaveResult]:
    """Subscribe to a feed with these entries, which came so many days ago."""
    at = NOW - days * DAY
    source = subscriptions.add(db, NewSource(f"https://{title.lower()}.example/feed", title=title), at)
    rows = [ingestion.prepare(entry) for entry in entries]
    return source.id, ingestion.save(db, source.id, Feed("rss"), rows, at)


def old(count: int, days: int) -> list[Entry]:
    return [
        Entry(f"{days}.{n}", title=f"Old {n}", content=f"{n} {WORDS}", published=Moment(NOW - days * DAY))
        for n in range(count)
    ]


def configure(where: Paths, text: str) -> None:
    where.config.write_text(text, "utf-8")


def test_nothing_to_do_is_said_and_nothing_is_lost(cli: Cli, where: Paths, db: Connection) -> None:
    put(db, "Post", *old(3, 40), days=40)
    told = cli("tidy")
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith("There was nothing to let go of. The store has ")
    assert told.out.count("\n") == 1
    assert len(results.find(db, parse("old", NOW), NOW)) == 3


def test_without_a_store_there_is_nothing_to_do(cli: Cli, home: Path) -> None:
    assert cli("tidy").out.startswith("There was nothing to let go of.")
    assert not (home / "news.db").exists()


def test_old_articles_go_by_the_days_of_their_source_and_the_store_shrinks(
    cli: Cli, where: Paths, db: Connection
) -> None:
    configure(where, "[keep]\ndays = 30\n[sources.Tide]\nkeep_days = 10\n[sources.Well]\nkeep_days = 0\n")
    _, post = put(db, "Post", *old(40, 40), *old(2, 20), days=40)
    article_state.mark(db, post.new[:1], NOW, starred=True)
    article_state.set_note(db, post.new[1], "keep", NOW)
    article_state.edit_tags(db, post.new[2:3], NOW, add=["keep"])
    put(db, "Tide", *old(3, 20), days=20)
    put(db, "Well", *old(3, 400), days=400)
    held = cli("tidy")
    assert held.code == 1
    assert "40 old articles are kept: they are more than a tenth of all." in held.err
    assert "roya-tui tidy --yes" in held.err
    assert cli("tidy", "--json").json["held"] == 40
    assert "40 old articles are kept" in " ".join(cli("doctor").out.split())
    would = cli("tidy", "--dry-run", "--yes")
    assert (would.code, would.out) == (0, "Would let go of 40 old articles. Nothing was changed.\n")
    assert len(results.find(db, parse("old", NOW), NOW)) == 48
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    before = where.database.stat().st_size
    told = cli("tidy", "--yes")
    after = where.database.stat().st_size
    assert told.code == 0
    assert told.out.startswith(
        f"Let go of 40 old articles. The store has {after / 1e6:,.1f} MB, it had {before / 1e6:,.1f} MB;"
    )
    assert after < before / 2
    kept = results.find(db, parse("old", NOW), NOW)
    assert len(kept) == 8
    assert set(post.new[:3]) < set(kept)
    assert find_problems(db) == []
    _, again = put(db, "Post", *old(40, 40))
    assert again.new == (), "what was let go does not come back as new"


def test_pictures_of_nothing_and_beyond_the_bound_go(cli: Cli, where: Paths, db: Connection) -> None:
    configure(where, '[offline]\ncache = "1MB"\n')
    urls = [f"https://post.example/{n}.jpeg" for n in range(3)]
    put(db, "Post", *(Entry(url, title="Shown", pictures=(Picture(url),)) for url in urls))
    for age, url in enumerate(["https://post.example/orphan.jpeg", *urls]):
        path = picture_cache.save(where, url, b"\xff\xd8\xff" + bytes(400_000), "jpeg")
        os.utime(path, (NOW - age, NOW - age))
    half = where.pictures / f"{'0' * 32}.17.part"
    half.write_bytes(b"half")
    os.utime(half, (NOW - DAY, NOW - DAY))
    theirs = where.pictures / "notes.txt"
    theirs.write_text("not ours")
    os.utime(theirs, (NOW - DAY, NOW - DAY))
    told = cli("tidy", "--json").json
    assert (told["pictures"], told["freed"], told["cache"]) == (2, 800_006, 800_006)
    assert {file.path for file in picture_cache.list_files(where)} == {
        picture_cache.find(where, url) for url in urls[:2]
    }
    assert not half.exists()
    assert theirs.exists()


def test_old_versions_and_records_of_nothing_go(cli: Cli, where: Paths, db: Connection) -> None:
    for look in range(5):
        id, _ = put(db, "Post", Entry("1", title="Post", content=f"<p>Seen {look} times.</p>"))
    checks.record(db, id, CheckResult(NOW, ok=True))
    gone, _ = put(db, "Tide")
    checks.record(db, gone, CheckResult(NOW, ok=True))
    subscriptions.remove(db, gone, NOW)
    offline.record_failures(db, {"https://post.example/long-ago.png": NOW - 30 * DAY}, "timeout")
    offline.record_failures(db, {"https://post.example/never.png": NOW + 30 * DAY}, "status")
    # A store that an earlier version left with more of them than this one keeps.
    db.execute(
        "INSERT INTO revision (article_id, replaced, digest, title, feed)"
        " SELECT article_id, replaced, digest, title, feed FROM revision, (SELECT 1 UNION SELECT 2) CROSS JOIN"
        " (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8) SELECT i FROM n)"
    )
    told = cli("tidy", "--json").json
    assert (told["revisions"], told["records"]) == (4 + 64 - 50, 2)
    assert db.execute("SELECT count(*) FROM revision").fetchone() == (50,)
    assert db.execute("SELECT DISTINCT source_id FROM attempt").fetchall() == [(id,)]
    assert list(offline.load_failures(db)) == ["https://post.example/never.png"]
    assert cli("tidy", "--json").json["revisions"] == 0


def test_tidying_that_takes_long_keeps_the_lock(
    cli: Cli, where: Paths, db: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(where, "[keep]\ndays = 1\n")
    put(db, "Post", *old(3, 40), days=40)
    beats: list[int] = []

    def slow(*args: object, **more: object) -> int:
        first = seen = None
        end = time.monotonic() + 60
        while first == seen and time.monotonic() < end:
            seen = db.execute("SELECT beat FROM refresh_lock WHERE pid = ?", (os.getpid(),)).fetchone()[0]
            first = first or seen
            time.sleep(0.02)
        beats.append(seen - first)
        return 0

    monkeypatch.setattr(refresh_cleanup, "HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr(cleanup, "delete_old", slow)
    assert cli("tidy", "--yes").code == 0
    assert beats[0] >= 1, "its sign of life must be renewed while it works"
    assert db.execute("SELECT count(*) FROM refresh_lock").fetchone() == (0,)


def test_while_a_refresh_runs_nothing_is_tidied(cli: Cli, where: Paths, db: Connection) -> None:
    configure(where, "[keep]\ndays = 1\n")
    put(db, "Post", *old(3, 40), days=40)
    assert refresh_lock.acquire(db, int(time.time()), os.getppid())  # NOW may be a minute ago
    told = cli("tidy", "--yes")
    assert (told.code, told.out) == (4, "")
    assert "A refresh is at work, and nothing was tidied." in told.err
    assert cli("tidy", "--json").json["busy"] is True
    assert len(results.find(db, parse("old", NOW), NOW)) == 3
    refresh_lock.release(db, os.getppid())
    assert cli("tidy", "--yes").code == 0
    assert db.execute("SELECT count(*) FROM refresh_lock").fetchone() == (0,)


def test_a_disk_with_too_little_room_is_told_in_numbers(
    cli: Cli, where: Paths, db: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(where, "[keep]\ndays = 1\n")
    put(db, "Post", *old(30, 40), days=40)
    real = cleanup.shutil.disk_usage
    monkeypatch.setattr(cleanup.shutil, "disk_usage", lambda folder: real(folder)._replace(free=100_000))
    told = cli("tidy", "--yes")
    assert told.code == 1
    assert told.out.startswith("Let go of 30 old articles. The store has ")
    assert "The news store was not made smaller: that takes " in told.err
    assert "0 MB are free" in told.err
    assert "Traceback" not in told.err
    assert len(results.find(db, parse("old", NOW), NOW)) == 0


def test_doctor_names_a_source_that_config_toml_means_and_nobody_has(cli: Cli, where: Paths, db: Connection) -> None:
    configure(where, "[sources.Pst]\nkeep_days = 3\n[sources.Post]\nkeep_days = 3\n")
    put(db, "Post", Entry("1", title="One"))
    told = cli("doctor")
    assert '[sources."Pst"] means none of your sources' in told.out
    assert '[sources."Post"]' not in told.out
