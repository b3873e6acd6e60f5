"""Pages that the person saves one by one: articles of one source of their own, which nothing is fetched for."""

from __future__ import annotations

from collections.abc import Iterable
from sqlite3 import Connection

from roya_tui.model import SAVED_PAGES, NewSource, Saved
from roya_tui.store import incoming, sources
from roya_tui.store.bodies import Prepared, is_sound
from roya_tui.store.database import told, transaction
from roya_tui.store.images import Image
from roya_tui.store.undo import record
from roya_tui.text import many

TITLE = "Saved pages"
"""What the source is called until the person calls it something else."""


def is_kept(db: Connection, page: Prepared) -> bool:
    """Return whether a page is among those saved."""
    there = """SELECT 1 FROM article JOIN source ON source.id = source_id LEFT JOIN state ON article_id = article.id
        WHERE source.url = ? AND removed_at IS NULL AND guid = ? AND hidden_at IS NULL"""
    return db.execute(there, (SAVED_PAGES, page.guid)).fetchone() is not None


@told
def keep(db: Connection, page: Prepared, now: int) -> tuple[int, str]:
    """Keep a page, as one step of the journal, and return its number as an article, and what became of it.

    That is "new"; "changed": it was there, and what it said then is now its earlier version; or "same". The source is
    made when it is first needed. Undoing hides the page again, and takes away the source that came with it.
    """
    with transaction(db):
        id, became, undone = _keep(db, page, now)
        if undone:
            record(db, f"Saved “{page.title or page.url}”.", undone, now)
        return id, became


@told
def keep_all(db: Connection, pages: Iterable[Prepared], now: int) -> int:
    """Keep pages as one step of the journal, and return how many are new; those that are there stay as they are."""
    with transaction(db):
        missing = [page for page in pages if not is_kept(db, page)]
        undone = [image for page in missing for image in _keep(db, page, now)[2]]
        if undone:
            record(db, f"Saved {many(len(missing), 'page')}.", undone, now)
        return len(missing)


def _keep(db: Connection, page: Prepared, now: int) -> tuple[int, str, list[Image]]:
    """Keep a page, and return its number, what became of it, and what undo needs to know."""
    before = db.execute("SELECT removed_at FROM source WHERE url = ?", (SAVED_PAGES,)).fetchone()
    source = sources.add(db, NewSource(SAVED_PAGES, title=TITLE), now)
    # The same words are left as they are: this time the page's clock may not be known.
    there = "SELECT id, feed FROM article JOIN body ON article_id = id WHERE source_id = ? AND guid = ?"
    id, body = db.execute(there, (source.id, page.guid)).fetchone() or (0, None)
    same = body is not None and is_sound(body) and incoming.says_the_same(db, id, page)
    if not same:  # of a damaged one, all is written anew
        db.execute("UPDATE article SET stamp = 0 WHERE id = ?", (id,))
    saved = Saved(same=1) if same else incoming.save(db, source.id, None, [page], now)
    id, hidden = db.execute(
        "SELECT id, hidden_at FROM article LEFT JOIN state ON article_id = id WHERE source_id = ? AND guid = ?",
        (source.id, page.guid),
    ).fetchone()
    comes = bool(saved.new) or hidden is not None
    undone = []
    if comes:
        db.execute("UPDATE state SET hidden_at = NULL WHERE article_id = ?", (id,))
        undone.append(Image("state", ("hidden_at",), [(id, now)]))
    if before is None or before[0] is not None:
        undone.append(Image("source", ("removed_at",), [(source.id, now)]))
    return int(id), "new" if undone else "changed" if saved.changed else "same", undone
