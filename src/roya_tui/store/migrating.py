"""Bringing a store up to date, step by step; a copy is kept before what is stored is written anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

from roya_tui import private
from roya_tui.store.accounts import move_accounts
from roya_tui.store.database import StoreError, Tell, path_of, transaction, version_of
from roya_tui.store.schema import Migration


def migrate(db: sqlite3.Connection, path: Path, migrations: Sequence[Migration], tell: Tell | None) -> None:
    """Take the steps that the store has not seen, each in a transaction of its own."""
    first = version_of(db, path, len(migrations))
    worth_a_copy = first > 0
    erase = False
    while (version := version_of(db, path, len(migrations))) < len(migrations):
        migration = migrations[version]
        if migration.rewrites and worth_a_copy:
            _keep_copy(db, path.with_name(f"{path.stem}.before-{version + 1}{path.suffix}"))
            worth_a_copy = False
        with transaction(db):
            if version_of(db, path, len(migrations)) != version:
                continue  # another process was faster
            if isinstance(migration.run, str):
                statements = list(_statements(migration.run))
                for number, statement in enumerate(statements):
                    if tell is not None and first > 0:  # a new store is there at once
                        tell((version - first + number / len(statements)) / (len(migrations) - first))
                    db.execute(statement)
            else:
                removed = migration.run(db)
                erase = erase or bool(migration.erases and removed)
            db.execute(f"PRAGMA user_version = {version + 1}")
    if erase:
        with suppress(sqlite3.OperationalError):  # no room for it, or busy: tidy does the same
            _erase_free(db)
        _clean_copies(path, path_of(db).parent)


def _erase_free(db: sqlite3.Connection) -> None:
    """Write the file anew, without what earlier rows left in its unused parts, and empty the log."""
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
                move_accounts(db, folder)
            _erase_free(db)


def _keep_copy(db: sqlite3.Connection, copy: Path) -> None:
    if not copy.exists():
        part = copy.with_name(copy.name + ".part")
        part.unlink(missing_ok=True)
        private.create(part).close()  # VACUUM INTO accepts an empty file
        db.execute("VACUUM INTO ?", (str(part),))
        part.replace(copy)


def _statements(script: str) -> Iterator[str]:
    """Take a script apart, since `executescript` would commit the transaction that it should be part of."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
