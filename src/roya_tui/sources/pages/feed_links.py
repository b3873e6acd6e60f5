"""Find the feeds that a web page offers, best first, without I/O."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.sources import urls
from roya_tui.sources.hosts import is_same_site
from roya_tui.sources.pages import known_sites
from roya_tui.sources.urls import InvalidUrl
from roya_tui.text import one_line

if TYPE_CHECKING:
    from lxml.etree import _Element

DECLARED, KNOWN_SITE, LINKED, COMMENTS, GUESS = range(5)
"""Ranks of candidates, from what the page declares to what the app guesses."""

_MAX_CANDIDATES = 50
_MAX_CHARACTERS = 4_000_000
"""Characters of a page that are searched."""
_MAX_LINK_LENGTH = 2_000
_FEED_TYPE = re.compile(r"(?:application|text)/(?:x[-.])?(rss|atom|rdf|feed)(?:\+(?:xml|json))?")
_GENERIC_TYPES = {"application/json", "application/xml", "text/xml", "text/plain"}
_FEEDLIKE = re.compile(
    r"(?:(?:^|/)(?:rss|atom|feeds?|rdf|syndication)(?:[-_.]?(?:\d|all|full|main|news|rss|atom|feed))?"
    r"(?:\.(?:xml|json|php|aspx?|ashx|cfm))?/?|\.(?:rss|atom|rdf)(?:\.xml)?|/(?:index|default)\.xml"
    r"|(?:^|/)(?:rss|atom|feeds?|rdf)/[^?]*[^/.?]/?|(?:^|/)[\w.-]*(?:rss|atom|feed)[\w.-]*\.xml)\Z",
    re.I,
)
_FEED_QUERY = re.compile(
    r"(?:^|&)(?:feed=(?:rss|atom|rdf)\w*|(?:format|type|output|alt|view|mode)=(?:rss|atom|feed)\d?)(?:&|\Z)", re.I
)


class Candidate(Struct, frozen=True):
    """An address that may be a feed."""

    url: str
    title: str
    kind: str
    """"rss", "atom", "json", or "feed" if unknown."""
    rank: int
    """One of the ranks of this module; lower is better."""
    language: str = ""
    """Its language according to the page (hreflang)."""

    @property
    def is_guess(self) -> bool:
        """Whether the page does not mention it."""
        return self.rank == GUESS


def find_candidates(page: str, url: str) -> list[Candidate]:
    """Find the possible feeds of the page at `url` with the text `page`, best first, each address once.

    In this order: declared feeds (`link rel=alternate`), those of known sites and software, linked feeds (links and
    JSON-LD's webFeed), comment feeds, and the usual paths as guesses. `page` may be empty.
    """
    page = page[:_MAX_CHARACTERS]
    root = _parse_html(page)
    found: list[Candidate] = []
    if root is not None:
        base = _base_url(root, url)
        found += islice(_declared_feeds(root, base), _MAX_CANDIDATES)
        found += islice(_linked_feeds(root, base), _MAX_CANDIDATES)
    found += [
        Candidate(address, title, _guess_kind(address), COMMENTS if is_comment_feed(address, title) else KNOWN_SITE)
        for address, title in known_sites.find_feeds(url, page)
    ]
    found += [Candidate(urljoin(url, path), "", _guess_kind(path), GUESS) for path in _usual_paths(url)]

    language = _primary_language(root.get("lang") or "") if root is not None else ""
    best: dict[str, Candidate] = {}
    for candidate in found:
        if address := _normalize(candidate.url):
            key = address.removesuffix("/")
            if key not in best or candidate.rank < best[key].rank:
                best[key] = replace(candidate, url=address)

    return sorted(
        best.values(),
        key=lambda feed: (feed.rank, not is_same_site(feed.url, url), _is_other_language(feed.language, language)),
    )


def _is_other_language(language: str, other: str) -> bool:
    return bool(language and other) and _primary_language(language) != _primary_language(other)


def _primary_language(language: str) -> str:
    """Return the language without its country: "ar-JO" → "ar"."""
    return language.strip().lower().replace("_", "-").partition("-")[0]


def _parse_html(page: str) -> _Element | None:
    from lxml import etree

    if not page.strip():
        return None
    parser = etree.HTMLParser(encoding="utf-8", no_network=True)
    return etree.fromstring(page.encode("utf-8", "replace"), parser)


def _base_url(root: _Element, url: str) -> str:
    for element in root.iter("base"):
        if element.get("href"):
            return urls.join(url, element.get("href", "").strip())
    return url


def _normalize(address: str) -> str:
    """Normalize an address; "" if it is not one that can be fetched."""
    if not re.match(r"(?:https?|feeds?):", address, re.I):
        return ""
    try:
        return urls.normalize(address)
    except InvalidUrl:
        return ""


def _declared_feeds(root: _Element, base: str) -> Iterator[Candidate]:
    """Yield the feeds of `link` elements: rel=alternate (RSS Advisory Board), rel=feed, or any with a feed's type."""
    for element in root.iter("link"):
        relations = set((element.get("rel") or "").lower().split())
        mime = _mime(element)
        address = (element.get("href") or "").strip()
        title = one_line(element.get("title") or "")
        kind = _kind_of_type(mime, address, title)
        if "alternate" in relations and not mime and not element.get("hreflang") and _looks_like_a_feed(address):
            kind = _guess_kind(address)
        if address and ("feed" in relations or (kind and ("alternate" in relations or _FEED_TYPE.fullmatch(mime)))):
            url = urls.join(base, address)
            rank = COMMENTS if is_comment_feed(url, title) else DECLARED
            yield Candidate(url, title, kind or _guess_kind(url), rank, element.get("hreflang") or "")


def is_comment_feed(url: str, title: str) -> bool:
    """Whether a feed has readers' comments, by its address and title."""
    return re.search(r"comment|تعليق|replies", f"{url} {title}", re.I) is not None


def _mime(element: _Element) -> str:
    return (element.get("type") or "").partition(";")[0].strip().lower()


def _kind_of_type(mime: str, address: str, title: str) -> str:
    if found := _FEED_TYPE.fullmatch(mime):
        return {"rdf": "rss", "feed": "json"}.get(found[1], found[1])
    # Sites declare their APIs as application/json too, so the name must mention a feed.
    is_named_feed = re.search(r"rss|atom|feed", f"{address} {title}", re.I) and "oembed" not in address
    return _guess_kind(address) if mime in _GENERIC_TYPES and is_named_feed else ""


def _linked_feeds(root: _Element, base: str) -> Iterator[Candidate]:
    """Yield links with a feed's type or a feed-like address, and JSON-LD's webFeed (schema.org)."""
    for element in root.iter("a", "area", "script"):
        if element.tag == "script":
            if (element.get("type") or "").strip().lower() == "application/ld+json":
                for address in _json_ld_feeds(element.text or ""):
                    yield Candidate(urls.join(base, address.strip()), "", _guess_kind(address), LINKED)
            continue
        address = (element.get("href") or "").strip()
        kind = _kind_of_type(_mime(element), address, "")
        if address and (kind or _looks_like_a_feed(address)):
            title = one_line(element.get("title") or "".join(map(str, element.itertext())))[:120]
            yield Candidate(urls.join(base, address), title, kind or _guess_kind(address), LINKED)


def _looks_like_a_feed(address: str) -> bool:
    if len(address) > _MAX_LINK_LENGTH:
        return False
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


def _json_ld_feeds(text: str) -> Iterator[str]:
    """Yield the addresses under webFeed anywhere in a JSON-LD document, none if it is invalid."""
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


def _guess_kind(address: str) -> str:
    lower = address.lower()
    return next((kind for kind in ("atom", "json", "rss") if kind in lower), "feed")


def _usual_paths(url: str) -> list[str]:
    """Return the usual paths of feeds, first those in the page's own folder."""
    path = urlsplit(url).path
    folder = path if path.endswith("/") else path.rpartition("/")[0] + "/"
    below = [f"{folder}feed", f"{folder}rss"] if folder not in ("", "/") else []
    return [*below, *known_sites.USUAL_PATHS]
