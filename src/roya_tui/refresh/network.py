"""Decide from the first responses whether there is a network."""

from __future__ import annotations

from roya_tui.local_network import is_local_host
from roya_tui.model import Failure, Source
from roya_tui.sources.hosts import host_of

MIN_UNREACHABLE_HOSTS = 3
"""Hosts that must be unreachable, while none responds, before the network counts as down."""
FIRST_PAUSE = 60
LONGEST_PAUSE = 10 * 60
"""Shortest and longest seconds until the next attempt."""

_REACHED_KINDS = frozenset(("status", "gone", "redirect", "tls", "encoding", "too-big", "reset", "protocol"))
"""Kinds of failure for which a remote host must have responded."""


class NetworkState:
    """The state of the network during a refresh.

    `since` is when refreshes first found no network (UTC seconds), or 0 if the last one found it. While it is set, one
    source is fetched first, and the others only if it reaches a host.
    """

    def __init__(self, since: int = 0) -> None:
        self.since = since
        self.is_probing = since > 0
        self.is_up = False
        """Whether a remote host has responded."""
        self._asked_hosts: set[str] = set()
        self._unreachable_hosts: set[str] = set()

    @property
    def is_down(self) -> bool:
        """Whether enough hosts were unreachable, and none responded."""
        return not self.is_up and len(self._unreachable_hosts) >= (1 if self.since else MIN_UNREACHABLE_HOSTS)

    @property
    def is_down_at_end(self) -> bool:
        """The same after the last source: two unreachable hosts are enough if there are no others."""
        all_failed = len(self._unreachable_hosts) >= 2 and self._unreachable_hosts == self._asked_hosts
        return self.is_down or (not self.is_up and all_failed)

    def next_retry(self, now: int) -> int:
        """Return when to try again without a network: later the longer it has been down."""
        lasted = now - self.since if self.since else 0
        return now + min(max(lasted, FIRST_PAUSE), LONGEST_PAUSE)

    def record(self, source: Source, failed: Failure | None) -> None:
        """Record the outcome of `source`; `failed` is None if it succeeded."""
        host = "" if source.is_local else host_of(source.url)
        if not host or is_local_host(host):
            return  # files and local hosts need no network
        self.is_probing = False
        self._asked_hosts.add(host)
        if failed is None or failed.kind in _REACHED_KINDS:
            self.is_up = True
        elif _looks_offline(source, failed):
            self._unreachable_hosts.add(host)

    def explains(self, source: Source, failed: Failure) -> bool:
        """Return whether a missing network may explain the failure; it is decided at the end."""
        return not source.is_local and (failed.kind == "offline" or (not self.is_up and _looks_offline(source, failed)))


def _looks_offline(source: Source, failed: Failure) -> bool:
    # Some systems report an unknown host and a missing network alike: count it as offline if the last check succeeded.
    was_reachable = source.succeeded is not None and not source.failures
    return failed.kind == "offline" or (failed.kind == "dns" and was_reachable)
