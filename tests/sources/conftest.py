"""Fixtures that read a piece of XML as a feed or an entry."""

from collections.abc import Callable

import pytest

from roya_tui.model import Entry, Feed
from roya_tui.sources.parser import parse

ADDRESS = "https://feed.example/rss"
SPACES = """xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/"
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"
xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"
xmlns:thr="http://purl.org/syndication/thread/1.0" xmlns:georss="http://www.georss.org/georss"
xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:wfw="http://wellformedweb.org/CommentAPI/"
xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:psc="http://podlove.org/simple-chapters" """


def _channel(inside: str) -> Feed:
    feed = parse(f'<rss version="2.0" {SPACES}><channel>{inside}</channel></rss>'.encode(), url=ADDRESS)
    assert feed.warnings == ()
    return feed


def _atom(inside: str, attributes: str = "") -> Feed:
    feed = parse(f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}>{inside}</feed>'.encode(), url=ADDRESS)
    assert feed.warnings == ()
    return feed


@pytest.fixture
def channel() -> Callable[[str], Feed]:
    """The inside of an RSS channel → its feed, at https://feed.example/rss."""
    return _channel


@pytest.fixture
def item() -> Callable[..., Entry]:
    """The inside of an RSS item, and the part of the channel before it → its entry."""

    def read(inside: str, before: str = "<link>https://site.example/</link>") -> Entry:
        (entry,) = _channel(f"{before}<item>{inside}</item>").entries
        return entry

    return read


@pytest.fixture
def atom() -> Callable[..., Feed]:
    """The inside of an Atom feed, and its attributes → the feed."""
    return _atom


@pytest.fixture
def entry() -> Callable[..., Entry]:
    """The inside of an Atom entry, the part of the feed before it, and the feed's attributes → the entry."""

    def read(inside: str, before: str = '<link href="https://site.example/"/>', attributes: str = "") -> Entry:
        (found,) = _atom(f"{before}<entry>{inside}</entry>", attributes).entries
        return found

    return read
