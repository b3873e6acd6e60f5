"""What a web page has for someone who named its address: the feeds it offers, and the article that it is."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from msgspec import Struct

from roya_tui.model import Entry
from roya_tui.sources.compression import gunzip_if_needed
from roya_tui.sources.pages import article_page, feed_links
from roya_tui.sources.pages.article_page import ArticlePage, NotAnArticle
from roya_tui.sources.pages.feed_links import Candidate
from roya_tui.sources.sniffer import sniff

_READ_BYTES = 4 * article_page.MAX_CHARACTERS
"""Bytes of a page that are read."""
_HEAD_BYTES = 20_000
_LANGUAGE = re.compile(rb"<html\b[^<>]*\slang\s*=\s*[\"']?([A-Za-z]{2,3})\b", re.I)


class WebPage(Struct, frozen=True):
    """What a page has. `article` is the page's text as an entry whose identity is the page's address."""

    candidates: tuple[Candidate, ...] = ()
    article: Entry | None = None
    is_article: bool = False
    """Whether the page is one article's: it is not the front page of its host, and says when it was published."""
    language: str = ""
    is_paywalled: bool = False
    """The page says that its article is not free: what it shows may be a part."""
    no_article_reason: str = ""
    """What it is where it is no article, in words that end a sentence "This is …"."""


def read(data: bytes, *, url: str, content_type: str = "", zone: str = "", now: int | None = None) -> WebPage:
    """Return what the page `data` at `url` has. Arguments are as for `article_page.read`. No I/O."""
    data = gunzip_if_needed(data)[0][:_READ_BYTES]
    document = sniff(data, content_type)
    if document.kind != "html":
        return WebPage(no_article_reason=document.description)
    candidates = tuple(feed_links.find_candidates(data, url, content_type))
    found = _LANGUAGE.search(data[:_HEAD_BYTES])
    language = found[1].decode().lower() if found else ""
    try:
        page = article_page.extract(data, url=url, content_type=content_type, zone=zone, now=now)
    except NotAnArticle as other:
        return WebPage(candidates, language=language, no_article_reason=str(other))
    front = urlsplit(url).path in ("", "/") and not urlsplit(url).query
    surely = page.published.at is not None and not front
    return WebPage(candidates, _to_entry(page, url), surely, language, page.is_paywalled)


def _to_entry(page: ArticlePage, url: str) -> Entry:
    return Entry(
        guid=url,
        url=url,
        title=page.title,
        authors=page.authors,
        published=page.published,
        updated=page.updated,
        tags=page.tags,
        content=page.html,
        language=page.language,
        pictures=page.pictures,
    )
