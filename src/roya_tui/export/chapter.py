"""An article prepared for export: its document and metadata."""

from __future__ import annotations

from msgspec import Struct

from roya_tui.clock import Clock
from roya_tui.document.blocks import Document
from roya_tui.document.links import resolve_link_url
from roya_tui.document.parser import parse_html
from roya_tui.layout.article_page import article_html, header_rows
from roya_tui.model import Article


class Chapter(Struct, frozen=True):
    """An article to export in any format."""

    document: Document
    title: str = ""
    facts: tuple[str, ...] = ()
    """Source, tags, authors and times, a line each, with names in directional isolates."""
    url: str = ""
    """An http(s) or mailto address, or ""."""
    language: str = ""
    authors: tuple[str, ...] = ()
    source: str = ""


def make_chapter(article: Article, clock: Clock, separator: str = "·") -> Chapter:
    """Return a chapter for an article; `separator` is written between facts in one line."""
    headline = article.headline
    text = parse_html(article_html(article), headline.url)
    title, *facts = (words for words, style in header_rows(article, text, clock, separator) if style != "own")
    url = resolve_link_url(headline.url)
    return Chapter(text, title, tuple(facts), url, headline.language, article.authors, headline.source)
