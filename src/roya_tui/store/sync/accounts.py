"""Accounts on servers: add, list, change and remove them."""

from __future__ import annotations

from collections.abc import Iterable
from sqlite3 import Connection

from msgspec.structs import replace

from roya_tui.model import Account, NewAccount, display_address
from roya_tui.store.connection import StoreError, to_json, transaction
from roya_tui.store.sync import outbox, subscriptions
from roya_tui.store.user_data.journal import record, recoverable_rows, recoverable_values
from roya_tui.store.user_data.snapshots import RowSnapshot
from roya_tui.text import fold
from roya_tui.translation import gettext, ngettext

_SELECT = """
SELECT id, kind, url, user, content, server, added, synced, attempted, error, held_until, cursor,
    (SELECT count(*) FROM source WHERE account_id = account.id AND source.removed_at IS NULL),
    (SELECT count(*) FROM outbox AS x JOIN article AS a ON a.id = x.article_id
        JOIN source AS s ON s.id = a.source_id WHERE x.account_id = account.id AND s.removed_at IS NULL), tags,
    (SELECT min(at) FROM outbox WHERE account_id = account.id AND at >= coalesce(attempted, 0))
FROM account WHERE removed_at IS NULL ORDER BY id
"""


def list_all(db: Connection) -> list[Account]:
    """Return all accounts, the oldest first."""
    return [_count_sources(db, Account(*row)) for row in db.execute(_SELECT).fetchall()]


def _count_sources(db: Connection, account: Account) -> Account:
    sources = len(subscriptions.list_pending(db, account.id))
    return replace(account, pending=account.pending + sources, pending_sources=sources)


def get(db: Connection, id: int) -> Account | None:
    """Return an account, or None."""
    return next((account for account in list_all(db) if account.id == id), None)


def find(db: Connection, text: str) -> list[Account]:
    """Return the accounts that match `text`: a number, an address, or a part of the label."""
    found = list_all(db)
    exact = [one for one in found if text in (str(one.id), one.url, one.label, one.url.rstrip("/"))]
    return exact or [one for one in found if text.strip() and fold(text) in fold(f"{one.label} {one.url}")]


def find_taken(db: Connection, kind: str, user: str) -> set[str]:
    """Return the addresses of accounts of other users or kinds, removed ones included: their articles differ."""
    rows = db.execute("SELECT url FROM account WHERE (kind, user) <> (?, ?)", (kind, user))
    return {url for (url,) in rows}


def add(db: Connection, new: NewAccount, now: int) -> Account:
    """Add an account as one step of the journal. Raises `StoreError` if it exists.

    A removed account is used again, without what was agreed on with its server: otherwise the next sync would
    unsubscribe its former sources there.
    """
    with transaction(db):
        row = db.execute("SELECT id, removed_at FROM account WHERE url = ?", (new.url,)).fetchone()
        if row is not None and row[1] is None:
            raise StoreError(gettext("The account {address} already exists.", address=display_address(new.url)))
        if row is None:
            columns = "(kind, url, user, content, server, added)"
            values = (new.kind, new.url, new.user, new.content, new.server, now)
            added = db.execute(f"INSERT INTO account {columns} VALUES (?, ?, ?, ?, ?, ?)", values)
            row = int(added.lastrowid or 0), now  # undo leaves it as a removed account
        else:
            _delete_agreed(db, [row[0]])
            changed = "kind = ?, user = ?, content = ?, server = ?, error = '', held_until = NULL, removed_at = NULL"
            db.execute(
                f"UPDATE account SET {changed}, cursor = '', synced = NULL, attempted = NULL WHERE id = ?",
                (new.kind, new.user, new.content, new.server, row[0]),
            )
        account = get(db, row[0])
        assert account is not None
        sentence = gettext("Added the account “{account}”.", account=account.label)
        record(db, sentence, [RowSnapshot("account", ("removed_at",), [row])], now)
        return account


