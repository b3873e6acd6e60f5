"""Opening the store: made, brought up to date, refused with a sentence, and never hurt."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import pytest

from roya_tui import query
from roya_tui.model import Entry, NewSource
from roya_tui.store.articles import ingestion
from roya_tui.store.connection import StoreError, to_store_error, transaction
from roya_tui.store.database import SCHEMA_VERSION, find_problems, open_store
from roya_tui.store.schema.migrations import MIGRATIONS, Migration
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions


def labels(db: sqlite3.Connection) -> list[str]:
    return [source.label for source in subscriptions.list_all(db)]


def fill(path: Path) -> None:
    db = open_store(path)
    subscriptions.add(db, NewSource("https://roya.example/rss", title="Roya Sample"), 1_000)
    db.close()


def add_many(db: sqlite3.Connection) -> None:
    with transaction(db):
        for n in range(1_000):
            subscriptions.add(db, NewSource(f"https://roya.example/{n}", title="x" * 1_000), 1_000)


def add_and_fail(db: sqlite3.Connection, url: str) -> None:
    with transaction(db):
        subscriptions.add(db, NewSource(url), 1_000)
        raise KeyError


def test_a_store_is_made_with_its_folder_and_opened_again(path) -> None:
    fill(path)
    db = open_store(path)
    assert labels(db) == ["Roya Sample"]
    assert find_problems(db) == []
    assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_a_readonly_store_reads_while_another_writes(path) -> None:
    fill(path)
    writer, reader = open_store(path), open_store(path, readonly=True)
    with transaction(writer):
        subscriptions.add(writer, NewSource("https://two.example/rss", title="Two"), 1_000)
        assert labels(reader) == ["Roya Sample"]
    assert labels(reader) == ["Roya Sample", "Two"]
    with pytest.raises(StoreError, match="may not be written"):
        subscriptions.add(reader, NewSource("https://three.example/rss"), 1_000)


def test_a_readonly_store_is_not_made(path) -> None:
    with pytest.raises(StoreError, match=r"no news store at .*news\.db yet"):
        open_store(path, readonly=True)
    assert not path.exists()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs Unix permissions")
def test_a_store_in_a_folder_that_may_not_be_written_is_read(path) -> None:
    """As another user, since root may write everywhere."""
    fill(path)
    assert not path.with_name("news.db-wal").exists()
    for folder in (path.parent, *path.parent.parents):
        if folder.stat().st_uid == os.geteuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    path.chmod(0o444)
    path.parent.chmod(0o555)
    script = """
        import os, sys
        from pathlib import Path
        from roya_tui.store.sources import subscriptions
        from roya_tui.store.connection import StoreError
        from roya_tui.store.database import open_store
        if os.geteuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
        path = Path(sys.argv[1])
        print([source.label for source in subscriptions.list_all(open_store(path, readonly=True))])
        try:
            open_store(path)
        except StoreError as error:
            print(error)
    """
    try:
        told = _run(script, path)
    finally:
        path.parent.chmod(0o755)
    assert told.splitlines()[0] == "['Roya Sample']"
    assert "may not be written here; check who owns the file and its folder." in told


def _run(script: str, *arguments: object) -> str:
    command = [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"This is no database, whatever its name is. " * 100,
        lambda data: data[:100] + b"\xff" * 4_000 + data[4_100:],
        lambda data: data[:3_000],
    ],
)
@pytest.mark.parametrize("readonly", [False, True])
def test_a_damaged_store_is_told_and_left_as_it_is(path, damage, readonly) -> None:
    fill(path)
    harmed = damage(path.read_bytes())
    path.write_bytes(harmed)
    with pytest.raises(StoreError, match=r"is damaged: .*; move it away or restore a copy\. roya-tui doctor"):
        open_store(path, readonly)
    assert path.read_bytes() == harmed


def test_damage_found_while_reading_is_told_as_well(path) -> None:
    fill(path)
    db = open_store(path)
    root = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'source'").fetchone()[0]
    page = db.execute("PRAGMA page_size").fetchone()[0]
    db.close()
    data = bytearray(path.read_bytes())
    data[(root - 1) * page : root * page] = b"\xaa" * page
    path.write_bytes(data)
    db = open_store(path)
    with pytest.raises(StoreError, match=r"news\.db is damaged"):
        subscriptions.list_all(db)
    assert find_problems(db) != []


def test_a_new_store_has_seen_every_migration_and_is_taken_for_a_present_one(path) -> None:
    with closing(open_store(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,) == (len(MIGRATIONS),)


def test_a_store_from_the_future_is_not_opened(path) -> None:
    fill(path)
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    db.close()
    for readonly in (False, True):
        with pytest.raises(StoreError, match="made by a newer roya-tui; update the program"):
            open_store(path, readonly)


def test_the_database_of_another_program_is_left_alone(path) -> None:
    path.parent.mkdir()
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE theirs (id)")
    db.close()
    before = path.read_bytes()
    for readonly in (False, True):
        with pytest.raises(StoreError, match="is a database of another program; nothing was changed"):
            open_store(path, readonly)
    assert path.read_bytes() == before


def test_a_version_that_no_store_has_is_told(path) -> None:
    fill(path)
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = -5")
    db.close()
    with pytest.raises(StoreError, match="is a database of another program"):
        open_store(path)


def test_a_folder_that_cannot_be_made_is_told(tmp_path) -> None:
    (tmp_path / "data").write_text("a file where a folder should be")
    with pytest.raises(StoreError, match="cannot be used"):
        open_store(tmp_path / "data" / "news.db")


def test_a_full_disk_is_told_and_loses_nothing(path) -> None:
    fill(path)
    db = open_store(path)
    db.execute(f"PRAGMA max_page_count = {db.execute('PRAGMA page_count').fetchone()[0]}")
    with pytest.raises(StoreError, match="the disk is full"):
        add_many(db)
    assert labels(db) == ["Roya Sample"]
    db.execute("PRAGMA max_page_count = 1000000")
    subscriptions.add(db, NewSource("https://two.example/rss", title="Two"), 1_000)
    assert find_problems(db) == []


@pytest.mark.parametrize("name", ["SQLITE_IOERR_SHMSIZE", "SQLITE_CANTOPEN"])
def test_a_full_disk_is_told_where_sqlite_does_not_know(path, monkeypatch, name: str) -> None:
    fill(path)
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = name
    assert "the disk is full" not in to_store_error(error, str(path)).message
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(400_000, 400_000, 0))
    assert "cannot grow: the disk is full" in to_store_error(error, str(path)).message


def test_a_store_kept_busy_is_told(path) -> None:
    fill(path)
    one, two = open_store(path), open_store(path)
    two.execute("PRAGMA busy_timeout = 10")
    with transaction(one), pytest.raises(StoreError, match="kept busy by another program; try again"):
        subscriptions.remove(two, 1, 1_000)


def test_a_search_that_is_stopped_says_so(db) -> None:
    db.set_progress_handler(lambda: 1, 1)
    with pytest.raises(StoreError, match="stopped before it was done"):
        results.find(db, query.Query(), 1_000)


def test_any_other_error_is_a_sentence_too(db) -> None:
    db.close()
    with pytest.raises(StoreError, match="could not do that: Cannot operate on a closed database"):
        subscriptions.list_all(db)
    assert to_store_error(sqlite3.OperationalError("odd")).message == "The news store could not do that: odd."


def test_a_transaction_inside_another_is_undone_alone(db) -> None:
    with transaction(db):
        subscriptions.add(db, NewSource("https://one.example/rss"), 1_000)
        with pytest.raises(KeyError):
            add_and_fail(db, "https://two.example/rss")
        subscriptions.add(db, NewSource("https://three.example/rss"), 1_000)
    with pytest.raises(KeyError):
        add_and_fail(db, "https://four.example/rss")
    assert labels(db) == ["https://one.example/rss", "https://three.example/rss"]


# Migrations, shown on a made-up list

ADD = Migration("CREATE TABLE word (text TEXT);\nINSERT INTO word VALUES ('one');")
MORE = Migration("ALTER TABLE word ADD COLUMN size INTEGER;")


def _measure(db: sqlite3.Connection) -> None:
    db.execute("UPDATE word SET size = length(text)")


REWRITE = Migration(_measure, rewrites=True)


def test_migrations_run_in_order_and_each_once(path) -> None:
    open_store(path, migrations=[ADD]).close()
    open_store(path, migrations=[ADD, MORE]).close()
    db = open_store(path, migrations=[ADD, MORE, REWRITE])
    assert db.execute("SELECT * FROM word").fetchall() == [("one", 3)]
    assert db.execute("PRAGMA user_version").fetchone()[0] == 3
    db.close()
    open_store(path, migrations=[ADD, MORE, REWRITE]).close()


def test_a_copy_is_kept_before_what_is_stored_is_rewritten(path) -> None:
    open_store(path, migrations=[ADD]).close()
    open_store(path, migrations=[ADD, MORE]).close()
    assert list(path.parent.iterdir()) == [path]
    open_store(path, migrations=[ADD, MORE, REWRITE]).close()
    copy = path.with_name("news.before-3.db")
    assert sqlite3.connect(copy).execute("SELECT * FROM word").fetchall() == [("one", None)]
    assert sqlite3.connect(copy).execute("PRAGMA user_version").fetchone()[0] == 2


def test_a_new_store_keeps_no_copy(path) -> None:
    open_store(path, migrations=[ADD, MORE, REWRITE]).close()
    assert list(path.parent.iterdir()) == [path]


def test_a_migration_that_fails_leaves_the_store_as_it_was(path) -> None:
    open_store(path, migrations=[ADD]).close()
    broken = Migration("INSERT INTO word VALUES ('two');\nINSERT INTO nowhere VALUES (1);")
    with pytest.raises(StoreError, match="no such table: nowhere"):
        open_store(path, migrations=[ADD, broken])
    db = open_store(path, migrations=[ADD])
    assert db.execute("SELECT text FROM word").fetchall() == [("one",)]


def test_an_older_store_is_not_migrated_by_a_reader(path) -> None:
    open_store(path, migrations=[ADD]).close()
    with pytest.raises(StoreError, match="of an older version; start roya-tui once"):
        open_store(path, readonly=True, migrations=[ADD, MORE])


def test_many_may_make_the_store_at_once(path) -> None:
    script = """
        import sys
        from pathlib import Path
        from roya_tui.model import NewSource
        from roya_tui.store.sources import subscriptions
        from roya_tui.store.database import open_store
        db = open_store(Path(sys.argv[1]))
        subscriptions.add(db, NewSource(sys.argv[2]), 1)
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(path)]
    started = [subprocess.Popen([*command, f"https://{n}.example"], stderr=subprocess.PIPE) for n in range(5)]
    assert [(process.communicate(timeout=60)[1], process.returncode) for process in started] == [(b"", 0)] * 5
    db = open_store(path)
    assert len(labels(db)) == 5
    assert find_problems(db) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_killed_refresh_leaves_the_store_whole(path) -> None:
    script = """
        import sys
        from pathlib import Path
        from roya_tui.model import Entry, NewSource
        from roya_tui.store.articles import ingestion
        from roya_tui.store.bodies import prepare
        from roya_tui.store.sources import subscriptions
        from roya_tui.store.database import open_store
        db = open_store(Path(sys.argv[1]))
        source = subscriptions.add(db, NewSource("https://roya.example/rss"), 1)
        look = len(subscriptions.list_all(db)) and subscriptions.get(db, source.id).total
        while True:
            entries = [Entry(guid=f"{look}-{n}", title=f"Entry {n}", content="word " * 300) for n in range(40)]
            ingestion.save(db, source.id, None, [prepare(entry) for entry in entries], 1)
            look += 1
            print(look, flush=True)
    """
    seen = 0
    for killed_after in (1, 3, 2):
        process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script), str(path)], stdout=subprocess.PIPE)
        saves = [process.stdout.readline() for _ in range(killed_after)]
        process.send_signal(signal.SIGKILL)
        saves += process.stdout.read().splitlines()
        process.wait()
        process.stdout.close()
        db = open_store(path)
        assert find_problems(db) == []
        total = subscriptions.list_all(db)[0].total
        assert total % 40 == 0
        assert total >= seen + 40 * len(saves)
        assert results.count(db, query.by_field("", "word"), 1) == total
        seen = total
        db.close()


