"""What a look at an address found, as something to choose from: feeds, and the page itself as an article."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from roya_tui.cli.output import iso
from roya_tui.model import Entry, is_local
from roya_tui.refresh import Found, Offer, Page
from roya_tui.sources.web.addresses import shown
from roya_tui.text import format_count, one_line, strip_html

if TYPE_CHECKING:
    from roya_tui.clock import Clock

Choice = Offer | Entry
"""A feed to subscribe to, or a page to save."""

_HEADLINES = 5
_BEGINNING = 300
"""Characters of an article's text by which one knows it."""


_ADVICE = {
    "an OPML list": "Save it as a file: roya-tui import FILE takes it over.",
    "not a JSON Feed": "A mapping in config.toml can say how to read it; --mapping NAME uses it.",
}
"""What to do with some documents that are no feed, by what is said of them."""


def choices(looked: Found | Page, where: str) -> tuple[Choice, ...]:
    """Return all that one may take of what was found at the address `where`, the best first."""
    if isinstance(looked, Found):
        return (Offer(looked.moved_to or where, looked.feed.title, "feed", 0, looked),)
    article = (looked.article,) if looked.article else ()
    # Where nothing but a place that we tried has a feed, the page is nearer to what was asked for.
    return (*looked.offers, *article)


def best_feeds(looked: Page) -> list[Offer]:
    """Return those of the feeds that a page offers which are as good as the best."""
    return [offer for offer in looked.offers if offer.rank == looked.offers[0].rank]


def facts(choice: Choice, known: bool = False) -> dict[str, Any]:
    """Return a choice as JSON tells it."""
    return _article_facts(choice, known) if isinstance(choice, Entry) else _feed_facts(choice, known)


def _feed_facts(offer: Offer, known: bool) -> dict[str, Any]:
    feed = offer.found.feed if offer.found else None
    entries = feed.entries if feed else ()
    return {
        "kind": offer.kind,
        "url": offer.url if is_local(offer.url) else shown(offer.url),
        "title": offer.title,
        "known": known,
        "entries": len(entries) if feed else None,
        "newest": iso(newest(entries)),
        "language": feed.language if feed else "",
        "headlines": [entry.title for entry in entries[:_HEADLINES]],
    }


def _article_facts(entry: Entry, known: bool) -> dict[str, Any]:
    return {
        "kind": "article",
        "url": shown(entry.url),
        "title": entry.title,
        "known": known,
        "published": iso(entry.published.at),
        "updated": iso(entry.updated.at),
        "authors": list(entry.authors),
        "language": entry.language,
        "pictures": len(entry.pictures),
        "beginning": _beginning(one_line(strip_html(entry.content))),
    }


def _beginning(text: str) -> str:
    return text if len(text) <= _BEGINNING else f"{text[:_BEGINNING].rstrip()}…"


def newest(entries: Sequence[Entry]) -> int | None:
    """Return the latest time that entries carry, in UTC seconds; None if they carry none."""
    times = [at for entry in entries for at in (entry.published.at, entry.updated.at) if at is not None]
    return max(times, default=None)


def described(looked: Found | Page, address: str, clock: Clock) -> str:
    """Return in a sentence what stands at an address."""
    if isinstance(looked, Found):
        return f"This is a feed: {title_of(looked.feed.title, address)}."
    article = looked.article
    if looked.offers and looked.offers[0].guess:
        return f"{shown(address)} names no feed, but {shown(looked.offers[0].url)} is one."
    if looked.offers:
        also = " It is an article as well." if article and looked.surely_article else ""
        return f"{shown(address)} offers {format_count(len(looked.offers), 'feed')}.{also}"
    if article and looked.surely_article:
        return f"This is an article: {dated(article, clock)}."
    if article:
        return f"{shown(address)} offers no feed, but a text to keep: {dated(article, clock)}."
    return no_feed(looked)


def no_feed(page: Page) -> str:
    """Return why there is nothing to subscribe to, and what to do with what is there."""
    return page.message + next((f" {advice}" for words, advice in _ADVICE.items() if words in page.message), "")


def dated(entry: Entry, clock: Clock) -> str:
    """Return an article's title, and when it was published if it says so."""
    when = "" if entry.published.at is None else f", {clock.stamp(entry.published.at)}"
    return f"{title_of(entry.title, entry.url)}{when}"


def title_of(title: str, address: str) -> str:
    """Return a title in quotes, or else the address."""
    return f"“{one_line(title)}”" if title else shown(address)
