"""An article as it leaves the program: what is told of it, and its text."""

from __future__ import annotations

from msgspec import Struct

from roya_tui.model import Article
from roya_tui.reading.blocks import Document
from roya_tui.reading.clock import Clock
from roya_tui.reading.document import document
from roya_tui.reading.head import head, whole
from roya_tui.reading.links import link_address


class Chapter(Struct, frozen=True):
    """One article to be written, in whatever form."""

    document: Document
    title: str = ""
    facts: tuple[str, ...] = ()
    """Its source, tags, authors and times, a line each, with names isolated."""
    url: str = ""
    """An http(s) or mailto address, or ""."""
    language: str = ""
    authors: tuple[str, ...] = ()
    source: str = ""


def chapter(article: Article, clock: Clock, dot: str = "·") -> Chapter:
    """Return an article with its head, dates as `clock` writes them, `dot` between what stands in one line."""
    headline = article.headline
    text = document(whole(article), headline.url)
    title, *facts = (words for words, style in head(article, text, clock, dot) if style != "own")
    url = link_address(headline.url)
    return Chapter(text, title, tuple(facts), url, headline.language, article.authors, headline.source)
