"""Read the feeds that a web page offers, and the article on it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from msgspec import Struct

from roya_tui.model import Entry
from roya_tui.sources.compression import gunzip_if_needed
from roya_tui.sources.pages import article_page, feed_links
from roya_tui.sources.pages.feed_links import Candidate
from roya_tui.sources.sniffer import sniff

_READ_BYTES = 4 * article_page.MAX_CHARACTERS
"""Bytes of a page that are read."""
_HEAD_CHARACTERS = 20_000
_LANGUAGE = re.compile(r"<html\b[^<>]*\slang\s*=\s*[\"']?([A-Za-z]{2,3})\b", re.I)


class WebPage(Struct, frozen=True, tag=True):
    """The content of a page."""

    candidates: tuple[Candidate, ...] = ()
    article: Entry | None = None
    """The page's text, with the page's address as its id."""
    is_article: bool = False
    """Whether the page is an article: dated, and not the front page of its host."""
    language: str = ""
    is_paywalled: bool = False
    """The page declares that its article is not free, so `article` may be only a part."""
    no_article_reason: str = ""
    """What the page is instead of an article, as a sentence "It is …"."""


def read(data: bytes, *, url: str, content_type: str = "", zone: str = "", now: int | None = None) -> WebPage:
    """Read the page `data` at `url`. The arguments are those of `sniff` and `article_page.extract`."""
    document = sniff(gunzip_if_needed(data)[0][:_READ_BYTES], content_type)
    if document.kind != "html":
        return WebPage(no_article_reason=document.description)
    candidates = tuple(feed_links.find_candidates(document.text, url))
    found = _LANGUAGE.search(document.text[:_HEAD_CHARACTERS])
    language = found[1].lower() if found else ""
    try:
        article, is_paywalled = article_page.extract(document, url=url, zone=zone, now=now)
    except article_page.NotAnArticle as error:
        return WebPage(candidates, language=language, no_article_reason=str(error))
    is_front_page = urlsplit(url).path in ("", "/") and not urlsplit(url).query
    is_article = article.published.at is not None and not is_front_page
    return WebPage(candidates, article, is_article, language, is_paywalled)
