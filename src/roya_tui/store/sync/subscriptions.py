"""Subscriptions of an account: what is here, and what was last agreed on with the server."""

from __future__ import annotations

from sqlite3 import Connection
from typing import NamedTuple

from roya_tui.model import NewSource, PendingSource, Subscription, display_address
from roya_tui.normalization import normalize_link
from roya_tui.store.connection import transaction
from roya_tui.store.sources import subscriptions
from roya_tui.store.sources.query_references import pin_source_without_step
from roya_tui.store.user_data.journal import record
from roya_tui.store.user_data.snapshots import RowSnapshot
from roya_tui.text import normalize_folder, one_line
from roya_tui.translation import gettext


class StoredSubscription(NamedTuple):
    """A source of an account."""

    source_id: int
    remote_id: str
    """"" if it is not on the server yet."""
    base: Subscription | None
    """As last agreed on with the server."""
    url: str
    title: str
    """The user's name for it, else the title of its feed; "" if it was not fetched yet."""
    folder: str
    removed: bool
    """Whether it is no longer a source of the account."""

    @property
    def is_edited(self) -> bool:
        """Whether it was renamed or moved here since."""
        base = self.base
        return base is not None and (self.title or base.title, self.folder) != (base.title, base.folder)

    @property
    def label(self) -> str:
        """The title, for messages; without one the address."""
        return self.title or (self.base.title if self.base else "") or display_address(self.url)


def load(db: Connection, account_id: int) -> list[StoredSubscription]:
    """Return the sources of an account, and those that left it and are still on the server."""
    rows = db.execute(
        "SELECT s.id, b.remote_id, b.title, b.folder, b.homepage, s.url,"
        " coalesce(nullif(s.name, ''), f.title), s.folder,"
        " s.removed_at IS NOT NULL OR s.account_id IS NOT ?1"
        " FROM source AS s JOIN feed AS f ON f.source_id = s.id"
        " LEFT JOIN subscription AS b ON b.source_id = s.id AND b.account_id = ?1"
        " WHERE (s.account_id = ?1 AND s.removed_at IS NULL) OR b.remote_id IS NOT NULL ORDER BY s.id",
        (account_id,),
    )
    return [
        StoredSubscription(
            id, remote or "", Subscription(remote, url, title, folder, homepage) if remote else None,
            url, own_title, own_folder, bool(removed),
        )
        for id, remote, title, folder, homepage, url, own_title, own_folder, removed in rows
    ]  # fmt: skip


def list_pending(db: Connection, account_id: int) -> list[PendingSource]:
    """Return the sources of an account that are to be changed on the server."""
    found = []
    for one in load(db, account_id):
        if one.removed and one.base:
            found.append(PendingSource("remove", one.label))
        elif not one.removed and one.base is None:
            found.append(PendingSource("add", one.label))
        elif one.is_edited:
            found.append(PendingSource("edit", one.label))
    return found


def save_new(db: Connection, account_id: int, subscription: Subscription, now: int) -> int:
    """Subscribe here to what the server lists, or move the source with that address to the account; return its id.

    A source of another account stays there: moving it would unsubscribe it on the other server.
    """
    with transaction(db):
        address = normalize_link(subscription.url)
        rows = db.execute(
            "SELECT s.url, s.id, s.removed_at IS NOT NULL, s.removed_at IS NULL AND c.id IS NOT NULL AND c.id <> ?1"
            " FROM source AS s LEFT JOIN account AS c ON c.id = account_id AND c.removed_at IS NULL"
            " ORDER BY account_id IS NOT ?1, s.removed_at IS NOT NULL",
            (account_id,),
        )
        found = (row for row in rows if normalize_link(row[0]) == address)
        url, existing, was_removed, is_of_another = next(found, (subscription.url, 0, False, False))
        if is_of_another:
            return int(existing)
        title, folder = one_line(subscription.title), normalize_folder(subscription.folder)
        new = NewSource(url, folder=folder, title=title, homepage=subscription.homepage)
        source = subscriptions.add(db, new, now)
        if title and (was_removed or not source.name):  # set, so that undo of a later change finds it
            db.execute("UPDATE source SET name = ? WHERE id = ?", (title, source.id))
        if was_removed:
            db.execute("UPDATE source SET folder = ? WHERE id = ?", (folder, source.id))
        db.execute("UPDATE source SET account_id = ?, paused = 0 WHERE id = ?", (account_id, source.id))
        if not source.title:
            db.execute("UPDATE feed SET title = ? WHERE source_id = ?", (title, source.id))
        save_base(db, account_id, source.id, subscription)
        return source.id


def save_base(db: Connection, account_id: int, source_id: int, subscription: Subscription) -> None:
    """Save what was agreed on with the server. A new subscription there has new articles."""
    with transaction(db):
        row = db.execute(
            "SELECT remote_id FROM subscription WHERE account_id = ? AND source_id = ?", (account_id, source_id)
        ).fetchone()
        if row is not None and row[0] != subscription.remote_id:
            _forget_articles(db, account_id, source_id)
        db.execute(
            "INSERT OR REPLACE INTO subscription (account_id, source_id, remote_id, title, folder, homepage)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                account_id, source_id, subscription.remote_id, subscription.title, subscription.folder,
                subscription.homepage,
            ),
        )  # fmt: skip


def apply_change(db: Connection, account_id: int, source_id: int, subscription: Subscription, now: int) -> None:
    """Give a source the title and folder of the server. References to it in queries are pinned, without a step."""
    with transaction(db):
        source = subscriptions.get(db, source_id)
        if source is not None:
            name = one_line(subscription.title) or source.name
            if (label := name or source.title) and label != source.label:
                pin_source_without_step(db, source_id, source.label, label, now)
            folder = normalize_folder(subscription.folder)
            db.execute("UPDATE source SET name = ?, folder = ? WHERE id = ?", (name, folder, source_id))
        save_base(db, account_id, source_id, subscription)


def apply_removal(db: Connection, account_id: int, source_id: int, now: int) -> None:
    """Unsubscribe here from what was unsubscribed on the server, as an automatic step of the journal."""
    with transaction(db):
        source = subscriptions.get(db, source_id)
        if source is not None:
            db.execute("UPDATE source SET removed_at = ? WHERE id = ?", (now, source_id))
            sentence = gettext("Removed “{source}”, as on the server.", source=source.label)
            record(db, sentence, [RowSnapshot("source", ("removed_at",), [(source_id, None)])], now, automatic=True)
        forget(db, account_id, source_id)


def forget(db: Connection, account_id: int, source_id: int) -> None:
    """Delete what was agreed on, once both sides have unsubscribed."""
    with transaction(db):
        db.execute("DELETE FROM subscription WHERE account_id = ? AND source_id = ?", (account_id, source_id))
        _forget_articles(db, account_id, source_id)


def _forget_articles(db: Connection, account_id: int, source_id: int) -> None:
    """Forget the ids of articles: if the source is subscribed to again, the server gives them others.

    Pending changes are forgotten, too: the marks here are compared with those of the new articles.
    """
    which = "account_id = ? AND article_id IN (SELECT id FROM article WHERE source_id = ?)"
    for table in ("outbox", "remote_article"):
        db.execute(f"DELETE FROM {table} WHERE {which}", (account_id, source_id))
    expected = "SELECT remote_id FROM expected_article WHERE account_id = ?1 AND source_id = ?2"
    db.execute(
        f"DELETE FROM remote_article WHERE account_id = ?1 AND remote_id IN ({expected})", (account_id, source_id)
    )
    db.execute("DELETE FROM expected_article WHERE account_id = ? AND source_id = ?", (account_id, source_id))
