"""Articles of a server: their marks, and what makes them the same as articles here."""

from __future__ import annotations

from sqlite3 import Connection

import pytest
from tests.store.conftest import Put
from tests.store.sync.conftest import SITE, Receive, hash_of, id_of, marks, pending, remote, titles

from roya_tui.model import Account, Entry, NewAccount, NewSource, RemoteState, Rule, SaveResult, Source
from roya_tui.store import cleanup, rules
from roya_tui.store.articles import ingestion
from roya_tui.store.sources import subscriptions
from roya_tui.store.sync import accounts, outbox, remote_articles
from roya_tui.store.tally import TALLY_MISMATCHES
from roya_tui.store.user_data import article_state, journal

NONE = (False, False, ())


def fetch_from_feeds(db: Connection, account: Account) -> None:
    db.execute("UPDATE account SET content = 'feeds' WHERE id = ?", (account.id,))


# Marks.


def test_new_article_has_the_marks_of_the_server_and_nothing_is_pending(
    db: Connection, account: Account, receive: Receive
) -> None:
    assert len(receive(remote("1", read=True), remote("2", starred=True, tags=("water",)), remote("3")).new) == 3
    assert [marks(db, f"Article {id}") for id in "123"] == [(True, False, ()), (False, True, ("water",)), NONE]
    assert not pending(db, account)
    assert journal.latest_sentence(db) == "Added the account “huda@reader.example”."
    assert not db.execute(TALLY_MISMATCHES).fetchall()


def test_marks_made_here_before_are_sent_when_the_article_is_first_found_on_the_server(
    db: Connection, account: Account, receive: Receive, put: Put
) -> None:
    fetch_from_feeds(db, account)
    new = put(*(Entry(guid=id, url=SITE + id, title=f"Article {id}") for id in "12")).new
    db.execute("UPDATE source SET account_id = NULL")  # marked when the source was only on this computer
    article_state.mark(db, new, 2_500, read=True)
    article_state.mark(db, [id_of(db, "Article 2")], 2_500, starred=True)
    article_state.edit_tags(db, [id_of(db, "Article 1")], 2_500, add=["water"])
    db.execute("UPDATE source SET account_id = ?", (account.id,))
    receive(remote("1", starred=True, tags=("dam",)), remote("2", read=True))
    assert marks(db, "Article 1") == (True, True, ("water",))
    assert pending(db, account) == {
        ("Article 1", "read", ""): True, ("Article 1", "tag", "water"): True, ("Article 2", "starred", ""): True,
    }  # fmt: skip
    outbox.remove_sent(db, [one.id for one in outbox.load(db, account.id)])
    remote_articles.apply_states(db, account.id, [RemoteState("1", True, True, ("dam", "water"))], 3_000)
    assert marks(db, "Article 1") == (True, True, ("dam", "water"))


def test_pending_change_wins_over_the_server_until_it_was_sent(
    db: Connection, account: Account, receive: Receive
) -> None:
    receive(remote("1"), remote("2", starred=True))
    article_state.mark(db, [id_of(db, "Article 1")], 3_000, read=True)
    article_state.mark(db, [id_of(db, "Article 2")], 3_000, starred=False)
    server = [RemoteState("1", False, True, ()), RemoteState("2", True, True, ())]
    assert remote_articles.apply_states(db, account.id, server, 4_000) == 2
    assert [marks(db, f"Article {id}") for id in "12"] == [(True, True, ()), (True, False, ())]
    outbox.remove_sent(db, [one.id for one in outbox.load(db, account.id)])
    assert remote_articles.apply_states(db, account.id, server, 4_000) == 2
    assert [marks(db, f"Article {id}") for id in "12"] == [(False, True, ()), (True, True, ())]
    assert not pending(db, account)


def test_unknown_marks_of_the_server_change_nothing(db: Connection, account: Account, receive: Receive) -> None:
    receive(remote("1", read=True, starred=True, tags=("water",)))
    assert remote_articles.apply_states(db, account.id, [RemoteState("1"), RemoteState("9", True)], 3_000) == 0
    assert marks(db, "Article 1") == (True, True, ("water",))


def test_counts_stay_right_when_many_marks_arrive(db: Connection, account: Account, receive: Receive) -> None:
    receive(*(remote(str(number)) for number in range(1_200)))
    states = [RemoteState(str(number), number % 2 == 0, number % 3 == 0) for number in range(1_200)]
    assert remote_articles.apply_states(db, account.id, states, 3_000) == 800
    assert not db.execute(TALLY_MISMATCHES).fetchall()
    assert not pending(db, account)


