"""Whether there is a network here, judged by how the first hosts answer; pure."""

from __future__ import annotations

from roya_tui.model import Failed, Source
from roya_tui.sources import schedule
from roya_tui.sources.addresses import local_by_itself

MISSED = 3
"""So many hosts that cannot be reached, and none that answers, mean that there is no network."""
FIRST_PAUSE = 60
LONGEST_PAUSE = 10 * 60
"""Seconds until somebody is asked again: soon, since a network mostly comes back within minutes."""

_ANSWERED = frozenset(("status", "gone", "redirect", "tls", "encoding", "too-big", "reset", "protocol"))
"""Kinds of failure for which somebody out there must have said something."""


class Network:
    """What one refresh has learned. `before` counts the refreshes before it that found no network, one after another:
    after such ones a single source is asked first, and the others when that tells of a network."""

    def __init__(self, before: int = 0) -> None:
        self.before = before
        self.probing = before > 0
        self.there = False
        """Somebody out there has answered."""
        self._asked: set[str] = set()
        self._missed: set[str] = set()

    @property
    def away(self) -> bool:
        """Whether it is clear that nobody can be reached."""
        return not self.there and len(self._missed) >= (1 if self.before else MISSED)

    @property
    def away_after_all(self) -> bool:
        """The same once everybody was asked: then two are enough, where there are no more."""
        return self.away or (not self.there and len(self._missed) >= 2 and self._missed == self._asked)

    @property
    def pause(self) -> int:
        """Seconds until the next attempt, if this one found no network."""
        return min(FIRST_PAUSE << min(self.before, 8), LONGEST_PAUSE)

    def learn(self, source: Source, failed: Failed | None) -> None:
        """Take in how `source` answered; `failed` is None where it answered well."""
        host = schedule.host(source)
        if not host or local_by_itself(host):
            return  # files, and machines nearby, are there without a network
        self.probing = False
        self._asked.add(host)
        if failed is None or failed.kind in _ANSWERED:
            self.there = True
        elif _misses_a_network(source, failed):
            self._missed.add(host)

    def explains(self, source: Source, failed: Failed) -> bool:
        """Whether a failure may be that of the network and not of `source`, as far as is known."""
        return not self.there and not source.local and _misses_a_network(source, failed)


def _misses_a_network(source: Source, failed: Failed) -> bool:
    # Some systems cannot tell a name that nobody knows from nobody to ask: believed of names that were known just now.
    known = source.succeeded is not None and not source.failures
    return failed.kind == "offline" or (failed.kind == "dns" and known)
