"""Find the articles here that are articles of the server, by id, guid or link."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from sqlite3 import Connection
from typing import Any, NamedTuple

from msgspec import json as fast_json
from msgspec.structs import replace

from roya_tui.model import RemoteEntry, RemoteState
from roya_tui.normalization import normalize_link
from roya_tui.store.bodies import PreparedEntry, shorten_guid
from roya_tui.store.connection import to_json

_HASH_PREFIX, _ID_PREFIX = "sha256:", "server:"
"""Begin the guids of articles whose own guid the server does not send."""
_SERVER_GUIDS = "(guid >= 'sha256:' AND guid < 'sha256;' OR guid >= 'server:' AND guid < 'server;')"


class MatchableArticle(NamedTuple):
    """An article here, or a deleted one (`id` is None)."""

    id: int | None
    guid: str
    url: str


def hash_guid(guid: str) -> str:
    """Return the SHA-256 of a guid as Miniflux computes it, in hexadecimal digits."""
    return hashlib.sha256(guid.encode("utf-8", "replace")).hexdigest()


def _hash_of(guid: str) -> str:
    return guid.removeprefix(_HASH_PREFIX) if guid.startswith(_HASH_PREFIX) else hash_guid(guid)


def server_guid(account_id: int, entry: RemoteEntry) -> str:
    """Return the guid for an article that is only on the server."""
    if entry.guid:
        return shorten_guid(entry.guid)
    return f"{_HASH_PREFIX}{entry.guid_hash}" if entry.guid_hash else f"{_ID_PREFIX}{account_id}:{entry.remote_id}"


def is_same_article(account_id: int, entry: RemoteEntry, guid: str, url: str) -> bool:
    """Whether an entry can be the article with this guid and link; True if the server sends no guids."""
    if not (entry.guid or entry.guid_hash):
        return True
    is_same_guid = guid == server_guid(account_id, entry) or _hash_of(guid) == entry.guid_hash
    return is_same_guid or normalize_link(url) == normalize_link(entry.url)


def match_entries(
    db: Connection, account_id: int, source_id: int, entries: Sequence[RemoteEntry]
) -> dict[str, MatchableArticle]:
    """Return the articles of a source that are entries of the server, by remote id.

    Only articles that belong to no entry yet are considered, and each belongs to at most one.
    """
    if not entries:
        return {}
    rows = db.execute(
        "SELECT id, guid, url FROM article AS a WHERE source_id = ? AND NOT EXISTS"
        " (SELECT 1 FROM remote_article AS r WHERE r.article_id = a.id AND r.account_id = ?)",
        (source_id, account_id),
    )
    articles = [MatchableArticle(*row) for row in rows]
    deleted = db.execute("SELECT guid, url FROM forgotten WHERE source_id = ?", (source_id,))
    articles += [MatchableArticle(None, guid, url or "") for guid, url in deleted]
    by_guid = {known.guid: known for known in articles}
    by_hash = {_hash_of(known.guid): known for known in articles}
    by_link = _by_unique_link((known.url, known) for known in articles)
    links = _by_unique_link((entry.url, entry.remote_id) for entry in entries)
    found: dict[str, MatchableArticle] = {}
    taken: set[str] = set()
    for entry in entries:
        known = by_guid.get(server_guid(account_id, entry)) or by_hash.get(entry.guid_hash)
        if known is None and links.get(link := normalize_link(entry.url)) == entry.remote_id:
            known = by_link.get(link)
        if known is not None and known.guid not in taken:
            found[entry.remote_id] = known
            taken.add(known.guid)
    return found


def _by_unique_link(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return the values by their normalized link, without links that occur more than once."""
    found: dict[str, Any] = {}
    repeated = set()
    for url, value in pairs:
        if link := normalize_link(url):
            if link in found:
                repeated.add(link)
            found[link] = value
    return {link: value for link, value in found.items() if link not in repeated}


def adopt_server_articles(db: Connection, source_id: int, rows: Sequence[PreparedEntry]) -> None:
    """Give articles that came from a server the guids of the feed, so that the feed's entries are the same articles.

    Also deleted ones, so that they stay deleted.
    """
    of_source = f"WHERE source_id = ?1 AND {_SERVER_GUIDS}"
    stored = db.execute(
        f"SELECT id, guid, url FROM article {of_source} UNION ALL SELECT NULL, guid, url FROM forgotten {of_source}",
        (source_id,),
    )
    articles = [MatchableArticle(id, guid, url or "") for id, guid, url in stored]
    if not articles:
        return
    by_hash = {known.guid.removeprefix(_HASH_PREFIX): known for known in articles}
    by_link = _by_unique_link((known.url, known) for known in articles)
    links = _by_unique_link((row.url, row.guid) for row in rows)
    for row in rows:
        known = by_hash.get(hash_guid(row.guid))
        if known is None and links.get(link := normalize_link(row.url)) == row.guid:
            known = by_link.get(link)
        if known is not None:
            table = "forgotten" if known.id is None else "article"
            db.execute(
                f"UPDATE OR IGNORE {table} SET guid = ? WHERE source_id = ? AND guid = ?",
                (row.guid, source_id, known.guid),
            )


# Articles that are fetched from their feeds: the server may have them before they are here.


def expect(db: Connection, account_id: int, source_id: int, entry: RemoteEntry) -> None:
    """Save what the server has of an article until it is fetched from its feed."""
    facts = (entry.guid, entry.guid_hash, entry.url, entry.read, entry.starred, entry.tags)
    db.execute(
        "INSERT OR REPLACE INTO expected_article (account_id, remote_id, source_id, facts) VALUES (?, ?, ?, ?)",
        (account_id, entry.remote_id, source_id, json.dumps(facts)),
    )


def load_expected(db: Connection, account_id: int, source_id: int) -> list[RemoteEntry]:
    """Return the entries of a source that wait for their articles."""
    rows = db.execute(
        "SELECT remote_id, facts FROM expected_article WHERE account_id = ? AND source_id = ?", (account_id, source_id)
    )
    return [_entry(remote_id, fast_json.decode(facts)) for remote_id, facts in rows]


def update_expected(db: Connection, account_id: int, states: Iterable[RemoteState]) -> None:
    """Change what the server has of articles that are not here yet."""
    by_id = {state.remote_id: state for state in states}
    rows = db.execute(
        "SELECT remote_id, source_id, facts FROM json_each(?) AS j CROSS JOIN expected_article AS e"
        " ON e.account_id = ? AND e.remote_id = j.value",
        (to_json(list(by_id)), account_id),
    ).fetchall()
    for remote_id, source_id, facts in rows:
        entry, state = _entry(remote_id, fast_json.decode(facts)), by_id[remote_id]
        read = entry.read if state.read is None else state.read
        starred = entry.starred if state.starred is None else state.starred
        tags = entry.tags if state.tags is None else state.tags
        expect(db, account_id, source_id, replace(entry, read=read, starred=starred, tags=tags))


def _entry(remote_id: str, facts: Sequence[Any]) -> RemoteEntry:
    guid, guid_hash, url, read, starred, tags = facts
    return RemoteEntry(remote_id, "", read, starred, url, guid=guid, guid_hash=guid_hash, tags=tuple(tags))