def remove(db: Connection, id: int, now: int, *, keep_articles: bool) -> int:
    """Remove an account as one step of the journal; return how many sources it had.

    They become sources of this computer, or are removed with their articles.
    """
    with transaction(db):
        account = get(db, id)
        if account is None:
            return 0
        rows = db.execute(
            "SELECT id, removed_at, account_id FROM source WHERE account_id = ? AND removed_at IS NULL", (id,)
        ).fetchall()
        change = "account_id = NULL" if keep_articles else f"removed_at = {now:d}"
        db.executemany(f"UPDATE source SET {change} WHERE id = ?", [(row[0],) for row in rows])
        db.execute("UPDATE account SET removed_at = ? WHERE id = ?", (now, id))
        sentence = gettext("Removed the account “{account}”.", account=account.label)
        images = [
            RowSnapshot("source", ("removed_at", "account_id"), rows),
            RowSnapshot("account", ("removed_at",), [(id, None)]),
        ]
        record(db, sentence, images if rows else images[1:], now)
        return len(rows)


def record_sync(
    db: Connection, id: int, now: int, *, error: str = "", server: str = "", held_until: int | None = None
) -> None:
    """Save the outcome of a sync; "" as error means that it was complete."""
    with transaction(db):
        db.execute(
            "UPDATE account SET attempted = ?1, synced = iif(?2 = '', ?1, synced), error = ?2,"
            " server = coalesce(nullif(?3, ''), server), held_until = ?4 WHERE id = ?5",
            (now, error, server, held_until, id),
        )
        if not error:
            of_account = "source AS s JOIN account AS c ON c.id = account_id WHERE c.id = ? AND content = 'server'"
            facts = "checked = ?, succeeded = ?, failures = 0, error = '', next_check = NULL, gone = 0"
            db.execute(f"UPDATE feed SET {facts} WHERE source_id IN (SELECT s.id FROM {of_account})", (now, now, id))


def save_cursor(db: Connection, id: int, cursor: str) -> None:
    """Save where the list of changes continues."""
    with transaction(db):
        db.execute("UPDATE account SET cursor = ? WHERE id = ?", (cursor, id))


def save_tags(db: Connection, id: int, tags: bool) -> None:
    """Save whether the server can keep your tags."""
    with transaction(db):
        db.execute("UPDATE account SET tags = ? WHERE id = ?", (tags, id))


def move_sources(db: Connection, source_ids: Iterable[int], account_id: int | None, now: int) -> int:
    """Move sources to an account, or to this computer only (None), as one step; return how many changed.

    The marks of sources that come back to an account become pending changes.
    """
    with transaction(db):
        rows = db.execute(
            "SELECT id, account_id FROM source WHERE id IN (SELECT value FROM json_each(?))"
            " AND account_id IS NOT ? AND removed_at IS NULL",
            (to_json(list(source_ids)), account_id),
        ).fetchall()
        if not rows:
            return 0
        db.executemany("UPDATE source SET account_id = ? WHERE id = ?", [(account_id, row[0]) for row in rows])
        if account_id is not None:
            outbox.add_marks(db, account_id, [row[0] for row in rows], now)
        account = None if account_id is None else get(db, account_id)
        if account is None:
            sentence = ngettext("Moved {count:,} source to this computer only.",
                                "Moved {count:,} sources to this computer only.", len(rows))  # fmt: skip
        else:
            sentence = ngettext("Moved {count:,} source to the account “{account}”.",
                                "Moved {count:,} sources to the account “{account}”.",
                                len(rows), account=account.label)  # fmt: skip
        record(db, sentence, [RowSnapshot("source", ("account_id",), rows)], now)
        return len(rows)


def trim_removed(db: Connection, *, delete: bool) -> int:
    """Count, and with `delete` remove, removed accounts that undo cannot restore, with all that belongs to them."""
    removed = {id for (id,) in db.execute("SELECT id FROM account WHERE removed_at IS NOT NULL")}
    if removed:
        removed -= recoverable_rows(db, "account") | recoverable_values(db, "source", "account_id")
    if removed and delete:
        ids = sorted(removed)
        chosen = "(SELECT value FROM json_each(?))"
        with transaction(db):
            _delete_agreed(db, ids)
            db.execute(f"UPDATE source SET account_id = NULL WHERE account_id IN {chosen}", (to_json(ids),))
            db.execute(f"DELETE FROM account WHERE id IN {chosen}", (to_json(ids),))
    return len(removed)


def _delete_agreed(db: Connection, ids: list[int]) -> None:
    """Delete what was agreed on with the servers of accounts, the ids of articles, and pending changes."""
    for table in ("outbox", "subscription", "remote_article", "expected_article"):
        db.execute(f"DELETE FROM {table} WHERE account_id IN (SELECT value FROM json_each(?))", (to_json(ids),))
