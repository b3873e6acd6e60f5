"""Which new sources join an account."""

from __future__ import annotations

from sqlite3 import Connection

import pytest

from roya_tui.model import Account, NewAccount, NewSource, Source
from roya_tui.store import cleanup
from roya_tui.store.sources import subscriptions
from roya_tui.store.sync import accounts
from roya_tui.store.user_data import journal


@pytest.mark.parametrize(
    ("new", "joins"),
    [
        (NewSource("https://dune.example/feed"), True),
        (NewSource("http://dune.example/feed"), True),
        (NewSource("https://dune.example/news.json", mapping="Dune"), False),
        (NewSource("https://dune.example/feed", sample=True), False),
        (NewSource("https://huda:secret@dune.example/feed"), False),
        (NewSource("/home/huda/feed.xml"), False),
        (NewSource("http://192.168.1.4/feed"), False),
        (NewSource("http://nas.local/feed"), False),
        (NewSource("http://localhost:8080/feed"), False),
    ],
)
def test_new_source_joins_the_only_account_if_its_server_can_read_it(
    db: Connection, account: Account, new: NewSource, joins: bool
) -> None:
    added = subscriptions.add(db, new, 2_000)
    assert added.account_id == (account.id if joins else None)


def test_source_with_a_saved_password_stays_here_when_it_is_added_again_without_it(
    db: Connection, account: Account
) -> None:
    first = subscriptions.add(db, NewSource("https://huda:secret@dune.example/feed"), 2_000)
    subscriptions.remove(db, first.id, 2_100)
    assert subscriptions.add(db, NewSource("https://dune.example/feed"), 2_200).account_id is None


def test_source_of_the_local_network_joins_an_account_on_a_server_there(db: Connection) -> None:
    account = accounts.add(db, NewAccount("miniflux", "http://192.168.1.2:8080"), 1_000)
    assert subscriptions.add(db, NewSource("http://192.168.1.4/feed"), 2_000).account_id == account.id


def test_new_source_joins_none_of_several_accounts(db: Connection, account: Account) -> None:
    accounts.add(db, NewAccount("nextcloud", "https://cloud.example"), 1_500)
    assert subscriptions.add(db, NewSource("https://dune.example/feed"), 2_000).account_id is None


def test_restored_source_joins_the_account_and_undo_removes_it_from_there(db: Connection) -> None:
    old = subscriptions.add(db, NewSource("https://dune.example/feed"), 500)
    subscriptions.remove(db, old.id, 600)
    account = accounts.add(db, NewAccount("miniflux", "https://reader.example"), 1_000)
    assert subscriptions.add_all(db, [NewSource("https://dune.example/feed")], 2_000) == 1
    assert [one.account_id for one in subscriptions.list_all(db)] == [account.id]
    journal.undo(db, 2_001)
    assert subscriptions.list_all(db) == []
    assert db.execute("SELECT account_id FROM source WHERE id = ?", (old.id,)).fetchone() == (None,)


def test_removed_account_is_kept_while_undo_can_give_it_a_source(
    db: Connection, account: Account, source: Source
) -> None:
    accounts.remove(db, account.id, 2_000, keep_articles=False)
    accounts.add(db, NewAccount("nextcloud", "https://cloud.example"), 2_100)
    subscriptions.add_all(db, [NewSource(source.url)], 3_000)
    db.execute("DELETE FROM journal WHERE id < (SELECT max(id) FROM journal)")
    assert cleanup.trim_records(db, 0, delete=True) == 0
    journal.undo(db, 3_001)
    assert subscriptions.list_all(db) == []
    assert db.execute("SELECT account_id FROM source").fetchone() == (account.id,)