def test_who_looks_while_others_write_finds_a_sound_store_sound(path) -> None:
    with closing(open_store(path)) as mine, closing(open_store(path)) as others:
        source = subscriptions.add(others, NewSource("https://roya.example/rss"), 1)
        for number in range(100):
            entry = Entry(guid=str(number), title=f"Entry {number}", content=f"word {number}")
            ingestion.save(others, source.id, None, [ingestion.prepare(entry)], 1)
            assert find_problems(mine) == []


def test_bringing_an_old_store_up_to_date_is_told_step_by_step_and_a_new_one_is_not(path: Path) -> None:
    old = [Migration("CREATE TABLE a (x);\n"), Migration("CREATE TABLE b (x);\n")]
    new = [*old, Migration("CREATE TABLE c (x);\nCREATE TABLE d (x);\n"), Migration("CREATE TABLE e (x);\n")]
    told: list[float] = []
    open_store(path, migrations=old, on_progress=told.append).close()
    assert told == []
    open_store(path, migrations=new, on_progress=told.append).close()
    assert told == [0.0, 0.25, 0.5]
    open_store(path, migrations=new, on_progress=told.append).close()
    assert len(told) == 3


def test_killed_while_it_is_brought_up_to_date_the_next_one_goes_on(path: Path) -> None:
    old = [Migration("CREATE TABLE a (x);\n")]
    new = [*old, Migration("CREATE TABLE b (x);\n"), Migration("CREATE TABLE c (x);\nCREATE TABLE d (x);\n")]
    open_store(path, migrations=old).close()

    def end(share: float) -> None:
        if share > 0.6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_store(path, migrations=new, on_progress=end)
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA user_version").fetchone() == (2,)
    assert [name for (name,) in db.execute("SELECT name FROM sqlite_master ORDER BY name")] == ["a", "b"]
    db.close()
    db = open_store(path, migrations=new)
    assert [name for (name,) in db.execute("SELECT name FROM sqlite_master ORDER BY name")] == ["a", "b", "c", "d"]
    db.close()
