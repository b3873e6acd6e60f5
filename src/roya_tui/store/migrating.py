"""Bringing a store up to date, step by step; a copy is kept before what is stored is written anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from roya_tui import private
from roya_tui.store.database import Tell, transaction, version_of
from roya_tui.store.schema import Migration


def migrate(db: sqlite3.Connection, path: Path, migrations: Sequence[Migration], tell: Tell | None) -> None:
    """Take the steps that the store has not seen, each in a transaction of its own."""
    first = version_of(db, path, len(migrations))
    worth_a_copy = first > 0
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
                migration.run(db)
            db.execute(f"PRAGMA user_version = {version + 1}")


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
