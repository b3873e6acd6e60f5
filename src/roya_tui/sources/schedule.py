"""Decide which sources to check now, which wait and why, and when each is due again, without I/O or a clock."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any, Generic, Protocol, TypeVar

from msgspec import Struct

from roya_tui.config import Refresh
from roya_tui.model import Account, Feed, Source, UpdateSchedule
from roya_tui.sources import hosts
from roya_tui.translation import gettext, ngettext

HOUR = 60 * 60
DAY = 24 * HOUR
WEEK = 7 * DAY

MIN_INTERVAL = 10 * 60
"""Seconds between automatic checks of a source, at least."""
MAX_INTERVAL = DAY
"""Seconds by which max-age, ttl, a failure or Retry-After can delay a check, at most."""
DEAD_INTERVAL = WEEK
"""Seconds between checks of a dead source, and the longest delay by skipped hours and days."""

SEND_AFTER = 2 * 60
"""Seconds that a change of an article waits for others before a sync sends it."""

DEAD_AFTER = 20
"""Failures in a row after which a source without a success for `DEAD_FOR` seconds is dead."""
DEAD_FOR = 3 * WEEK


class WaitingSource(Struct, frozen=True):
    """A source that is not checked now."""

    source: Source
    reason: str
    """A sentence."""
    until: int | None = None
    """UTC seconds, or None if it does not depend on the time."""
    held_until: int | None = None
    """Until when its host is limiting requests; None if it is not."""


class Plan(Struct, frozen=True):
    """The sources to check, in order, and those that wait."""

    fetch: tuple[Source, ...] = ()
    waiting: tuple[WaitingSource, ...] = ()


class Fetchable(Protocol):
    """Something that can be fetched: a source, or a part of an article."""

    @property
    def id(self) -> int: ...
    @property
    def url(self) -> str: ...
    @property
    def is_local(self) -> bool: ...


P = TypeVar("P", bound=Fetchable)


def source_host(source: Fetchable) -> str:
    """Return the host (and unusual port) of `source`, which limits apply to; "" for files and invalid addresses."""
    return "" if source.is_local else hosts.host_and_port(source.url)


def wait_for_host(source: Source, until: int, config: Refresh, now: int) -> WaitingSource:
    """Return that a source waits for its host's Retry-After, or until its own next check if that is later."""
    own = _postponed(source, config, now)
    reason = gettext("{host} is limiting requests.", host=source_host(source))
    return WaitingSource(source, reason, max(until, (own.until if own else None) or 0), until)


def make_plan(
    sources: Sequence[Source],
    config: Refresh,
    now: int,
    only: Sequence[int] = (),
    *,
    all_now: bool = False,
    anyway: bool = False,
    offline: bool = False,
) -> Plan:
    """Decide which sources are checked at `now` (UTC seconds).

    With `only`, just the sources with these ids, regardless of interval and pause. `all_now` ignores intervals, but not
    pauses. A host's Retry-After holds its sources, except with `anyway`, which makes them due. Local files are always
    due; `offline` leaves only them. Samples are checked by id, and when their next check is due: two change once.
    Saved pages have no address to check, and articles of some accounts come from its server.
    """
    held = held_hosts(sources, now)
    ids = set(only)
    fetch: list[Source] = []
    waiting: list[WaitingSource] = []
    for source in sources:
        if source.is_saved_pages or source.from_server or (ids and source.id not in ids):
            continue
        if source.sample and not ids and not 0 < (source.next_check or 0) <= now:
            continue
        if source.paused and not ids:
            reason = gettext("Removed by its server (410).") if source.gone else gettext("Paused.")
            waiting.append(WaitingSource(source, reason))
        elif source.is_local:
            fetch.append(source)
        elif offline:
            waiting.append(WaitingSource(source, gettext("Offline.")))
        elif held and (host := source_host(source)) in held:
            if anyway:
                fetch.append(source)
            else:
                waiting.append(wait_for_host(source, held[host], config, now))
        elif not ids and not all_now and (postponed := _postponed(source, config, now)):
            waiting.append(postponed)
        else:
            fetch.append(source)
    # Files first, then sources with the fewest failures; of those new ones, then the longest overdue.
    fetch.sort(key=lambda source: (not source.is_local, source.failures, next_check(source, config) or 0))
    return Plan(tuple(fetch), tuple(waiting))


