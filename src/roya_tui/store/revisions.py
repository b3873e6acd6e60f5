"""Earlier versions of an article."""

from __future__ import annotations

from sqlite3 import Connection

from roya_tui.model import Revision
from roya_tui.store import bodies
from roya_tui.store.database import told


@told
def revisions(db: Connection, article_id: int) -> list[Revision]:
    """Return the versions that later ones took the place of, newest first, but for damaged ones."""
    rows = db.execute(
        "SELECT id, replaced, title, updated, digest, feed FROM revision WHERE article_id = ? ORDER BY id DESC",
        (article_id,),
    )
    read = _read_last(db, article_id)
    found = []
    for id, replaced, title, updated, digest, packed in rows:
        wide = bodies.unpack(packed)
        if "damaged" in wide:
            continue
        was_read = digest == read
        read = None if was_read else read  # a text that came back has one digest twice: the last one was read
        pictures = bodies.pictures(wide, {})
        found.append(Revision(id, replaced, title, wide["summary"], wide["content"], updated, pictures, was_read))
    return found


def _read_last(db: Connection, article_id: int) -> int | None:
    """Return the digest of the version that was read last and is not the present one."""
    row = db.execute(
        "SELECT digest, read_digest, earlier_digest FROM article JOIN state ON article_id = id WHERE id = ?",
        (article_id,),
    ).fetchone()
    present, *read = row or (None,)
    return next((digest for digest in read if digest not in (None, present)), None)
