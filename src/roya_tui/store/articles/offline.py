"""Prefetching for offline reading: which articles, and which downloads failed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from sqlite3 import Connection

from msgspec import Struct

from roya_tui.model import Picture
from roya_tui.store import bodies
from roya_tui.store.articles.ingestion import save_full_text
from roya_tui.store.articles.search_index import load_body
from roya_tui.store.connection import transaction
from roya_tui.store.user_data.rule_flags import HIDDEN
from roya_tui.text import strip_html

_MIN_TEXT_SHARE = 0.8
"""A page with a smaller share of the feed's text does not have the whole article."""

# The index by time returns them newest first.
_CANDIDATES = f"""
SELECT a.id, a.source_id, a.url, a.full, a.pictures FROM article AS a CROSS JOIN source AS o ON o.id = a.source_id
LEFT JOIN state AS s ON s.article_id = a.id
WHERE a.at >= ?1 AND o.removed_at IS NULL AND NOT o.sample AND {HIDDEN} IS NULL
    AND (s.read_at IS NULL OR s.starred_at IS NOT NULL)
    AND (json_array_length(?2) = 0 OR a.source_id IN (SELECT value FROM json_each(?2)))
ORDER BY a.at DESC, a.id DESC LIMIT ?3
"""


class PrefetchCandidate(Struct, frozen=True):
    """An article that you are likely to read offline."""

    id: int
    source_id: int
    url: str
    full: bool
    pictures: int


class FailedAddress(Struct, frozen=True):
    """Consecutive failures of an address and the time of the next attempt."""

    failures: int
    again_at: int


def list_candidates(db: Connection, since: int, limit: int, sources: Sequence[int] = ()) -> list[PrefetchCandidate]:
    """Return the newest unread or starred articles of `sources`, or of all but samples."""
    rows = db.execute(_CANDIDATES, (since, json.dumps(sources), limit))
    return [PrefetchCandidate(id, source_id, url, bool(full), pictures) for id, source_id, url, full, pictures in rows]


def picture_urls(db: Connection, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return the addresses of the pictures of each article."""
    return {id: tuple(picture.url for picture in bodies.merge_pictures(*load_body(db, id))) for id in ids}


def iter_picture_urls(db: Connection) -> Iterator[str]:
    """Yield the addresses of all pictures, the latest first. Slow for a large database."""
    for feed, page in db.execute("SELECT feed, page FROM body ORDER BY article_id DESC"):
        for picture in bodies.merge_pictures(bodies.unpack(feed), bodies.unpack_page(page)):
            yield picture.url


def save_page(db: Connection, id: int, html: str, pictures: Sequence[Picture]) -> bool:
    """Save the text of an article's page; False if the feed has clearly more text."""
    feed, _ = load_body(db, id)
    feed_text = strip_html(feed["content"] or feed["summary"])
    if len(strip_html(html)) < _MIN_TEXT_SHARE * len(feed_text):
        return False
    with transaction(db):
        save_full_text(db, id, html, pictures)
    return True


def load_failures(db: Connection) -> dict[str, FailedAddress]:
    """Return all failed addresses."""
    return {url: FailedAddress(*facts) for url, *facts in db.execute("SELECT url, failures, again_at FROM missed")}


def find_failed(db: Connection, urls: Sequence[str], now: int) -> dict[str, str]:
    """Return those of `urls` that failed and are not due yet, with the kinds of the failures."""
    held = "SELECT url, kind FROM missed WHERE url IN (SELECT value FROM json_each(?)) AND again_at > ?"
    return dict(db.execute(held, (json.dumps(urls), now)))


def record_failures(db: Connection, again_at: Mapping[str, int], kind: str) -> None:
    """Count one more failure of each address and set its next attempt."""
    with transaction(db):
        db.executemany(
            "INSERT INTO missed (url, failures, again_at, kind) VALUES (?, 1, ?, ?) ON CONFLICT (url) DO UPDATE"
            " SET failures = failures + 1, again_at = excluded.again_at, kind = excluded.kind",
            ((url, at, kind) for url, at in again_at.items()),
        )


def clear_failure(db: Connection, url: str) -> None:
    """Delete the failures of an address."""
    if db.execute("SELECT 1 FROM missed WHERE url = ?", (url,)).fetchone():
        with transaction(db):
            db.execute("DELETE FROM missed WHERE url = ?", (url,))
