"""Opening a database: created, migrated, refused with a reason, never damaged."""

import os
import shutil
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


def test_database_is_created_with_its_folder_and_opened_again(path) -> None:
    fill(path)
    db = open_store(path)
    assert labels(db) == ["Roya Sample"]
    assert find_problems(db) == []
    assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert db.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,) == (len(MIGRATIONS),)
    assert list(path.parent.glob("*.before-*")) == [], "a new database needs no copy"


def test_readonly_database_is_read_while_another_process_writes(path) -> None:
    with pytest.raises(StoreError, match=r"The database .*news\.db does not exist yet"):
        open_store(path, readonly=True)
    assert not path.exists()
    fill(path)
    writer, reader = open_store(path), open_store(path, readonly=True)
    with transaction(writer):
        subscriptions.add(writer, NewSource("https://two.example/rss", title="Two"), 1_000)
        assert labels(reader) == ["Roya Sample"]
    assert labels(reader) == ["Roya Sample", "Two"]
    with pytest.raises(StoreError, match="Cannot write"):
        subscriptions.add(reader, NewSource("https://three.example/rss"), 1_000)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs Unix permissions")
def test_database_in_a_readonly_folder_is_read(path) -> None:
    """Run as another user, since root may write everywhere."""
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
        output = _run(script, path)
    finally:
        path.parent.chmod(0o755)
    assert output.splitlines()[0] == "['Roya Sample']"
    assert "permission denied. Check the owner of file and folder." in output


def _run(script: str, *arguments: object) -> str:
    command = [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"This is not a database. " * 200,
        lambda data: data[:100] + b"\xff" * 4_000 + data[4_100:],
        lambda data: data[:3_000],
    ],
)
@pytest.mark.parametrize("readonly", [False, True])
def test_damaged_database_is_reported_and_left_unchanged(path, damage, readonly) -> None:
    fill(path)
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)
    with pytest.raises(StoreError, match=r"is damaged\. Quit roya-tui and run: roya-tui doctor --repair"):
        open_store(path, readonly)
    assert path.read_bytes() == damaged


def test_damage_found_while_reading_is_reported(path) -> None:
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


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (f"PRAGMA user_version = {len(MIGRATIONS) + 1}", "is from a newer version"),
        ("PRAGMA user_version = -5", "belongs to another program"),
        ("CREATE TABLE theirs (id)", "belongs to another program"),
    ],
)
def test_database_of_another_program_or_version_is_left_unchanged(path, statement: str, message: str) -> None:
    if statement.startswith("PRAGMA"):
        fill(path)
    path.parent.mkdir(exist_ok=True)
    db = sqlite3.connect(path)
    db.execute(statement)
    db.close()
    before = path.read_bytes()
    for readonly in (False, True):
        with pytest.raises(StoreError, match=message):
            open_store(path, readonly)
    assert path.read_bytes() == before


def test_open_fails_when_the_folder_cannot_be_created(tmp_path) -> None:
    (tmp_path / "data").write_text("a file where a folder should be")
    with pytest.raises(StoreError, match="Cannot use the folder"):
        open_store(tmp_path / "data" / "news.db")


def test_full_disk_is_reported_and_loses_nothing(path) -> None:
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
def test_full_disk_is_reported_when_sqlite_gives_another_error(path, monkeypatch, name: str) -> None:
    fill(path)
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = name
    assert "the disk is full" not in to_store_error(error, str(path)).message
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(400_000, 400_000, 0))
    assert "the disk is full" in to_store_error(error, str(path)).message


def test_errors_of_sqlite_become_sentences(path) -> None:
    fill(path)
    one, two = open_store(path), open_store(path)
    two.execute("PRAGMA busy_timeout = 10")
    with transaction(one), pytest.raises(StoreError, match="is in use by another program"):
        subscriptions.remove(two, 1, 1_000)
    one.set_progress_handler(lambda: 1, 1)
    with pytest.raises(StoreError, match="Canceled"):
        results.find(one, query.Query(), 1_000)
    one.close()
    with pytest.raises(StoreError, match="Cannot operate on a closed database"):
        subscriptions.list_all(one)
    assert to_store_error(sqlite3.OperationalError("odd")).message == "Cannot use the database news.db (odd)."


