"""Dialects of RSS and Atom, and namespaces."""

from collections.abc import Callable

import pytest

from roya_tui.model import Entry
from roya_tui.sources.parser import parse

SPACES = 'xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
Entries = Callable[..., Entry]


@pytest.mark.parametrize(
    ("root", "format_"),
    [
        ('<rss version="2.0">', "RSS 2.0"), ('<rss version="0.91">', "RSS 0.91"),
        ("<rss version='0.92'>", "RSS 0.92"), ("<rss>", "RSS"), ('<RSS VERSION="2.0">', "RSS 2.0"),
        ('<rss xmlns="http://backend.userland.com/rss2" version="2.0">', "RSS 2.0"),
        (f'<rdf:RDF {RDF} xmlns="http://purl.org/rss/1.0/">', "RSS 1.0"),
        (f'<rdf:RDF {RDF} xmlns="http://my.netscape.com/rdf/simple/0.9/">', "RSS 0.90"),
        (f'<rdf:RDF {RDF} xmlns="http://channel.netscape.com/rdf/simple/0.9/">', "RSS 0.90"),
        ('<feed xmlns="http://www.w3.org/2005/Atom">', "Atom 1.0"),
        ('<feed version="0.3" xmlns="http://purl.org/atom/ns#">', "Atom 0.3"),
        ('<a:feed xmlns:a="http://www.w3.org/2005/Atom" xmlns="http://www.w3.org/2005/Atom">', "Atom 1.0"),
    ],
)  # fmt: skip
def test_dialect_is_recognized(root: str, format_: str) -> None:
    name = root[1:-1].split()[0]
    kind = "entry" if "feed" in name else "item"
    end = f"</{name}>"
    feed = parse(f"{root}<title>F</title><{kind}><title>T</title></{kind}>{end}".encode())
    assert (feed.format, [one.title for one in feed.entries]) == (format_, ["T"])


def test_unknown_elements_are_ignored(item: Entries) -> None:
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
def test_misplaced_elements_do_no_harm(inside: str) -> None:
    before, after = "<item><title>Before</title></item>", "<item><title>After</title></item>"
    data = f"<rss {SPACES}><channel>{before}<item>{inside}</item>{after}</channel></rss>"
    found = [entry.title for entry in parse(data.encode()).entries]
    assert (found[0], found[-1]) == ("Before", "After")
