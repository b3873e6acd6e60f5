"""Sources: added, changed, removed and undone; results of checks; the refresh lock."""

import os
import re
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roya_tui import query
from roya_tui.model import Entry, NewSource, UpdateSchedule
from roya_tui.store import connection
from roya_tui.store.articles import lookup
from roya_tui.store.connection import StoreError
from roya_tui.store.search import results
from roya_tui.store.sources import checks, names, refresh_lock, subscriptions
from roya_tui.store.sources.checks import CheckResult
from roya_tui.store.user_data import article_state
from roya_tui.store.user_data.journal import redo, undo
from roya_tui.text import fold

NOW = 10_000
NEW = NewSource("https://new.example/rss", name="Mine", folder="Jordan", zone="Asia/Amman", mapping="roya", title="Its",
                language="ar", homepage="https://new.example", sample=True, interval=600)  # fmt: skip


def labels(db) -> list[str]:
    return [source.label for source in subscriptions.list_all(db)]


def test_added_source_has_all_given_fields(db) -> None:
    added = subscriptions.add(db, NEW, NOW)
    for name in NEW.__slots__:
        assert getattr(added, name) == getattr(NEW, name)
    assert subscriptions.get(db, added.id) == added == subscriptions.list_all(db)[0]
    assert (added.label, added.paused, added.checked, added.total) == ("Mine", False, None, 0)


def test_sources_are_sorted_by_folder_and_label(db) -> None:
    for url, name, folder in [("a", "Żaba", ""), ("b", "alpha", ""), ("c", "Beta", ""), ("d", "Aa", "World")]:
        subscriptions.add(db, NewSource(f"https://{url}.example", name=name, folder=folder), NOW)
    assert labels(db) == ["alpha", "Beta", "Żaba", "Aa"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", ["Roya News"]), ("https://petra.example/rss", ["Petra"]), ("roya", ["Roya Arabic", "Roya News"]),
        ("NEWS roya", ["Roya News"]), ("oya", []), ("", []), ("99", []),
    ],
)  # fmt: skip
def test_source_is_found_by_id_address_or_words(db, text: str, expected: list[str]) -> None:
    subscriptions.add(db, NewSource("https://roya.example/rss", title="Roya News"), NOW)
    subscriptions.add(db, NewSource("https://petra.example/rss", title="Petra"), NOW)
    subscriptions.add(db, NewSource("https://arabic.example/rss", title="Roya Arabic"), NOW)
    gone = subscriptions.add(db, NewSource("https://gone.example/rss", title="Roya Gone"), NOW)
    subscriptions.remove(db, gone.id, NOW)
    assert [source.label for source in subscriptions.find(db, text)] == expected


def test_adding_a_known_address_returns_that_source(db) -> None:
    assert subscriptions.is_empty(db)
    first = subscriptions.add(db, NEW, NOW)
    assert subscriptions.add(db, NewSource(NEW.url, name="Other"), NOW) == first
    subscriptions.remove(db, first.id, NOW)
    assert not subscriptions.is_empty(db), "a removed source is still known"


def test_counts_omit_hidden_articles(db, source, put) -> None:
    ids = put(*(Entry(guid=str(n)) for n in range(4))).new
    article_state.mark(db, ids[:1], NOW, read=True)
    article_state.mark(db, ids[1:2], NOW, hidden=True)
    counted = subscriptions.get(db, source.id)
    assert (counted.total, counted.unread) == (3, 2)
    assert subscriptions.list_all(db) == [counted]


def test_removed_source_keeps_only_starred_and_noted_articles(db, source, put) -> None:
    plain, starred, noted = put(*(Entry(guid=str(n), title="Water", tags=("x",)) for n in range(3))).new
    article_state.mark(db, [starred], NOW, starred=True)
    article_state.set_note(db, noted, "keep", NOW)
    subscriptions.remove(db, source.id, NOW)
    assert labels(db) == []
    assert subscriptions.get(db, source.id) is None
    for text in ("", "water", "tag:x", "is:unread", "source:roya"):
        assert set(results.find(db, query.parse(text, NOW), NOW)) == {starred, noted}
    assert results.count_views(db, NOW)["all"] == 2
    assert lookup.load_article(db, starred).headline.source == "Roya Sample"
    assert undo(db, NOW) == "Undone: Removed “Roya Sample”."
    assert len(results.find(db, query.Query(), NOW)) == 3
    assert redo(db, NOW) == "Redone: Removed “Roya Sample”."
    subscriptions.remove(db, source.id, NOW)
    assert plain not in results.find(db, query.Query(), NOW)


