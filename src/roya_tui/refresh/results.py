"""Results of a refresh and of a probe, and the types of their callbacks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from msgspec import Struct

from roya_tui.model import Entry, Feed
from roya_tui.sources.compression import RawDocument

ProgressCallback = Callable[[str], None]
"""Receives a sentence about the current step."""

EventCallback = Callable[[dict[str, Any]], None]
"""Receives one event, a dict as listed in docs/guide/command-line.md."""


class Priority(NamedTuple):
    """A source to fetch next in a running refresh."""

    source_id: int
    is_immediate: bool = False
    """Even if it is not due."""
    is_anyway: bool = False
    """Even if its host is limiting requests."""


class Summary(Struct, frozen=True):
    """The result of a refresh.

    `new` and `changed` count articles, the next four count sources, `pages` and `pictures` what was saved for offline
    reading.
    """

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
    """Another refresh was running, so nothing was done."""
    stopped: bool = False
    """The refresh was interrupted; every source is either saved or unchanged."""
    offline: bool = False
    """There was no network; sources that could not be fetched stay due."""
    muted: int = 0
    """New articles that rules hide."""
    sent: int = 0
    """Changes of articles that were sent to accounts."""
    received: int = 0
    """New and edited articles from accounts, which `new` and `changed` count, too."""
    marked: int = 0
    """Articles whose marks an account changed."""
    accounts_failed: int = 0


class FoundFeed(Struct, frozen=True):
    """A URL or path that is a feed."""

    feed: Feed
    url: str
    """The URL after redirects."""
    moved_to: str = ""
    """The new URL of a permanent redirect, or ""."""
    etag: str = ""
    modified: str = ""
    """Validators, exactly as received."""
    body_hash: str = ""
    max_age: int | None = None
    """Seconds for which the response may be cached."""


class OfferedFeed(Struct, frozen=True):
    """A feed found on a page."""

    url: str
    title: str
    kind: str
    """rss, atom, json, or feed if the format is unknown."""
    rank: int
    """A rank of `sources.pages.feed_links`; lower is better."""
    found: FoundFeed | None = None
    """The feed; None if it was not probed or timed out."""
    is_guess: bool = False
    """A usual feed location that the page does not mention."""


class FoundPage(Struct, frozen=True):
    """A URL or path that is not a feed, usually a web page."""

    url: str
    document: RawDocument
    content_type: str
    message: str
    """A sentence that names what it is instead."""
    offers: tuple[OfferedFeed, ...] = ()
    """The feeds that it links to, best first; empty after `probe`."""
    article: Entry | None = None
    """The text of the page; None if there is none, and after `probe`."""
    is_article: bool = False
    """Whether the page is about a single article."""
    no_article_message: str = ""
    """A sentence that explains why `article` is None."""
    was_offered: bool = False
    """Whether the page was offered before its feeds were found."""
