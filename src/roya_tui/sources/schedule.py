"""Who is asked now, who waits and why, and when to look again: decisions without a clock, a network or a store."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from roya_tui.config import Refreshing
from roya_tui.model import Source
from roya_tui.sources import addresses

SOONEST = 10 * 60
"""Seconds: nobody is asked more often by itself."""
LATEST = 24 * 60 * 60
"""Seconds: no publisher, failure or Retry-After keeps a source away for longer."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A source that is not asked now: why, in a few words, and until when (None: until something else changes)."""

    source: Source
    why: str
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The sources to ask, in that order, and those that wait."""

    ask: tuple[Source, ...] = ()
    wait: tuple[Waiting, ...] = ()


def host(source: Source) -> str:
    """Return the host that answers for `source`, in lower case; "" for local files and for what is no address."""
    return "" if source.local else addresses.host(source.url)


def asked_to_wait(host: str) -> str:
    """Return why the sources of a host with a Retry-After wait."""
    return f"{host} asked us to wait"


def due(
    sources: Sequence[Source],
    config: Refreshing,
    now: int,
    wanted: Sequence[int] = (),
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
    held = _held_hosts(sources, now)
    ask: list[Source] = []
    wait: list[Waiting] = []
    for source in sources:
        by_name = bool(wanted)
        if source.saved or (by_name and source.id not in wanted) or (source.sample and not by_name):
            continue
        if source.paused and not by_name:
            wait.append(Waiting(source, "paused"))
        elif source.local:
            ask.append(source)
        elif offline:
            wait.append(Waiting(source, "offline"))
        elif host(source) in held:
            wait.append(Waiting(source, asked_to_wait(host(source)), held[host(source)]))
        elif by_name or all_now or not _comes_later(source, config, now):
            ask.append(source)
        else:
            wait.append(Waiting(source, "not due yet", source.next_check))
    return Plan(tuple(sorted(ask, key=_order)), tuple(wait))


def next_check(
    source: Source, config: Refreshing, now: int, *, max_age: int | None = None, ttl: int | None = None
) -> int:
    """Return when to look again after a good answer (UTC seconds).

    The longest of the person's interval, the answer's max-age (seconds; RFC 9111 §5.2.2.1) and the feed's own
    wish `ttl` (minutes; RSS 2.0 ttl, RSS 1.0 syndication module). Publishers may ask for a day at
    most; ten minutes is the least.
    """
    publisher = max(max_age or 0, (ttl or 0) * 60)
    return now + max(_wish(source, config), SOONEST, min(publisher, LATEST))


def next_try(failures: int, now: int, spread: float) -> int:
    """Return when to try again after `failures` failures in a row (UTC seconds).

    In ten minutes, then twice as long each time, up to a day. `spread` in 0…1 moves it by up to a quarter each way,
    so that sources that failed together do not come back together.
    """
    delay = SOONEST * 2 ** min(max(failures - 1, 0), 8)
    return now + int(min(max(delay * (0.75 + 0.5 * spread), SOONEST), LATEST))


class Turns:
    """Whose turn it is: at most `per_host` requests at once on a host, and `spacing` seconds between two starts on it.

    Hosts take turns, so that one with many sources does not keep the others waiting. Times are seconds of any
    steady clock, handed in. Local sources have no host and may always start.
    """

    def __init__(self, sources: Sequence[Source], per_host: int, spacing: float) -> None:
        self._per_host = max(per_host, 1)
        self._spacing = max(spacing, 0.0)
        self._queues: dict[str, deque[Source]] = {}
        self._running: dict[str, int] = {}
        self._ready_at: dict[str, float] = {}
        for source in sources:
            self._queues.setdefault(host(source), deque()).append(source)

    def __len__(self) -> int:
        """How many have not had their turn."""
        return sum(map(len, self._queues.values()))

    def take(self, now: float) -> Source | None:
        """Return someone who may start now, and count it as started; None when everybody must wait."""
        name = next((n for n in self._queues if self._free(n) and self._ready_at.get(n, now) <= now), None)
        if name is None:
            return None
        queue = self._queues.pop(name)
        source = queue.popleft()
        if queue:
            self._queues[name] = queue
        if name:
            self._running[name] = self._running.get(name, 0) + 1
            self._ready_at[name] = now + self._spacing
        return source

    def wait(self, now: float) -> float | None:
        """Return the seconds until someone may start if nobody ends before; None if only an end helps."""
        times = [self._ready_at.get(name, now) for name in self._queues if self._free(name)]
        return max(min(times) - now, 0.0) if times else None

    def done(self, source: Source) -> None:
        """Say that a started one is off its host."""
        name = host(source)
        if name:
            self._running[name] -= 1

    def drop(self, name: str) -> tuple[Source, ...]:
        """Take all that still wait for the host `name` out of the queue, and return them."""
        return tuple(self._queues.pop(name, ()))

    def _free(self, name: str) -> bool:
        return not name or self._running.get(name, 0) < self._per_host


def _wish(source: Source, config: Refreshing) -> int:
    return source.interval if source.interval is not None else config.every


def _comes_later(source: Source, config: Refreshing, now: int) -> bool:
    """Whether its next look lies ahead. One later than any rule sets comes from a wrong clock."""
    if source.next_check is None:
        return False
    return now < source.next_check <= now + max(LATEST, _wish(source, config))


def _held_hosts(sources: Sequence[Source], now: int) -> dict[str, int]:
    held: dict[str, int] = {}
    for source in sources:
        if source.held_until is not None and now < source.held_until <= now + LATEST and host(source):
            held[host(source)] = max(held.get(host(source), 0), source.held_until)
    return held


def _order(source: Source) -> tuple[bool, int, int]:
    """Files first, then whoever answered well; of those the new ones and the longest overdue."""
    return (not source.local, source.failures, source.next_check or 0)
