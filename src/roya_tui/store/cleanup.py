"""Deletes old articles, old versions and orphaned records, and compacts the file."""

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
from roya_tui.store.connection import StoreError, transaction
from roya_tui.store.database import vacuum
from roya_tui.store.sync import accounts
from roya_tui.store.tally import TALLY_QUERY
from roya_tui.store.user_data.journal import recoverable_rows
from roya_tui.translation import gettext

_MIN_FREE_SHARE = 0.01
"""Share of the file that must be free to make rewriting it worthwhile."""

_OLD_VERSIONS = f"""
FROM revision AS r
WHERE (SELECT count(*) FROM revision WHERE article_id = r.article_id AND id > r.id) >= {MAX_VERSIONS}
"""
_ORPHANED_ATTEMPTS = "FROM attempt WHERE source_id IN (SELECT id FROM source WHERE removed_at IS NOT NULL)"
_ORPHANED_MATCHES = "FROM caught WHERE rule_id NOT IN (SELECT value FROM json_each(?))"
_EXPIRED_FAILURES = "FROM missed WHERE again_at < ?"


def trim_versions(db: Connection, *, delete: bool) -> int:
    """Count, and with `delete` remove, versions beyond the limit for each article."""
    (count,) = db.execute(f"SELECT count(*) {_OLD_VERSIONS}").fetchone()
    if count and delete:
        with transaction(db):
            db.execute(f"DELETE FROM revision WHERE id IN (SELECT r.id {_OLD_VERSIONS})")
            left = "SELECT count(*) FROM revision WHERE article_id = article.id"
            db.execute(f"UPDATE article SET revisions = ({left}) WHERE revisions > ?", (MAX_VERSIONS,))
    return int(count)


def trim_records(db: Connection, past: int, *, delete: bool) -> int:
    """Count, and with `delete` remove, orphaned records.

    These are checks of removed sources, failed downloads due before `past`, and matches of rules and accounts that undo
    cannot restore.
    """
    kept = json.dumps([*recoverable_rows(db, "rule"), *(id for (id,) in db.execute("SELECT id FROM rule"))])
    orphaned = ((_ORPHANED_ATTEMPTS, ()), (_EXPIRED_FAILURES, (past,)), (_ORPHANED_MATCHES, (kept,)))
    count = sum(db.execute(f"SELECT count(*) {condition}", values).fetchone()[0] for condition, values in orphaned)
    if count and delete:
        with transaction(db):
            for condition, parameters in orphaned:
                db.execute(f"DELETE {condition}", parameters)
    return int(count) + accounts.trim_removed(db, delete=delete)


def rebuild_tally(db: Connection) -> None:
    """Recount `tally`, whose triggers miss changes by other programs."""
    with transaction(db):
        db.execute("DELETE FROM tally")
        db.execute(f"INSERT INTO tally {TALLY_QUERY}")


def database_size(db: Connection) -> int:
    """Return the size of the database in bytes."""
    return _pragma(db, "page_count") * _pragma(db, "page_size")


def compact(db: Connection, file: Path) -> None:
    """Optimize the search index and rewrite the file without free pages.

    Raises `StoreError` if the disk lacks the space. `PRAGMA optimize` is not used: it would keep statistics, and
    queries do without.
    """
    _checkpoint(db)
    with transaction(db):
        db.execute("INSERT INTO search (search) VALUES ('optimize')")
        db.execute("INSERT INTO beginnings (beginnings) VALUES ('optimize')")
    if _pragma(db, "freelist_count") < _MIN_FREE_SHARE * _pragma(db, "page_count"):
        _checkpoint(db)
        return
    size = database_size(db)
    # VACUUM writes a copy to the folder for temporary files, then copies it back through the log.
    for folder, needed in ((file.parent, 2 * size), (Path(tempfile.gettempdir()), size)):
        free = shutil.disk_usage(folder).free
        if free < needed:
            needed, free = needed // 1_000_000, free // 1_000_000
            message = gettext(
                "Cannot compact the database: this needs {needed:,} MB in {folder}, and {free:,} MB are free.",
                needed=needed, folder=folder, free=free,
            )  # fmt: skip
            raise StoreError(message)
    vacuum(db)


def _checkpoint(db: Connection) -> None:
    """Write the log into the file; with open readers SQLite does it later."""
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _pragma(db: Connection, name: str) -> int:
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])


_BATCH_SIZE = 500
"""Articles deleted in one transaction, so that other writers need not wait long."""

_OLD_ARTICLES = f"""
FROM article AS a LEFT JOIN state AS s ON s.article_id = a.id
WHERE a.source_id NOT IN (SELECT id FROM source WHERE url = '{SAVED_PAGES}')
    AND CASE WHEN ?2 IS NULL THEN a.source_id NOT IN (SELECT value FROM json_each(?3)) ELSE a.source_id = ?2 END
    AND a.at < ?1 AND a.first_seen < ?1 AND s.starred_at IS NULL AND coalesce(s.note, '') = ''
    AND NOT EXISTS (SELECT 1 FROM article_tag AS g WHERE g.article_id = a.id AND g.by_person)
    AND NOT EXISTS (SELECT 1 FROM episode AS e WHERE e.article_id = a.id AND e.file <> '')
    AND NOT EXISTS (SELECT 1 FROM outbox AS x WHERE x.article_id = a.id)
"""


def delete_old(db: Connection, before: int, *, source: int | None = None, except_sources: Sequence[int] = ()) -> int:
    """Delete articles older than `before`; return how many.

    Of one `source`, or of all but `except_sources`. Starred and noted articles, those with your tags, downloads or
    pending changes, and saved pages stay. Deleted articles that are still in the feed do not return as new.
    """
    count = 0
    while deleted := _delete_batch(db, (before, source, json.dumps(except_sources))):
        count += deleted
    return count


def count_old(db: Connection, before: int, *, source: int | None = None, except_sources: Sequence[int] = ()) -> int:
    """Return how many articles `delete_old` would delete."""
    which = (before, source, json.dumps(except_sources))
    return int(db.execute(f"SELECT count(*) {_OLD_ARTICLES}", which).fetchone()[0])


def total(db: Connection) -> int:
    """Return how many articles there are."""
    return int(db.execute("SELECT count(*) FROM article").fetchone()[0])


def _delete_batch(db: Connection, which: tuple[int, int | None, str]) -> int:
    with transaction(db):
        ids = [row[0] for row in db.execute(f"SELECT id {_OLD_ARTICLES} ORDER BY a.at LIMIT {_BATCH_SIZE}", which)]
        for id in ids:
            remove(db, id, bodies.build_search_document(*load_body(db, id)))
        chosen, values = "IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
        db.execute(
            "INSERT OR IGNORE INTO forgotten (source_id, guid, url)"
            f" SELECT source_id, guid, CASE url WHEN guid THEN '' ELSE url END FROM article WHERE id {chosen}",
            values,
        )
        for table in ("state", "article_tag", "revision", "body", "telling", "caught", "unruled", "episode"):
            db.execute(f"DELETE FROM {table} WHERE article_id {chosen}", values)
        db.execute(f"DELETE FROM outbox WHERE article_id {chosen}", values)  # from triggers: nobody changed a mark
        db.execute(f"UPDATE remote_article SET article_id = NULL WHERE article_id {chosen}", values)
        db.execute(f"DELETE FROM article WHERE id {chosen}", values)
        return len(ids)
