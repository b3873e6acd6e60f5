"""What one subscribes to, and how it answers."""

from __future__ import annotations

import re

from msgspec import Struct

from roya_tui.model.feeds import UpdateSchedule

# C0, DEL and C1 may steer a terminal; bidi embeddings, overrides and isolates make text read as what it is not.
CONTROL_CHARACTERS = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def display_address(url: str) -> str:
    """An address or path as it may be shown: without the name and password in it, and without what is no character.

    A path is the one text that nobody cleaned on the way in, since it must go on naming its file.
    """
    scheme, slashes, rest = url.partition("://")
    place, slash, path = rest.partition("/")
    if slashes and "@" in place:
        url = f"{scheme}{slashes}…@{place.rpartition('@')[2]}{slash}{path}"
    return url if url.isprintable() else CONTROL_CHARACTERS.sub("\ufffd", url)


SAVED_PAGES = "saved:pages"
"""What stands in place of an address for the source whose articles are pages that the person saved one by one."""


def is_local(address: str) -> bool:
    """Whether `place` is a file or folder here rather than something on the network."""
    return not address.startswith(("http://", "https://"))


class Source(Struct, frozen=True):
    """A subscription as the store keeps it: what the feed says, what the person says, how it answers."""

    id: int
    url: str
    """An http(s) address, or the absolute path of a local file or folder."""
    title: str = ""
    """The feed's own title; `name` is the person's, and wins."""
    name: str = ""
    folder: str = ""
    homepage: str = ""
    language: str = ""
    zone: str = ""
    """IANA name of the clock of times that carry no zone; "" means UTC."""
    mapping: str = ""
    """Name of the JSON mapping that reads this source; "" for real feeds."""
    sample: bool = False
    paused: bool = False
    interval: int | None = None
    """Seconds between two looks, as the person wants it; None: the default."""
    per_day: int | None = None
    """How many articles of a day lists show before they count the rest; None: all, or what config.toml says."""
    etag: str = ""
    modified: str = ""
    """Validators, exactly as received (RFC 9110 §8.8)."""
    body_hash: str = ""
    pace: UpdateSchedule = UpdateSchedule()
    """What its feed said of that the last time."""
    checked: int | None = None
    """When it was last asked."""
    succeeded: int | None = None
    """When it last answered well."""
    next_check: int | None = None
    failures: int = 0
    """Failures in a row."""
    error: str = ""
    """The last failure, in words; "" when the last look went well."""
    moved_to: str = ""
    """Where a permanent redirect pointed at the last look."""
    held_until: int | None = None
    """Its host asked (Retry-After) that nobody come back before then."""
    gone: bool = False
    """Its server said that it is gone for good; `paused` then too."""
    total: int = 0
    unread: int = 0

    @property
    def label(self) -> str:
        """What people see: their own name for it, else the feed's, else the address."""
        return self.name or self.title or display_address(self.url)

    @property
    def is_local(self) -> bool:
        """Whether it is a file or folder here rather than something on the network."""
        return is_local(self.url) and not self.is_saved_pages

    @property
    def is_saved_pages(self) -> bool:
        """Whether it holds the pages that the person saved: there is nothing to fetch."""
        return self.url == SAVED_PAGES


class NewSource(Struct, frozen=True):
    """A subscription that someone asks for."""

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


class Failure(Struct, frozen=True):
    """Why a source could not be read. `message` is a sentence a person can act on; `kind` is for programs."""

    kind: str
    message: str
    retry_at: int | None = None
    status: int | None = None
    """Of HTTP, where that is what failed."""
    host: str = ""
    """Who wants to be asked no sooner than `retry_at`: after a redirect another host than the source's own."""


class Attempt(Struct, frozen=True):
    """How a source answered once."""

    at: int
    kind: str = ""
    """"" for a good answer, else as in `Failed`."""
    message: str = ""
    """The failure, in words that begin with the source's label; of a good answer what was repaired in its document."""
    milliseconds: int | None = None
    size: int | None = None
    """Bytes of the document, as it came."""
    new: int = 0
    changed: int = 0


class SourceStatistics(Struct, frozen=True):
    """What the store knows of how one source answers and publishes; from its last attempts, and its articles' times."""

    attempts: int = 0
    failed: int = 0
    """How many of `tries` failed by its own fault: that this machine was offline does not count."""
    milliseconds: int | None = None
    """What a good answer took, on average; `size` is its bytes."""
    size: int | None = None
    last: Attempt | None = None
    weeks: tuple[int, ...] = ()
    """How many articles it published in each of the last weeks, the oldest first."""
    newest: int | None = None
    """The time of its newest article."""
    longest_gap: int | None = None
    """Seconds of the longest pause between its latest articles; None where they are too few to tell."""
    duplicates: tuple[int, ...] = ()
    """Other sources with the same articles."""


class SourceStatus(Struct, frozen=True):
    """What becomes of a source's facts: one word, and a sentence that tells it to a person."""

    source: Source
    statistics: SourceStatistics
    verdict: str
    sentence: str
    suggestions: tuple[str, ...] = ()
    """What one may do now, the best first: names of actions."""
    reason: str = ""
    """Why it is not asked now, in a few words; "" where it is due."""
    next_check: int | None = None
    """When it is asked next; None where nobody knows."""
