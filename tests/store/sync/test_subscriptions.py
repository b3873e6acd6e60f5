"""Subscriptions of an account: what was agreed on with the server, and what its changes do here."""

from __future__ import annotations

from sqlite3 import Connection

from tests.store.sync.conftest import Receive, id_of, remote

from roya_tui.model import Account, NewAccount, NewSource, Source, Subscription
from roya_tui.store.search import saved_searches
from roya_tui.store.sources import subscriptions
from roya_tui.store.sync import accounts
from roya_tui.store.sync import subscriptions as agreed
from roya_tui.store.user_data import article_state, journal

THERE = Subscription("7", "https://dune.example/feed", "Dune Herald", "Press/North", "https://dune.example")


def test_subscription_of_the_server_becomes_a_source_with_its_title_and_folder(
    db: Connection, account: Account
) -> None:
    id = agreed.save_new(db, account.id, THERE, 2_000)
    found = subscriptions.get(db, id)
    assert found is not None
    assert (found.label, found.folder, found.homepage) == ("Dune Herald", "Press/North", "https://dune.example")
    assert (found.account_id, found.from_server) == (account.id, True)
    (stored,) = agreed.load(db, account.id)
    assert (stored.source_id, stored.base, stored.removed) == (id, THERE, False)


def test_local_source_with_the_same_address_moves_to_the_account_with_its_articles_and_name(
    db: Connection, account: Account
) -> None:
    own = subscriptions.add(db, NewSource("https://www.dune.example/feed/", name="My Dune", folder="Mine"), 1_500)
    accounts.move_sources(db, [own.id], None, 1_600)
    assert agreed.save_new(db, account.id, THERE, 2_000) == own.id
    (found,) = subscriptions.list_all(db)
    assert (found.label, found.folder, found.account_id) == ("My Dune", "Mine", account.id)


def test_removed_source_is_restored_when_the_server_lists_it(db: Connection, account: Account) -> None:
    own = subscriptions.add(db, NewSource(THERE.url), 1_500)
    subscriptions.remove(db, own.id, 1_600)
    assert agreed.save_new(db, account.id, THERE, 2_000) == own.id
    assert [one.id for one in subscriptions.list_all(db)] == [own.id]


def test_source_of_another_account_stays_there_when_both_servers_list_it(db: Connection, account: Account) -> None:
    id = agreed.save_new(db, account.id, THERE, 2_000)
    other = accounts.add(db, NewAccount("nextcloud", "https://cloud.example", "sami"), 2_500)
    agreed.save_new(db, other.id, Subscription("91", THERE.url, "Dune"), 3_000)
    found = subscriptions.get(db, id)
    assert found is not None
    assert found.account_id == account.id
    assert [one.removed for one in agreed.load(db, account.id)] == [False]
    assert agreed.load(db, other.id) == []


def test_source_is_listed_as_removed_when_it_was_unsubscribed_or_moved(
    db: Connection, account: Account, source: Source
) -> None:
    agreed.save_base(db, account.id, source.id, THERE)
    assert [one.removed for one in agreed.load(db, account.id)] == [False]
    subscriptions.remove(db, source.id, 2_000)
    assert [one.removed for one in agreed.load(db, account.id)] == [True]
    journal.undo(db, 2_001)
    accounts.move_sources(db, [source.id], None, 2_002)
    assert [one.removed for one in agreed.load(db, account.id)] == [True]
    agreed.forget(db, account.id, source.id)
    assert agreed.load(db, account.id) == []


def test_source_that_was_never_on_the_server_is_not_listed_once_it_is_removed(
    db: Connection, account: Account, source: Source
) -> None:
    assert [(one.remote_id, one.base) for one in agreed.load(db, account.id)] == [("", None)]
    subscriptions.remove(db, source.id, 2_000)
    assert agreed.load(db, account.id) == []


def test_name_and_folder_of_the_server_are_set_and_saved_searches_follow(db: Connection, account: Account) -> None:
    id = agreed.save_new(db, account.id, THERE, 2_000)
    saved_searches.add(db, "Dunes", 'source:"Dune Herald"', 2_100)
    steps = len(journal.list_steps(db, 2_200))
    agreed.apply_change(db, account.id, id, Subscription("7", THERE.url, "Dune Daily", "South"), 2_200)
    found = subscriptions.get(db, id)
    assert found is not None
    assert (found.label, found.folder) == ("Dune Daily", "South")
    assert len(journal.list_steps(db, 2_300)) == steps
    assert agreed.load(db, account.id)[0].base == Subscription("7", THERE.url, "Dune Daily", "South")
    assert "Dune Herald" not in str(db.execute("SELECT query FROM saved_feed").fetchone())


def test_removal_on_the_server_is_a_step_that_can_be_undone(
    db: Connection, account: Account, source: Source, receive: Receive
) -> None:
    agreed.save_base(db, account.id, source.id, THERE)
    receive(remote("1", starred=True))
    article_state.set_note(db, id_of(db, "Article 1"), "Keep this.", 2_500)
    agreed.apply_removal(db, account.id, source.id, 3_000)
    assert subscriptions.list_all(db) == []
    assert agreed.load(db, account.id) == []
    assert journal.latest_sentence(db) == "Removed “Roya Sample”, as on the server."
    journal.undo(db, 3_001)
    assert [one.id for one in subscriptions.list_all(db)] == [source.id]
    assert db.execute("SELECT note FROM state").fetchone() == ("Keep this.",)
    assert [(one.remote_id, one.removed) for one in agreed.load(db, account.id)] == [("", False)]