def is_sync_due(accounts: Sequence[Account], interval: int, now: int) -> bool:
    """Return whether any account is due at `now` (UTC seconds); `interval` is in seconds.

    That is after the interval, or when there are changes that no sync has tried to send. After a failure they wait for
    `MIN_INTERVAL`. A server's Retry-After holds its account.
    """
    return any(_is_account_due(account, interval, now) for account in accounts)


def _is_account_due(account: Account, interval: int, now: int) -> bool:
    if account.held_until is not None and now < account.held_until <= now + MAX_INTERVAL:
        return False
    if account.attempted is None or account.attempted > now + MIN_INTERVAL:  # the latter from a wrong clock
        return True
    passed = now - account.attempted
    if account.unsent_since is not None and now - account.unsent_since >= SEND_AFTER:
        return passed >= (MIN_INTERVAL if account.error else SEND_AFTER)
    return passed >= max(interval, MIN_INTERVAL)


def earliest_check(source: Source, now: int, *, max_age: int | None = None, feed: Feed | None = None) -> int:
    """Return until when server and feed ask to wait after a success (UTC seconds), whatever the user's interval.

    That is the longer of the response's freshness `max_age` (seconds; RFC 9111 §4.2) and the feed's ttl (RSS 2.0, or
    RSS 1.0 syndication module; that of the last time without `feed`), at most `MAX_INTERVAL`.
    """
    ttl = (feed or source).pace.ttl
    return now + min(max(max_age or 0, (ttl or 0) * 60), MAX_INTERVAL)


def next_check(source: Source, config: Refresh) -> int | None:
    """Return when `source` is due (UTC seconds), None for now; `held_hosts` may delay it.

    After a failure that is the time of the retry. After a success the user's interval has passed, and what server and
    feed ask for, outside the hours and days that the feed skips. It is computed from the current interval, so that a
    changed one counts at once.
    """
    at = source.next_check
    if at is None or source.checked is None or source.failures or source.error or source.sample:
        return at
    # Earlier versions stored the interval, too.
    at = max(min(at, source.checked + MAX_INTERVAL), source.checked + max(_interval(source, config), MIN_INTERVAL))
    return next_allowed(at, source.pace)


def next_retry(failures: int, now: int, jitter: float, *, dead: bool = False) -> int:
    """Return the time of the next check after `failures` failures in a row (UTC seconds).

    After ten minutes, then twice as long each time, up to a day, or a week for a `dead` source. `jitter` (0 to 1) moves
    it by up to a quarter, so that sources that failed together are not retried together.
    """
    longest = DEAD_INTERVAL if dead else MAX_INTERVAL
    delay = longest if dead else MIN_INTERVAL * 2 ** min(max(failures - 1, 0), 8)
    return now + max(int(min(delay, longest / 1.25) * (0.75 + 0.5 * jitter)), MIN_INTERVAL)


def limit_retry_after(until: int | None, now: int) -> int:
    """Limit the time of a Retry-After (UTC seconds) to a day from now; None means ten minutes."""
    return min(max(now + MIN_INTERVAL if until is None else until, now), now + MAX_INTERVAL)


def is_dead(source: Source, now: int) -> bool:
    """Whether `source`, with one more failure, has failed so often and so long that it is checked only weekly."""
    is_silent = source.succeeded is None or now - source.succeeded >= DEAD_FOR
    return source.failures + 1 >= DEAD_AFTER and is_silent


def next_allowed(at: int, pace: UpdateSchedule) -> int:
    """Return the first time from `at` on, in steps of an hour, outside the hours and days to skip.

    Hours are UTC, weekdays count from Monday, 0 (RSS 2.0 skipHours, skipDays). They are ignored if they cover the week.
    """
    if pace.skip_hours or pace.skip_days:
        for free in range(at, at + DEAD_INTERVAL + HOUR, HOUR):
            # The first day of the epoch was a Thursday.
            if free // HOUR % 24 not in pace.skip_hours and (free // DAY + 3) % 7 not in pace.skip_days:
                return free
    return at


