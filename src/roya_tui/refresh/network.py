"""Whether there is a network here, judged by how the first hosts answer; pure."""

from __future__ import annotations

from roya_tui.model import Failure, Source
from roya_tui.sources import schedule
from roya_tui.sources.hosts import is_local_host

MIN_UNREACHABLE_HOSTS = 3
"""So many hosts that cannot be reached, and none that answers, mean that there is no network."""
FIRST_PAUSE = 60
LONGEST_PAUSE = 10 * 60
"""Seconds until somebody is asked again: soon, since a network mostly comes back within minutes."""

_REACHED_KINDS = frozenset(("status", "gone", "redirect", "tls", "encoding", "too-big", "reset", "protocol"))
"""Kinds of failure for which somebody out there must have said something."""


class NetworkState:
    """What one refresh has learned. `since` is when the refreshes before it began to find no network (UTC seconds; 0 if
    the last one found one): then a single source is asked first, and the others when that tells of a network."""

    def __init__(self, since: int = 0) -> None:
        self.since = since
        self.is_probing = since > 0
        self.is_up = False
        """Somebody out there has answered."""
        self._asked_hosts: set[str] = set()
        self._unreachable_hosts: set[str] = set()

    @property
    def is_down(self) -> bool:
        """Whether it is clear that nobody can be reached."""
        return not self.is_up and len(self._unreachable_hosts) >= (1 if self.since else MIN_UNREACHABLE_HOSTS)

    @property
    def is_down_at_end(self) -> bool:
        """The same once everybody was asked: then two are enough, where there are no more."""
        return self.is_down or (
            not self.is_up and len(self._unreachable_hosts) >= 2 and self._unreachable_hosts == self._asked_hosts
        )

    def next_retry(self, now: int) -> int:
        """Return when to try again if this refresh finds no network: the longer it has lasted, the later."""
        lasted = now - self.since if self.since else 0
        return now + min(max(lasted, FIRST_PAUSE), LONGEST_PAUSE)

    def record(self, source: Source, failed: Failure | None) -> None:
        """Take in how `source` answered; `failed` is None where it answered well."""
        host = schedule.source_host(source)
        if not host or is_local_host(host):
            return  # files, and machines nearby, are there without a network
        self.is_probing = False
        self._asked_hosts.add(host)
        if failed is None or failed.kind in _REACHED_KINDS:
            self.is_up = True
        elif _looks_offline(source, failed):
            self._unreachable_hosts.add(host)

    def explains(self, source: Source, failed: Failure) -> bool:
        """Whether a failure may be that of the network and not of `source`: what it is, only the end will tell."""
        return not source.is_local and (failed.kind == "offline" or (not self.is_up and _looks_offline(source, failed)))


def _looks_offline(source: Source, failed: Failure) -> bool:
    # Some systems cannot tell a name that nobody knows from nobody to ask: believed of names that were known just now.
    known = source.succeeded is not None and not source.failures
    return failed.kind == "offline" or (failed.kind == "dns" and known)
