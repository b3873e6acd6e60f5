"""The database connection, its transactions, and SQLite's errors as messages."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec import json as fast_json

from roya_tui.translation import gettext, gettext_noop

_DISK_FULL_BYTES = 262_144
"""Free bytes below which a disk counts as full when SQLite only reports an I/O error."""


class StoreError(Exception):
    """A failed database operation.

    `message` is a sentence that says what you can do. `short` leaves out the path, for one line of a screen. `reason`
    is only the cause, as a clause ("the disk is full"), or "" where the message has it. `code` is SQLite's name of the
    error, or "".
    """

    def __init__(self, message: str, short: str = "", reason: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.short = short or message
        self.reason = reason
        self.code = code


SqliteError = (sqlite3.Error, UnicodeDecodeError)
"""Errors of SQLite. Its message about a damaged schema may not be valid UTF-8, which Python cannot raise as a text."""


class StoreConnection(sqlite3.Connection):
    """A connection that raises `StoreError` for errors of SQLite, and reads text that is not UTF-8."""

    path = ""

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        try:
            cursor = self.cursor(_StoreCursor)
            cursor.statement = sql, parameters
            return cursor.execute(sql, parameters)
        except SqliteError as error:
            raise to_store_error(error, self.path) from error

    def executemany(self, sql: str, rows: Iterable[Any], /) -> sqlite3.Cursor:
        try:
            return self.cursor(_StoreCursor).executemany(sql, rows)
        except SqliteError as error:
            raise to_store_error(error, self.path) from error


class _StoreCursor(sqlite3.Cursor):
    """A cursor of a `StoreConnection`: SQLite reports an interrupt or a damaged page while rows are fetched.

    Damaged text that is not UTF-8 is read with replacement characters. Decoding all text that way would take three
    times as long, so the connection begins with it at the first error.
    """

    connection: StoreConnection
    statement: tuple[str, Any] = "", ()
    _fetched = 0

    def __iter__(self) -> Any:
        while True:
            try:
                yield from iter(super().fetchone, None)
            except SqliteError as error:
                self._decode_or_raise(error)  # the row is fetched again
            else:
                return

    def fetchone(self) -> Any:
        try:
            return super().fetchone()
        except SqliteError as error:
            self._decode_or_raise(error)
            return self.fetchone()

    def fetchall(self) -> list[Any]:
        try:
            return super().fetchall()
        except SqliteError as error:
            self._decode_or_raise(error)
            return self.connection.execute(*self.statement).fetchall()  # the rows so far are lost

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        try:
            rows = super().fetchmany(size or 1)
        except SqliteError as error:
            self._decode_or_raise(error)
            self.execute(*self.statement)
            for _ in range(self._fetched):
                self.fetchone()
            rows = super().fetchmany(size or 1)
        self._fetched += len(rows)
        return rows

    def _decode_or_raise(self, error: Exception) -> None:
        if self.connection.text_factory is not str or "UTF-8" not in str(error):
            raise to_store_error(error, self.connection.path) from error
        self.connection.text_factory = decode_damaged


def decode_damaged(text: bytes) -> str:
    """Return text of a damaged database."""
    return text.decode(errors="replace")


_FETCHED_ROWS = 1_000


class ColumnarRows(Collection[tuple[Any, ...]]):
    """Rows kept as columns: a hundred thousand take a fifth of the memory of as many tuples."""

    def __init__(self, columns: Sequence[Sequence[Any]]) -> None:
        """Raises ValueError if the columns differ in length."""
        if len({*map(len, columns)}) > 1:
            raise ValueError("columns of different lengths")
        self.columns = columns

    @classmethod
    def fetch(cls, found: sqlite3.Cursor) -> ColumnarRows:
        """Return all rows of a query."""
        columns: list[list[Any]] = [[] for _ in found.description]
        while rows := found.fetchmany(_FETCHED_ROWS):
            for column, values in zip(columns, zip(*rows, strict=True), strict=True):
                same = column[-1:] == [values[0]] and values.count(values[0]) == len(values)
                column += column[-1:] * len(values) if same else values  # SQLite makes a new object for each value
        return cls(columns)

    def __len__(self) -> int:
        return len(self.columns[0])

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return zip(*self.columns, strict=True)

    def __contains__(self, row: object) -> bool:
        return any(row == other for other in self)


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Run the body in a transaction, or in a savepoint inside of one. Raises `StoreError`."""
    nested = db.in_transaction
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


