"""Invented articles as RSS documents, for programs that only read feeds."""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import formatdate
from xml.sax.saxutils import escape

from roya_tui.model import Entry


def rss(title: str, link: str, entries: Iterable[Entry]) -> str:
    """One RSS 2.0 document with whole articles in it."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{escape(title)}</title><link>{escape(link)}</link>{''.join(map(_item, entries))}</channel></rss>\n"
    )


def _item(entry: Entry) -> str:
    tags = "".join(f"<category>{escape(tag)}</category>" for tag in entry.tags)
    return (
        f'<item><guid isPermaLink="false">{escape(entry.guid)}</guid><link>{escape(entry.url)}</link>'
        f"<title>{escape(entry.title)}</title><pubDate>{formatdate(entry.published.at)}</pubDate>{tags}"
        f"<description>{escape(entry.summary)}</description>"
        f"<content:encoded>{escape(entry.content)}</content:encoded></item>\n"
    )
