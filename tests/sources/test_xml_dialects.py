"""The dialects of RSS and Atom, and namespaces."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from roya_tui.model import Entry
from roya_tui.sources.parser import parse

SPACES = 'xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
Entries = Callable[..., Entry]


# --- dialects ---


@pytest.mark.parametrize(
    ("root", "format_"),
    [
        ('<rss version="2.0">', "RSS 2.0"),
        ('<rss version="0.91">', "RSS 0.91"),
        ("<rss version='0.92'>", "RSS 0.92"),
        ("<rss>", "RSS"),
        ('<RSS VERSION="2.0">', "RSS 2.0"),
        ('<rss xmlns="http://backend.userland.com/rss2" version="2.0">', "RSS 2.0"),
        (f'<rdf:RDF {RDF} xmlns="http://purl.org/rss/1.0/">', "RSS 1.0"),
        (f'<rdf:RDF {RDF} xmlns="http://my.netscape.com/rdf/simple/0.9/">', "RSS 0.90"),
        (f'<rdf:RDF {RDF} xmlns="http://channel.netscape.com/rdf/simple/0.9/">', "RSS 0.90"),
        ('<feed xmlns="http://www.w3.org/2005/Atom">', "Atom 1.0"),
        ('<feed version="0.3" xmlns="http://purl.org/atom/ns#">', "Atom 0.3"),
        ('<a:feed xmlns:a="http://www.w3.org/2005/Atom" xmlns="http://www.w3.org/2005/Atom">', "Atom 1.0"),
    ],
)  # fmt: skip
def test_dialects(root: str, format_: str) -> None:
    name = root[1:-1].split()[0]
    kind = "entry" if "feed" in name else "item"
    end = f"</{name}>"
    feed = parse(f"{root}<title>F</title><{kind}><title>T</title></{kind}>{end}".encode())
    assert (feed.format, [one.title for one in feed.entries]) == (format_, ["T"])


def test_atom_0_3() -> None:
    feed = parse(
        b"""<feed version="0.3" xmlns="http://purl.org/atom/ns#">
        <title mode="escaped" type="text/html">A &lt;b&gt;b&lt;/b&gt;</title>
        <tagline>Tag</tagline><link rel="alternate" type="text/html" href="https://site.example/"/>
        <entry><title>T</title><id>1</id><issued>2025-07-03T21:16:00Z</issued><modified>2025-07-03T21:17:00Z</modified>
        <created>2020-01-01T00:00:00Z</created><content type="text/html" mode="escaped">&lt;p&gt;x&lt;/p&gt;</content>
        <summary type="text/plain" mode="base64">aGVsbG8=</summary></entry></feed>"""
    )
    assert (feed.title, feed.description, feed.homepage) == ("A b", "Tag", "https://site.example/")
    (one,) = feed.entries
    assert (one.published.at, one.updated.at, one.content, one.summary) == (
        1751577360,
        1751577420,
        "<p>x</p>",
        "<p>hello</p>",
    )


def test_rdf() -> None:
    feed = parse(
        b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>F</title><link>https://site.example/</link>
        <description>D</description><dc:language>de</dc:language>
        <items><rdf:Seq><rdf:li rdf:resource="1"/></rdf:Seq></items></channel>
        <image><title>I</title><url>/i.png</url><link>https://i.example/</link></image>
        <item rdf:about="https://site.example/about"><title>T</title><link>/1</link><dc:creator>Ann</dc:creator></item></rdf:RDF>"""
    )
    assert (feed.title, feed.homepage, feed.language, feed.icon) == (
        "F",
        "https://site.example/",
        "de",
        "https://site.example/i.png",
    )
    (one,) = feed.entries
    assert (one.guid, one.url, one.authors) == ("https://site.example/about", "https://site.example/1", ("Ann",))


def test_channel_definition_format() -> None:
    feed = parse(
        b"""<CHANNEL HREF="https://site.example/" LASTMOD="2001-01-01">
        <TITLE>Old channel</TITLE><ABSTRACT>Of old</ABSTRACT>
        <ITEM HREF="/1" LASTMOD="2001-02-03T04:05"><TITLE>One</TITLE><ABSTRACT>First</ABSTRACT></ITEM></CHANNEL>"""
    )
    assert (feed.title, feed.homepage, feed.description) == ("Old channel", "https://site.example/", "Of old")
    (one,) = feed.entries
    assert (one.title, one.url, one.summary) == ("One", "https://site.example/1", "First")
    assert one.updated.at == 981173100


def test_a_namespace_may_have_any_prefix_and_case() -> None:
    data = b"""<rss version="2.0" xmlns:d="http://purl.org/dc/elements/1.1/" xmlns:C="https://purl.org/rss/1.0/modules/content/">
    <channel><item><D:x xmlns:D="urn:x"/><d:creator>Ann</d:creator><C:encoded>text</C:encoded></item></channel></rss>"""
    (one,) = parse(data).entries
    assert (one.authors, one.content) == (("Ann",), "text")


def test_elements_that_nobody_knows_do_no_harm(item: Entries) -> None:
    one = item(
        """<links a="1">x</links><tags b="2"/><authors>x</authors>
        <entries c="1"/><permalink>x</permalink><base d="x">y</base>
        <psc:chapters><psc:chapter/></psc:chapters><georss:point>abc</georss:point><podcast:person>Bo</podcast:person>
        <title>T</title><link>/1</link>"""
    )
    assert (one.title, one.url, one.tags, one.authors) == ("T", "https://site.example/1", (), ())


@pytest.mark.parametrize(
    "inside",
    [
        "<author><source><name>x</name></source></author>",
        "<image><item><url>/x.png</url></item></image>",
        "<source><author>x</author></source><name>y</name><url>z</url>",
        "<media:content><source/><media:title>x</media:title></media:content>",
        "<itunes:keywords><title>x</title></itunes:keywords>",
        "<category><category><category>x</category></category></category>",
        "<guid><link>x</link></guid><link><guid>y</guid></link>",
        "<textinput><image><title>x</title></image></textinput>",
        "<channel/><feed/><entry/><rss/>",
        "<content type='xhtml'><item/><channel/></content><title/>",
    ],
)
def test_elements_in_odd_places_do_no_harm(inside: str) -> None:
    before, after = "<item><title>Before</title></item>", "<item><title>After</title></item>"
    data = f"<rss {SPACES}><channel>{before}<item>{inside}</item>{after}</channel></rss>"
    found = [entry.title for entry in parse(data.encode()).entries]
    assert (found[0], found[-1]) == ("Before", "After")
