"""Opening the store: one SQLite file in WAL mode, migrated as needed, never overwritten; its errors told in words."""

from __future__ import annotations

import functools
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from roya_tui import private
from roya_tui.config.accounts import Unreadable

if TYPE_CHECKING:
    from roya_tui.store.schema import Migration

VERSION = 21
"""Migrations that a store of this program has seen: what they are, only a store that lacks some has to know."""

_P = ParamSpec("_P")
_R = TypeVar("_R")

_BUSY_SECONDS = 10.0
_CACHE_KIB, _SMALL_CACHE_KIB = 8_192, 2_048
"""Of pages that a connection keeps: a refresh writes the same ones again and again; what only reads finds them as soon
in the system's memory."""
LIST_CACHE_KIB = 4_096
"""The same of what reads long lists in the order of time: with hundreds of sources, whose states stand on as many
pages, each state would have to be fetched from the system again, which takes three times as long."""
_PAGE = 16_384
"""Bytes of a page of a new store. An article packed takes some 3 KB: of SQLite's own pages of 4 KiB a quarter stays
empty, of these a ninth; nothing is read or written any slower."""
_LOG_BYTES = 16_777_216
"""What the log may have before it is written into the store (at SQLite's 1,000 pages of 4 KiB, a refresh writes the
same pages of the index over and over), and what its file shrinks to after a great deal was written at once."""


_NO_ROOM = 262_144
"""Bytes free at which a disk counts as full, where SQLite only says that it cannot read or write."""


_REASONS = (
    ("SQLITE_FULL", "the disk is full"),
    ("SQLITE_READONLY", "the database is read-only"),
    ("SQLITE_BUSY", "another program is using the database"),
    ("SQLITE_LOCKED", "another program is using the database"),
)


class StoreError(Exception):
    """The store cannot do what was asked. `message` is a sentence that a person can act on.

    `short` leaves out the path, for one line of a screen. `reason` says only why, as a clause: "the disk is full"; ""
    where the message alone says it.
    """

    def __init__(self, message: str, short: str = "", reason: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.short = short or message
        self.reason = reason


Tell = Callable[[float], None]
"""Is told which share of what must be done is done, from 0 to 1."""


def open_store(path: Path, readonly: bool = False, tell: Tell | None = None) -> sqlite3.Connection:
    """Open the store at `path`, made or brought up to date if need be; `readonly` never writes.

    To bring up to date what an older program made may take seconds: `tell` is told how far that is, before each step.
    Whenever it is killed, the next one goes on with the step that was begun. The connection belongs to the thread that
    opens it. Raises `StoreError` for a store that is damaged, newer than this program, not to be written or read, or on
    a full disk.
    """
    return _opened(path, VERSION, _migrations, readonly, tell)


def open_small(path: Path, cache_kib: int = _SMALL_CACHE_KIB, *, readonly: bool = False) -> sqlite3.Connection:
    """`open_store` for a program that has several connections open: each takes less memory."""
    db = open_store(path, readonly)
    db.execute(f"PRAGMA cache_size = -{cache_kib}")
    return db


def open_with(
    path: Path, migrations: Sequence[Migration], readonly: bool = False, tell: Tell | None = None
) -> sqlite3.Connection:
    """`open_store` for any list of migrations."""
    return _opened(path, len(migrations), lambda: migrations, readonly, tell)


def _migrations() -> Sequence[Migration]:
    from roya_tui.store.schema import MIGRATIONS

    return MIGRATIONS


def _opened(
    path: Path, newest: int, migrations: Callable[[], Sequence[Migration]], readonly: bool, tell: Tell | None
) -> sqlite3.Connection:
    try:
        return _open_to_read(path, newest) if readonly else _open_to_write(path, newest, migrations, tell)
    except sqlite3.Error as error:
        raise explain(error, str(path)) from error
    except Unreadable as error:
        raise StoreError(str(error)) from error
    except OSError as error:
        raise StoreError(f"The folder of the news store, {path.parent}, cannot be used: {error.strerror}.") from error


def _open_to_write(
    path: Path, newest: int, migrations: Callable[[], Sequence[Migration]], tell: Tell | None
) -> sqlite3.Connection:
    private.make_folder(path.parent)
    if not os.path.lexists(path):
        with suppress(FileExistsError):  # SQLite gives its -wal and -shm files the mode of the database
            private.create(path).close()
    db = _connect(path, "rwc")
    try:
        db.execute(f"PRAGMA page_size = {_PAGE}")  # of a store that is there, it stays what it is
        if version_of(db, path, newest) < newest:
            from roya_tui.store.migrating import migrate

            migrate(db, path, migrations(), tell)
        _write_ahead(db)
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA foreign_keys = ON")
        (page,) = db.execute("PRAGMA page_size").fetchone()
        db.execute(f"PRAGMA wal_autocheckpoint = {_LOG_BYTES // page}")
        db.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}")
    except BaseException:
        db.close()
        raise
    return db


