"""Give articles the marks that the server has, without steps of the journal. Pending changes win."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from sqlite3 import Connection
from typing import Any

from roya_tui.model import RemoteEntry, RemoteState
from roya_tui.store.articles.matching import load_expected, match_entries
from roya_tui.store.connection import to_json
from roya_tui.store.tally import tally_once
from roya_tui.store.user_data.article_state import mark_flag, mark_read, set_tag
from roya_tui.store.user_data.snapshots import RowSnapshot, delete_empty_rows
from roya_tui.text import fold_name


def state_of(entry: RemoteEntry) -> RemoteState:
    """Return the marks of an article of the server."""
    return RemoteState(entry.remote_id, entry.read, entry.starred, entry.tags)


def pending_fields(db: Connection, account_id: int) -> set[tuple[int, str]]:
    """Return the (article, field) of all pending changes."""
    return {*db.execute("SELECT DISTINCT article_id, field FROM outbox WHERE account_id = ?", (account_id,))}


def _pending_of(db: Connection, articles: Sequence[int]) -> set[tuple[int, str]]:
    rows = db.execute(
        "SELECT article_id, field FROM json_each(?) AS j CROSS JOIN outbox ON article_id = j.value",
        (to_json(articles),),
    )
    return {*rows}


def tags_of_account(db: Connection, account_id: int) -> dict[int, list[str]]:
    """Return your tags of the articles of an account, without those that stay here."""
    rows = db.execute(
        "SELECT g.article_id, t.name FROM article_tag AS g JOIN tag AS t ON t.id = g.tag_id"
        " JOIN article AS a ON a.id = g.article_id JOIN source AS o ON o.id = a.source_id"
        " WHERE g.by_person AND o.account_id = ?",
        (account_id,),
    )
    kept = _folder_names(db, account_id)
    return _grouped((article, name) for article, name in rows if fold_name(name) not in kept)


def _folder_names(db: Connection, account_id: int) -> set[str]:
    """Return the folded names of an account's folders. Tags of these names stay here: servers use labels for both."""
    rows = db.execute("SELECT DISTINCT folder FROM source WHERE account_id = ? AND folder != ''", (account_id,))
    return {fold_name(folder) for (folder,) in rows}


def _tags_of(db: Connection, articles: Iterable[int]) -> dict[int, list[str]]:
    rows = db.execute(
        "SELECT g.article_id, t.name FROM json_each(?) AS j CROSS JOIN article_tag AS g ON g.article_id = j.value"
        " AND g.by_person CROSS JOIN tag AS t ON t.id = g.tag_id",
        (to_json(list(articles)),),
    )
    return _grouped(rows)