def test_star_of_a_rule_wins_and_is_sent_when_the_article_is_new(
    db: Connection, account: Account, receive: Receive
) -> None:
    rules.add(db, Rule(0, "Water", "article", "star"), 1_000)
    receive(remote("1"))
    assert marks(db, "Article 1")[1]
    assert pending(db, account) == {("Article 1", "starred", ""): True}


# Identity.


@pytest.mark.parametrize(
    "facts",
    [
        {"guid": "tag:roya.example,2026:1"},
        {"guid_hash": hash_of("tag:roya.example,2026:1")},
        {"url": f"{SITE}story/?utm_source=server"},
    ],
)
def test_article_of_the_server_is_the_one_here_by_guid_or_hash_or_link(
    db: Connection, account: Account, receive: Receive, put: Put, facts: dict[str, str]
) -> None:
    put(Entry(guid="tag:roya.example,2026:1", url=f"{SITE}story", title="Here"))
    result = receive(remote("1", read=True, **{"url": "https://elsewhere.example/1", **facts}))  # type: ignore[arg-type]
    assert result.new == ()
    assert db.execute("SELECT count(*), guid FROM article").fetchone() == (1, "tag:roya.example,2026:1")
    assert db.execute("SELECT read_at FROM state").fetchone() == (2_000,)


def test_article_is_new_when_several_have_its_link(
    db: Connection, account: Account, receive: Receive, put: Put
) -> None:
    put(Entry(guid="a", url=f"{SITE}live", title="Here 1"), Entry(guid="b", url=f"{SITE}live", title="Here 2"))
    put(Entry(guid="c", url=f"{SITE}one", title="Here 3"))
    result = receive(remote("1", url=f"{SITE}live"), remote("2", url=f"{SITE}one"), remote("3", url=f"{SITE}one"))
    assert len(result.new) == 3


def test_same_articles_are_not_new_when_they_are_received_again(
    db: Connection, account: Account, receive: Receive
) -> None:
    entries = remote("1", guid="a"), remote("2", guid_hash=hash_of("b")), remote("3")
    assert len(receive(*entries).new) == 3
    assert receive(*entries, now=3_000) == SaveResult(same=3)
    assert remote_articles.all_ids(db, account.id) == {"1", "2", "3"}


@pytest.mark.parametrize("facts", [{"guid_hash": hash_of("tag:1")}, {}])
def test_article_of_the_server_is_the_same_when_its_feed_is_fetched_later(
    db: Connection, account: Account, receive: Receive, put: Put, facts: dict[str, str]
) -> None:
    receive(remote("1", read=True, **facts))  # type: ignore[arg-type]
    accounts.remove(db, account.id, 2_500, keep_articles=True)
    assert put(Entry(guid="tag:1", url=f"{SITE}1", title="Article 1"), now=3_000).new == ()
    assert db.execute("SELECT guid FROM article").fetchall() == [("tag:1",)]
    assert marks(db, "Article 1") == (True, False, ())


@pytest.mark.parametrize("facts", [{"guid": "tag:1"}, {"guid_hash": hash_of("tag:1")}, {}])
@pytest.mark.parametrize("url", ["", f"{SITE}1"])
def test_deleted_article_stays_deleted_when_the_server_sends_it_again(
    db: Connection, account: Account, receive: Receive, facts: dict[str, str], url: str
) -> None:
    entry = remote("1", **facts)  # type: ignore[arg-type]
    entry = type(entry)(**{**{name: getattr(entry, name) for name in entry.__struct_fields__}, "url": url})
    receive(entry)
    assert cleanup.delete_old(db, 1_000_000) == 1
    assert receive(entry, now=3_000).new == ()
    assert titles(db) == []
    assert remote_articles.all_ids(db, account.id) == {"1"}


@pytest.mark.parametrize("facts", [{"guid": "tag:1"}, {"guid_hash": hash_of("tag:1")}, {}])
def test_deleted_article_stays_deleted_when_its_feed_is_fetched_later(
    db: Connection, account: Account, receive: Receive, put: Put, facts: dict[str, str]
) -> None:
    receive(remote("1", **facts))  # type: ignore[arg-type]
    cleanup.delete_old(db, 1_000_000)
    accounts.remove(db, account.id, 2_500, keep_articles=True)
    assert put(Entry(guid="tag:1", url=f"{SITE}1", title="Article 1"), now=3_000).new == ()
    assert titles(db) == []


