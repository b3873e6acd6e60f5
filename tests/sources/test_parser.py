"""Any bytes are parsed as a feed, or refused with a reason."""

import pytest

from roya_tui.sources.parser import NotAFeed, parse

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Daily</title><link>https://daily.example/</link>
<item><title>First</title><link>/1</link><guid>g1</guid><pubDate>Fri, 04 Jul 2025 00:16:00 +0300</pubDate></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Daily</title><link href="https://daily.example/"/>
<entry><title>First</title><link href="/1"/><id>g1</id><published>2025-07-03T21:16:00Z</published></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Daily</title><link>https://daily.example/</link></channel>
<item rdf:about="g1"><title>First</title><link>/1</link><dc:date>2025-07-03T21:16Z</dc:date></item></rdf:RDF>"""
JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "Daily", "home_page_url": "https://daily.example/",
"items": [{"id": "g1", "title": "First", "url": "/1", "content_text": "",
"date_published": "2025-07-04T00:16:00+03:00"}]}"""


@pytest.mark.parametrize(
    ("document", "format_"), [(RSS, "RSS 2.0"), (ATOM, "Atom 1.0"), (RDF, "RSS 1.0"), (JSON, "JSON Feed 1.1")]
)
def test_each_format_is_parsed_to_the_same_feed(document: str, format_: str) -> None:
    feed = parse(document.encode())
    assert (feed.format, feed.title, feed.homepage) == (format_, "Daily", "https://daily.example/")
    (entry,) = feed.entries
    assert (entry.guid, entry.title, entry.url) == ("g1", "First", "https://daily.example/1")
    assert entry.published.at == 1751577360
    assert entry.updated.at is None
    assert feed.warnings == ()


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b" \r\n\xef\xbb\xbf", "It is empty."), (b"Hello there", "It is plain text."),
        (b'<html><form><input type="password"></form>' + b"<p>News." * 9000, "It is a web page without a feed."),
        (b'<html><title>Sign in</title><input type="password">' + b"<p>Terms." * 9000, "It is a login page."),
        (b"<html><title>Human rights and robots in 500 words</title>", "It is a web page without a feed."),
        (b"<note>x</note>", "It is XML, but not a feed."), (b"[" * 100_000, "It is JSON that is nested too deeply."),
    ],
)  # fmt: skip
def test_other_documents_are_refused_with_a_reason(document: bytes, reason: str) -> None:
    with pytest.raises(NotAFeed) as raised:
        parse(document)
    assert str(raised.value) == reason
