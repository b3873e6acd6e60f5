"""When the app was used last, and which articles were fetched since."""

import sqlite3

import pytest
from tests.store.conftest import Put

from roya_tui import query
from roya_tui.model import Entry
from roya_tui.store.search import results
from roya_tui.store.user_data.visits import last_article_before, last_visit_end, record_use

MINUTE, HOUR = 60, 3_600


@pytest.mark.parametrize(
    ("uses", "now", "ended"),
    [
        ((), 100, None),
        ((10 * HOUR,), 10 * HOUR + MINUTE, None),
        ((10 * HOUR,), 12 * HOUR, 10 * HOUR),
        ((10 * HOUR, 10 * HOUR + 50 * MINUTE), 12 * HOUR, 10 * HOUR + 50 * MINUTE),
        # quit and started again within minutes: one visit
        ((2 * HOUR, 10 * HOUR, 10 * HOUR + 5 * MINUTE), 10 * HOUR + 6 * MINUTE, 2 * HOUR),
        # open over night, and over the next one
        ((2 * HOUR, 23 * HOUR, 24 * HOUR - MINUTE, 32 * HOUR), 32 * HOUR, 24 * HOUR - MINUTE),
        ((2 * HOUR, 23 * HOUR, 32 * HOUR), 56 * HOUR, 32 * HOUR),
        # a clock that goes back does not end a visit
        ((2 * HOUR, 10 * HOUR, 9 * HOUR), 9 * HOUR, 2 * HOUR),
    ],
)
def test_visit_ends_after_an_hour_without_use(db, uses: tuple[int, ...], now: int, ended: int | None) -> None:
    for second in uses:
        record_use(db, second)
    assert last_visit_end(db, now) == ended


def test_came_finds_articles_by_the_time_of_their_fetch(db: sqlite3.Connection, put: Put) -> None:
    old, *_ = put(Entry(guid="old", title="Old"), now=5 * HOUR).new
    record_use(db, 6 * HOUR)
    late, *_ = put(Entry(guid="late", title="Late"), now=20 * HOUR).new
    record_use(db, 24 * HOUR)
    newer, *_ = put(Entry(guid="new", title="New"), now=24 * HOUR).new
    now = 24 * HOUR + MINUTE

    def found(text: str) -> list[int]:
        return sorted(results.find(db, query.parse(text, now), now))

    assert found("came:visit") == [late, newer]
    assert found("-came:visit") == [old]
    assert found("came:30m") == [newer]
    assert found("came:24h") == [old, late, newer]
    assert [last_article_before(db, second) for second in (0, 5 * HOUR, 5 * HOUR + 1, 99 * HOUR)] == [0, 0, old, newer]


def test_came_visit_finds_articles_of_today_on_the_first_visit(db: sqlite3.Connection, put: Put) -> None:
    put(Entry(guid="a", title="A"), now=30 * HOUR)
    record_use(db, 31 * HOUR)
    assert len(results.find(db, query.by_field("came", query.LAST_SESSION), 31 * HOUR)) == 1
