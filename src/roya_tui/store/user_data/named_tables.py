"""The tables of saved searches and rules: rows with a name, in the order of the user."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from sqlite3 import Connection
from typing import Any, NamedTuple

from roya_tui.store.connection import StoreError, transaction
from roya_tui.store.user_data.journal import record
from roya_tui.store.user_data.snapshots import RowSnapshot, delete_empty_rows
from roya_tui.translation import gettext, gettext_noop


class NamedTable(NamedTuple):
    """A table whose rows have a name and a place."""

    table: str
    label: str
    """A row in a list of references; like the other messages, not yet translated."""
    missing: str
    removed: str
    moved: str
    columns: tuple[str, ...]
    """All columns but the id; the first is `name`, the last `place`."""

    def insert(self, db: Connection, values: Sequence[Any], place: int | None = None) -> int:
        """Insert a row, by default below all others; return its id."""
        added = db.execute(
            f"INSERT INTO {self.table} ({', '.join(self.columns)})"
            f" SELECT {'?, ' * len(values)}coalesce(?, max(place) + 1, 0) FROM {self.table}",
            (*values, place),
        )
        return int(added.lastrowid or 0)

    def load(self, db: Connection, id: int) -> Any:
        """Return the id and the columns of a row. Raises `StoreError` if it was removed."""
        row = db.execute(f"SELECT id, {', '.join(self.columns)} FROM {self.table} WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise StoreError(gettext(self.missing))
        return row

    def snapshot(self, row: Sequence[Any]) -> RowSnapshot:
        """Return the snapshot of a row that `load` returned."""
        return RowSnapshot(self.table, self.columns, [row])

    def blank(self, ids: Iterable[int]) -> RowSnapshot:
        """Return the snapshot of rows that do not exist yet."""
        return RowSnapshot.blank(self.table, self.columns, ids)

    def delete(self, db: Connection, id: int) -> None:
        """Delete a row."""
        db.execute(f"UPDATE {self.table} SET name = '' WHERE id = ?", (id,))
        delete_empty_rows(db, self.table, [id])

    def remove(self, db: Connection, id: int, now: int) -> None:
        """Delete a row, as one step of the journal."""
        with transaction(db):
            row = self.load(db, id)
            self.delete(db, id)
            record(db, gettext(self.removed, name=row[1]), [self.snapshot(row)], now)

    def move(self, db: Connection, id: int, by: int, now: int) -> bool:
        """Move a row down by so many places (up if negative), as one step; False if it stays."""
        with transaction(db):
            _, name, *_ = self.load(db, id)
            before = db.execute(f"SELECT id, place FROM {self.table} ORDER BY place, id").fetchall()
            order = [row[0] for row in before]
            at = order.index(id)
            order.insert(max(0, min(at + by, len(order) - 1)), order.pop(at))
            if order == [row[0] for row in before]:
                return False
            places = [(place, id) for place, id in enumerate(order)]
            db.executemany(f"UPDATE {self.table} SET place = ? WHERE id = ?", places)
            record(db, gettext(self.moved, name=name), [RowSnapshot(self.table, ("place",), before)], now)
            return True


SAVED_SEARCHES = NamedTable(
    "saved_feed", gettext_noop("saved search “{name}”"), gettext_noop("This saved search no longer exists."),
    gettext_noop("Removed saved search “{name}”."), gettext_noop("Moved saved search “{name}”."),
    ("name", "query", "icon", "place"),
)  # fmt: skip
RULES = NamedTable(
    "rule", gettext_noop("rule “{name}”"), gettext_noop("This rule no longer exists."),
    gettext_noop("Removed rule “{name}”."), gettext_noop("Moved rule “{name}”."),
    ("name", "query", "effect", "tag", "term", "ends", "off", "place"),
)  # fmt: skip
