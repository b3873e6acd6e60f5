"""The rows above an article's text, and the HTML of what a feed adds to the text."""

from __future__ import annotations

from html import escape

from msgspec.structs import replace

from roya_tui.clock import Clock
from roya_tui.document.blocks import Document
from roya_tui.layout.bidi.controls import isolate, join_isolated
from roya_tui.model import Article, Picture
from roya_tui.text import format_count

HeaderRow = tuple[str, str]
"""A row of the header, with names isolated where one is right-to-left, and its style name."""

_CUT_OFF = ("…", "...", "[…]", "[...]", "[&hellip;]", "(…)")
_SHORT_SUMMARY = 400
"""Characters of a summary, below which the article is taken for an excerpt."""


def header_rows(
    article: Article, document: Document, clock: Clock, separator: str = "·", changes: str = ""
) -> list[HeaderRow]:
    """Return the rows above the text. `changes` is a summary of what changed in it.

    The user's tags have a row of their own, which no feed can write into.
    """
    headline = article.headline
    sep = f" {separator} "
    tags = article.tags[: len(article.tags) - len(article.own_tags)]
    rows = [(headline.title, "headline"), (join_isolated((headline.source, *tags), sep), "source")]
    if article.own_tags:
        rows.append((f"Yours: {join_isolated(article.own_tags, sep)}", "own"))
    if article.authors:
        rows.append((join_isolated(article.authors, ", "), "author"))
    published, updated = headline.published, headline.updated
    if published is not None:
        rows.append((f"Published: {clock.stamp(published, headline.zone)}", "date"))
    if updated is not None and updated != published:
        rows.append((f"Last Updated: {clock.stamp(updated, headline.zone)}", "date"))
    if published is None and updated is None:
        rows.append((f"No date given. First seen: {clock.stamp(headline.first_seen, headline.zone)}", "date"))
    rows.append((sep.join(_facts(article, document, changes)), "facts"))
    return rows


def note_rows(note: str) -> list[HeaderRow]:
    """Return the rows of the user's note, one for each line."""
    first, *others = note.splitlines() or [""]
    return [(join_isolated(("Note:", first), " "), "note"), *((line, "note") for line in others)] if first else []


def rule_rows(article: Article) -> list[HeaderRow]:
    """Return the rows with the rules that hide and highlight the article."""
    rules = ((article.muted_by, "Hidden by your rule"), (article.highlighted_by, "Highlighted by your rule"))
    return [(join_isolated((words, name), " "), "own") for name, words in rules if name]


MAX_NAMED_SOURCES = 8
"""Most sources that the header names; a large story has dozens."""


def same_story_rows(article: Article) -> list[HeaderRow]:
    """Return the row with the other sources of the same story."""
    named = [isolate(link.source) for link in article.story_links[:MAX_NAMED_SOURCES]]
    if not named:
        return []
    more = len(article.story_links) - len(named)
    return [(f"Also in {', '.join(named)}{f' and {more:,} more' if more else ''}", "also")]


def _facts(article: Article, document: Document, changes: str) -> list[str]:
    facts = [f"{article.headline.minutes} min"]
    if document.pictures:
        facts.append(format_count(len(document.pictures), "picture"))
    if article.damaged:
        facts.append("damaged")
    if article.full_text:
        facts.append("full text")
    elif article.headline.full or _is_excerpt(article, document):
        facts.append("excerpt")
    revisions = article.headline.revisions
    if revisions:
        facts.append({1: "changed once", 2: "changed twice"}.get(revisions, f"changed {revisions} times"))
    return [*facts, changes] if changes else facts


def _is_excerpt(article: Article, document: Document) -> bool:
    """Return whether a feed has so little text that the web page surely has more."""
    text = document.text.rstrip()
    return bool(article.headline.url) and (
        text.endswith(_CUT_OFF) or (not article.content and len(text) < _SHORT_SUMMARY)
    )


def article_html(article: Article) -> str:
    """Return the article's HTML with the feed's other pictures, files and link to comments."""
    html = article.html
    parts = [html]
    added = [picture for picture in article.pictures if picture.url not in html and escape(picture.url) not in html]
    figures = [_figure(picture) for picture in added]
    if figures and "<img" not in html.lower():  # the article's own picture leads a text without any
        parts.insert(0, figures.pop(0))
    parts += figures
    shown = {picture.url for picture in article.pictures}
    for enclosure in article.enclosures:
        if enclosure.url not in shown:
            name = enclosure.title or enclosure.url.rsplit("/", 1)[-1] or "file"
            facts = (enclosure.type, format_size(enclosure.length), format_duration(enclosure.duration))
            kind = ", ".join(fact for fact in facts if fact)
            parts.append(
                f'<p><a href="{escape(enclosure.url)}">{escape(name)}</a>{f" ({escape(kind)})" if kind else ""}</p>'
            )
    if article.comments:
        parts.append(f'<p><a href="{escape(article.comments)}">Comments</a></p>')
    if len(parts) > 1 and "<" not in html:  # plain text, whose line ends HTML would ignore
        parts[parts.index(html)] = "<p>" + html.replace("\n", "<br>") + "</p>"
    return "\n".join(parts)


def _figure(picture: Picture) -> str:
    caption = f"<figcaption>{escape(picture.caption)}</figcaption>" if picture.caption else ""
    return f'<figure><img src="{escape(picture.url)}">{caption}</figure>'


def remove_pictures(document: Document) -> Document:
    """Return the document without its pictures and their captions."""
    kept = tuple(block for block in document.blocks if block.kind not in ("picture", "caption"))
    return replace(document, blocks=kept, pictures=())


def format_duration(seconds: int | None) -> str:
    """Return the length of a recording, such as `24:05` or `1:02:03`; "" if unknown."""
    if not seconds:
        return ""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def format_size(length: int | None) -> str:
    """Return a file size, such as `12 MB`; "" if unknown."""
    if not length:
        return ""
    for unit, worth in (("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000)):
        if length >= worth:
            return f"{length / worth:.0f} {unit}"
    return f"{length} bytes"