def test_article_is_the_same_when_the_feed_repeats_guids(
    db: Connection, account: Account, receive: Receive, put: Put
) -> None:
    put(Entry(guid="0", url=f"{SITE}well", title="Well"), Entry(guid="0", url=f"{SITE}dam", title="Dam"))
    receive(remote("1", url=f"{SITE}well", guid_hash=hash_of("0")), remote("2", url=f"{SITE}dam"), remote("3"))
    assert db.execute("SELECT count(*) FROM article").fetchone() == (3,)
    accounts.remove(db, account.id, 2_500, keep_articles=True)
    again = [Entry(guid="0", url=SITE + page, title=page) for page in ("well", "dam", "3")]
    assert put(*again, now=3_000).new == ()


# Articles that are fetched from their feeds.


def test_article_from_its_feed_gets_the_marks_of_the_server(
    db: Connection, account: Account, source: Source, put: Put
) -> None:
    fetch_from_feeds(db, account)
    entries = [remote("1", read=True, starred=True, guid_hash=hash_of("a"), tags=("water",)), remote("2")]
    assert remote_articles.note_entries(db, account.id, source.id, entries, 2_000) == 0
    assert remote_articles.apply_states(db, account.id, [RemoteState("2", read=True)], 2_100) == 0
    put(*(Entry(guid=guid, url=SITE + id, title=f"Article {id}") for guid, id in (("a", "1"), ("b", "2"), ("c", "3"))))
    assert [marks(db, f"Article {id}") for id in "123"] == [(True, True, ("water",)), (True, False, ()), NONE]
    assert not pending(db, account)
    article_state.mark(db, [id_of(db, "Article 1")], 3_000, read=False)
    assert [one.remote_id for one in outbox.load(db, account.id)] == ["1"]


# Complete lists of ids.


def test_lists_give_marks_only_for_ids_in_them(db: Connection, account: Account, receive: Receive) -> None:
    receive(remote("1"), remote("2", read=True), remote("3", starred=True), remote("4", tags=("water",)), remote("5"))
    found = remote_articles.compare(db, account.id, {"2", "3", "4", "5"}, {"5"}, {"dam": {"5"}})
    assert {*found.states} == {RemoteState("2", read=False), RemoteState("5", starred=True, tags=("dam",))}
    assert sorted(found.uncertain) == ["1", "3", "4"]


def test_lists_change_nothing_that_is_pending_or_equal(db: Connection, account: Account, receive: Receive) -> None:
    receive(remote("1"), remote("2", starred=True), remote("3"))
    article_state.mark(db, [id_of(db, "Article 1")], 3_000, read=True)
    article_state.edit_tags(db, [id_of(db, "Article 3")], 3_000, add=["water"])
    assert remote_articles.compare(db, account.id, {"1", "2", "3"}, {"2"}, {}) == ([], [])


def test_forgotten_article_has_no_id_and_its_pending_changes_are_counted(
    db: Connection, account: Account, receive: Receive
) -> None:
    new = receive(remote("1"), remote("2")).new
    article_state.mark(db, new, 3_000, read=True)
    article_state.mark(db, [id_of(db, "Article 1")], 3_000, starred=True)
    assert remote_articles.forget(db, account.id, ["1"]) == 2
    assert pending(db, account) == {("Article 2", "read", ""): True}
    assert remote_articles.all_ids(db, account.id) == {"2"}
    assert titles(db) == ["Article 1", "Article 2"]


def test_change_for_another_account_stays_when_an_article_is_forgotten(
    db: Connection, account: Account, source: Source, receive: Receive
) -> None:
    new = receive(remote("1")).new
    other = accounts.add(db, NewAccount("miniflux", "https://other.example", "huda"), 2_000)
    accounts.move_sources(db, [source.id], other.id, 2_500)
    article_state.mark(db, new, 3_000, read=True)
    assert remote_articles.forget(db, account.id, ["1"]) == 0
    assert pending(db, other) == {("Article 1", "read", ""): True}


def test_articles_of_two_sources_with_one_guid_are_two(db: Connection, account: Account, receive: Receive) -> None:
    other = subscriptions.add(db, NewSource("https://dune.example/rss", title="Dune"), 1_000)
    ingestion.save(db, other.id, None, [ingestion.prepare(Entry(guid="a", url=f"{SITE}1", title="Dune 1"))], 1_500)
    assert len(receive(remote("1", guid="a")).new) == 1
