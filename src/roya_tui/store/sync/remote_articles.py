"""Articles of accounts: their ids on the server, and the marks that the server has of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from sqlite3 import Connection
from typing import NamedTuple

from roya_tui.model import Feed, RemoteEntry, RemoteState, SaveResult
from roya_tui.store.articles import account_marks, ingestion, search_index
from roya_tui.store.articles.matching import expect, is_same_article, match_entries, server_guid, update_expected
from roya_tui.store.articles.search_index import IndexFunction
from roya_tui.store.bodies import PreparedEntry
from roya_tui.store.connection import to_json, transaction
from roya_tui.text import fold_name

_BATCH = 500
"""Articles that are changed in one transaction, so that the app need not wait long."""


def all_ids(db: Connection, account_id: int) -> set[str]:
    """Return all ids of an account that were seen before, also those of deleted articles."""
    return {id for (id,) in db.execute("SELECT remote_id FROM remote_article WHERE account_id = ?", (account_id,))}


def save_entries(
    db: Connection,
    account_id: int,
    source_id: int,
    feed: Feed | None,
    pairs: Sequence[tuple[RemoteEntry, PreparedEntry]],
    now: int,
    *,
    index: IndexFunction = search_index.enqueue,
) -> tuple[SaveResult, int]:
    """Save articles of the server with its marks, in one transaction. The guids of the rows are ignored.

    Return what was saved, and how many of the articles that were here before have other marks now. Marks that an
    article had here before it was first found on the server stay, and become pending changes.
    """
    entries = [entry for entry, _ in pairs]
    with transaction(db):
        guids = _stored_guids(db, account_id, entries)
        unmatched = [entry for entry in entries if entry.remote_id not in guids]
        matched = match_entries(db, account_id, source_id, unmatched)
        deleted = {id for id, known in matched.items() if known.id is None}
        guids |= {id: known.guid for id, known in matched.items()}
        guids |= {
            entry.remote_id: server_guid(account_id, entry) for entry in unmatched if entry.remote_id not in guids
        }
        rows = [row._replace(guid=guids[entry.remote_id]) for entry, row in pairs if entry.remote_id not in deleted]
        saved = ingestion.save(db, source_id, feed, rows, now, index=index, is_identified=True)
        articles = _articles_by_guid(db, source_id, [row.guid for row in rows])
        new_ids = [(account_id, entry.remote_id, articles.get(guids[entry.remote_id])) for entry in unmatched]
        _save_ids(db, new_ids)
        first_seen = {entry.remote_id for entry in unmatched if entry.remote_id in matched}
        account_marks.carry_over(db, account_id, [entry for entry in entries if entry.remote_id in first_seen], now)
        new = {*saved.new}
        states: dict[bool, list[RemoteState]] = {True: [], False: []}
        for entry in entries:
            states[articles.get(guids[entry.remote_id]) in new].append(account_marks.state_of(entry))
        account_marks.apply(db, account_id, states[True], now)
        return saved, account_marks.apply(db, account_id, states[False], now)


def note_entries(db: Connection, account_id: int, source_id: int, entries: Sequence[RemoteEntry], now: int) -> int:
    """Save ids and marks of articles that are fetched from their feeds; return how many articles changed.

    An article that is not here yet gets its marks when it is fetched.
    """
    with transaction(db):
        known = _stored_guids(db, account_id, entries)
        unmatched = [entry for entry in entries if entry.remote_id not in known]
        matched = match_entries(db, account_id, source_id, unmatched)
        for entry in unmatched:
            if entry.remote_id not in matched:
                expect(db, account_id, source_id, entry)
        _save_ids(
            db,
            [
                (account_id, entry.remote_id, matched[entry.remote_id].id if entry.remote_id in matched else None)
                for entry in unmatched
            ],
        )
        account_marks.carry_over(db, account_id, [entry for entry in unmatched if entry.remote_id in matched], now)
        return account_marks.apply(db, account_id, map(account_marks.state_of, entries), now)


def _stored_guids(db: Connection, account_id: int, entries: Iterable[RemoteEntry]) -> dict[str, str]:
    """Return the guids of entries that have an article here, by remote id.

    Without those whose id was another article's before, as on a server that was restored from a backup.
    """
    by_id = {entry.remote_id: entry for entry in entries}
    rows = db.execute(
        "SELECT r.remote_id, a.guid, a.url FROM json_each(?) AS j CROSS JOIN remote_article AS r"
        " ON r.account_id = ? AND r.remote_id = j.value CROSS JOIN article AS a ON a.id = r.article_id",
        (to_json(list(by_id)), account_id),
    )
    return {id: guid for id, guid, url in rows if is_same_article(account_id, by_id[id], guid, url)}


def _articles_by_guid(db: Connection, source_id: int, guids: Sequence[str]) -> dict[str, int]:
    rows = db.execute(
        "SELECT a.guid, a.id FROM json_each(?) AS j CROSS JOIN article AS a ON a.source_id = ? AND a.guid = j.value",
        (to_json(guids), source_id),
    )
    return dict(rows.fetchall())


def _save_ids(db: Connection, rows: Sequence[tuple[int, str, int | None]]) -> None:
    db.executemany("INSERT OR REPLACE INTO remote_article (account_id, remote_id, article_id) VALUES (?, ?, ?)", rows)
    here = [(account_id, id) for account_id, id, article in rows if article is not None]
    db.executemany("DELETE FROM expected_article WHERE account_id = ? AND remote_id = ?", here)


class Differences(NamedTuple):
    """How the marks here differ from complete lists of ids."""

    states: Sequence[RemoteState]
    """Marks of articles that are in a list."""
    uncertain: Sequence[str]
    """Ids that a list lacks: the article is read, unstarred or untagged there, or deleted from the server."""


def compare(
    db: Connection,
    account_id: int,
    unread: Collection[str],
    starred: Collection[str],
    tagged: Mapping[str, Collection[str]] | None,
) -> Differences:
    """Compare the marks here with complete lists of the server. Pending changes are left out."""
    server_tags: dict[str, list[str]] = defaultdict(list)
    for tag, ids in (tagged or {}).items():
        for id in ids:
            server_tags[id].append(tag)
    tags_here = account_marks.tags_of_account(db, account_id) if tagged is not None else {}
    pending = account_marks.pending_fields(db, account_id)
    states: list[RemoteState] = []
    uncertain: list[str] = []
    rows = db.execute(
        "SELECT r.remote_id, a.id, s.read_at IS NOT NULL, s.starred_at IS NOT NULL FROM remote_article AS r"
        " JOIN article AS a ON a.id = r.article_id LEFT JOIN state AS s ON s.article_id = a.id WHERE r.account_id = ?",
        (account_id,),
    )
    for remote_id, article, is_read, is_starred in rows:
        read_differs = (remote_id not in unread) != is_read and (article, "read") not in pending
        star_differs = (remote_id in starred) != is_starred and (article, "starred") not in pending
        here, there = tags_here.get(article, ()), server_tags.get(remote_id, ())
        own, others = {*map(fold_name, here)} if here else set(), {*map(fold_name, there)} if there else set()
        tags_differ = own != others and (article, "tag") not in pending
        if not (read_differs or star_differs or tags_differ):
            continue
        is_missing_tag = tags_differ and not own <= others
        if (read_differs and not is_read) or (star_differs and is_starred) or is_missing_tag:
            uncertain.append(remote_id)
        else:
            states.append(
                RemoteState(
                    remote_id,
                    False if read_differs else None,
                    True if star_differs else None,
                    tuple(there) if tags_differ else None,
                )
            )
    uncertain += _differing_expected(db, account_id, unread, starred)
    return Differences(states, uncertain)


def _differing_expected(
    db: Connection, account_id: int, unread: Collection[str], starred: Collection[str]
) -> Iterator[str]:
    """Yield the ids of articles that are not here yet and whose marks differ from those that were noted."""
    rows = db.execute(
        "SELECT remote_id, json_extract(facts, '$[3]'), json_extract(facts, '$[4]') FROM expected_article"
        " WHERE account_id = ?",
        (account_id,),
    )
    for remote_id, is_read, is_starred in rows:
        if (remote_id not in unread) != bool(is_read) or (remote_id in starred) != bool(is_starred):
            yield remote_id


def apply_states(db: Connection, account_id: int, states: Iterable[RemoteState], now: int) -> int:
    """Give articles the marks of the server; return how many changed. Pending changes win, and no step is recorded."""
    waiting, changed = iter(states), 0
    while batch := list(islice(waiting, _BATCH)):
        with transaction(db):
            update_expected(db, account_id, batch)
            changed += account_marks.apply(db, account_id, batch, now)
    return changed


def forget(db: Connection, account_id: int, remote_ids: Sequence[str], *, keep_pending: bool = False) -> int:
    """Forget articles that the server no longer has; return how many pending changes were dropped.

    With `keep_pending`, articles with pending changes are kept: sending these shows whether the server has the article.
    """
    chosen = to_json(remote_ids)
    which = "account_id = ? AND remote_id IN (SELECT value FROM json_each(?))"
    with transaction(db):
        if keep_pending:
            rows = db.execute(
                "SELECT remote_id FROM outbox AS x JOIN remote_article AS r ON r.article_id = x.article_id"
                " AND r.account_id = x.account_id WHERE x.account_id = ?",
                (account_id,),
            )
            chosen = to_json(sorted({*remote_ids}.difference(id for (id,) in rows)))
        articles = f"SELECT article_id FROM remote_article WHERE {which}"
        dropped = db.execute(
            f"DELETE FROM outbox WHERE account_id = ? AND article_id IN ({articles})", (account_id, account_id, chosen)
        ).rowcount
        for table in ("remote_article", "expected_article"):
            db.execute(f"DELETE FROM {table} WHERE {which}", (account_id, chosen))
    return dropped