def _write_ahead(db: sqlite3.Connection) -> None:
    """Let changes go into a log first; where several make the store at once, SQLite itself does not wait for that."""
    until = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _open_to_read(path: Path, newest: int) -> sqlite3.Connection:
    if not path.exists():
        raise StoreError(f"There is no news store at {path} yet; roya-tui makes one when it starts.")
    try:
        return _read_as(path, "ro", newest)
    except sqlite3.OperationalError:
        # WAL wants to make a file beside the store. Where it may not, and no log is waiting, the file is all there is.
        log = path.with_name(path.name + "-wal")
        if log.exists() and log.stat().st_size:
            raise
        return _read_as(path, "ro&immutable=1", newest)


def _read_as(path: Path, mode: str, newest: int) -> sqlite3.Connection:
    db = _connect(path, mode)
    try:
        if version_of(db, path, newest) < newest:
            raise StoreError(f"The news store at {path} is of an older version; start roya-tui once to update it.")
    except BaseException:
        db.close()
        raise
    return db


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=_BUSY_SECONDS, isolation_level=None
    )
    db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    db.execute("PRAGMA temp_store = MEMORY")
    return db


def version_of(db: sqlite3.Connection, path: Path, newest: int) -> int:
    """Return how many migrations the store has seen. Raises `StoreError` if it is not ours or from the future."""
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if version < 0 or (version == 0 and tables):
        raise StoreError(f"{path} is a database of another program; nothing was changed. Choose another folder.")
    if version > newest:
        raise StoreError(f"The news store at {path} was made by a newer roya-tui; update the program to open it.")
    return version


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Do all that is inside or nothing; one inside another is undone alone. Raises `StoreError`."""
    nested = db.in_transaction
    try:
        db.execute("SAVEPOINT inner" if nested else "BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if db.in_transaction:  # SQLite itself rolls back on a full disk
                db.execute("ROLLBACK TO inner" if nested else "ROLLBACK")
                if nested:
                    db.execute("RELEASE inner")
            raise
        db.execute("RELEASE inner" if nested else "COMMIT")
    except sqlite3.Error as error:
        raise explain(error, _path(db)) from error


def upsert(
    db: sqlite3.Connection, table: str, keys: Sequence[str], columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Write rows, the keys of each before its columns: those that are not there are added.

    All in one statement, since one that fires triggers keeps what its pages were until the transaction ends: with tens
    of thousands of statements that would be gigabytes.
    """
    names = (*keys, *columns)
    values = ", ".join(f"json_extract(value, '$[{place}]')" for place in range(len(names)))
    db.execute(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM json_each(?) WHERE true"
        f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in columns)}",
        (json.dumps(rows),),
    )


