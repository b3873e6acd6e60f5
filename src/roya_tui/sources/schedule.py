"""Who is asked now, who waits and why, and when to look again: decisions without a clock, a network or a store."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any, Generic, Protocol, TypeVar

from msgspec import Struct

from roya_tui.config import Refresh
from roya_tui.model import Feed, Source, UpdateSchedule
from roya_tui.sources import hosts

HOUR = 60 * 60
DAY = 24 * HOUR
WEEK = 7 * DAY

MIN_INTERVAL = 10 * 60
"""Seconds: nobody is asked more often by itself."""
MAX_INTERVAL = DAY
"""Seconds: no max-age, ttl, failure or Retry-After keeps a source away for longer."""
DEAD_INTERVAL = WEEK
"""Seconds: a dead source is asked so often, and nobody is put off for longer by the hours and days to skip."""

DEAD_AFTER = 20
"""Failures in a row after which a source that has said nothing for `DEAD_FOR` counts as dead."""
DEAD_FOR = 3 * WEEK


class WaitingSource(Struct, frozen=True):
    """A source that is not asked now: why, in a few words, and until when (None: until something else changes)."""

    source: Source
    reason: str
    until: int | None = None


class Plan(Struct, frozen=True):
    """The sources to ask, in that order, and those that wait."""

    fetch: tuple[Source, ...] = ()
    waiting: tuple[WaitingSource, ...] = ()


class Fetchable(Protocol):
    """Something that can be asked for: a source, or a part of one of its articles."""

    @property
    def id(self) -> int: ...
    @property
    def url(self) -> str: ...
    @property
    def is_local(self) -> bool: ...


P = TypeVar("P", bound=Fetchable)


def source_host(source: Fetchable) -> str:
    """Return the host that answers for `source`, in lower case; "" for local files and for what is no address."""
    return "" if source.is_local else hosts.host_of(source.url)


def retry_after_reason(host: str) -> str:
    """Return why the sources of a host with a Retry-After wait."""
    return f"{host} asked us to wait"


def make_plan(
    sources: Sequence[Source],
    config: Refresh,
    now: int,
    only: Sequence[int] = (),
    *,
    all_now: bool = False,
    offline: bool = False,
) -> Plan:
    """Decide who is asked at `now` (UTC seconds).

    `wanted` are ids asked for by name: only they are looked at, and neither interval nor pause holds them back.
    `all_now` passes over intervals, not over pauses. A host's Retry-After holds all its sources, whoever asks.
    Local files are always due; `offline` leaves only them. Samples never change by themselves, and lie where this
    version of the program happens to be installed: they are only asked by name. Saved pages have nobody to ask.
    """
    held = held_hosts(sources, now)
    chosen = set(only)
    by_name = bool(chosen)
    ask: list[Source] = []
    wait: list[WaitingSource] = []
    for source in sources:
        if source.is_saved_pages or (by_name and source.id not in chosen) or (source.sample and not by_name):
            continue
        if source.paused and not by_name:
            wait.append(WaitingSource(source, "gone for good, as its server says" if source.gone else "paused"))
        elif source.is_local:
            ask.append(source)
        elif offline:
            wait.append(WaitingSource(source, "offline"))
        elif held and source_host(source) in held:
            wait.append(WaitingSource(source, retry_after_reason(source_host(source)), held[source_host(source)]))
        elif by_name or all_now:
            ask.append(source)
        elif later := _postponed(source, config, now):
            wait.append(later)
        else:
            ask.append(source)
    # Files first, then whoever answered well; of those the new ones and the longest overdue.
    ask.sort(key=lambda source: (not source.is_local, source.failures, source.next_check or 0))
    return Plan(tuple(ask), tuple(wait))


def next_check(
    source: Source, config: Refresh, now: int, *, max_age: int | None = None, feed: Feed | None = None
) -> int:
    """Return when to look again after a good answer (UTC seconds).

    The longest of the person's interval, the answer's freshness `max_age` (seconds; RFC 9111 §4.2) and the feed's own
    wish (RSS 2.0 ttl, RSS 1.0 syndication module), moved out of the hours and days that the feed wants skipped.
    Publishers may ask for a day at most; ten minutes is the least. Without `feed` what it said the last time counts.
    """
    pace = (feed or source).pace
    publisher = max(max_age or 0, (pace.ttl or 0) * 60)
    at = now + max(_interval(source, config), MIN_INTERVAL, min(publisher, MAX_INTERVAL))
    return next_allowed(at, pace)


def next_retry(failures: int, now: int, jitter: float, *, dead: bool = False) -> int:
    """Return when to try again after `failures` failures in a row (UTC seconds).

    In ten minutes, then twice as long each time, up to a day, or a week for what is `dead`. `spread` in 0…1 moves it by
    up to a quarter each way, so that sources that failed together do not come back together.
    """
    longest = DEAD_INTERVAL if dead else MAX_INTERVAL
    delay = longest if dead else MIN_INTERVAL * 2 ** min(max(failures - 1, 0), 8)
    return now + max(int(min(delay, longest / 1.25) * (0.75 + 0.5 * jitter)), MIN_INTERVAL)


def limit_retry_after(until: int | None, now: int) -> int:
    """Return until when a host is left alone that wants to be: None, where it named no time, comes to ten minutes.

    None gets more than a day.
    """
    return min(max(now + MIN_INTERVAL if until is None else until, now), now + MAX_INTERVAL)


def is_dead(source: Source, now: int) -> bool:
    """Whether `source`, which fails once more, has failed so often and so long that it is asked only rarely."""
    silent = source.succeeded is None or now - source.succeeded >= DEAD_FOR
    return source.failures + 1 >= DEAD_AFTER and silent


def next_allowed(at: int, pace: UpdateSchedule) -> int:
    """Return the first time from `at` on, by whole hours, that is in none of the hours and weekdays to skip.

    Hours are those of UTC, weekdays count from Monday, 0 (RSS 2.0 skipHours, skipDays). A feed that leaves no hour of
    the week free is not heard.
    """
    if pace.skip_hours or pace.skip_days:
        for free in range(at, at + DEAD_INTERVAL + HOUR, HOUR):
            # The first day of the epoch was a Thursday.
            if free // HOUR % 24 not in pace.skip_hours and (free // DAY + 3) % 7 not in pace.skip_days:
                return free
    return at


class HostQueue(Generic[P]):
    """Whose turn it is: at most `per_host` requests at once on a host, and `spacing` seconds between two starts on it.

    Hosts take turns, so that one with many sources does not keep the others waiting. Times are seconds of any
    steady clock, handed in. Local sources have no host and may always start. `before` are the turns whose starts came
    just before these.
    """

    def __init__(
        self, sources: Sequence[P], per_host: int, spacing: float, previous: HostQueue[Any] | None = None
    ) -> None:
        self._per_host = max(per_host, 1)
        self._spacing = max(spacing, 0.0)
        self._queues: dict[str, deque[P]] = {}
        self._running: dict[str, int] = {}
        self._ready_at: dict[str, float] = {} if previous is None else dict(previous._ready_at)
        self._left = len(sources)
        for source in sources:
            self._queues.setdefault(source_host(source), deque()).append(source)

    def __len__(self) -> int:
        """How many have not had their turn."""
        return self._left

    @property
    def next_host(self) -> str:
        """Whose sources are next, "" for those of this machine and where nobody is left."""
        return next(iter(self._queues), "")

    def take(self, now: float) -> P | None:
        """Return someone who may start now, and count it as started; None when everybody must wait."""
        name = next((n for n in self._queues if self._has_slot(n) and self._ready_at.get(n, now) <= now), None)
        if name is None:
            return None
        queue = self._queues.pop(name)
        source = queue.popleft()
        self._left -= 1
        if queue:
            self._queues[name] = queue
        if name:
            self._running[name] = self._running.get(name, 0) + 1
            self._ready_at[name] = now + self._spacing
        return source

    def seconds_until_next(self, now: float) -> float | None:
        """Return the seconds until someone may start if nobody ends before; None if only an end helps."""
        times = [self._ready_at.get(name, now) for name in self._queues if self._has_slot(name)]
        return max(min(times) - now, 0.0) if times else None

    def release(self, source: P) -> None:
        """Say that a started one is off its host."""
        name = source_host(source)
        if name:
            self._running[name] -= 1

    def add(self, source: P) -> None:
        """Let one more have its turn: the next of its host, and its host the next."""
        name = source_host(source)
        queue = self._queues.pop(name, deque())
        queue.appendleft(source)
        self._queues = {name: queue, **self._queues}
        self._left += 1

    def prioritize(self, id: int) -> bool:
        """Let the source `id`, which the person looks at now, be the next one of its host, and its host the next; False
        where it does not wait for its turn."""
        for name, queue in self._queues.items():
            for source in queue:
                if source.id == id:
                    queue.remove(source)
                    queue.appendleft(source)
                    self._queues = {name: queue, **self._queues}
                    return True
        return False

    def drop_host(self, name: str) -> tuple[P, ...]:
        """Take all that still wait for the host `name` out of the queue, and return them."""
        dropped = tuple(self._queues.pop(name, ()))
        self._left -= len(dropped)
        return dropped

    def clear(self) -> None:
        """Let nobody who still waits have a turn."""
        self._queues.clear()
        self._left = 0

    def _has_slot(self, name: str) -> bool:
        return not name or self._running.get(name, 0) < self._per_host


def _interval(source: Source, config: Refresh) -> int:
    return source.interval if source.interval is not None else config.every


def _postponed(source: Source, config: Refresh, now: int) -> WaitingSource | None:
    """Return why and until when `source` waits, if its next look lies ahead.

    A look that was decided by a clock ahead of today's, or one later than any rule sets, comes from a wrong clock.
    """
    if source.checked is not None and source.checked > now + MIN_INTERVAL:
        return None
    longest = max(_interval(source, config), MAX_INTERVAL)
    if source.failures or source.pace.skip_hours or source.pace.skip_days:
        longest += DEAD_INTERVAL
    if source.next_check is not None and now < source.next_check <= now + longest:
        return WaitingSource(source, _postponed_reason(source, config), source.next_check)
    # A machine that slept wakes whenever it does; yet one that is only on in those hours reads it once a week.
    free = next_allowed(now, source.pace)
    if free > now and source.checked is not None and now - source.checked < DEAD_INTERVAL:
        return WaitingSource(
            source, "its publisher wants no visits at this time", min(free, source.checked + DEAD_INTERVAL)
        )
    return None


def _postponed_reason(source: Source, config: Refresh) -> str:
    """Return why the next look at `source` is no sooner."""
    if source.failures > 1:
        return f"failed {source.failures} times in a row"
    if source.failures:
        return "failed the last time"
    pause = (source.next_check or 0) - (source.checked or 0)
    if source.checked is not None and pause > max(_interval(source, config), MIN_INTERVAL):
        return "its publisher asks for longer pauses"
    return "not due yet"


def held_hosts(sources: Sequence[Source], now: int) -> dict[str, int]:
    """Return the hosts that asked us to wait (Retry-After), and until when."""
    held: dict[str, int] = {}
    for source in sources:
        if source.held_until is not None and now < source.held_until <= now + MAX_INTERVAL and source_host(source):
            held[source_host(source)] = max(held.get(source_host(source), 0), source.held_until)
    return held