def test_inner_transaction_is_rolled_back_alone(db) -> None:
    with transaction(db):
        subscriptions.add(db, NewSource("https://one.example/rss"), 1_000)
        with pytest.raises(KeyError):
            add_and_fail(db, "https://two.example/rss")
        subscriptions.add(db, NewSource("https://three.example/rss"), 1_000)
    with pytest.raises(KeyError):
        add_and_fail(db, "https://four.example/rss")
    assert labels(db) == ["https://one.example/rss", "https://three.example/rss"]


ADD = Migration("CREATE TABLE word (text TEXT);\nINSERT INTO word VALUES ('one');")
MORE = Migration("ALTER TABLE word ADD COLUMN size INTEGER;")


def _measure(db: sqlite3.Connection) -> None:
    db.execute("UPDATE word SET size = length(text)")


REWRITE = Migration(_measure, rewrites=True)


def test_migrations_run_once_in_order_and_keep_a_copy_before_a_rewrite(path) -> None:
    open_store(path, migrations=[ADD]).close()
    open_store(path, migrations=[ADD, MORE]).close()
    assert list(path.parent.iterdir()) == [path]
    db = open_store(path, migrations=[ADD, MORE, REWRITE])
    assert db.execute("SELECT * FROM word").fetchall() == [("one", 3)]
    assert db.execute("PRAGMA user_version").fetchone()[0] == 3
    db.close()
    copy = sqlite3.connect(path.with_name("news.before-3.db"))
    assert copy.execute("SELECT * FROM word").fetchall() == [("one", None)]
    assert copy.execute("PRAGMA user_version").fetchone()[0] == 2
    open_store(path, migrations=[ADD, MORE, REWRITE]).close()


def test_failed_migration_leaves_the_database_unchanged(path) -> None:
    open_store(path, migrations=[ADD]).close()
    broken = Migration("INSERT INTO word VALUES ('two');\nINSERT INTO nowhere VALUES (1);")
    with pytest.raises(StoreError, match="no such table: nowhere"):
        open_store(path, migrations=[ADD, broken])
    with pytest.raises(StoreError, match=r"is outdated\. Start roya-tui once"):
        open_store(path, migrations=[ADD, MORE], readonly=True)
    db = open_store(path, migrations=[ADD])
    assert db.execute("SELECT text FROM word").fetchall() == [("one",)]


def test_several_processes_create_the_database_at_once(path) -> None:
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


def test_check_finds_no_problems_while_another_connection_writes(path) -> None:
    with closing(open_store(path)) as checker, closing(open_store(path)) as writer:
        source = subscriptions.add(writer, NewSource("https://roya.example/rss"), 1)
        for number in range(100):
            entry = Entry(guid=str(number), title=f"Entry {number}", content=f"word {number}")
            ingestion.save(writer, source.id, None, [ingestion.prepare(entry)], 1)
            assert find_problems(checker) == []


def test_migration_reports_progress_and_continues_after_a_kill(path: Path) -> None:
    old = [Migration("CREATE TABLE a (x);\n"), Migration("CREATE TABLE b (x);\n")]
    new = [*old, Migration("CREATE TABLE c (x);\nCREATE TABLE d (x);\n"), Migration("CREATE TABLE e (x);\n")]
    progress: list[float] = []
    open_store(path, migrations=old, on_progress=progress.append).close()
    assert progress == [], "a new database needs no progress"

    def end(share: float) -> None:
        if share > 0.4:
            raise KeyboardInterrupt

    def tables() -> list[str]:
        with closing(sqlite3.connect(path)) as db:
            return [name for (name,) in db.execute("SELECT name FROM sqlite_master ORDER BY name")]

    with pytest.raises(KeyboardInterrupt):
        open_store(path, migrations=new, on_progress=end)
    assert tables() == ["a", "b", "c", "d"], "each migration is committed"
    open_store(path, migrations=new, on_progress=progress.append).close()
    assert progress == [0.0]
    assert tables() == ["a", "b", "c", "d", "e"]
    path.unlink()
    open_store(path, migrations=old).close()
    open_store(path, migrations=new, on_progress=progress.append).close()
    open_store(path, migrations=new, on_progress=progress.append).close()
    assert progress == [0.0, 0.0, 0.25, 0.5]
