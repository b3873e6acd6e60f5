"""Pending changes: each change of a mark is one, by whatever path it was made."""

from __future__ import annotations

from sqlite3 import Connection
from typing import Any

import pytest
from tests.store.conftest import Put
from tests.store.sync.conftest import Receive, id_of, marks, pending, remote

from roya_tui.model import Account, Entry, NewSource, Source
from roya_tui.store import cleanup
from roya_tui.store.sources import subscriptions
from roya_tui.store.sync import accounts, outbox
from roya_tui.store.user_data import article_state, journal


@pytest.mark.parametrize(
    ("change", "field", "tag", "value"),
    [
        ({"read": True}, "read", "", True),
        ({"starred": True}, "starred", "", True),
        ({"add": ["water"]}, "tag", "water", True),
    ],
)
def test_mark_is_pending_and_its_undo_is_the_opposite_change(
    db: Connection, account: Account, receive: Receive, change: dict[str, Any], field: str, tag: str, value: bool
) -> None:
    receive(remote("1"))
    act = article_state.edit_tags if "add" in change else article_state.mark
    act(db, [id_of(db, "Article 1")], 3_000, **change)
    (first,) = outbox.load(db, account.id)
    assert (first.remote_id, first.field, first.tag, first.value) == ("1", field, tag, value)
    journal.undo(db, 3_001)
    (second,) = outbox.load(db, account.id)
    assert (second.field, second.tag, second.value) == (field, tag, not value)
    assert second.id != first.id
    journal.redo(db, 3_002)
    (third,) = outbox.load(db, account.id)
    assert (third.value, third.id not in (first.id, second.id)) == (value, True)


def test_undo_of_unread_and_unstarred_is_pending_when_the_rows_were_deleted(
    db: Connection, account: Account, receive: Receive
) -> None:
    receive(remote("1", read=True, starred=True, tags=("water",)))
    article = id_of(db, "Article 1")
    article_state.mark(db, [article], 3_000, read=False)
    article_state.mark(db, [article], 3_000, starred=False)
    article_state.edit_tags(db, [article], 3_000, remove=["water"])
    assert set(pending(db, account).values()) == {False}
    for _ in range(3):
        journal.undo(db, 3_001)
    assert pending(db, account) == {
        ("Article 1", "read", ""): True,
        ("Article 1", "starred", ""): True,
        ("Article 1", "tag", "water"): True,
    }


def test_notes_hidden_marks_and_positions_are_not_pending(db: Connection, account: Account, receive: Receive) -> None:
    receive(remote("1"))
    article = id_of(db, "Article 1")
    article_state.set_note(db, article, "Ask about the well.", 3_000)
    article_state.mark(db, [article], 3_000, hidden=True)
    article_state.set_position(db, article, 40)
    assert not pending(db, account)


def test_mark_is_not_pending_when_the_source_is_only_here(db: Connection, account: Account, put: Put) -> None:
    own = subscriptions.add(db, NewSource("/home/huda/notes.xml", title="Notes"), 1_000)
    new = put(Entry(guid="a", title="Own"), into=own.id).new
    article_state.mark(db, new, 3_000, read=True)
    assert not pending(db, account)


@pytest.mark.parametrize("keep_articles", [True, False])
def test_mark_is_not_pending_when_the_account_is_removed(
    db: Connection, account: Account, receive: Receive, keep_articles: bool
) -> None:
    new = receive(remote("1")).new
    accounts.remove(db, account.id, 2_500, keep_articles=keep_articles)
    article_state.mark(db, new, 3_000, read=True)
    assert db.execute("SELECT count(*) FROM outbox").fetchone() == (0,)


def test_tag_is_not_pending_when_the_server_keeps_no_tags(db: Connection, account: Account, receive: Receive) -> None:
    accounts.save_tags(db, account.id, False)
    new = receive(remote("1")).new
    article_state.edit_tags(db, new, 3_000, add=["water"])
    assert not pending(db, account)


def test_change_stays_pending_when_it_was_made_after_another_was_sent(
    db: Connection, account: Account, receive: Receive
) -> None:
    new = receive(remote("1")).new
    article_state.mark(db, new, 3_000, read=True)
    sent = [one.id for one in outbox.load(db, account.id)]
    article_state.mark(db, new, 3_001, read=False)
    article_state.mark(db, new, 3_002, read=True)
    outbox.remove_sent(db, sent)
    assert pending(db, account) == {("Article 1", "read", ""): True}
    outbox.remove_sent(db, [one.id for one in outbox.load(db, account.id)])
    assert not pending(db, account)


def test_changes_are_loaded_oldest_first_and_only_of_articles_that_the_server_has(
    db: Connection, account: Account, source: Source, receive: Receive, put: Put
) -> None:
    receive(remote("1"), remote("2"))
    only_here = put(Entry(guid="a", title="Only here")).new
    article_state.mark(db, only_here, 3_000, starred=True)
    for title in ("Article 2", "Article 1"):
        article_state.mark(db, [id_of(db, title)], 3_000, read=True)
    assert [one.remote_id for one in outbox.load(db, account.id)] == ["2", "1"]
    assert [one.remote_id for one in outbox.load(db, account.id, 1)] == ["2"]
    assert [one.title for one in outbox.list_pending(db, account.id)] == ["Article 1", "Article 2", "Only here"]
    found = accounts.get(db, account.id)
    assert found is not None
    assert found.pending_marks == 3


def test_cancel_undoes_the_mark_as_a_step(db: Connection, account: Account, receive: Receive) -> None:
    receive(remote("1"), remote("2", starred=True))
    article_state.mark(db, [id_of(db, "Article 1")], 3_000, read=True)
    article_state.mark(db, [id_of(db, "Article 2")], 3_000, starred=False)
    latest, first = outbox.list_pending(db, account.id)
    assert outbox.cancel(db, latest.id, 3_001) == "Starred “Article 2”."
    assert outbox.cancel(db, first.id, 3_001) == "Marked “Article 1” unread."
    assert (marks(db, "Article 1")[0], marks(db, "Article 2")[1]) == (False, True)
    assert outbox.cancel(db, first.id, 3_001) is None
    journal.undo(db, 3_002)
    assert marks(db, "Article 1")[0]


def test_old_article_is_not_deleted_while_a_change_is_pending(
    db: Connection, account: Account, receive: Receive
) -> None:
    receive(remote("1"), remote("2"), now=2_000)
    article_state.mark(db, [id_of(db, "Article 1")], 3_000, read=True)
    assert cleanup.delete_old(db, 1_000_000) == 1
    assert pending(db, account) == {("Article 1", "read", ""): True}
    outbox.remove_sent(db, [one.id for one in outbox.load(db, account.id)])
    assert cleanup.delete_old(db, 1_000_000) == 1
    assert db.execute("SELECT count(*) FROM outbox").fetchone() == (0,)
