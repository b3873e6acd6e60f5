"""Show a linked page as an article without subscribing to or saving it."""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec

from roya_tui.model import Article, Entry, Headline


def decode_entry(json: str) -> Entry:
    """Decode an entry that another process wrote as JSON."""
    return msgspec.json.decode(json, type=Entry)


def make_article(page: Entry, id: int, minutes: int, now: int) -> Article:
    """Return a page as an article whose source is its site; `id` must not be in the database."""
    site = urlsplit(page.url).hostname or page.url
    headline = Headline(
        id=id,
        source_id=0,
        source=site.removeprefix("www."),
        title=page.title or page.url,
        at=page.published.at or now,
        published=page.published.at,
        updated=page.updated.at,
        first_seen=now,
        author=", ".join(page.authors),
        url=page.url,
        language=page.language,
        unread=False,
        minutes=minutes,
        pictures=len(page.pictures),
    )
    return Article(headline, authors=page.authors, tags=page.tags, content=page.content, pictures=page.pictures)
