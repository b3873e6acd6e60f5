"""Subscriptions and the history of their checks."""

from __future__ import annotations

import re

from msgspec import Struct

from roya_tui.model.feeds import UpdateSchedule

# C0, DEL and C1 control a terminal; bidi embeddings, overrides and isolates reorder the text around them.
CONTROL_CHARACTERS = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def display_address(url: str) -> str:
    """Return a URL or path without credentials and control characters.

    Paths are stored as they are, since a cleaned path could name another file.
    """
    scheme, slashes, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    if slashes and "@" in authority:
        url = f"{scheme}{slashes}…@{authority.rpartition('@')[2]}{slash}{path}"
    return url if url.isprintable() else CONTROL_CHARACTERS.sub("\ufffd", url)


SAVED_PAGES = "saved:pages"
"""The URL of the source that holds saved pages."""


def is_local(address: str) -> bool:
    """Return whether `address` is the path of a local file or folder."""
    return not address.startswith(("http://", "https://"))


class Source(Struct, frozen=True):
    """A subscription, with the state of its checks."""

    id: int
    url: str
    """An http(s) URL, or the absolute path of a local file or folder."""
    title: str = ""
    """The feed's title; `name` is the user's and takes precedence."""
    name: str = ""
    folder: str = ""
    homepage: str = ""
    language: str = ""
    zone: str = ""
    """IANA time zone of times that have none in the feed; "" means UTC."""
    mapping: str = ""
    """Name of the JSON mapping that reads this source; "" for feeds."""
    sample: bool = False
    account_id: int | None = None
    """The account that it is subscribed with; None: only on this computer."""
    from_server: bool = False
    """Whether its articles come from the server of the account, so that there is nothing to fetch."""
    paused: bool = False
    interval: int | None = None
    """Seconds between two checks, as the user set it; None: the default."""
    per_day: int | None = None
    """Articles of a day that lists show; None: the limit in config.toml, or all."""
    etag: str = ""
    modified: str = ""
    """Validators, exactly as received (RFC 9110 §8.8)."""
    body_hash: str = ""
    pace: UpdateSchedule = UpdateSchedule()
    """The schedule in the feed as of the last check."""
    checked: int | None = None
    succeeded: int | None = None
    """Time of the last check without an error."""
    next_check: int | None = None
    """Time of the retry, or until when server and feed ask to wait; `schedule.next_check` adds the interval."""
    failures: int = 0
    error: str = ""
    """Message of the last failure; "" if the last check succeeded."""
    moved_to: str = ""
    """Target of a permanent redirect at the last check."""
    held_until: int | None = None
    """Earliest time of the next request, from the host's Retry-After."""
    gone: bool = False
    """The server answered 410 Gone; `paused` is then set too."""
    total: int = 0
    unread: int = 0

    @property
    def label(self) -> str:
        """The user's name for it, else the feed's title, else the URL."""
        return self.name or self.title or display_address(self.url)

    @property
    def is_local(self) -> bool:
        """Whether it is a local file or folder."""
        return is_local(self.url) and not self.is_saved_pages

    @property
    def is_saved_pages(self) -> bool:
        """Whether it holds saved pages, so that there is nothing to fetch."""
        return self.url == SAVED_PAGES


class NewSource(Struct, frozen=True):
    """A subscription to add."""

    url: str
    name: str = ""
    folder: str = ""
    zone: str = ""
    mapping: str = ""
    language: str = ""
    homepage: str = ""
    title: str = ""
    sample: bool = False
    interval: int | None = None
    per_day: int | None = None


class Failure(Struct, frozen=True, tag=True):
    """Why a source could not be read: `message` for the user, `kind` for programs."""

    kind: str
    message: str
    retry_at: int | None = None
    status: int | None = None
    """HTTP status code, if the server returned an error."""
    host: str = ""
    """The host (and port) that `retry_at` is for; after a redirect not the source's own."""


class Attempt(Struct, frozen=True):
    """The result of one check of a source."""

    at: int
    kind: str = ""
    """"" for success, else as in `Failure`."""
    message: str = ""
    """The failure, beginning with the source's label; for success, what was repaired in its document."""
    milliseconds: int | None = None
    size: int | None = None
    """Bytes of the document as transferred."""
    new: int = 0
    changed: int = 0


class SourceStatistics(Struct, frozen=True):
    """Figures about a source, from its last checks and the times of its articles."""

    attempts: int = 0
    failed: int = 0
    """Failures among `attempts`, without those while this machine was offline."""
    milliseconds: int | None = None
    """Mean duration of a successful check; `size` is the mean size in bytes."""
    size: int | None = None
    last: Attempt | None = None
    weeks: tuple[int, ...] = ()
    """Articles published in each of the last weeks, the oldest first."""
    newest: int | None = None
    longest_gap: int | None = None
    """Longest time between two of its latest articles, in seconds; None if there are too few."""
    duplicates: tuple[int, ...] = ()
    """Ids of other sources with the same articles."""


class SourceStatus(Struct, frozen=True):
    """The state of a source: a word, and a sentence for the user."""

    source: Source
    statistics: SourceStatistics
    state: str
    sentence: str
    problem: str = ""
    """The same in short: why it needs attention, "" if it does not."""
    suggestions: tuple[str, ...] = ()
    """Names of actions that may help, the best first."""
    reason: str = ""
    """A sentence on why it is not checked now; "" if it is due."""
    next_check: int | None = None
    """Time of the next check; None if unknown."""
