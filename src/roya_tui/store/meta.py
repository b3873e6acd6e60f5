"""Small facts about the store itself and about what the person was told already."""

from __future__ import annotations

from sqlite3 import Connection

from roya_tui.store.database import told, transaction


@told
def recall(db: Connection, name: str) -> str:
    """What was kept under `name`, "" if nothing."""
    row = db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else ""


@told
def remember(db: Connection, name: str, value: str) -> None:
    """Keep `value` under `name`."""
    with transaction(db):
        db.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, value))
