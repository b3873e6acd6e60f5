"""What is worth having without a network, and what of it could not be had."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from sqlite3 import Connection

from msgspec import Struct

from roya_tui.model import Picture
from roya_tui.store import bodies
from roya_tui.store.database import told, transaction
from roya_tui.store.incoming import keep_full_text
from roya_tui.store.muting import HIDDEN
from roya_tui.store.wide import wide
from roya_tui.text import plain

_THIN = 0.8
"""A page with so much less text than its feed gave is not the whole article, and no gain."""

# The index by time gives them newest first.
_WORTH = f"""
SELECT a.id, a.source_id, a.url, a.full, a.pictures FROM article AS a CROSS JOIN source AS o ON o.id = a.source_id
LEFT JOIN state AS s ON s.article_id = a.id
WHERE a.at >= ?1 AND o.removed_at IS NULL AND NOT o.sample AND {HIDDEN} IS NULL
    AND (s.read_at IS NULL OR s.starred_at IS NOT NULL)
    AND (json_array_length(?2) = 0 OR a.source_id IN (SELECT value FROM json_each(?2)))
ORDER BY a.at DESC, a.id DESC LIMIT ?3
"""


class Worth(Struct, frozen=True):
    """An article that someone is likely to read where there is no network."""

    id: int
    source_id: int
    url: str
    full: bool
    pictures: int


class Missed(Struct, frozen=True):
    """How often something could not be had in a row, and when to ask again."""

    failures: int
    again_at: int


@told
def worth(db: Connection, since: int, most: int, sources: Sequence[int] = ()) -> list[Worth]:
    """Return the newest articles from `since` on that are unread or starred, of `sources` or of all but samples."""
    rows = db.execute(_WORTH, (since, json.dumps(sources), most))
    return [Worth(id, source_id, url, bool(full), pictures) for id, source_id, url, full, pictures in rows]


@told
def pictures_of(db: Connection, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return the addresses of the pictures of each article."""
    return {id: tuple(picture.url for picture in bodies.pictures(*wide(db, id))) for id in ids}


def all_pictures(db: Connection) -> Iterator[str]:
    """Yield the addresses of the pictures of all articles, the latest first; slow for a big store."""
    for feed, page in db.execute("SELECT feed, page FROM body ORDER BY article_id DESC"):
        for picture in bodies.pictures(bodies.unpack(feed), bodies.unpack_page(page)):
            yield picture.url


@told
def keep_page(db: Connection, id: int, html: str, pictures: Sequence[Picture]) -> bool:
    """Keep the text of an article's page; False, and nothing is kept, where the feed gave clearly more."""
    feed, _ = wide(db, id)
    given = plain(feed["content"] or feed["summary"])
    if len(plain(html)) < _THIN * len(given):
        return False
    with transaction(db):
        keep_full_text(db, id, html, pictures)
    return True


@told
def missed(db: Connection) -> dict[str, Missed]:
    """Return what could not be had, by address."""
    return {url: Missed(*facts) for url, *facts in db.execute("SELECT url, failures, again_at FROM missed")}


@told
def missed_among(db: Connection, urls: Sequence[str], now: int) -> set[str]:
    """Return those of `urls` that failed, and are not to be asked for yet."""
    rows = db.execute(
        "SELECT url FROM missed WHERE url IN (SELECT value FROM json_each(?)) AND again_at > ?", (json.dumps(urls), now)
    )
    return {url for (url,) in rows}


@told
def miss(db: Connection, again_at: Mapping[str, int], kind: str) -> None:
    """Note that each of these addresses failed once more, and when to ask there again."""
    with transaction(db):
        db.executemany(
            "INSERT INTO missed (url, failures, again_at, kind) VALUES (?, 1, ?, ?) ON CONFLICT (url) DO UPDATE"
            " SET failures = failures + 1, again_at = excluded.again_at, kind = excluded.kind",
            ((url, at, kind) for url, at in again_at.items()),
        )


@told
def had(db: Connection, url: str) -> None:
    """Forget that an address ever failed."""
    if db.execute("SELECT 1 FROM missed WHERE url = ?", (url,)).fetchone():
        with transaction(db):
            db.execute("DELETE FROM missed WHERE url = ?", (url,))
