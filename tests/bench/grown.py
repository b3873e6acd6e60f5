"""A store grown to many times its articles by SQL alone: for what should not depend on how many there are.

Each article comes again some times, always older by all that there is; search knows the copies by their titles and by
the words that are planted in texts. Making them the long way would take hours.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from tests.bench import invented

from roya_tui.store import connection, database
from roya_tui.store.schema import migrations

_UNREAD_EVERY = 7
"""One of so many copies is unread, as with people who have read for years."""
_COLUMNS = (
    "source_id, digest, stamp, published, updated, first_seen, changed_at, full, revisions, minutes, pictures,"
    " language, title, author, url"
)


def home(folder: Path, work: Path, times: int, tell: Callable[[str], None]) -> Path:
    """A home folder with `times` as many articles as `folder` has; made unless there is one already."""
    grown = work / f"{folder.name}-x{times}"
    made_by = (folder / "made-by").read_text() + Path(__file__).read_text() + str(len(migrations.MIGRATIONS))
    if (grown / "made-by").is_file() and (grown / "made-by").read_text() == made_by:
        return grown
    shutil.rmtree(grown, ignore_errors=True)
    tell(f"Growing it to {times} times as many…")
    shutil.copytree(folder, grown)
    db = database.open_store(grown / "news.db")
    size = int(db.execute("SELECT count(*) FROM article").fetchone()[0])
    for copy in range(1, times):
        with connection.transaction(db):
            _again(db, copy, size)
    db.close()
    (grown / "made-by").write_text(made_by)
    return grown


def _again(db: sqlite3.Connection, copy: int, size: int) -> None:
    """Let all of the first `size` articles come once more, older and with ids after the others."""
    by = copy * size
    db.execute(
        f"INSERT INTO article (id, guid, at, {_COLUMNS}) SELECT id + {by}, guid || ':{copy}', at -"
        f" {copy * invented.YEARS}, {_COLUMNS} FROM article WHERE id <= {size}"
    )
    db.execute(f"INSERT INTO body (article_id, feed) SELECT id + {by}, x'' FROM article WHERE id <= {size}")
    db.execute(
        "INSERT INTO article_tag (article_id, tag_id, by_feed)"
        f" SELECT article_id + {by}, tag_id, 1 FROM article_tag WHERE article_id <= {size}"
    )
    planted = ((invented.COMMON_WORD, 4), (invented.OCCASIONAL_WORD, 50), (invented.RARE_WORD, 2_000))
    words = " || ' ' || ".join(f"iif(id % {every}, '', '{word}')" for word, every in planted)
    db.execute(
        "INSERT INTO search (rowid, title, author, text)"
        f" SELECT id + {by}, lower(title), lower(author), {words} FROM article WHERE id <= {size}"
    )
    db.execute(
        "INSERT INTO beginnings (rowid, title, author)"
        f" SELECT id + {by}, lower(title), lower(author) FROM article WHERE id <= {size}"
    )
    db.execute(
        f"INSERT INTO state (article_id, read_at) SELECT id, at FROM article WHERE id > {by} AND id % {_UNREAD_EVERY}"
    )
