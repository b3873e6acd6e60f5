"""Identity of articles within a source: the guid, or guid and link where a feed repeats guids."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from sqlite3 import Connection

from roya_tui.model import Enclosure, Entry
from roya_tui.normalization import normalize_link
from roya_tui.store import bodies
from roya_tui.store.articles.matching import adopt_server_articles
from roya_tui.store.bodies import PreparedEntry


def identify(db: Connection, source_id: int, rows: Sequence[PreparedEntry]) -> list[PreparedEntry]:
    """Return the entries of a document with their identities, without those of deleted articles.

    If two have the same guid and different links, the source switches to guid and link for good.
    """
    (by_link,) = db.execute("SELECT by_link FROM feed WHERE source_id = ?", (source_id,)).fetchone() or (0,)
    repeated = find_repeated_guids((row.guid, row.url) for row in rows)
    if repeated:
        # Earlier versions of the app stored only the guid of a deleted article, so it is unknown which of these it was.
        chosen = "source_id = ? AND url IS NULL AND guid IN (SELECT value FROM json_each(?))"
        db.execute(f"DELETE FROM forgotten WHERE {chosen}", (source_id, json.dumps(repeated)))
        if not by_link:
            _switch(db, source_id)
            by_link = 1
    identified = [row._replace(guid=_with_link(row.guid, row.url)) for row in rows] if by_link else rows
    adopt_server_articles(db, source_id, identified)
    deleted = dict(db.execute("SELECT guid, url FROM forgotten WHERE source_id = ?", (source_id,)).fetchall())
    if not by_link:
        return [row for row in rows if row.guid not in deleted]
    return [
        new for old, new in zip(rows, identified, strict=True)
        if new.guid not in deleted and deleted.get(old.guid, "") is not None
    ]  # fmt: skip


def find_repeated_guids(entries: Iterable[tuple[str, str]]) -> list[str]:
    """Return the guids that several of `entries`, as (guid, link), have with links that differ in more than details."""
    links: dict[str, str] = {}
    repeated: dict[str, None] = {}
    for guid, url in entries:
        if guid and url:
            known = links.setdefault(guid, url)
            if known != url and normalize_link(known) != normalize_link(url):
                repeated[guid] = None
    return list(repeated)


def _with_link(guid: str, url: str) -> str:
    """Return the identity of an article by guid and link: only the guid if it is the link, or if there is no link."""
    link = normalize_link(url)
    return guid if link in ("", normalize_link(guid)) else bodies.shorten_guid(f"{guid} {link}")


def _switch(db: Connection, source_id: int) -> None:
    """Give all articles of a source, also deleted ones, the identity by guid and link."""
    db.execute("UPDATE feed SET by_link = 1 WHERE source_id = ?", (source_id,))
    stored = db.execute(
        "SELECT id, guid, url, CASE url WHEN '' THEN feed END FROM article JOIN body ON article_id = id"
        " WHERE source_id = ?",
        (source_id,),
    ).fetchall()
    # Ignore an identity that another article has: only a guid made for it can equal a guid and link.
    db.executemany(
        "UPDATE OR IGNORE article SET guid = ? WHERE id = ?",
        ((_with_link(guid, url or _link_in(feed)), id) for id, guid, url, feed in stored),
    )
    deleted = db.execute("SELECT guid, url FROM forgotten WHERE source_id = ? AND url <> ''", (source_id,)).fetchall()
    db.executemany(
        "UPDATE OR IGNORE forgotten SET guid = ? WHERE source_id = ? AND guid = ?",
        ((_with_link(guid, url), source_id, guid) for guid, url in deleted),
    )


def _link_in(body: bytes) -> str:
    """Return the link of an article that an earlier version of the app stored without one."""
    files = bodies.unpack(body)["enclosures"]
    return Entry(enclosures=tuple(Enclosure(*values) for values in files)).link