def _grouped(rows: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for article, name in rows:
        found[article].append(name)
    return found


def apply(db: Connection, account_id: int, states: Iterable[RemoteState], now: int) -> int:
    """Change the marks of articles; return how many articles changed. Call it in a transaction."""
    by_id = {state.remote_id: state for state in states}
    rows = _load(db, account_id, list(by_id))
    pending = _pending_of(db, [row[1] for row in rows])
    read: dict[bool, list[int]] = {True: [], False: []}
    starred: dict[bool, list[int]] = {True: [], False: []}
    tagged: dict[int, tuple[str, ...]] = {}
    for remote_id, article, is_read, is_starred in rows:
        state = by_id[remote_id]
        if state.read not in (None, bool(is_read)) and (article, "read") not in pending:
            read[bool(state.read)].append(article)
        if state.starred not in (None, bool(is_starred)) and (article, "starred") not in pending:
            starred[bool(state.starred)].append(article)
        if state.tags is not None and (article, "tag") not in pending:
            tagged[article] = state.tags
    marked = sorted({*read[True], *read[False], *starred[True], *starred[False]})
    (keeps_tags,) = db.execute("SELECT tags FROM account WHERE id = ?", (account_id,)).fetchone()
    if not marked and not (keeps_tags and tagged):
        return 0
    last = _last_outbox_id(db)
    with tally_once(db, marked):
        for value in (True, False):
            mark_read(db, to_json(read[value]), now, value)
            mark_flag(db, to_json(starred[value]), now, "starred", value)
        delete_empty_rows(db, "state", marked)
    retagged = _apply_tags(db, tagged, _folder_names(db, account_id)) if keeps_tags else set()
    db.execute("DELETE FROM outbox WHERE id > ?", (last,))  # from the triggers: the server has these marks
    return len({*marked, *retagged})


def _load(db: Connection, account_id: int, remote_ids: Sequence[str]) -> Sequence[tuple[str, int, int, int]]:
    return db.execute(
        "SELECT r.remote_id, r.article_id, s.read_at IS NOT NULL, s.starred_at IS NOT NULL FROM json_each(?) AS j"
        " CROSS JOIN remote_article AS r ON r.account_id = ? AND r.remote_id = j.value AND r.article_id IS NOT NULL"
        " LEFT JOIN state AS s ON s.article_id = r.article_id",
        (to_json(remote_ids), account_id),
    ).fetchall()


def _last_outbox_id(db: Connection) -> int:
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").fetchone()
    return int(row[0]) if row else 0


def _apply_tags(db: Connection, tagged: dict[int, tuple[str, ...]], kept: set[str]) -> set[int]:
    """Give articles exactly these of your tags and those with `kept` names; return those that changed."""
    images: list[RowSnapshot] = []
    for article, here in ((article, _tags_of(db, [article]).get(article, [])) for article in tagged):
        folded = {fold_name(name): name for name in tagged[article]}
        own = {fold_name(name): name for name in here}
        for name in (folded[key] for key in folded.keys() - own.keys()):
            set_tag(db, to_json([article]), name, 1, images)
        for name in (own[key] for key in own.keys() - folded.keys() - kept):
            set_tag(db, to_json([article]), name, 0, images)
    return {row[0] for image in images for row in image.rows}


def carry_over(db: Connection, account_id: int, entries: Sequence[RemoteEntry], now: int) -> None:
    """Add pending changes for marks that articles have here and not on the server. Call it in a transaction."""
    by_id = {entry.remote_id: entry for entry in entries}
    rows = _load(db, account_id, list(by_id))
    tags = _tags_of(db, [row[1] for row in rows])
    (keeps_tags,) = db.execute("SELECT tags FROM account WHERE id = ?", (account_id,)).fetchone()
    changes: list[tuple[Any, ...]] = []
    for remote_id, article, is_read, is_starred in rows:
        entry = by_id[remote_id]
        if is_read and not entry.read:
            changes.append((account_id, article, "read", "", now))
        if is_starred and not entry.starred:
            changes.append((account_id, article, "starred", "", now))
        there = {*map(fold_name, entry.tags)}
        if keeps_tags:
            missing = [name for name in tags.get(article, ()) if fold_name(name) not in there]
            changes += [(account_id, article, "tag", name, now) for name in missing]
    db.executemany(
        "INSERT OR IGNORE INTO outbox (account_id, article_id, field, tag, value, at) VALUES (?, ?, ?, ?, 1, ?)",
        changes,
    )


def match_arrived(db: Connection, source_id: int, now: int) -> None:
    """Give articles that were fetched from a feed the marks that the server has. Call it in a transaction."""
    accounts = "SELECT DISTINCT account_id FROM expected_article WHERE source_id = ?"
    for (account_id,) in db.execute(accounts, (source_id,)).fetchall():
        expected = {entry.remote_id: entry for entry in load_expected(db, account_id, source_id)}
        matched = match_entries(db, account_id, source_id, list(expected.values()))
        here = {remote_id: known.id for remote_id, known in matched.items() if known.id is not None}
        if not here:
            continue
        db.executemany(
            "UPDATE remote_article SET article_id = ? WHERE account_id = ? AND remote_id = ?",
            [(article, account_id, remote_id) for remote_id, article in here.items()],
        )
        db.executemany(
            "DELETE FROM expected_article WHERE account_id = ? AND remote_id = ?", [(account_id, id) for id in here]
        )
        apply(db, account_id, [state_of(expected[remote_id]) for remote_id in here], now)
