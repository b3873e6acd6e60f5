"""What is worth having without a network, and what of it could not be had."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from sqlite3 import Connection

from msgspec import Struct

from roya_tui.model import Picture
from roya_tui.store import bodies
from roya_tui.store.articles.ingestion import save_full_text
from roya_tui.store.articles.search_index import load_body
from roya_tui.store.connection import transaction, translate_errors
from roya_tui.store.user_data.rule_flags import HIDDEN
from roya_tui.text import strip_html

_MIN_TEXT_SHARE = 0.8
"""A page with so much less text than its feed gave is not the whole article, and no gain."""

# The index by time gives them newest first.
_CANDIDATES = f"""
SELECT a.id, a.source_id, a.url, a.full, a.pictures FROM article AS a CROSS JOIN source AS o ON o.id = a.source_id
LEFT JOIN state AS s ON s.article_id = a.id
WHERE a.at >= ?1 AND o.removed_at IS NULL AND NOT o.sample AND {HIDDEN} IS NULL
    AND (s.read_at IS NULL OR s.starred_at IS NOT NULL)
    AND (json_array_length(?2) = 0 OR a.source_id IN (SELECT value FROM json_each(?2)))
ORDER BY a.at DESC, a.id DESC LIMIT ?3
"""


class PrefetchCandidate(Struct, frozen=True):
    """An article that someone is likely to read where there is no network."""

    id: int
    source_id: int
    url: str
    full: bool
    pictures: int


class FailedAddress(Struct, frozen=True):
    """How often something could not be had in a row, and when to ask again."""

    failures: int
    again_at: int


@translate_errors
def list_candidates(db: Connection, since: int, limit: int, sources: Sequence[int] = ()) -> list[PrefetchCandidate]:
    """Return the newest articles from `since` on that are unread or starred, of `sources` or of all but samples."""
    rows = db.execute(_CANDIDATES, (since, json.dumps(sources), limit))
    return [PrefetchCandidate(id, source_id, url, bool(full), pictures) for id, source_id, url, full, pictures in rows]


@translate_errors
def picture_urls(db: Connection, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return the addresses of the pictures of each article."""
    return {id: tuple(picture.url for picture in bodies.merge_pictures(*load_body(db, id))) for id in ids}


def iter_picture_urls(db: Connection) -> Iterator[str]:
    """Yield the addresses of the pictures of all articles, the latest first; slow for a big store."""
    for feed, page in db.execute("SELECT feed, page FROM body ORDER BY article_id DESC"):
        for picture in bodies.merge_pictures(bodies.unpack(feed), bodies.unpack_page(page)):
            yield picture.url


@translate_errors
def save_page(db: Connection, id: int, html: str, pictures: Sequence[Picture]) -> bool:
    """Keep the text of an article's page; False, and nothing is kept, where the feed gave clearly more."""
    feed, _ = load_body(db, id)
    given = strip_html(feed["content"] or feed["summary"])
    if len(strip_html(html)) < _MIN_TEXT_SHARE * len(given):
        return False
    with transaction(db):
        save_full_text(db, id, html, pictures)
    return True


@translate_errors
def load_failures(db: Connection) -> dict[str, FailedAddress]:
    """Return what could not be had, by address."""
    return {url: FailedAddress(*facts) for url, *facts in db.execute("SELECT url, failures, again_at FROM missed")}


@translate_errors
def find_failed(db: Connection, urls: Sequence[str], now: int) -> set[str]:
    """Return those of `urls` that failed, and are not to be asked for yet."""
    rows = db.execute(
        "SELECT url FROM missed WHERE url IN (SELECT value FROM json_each(?)) AND again_at > ?", (json.dumps(urls), now)
    )
    return {url for (url,) in rows}


@translate_errors
def record_failures(db: Connection, again_at: Mapping[str, int], kind: str) -> None:
    """Note that each of these addresses failed once more, and when to ask there again."""
    with transaction(db):
        db.executemany(
            "INSERT INTO missed (url, failures, again_at, kind) VALUES (?, 1, ?, ?) ON CONFLICT (url) DO UPDATE"
            " SET failures = failures + 1, again_at = excluded.again_at, kind = excluded.kind",
            ((url, at, kind) for url, at in again_at.items()),
        )


@translate_errors
def clear_failure(db: Connection, url: str) -> None:
    """Forget that an address ever failed."""
    if db.execute("SELECT 1 FROM missed WHERE url = ?", (url,)).fetchone():
        with transaction(db):
            db.execute("DELETE FROM missed WHERE url = ?", (url,))