def test_source_added_again_has_its_articles_and_no_errors(db, source, put) -> None:
    (id,) = put(Entry(guid="1")).new
    article_state.mark(db, [id], NOW, read=True)
    checks.record(db, source.id, CheckResult(NOW, ok=False, error="It was gone.", gone=True, next_check=99_999))
    subscriptions.change(db, source.id, paused=True)
    subscriptions.remove(db, source.id, NOW)
    back = subscriptions.add(db, NewSource(source.url, folder="New folder"), NOW)
    assert (back.id, back.title, back.folder, back.total, back.unread) == (source.id, source.title, "New folder", 1, 0)
    assert (back.paused, back.failures, back.error, back.next_check) == (False, 0, "", None)


def test_adding_several_sources_is_one_step_and_skips_known_ones(db, source) -> None:
    old = subscriptions.add(db, NewSource("https://old.example/rss", name="Old", folder="Here"), 1_000)
    subscriptions.remove(db, old.id, 1_900)
    new = [
        NewSource(source.url),
        NewSource(old.url, name="New", folder="There"),
        *[NewSource("https://n.example/")] * 2,
    ]
    assert subscriptions.add_all(db, new, 2_000) == 2
    after = subscriptions.list_all(db)
    assert [one.label for one in after] == ["https://n.example/", "Roya Sample", "New"]
    assert undo(db, 2_100) == "Undone: Added 2 sources. The sources are removed."
    assert [one.label for one in subscriptions.list_all(db)] == ["Roya Sample"]
    assert redo(db, 2_100) == "Redone: Added 2 sources."
    assert subscriptions.list_all(db) == after
    assert subscriptions.add_all(db, new, 2_000) == 0
    undo(db, 2_100)
    assert undo(db, 2_100) == "Undone: Removed “Old”."
    assert subscriptions.get(db, old.id) == old


def test_samples_are_removed_in_one_step(db) -> None:
    subscriptions.add(db, NewSource("https://real.example/rss", title="Real"), NOW)
    for n in range(2):
        subscriptions.add(db, NewSource(f"/samples/{n}.xml", sample=True), NOW)
    assert subscriptions.remove_samples(db, NOW) == 2
    assert labels(db) == ["Real"]
    assert subscriptions.remove_samples(db, NOW) == 0
    assert undo(db, NOW) == "Undone: Removed the sample articles."
    assert len(labels(db)) == 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "Morning"}, "Renamed “Roya Sample” to “Morning”."),
        ({"folder": "Jordan"}, "Moved “Roya Sample” to folder “Jordan”."),
        ({"paused": True}, "Paused “Roya Sample”."),
        ({"interval": 900}, "Changed how often “Roya Sample” is checked."),
        ({"per_day": 0}, "Changed the daily limit of “Roya Sample”."),
        ({"url": "https://other.example"}, "Changed the address of “Roya Sample”."),
        ({"url": "https://other.example", "zone": "Asia/Amman"}, "Changed “Roya Sample”."),
        ({"mapping": "roya", "name": "Morning"}, "Changed “Roya Sample”."),
    ],
)
def test_change_of_a_source_has_a_message_and_is_undone(db, source, change, message: str) -> None:
    subscriptions.change(db, source.id, **change)
    changed = subscriptions.get(db, source.id)
    assert {name: getattr(changed, name) for name in change} == change
    subscriptions.change(db, source.id, **change)
    assert undo(db, NOW) == f"Undone: {message}"
    assert subscriptions.get(db, source.id) == source
    assert undo(db, NOW) is None


def test_two_sources_cannot_have_one_address(db, source) -> None:
    other = subscriptions.add(db, NewSource("https://other.example/rss"), NOW)
    with pytest.raises(StoreError, match="Another source has the address"):
        subscriptions.change(db, other.id, url=source.url)
    with pytest.raises(StoreError, match="no source 99"):
        subscriptions.change(db, 99, name="x")
    assert checks.change_address(db, other.id, source.url) == source.label
    assert checks.change_address(db, other.id, "https://moved.example/rss") == ""
    assert subscriptions.get(db, other.id).url == "https://moved.example/rss"
    assert undo(db, NOW) is None


def test_undo_does_not_take_an_address_that_another_source_has_now(db, source) -> None:
    subscriptions.change(db, source.id, url="https://moved.example/rss")
    subscriptions.add(db, NewSource(source.url, title="Newcomer"), NOW)
    assert (
        undo(db, NOW)
        == "This step cannot be restored, because another source has the address: Changed the address of “Roya Sample”."
    )
    assert undo(db, NOW) is None
    assert subscriptions.get(db, source.id).url == "https://moved.example/rss"