def upsert(
    db: sqlite3.Connection, table: str, keys: Sequence[str], columns: Sequence[str], rows: Collection[Sequence[Any]]
) -> None:
    """Insert or update `rows`, each with the values of `keys` before those of `columns`.

    One statement for all: each statement that fires triggers keeps copies of its pages until the transaction ends,
    which for tens of thousands of statements would be gigabytes. Columns with one value for all rows are passed once:
    parsing the others takes most of the time.
    """
    if not rows:
        return
    names = (*keys, *columns)
    values = rows.columns if isinstance(rows, ColumnarRows) else list(zip(*rows, strict=True))
    varying = [at for at, column in enumerate(values) if at == 0 or column.count(column[0]) < len(column)]
    passed = values[0] if varying == [0] else list(zip(*(values[at] for at in varying), strict=True))
    sql = ["?"] * len(names)
    for place, at in enumerate(varying):
        sql[at] = "value" if varying == [0] else f"json_extract(value, '$[{place}]')"
    db.execute(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(sql)} FROM json_each(?) WHERE true"
        f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in columns)}",
        (*(column[0] for at, column in enumerate(values) if at not in varying), to_json(passed)),
    )


def to_json(values: Sequence[Any]) -> str:
    """Return values as a JSON array, for `json_each`."""
    return fast_json.encode(values).decode()


def path_of(db: sqlite3.Connection) -> Path:
    """Return the file of an open database."""
    return Path(db.execute("PRAGMA database_list").fetchone()[2])


def to_store_error(error: Exception, path: str = "") -> StoreError:
    """Return `error` as a sentence that says what to do."""
    code = getattr(error, "sqlite_errorname", "") or ("SQLITE_CORRUPT" if isinstance(error, UnicodeDecodeError) else "")
    name = _refine_error_name(code, Path(path).parent if path else None)
    message, reason = next((text for prefix, text in _ERRORS.items() if name.startswith(prefix)), (_FAILED, ""))
    full, short = (gettext(message, file=file, error=error) for file in (path or _FILE, Path(path).name or _FILE))
    return StoreError(full, short, reason and gettext(reason), code)


def describe_damage(path: Path) -> str:
    """Return the sentence about a damaged database."""
    return gettext(_DAMAGED, file=path, error=gettext("found by a check"))


_FILE = "news.db"
_FAILED = gettext_noop("Cannot use the database {file} ({error}).")
_DAMAGED = gettext_noop("The database {file} is damaged. Quit roya-tui and run: roya-tui doctor --repair ({error})")
_DENIED = gettext_noop("Cannot write to the database {file}: permission denied. Check the owner of file and folder.")
_BUSY = gettext_noop("The database {file} is in use by another program. Try again in a moment.")
_BUSY_REASON = gettext_noop("another program is using the database")
_ERRORS = {
    "SQLITE_CORRUPT": (_DAMAGED, ""),
    "SQLITE_NOTADB": (_DAMAGED, ""),
    "SQLITE_FULL": (gettext_noop("Cannot write to the database {file}: the disk is full. Free some space."),
                    gettext_noop("the disk is full")),
    "SQLITE_READONLY": (_DENIED, gettext_noop("the database is read-only")),
    "SQLITE_PERM": (_DENIED, ""),
    "SQLITE_CANTOPEN": (gettext_noop("Cannot open the database {file}. Check that its folder is writable."), ""),
    "SQLITE_BUSY": (_BUSY, _BUSY_REASON),
    "SQLITE_LOCKED": (_BUSY, _BUSY_REASON),
    "SQLITE_IOERR": (gettext_noop("Cannot read or write the database {file}: the disk has an error ({error})."), ""),
    "SQLITE_INTERRUPT": (gettext_noop("Canceled. Nothing was changed."), ""),
}  # fmt: skip
"""Message and reason by the beginning of SQLite's name of an error."""


def _refine_error_name(name: str, folder: Path | None) -> str:
    """Return SQLite's name for an error, or the real cause where SQLite cannot tell it."""
    if (
        folder is not None
        and folder.is_dir()
        and name.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY"))
    ):
        if not os.access(folder, os.W_OK):
            return "SQLITE_READONLY"
        import shutil  # only needed to explain an error

        if shutil.disk_usage(folder).free < _DISK_FULL_BYTES:
            return "SQLITE_FULL"
    return name


def get_value(db: sqlite3.Connection, name: str) -> str:
    """Return the value stored under `name`, or ""."""
    row = db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else ""


def set_value(db: sqlite3.Connection, name: str, value: str) -> None:
    """Store `value` under `name`."""
    with transaction(db):
        db.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, value))
