"""tidy: what it deletes, keeps and prints."""

import os
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection

import pytest
from tests.cli.conftest import Cli, configure

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


def add(db: Connection, title: str, *entries: Entry, days: int = 0) -> tuple[int, SaveResult]:
    """Add a source with these entries, fetched so many days ago."""
    at = NOW - days * DAY
    source = subscriptions.add(db, NewSource(f"https://{title.lower()}.example/feed", title=title), at)
    rows = [ingestion.prepare(entry) for entry in entries]
    return source.id, ingestion.save(db, source.id, Feed("rss"), rows, at)


def old(count: int, days: int) -> list[Entry]:
    return [
        Entry(f"{days}.{n}", title=f"Old {n}", content=f"{n} {WORDS}", published=Moment(NOW - days * DAY))
        for n in range(count)
    ]


def test_nothing_to_delete_is_one_line(cli: Cli, where: Paths) -> None:
    assert cli("tidy").out.startswith("Nothing to delete.")
    assert not where.database.exists()
    with closing(open_store(where.database)) as db:
        add(db, "Post", *old(3, 40), days=40)
        result = cli("tidy")
        assert (result.code, result.err) == (0, "")
        assert result.out.startswith("Nothing to delete. Database: ")
        assert result.out.count("\n") == 1
        assert len(results.find(db, parse("old", NOW), NOW)) == 3


def test_old_articles_are_deleted_by_the_setting_of_their_source_and_the_file_shrinks(cli, where, db) -> None:
    configure(where.data, "[keep]\ndays = 30\n[sources.Tide]\nkeep_days = 10\n[sources.Well]\nkeep_days = 0\n")
    _, post = add(db, "Post", *old(40, 40), *old(2, 20), days=40)
    article_state.mark(db, post.new[:1], NOW, starred=True)
    article_state.set_note(db, post.new[1], "keep", NOW)
    article_state.edit_tags(db, post.new[2:3], NOW, add=["keep"])
    add(db, "Tide", *old(3, 20), days=20)
    add(db, "Well", *old(3, 400), days=400)
    held = cli("tidy")
    assert held.code == 1
    assert "40 old articles are kept: more than a tenth of all." in held.err
    assert "roya-tui tidy --yes" in held.err
    assert cli("tidy", "--json").json["kept"] == 40
    assert "40 old articles are kept" in " ".join(cli("doctor").out.split())
    would = cli("tidy", "--dry-run", "--yes")
    assert (would.code, would.out) == (0, "Would delete: 40 old articles. (dry run)\n")
    assert len(results.find(db, parse("old", NOW), NOW)) == 48
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    before = where.database.stat().st_size
    result = cli("tidy", "--yes")
    after = where.database.stat().st_size
    assert result.code == 0
    assert result.out.startswith(
        f"Deleted: 40 old articles. Database: {after / 1e6:,.1f} MB (before: {before / 1e6:,.1f} MB),"
    )
    assert after < before / 2
    remaining = results.find(db, parse("old", NOW), NOW)
    assert len(remaining) == 8
    assert set(post.new[:3]) < set(remaining)
    assert find_problems(db) == []
    _, again = add(db, "Post", *old(40, 40))
    assert again.new == (), "deleted articles are not new when they are fetched again"


def test_orphaned_pictures_and_those_above_the_limit_are_deleted(cli: Cli, where: Paths, db: Connection) -> None:
    configure(where.data, '[offline]\ncache = "1MB"\n')
    urls = [f"https://post.example/{n}.jpeg" for n in range(3)]
    add(db, "Post", *(Entry(url, title="Shown", pictures=(Picture(url),)) for url in urls))
    for age, url in enumerate(["https://post.example/orphan.jpeg", *urls]):
        path = picture_cache.save(where, url, b"\xff\xd8\xff" + bytes(400_000), "jpeg")
        os.utime(path, (NOW - age, NOW - age))
    half = where.pictures / f"{'0' * 32}.17.part"
    half.write_bytes(b"half")
    os.utime(half, (NOW - DAY, NOW - DAY))
    theirs = where.pictures / "notes.txt"
    theirs.write_text("not ours")
    os.utime(theirs, (NOW - DAY, NOW - DAY))
    result = cli("tidy", "--json").json
    assert (result["pictures"], result["freed"], result["cache"]) == (2, 800_006, 800_006)
    assert {file.path for file in picture_cache.list_files(where)} == {
        picture_cache.find(where, url) for url in urls[:2]
    }
    assert not half.exists()
    assert theirs.exists()


