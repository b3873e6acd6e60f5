"""Who is asked, who waits and why: facts in a table, laws by hypothesis."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui.config import Refreshing
from roya_tui.model import Source
from roya_tui.sources.schedule import LATEST, SOONEST, Turns, due, host, next_check, next_try

NOW = 1_750_000_000
HOUR = 3600
CONFIG = Refreshing()
NEWS = Source(1, "https://news.example/rss", checked=NOW - HOUR)


@pytest.mark.parametrize(
    ("source", "asked", "why"),
    [
        (NEWS, True, ""),
        (replace(NEWS, next_check=NOW), True, ""),
        (replace(NEWS, next_check=NOW - 5), True, ""),
        (replace(NEWS, next_check=NOW + 1), False, "not due yet"),
        (replace(NEWS, next_check=NOW + LATEST), False, "not due yet"),
        (replace(NEWS, next_check=NOW + LATEST + 1), True, "a clock was wrong"),
        (replace(NEWS, next_check=NOW + 3 * LATEST, interval=4 * LATEST), False, "not due yet"),
        (replace(NEWS, paused=True), False, "paused"),
        (replace(NEWS, held_until=NOW + 1), False, "news.example asked us to wait"),
        (replace(NEWS, held_until=NOW), True, ""),
        (replace(NEWS, held_until=NOW + LATEST + 1), True, "a clock was wrong"),
        (Source(2, "/feeds/one.rss", next_check=NOW + HOUR), True, "files are always looked at"),
    ],
)
def test_who_is_asked(source: Source, asked: bool, why: str) -> None:
    plan = due([source], CONFIG, NOW)
    assert (plan.ask == (source,)) is asked
    assert asked or [(w.source, w.why) for w in plan.wait] == [(source, why)]


@pytest.mark.parametrize(
    ("source", "by_name", "all_now"),
    [
        (replace(NEWS, next_check=NOW + HOUR), True, True),
        (replace(NEWS, next_check=NOW + HOUR, failures=9), True, True),
        (replace(NEWS, paused=True), True, False),
        (replace(NEWS, held_until=NOW + HOUR), False, False),
    ],
)
def test_what_asking_by_name_or_for_all_overrides(source: Source, by_name: bool, all_now: bool) -> None:
    assert bool(due([source], CONFIG, NOW, [source.id]).ask) is by_name
    assert bool(due([source], CONFIG, NOW, all_now=True).ask) is all_now


def test_asked_by_name_leaves_the_others_alone() -> None:
    other = replace(NEWS, id=2)
    plan = due([NEWS, other], CONFIG, NOW, [2])
    assert (plan.ask, plan.wait) == ((other,), ())


def test_offline_reads_only_what_is_here() -> None:
    here = Source(2, "/feeds/one.rss")
    plan = due([NEWS, here], CONFIG, NOW, offline=True)
    assert plan.ask == (here,)
    assert [(w.source, w.why) for w in plan.wait] == [(NEWS, "offline")]


def test_samples_never_change_and_are_only_asked_by_name() -> None:
    sample = Source(9, "/where/the/program/lies/one.rss", sample=True)
    assert due([sample], CONFIG, NOW, all_now=True).ask == ()
    assert due([sample], CONFIG, NOW, [9]).ask == (sample,)


def test_one_retry_after_holds_the_whole_host_whatever_the_scheme_or_port() -> None:
    held = replace(NEWS, held_until=NOW + HOUR)
    sibling = Source(2, "http://NEWS.example:8080/other")
    stranger = Source(3, "https://other.example/rss")
    plan = due([held, sibling, stranger], CONFIG, NOW, all_now=True)
    assert plan.ask == (stranger,)
    assert [w.until for w in plan.wait] == [NOW + HOUR, NOW + HOUR]


def test_files_first_then_new_ones_then_the_longest_overdue_and_failing_ones_last() -> None:
    late = replace(NEWS, id=1, next_check=NOW - HOUR)
    later = replace(NEWS, id=2, next_check=NOW - 2 * HOUR)
    failing = replace(NEWS, id=3, next_check=NOW - 9 * HOUR, failures=3)
    new = Source(4, "https://news.example/new")
    file = Source(5, "/feeds/one.rss")
    assert [s.id for s in due([failing, late, later, new, file], CONFIG, NOW).ask] == [5, 4, 2, 1, 3]


@pytest.mark.parametrize(
    ("interval", "max_age", "ttl", "wait"),
    [
        (None, None, None, 1800),
        (HOUR, None, None, HOUR),
        (60, None, None, SOONEST),
        (None, 3 * HOUR, None, 3 * HOUR),
        (None, None, 120, 2 * HOUR),
        (None, 3 * HOUR, 120, 3 * HOUR),
        (None, 60, 1, 1800),
        (None, 31_536_000, None, LATEST),
        (None, None, 10_000_000, LATEST),
        (3 * LATEST, 60, None, 3 * LATEST),
    ],
)
def test_the_next_look_is_the_longest_wish(
    interval: int | None, max_age: int | None, ttl: int | None, wait: int
) -> None:
    source = replace(NEWS, interval=interval)
    assert next_check(source, CONFIG, NOW, max_age=max_age, ttl=ttl) == NOW + wait


@pytest.mark.parametrize(
    ("failures", "wait"), [(1, 600), (2, 1200), (3, 2400), (8, 76_800), (9, LATEST), (999, LATEST)]
)
def test_failures_back_off(failures: int, wait: int) -> None:
    assert next_try(failures, NOW, 0.5) == NOW + wait


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_a_retry_is_never_sooner_than_ten_minutes_nor_later_than_a_day(failures: int, spread: float) -> None:
    assert SOONEST <= next_try(failures, NOW, spread) - NOW <= LATEST


maybe_time = st.none() | st.integers(NOW - 2 * LATEST, NOW + 2 * LATEST)
urls = st.sampled_from(
    ["https://a.example/1", "https://a.example/2", "http://b.example/", "https://[::1]/x", "/feeds/x", "http://[bad"]
)
sources = st.lists(
    st.builds(
        Source,
        id=st.integers(1, 99),
        url=urls,
        paused=st.booleans(),
        interval=st.none() | st.integers(0, 2 * LATEST),
        next_check=maybe_time,
        held_until=maybe_time,
        failures=st.integers(0, 5),
    ),
    max_size=12,
    unique_by=lambda source: source.id,
)


@settings(max_examples=60)
@given(sources, st.lists(st.integers(1, 99), max_size=5), st.booleans(), st.booleans())
def test_the_laws_of_the_plan(found: list[Source], wanted: list[int], all_now: bool, offline: bool) -> None:
    plan = due(found, CONFIG, NOW, wanted, all_now=all_now, offline=offline)
    considered = [s.id for s in found if not wanted or s.id in wanted]
    assert sorted([s.id for s in plan.ask] + [w.source.id for w in plan.wait]) == sorted(considered)
    held = {host(s) for s in found if s.held_until and NOW < s.held_until <= NOW + LATEST and host(s)}
    assert not held & {host(s) for s in plan.ask}
    assert all(w.why for w in plan.wait)
    assert all(s.local for s in plan.ask) or not offline
    assert all(w.until is None or w.until > NOW for w in plan.wait)


@settings(max_examples=60)
@given(sources, st.integers(1, 3), st.sampled_from([0.0, 1.0]), st.data())
def test_turns_serve_everyone_and_never_crowd_a_host(
    found: list[Source], per_host: int, spacing: float, data: st.DataObject
) -> None:
    turns = Turns(found, per_host, spacing)
    now, served, running = 0.0, [], []
    started_at: dict[str, float] = {}
    while turns or running:
        while (source := turns.take(now)) is not None:
            name = host(source)
            if name:
                assert now - started_at.get(name, -spacing) >= spacing
                started_at[name] = now
            served.append(source)
            running.append(source)
            assert sum(host(s) == name for s in running) <= per_host or not name
        wait = turns.wait(now)
        if running and (wait is None or data.draw(st.booleans())):
            turns.done(running.pop(data.draw(st.integers(0, len(running) - 1))))
        elif wait is not None:
            assert wait > 0
            now += wait
        else:
            assert not turns
    assert sorted(s.id for s in served) == sorted(s.id for s in found)


def test_a_host_with_many_sources_does_not_hold_up_another() -> None:
    many = [Source(n, "https://big.example/x") for n in range(5)]
    turns = Turns([*many, Source(9, "https://small.example/x")], per_host=5, spacing=0)
    assert [s.id for s in (turns.take(0), turns.take(0)) if s] == [0, 9]


def test_a_dropped_host_is_asked_no_more() -> None:
    turns = Turns([NEWS, replace(NEWS, id=2), Source(3, "http://b.example/")], per_host=1, spacing=0)
    assert turns.take(0) == NEWS
    assert [s.id for s in turns.drop("news.example")] == [2]
    assert len(turns) == 1
