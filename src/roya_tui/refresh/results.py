"""What a refresh, and a look at an address, tell whoever asked for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from msgspec import Struct

from roya_tui.model import Entry, Feed

ProgressCallback = Callable[[str], None]
"""Takes a sentence about what is being done."""

EventCallback = Callable[[dict[str, Any]], None]
"""Takes one event, a plain dict as docs/guide.md lists them."""


class Priority(NamedTuple):
    """Whose turn is next while a refresh runs: the source that a person looks at, or asks for `now`, due or not."""

    source_id: int
    is_immediate: bool = False


class Summary(Struct, frozen=True):
    """What one refresh did. The first two count articles, the next four sources, the two after them what is kept now
    for reading offline: texts of pages, and pictures."""

    new: int = 0
    changed: int = 0
    asked: int = 0
    failed: int = 0
    unchanged: int = 0
    waiting: int = 0
    pages: int = 0
    pictures: int = 0
    seconds: float = 0.0
    busy: bool = False
    """Another refresh was at work, and nothing was done."""
    stopped: bool = False
    """It was asked to end before it was through; what is saved is whole."""
    offline: bool = False
    """There was no network; whom it could not ask waits, and is due as before."""
    muted: int = 0
    """How many of the new articles rules hide."""


class FoundFeed(Struct, frozen=True):
    """An address that is a feed."""

    feed: Feed
    url: str
    """Where it came from in the end."""
    body: bytes = b""
    moved_to: str = ""
    """Where it says it lives from now on; "" if it did not move."""
    etag: str = ""
    modified: str = ""
    """Validators, exactly as received."""
    body_hash: str = ""
    max_age: int | None = None
    """Seconds for which the answer says to hold."""


class OfferedFeed(Struct, frozen=True):
    """A feed that a page offers."""

    url: str
    title: str
    kind: str
    """"rss", "atom", "json", or "feed" where nothing says which."""
    rank: int
    """One of the ranks of `sources.discover`; lower is better."""
    found: FoundFeed | None = None
    """What is there; None if it was not looked at, or did not answer in time."""
    is_guess: bool = False
    """It stands where feeds usually do; the page does not speak of it."""


class FoundPage(Struct, frozen=True):
    """An address that answers with something else than a feed; a web page may offer some."""

    url: str
    body: bytes
    content_type: str
    message: str
    """What it is instead, as a sentence."""
    offers: tuple[OfferedFeed, ...] = ()
    """The feeds that it offers, best first; only `look` asks for them."""
    article: Entry | None = None
    """The page's text, if it has some; only `look` reads it."""
    is_article: bool = False
    """Whether it is one article's page."""
    no_article_message: str = ""
    """Why it has no text to keep, as a sentence."""
