"""Saved pages: articles of one source of their own, which is never checked."""

from __future__ import annotations

from collections.abc import Iterable
from sqlite3 import Connection

from roya_tui.model import SAVED_PAGES, NewSource, SaveResult
from roya_tui.store.articles import ingestion
from roya_tui.store.bodies import PreparedEntry, is_readable
from roya_tui.store.connection import transaction
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data.journal import record
from roya_tui.store.user_data.snapshots import RowSnapshot
from roya_tui.translation import gettext, gettext_noop, ngettext

TITLE = gettext_noop("Saved pages")
"""Default title of the source of saved pages."""


def is_saved(db: Connection, page: PreparedEntry) -> bool:
    """Return whether a page is saved already."""
    saved = """SELECT 1 FROM article JOIN source ON source.id = source_id LEFT JOIN state ON article_id = article.id
        WHERE source.url = ? AND removed_at IS NULL AND guid = ? AND hidden_at IS NULL"""
    return db.execute(saved, (SAVED_PAGES, page.guid)).fetchone() is not None


def save(db: Connection, page: PreparedEntry, now: int) -> tuple[int, str]:
    """Save a page as one step of the journal; return its article id and what happened.

    That is "new", "changed" (the former text is now a version) or "same". The first page creates the source. Undo hides
    the page again and removes the source if it came with it.
    """
    with transaction(db):
        id, outcome, undone = _save(db, page, now)
        if undone:
            record(db, gettext("Saved “{page}”.", page=page.title or page.url), undone, now)
        return id, outcome


def save_all(db: Connection, pages: Iterable[PreparedEntry], now: int) -> int:
    """Save pages as one step of the journal; return how many are new. Others stay unchanged."""
    with transaction(db):
        missing = [page for page in pages if not is_saved(db, page)]
        undone = [image for page in missing for image in _save(db, page, now)[2]]
        if undone:
            record(db, ngettext("Saved {count:,} page.", "Saved {count:,} pages.", len(missing)), undone, now)
        return len(missing)


def _save(db: Connection, page: PreparedEntry, now: int) -> tuple[int, str, list[RowSnapshot]]:
    """Save a page; return its id, what happened, and the rows for undo."""
    before = db.execute("SELECT removed_at FROM source WHERE url = ?", (SAVED_PAGES,)).fetchone()
    source = subscriptions.add(db, NewSource(SAVED_PAGES, title=gettext(TITLE)), now)
    # An unchanged text is not saved again: this time the page may lack its date.
    stored = "SELECT id, feed FROM article JOIN body ON article_id = id WHERE source_id = ? AND guid = ?"
    id, body = db.execute(stored, (source.id, page.guid)).fetchone() or (0, None)
    same = body is not None and is_readable(body) and ingestion.is_unchanged(db, id, page)
    if not same:  # a damaged body is written again
        db.execute("UPDATE article SET stamp = 0 WHERE id = ?", (id,))
    saved = SaveResult(same=1) if same else ingestion.save(db, source.id, None, [page], now)
    shown = "SELECT id, hidden_at FROM article LEFT JOIN state ON article_id = id WHERE source_id = ? AND guid = ?"
    id, hidden = db.execute(shown, (source.id, page.guid)).fetchone()
    appears = bool(saved.new) or hidden is not None
    undone = []
    if appears:
        db.execute("UPDATE state SET hidden_at = NULL WHERE article_id = ?", (id,))
        undone.append(RowSnapshot("state", ("hidden_at",), [(id, now)]))
    if before is None or before[0] is not None:
        undone.append(RowSnapshot("source", ("removed_at",), [(source.id, now)]))
    return int(id), "new" if undone else "changed" if saved.changed else "same", undone