GOOD = CheckResult(1_000, ok=True, etag='W/"x"', modified="Fri", body_hash="abc", pace=UpdateSchedule(60),
                   next_check=2_000, moved_to="https://b")  # fmt: skip


def test_check_results_are_stored_and_failures_counted(db, source) -> None:
    checks.record(db, source.id, GOOD)
    stored = subscriptions.get(db, source.id)
    assert (stored.checked, stored.succeeded, stored.next_check) == (1_000, 1_000, 2_000)
    assert (stored.failures, stored.error, stored.moved_to) == (0, "", "https://b")
    assert (stored.etag, stored.modified, stored.body_hash, stored.pace.ttl) == ('W/"x"', "Fri", "abc", 60)
    for n in (1, 2):
        failed = CheckResult(1_000 + n, ok=False, error="No answer.", next_check=3_000, held_until=9_000)
        checks.record(db, source.id, failed)
    stored = subscriptions.get(db, source.id)
    assert (stored.checked, stored.succeeded, stored.failures, stored.error) == (1_002, 1_000, 2, "No answer.")
    assert (stored.etag, stored.pace.ttl, stored.held_until, stored.paused) == ('W/"x"', 60, 9_000, False)
    checks.record(db, source.id, GOOD)
    assert (subscriptions.get(db, source.id).failures, subscriptions.get(db, source.id).held_until) == (0, None)


def test_gone_source_is_paused_until_you_enable_it(db, source) -> None:
    checks.record(db, source.id, CheckResult(1_000, ok=False, error="Gone for good.", gone=True))
    assert (subscriptions.get(db, source.id).paused, subscriptions.get(db, source.id).gone) == (True, True)
    subscriptions.change(db, source.id, paused=False)
    assert not subscriptions.get(db, source.id).paused
    subscriptions.change(db, source.id, paused=True)
    assert not subscriptions.get(db, source.id).gone


def test_values_are_stored_by_key(db) -> None:
    assert connection.get_value(db, "samples offered") == ""
    connection.set_value(db, "samples offered", "yes")
    connection.set_value(db, "samples offered", "twice")
    assert connection.get_value(db, "samples offered") == "twice"


def test_refresh_lock_belongs_to_one_process_until_released_silent_or_from_the_future(db) -> None:
    me, other = os.getpid(), os.getppid()
    assert refresh_lock.acquire(db, NOW, me)
    assert refresh_lock.acquire(db, NOW, me)
    assert not refresh_lock.acquire(db, NOW + 59, other)
    assert refresh_lock.renew(db, NOW + 50, me)
    assert not refresh_lock.acquire(db, NOW + 100, other)
    refresh_lock.release(db, other)
    assert not refresh_lock.acquire(db, NOW + 100, other)
    refresh_lock.release(db, me)
    assert refresh_lock.acquire(db, NOW + 100, other)
    assert not refresh_lock.renew(db, NOW + 101, me)
    assert refresh_lock.acquire(db, NOW + 100 + refresh_lock.LEASE_SECONDS, me), "the other process is silent"
    assert not refresh_lock.renew(db, NOW + 100 + refresh_lock.LEASE_SECONDS, other)
    assert refresh_lock.acquire(db, NOW - 10_000, other), "the lock is from the future"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows only has the lease")
def test_dead_process_loses_the_refresh_lock_at_once(db) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert refresh_lock.acquire(db, NOW, process.pid)
    assert refresh_lock.acquire(db, NOW + 1, os.getpid())


LETTERS = st.text("aB1_ -'.é\u0640مـ\n", max_size=8)


@given(st.lists(LETTERS, max_size=6), LETTERS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sources_are_found_by_the_beginnings_of_words(db, labels: list[str], text: str) -> None:
    db.execute("SAVEPOINT example")
    for number, label in enumerate(labels):
        subscriptions.add(db, NewSource(f"https://{number}.example/", name=label), NOW)
    wanted = [re.compile(rf"(?<!\w){re.escape(word)}") for word in fold(text).split()]
    labels_by_id = {one.id: fold(one.label) for one in subscriptions.list_all(db)}
    matching = [id for id, label in labels_by_id.items() if wanted and all(word.search(label) for word in wanted)]
    assert names.find_sources(db, text) == sorted(matching) or text.strip().isdigit()
    db.execute("ROLLBACK TO example")
