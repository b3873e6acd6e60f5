"""A page → the feeds it offers, best first. No I/O: whoever calls has fetched the page, and looks at what is found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from roya_tui.sources import shapes
from roya_tui.sources.decoding import decode
from roya_tui.sources.typed import NotAnAddress, tidy
from roya_tui.text import one_line

if TYPE_CHECKING:
    from lxml.etree import _Element

DECLARED, KNOWN_SITE, LINKED, COMMENTS, GUESS = range(5)
"""Ranks. What the page declares is its word; what follows is more and more our own."""

_MOST = 50
_READ = 4_000_000
_KINDS = {
    "application/rss+xml": "rss",
    "application/rdf+xml": "rss",
    "application/atom+xml": "atom",
    "application/feed+json": "json",
}
_VAGUE = {"application/json", "application/xml", "text/xml", "application/x-rss+xml", "text/rss", "text/rss+xml"}
_FEEDLIKE = re.compile(
    r"(?:(?:^|/)(?:rss|atom|feeds?|rdf)(?:[-_]?\d)?(?:\.(?:xml|json|php|aspx?))?/?|\.(?:rss|atom|rdf)|/index\.xml)\Z",
    re.I,
)
_FEED_QUERY = re.compile(r"(?:^|&)(?:feed=(?:rss|atom|rdf)\w*|format=(?:rss|atom)|alt=rss|output=rss)(?:&|\Z)", re.I)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that may be a feed."""

    url: str
    title: str
    kind: str
    """"rss", "atom", "json", or "feed" where nothing says which."""
    rank: int
    """One of the ranks of this module; lower is better."""

    @property
    def guess(self) -> bool:
        """Whether nothing on the page speaks of it."""
        return self.rank == GUESS


def candidates(data: bytes, url: str, content_type: str = "") -> list[Candidate]:
    """Return what may be the feeds of the page `data` at `url`, best first, each address once.

    In this order: what the page declares (`link rel=alternate`), what a site of its kind has, what it links to (links
    and JSON-LD's webFeed), feeds of comments, and last the usual places, as guesses. `data` may be empty.
    """
    page = decode(data[:_READ], content_type).text
    root = _tree(page)
    found: list[Candidate] = []
    if root is not None:
        base = _base(root, url)
        found += _first(_declared(root, base), _MOST)
        found += _first(_linked(root, base), _MOST)
    found += [Candidate(address, title, _kind(address), KNOWN_SITE) for address, title in shapes.known(url, page)]
    found += [Candidate(urljoin(url, place), "", _kind(place), GUESS) for place in _places(url)]

    best: dict[str, Candidate] = {}
    for candidate in sorted(found, key=lambda candidate: candidate.rank):
        address = _address(candidate.url)
        if address and address.removesuffix("/") not in best:
            best[address.removesuffix("/")] = Candidate(address, candidate.title, candidate.kind, candidate.rank)
    return list(best.values())


def _first(found: Iterator[Candidate], most: int) -> list[Candidate]:
    return [candidate for candidate, _ in zip(found, range(most), strict=False)]


def _tree(page: str) -> _Element | None:
    from lxml import etree

    if not page.strip():
        return None
    parser = etree.HTMLParser(encoding="utf-8", no_network=True)
    return etree.fromstring(page.encode("utf-8", "replace"), parser)


def _base(root: _Element, url: str) -> str:
    for element in root.iter("base"):
        if element.get("href"):
            return _joined(url, element.get("href", ""))
    return url


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return ""


def _address(address: str) -> str:
    """Return the address tidied, or "" where it is none that we fetch."""
    if not re.match(r"(?:https?|feeds?):", address, re.I):
        return ""
    try:
        return tidy(address)
    except NotAnAddress:
        return ""


def _declared(root: _Element, base: str) -> Iterator[Candidate]:
    """What `link` elements say: rel=alternate with a feed's type (RSS Advisory Board), and the older rel=feed."""
    for element in root.iter("link"):
        relations = set((element.get("rel") or "").lower().split())
        address = element.get("href") or ""
        title = one_line(element.get("title") or "")
        kind = _kind_of_type(element.get("type") or "", address, title)
        if address and ("feed" in relations or ("alternate" in relations and kind)):
            url = _joined(base, address)
            comments = re.search(r"comment|تعليق|replies", f"{url} {title}", re.I)
            yield Candidate(url, title, kind or _kind(url), COMMENTS if comments else DECLARED)


def _kind_of_type(mime: str, address: str, title: str) -> str:
    mime = mime.partition(";")[0].strip().lower()
    if mime in _KINDS:
        return _KINDS[mime]
    # Sites declare their APIs as application/json too: only take it for a feed if it calls itself one.
    speaks_of_feeds = re.search(r"rss|atom|feed", f"{address} {title}", re.I) and "oembed" not in address
    return _kind(address) if mime in _VAGUE and speaks_of_feeds else ""


def _linked(root: _Element, base: str) -> Iterator[Candidate]:
    """What the page links to with an address or a type that feeds have, and JSON-LD's webFeed (schema.org)."""
    for element in root.iter("a", "area", "script"):
        if element.tag == "script":
            if (element.get("type") or "").strip().lower() == "application/ld+json":
                for address in _web_feeds(element.text or ""):
                    yield Candidate(_joined(base, address), "", _kind(address), LINKED)
            continue
        address = (element.get("href") or "").strip()
        kind = _kind_of_type(element.get("type") or "", address, "")
        if address and (kind or _looks_like_a_feed(address)):
            title = one_line(element.get("title") or "".join(map(str, element.itertext())))[:120]
            yield Candidate(_joined(base, address), title, kind or _kind(address), LINKED)


def _looks_like_a_feed(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return (
        parts.scheme in ("feed", "feeds")
        or (parts.hostname or "") in ("feeds.feedburner.com", "feeds2.feedburner.com")
        or _FEEDLIKE.search(parts.path) is not None
        or _FEED_QUERY.search(parts.query) is not None
    )


def _web_feeds(text: str) -> Iterator[str]:
    """Yield the addresses under webFeed anywhere in a JSON-LD document; broken JSON has none."""
    try:
        waiting: list[Any] = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            feed = value.get("webFeed")
            address = feed.get("url") if isinstance(feed, dict) else feed
            if isinstance(address, str):
                yield address
            waiting.extend(value.values())


def _kind(address: str) -> str:
    lower = address.lower()
    for kind in ("atom", "json", "rss"):
        if kind in lower:
            return kind
    return "feed"


def _places(url: str) -> list[str]:
    """The usual places, below the page's own folder too when the page is not at the top."""
    path = urlsplit(url).path
    folder = path if path.endswith("/") else path.rpartition("/")[0] + "/"
    below = [f"{folder}feed", f"{folder}rss"] if folder not in ("", "/") else []
    return [*below, *shapes.USUAL_PLACES]
