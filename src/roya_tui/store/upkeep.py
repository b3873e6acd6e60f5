"""Keeping the store small: what is of no more use goes, and the file shrinks to what is left."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from sqlite3 import Connection

from roya_tui.model import MOST_REVISIONS
from roya_tui.store.database import StoreError, told, transaction
from roya_tui.store.tally import TALLIED
from roya_tui.store.undo import named

_WORTH_IT = 0.01
"""The share of the file that must be free for writing all of it anew."""

_OLD_VERSIONS = f"""
FROM revision AS r
WHERE (SELECT count(*) FROM revision WHERE article_id = r.article_id AND id > r.id) >= {MOST_REVISIONS}
"""
_LOST_ATTEMPTS = "FROM attempt WHERE source_id IN (SELECT id FROM source WHERE removed_at IS NOT NULL)"
_LOST_CATCHES = "FROM caught WHERE rule_id NOT IN (SELECT value FROM json_each(?))"
_PAST_MISSES = "FROM missed WHERE again_at < ?"


@told
def revisions(db: Connection, *, delete: bool) -> int:
    """Count, and `delete`, the versions of articles beyond as many as are kept of one."""
    (count,) = db.execute(f"SELECT count(*) {_OLD_VERSIONS}").fetchone()
    if count and delete:
        with transaction(db):
            db.execute(f"DELETE FROM revision WHERE id IN (SELECT r.id {_OLD_VERSIONS})")
            db.execute(
                "UPDATE article SET revisions = (SELECT count(*) FROM revision WHERE article_id = article.id)"
                " WHERE revisions > ?",
                (MOST_REVISIONS,),
            )
    return int(count)


@told
def records(db: Connection, past: int, *, delete: bool) -> int:
    """Count, and `delete`, what is recorded of removed sources, of pages and pictures to be asked for by `past`, and of
    rules that nothing can bring back."""
    kept = json.dumps([*named(db, "rule"), *(id for (id,) in db.execute("SELECT id FROM rule"))])
    asked = ((_LOST_ATTEMPTS, ()), (_PAST_MISSES, (past,)), (_LOST_CATCHES, (kept,)))
    count = sum(db.execute(f"SELECT count(*) {which}", given).fetchone()[0] for which, given in asked)
    if count and delete:
        with transaction(db):
            for which, given in asked:
                db.execute(f"DELETE {which}", given)
    return int(count)


@told
def recount(db: Connection) -> None:
    """Count anew what `tally` holds, which triggers keep true as long as no other program writes to the store."""
    with transaction(db):
        db.execute("DELETE FROM tally")
        db.execute(f"INSERT INTO tally {TALLIED}")


@told
def size(db: Connection) -> int:
    """Return the bytes of the store."""
    return _pragma(db, "page_count") * _pragma(db, "page_size")


@told
def shrink(db: Connection, file: Path) -> None:
    """Put what search knows in order, and write the store anew without what is free in it.

    Raises `StoreError` where the disk has no room for that. Search is put in order by itself; `PRAGMA optimize` would
    keep statistics, and the store does without.
    """
    _empty_log(db)
    with transaction(db):
        db.execute("INSERT INTO search (search) VALUES ('optimize')")
        db.execute("INSERT INTO beginnings (beginnings) VALUES ('optimize')")
    if _pragma(db, "freelist_count") < _WORTH_IT * _pragma(db, "page_count"):
        _empty_log(db)
        return
    needed = size(db)
    # The new copy is made where temporary files lie, and comes into the store by its log.
    for folder, wanted in ((file.parent, 2 * needed), (Path(tempfile.gettempdir()), needed)):
        free = shutil.disk_usage(folder).free
        if free < wanted:
            raise StoreError(
                f"The news store was not made smaller: that takes {wanted / 1e6:,.0f} MB in {folder} for a moment, and"
                f" {free / 1e6:,.0f} MB are free."
            )
    kept = _pragma(db, "temp_store")
    db.execute("PRAGMA temp_store = FILE")
    try:
        db.execute("VACUUM")
    finally:
        db.execute(f"PRAGMA temp_store = {kept}")
    _empty_log(db)


def _empty_log(db: Connection) -> None:
    """Bring what waits in the log into the file; while someone reads, SQLite does it later by itself."""
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _pragma(db: Connection, name: str) -> int:
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])
