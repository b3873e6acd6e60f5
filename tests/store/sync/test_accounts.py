"""Accounts: each change of them is a step, and undo brings everything back."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from sqlite3 import Connection

import pytest
from tests.store.conftest import Put, migrate_from
from tests.store.sync.conftest import SITE, Receive, id_of, marks, pending, remote, titles

from roya_tui.model import Account, Entry, NewAccount, Source, Subscription
from roya_tui.store import cleanup
from roya_tui.store.connection import StoreError
from roya_tui.store.database import find_problems
from roya_tui.store.sources import subscriptions
from roya_tui.store.sync import accounts, outbox, remote_articles
from roya_tui.store.sync import subscriptions as agreed
from roya_tui.store.user_data import article_state, journal
from roya_tui.sync import merge

OTHER = NewAccount("nextcloud", "https://cloud.example/index.php", "sami")
THERE = Subscription("7", "https://roya.example/rss", "Roya Sample")


def count(db: Connection, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def account_ids(db: Connection) -> list[int | None]:
    return [source.account_id for source in subscriptions.list_all(db)]


def test_account_is_found_by_number_address_and_part_of_its_label(db: Connection, account: Account) -> None:
    other = accounts.add(db, OTHER, 1_500)
    assert [one.label for one in accounts.list_all(db)] == ["huda@reader.example", "sami@cloud.example"]
    for text in (str(other.id), OTHER.url, "sami", "CLOUD", "sami@cloud.example"):
        assert [one.id for one in accounts.find(db, text)] == [other.id], text
    assert len(accounts.find(db, "example")) == 2
    assert accounts.find(db, "") == accounts.find(db, "nobody") == []


def test_account_with_the_same_address_is_refused(db: Connection, account: Account) -> None:
    with pytest.raises(StoreError, match=r"The account https://reader\.example already exists"):
        accounts.add(db, NewAccount("miniflux", account.url, "someone"), 2_000)
    assert len(accounts.list_all(db)) == 1


def test_undo_of_adding_removes_the_account_and_redo_restores_it(db: Connection, account: Account) -> None:
    assert journal.undo(db, 2_000) is not None
    assert accounts.list_all(db) == []
    journal.redo(db, 2_001)
    assert [one.id for one in accounts.list_all(db)] == [account.id]


@pytest.mark.parametrize("keep_articles", [True, False])
def test_undo_of_removing_an_account_restores_everything(
    db: Connection, account: Account, source: Source, receive: Receive, keep_articles: bool
) -> None:
    receive(remote("1"), remote("2"))
    agreed.save_base(db, account.id, source.id, THERE)
    article_state.mark(db, [id_of(db, "Article 1")], 3_000, read=True)
    assert accounts.remove(db, account.id, 4_000, keep_articles=keep_articles) == 1
    assert accounts.list_all(db) == []
    found = subscriptions.list_all(db)
    assert [(one.account_id, one.from_server) for one in found] == ([(None, False)] if keep_articles else [])
    journal.undo(db, 4_001)
    (back,) = accounts.list_all(db)
    assert (back.sources, back.pending) == (1, 1)
    assert subscriptions.list_all(db)[0].from_server
    assert pending(db, account) == {("Article 1", "read", ""): True}
    assert remote_articles.all_ids(db, account.id) == {"1", "2"}
    assert agreed.load(db, account.id)[0].base == THERE
    article_state.mark(db, [id_of(db, "Article 2")], 5_000, starred=True)
    assert len(pending(db, account)) == 2


def test_removed_account_is_deleted_once_no_step_can_restore_it(
    db: Connection, account: Account, source: Source, receive: Receive
) -> None:
    new = receive(remote("1")).new
    agreed.save_base(db, account.id, source.id, THERE)
    article_state.mark(db, new, 3_000, read=True)
    remote_articles.note_entries(db, account.id, source.id, [remote("9")], 3_000)
    accounts.remove(db, account.id, 4_000, keep_articles=True)
    tables = ("account", "subscription", "remote_article", "expected_article", "outbox")
    before = [count(db, table) for table in tables]
    assert all(before)
    cleanup.trim_records(db, 0, delete=True)
    assert [count(db, table) for table in tables] == before
    db.execute("DELETE FROM journal")
    assert cleanup.trim_records(db, 0, delete=False) > 0
    assert [count(db, table) for table in tables] == before
    cleanup.trim_records(db, 0, delete=True)
    assert not any(count(db, table) for table in tables)
    assert (titles(db), find_problems(db)) == (["Article 1"], [])


def test_marks_made_after_an_account_was_removed_are_sent_when_it_is_added_again(
    db: Connection, account: Account, source: Source, receive: Receive
) -> None:
    receive(*(remote(id) for id in "1234"))
    agreed.save_base(db, account.id, source.id, THERE)
    accounts.remove(db, account.id, 3_000, keep_articles=True)
    article_state.mark(db, [id_of(db, "Article 1")], 3_500, read=True)
    article_state.mark(db, [id_of(db, "Article 2")], 3_500, starred=True)
    article_state.edit_tags(db, [id_of(db, "Article 3")], 3_500, add=["water"])
    again = accounts.add(db, NewAccount("miniflux", account.url, "huda"), 4_000)
    agreed.save_new(db, again.id, THERE, 4_100)
    found = remote_articles.compare(db, again.id, {"1", "2", "3", "4"}, set(), {})
    remote_articles.apply_states(db, again.id, found.states, 4_200)
    receive(*(remote(id) for id in "1234"))
    assert [marks(db, f"Article {id}") for id in "123"] == [
        (True, False, ()), (False, True, ()), (False, False, ("water",)),
    ]  # fmt: skip
    assert pending(db, again) == {
        ("Article 1", "read", ""): True, ("Article 2", "starred", ""): True, ("Article 3", "tag", "water"): True,
    }  # fmt: skip


def test_marks_made_while_a_source_was_only_here_are_sent_when_it_moves_back(
    db: Connection, account: Account, source: Source, receive: Receive
) -> None:
    new = receive(remote("1"), remote("2")).new
    assert accounts.move_sources(db, [source.id], None, 3_000) == 1
    article_state.mark(db, new[:1], 3_500, read=True, starred=True)
    assert not pending(db, account)
    assert accounts.move_sources(db, [source.id], account.id, 4_000) == 1
    title = "Article 1" if id_of(db, "Article 1") == new[0] else "Article 2"
    assert pending(db, account) == {(title, "read", ""): True, (title, "starred", ""): True}


@pytest.mark.parametrize("keep_articles", [True, False])
def test_nothing_is_unsubscribed_on_the_server_when_a_removed_account_is_added_again(
    db: Connection, account: Account, source: Source, keep_articles: bool
) -> None:
    agreed.save_base(db, account.id, source.id, THERE)
    accounts.remove(db, account.id, 3_000, keep_articles=keep_articles)
    again = accounts.add(db, NewAccount("miniflux", account.url, "huda"), 4_000)
    assert merge.merge(agreed.load(db, again.id), [THERE]).steps == [merge.New(THERE)]
    assert agreed.save_new(db, again.id, THERE, 4_100) == source.id
    assert account_ids(db) == [account.id]


def test_marks_made_after_adding_an_account_was_undone_are_sent_when_it_is_added_again(
    db: Connection, account: Account, receive: Receive
) -> None:
    new = receive(remote("1")).new
    accounts.save_cursor(db, account.id, "17")
    journal.undo(db, 3_000)
    article_state.mark(db, new, 3_500, read=True)
    assert not accounts.list_all(db)
    again = accounts.add(db, NewAccount("miniflux", account.url, "huda"), 4_000)
    receive(remote("1"))
    assert pending(db, again) == {("Article 1", "read", ""): True}
    assert (again.cursor, again.synced) == ("", None)


def test_pending_changes_move_with_their_source_and_back_when_that_is_undone(
    db: Connection, account: Account, source: Source, receive: Receive
) -> None:
    other = accounts.add(db, OTHER, 1_500)
    new = receive(remote("1")).new
    article_state.mark(db, new, 2_500, read=True)
    accounts.move_sources(db, [source.id], other.id, 3_000)
    assert (len(pending(db, account)), len(pending(db, other))) == (0, 1)
    journal.undo(db, 3_001)
    assert (len(pending(db, account)), len(pending(db, other))) == (1, 0)


def test_removed_account_without_sources_is_kept_while_undo_can_restore_it(db: Connection, account: Account) -> None:
    accounts.remove(db, account.id, 2_000, keep_articles=True)
    assert cleanup.trim_records(db, 0, delete=True) == 0
    journal.undo(db, 2_001)
    assert [one.id for one in accounts.list_all(db)] == [account.id]


def test_moving_sources_is_one_step(db: Connection, account: Account, source: Source) -> None:
    accounts.move_sources(db, [source.id], None, 2_000)
    assert account_ids(db) == [None]
    assert accounts.move_sources(db, [source.id], None, 2_000) == 0
    assert journal.latest_sentence(db) == "Moved 1 source to this computer only."
    journal.undo(db, 2_001)
    assert account_ids(db) == [account.id]


def test_outcome_of_a_sync_is_kept_with_the_time_of_the_last_complete_one(
    db: Connection, account: Account, source: Source
) -> None:
    accounts.record_sync(db, account.id, 2_000, server="Miniflux 2.2.6")
    accounts.record_sync(db, account.id, 3_000, error="reader.example timed out.", held_until=3_600)
    accounts.save_cursor(db, account.id, "17")
    found = accounts.get(db, account.id)
    assert found is not None
    assert (found.synced, found.attempted, found.held_until) == (2_000, 3_000, 3_600)
    assert (found.server, found.error, found.cursor) == ("Miniflux 2.2.6", "reader.example timed out.", "17")
    assert subscriptions.list_all(db)[0].succeeded == 2_000


def test_marks_from_before_accounts_are_kept_and_not_pending_when_the_database_is_migrated(
    db: Connection, path: Path, put: Put
) -> None:
    new = put(Entry(guid="a", url=f"{SITE}a", title="Old")).new
    article_state.mark(db, new, 3_000, read=True, starred=True)
    article_state.edit_tags(db, new, 3_000, add=["water"])
    db.execute("DROP TABLE outbox")
    for name in ("subscription", "remote_article", "expected_article"):
        db.execute(f"DROP TABLE {name}")
    for (name,) in db.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'outbox*'"
    ).fetchall():
        db.execute(f"DROP TRIGGER {name}")
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("ALTER TABLE source DROP COLUMN account_id")
    db.execute("DROP TABLE account")
    with closing(migrate_from(db, path, "CREATE TABLE account")) as migrated:
        assert marks(migrated, "Old") == (True, True, ("water",))
        assert (count(migrated, "outbox"), find_problems(migrated)) == (0, [])
        accounts.add(migrated, NewAccount("miniflux", "https://reader.example"), 4_000)
        assert account_ids(migrated) == [None]
        journal.undo(migrated, 4_001)
        journal.undo(migrated, 4_002)
        assert marks(migrated, "Old") == (True, True, ())


def test_pending_changes_are_kept_when_one_account_of_two_is_removed(
    db: Connection, account: Account, source: Source, receive: Receive
) -> None:
    other = accounts.add(db, OTHER, 1_500)
    new = receive(remote("1")).new
    article_state.mark(db, new, 3_000, read=True)
    accounts.remove(db, other.id, 4_000, keep_articles=False)
    assert [one.remote_id for one in outbox.load(db, account.id)] == ["1"]
    assert account_ids(db) == [account.id]
