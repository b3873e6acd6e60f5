"""Opens, migrates and checks the database: one SQLite file in WAL mode."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from roya_tui import private
from roya_tui.config.credentials import Unreadable
from roya_tui.store.connection import StoreConnection, StoreError, path_of, to_store_error, transaction
from roya_tui.store.credentials import move_credentials
from roya_tui.translation import gettext, ngettext

if TYPE_CHECKING:
    from roya_tui.store.schema.migrations import Migration

SCHEMA_VERSION = 27
"""Number of migrations. Their module is only loaded for a database that lacks some."""

_BUSY_SECONDS = 10.0

_CACHE_KIB, _SMALL_CACHE_KIB = 8_192, 2_048
"""Page cache of a connection. A refresh writes the same pages many times; reads are as fast from the cache of the
system."""

LONG_LIST_CACHE_KIB = 4_096
"""Page cache of a connection that reads long lists by time. With hundreds of sources the states are on as many pages,
and fetching each again takes three times as long."""

_PAGE_BYTES = 16_384
"""Page size of a new database. A compressed article takes some 3 KB: with 4 KiB pages a quarter of the file stays
unused, with these a ninth. Reading and writing are as fast."""

_LOG_BYTES = 16_777_216
"""Size of the log before a checkpoint, and the size to which its file shrinks. With SQLite's default of 1,000 pages of
4 KiB a refresh writes the same pages of the index many times."""

ProgressCallback = Callable[[float], None]
"""Receives the share that is done, from 0 to 1."""


def open_store(
    path: Path,
    readonly: bool = False,
    on_progress: ProgressCallback | None = None,
    *,
    migrations: Sequence[Migration] | None = None,
) -> sqlite3.Connection:
    """Open the database at `path`, and create or migrate it if needed.

    Migrating an old database may take seconds: `on_progress` is called before each statement. A killed migration
    resumes with its unfinished step. The connection belongs to the thread that opens it. Tests pass other `migrations`.
    Raises `StoreError` if the database is damaged, newer than this program, not readable or writable, or on a full
    disk.
    """
    try:
        newest = SCHEMA_VERSION if migrations is None else len(migrations)
        return _open_for_reading(path, newest) if readonly else _open_for_writing(path, newest, migrations, on_progress)
    except sqlite3.Error as error:
        raise to_store_error(error, str(path)) from error
    except Unreadable as error:
        raise StoreError(str(error)) from error
    except OSError as error:
        folder, why = path.parent, error.strerror
        raise StoreError(gettext("Cannot use the folder {folder} ({error}).", folder=folder, error=why)) from error


def open_low_memory(path: Path, cache_kib: int = _SMALL_CACHE_KIB, *, readonly: bool = False) -> sqlite3.Connection:
    """Open the database with a smaller page cache, for a process with several connections."""
    db = open_store(path, readonly)
    db.execute(f"PRAGMA cache_size = -{cache_kib}")
    return db


def _open_for_writing(
    path: Path, newest: int, migrations: Sequence[Migration] | None, on_progress: ProgressCallback | None
) -> sqlite3.Connection:
    private.make_folder(path.parent)
    if not os.path.lexists(path):
        with suppress(FileExistsError):  # SQLite gives its -wal and -shm files the mode of the database
            private.create(path).close()
    db = _connect(path, "rwc")
    try:
        db.execute(f"PRAGMA page_size = {_PAGE_BYTES}")  # no effect on an existing database
        if schema_version(db, path, newest) < newest:
            if migrations is None:
                from roya_tui.store.schema.migrations import MIGRATIONS

                migrations = MIGRATIONS
            migrate(db, path, migrations, on_progress)
        _enable_wal(db)
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA foreign_keys = ON")
        (page,) = db.execute("PRAGMA page_size").fetchone()
        db.execute(f"PRAGMA wal_autocheckpoint = {_LOG_BYTES // page}")
        db.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}")
    except BaseException:
        db.close()
        raise
    return db


def _enable_wal(db: sqlite3.Connection) -> None:
    """Switch on WAL mode, waiting for other processes: SQLite itself does not wait here."""
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except StoreError as error:
            if error.code != "SQLITE_BUSY" or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _open_for_reading(path: Path, newest: int) -> sqlite3.Connection:
    if not path.exists():
        raise StoreError(gettext("The database {file} does not exist yet. Start roya-tui to create it.", file=path))
    try:
        return _connect_for_reading(path, "ro", newest)
    except (sqlite3.OperationalError, StoreError):
        # WAL needs files beside the database. In a read-only folder, without changes in a log, the file is complete.
        log = path.with_name(path.name + "-wal")
        if log.exists() and log.stat().st_size:
            raise
        return _connect_for_reading(path, "ro&immutable=1", newest)


def _connect_for_reading(path: Path, mode: str, newest: int) -> sqlite3.Connection:
    db = _connect(path, mode)
    try:
        if schema_version(db, path, newest) < newest:
            raise StoreError(gettext("The database {file} is outdated. Start roya-tui once to update it.", file=path))
    except BaseException:
        db.close()
        raise
    return db


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?mode={mode}"
    db = sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, factory=StoreConnection)
    db.path = str(path)
    try:
        db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        db.execute("PRAGMA temp_store = MEMORY")
    except BaseException:  # the header is damaged
        db.close()
        raise
    return db


def schema_version(db: sqlite3.Connection, path: Path, newest: int) -> int:
    """Return how many migrations a database has seen. Raises `StoreError`."""
    # Tables first: another process that creates the database may commit a migration between the two.
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version < 0 or (version == 0 and tables):
        raise StoreError(gettext("{file} belongs to another program. Choose another folder.", file=path))
    if version > newest:
        raise StoreError(gettext("The database {file} is from a newer version. Update roya-tui to open it.", file=path))
    return version


def find_wrong_types(db: sqlite3.Connection) -> list[str]:
    """Return a sentence for each column with bytes in place of text, or the reverse, as another program may write."""
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = [
        (table, name, kind.lower())
        for table in tables
        for _, name, kind, *_ in db.execute(f"PRAGMA table_info({table})")
        if kind in ("TEXT", "BLOB")
    ]
    return [
        gettext("The column “{column}” of the table “{table}” has a value of the wrong type.", column=name, table=table)
        for table, name, kind in columns
        if db.execute(f"SELECT 1 FROM {table} WHERE typeof({name}) NOT IN (?, 'null') LIMIT 1", (kind,)).fetchone()
    ]


def find_problems(db: sqlite3.Connection) -> list[str]:
    """Check the whole database and return the problems as sentences. Slow for a large one."""
    from roya_tui.store.tally import TALLY_MISMATCHES

    problems = []
    try:
        # SQLite 3.46 checks an FTS5 index against what this connection cached of it before others wrote to it, and
        # reports a sound one as malformed. A search refreshes the cache.
        for index in ("search", "beginnings"):
            db.execute(f"SELECT 1 FROM {index} WHERE {index} MATCH 'a' LIMIT 1").fetchall()
        problems += [str(row[0]) for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
        problems += find_wrong_types(db)
        for table, _, parent, _ in db.execute("PRAGMA foreign_key_check"):
            problems.append(
                gettext("A row of “{table}” refers to a missing row of “{parent}”.", table=table, parent=parent)
            )
        indexed, stored = db.execute(
            "SELECT (SELECT count(*) FROM search_docsize) + (SELECT count(*) FROM put_off),"
            " (SELECT count(*) FROM article)"
        ).fetchone()
        if indexed != stored:
            missing = stored - indexed
            problems.append(
                ngettext(
                    "The search index lacks {count:,} article.", "The search index lacks {count:,} articles.", missing
                )
            )
        for texts in ("title, author, url, guid FROM article", "url, name FROM source", "name FROM tag"):
            for _ in db.execute(f"SELECT {texts}"):
                pass
        if db.text_factory is not str:
            problems.append(gettext("Some texts are not valid UTF-8. Their damaged characters are shown as �."))
        if db.execute(TALLY_MISMATCHES).fetchone() is not None:
            problems.append(gettext("The stored counts are wrong. Run roya-tui tidy to correct them."))
    except StoreError as error:
        problems.append(error.message)
    return problems


def migrate(
    db: sqlite3.Connection, path: Path, migrations: Sequence[Migration], on_progress: ProgressCallback | None
) -> None:
    """Run the missing migrations, each in its own transaction."""
    first = schema_version(db, path, len(migrations))
    needs_backup = first > 0
    erase = False
    while (version := schema_version(db, path, len(migrations))) < len(migrations):
        migration = migrations[version]
        if migration.rewrites and needs_backup:
            _back_up(db, path.with_name(f"{path.stem}.before-{version + 1}{path.suffix}"))
            needs_backup = False
        with transaction(db):
            if schema_version(db, path, len(migrations)) != version:
                continue  # another process was faster
            if isinstance(migration.run, str):
                statements = list(_split_statements(migration.run))
                for number, statement in enumerate(statements):
                    if on_progress is not None and first > 0:  # creating a new database is fast
                        on_progress((version - first + number / len(statements)) / (len(migrations) - first))
                    db.execute(statement)
            else:
                removed = migration.run(db)
                erase = erase or bool(migration.erases and removed)
            db.execute(f"PRAGMA user_version = {version + 1}")
    if erase:
        with suppress(StoreError):  # disk full or database busy: tidy does the same
            vacuum(db)
        _clean_copies(path, path_of(db).parent)


def vacuum(db: sqlite3.Connection) -> None:
    """Rewrite the file without the remains of deleted rows, and empty the log."""
    db.execute("PRAGMA temp_store = FILE")
    try:
        db.execute("VACUUM")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        db.execute("PRAGMA temp_store = MEMORY")


def _clean_copies(path: Path, folder: Path) -> None:
    """Move the accounts out of copies that earlier migrations kept: they have the same addresses."""
    for copy in path.parent.glob(f"{path.stem}.before-*{path.suffix}"):
        # A copy that is damaged stays as it is; it must not keep the database from opening.
        with suppress(sqlite3.Error, StoreError), closing(sqlite3.connect(copy, isolation_level=None)) as db:
            with transaction(db):
                move_credentials(db, folder)
            vacuum(db)


def _back_up(db: sqlite3.Connection, copy: Path) -> None:
    if not copy.exists():
        part = copy.with_name(copy.name + ".part")
        part.unlink(missing_ok=True)
        private.create(part).close()  # VACUUM INTO accepts an empty file
        db.execute("VACUUM INTO ?", (str(part),))
        part.replace(copy)


def _split_statements(script: str) -> Iterator[str]:
    """Yield the statements of a script; `executescript` would commit the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
