"""Keeping the store small: what is of no more use goes, and the file shrinks to what is left."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from sqlite3 import Connection

from roya_tui.model import MAX_VERSIONS, SAVED_PAGES
from roya_tui.store import bodies
from roya_tui.store.articles.search_index import load_body, remove
from roya_tui.store.connection import StoreError, transaction, translate_errors
from roya_tui.store.schema.tally import TALLY_QUERY
from roya_tui.store.user_data.journal import recoverable_rows

_MIN_FREE_SHARE = 0.01
"""The share of the file that must be free for writing all of it anew."""

_OLD_VERSIONS = f"""
FROM revision AS r
WHERE (SELECT count(*) FROM revision WHERE article_id = r.article_id AND id > r.id) >= {MAX_VERSIONS}
"""
_ORPHANED_ATTEMPTS = "FROM attempt WHERE source_id IN (SELECT id FROM source WHERE removed_at IS NOT NULL)"
_ORPHANED_MATCHES = "FROM caught WHERE rule_id NOT IN (SELECT value FROM json_each(?))"
_EXPIRED_FAILURES = "FROM missed WHERE again_at < ?"


@translate_errors
def trim_versions(db: Connection, *, delete: bool) -> int:
    """Count, and `delete`, the versions of articles beyond as many as are kept of one."""
    (count,) = db.execute(f"SELECT count(*) {_OLD_VERSIONS}").fetchone()
    if count and delete:
        with transaction(db):
            db.execute(f"DELETE FROM revision WHERE id IN (SELECT r.id {_OLD_VERSIONS})")
            db.execute(
                "UPDATE article SET revisions = (SELECT count(*) FROM revision WHERE article_id = article.id)"
                " WHERE revisions > ?",
                (MAX_VERSIONS,),
            )
    return int(count)


@translate_errors
def trim_records(db: Connection, past: int, *, delete: bool) -> int:
    """Count, and `delete`, what is recorded of removed sources, of pages and pictures to be asked for by `past`, and of
    rules that nothing can bring back."""
    kept = json.dumps([*recoverable_rows(db, "rule"), *(id for (id,) in db.execute("SELECT id FROM rule"))])
    asked = ((_ORPHANED_ATTEMPTS, ()), (_EXPIRED_FAILURES, (past,)), (_ORPHANED_MATCHES, (kept,)))
    count = sum(db.execute(f"SELECT count(*) {which}", given).fetchone()[0] for which, given in asked)
    if count and delete:
        with transaction(db):
            for which, given in asked:
                db.execute(f"DELETE {which}", given)
    return int(count)


@translate_errors
def rebuild_tally(db: Connection) -> None:
    """Count anew what `tally` holds, which triggers keep true as long as no other program writes to the store."""
    with transaction(db):
        db.execute("DELETE FROM tally")
        db.execute(f"INSERT INTO tally {TALLY_QUERY}")


@translate_errors
def database_size(db: Connection) -> int:
    """Return the bytes of the store."""
    return _pragma(db, "page_count") * _pragma(db, "page_size")


@translate_errors
def compact(db: Connection, file: Path) -> None:
    """Put what search knows in order, and write the store anew without what is free in it.

    Raises `StoreError` where the disk has no room for that. Search is put in order by itself; `PRAGMA optimize` would
    keep statistics, and the store does without.
    """
    _checkpoint(db)
    with transaction(db):
        db.execute("INSERT INTO search (search) VALUES ('optimize')")
        db.execute("INSERT INTO beginnings (beginnings) VALUES ('optimize')")
    if _pragma(db, "freelist_count") < _MIN_FREE_SHARE * _pragma(db, "page_count"):
        _checkpoint(db)
        return
    needed = database_size(db)
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
    _checkpoint(db)


def _checkpoint(db: Connection) -> None:
    """Bring what waits in the log into the file; while someone reads, SQLite does it later by itself."""
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _pragma(db: Connection, name: str) -> int:
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])


_BATCH_SIZE = 500
"""Articles in one transaction, so that nobody waits long for the store."""

_OLD_ARTICLES = f"""
FROM article AS a LEFT JOIN state AS s ON s.article_id = a.id
WHERE a.source_id NOT IN (SELECT id FROM source WHERE url = '{SAVED_PAGES}')
    AND CASE WHEN ?2 IS NULL THEN a.source_id NOT IN (SELECT value FROM json_each(?3)) ELSE a.source_id = ?2 END
    AND a.at < ?1 AND a.first_seen < ?1 AND s.starred_at IS NULL AND coalesce(s.note, '') = ''
    AND NOT EXISTS (SELECT 1 FROM article_tag AS g WHERE g.article_id = a.id AND g.by_person)
"""


@translate_errors
def delete_old(db: Connection, before: int, *, source: int | None = None, except_sources: Sequence[int] = ()) -> int:
    """Delete what is older than `before`, and return how many articles that were.

    Of the one `source` only, or else of all sources `but` those. Starred, noted and own-tagged articles stay, and saved
    pages. What a feed still shows of the others does not come back as new.
    """
    count = 0
    while gone := _delete_batch(db, (before, source, json.dumps(except_sources))):
        count += gone
    return count


@translate_errors
def count_old(db: Connection, before: int, *, source: int | None = None, except_sources: Sequence[int] = ()) -> int:
    """Return how many articles `forget` would delete."""
    (count,) = db.execute(f"SELECT count(*) {_OLD_ARTICLES}", (before, source, json.dumps(except_sources))).fetchone()
    return int(count)


@translate_errors
def total(db: Connection) -> int:
    """Return how many articles there are."""
    return int(db.execute("SELECT count(*) FROM article").fetchone()[0])


def _delete_batch(db: Connection, which: tuple[int, int | None, str]) -> int:
    with transaction(db):
        ids = [row[0] for row in db.execute(f"SELECT id {_OLD_ARTICLES} ORDER BY a.at LIMIT {_BATCH_SIZE}", which)]
        for id in ids:
            remove(db, id, bodies.build_search_document(*load_body(db, id)))
        chosen = json.dumps(ids)
        db.execute(
            "INSERT INTO forgotten (source_id, guid) SELECT source_id, guid FROM article"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (chosen,),
        )
        for table in ("state", "article_tag", "revision", "body", "telling", "caught", "unruled"):
            db.execute(f"DELETE FROM {table} WHERE article_id IN (SELECT value FROM json_each(?))", (chosen,))
        db.execute("DELETE FROM article WHERE id IN (SELECT value FROM json_each(?))", (chosen,))
        return len(ids)