def told(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let `function`, whose first argument is the connection, fail with a `StoreError` in words."""

    @functools.wraps(function)
    def wrapped(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return function(*args, **kwargs)
        except sqlite3.Error as error:
            db = args[0]
            raise explain(error, _path(db) if isinstance(db, sqlite3.Connection) else "") from error

    return wrapped


def path_of(db: sqlite3.Connection) -> Path:
    """Return the file of an open store."""
    return Path(_path(db))


def _path(db: sqlite3.Connection) -> str:
    try:
        return str(db.execute("PRAGMA database_list").fetchone()[2])
    except sqlite3.Error:
        return ""  # closed, or worse: the first error is the one to tell


def explain(error: sqlite3.Error, path: str = "") -> StoreError:
    """Return what `error` means for the person, and what to do."""
    name = _cause(getattr(error, "sqlite_errorname", "") or "", Path(path).parent if path else None)
    store = f"The news store at {path}" if path else "The news store"
    for start, sentence in (
        ("SQLITE_CORRUPT", f"{store} is damaged: {error}; move it away or restore a copy. roya-tui doctor tells more."),
        ("SQLITE_NOTADB", f"{store} is damaged: {error}; move it away or restore a copy. roya-tui doctor tells more."),
        ("SQLITE_FULL", f"{store} cannot grow: the disk is full. Free some space and try again."),
        ("SQLITE_READONLY", f"{store} may not be written here; check who owns the file and its folder."),
        ("SQLITE_PERM", f"{store} may not be opened; check who owns the file and its folder."),
        ("SQLITE_CANTOPEN", f"{store} cannot be opened; check that its folder exists and may be written."),
        ("SQLITE_BUSY", f"{store} is kept busy by another program; try again in a moment."),
        ("SQLITE_LOCKED", f"{store} is kept busy by another program; try again in a moment."),
        ("SQLITE_IOERR", f"{store} cannot be read or written: the disk reports an error ({error})."),
        ("SQLITE_INTERRUPT", "This was stopped before it was done; nothing was changed."),
    ):
        if name.startswith(start):
            short = sentence.replace(f" at {path}", "") if path else ""
            return StoreError(sentence, short, next((reason for code, reason in _REASONS if name.startswith(code)), ""))
    return StoreError(f"{store} could not do that: {error}.")


def _cause(name: str, folder: Path | None) -> str:
    """Return SQLite's name for an error, or the one it should have: it cannot tell why a file beside it fails."""
    if (
        folder is not None
        and folder.is_dir()
        and name.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY"))
    ):
        if not os.access(folder, os.W_OK):
            return "SQLITE_READONLY"
        import shutil  # only ever needed to explain an error

        if shutil.disk_usage(folder).free < _NO_ROOM:
            return "SQLITE_FULL"
    return name


def check(db: sqlite3.Connection) -> list[str]:
    """Look the whole store through and return the problems found, in words; slow for a big store."""
    from roya_tui.store.tally import MISTALLIED

    problems = []
    try:
        # SQLite 3.46 checks an index against what this connection knew of it before others wrote to it (a search lets
        # it look anew), and would call a sound one malformed.
        for index in ("search", "beginnings"):
            db.execute(f"SELECT 1 FROM {index} WHERE {index} MATCH 'a' LIMIT 1").fetchall()
        problems += [str(row[0]) for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
        for table, _, parent, _ in db.execute("PRAGMA foreign_key_check"):
            problems.append(f"A row of “{table}” belongs to a row of “{parent}” that is not there.")
        known, there = db.execute(
            "SELECT (SELECT count(*) FROM search_docsize) + (SELECT count(*) FROM put_off),"
            " (SELECT count(*) FROM article)"
        ).fetchone()
        if known != there:
            problems.append(f"Search knows {known:,} articles, but there are {there:,}.")
        if db.execute(MISTALLIED).fetchone() is not None:
            problems.append("The counts that are kept are wrong; roya-tui tidy counts anew.")
    except sqlite3.Error as error:
        problems.append(explain(error, _path(db)).message)
    return problems
