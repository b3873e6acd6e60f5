"""Folders of sources: names with `/` between them. A folder is there as long as a source is in it."""

from __future__ import annotations

from sqlite3 import Connection

from roya_tui.store.database import told, transaction
from roya_tui.store.undo import Image, record


@told
def rename(db: Connection, folder: str, name: str, now: int) -> int:
    """Give a folder, with all that are in it, another name or place, as one step; return how many sources moved."""
    return _move(db, folder, name, f"Renamed the folder {folder} to {name}.", now)


@told
def dissolve(db: Connection, folder: str, now: int) -> int:
    """Take a folder away, as one step: what is in it moves one folder out. Return how many sources moved."""
    outer = folder.rpartition("/")[0]
    return _move(db, folder, outer, f"Took the folder {folder} away.", now)


def _move(db: Connection, folder: str, name: str, sentence: str, now: int) -> int:
    """Move sources, those that were removed too: they come back into the folder as it is called then."""
    with transaction(db):
        rows = db.execute("SELECT id, folder FROM source").fetchall()
        before = [row for row in rows if row[1] == folder or row[1].startswith(f"{folder}/")]
        if not before or name == folder:
            return 0
        moved = [((name + old[len(folder) :]).strip("/"), id) for id, old in before]
        db.executemany("UPDATE source SET folder = ? WHERE id = ?", moved)
        record(db, sentence, [Image("source", ("folder",), before)], now)
        return len(before)
