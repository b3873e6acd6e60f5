"""What a look at an address found, as something to choose from: feeds, and the page itself as an article."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from roya_tui.cli.output import iso_time
from roya_tui.model import Entry, is_local
from roya_tui.refresh import FoundFeed, FoundPage, OfferedFeed
from roya_tui.sources.hosts import display_url
from roya_tui.text import format_count, one_line, strip_html

if TYPE_CHECKING:
    from roya_tui.clock import Clock

Choice = OfferedFeed | Entry
"""A feed to subscribe to, or a page to save."""

_MAX_HEADLINES = 5
_EXCERPT_LENGTH = 300
"""Characters of an article's text by which one knows it."""


_ADVICE = {
    "an OPML list": "Save it as a file: roya-tui import FILE takes it over.",
    "not a JSON Feed": "A mapping in config.toml can say how to read it; --mapping NAME uses it.",
}
"""What to do with some documents that are no feed, by what is said of them."""


def list_choices(result: FoundFeed | FoundPage, where: str) -> tuple[Choice, ...]:
    """Return all that one may take of what was found at the address `where`, the best first."""
    if isinstance(result, FoundFeed):
        return (OfferedFeed(result.moved_to or where, result.feed.title, "feed", 0, result),)
    article = (result.article,) if result.article else ()
    # Where nothing but a place that we tried has a feed, the page is nearer to what was asked for.
    return (*result.offers, *article)


def best_feeds(page: FoundPage) -> list[OfferedFeed]:
    """Return those of the feeds that a page offers which are as good as the best."""
    return [offer for offer in page.offers if offer.rank == page.offers[0].rank]


def choice_json(choice: Choice, already_exists: bool = False) -> dict[str, Any]:
    """Return a choice as JSON tells it."""
    return _article_json(choice, already_exists) if isinstance(choice, Entry) else _feed_json(choice, already_exists)


def _feed_json(offer: OfferedFeed, already_exists: bool) -> dict[str, Any]:
    feed = offer.found.feed if offer.found else None
    entries = feed.entries if feed else ()
    return {
        "kind": offer.kind,
        "url": offer.url if is_local(offer.url) else display_url(offer.url),
        "title": offer.title,
        "known": already_exists,
        "entries": len(entries) if feed else None,
        "newest": iso_time(newest_time(entries)),
        "language": feed.language if feed else "",
        "headlines": [entry.title for entry in entries[:_MAX_HEADLINES]],
    }


def _article_json(entry: Entry, already_exists: bool) -> dict[str, Any]:
    return {
        "kind": "article",
        "url": display_url(entry.url),
        "title": entry.title,
        "known": already_exists,
        "published": iso_time(entry.published.at),
        "updated": iso_time(entry.updated.at),
        "authors": list(entry.authors),
        "language": entry.language,
        "pictures": len(entry.pictures),
        "beginning": _excerpt(one_line(strip_html(entry.content))),
    }


def _excerpt(text: str) -> str:
    return text if len(text) <= _EXCERPT_LENGTH else f"{text[:_EXCERPT_LENGTH].rstrip()}…"


def newest_time(entries: Sequence[Entry]) -> int | None:
    """Return the latest time that entries carry, in UTC seconds; None if they carry none."""
    times = [at for entry in entries for at in (entry.published.at, entry.updated.at) if at is not None]
    return max(times, default=None)


def describe(result: FoundFeed | FoundPage, address: str, clock: Clock) -> str:
    """Return in a sentence what stands at an address."""
    if isinstance(result, FoundFeed):
        return f"This is a feed: {format_title(result.feed.title, address)}."
    article = result.article
    if result.offers and result.offers[0].is_guess:
        return f"{display_url(address)} names no feed, but {display_url(result.offers[0].url)} is one."
    if result.offers:
        also = " It is an article as well." if article and result.is_article else ""
        return f"{display_url(address)} offers {format_count(len(result.offers), 'feed')}.{also}"
    if article and result.is_article:
        return f"This is an article: {format_dated(article, clock)}."
    if article:
        return f"{display_url(address)} offers no feed, but a text to keep: {format_dated(article, clock)}."
    return explain_no_feed(result)


def explain_no_feed(page: FoundPage) -> str:
    """Return why there is nothing to subscribe to, and what to do with what is there."""
    return page.message + next((f" {advice}" for words, advice in _ADVICE.items() if words in page.message), "")


def format_dated(entry: Entry, clock: Clock) -> str:
    """Return an article's title, and when it was published if it says so."""
    when = "" if entry.published.at is None else f", {clock.stamp(entry.published.at)}"
    return f"{format_title(entry.title, entry.url)}{when}"


def format_title(title: str, address: str) -> str:
    """Return a title in quotes, or else the address."""
    return f"“{one_line(title)}”" if title else display_url(address)
