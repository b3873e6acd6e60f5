"""The log of checks, how often sources publish, and duplicate sources."""

import pytest
from msgspec.structs import replace

from roya_tui.model import Attempt, Entry, Failure, Moment, NewSource, SourceStatistics
from roya_tui.store.articles import ingestion
from roya_tui.store.sources import checks, status, subscriptions
from roya_tui.store.sources.checks import CheckResult
from roya_tui.store.sources.status import MAX_ATTEMPTS, WEEK_SECONDS, WEEKS
from roya_tui.store.user_data.journal import redo, undo

NOW = 1_795_500_000
DAY = 86_400
TIMEOUT = Failure("timeout", "Roya Sample did not respond within 30 s.")


def record_check(db, id: int, at: int, failed: Failure | None = None, **more: int) -> None:
    error = f"{failed.message} Trying again at 14:20." if failed else ""
    checks.record(db, id, CheckResult(at, ok=failed is None, error=error, failed=failed, **more))


def test_checks_are_logged_newest_first_with_their_figures(db, source) -> None:
    record_check(db, source.id, 1_000, milliseconds=210, size=42_000, new=3, changed=1)
    record_check(db, source.id, 2_000, TIMEOUT, milliseconds=30_000)
    assert status.list_attempts(db, source.id) == [
        Attempt(2_000, "timeout", TIMEOUT.message, 30_000),
        Attempt(1_000, "", "", 210, 42_000, 3, 1),
    ]


def test_failure_of_unknown_kind_is_logged_with_its_message(db, source) -> None:
    checks.record(db, source.id, CheckResult(1_000, ok=False, error="No answer."))
    assert status.list_attempts(db, source.id) == [Attempt(1_000, "unknown", "No answer.")]


def test_check_log_keeps_the_latest_of_each_source(db, source) -> None:
    other = subscriptions.add(db, NewSource("https://other.example/rss"), NOW)
    record_check(db, other.id, 1)
    for at in range(MAX_ATTEMPTS + 25):
        record_check(db, source.id, at)
    kept = status.list_attempts(db, source.id)
    assert [attempt.at for attempt in kept] == list(range(MAX_ATTEMPTS + 24, 24, -1))
    assert len(status.list_attempts(db, other.id)) == 1


def test_check_log_keeps_its_order_when_the_clock_is_set_back(db, source) -> None:
    for at in (5_000, 9_000, 2_000):
        record_check(db, source.id, at)
    assert [attempt.at for attempt in status.list_attempts(db, source.id)] == [2_000, 9_000, 5_000]


def statistics(db, id: int) -> SourceStatistics:
    return status.load_statistics(db, NOW)[id]


def test_statistics_sum_up_checks_and_omit_removed_sources(db, source) -> None:
    assert statistics(db, source.id) == SourceStatistics(weeks=(0,) * WEEKS)
    record_check(db, source.id, 1, milliseconds=100, size=3_000)
    record_check(db, source.id, 2, milliseconds=301, size=0)
    record_check(db, source.id, 3, TIMEOUT, milliseconds=30_000)
    record_check(db, source.id, 4, Failure("offline", "There is no network here."))
    found = statistics(db, source.id)
    assert (found.attempts, found.failed, found.milliseconds, found.size) == (4, 1, 200, 3_000)
    assert found.last == Attempt(4, "offline", "There is no network here.")
    record_check(db, source.id, 5)
    assert statistics(db, source.id).last == Attempt(5)
    record_check(db, source.id, 1)
    subscriptions.remove(db, source.id, NOW)
    assert source.id not in status.load_statistics(db, NOW)


def dated_entries(*times: int, url: str = "") -> list[Entry]:
    return [Entry(guid=str(n), published=Moment(at), url=f"{url}{n}" if url else "") for n, at in enumerate(times)]


def test_statistics_count_articles_by_weeks_back_from_now(db, source, put) -> None:
    ages = (0, WEEK_SECONDS - 1, WEEK_SECONDS, 8 * WEEK_SECONDS - 1, 8 * WEEK_SECONDS, -60)
    put(*dated_entries(*(NOW - age for age in ages)), now=NOW)
    assert statistics(db, source.id).weeks == (1, 0, 0, 0, 0, 0, 1, 2)


def test_statistics_have_the_longest_gap_between_the_latest_articles(db, source, put) -> None:
    put(*dated_entries(*(NOW - n * DAY for n in range(4))), now=NOW)
    found = statistics(db, source.id)
    assert (found.newest, found.longest_gap) == (NOW, None), "four are too few"
    put(Entry(guid="old", published=Moment(NOW - 10 * DAY)), now=NOW)
    assert statistics(db, source.id).longest_gap == 7 * DAY
    put(*(Entry(guid=f"x{n}", published=Moment(NOW - n * 60)) for n in range(1, 30)), now=NOW)
    assert statistics(db, source.id).longest_gap == 60, "of the last thirty"


