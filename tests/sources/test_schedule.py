"""The schedule: which sources are checked, and when next."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from roya_tui.config import Refresh
from roya_tui.model import SAVED_PAGES, Feed, Source, UpdateSchedule
from roya_tui.sources.schedule import (
    DAY,
    DEAD_AFTER,
    DEAD_FOR,
    DEAD_INTERVAL,
    HOUR,
    MAX_INTERVAL,
    MIN_INTERVAL,
    WEEK,
    HostQueue,
    earliest_check,
    is_dead,
    make_plan,
    next_allowed,
    next_check,
    next_retry,
    source_host,
)

NOW = 1_750_000_000
"""A Sunday, 15:06:40 UTC."""
CONFIG = Refresh()
NEWS = Source(1, "https://news.example/rss", checked=NOW - HOUR // 2)


@pytest.mark.parametrize(
    ("source", "is_fetched", "reason"),
    [
        (NEWS, True, ""), (replace(NEWS, next_check=NOW), True, ""), (replace(NEWS, next_check=NOW - 5), True, ""),
        (replace(NEWS, next_check=NOW + 1, checked=NOW), False, "Not due yet."),
        (replace(NEWS, next_check=NOW + HOUR, interval=2 * HOUR), False, "Not due yet."),
        (replace(NEWS, next_check=NOW + HOUR), False, "The server or feed sets a longer interval."),
        (replace(NEWS, next_check=NOW + MAX_INTERVAL), False, "The server or feed sets a longer interval."),
        (replace(NEWS, next_check=NOW + MAX_INTERVAL + 1, checked=None), True, "a clock was wrong"),
        (replace(NEWS, next_check=NOW - HOUR, interval=HOUR), False, "Not due yet."),
        (
            replace(NEWS, next_check=NOW + HOUR, checked=NOW + MIN_INTERVAL),
            False,
            "The server or feed sets a longer interval.",
        ),
        (replace(NEWS, next_check=NOW + HOUR, checked=NOW + MIN_INTERVAL + 1), True, "a clock was wrong"),
        (replace(NEWS, next_check=NOW + 3 * MAX_INTERVAL, interval=4 * MAX_INTERVAL), False, "Not due yet."),
        (replace(NEWS, next_check=NOW + HOUR, failures=1), False, "The last check failed."),
        (replace(NEWS, next_check=NOW + DEAD_INTERVAL, failures=30), False, "The last 30 checks failed."),
        (replace(NEWS, paused=True), False, "Paused."),
        (replace(NEWS, paused=True, gone=True), False, "Removed by its server (410)."),
        (replace(NEWS, held_until=NOW + 1), False, "news.example is limiting requests."),
        (replace(NEWS, held_until=NOW), True, ""),
        (replace(NEWS, held_until=NOW + MAX_INTERVAL + 1), True, "a clock was wrong"),
        (replace(NEWS, pace=UpdateSchedule(skip_hours=(14, 16))), True, ""),
        (replace(NEWS, pace=UpdateSchedule(skip_hours=(15,))), False, "The feed excludes this time."),
        (replace(NEWS, pace=UpdateSchedule(skip_days=(6,))), False, "The feed excludes this time."),
        (replace(NEWS, pace=UpdateSchedule(skip_days=(6,)), checked=None), True, "it was never read"),
        (
            replace(NEWS, pace=UpdateSchedule(skip_days=(6,)), checked=NOW - WEEK),
            True,
            "this machine may be on only then",
        ),
        (replace(NEWS, pace=UpdateSchedule(skip_hours=tuple(range(24)))), True, "that would be never"),
        (Source(2, "/feeds/one.rss", next_check=NOW + HOUR), True, "files are always looked at"),
    ],
)  # fmt: skip
def test_plan_fetches_due_sources_and_names_why_others_wait(source: Source, is_fetched: bool, reason: str) -> None:
    plan = make_plan([source], CONFIG, NOW)
    assert (plan.fetch == (source,)) is is_fetched
    assert is_fetched or [(w.source, w.reason) for w in plan.waiting] == [(source, reason)]


@pytest.mark.parametrize(
    ("source", "by_name", "all_now"),
    [
        (replace(NEWS, next_check=NOW + HOUR), True, True),
        (replace(NEWS, next_check=NOW + HOUR, failures=9), True, True),
        (replace(NEWS, pace=UpdateSchedule(skip_hours=(15,))), True, True),
        (replace(NEWS, paused=True), True, False),
        (replace(NEWS, held_until=NOW + HOUR), False, False),
    ],
)
def test_refresh_by_name_or_of_all_overrides_waiting(source: Source, by_name: bool, all_now: bool) -> None:
    assert bool(make_plan([source], CONFIG, NOW, [source.id]).fetch) is by_name
    assert bool(make_plan([source], CONFIG, NOW, all_now=True).fetch) is all_now


def test_plan_by_name_offline_and_for_files_samples_and_saved_pages() -> None:
    other, file = replace(NEWS, id=2), Source(2, "/feeds/one.rss")
    plan = make_plan([NEWS, other], CONFIG, NOW, [2])
    assert (plan.fetch, plan.waiting) == ((other,), ())
    plan = make_plan([NEWS, file], CONFIG, NOW, offline=True)
    assert plan.fetch == (file,)
    assert [(w.source, w.reason) for w in plan.waiting] == [(NEWS, "Offline.")]
    sample = Source(9, "/where/the/program/lies/one.rss", sample=True)
    assert make_plan([sample], CONFIG, NOW, all_now=True).fetch == ()
    assert make_plan([sample], CONFIG, NOW, [9]).fetch == (sample,)
    saved, empty = Source(9, SAVED_PAGES), make_plan([], CONFIG, NOW)
    assert make_plan([saved], CONFIG, NOW, all_now=True) == make_plan([saved], CONFIG, NOW, [9]) == empty


def test_retry_after_holds_the_host_with_its_port_and_any_scheme() -> None:
    held = replace(NEWS, held_until=NOW + HOUR)
    sibling = Source(2, "http://NEWS.example:80/other")
    others = (Source(3, "https://other.example/rss"), Source(4, "https://news.example:8080/rss"))
    plan = make_plan([held, sibling, *others], CONFIG, NOW, all_now=True)
    assert plan.fetch == others
    assert [w.until for w in plan.waiting] == [NOW + HOUR, NOW + HOUR]
    postponed = replace(held, next_check=NOW + HOUR)
    assert make_plan([postponed, sibling], CONFIG, NOW, [1], anyway=True).fetch == (postponed,)
    assert set(make_plan([postponed, sibling], CONFIG, NOW, anyway=True).fetch) == {postponed, sibling}


def test_plan_is_sorted_by_files_new_overdue_and_failing_sources() -> None:
    late = replace(NEWS, id=1, checked=NOW - DAY, next_check=NOW - HOUR)
    later = replace(NEWS, id=2, checked=NOW - DAY, next_check=NOW - 2 * HOUR)
    failing = replace(NEWS, id=3, next_check=NOW - 9 * HOUR, failures=3)
    new = Source(4, "https://news.example/new")
    file = Source(5, "/feeds/one.rss")
    assert [s.id for s in make_plan([failing, late, later, new, file], CONFIG, NOW).fetch] == [5, 4, 2, 1, 3]


@pytest.mark.parametrize(
    ("interval", "max_age", "ttl", "seconds"),
    [
        (None, None, None, 1800), (HOUR, None, None, HOUR), (60, None, None, MIN_INTERVAL),
        (None, 3 * HOUR, None, 3 * HOUR), (None, None, 120, 2 * HOUR), (None, 3 * HOUR, 120, 3 * HOUR),
        (None, 60, 1, 1800), (None, 31_536_000, None, MAX_INTERVAL), (None, None, 10_000_000, MAX_INTERVAL),
        (3 * MAX_INTERVAL, 60, None, 3 * MAX_INTERVAL),
    ],
)  # fmt: skip
def test_next_check_is_the_longest_of_all_intervals(interval, max_age, ttl, seconds) -> None:
    source, pace = replace(NEWS, checked=NOW, interval=interval), UpdateSchedule(ttl)
    earliest = earliest_check(source, NOW, max_age=max_age, feed=Feed("RSS", pace=pace))
    assert earliest == earliest_check(replace(source, pace=pace), NOW, max_age=max_age)
    assert next_check(replace(source, next_check=earliest), CONFIG) == NOW + seconds


@pytest.mark.parametrize(
    ("stored", "facts", "expected"),
    [
        (0, {}, (600, DAY, 3 * DAY)), (HOUR, {}, (HOUR, DAY, 3 * DAY)),
        (900, {"failures": 1}, (900, 900, 900)), (900, {"error": "There was no network."}, (900, 900, 900)),
        (3 * DAY, {}, (DAY, DAY, 3 * DAY)),  # stored by an earlier version for an interval of three days
    ],
)  # fmt: skip
def test_next_check_is_that_of_a_changed_interval_at_once(stored, facts, expected) -> None:
    source = replace(NEWS, checked=NOW, next_check=NOW + stored, **facts)
    intervals = (60, DAY, 3 * DAY)
    assert tuple(next_check(replace(source, interval=one), CONFIG) - NOW for one in intervals) == expected
    assert tuple(next_check(source, Refresh(every=one)) - NOW for one in intervals) == expected, "that of config.toml"


@pytest.mark.parametrize(
    ("hours", "days", "seconds"),
    [
        ((), (), 0), ((14,), (), 0), ((15,), (), HOUR), ((15, 16, 17, 23, 0), (), 3 * HOUR),
        (tuple(range(1, 24)), (), 9 * HOUR), ((), (6,), 9 * HOUR), ((), (5, 6, 0), 33 * HOUR),
        ((), (6, 0, 1, 2, 3, 4), 5 * DAY + 9 * HOUR), (tuple(range(16)), (0, 1, 2, 3, 4, 5), HOUR),
        (tuple(range(15, 24)), (0, 1, 2, 3, 4, 5), 6 * DAY + 9 * HOUR),
        (tuple(range(24)), (), 0), ((), tuple(range(7)), 0),
    ],
)  # fmt: skip
def test_next_check_skips_hours_and_days_of_the_feed(hours, days, seconds) -> None:
    pace = UpdateSchedule(None, hours, days)
    assert next_allowed(NOW, pace) == NOW + seconds
    assert next_check(replace(NEWS, pace=pace, next_check=NOW - 1800), CONFIG) == NOW + seconds


@pytest.mark.parametrize(
    ("failures", "seconds"), [(1, 600), (2, 1200), (3, 2400), (7, 38_400), (8, 69_120), (999, 69_120)]
)
def test_retry_waits_longer_after_each_failure(failures: int, seconds: int) -> None:
    assert next_retry(failures, NOW, 0.5) == NOW + seconds


@given(st.integers(0, 10_000), st.floats(0, 1), st.booleans())
def test_retry_is_within_its_limits_and_spread(failures: int, spread: float, dead: bool) -> None:
    longest = DEAD_INTERVAL if dead else MAX_INTERVAL
    assert MIN_INTERVAL <= next_retry(failures, NOW, spread, dead=dead) - NOW <= longest
    if failures > 1:
        assert len({next_retry(failures, NOW, n / 100) for n in range(101)}) > 90


@pytest.mark.parametrize(
    ("failures", "succeeded", "dead"),
    [
        (DEAD_AFTER - 1, None, True),
        (DEAD_AFTER - 2, None, False),
        (DEAD_AFTER - 1, NOW - DEAD_FOR, True),
        (99, NOW - DEAD_FOR + 1, False),
    ],
)
def test_source_is_dead_after_many_failures_and_weeks(failures: int, succeeded: int | None, dead: bool) -> None:
    assert is_dead(replace(NEWS, failures=failures, succeeded=succeeded), NOW) is dead


maybe_time = st.none() | st.integers(NOW - 2 * MAX_INTERVAL, NOW + 2 * MAX_INTERVAL)
urls = st.sampled_from(
    ["https://a.example/1", "https://a.example/2", "http://b.example/", "https://[::1]/x", "/feeds/x", "http://[bad"]
)
sources = st.lists(
    st.builds(
        Source,
        id=st.integers(1, 99),
        url=urls,
        paused=st.booleans(),
        interval=st.none() | st.integers(0, 2 * MAX_INTERVAL),
        next_check=maybe_time,
        held_until=maybe_time,
        checked=maybe_time,
        pace=st.builds(
            UpdateSchedule,
            skip_hours=st.lists(st.integers(0, 23), unique=True).map(tuple),
            skip_days=st.lists(st.integers(0, 6), max_size=3, unique=True).map(tuple),
        ),
        failures=st.integers(0, 40),
    ),
    max_size=12,
    unique_by=lambda source: source.id,
)


@settings(max_examples=60)
@given(sources, st.lists(st.integers(1, 99), max_size=5), st.booleans(), st.booleans())
def test_plan_has_each_source_once_and_obeys_holds(found, wanted, all_now, offline) -> None:
    plan = make_plan(found, CONFIG, NOW, wanted, all_now=all_now, offline=offline)
    considered = [s.id for s in found if not wanted or s.id in wanted]
    assert sorted([s.id for s in plan.fetch] + [w.source.id for w in plan.waiting]) == sorted(considered)
    held = {
        source_host(s) for s in found if s.held_until and NOW < s.held_until <= NOW + MAX_INTERVAL and source_host(s)
    }
    assert not held & {source_host(s) for s in plan.fetch}
    assert all(w.reason for w in plan.waiting)
    assert all(s.is_local for s in plan.fetch) or not offline
    assert all(w.until is None or w.until > NOW for w in plan.waiting)


class SimulatedSource:
    """A source over months: each check ends as drawn, and decides the time of the next."""

    def __init__(self, source: Source, data: st.DataObject) -> None:
        self.source = source
        self.data = data

    def check(self, now: int) -> None:
        end = self.data.draw(st.sampled_from(["well", "well", "failed", "retry after"]))
        if end == "well":
            max_age = self.data.draw(st.none() | st.integers(0, 10**9))
            later = earliest_check(self.source, now, max_age=max_age)
            self.source = replace(
                self.source, checked=now, succeeded=now, failures=0, next_check=later, held_until=None
            )
            return
        spread = self.data.draw(st.floats(0, 1))
        again = next_retry(self.source.failures + 1, now, spread, dead=is_dead(self.source, now))
        held = now + self.data.draw(st.integers(0, MAX_INTERVAL)) if end == "retry after" else None
        failures = self.source.failures + 1
        self.source = replace(
            self.source, checked=now, failures=failures, next_check=max(again, held or 0), held_until=held
        )


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 23), unique=True).map(tuple),
    st.lists(st.integers(0, 6), unique=True).map(tuple),
    st.none() | st.integers(0, 2 * DAY),
    st.data(),
)
def test_source_is_checked_again_and_never_too_soon(hours, days, interval, data) -> None:
    """Whatever a server returns, and whenever the machine is on: each check follows, ten minutes later at least."""
    one = SimulatedSource(replace(NEWS, checked=None, pace=UpdateSchedule(None, hours, days), interval=interval), data)
    now, is_fetched = NOW, NOW
    most = DEAD_INTERVAL + max(MAX_INTERVAL, interval or 0)
    for _ in range(40):
        plan = make_plan([one.source], CONFIG, now)
        if plan.fetch:
            assert one.source.checked is None or now - is_fetched >= MIN_INTERVAL
            is_fetched = now
            one.check(now)
            now += MIN_INTERVAL // 2
        else:
            [waiting] = plan.waiting
            assert waiting.reason
            assert waiting.until is not None
            assert now < waiting.until <= is_fetched + most
            # The machine sleeps for a while, or wakes exactly in time.
            now = waiting.until + data.draw(st.sampled_from([0, 0, HOUR, 5 * HOUR, 3 * DAY]))


@settings(max_examples=60)
@given(sources, st.integers(1, 3), st.sampled_from([0.0, 1.0]), st.data())
def test_host_queue_serves_each_source_within_the_limits_of_its_host(found, per_host, spacing, data) -> None:
    queue = HostQueue(found, per_host, spacing)
    now, served, running = 0.0, [], []
    started_at: dict[str, float] = {}
    while queue or running:
        while (source := queue.take(now)) is not None:
            name = source_host(source)
            if name:
                assert now - started_at.get(name, -spacing) >= spacing
                started_at[name] = now
            served.append(source)
            running.append(source)
            assert sum(source_host(s) == name for s in running) <= per_host or not name
        if data.draw(st.booleans()):
            queue.prioritize(data.draw(st.integers(1, 99)))
        seconds = queue.seconds_until_next(now)
        if running and (seconds is None or data.draw(st.booleans())):
            queue.release(running.pop(data.draw(st.integers(0, len(running) - 1))))
        elif seconds is not None:
            assert seconds > 0
            now += seconds
        else:
            assert not queue
    assert sorted(s.id for s in served) == sorted(s.id for s in found)


def test_host_queue_alternates_between_hosts_and_drops_one() -> None:
    many = [Source(n, "https://big.example/x") for n in range(5)]
    queue = HostQueue([*many, Source(9, "https://small.example/x")], per_host=5, spacing=0)
    assert [s.id for s in (queue.take(0), queue.take(0)) if s] == [0, 9]
    assert [s.id for s in queue.drop_host("big.example")] == [1, 2, 3, 4]
    assert len(queue) == 0


def test_host_queue_spaces_each_host_independently() -> None:
    many = [Source(n, f"https://{'big' if n % 3 else 'small'}.example/{n}") for n in range(300)]
    queue, now, started = HostQueue(many, per_host=1, spacing=2.0), 0.0, {}
    while queue:
        while (source := queue.take(now)) is not None:
            started[source.id] = now
            queue.release(source)
        now += queue.seconds_until_next(now) or 0.0
    assert max(at for id, at in started.items() if id % 3 == 0) == 99 * 2.0
    assert max(started.values()) == 199 * 2.0


def test_host_queue_takes_prioritized_sources_first() -> None:
    crowd = [Source(n, f"https://h{n % 2}.example/x") for n in range(8)]
    queue = HostQueue(crowd, per_host=1, spacing=1)
    queue.prioritize(7)
    assert [s.id for s in (queue.take(0), queue.take(0)) if s] == [7, 0]
    queue.prioritize(4)
    queue.prioritize(99)
    for source in (crowd[7], crowd[0]):
        queue.release(source)
    assert queue.take(0.5) is None, "the spacing of its host still applies"
    assert [s.id for s in (queue.take(1), queue.take(1)) if s] == [4, 1]


def test_added_source_is_next_of_its_host_after_the_spacing() -> None:
    first, second, other = (Source(n, f"https://{h}.example/{n}") for n, h in ((1, "a"), (2, "a"), (3, "b")))
    queue = HostQueue([first, other], per_host=2, spacing=5)
    assert queue.take(0) == first
    assert not queue.prioritize(2)
    queue.add(second)
    assert (queue.next_host, len(queue)) == ("a.example", 2)
    assert queue.take(1) == other
    assert queue.take(4) is None
    assert queue.take(5) == second
