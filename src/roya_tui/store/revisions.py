"""Earlier versions of an article."""

from __future__ import annotations

from sqlite3 import Connection

from roya_tui.model import Revision
from roya_tui.store import bodies
from roya_tui.store.database import told


@told
def revisions(db: Connection, article_id: int) -> list[Revision]:
    """Return the versions that later ones took the place of, newest first."""
    rows = db.execute(
        "SELECT id, replaced, title, updated, feed FROM revision WHERE article_id = ? ORDER BY id DESC", (article_id,)
    )
    found = []
    for id, replaced, title, updated, packed in rows:
        wide = bodies.unpack(packed)
        found.append(Revision(id, replaced, title, wide["summary"], wide["content"], updated))
    return found
