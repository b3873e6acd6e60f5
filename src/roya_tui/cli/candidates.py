"""Candidates found at an address: feeds, and the page itself as an article."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from roya_tui.export.json_values import iso_time
from roya_tui.model import Entry, Moment, is_local
from roya_tui.refresh.results import FoundFeed, FoundPage, OfferedFeed
from roya_tui.sources.hosts import display_url
from roya_tui.text import one_line, strip_html
from roya_tui.translation import gettext, gettext_noop, join_sentences, ngettext, quote, signs

if TYPE_CHECKING:
    from roya_tui.clock import Clock

Choice = OfferedFeed | Entry
"""A feed to subscribe to, or a page to save."""

_MAX_HEADLINES = 5
_EXCERPT_LENGTH = 300

_ADVICE = {
    "OPML": gettext_noop("Save it as a file, then run: roya-tui import FILE"),
    "JSON Feed": gettext_noop("To read it, add a mapping to config.toml and use --mapping NAME."),
}
"""Format in the message about a document that is not a feed → advice."""


def list_choices(result: FoundFeed | FoundPage, where: str) -> tuple[Choice, ...]:
    """Return the candidates found at the address `where`, the best first; a page that was offered before is first."""
    if isinstance(result, FoundFeed):
        return (OfferedFeed(result.moved_to or where, result.feed.title, "feed", 0, result),)
    page = (result.article,) if result.article else ()
    return (*page, *result.offers) if result.was_offered else (*result.offers, *page)


def choice_json(choice: Choice, already_exists: bool = False) -> dict[str, Any]:
    """Return a candidate as JSON."""
    return _article_json(choice, already_exists) if isinstance(choice, Entry) else _feed_json(choice, already_exists)


def _feed_json(offer: OfferedFeed, already_exists: bool) -> dict[str, Any]:
    feed = offer.found.feed if offer.found else None
    entries = feed.entries if feed else ()
    moments = [moment for entry in entries for moment in (entry.published, entry.updated) if moment.at is not None]
    return {
        "kind": offer.kind,
        "url": offer.url if is_local(offer.url) else display_url(offer.url),
        "title": offer.title,
        "known": already_exists,
        "entries": len(entries) if feed else None,
        **_moment_json("newest", max(moments, key=lambda moment: moment.at or 0, default=Moment())),
        "language": feed.language if feed else "",
        "headlines": [entry.title for entry in entries[:_MAX_HEADLINES]],
    }


def _article_json(entry: Entry, already_exists: bool) -> dict[str, Any]:
    text = strip_html(entry.content)
    return {
        "kind": "article",
        "url": display_url(entry.url),
        "title": entry.title,
        "known": already_exists,
        **_moment_json("published", entry.published),
        **_moment_json("updated", entry.updated),
        "authors": list(entry.authors),
        "language": entry.language,
        "pictures": len(entry.pictures),
        "beginning": text if len(text) <= _EXCERPT_LENGTH else text[:_EXCERPT_LENGTH].rstrip() + signs("…"),
    }


def _moment_json(name: str, moment: Moment) -> dict[str, Any]:
    form = moment.form
    return {name: iso_time(moment.at), f"{name}_precision": form.precision, f"{name}_offset": form.offset}


def describe(result: FoundFeed | FoundPage, address: str, clock: Clock) -> str:
    """Return a sentence about what was found at an address."""
    if isinstance(result, FoundFeed):
        return gettext("This is a feed: {title}.", title=format_title(result.feed.title, address))
    article, page, count = result.article, display_url(address), len(result.offers)
    if result.offers and result.offers[0].is_guess:
        feed = display_url(result.offers[0].url)
        return gettext("{page} does not link to a feed, but {feed} is a feed.", page=page, feed=feed)
    if result.offers:
        message = ngettext("{page} offers {count} feed.", "{page} offers {count} feeds.", count, page=page)
        return join_sentences(message, gettext("It is also an article.") if article and result.is_article else "")
    if article and result.is_article:
        return gettext("This is an article: {title}.", title=format_dated(article, clock))
    if article:
        title = format_dated(article, clock)
        return gettext("{page} offers no feed, but it can be saved as an article: {title}.", page=page, title=title)
    return explain_no_feed(result)


def explain_no_feed(page: FoundPage) -> str:
    """Return why there is no feed, with advice."""
    return " ".join([page.message, *(gettext(text) for name, text in _ADVICE.items() if name in page.message)])


def format_dated(entry: Entry, clock: Clock) -> str:
    """Return an article's title with its publication time, if known."""
    when = "" if entry.published.at is None else f", {clock.stamp(entry.published.at, form=entry.published.form)}"
    return f"{format_title(entry.title, entry.url)}{when}"


def format_title(title: str, address: str) -> str:
    """Return the title in quotes, or the address if there is none."""
    return quote(one_line(title)) if title else display_url(address)