class HostQueue(Generic[P]):
    """Queue of sources: at most `per_host` requests to a host at once, `spacing` seconds between two starts on it.

    Hosts alternate, so that one with many sources does not delay the others. Local sources have no host and may always
    start. The start times of the `previous` queue still count. The caller passes times of a monotonic clock in seconds.
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
        """Return the number of sources that have not started."""
        return self._left

    @property
    def next_host(self) -> str:
        """The host of the next source, "" for local files and an empty queue."""
        return next(iter(self._queues), "")

    def take(self, now: float) -> P | None:
        """Remove and return a source that may start now, or None if all must wait."""
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
        """Return the seconds until a source may start; None if a running one must be released first."""
        times = [self._ready_at.get(name, now) for name in self._queues if self._has_slot(name)]
        return max(min(times) - now, 0.0) if times else None

    def release(self, source: P) -> None:
        """Free the host of a source that has ended."""
        if name := source_host(source):
            self._running[name] -= 1

    def add(self, source: P) -> None:
        """Put a source at the front of the queue."""
        name = source_host(source)
        queue = self._queues.pop(name, deque())
        queue.appendleft(source)
        self._queues = {name: queue, **self._queues}
        self._left += 1

    def prioritize(self, id: int) -> bool:
        """Move the source `id` to the front. Returns False if it is not in the queue."""
        for queue in self._queues.values():
            for source in queue:
                if source.id == id:
                    queue.remove(source)
                    self._left -= 1
                    self.add(source)
                    return True
        return False

    def drop_host(self, name: str) -> tuple[P, ...]:
        """Remove and return all queued sources of the host `name`."""
        dropped = tuple(self._queues.pop(name, ()))
        self._left -= len(dropped)
        return dropped

    def clear(self) -> None:
        """Remove all queued sources."""
        self._queues.clear()
        self._left = 0

    def _has_slot(self, name: str) -> bool:
        return not name or self._running.get(name, 0) < self._per_host


def _interval(source: Source, config: Refresh) -> int:
    return source.interval if source.interval is not None else config.every


def _postponed(source: Source, config: Refresh, now: int) -> WaitingSource | None:
    """Return why and until when `source` waits, or None if it is due.

    A check in the future, or a next check later than any rule allows, comes from a wrong clock and is ignored.
    """
    if source.checked is not None and source.checked > now + MIN_INTERVAL:
        return None
    longest = max(_interval(source, config), MAX_INTERVAL)
    if source.failures or source.pace.skip_hours or source.pace.skip_days:
        longest += DEAD_INTERVAL
    due = next_check(source, config)
    if due is not None and now < due <= now + longest:
        return WaitingSource(source, _postponed_reason(source, due, config), due)
    # The machine may have slept until a skipped hour. If it is only on in these, the source is checked weekly.
    free = next_allowed(now, source.pace)
    if free > now and source.checked is not None and now - source.checked < DEAD_INTERVAL:
        until = min(free, source.checked + DEAD_INTERVAL)
        return WaitingSource(source, gettext("The feed excludes this time."), until)
    return None


def _postponed_reason(source: Source, due: int, config: Refresh) -> str:
    """Return the reason for the time of the next check, `due`."""
    if source.failures:
        return ngettext("The last check failed.", "The last {count} checks failed.", source.failures)
    if source.checked is not None and due - source.checked > max(_interval(source, config), MIN_INTERVAL):
        return gettext("The server or feed sets a longer interval.")
    return gettext("Not due yet.")


def held_hosts(sources: Sequence[Source], now: int) -> dict[str, int]:
    """Return the hosts (with their ports) that sent Retry-After, and its end (UTC seconds)."""
    held: dict[str, int] = {}
    for source in sources:
        is_held = source.held_until is not None and now < source.held_until <= now + MAX_INTERVAL
        if is_held and (host := source_host(source)):
            held[host] = max(held.get(host, 0), source.held_until or 0)
    return held
