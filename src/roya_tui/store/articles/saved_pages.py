"""Pages that the person saves one by one: articles of one source of their own, which nothing is fetched for."""

from __future__ import annotations

from collections.abc import Iterable
from sqlite3 import Connection

from roya_tui.model import SAVED_PAGES, NewSource, SaveResult
from roya_tui.store.articles import ingestion
from roya_tui.store.bodies import PreparedEntry, is_readable
from roya_tui.store.connection import transaction, translate_errors
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data.journal import record
from roya_tui.store.user_data.snapshots import RowSnapshot
from roya_tui.text import format_count

TITLE = "Saved pages"
"""What the source is called until the person calls it something else."""


def is_saved(db: Connection, page: PreparedEntry) -> bool:
    """Return whether a page is among those saved."""
    there = """SELECT 1 FROM article JOIN source ON source.id = source_id LEFT JOIN state ON article_id = article.id
        WHERE source.url = ? AND removed_at IS NULL AND guid = ? AND hidden_at IS NULL"""
    return db.execute(there, (SAVED_PAGES, page.guid)).fetchone() is not None


@translate_errors
def save(db: Connection, page: PreparedEntry, now: int) -> tuple[int, str]:
    """Keep a page, as one step of the journal, and return its number as an article, and what became of it.

    That is "new"; "changed": it was there, and what it said then is now its earlier version; or "same". The source is
    made when it is first needed. Undoing hides the page again, and takes away the source that came with it.
    """
    with transaction(db):
        id, became, undone = _save(db, page, now)
        if undone:
            record(db, f"Saved “{page.title or page.url}”.", undone, now)
        return id, became


@translate_errors
def save_all(db: Connection, pages: Iterable[PreparedEntry], now: int) -> int:
    """Keep pages as one step of the journal, and return how many are new; those that are there stay as they are."""
    with transaction(db):
        missing = [page for page in pages if not is_saved(db, page)]
        undone = [image for page in missing for image in _save(db, page, now)[2]]
        if undone:
            record(db, f"Saved {format_count(len(missing), 'page')}.", undone, now)
        return len(missing)


def _save(db: Connection, page: PreparedEntry, now: int) -> tuple[int, str, list[RowSnapshot]]:
    """Keep a page, and return its number, what became of it, and what undo needs to know."""
    before = db.execute("SELECT removed_at FROM source WHERE url = ?", (SAVED_PAGES,)).fetchone()
    source = subscriptions.add(db, NewSource(SAVED_PAGES, title=TITLE), now)
    # The same words are left as they are: this time the page's clock may not be known.
    there = "SELECT id, feed FROM article JOIN body ON article_id = id WHERE source_id = ? AND guid = ?"
    id, body = db.execute(there, (source.id, page.guid)).fetchone() or (0, None)
    same = body is not None and is_readable(body) and ingestion.is_unchanged(db, id, page)
    if not same:  # of a damaged one, all is written anew
        db.execute("UPDATE article SET stamp = 0 WHERE id = ?", (id,))
    saved = SaveResult(same=1) if same else ingestion.save(db, source.id, None, [page], now)
    id, hidden = db.execute(
        "SELECT id, hidden_at FROM article LEFT JOIN state ON article_id = id WHERE source_id = ? AND guid = ?",
        (source.id, page.guid),
    ).fetchone()
    comes = bool(saved.new) or hidden is not None
    undone = []
    if comes:
        db.execute("UPDATE state SET hidden_at = NULL WHERE article_id = ?", (id,))
        undone.append(RowSnapshot("state", ("hidden_at",), [(id, now)]))
    if before is None or before[0] is not None:
        undone.append(RowSnapshot("source", ("removed_at",), [(source.id, now)]))
    return int(id), "new" if undone else "changed" if saved.changed else "same", undone
