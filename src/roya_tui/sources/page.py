"""What a web page has for someone who named its address: the feeds it offers, and the article that it is."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from roya_tui.model import Entry
from roya_tui.sources import article_page, discover
from roya_tui.sources.article_page import ArticlePage, NotAnArticle
from roya_tui.sources.discover import Candidate


@dataclass(frozen=True, slots=True)
class WebPage:
    """What a page has. `article` is the page's text as an entry whose identity is the page's address."""

    candidates: tuple[Candidate, ...] = ()
    article: Entry | None = None
    surely_article: bool = False
    """Whether the page is one article's: it is not the front page of its host, and says when it was published."""


def read(data: bytes, *, url: str, content_type: str = "", zone: str = "", now: int | None = None) -> WebPage:
    """Return what the page `data` at `url` has. Arguments are as for `article_page.read`. No I/O."""
    candidates = tuple(discover.candidates(data, url, content_type))
    try:
        page = article_page.read(data, url=url, content_type=content_type, zone=zone, now=now)
    except NotAnArticle:
        return WebPage(candidates)
    front = urlsplit(url).path in ("", "/") and not urlsplit(url).query
    return WebPage(candidates, _entry(page, url), page.published.at is not None and not front)


def _entry(page: ArticlePage, url: str) -> Entry:
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