def subscribe(db, url: str, entries=(), *, title: str = "", homepage: str = "") -> int:
    added = subscriptions.add(db, NewSource(url, title=title, homepage=homepage), NOW)
    ingestion.save(db, added.id, None, [ingestion.prepare(entry) for entry in entries], NOW)
    return added.id


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/feed", "http://www.a.example/feed/", True),
        ("https://a.example/feed", "https://me:secret@A.example/feed", True),
        ("https://a.example/feed", "https://a.example/feed?page=2", False),
        ("https://a.example/feed", "https://a.example/Feed", False),
        ("/news/a.xml", "/news/b.xml", False),
    ],
)
def test_duplicates_are_found_by_address(db, one: str, other: str, same: bool) -> None:
    first, second = subscribe(db, one), subscribe(db, other)
    assert status.find_duplicates(db) == ({first: (second,), second: (first,)} if same else {})


def test_duplicates_are_found_by_the_address_that_a_source_moved_to(db) -> None:
    old, new = subscribe(db, "https://old.example/feed"), subscribe(db, "https://new.example/feed")
    checks.record(db, old, CheckResult(NOW, ok=True, moved_to="https://www.new.example/feed"))
    assert status.find_duplicates(db) == {old: (new,), new: (old,)}
    checks.record(db, old, CheckResult(NOW, ok=True, moved_to="https://old.example/feed"))
    assert status.find_duplicates(db) == {}


def test_duplicates_are_found_by_shared_articles(db) -> None:
    ten = dated_entries(*range(10), url="https://news.example/")
    whole = subscribe(db, "https://a.example/feed", ten)
    assert status.find_duplicates(db) == {}
    most = subscribe(db, "https://b.example/feed", ten[:5])
    few = subscribe(db, "https://c.example/feed", [*ten[:2], *dated_entries(*range(9), url="https://other.example/")])
    assert status.find_duplicates(db) == {whole: (most,), most: (whole,)}
    too_few = subscribe(db, "https://d.example/feed", ten[:4])
    assert too_few not in status.find_duplicates(db)
    subscriptions.remove(db, most, NOW)
    assert status.find_duplicates(db) == {}
    assert few not in status.find_duplicates(db)


def test_duplicates_need_shared_articles_of_their_own(db) -> None:
    names = {"title": "The Quay", "homepage": "https://quay.example/"}
    sport = subscribe(db, "https://quay.example/sport", dated_entries(1, 2, url="https://quay.example/sport/"), **names)
    water = subscribe(db, "https://quay.example/water", dated_entries(1, 2, url="https://quay.example/water/"), **names)
    assert status.find_duplicates(db) == {}
    subscribe(db, "https://quay.example/one", dated_entries(1, url="https://quay.example/water/"), **names)
    assert status.find_duplicates(db) == {}, "one article may be in several sections"
    again = subscribe(db, "https://quay.example/rss", dated_entries(1, 2, url="https://quay.example/water/"), **names)
    assert status.find_duplicates(db) == {water: (again,), again: (water,)}
    assert sport not in status.find_duplicates(db)


def test_address_that_many_sources_share_makes_no_duplicates(db) -> None:
    names = {"title": "The Quay", "homepage": "https://quay.example/"}
    for number in range(status.MAX_SHARING_SOURCES + 1):
        subscribe(db, f"https://quay.example/{number}", [Entry(guid="1", url="https://quay.example/")], **names)
    assert status.find_duplicates(db) == {}


ANSWERED = CheckResult(NOW, ok=True, etag='"x"', modified="Fri", body_hash="abc", next_check=NOW + 600)


def test_new_address_is_due_at_once_without_the_validators_of_the_old_one(db, source) -> None:
    checks.record(db, source.id, ANSWERED)
    checks.record(db, source.id, CheckResult(NOW, ok=False, error="It is gone.", gone=True, next_check=NOW + 600))
    subscriptions.change(db, source.id, url="https://moved.example/rss", now=NOW)
    fresh = subscriptions.get(db, source.id)
    assert (fresh.etag, fresh.modified, fresh.body_hash, fresh.next_check) == ("", "", "", None)
    assert (fresh.gone, fresh.paused, fresh.failures, fresh.error, fresh.succeeded) == (False, False, 0, "", NOW)
    checks.record(db, source.id, replace(ANSWERED, etag='"moved"'))
    assert undo(db, NOW) == "Undone: Changed the address of “Roya Sample”."
    back = subscriptions.get(db, source.id)
    assert (back.url, back.etag, back.next_check) == (source.url, "", None)
    assert redo(db, NOW) == "Redone: Changed the address of “Roya Sample”."
    assert subscriptions.get(db, source.id).url == "https://moved.example/rss"


def test_find_same_address_ignores_scheme_www_and_moves(db) -> None:
    urls = ("http://a.example/feed", "https://www.a.example/feed/", "https://old.example/a", "https://b.example/feed")
    ids = [subscriptions.add(db, NewSource(url), NOW).id for url in urls]
    checks.record(db, ids[2], CheckResult(NOW, ok=True, moved_to="https://a.example/feed"))
    assert status.find_same_address(db, ids) == dict.fromkeys(ids[:3], ids[0])
    assert status.find_same_address(db, ids[1:]) == dict.fromkeys(ids[1:3], ids[1])
    assert status.find_same_address(db, ids[3:]) == {}
