"""Copies what can be read of a damaged database into a new one."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from roya_tui import private
from roya_tui.store import bodies, cleanup
from roya_tui.store.articles import search_index
from roya_tui.store.articles.damage import find_damaged
from roya_tui.store.connection import SqliteError, StoreError, decode_damaged, to_store_error, transaction
from roya_tui.store.database import find_problems, open_store
from roya_tui.store.schema.migrations import MIGRATIONS
from roya_tui.translation import gettext

_YOURS = (
    "account", "source", "feed", "subscription", "tag", "tag_alias", "saved_feed", "rule", "awaited", "meta", "journal"
)  # fmt: skip
_OF_ARTICLES = (
    "article",
    "state",
    "article_tag",
    "body",
    "revision",
    "forgotten",
    "caught",
    "telling",
    "attempt",
    "episode",
    "remote_article",
    "expected_article",
    "outbox",
)
_DERIVED = frozenset(("tally", "put_off", "refresh_lock", "missed", "unruled"))
"""Tables that are made again, or that only delay work."""

_LARGEST_KEY = (1 << 63) - 1
_MAX_GAP = 1 << 40
"""Largest distance between two keys on both sides of unreadable rows."""
_BATCH_ROWS = 500
_BUSY_SECONDS = 1.0


class TableCount(Struct, frozen=True):
    """How many rows of a table were kept and lost."""

    table: str
    kept: int
    lost: int


class Repair(Struct, frozen=True):
    """A finished repair."""

    kept_file: Path
    """The damaged database."""
    counts: Sequence[TableCount]
    textless: int
    """Number of articles whose text was lost."""


def is_damaged(path: Path) -> bool:
    """Return whether a check of the whole database finds damage."""
    try:
        with closing(open_store(path, readonly=True)) as db:
            return bool(find_problems(db) or find_damaged(db))
    except StoreError:
        return True


def repair(path: Path, report: Callable[[float], None], now: int) -> Repair:
    """Replace a damaged database by a new one with all rows that can be read; keep the old file.

    The old database stays in place until the new one is complete. Raises `StoreError` if another process uses the
    database, the disk is full, or nothing can be read.
    """
    new = path.with_name(path.name + ".repairing")
    try:
        with closing(_open_damaged(path)) as old:
            _remove(new)
            try:
                counts, textless = _copy_all(old, new, report)
                with suppress(*SqliteError):
                    old.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                if sys.platform == "win32":  # an open file cannot be renamed there
                    old.close()
                return Repair(_swap(path, new, now), counts, textless)
            finally:
                _remove(new)
    except SqliteError as error:
        raise to_store_error(error, str(path)) from error
    except OSError as error:
        reason = error.strerror or error
        raise StoreError(gettext("Cannot repair {file}: {reason}.", file=path, reason=reason)) from error


def _open_damaged(path: Path) -> sqlite3.Connection:
    """Open a database for this process alone. Raises `StoreError` if another process uses it."""
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        db.text_factory = decode_damaged
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("PRAGMA cell_size_check = ON")
        db.execute("PRAGMA writable_schema = ON")  # uses the sound part of a damaged schema
        try:
            db.execute("BEGIN IMMEDIATE")
            db.execute("SELECT 1 FROM sqlite_master").fetchall()
            db.execute("COMMIT")
        except SqliteError as error:
            if (getattr(error, "sqlite_errorname", "") or "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                message = gettext("The database {file} is in use. Quit roya-tui and wait for refreshes.", file=path)
                raise StoreError(message) from error
            raise StoreError(_explain_nothing_read(path)) from error
    except BaseException:
        db.close()
        raise
    return db


def _explain_nothing_read(path: Path) -> str:
    """Return a sentence that names the copies of the database."""
    patterns = (f"{path.stem}.before-*{path.suffix}", f"{path.name}.damaged-*")
    if names := ", ".join(sorted(copy.name for pattern in patterns for copy in path.parent.glob(pattern))):
        return gettext("Nothing can be read from {file}. Restore a copy: {copies}.", file=path, copies=names)
    return gettext("Nothing can be read from {file}. Move it away, and import what you have exported.", file=path)


def _remove(new: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        new.with_name(new.name + suffix).unlink(missing_ok=True)


def _copy_all(old: sqlite3.Connection, new: Path, report: Callable[[float], None]) -> tuple[list[TableCount], int]:
    """Write a new database with the rows of `old`; return the rows kept and lost, and the articles without text."""
    version = 0
    with suppress(*SqliteError):
        version = old.execute("PRAGMA user_version").fetchone()[0]
    version = version if 0 < version <= len(MIGRATIONS) else len(MIGRATIONS)
    private.create(new).close()
    open_store(new, migrations=MIGRATIONS[:version]).close()
    counts = []
    with closing(open_store(new, migrations=MIGRATIONS[:version])) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        known = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        tables = [name for name in (*_YOURS, *_OF_ARTICLES) if name in known]
        for number, table in enumerate(tables):
            counts.append(_copy_table(old, db, table))
            report(number / len(tables) * 0.5)
        if not any(count.kept for count in counts if count.table in ("source", "article")):
            raise StoreError(_explain_nothing_read(new.with_name(new.name.removesuffix(".repairing"))))
        _complete(db)
        db.execute("PRAGMA foreign_keys = ON")
    with closing(open_store(new)) as db:  # runs the later migrations
        textless, lost = _replace_damaged(db)
        counts = [replace(it, kept=it.kept - lost[it.table], lost=it.lost + lost[it.table]) for it in counts]
        total = search_index.count_queued(db)
        left = total
        while indexed := search_index.index_batch(db):
            left -= indexed
            report(0.5 + 0.5 * (1 - max(left, 0) / max(total, 1)))
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return counts, textless


def _copy_table(old: sqlite3.Connection, db: sqlite3.Connection, table: str) -> TableCount:
    """Copy the readable rows of a table."""
    present: set[str] = set()
    with suppress(*SqliteError):
        present = {row[1] for row in old.execute(f"PRAGMA table_info({table})")}
    columns = [_Column(*row[1:6]) for row in db.execute(f"PRAGMA table_info({table})") if row[1] in present]
    if not columns:
        return TableCount(table, 0, 0)
    names = ", ".join(column.name for column in columns)
    added = f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})"
    found = 0
    batch: list[list[Any]] = []
    with transaction(db):
        if table == "outbox":
            db.execute("DELETE FROM outbox")  # triggers took the copied marks for changes
        for row in _read_rows(old, table, columns):
            found += 1
            values = [column.check(value) for column, value in zip(columns, row, strict=True)]
            if _INVALID not in values:
                batch.append(values)
            if len(batch) >= _BATCH_ROWS:
                db.executemany(added, batch)
                batch.clear()
        db.executemany(added, batch)
    kept = int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    with suppress(*SqliteError):  # from an index, whose pages may be sound
        found = max(found, old.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    return TableCount(table, kept, max(0, found - kept))


_INVALID = object()
_TYPES: dict[str, type] = {"INTEGER": int, "TEXT": str, "BLOB": bytes}


class _Column:
    """A column of a table, with the type of its values."""

    def __init__(self, name: str, type: str, required: int, default: str | None, key: int) -> None:
        self.name = name
        self.key = key
        self._type = _TYPES.get(type)
        self._required = required or key
        self._default = default

    def check(self, value: Any) -> Any:
        """Return a value, its default if the type is wrong, or `_INVALID` if a required column has no default."""
        if self._type is None or isinstance(value, self._type) or (value is None and not self._required):
            return value
        if not self._required:
            return None
        if self._default is None or self.key:
            return _INVALID
        return int(self._default) if self._type is int else ""


def _read_rows(db: sqlite3.Connection, table: str, columns: Sequence[_Column]) -> Iterator[Sequence[Any]]:
    """Yield the rows that can be read, some twice."""
    keys = sorted((column for column in columns if column.key), key=lambda column: column.key)
    names = ", ".join(column.name for column in columns)
    key = keys[0]
    at = columns.index(key)
    if key._type is not int:
        for query in (f"SELECT {names} FROM {table}", f"SELECT {names} FROM {table} ORDER BY {key.name} DESC"):
            with suppress(*SqliteError):
                yield from db.execute(query)
                return
        return
    start, after = -_LARGEST_KEY, f"SELECT {names} FROM {table} WHERE {key.name} >= ? ORDER BY {key.name}"
    while True:
        last = start - 1
        try:
            for row in db.execute(after, (start,)):
                last = max(last, row[at]) if isinstance(row[at], int) else last
                yield row
        except SqliteError:
            following = _find_readable(db, after, last + 1)
            if following is None:
                break
            start = following
        else:
            return
    # No key after the damage was found in ascending order: read in descending order, from the end to the damage.
    with suppress(*SqliteError):
        yield from db.execute(f"SELECT {names} FROM {table} WHERE {key.name} > ? ORDER BY {key.name} DESC", (last,))


def _find_readable(db: sqlite3.Connection, query: str, damaged: int) -> int | None:
    """Return the smallest key from which rows can be read again, None if there is none."""

    def is_readable(key: int) -> bool:
        try:
            return db.execute(query, (key,)).fetchone() is not None
        except SqliteError:
            return False

    step = 1
    while not is_readable(damaged + step):
        step *= 2
        if step > _MAX_GAP:
            return None
    low, high = damaged + step // 2, damaged + step
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if is_readable(middle) else (middle + 1, high)
    return high


def _complete(db: sqlite3.Connection) -> None:
    """Delete rows whose parent is lost, and make what follows from other rows."""
    with transaction(db):
        for table in (*_YOURS, *_OF_ARTICLES):
            for _, _, parent, column, referred, *_ in db.execute(f"PRAGMA foreign_key_list({table})").fetchall():
                missing = f"{column} IS NOT NULL AND {column} NOT IN (SELECT {referred or 'id'} FROM {parent})"
                db.execute(f"DELETE FROM {table} WHERE {missing}")
        db.execute("INSERT OR IGNORE INTO feed (source_id) SELECT id FROM source")
        db.execute("INSERT OR IGNORE INTO body (article_id, feed) SELECT id, X'' FROM article")
        db.execute("INSERT OR IGNORE INTO put_off SELECT id FROM article")
    cleanup.rebuild_tally(db)


def _replace_damaged(db: sqlite3.Connection) -> tuple[int, Counter[str]]:
    """Replace texts that cannot be decompressed, and let the next refresh save them again if their feeds have them.

    Return the number of articles without text, and of copied rows by table that were lost so.
    """
    textless, lost = 0, Counter[str]()
    with transaction(db):
        for id in find_damaged(db):
            columns = "title, author, feed, page FROM article JOIN body ON article_id = id WHERE id = ?"
            title, author, feed, page = db.execute(f"SELECT {columns}", (id,)).fetchone()
            lost["body"] += feed != b""  # others were counted when their row was missing
            if not bodies.is_readable(feed):
                textless += 1
                db.execute("UPDATE body SET feed = ? WHERE article_id = ?", (bodies.pack_lost(title, author), id))
                db.execute("UPDATE article SET stamp = 0 WHERE id = ?", (id,))
            if page is not None and not bodies.is_readable(page):
                db.execute("UPDATE body SET page = NULL WHERE article_id = ?", (id,))
                db.execute("UPDATE article SET full = 0 WHERE id = ?", (id,))
        lacking = "(SELECT source_id FROM article WHERE stamp = 0)"
        db.execute(f"UPDATE feed SET etag = '', modified = '', body_hash = '' WHERE source_id IN {lacking}")
        for id, feed in db.execute("SELECT id, feed FROM revision").fetchall():
            if not bodies.is_readable(feed):
                lost["revision"] += 1
                db.execute("DELETE FROM revision WHERE id = ?", (id,))
        db.execute(_COUNT_VERSIONS)
    return textless, lost


_COUNT_VERSIONS = "UPDATE article SET revisions = (SELECT count(*) FROM revision WHERE article_id = article.id)"


def _swap(path: Path, new: Path, now: int) -> Path:
    """Put the new database in the place of the old one, which stays under another name."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(now))
    number, kept = 1, path.with_name(f"{path.name}.damaged-{stamp}")
    while os.path.lexists(kept):
        number += 1
        kept = path.with_name(f"{path.name}.damaged-{stamp}-{number}")
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size:  # its pages must never be written into the new database
        log.rename(kept.with_name(kept.name + "-wal"))
    try:
        os.link(path, kept)
    except OSError:  # a file system without links
        path.rename(kept)
    new.replace(path)
    return kept