def test_old_versions_and_orphaned_records_are_deleted(cli: Cli, where: Paths, db: Connection) -> None:
    for look in range(5):
        id, _ = add(db, "Post", Entry("1", title="Post", content=f"<p>Seen {look} times.</p>"))
    checks.record(db, id, CheckResult(NOW, ok=True))
    gone, _ = add(db, "Tide")
    checks.record(db, gone, CheckResult(NOW, ok=True))
    subscriptions.remove(db, gone, NOW)
    offline.record_failures(db, {"https://post.example/long-ago.png": NOW - 30 * DAY}, "timeout")
    offline.record_failures(db, {"https://post.example/never.png": NOW + 30 * DAY}, "status")
    # An earlier version kept more of them.
    db.execute(
        "INSERT INTO revision (article_id, replaced, digest, title, feed)"
        " SELECT article_id, replaced, digest, title, feed FROM revision, (SELECT 1 UNION SELECT 2) CROSS JOIN"
        " (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8) SELECT i FROM n)"
    )
    result = cli("tidy", "--json").json
    assert (result["revisions"], result["records"]) == (4 + 64 - 50, 2)
    assert db.execute("SELECT count(*) FROM revision").fetchone() == (50,)
    assert db.execute("SELECT DISTINCT source_id FROM attempt").fetchall() == [(id,)]
    assert list(offline.load_failures(db)) == ["https://post.example/never.png"]
    assert cli("tidy", "--json").json["revisions"] == 0


def test_long_tidy_keeps_its_lock(cli: Cli, where: Paths, db: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(where.data, "[keep]\ndays = 1\n")
    add(db, "Post", *old(3, 40), days=40)
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
    assert beats[0] >= 1, "the heartbeat is renewed"
    assert db.execute("SELECT count(*) FROM refresh_lock").fetchone() == (0,)


def test_nothing_is_deleted_during_a_refresh(cli: Cli, where: Paths, db: Connection) -> None:
    configure(where.data, "[keep]\ndays = 1\n")
    add(db, "Post", *old(3, 40), days=40)
    assert refresh_lock.acquire(db, int(time.time()), os.getppid())  # NOW may be a minute ago
    result = cli("tidy", "--yes")
    assert (result.code, result.out) == (4, "")
    assert "Another refresh is running." in result.err
    assert cli("tidy", "--json").json["busy"] is True
    assert len(results.find(db, parse("old", NOW), NOW)) == 3
    refresh_lock.release(db, os.getppid())
    assert cli("tidy", "--yes").code == 0
    assert db.execute("SELECT count(*) FROM refresh_lock").fetchone() == (0,)


def test_too_little_disk_space_is_reported_in_numbers(cli, where, db, monkeypatch) -> None:
    configure(where.data, "[keep]\ndays = 1\n")
    add(db, "Post", *old(30, 40), days=40)
    real = cleanup.shutil.disk_usage
    monkeypatch.setattr(cleanup.shutil, "disk_usage", lambda folder: real(folder)._replace(free=100_000))
    result = cli("tidy", "--yes")
    assert result.code == 1
    assert result.out.startswith("Deleted: 30 old articles. Database: ")
    assert "Cannot compact the database: this needs " in result.err
    assert "0 MB are free" in result.err
    assert "Traceback" not in result.err
    assert len(results.find(db, parse("old", NOW), NOW)) == 0


def test_doctor_reports_settings_of_unknown_sources(cli: Cli, where: Paths, db: Connection) -> None:
    configure(where.data, "[sources.Pst]\nkeep_days = 3\n[sources.Post]\nkeep_days = 3\n")
    add(db, "Post", Entry("1", title="One"))
    result = cli("doctor")
    assert '[sources."Pst"] matches none of your sources' in result.out
    assert '[sources."Post"]' not in result.out
