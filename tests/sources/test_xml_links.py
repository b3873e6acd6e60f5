"""What identifies an entry of an XML feed, and where it leads."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from roya_tui.model import Entry, Feed
from roya_tui.sources import html_fragments

Entries = Callable[..., Entry]
Feeds = Callable[..., Feed]


# --- identity ---


@pytest.mark.parametrize(
    ("guid", "found", "url"),
    [
        ("<guid>abc 1</guid>", "abc 1", ""),
        ('<guid isPermaLink="false">/rel/1</guid>', "/rel/1", ""),
        ("<guid>https://site.example/1</guid>", "https://site.example/1", "https://site.example/1"),
        ('<guid isPermaLink="true">https://site.example/1</guid>', "https://site.example/1", "https://site.example/1"),
        ('<guid isPermaLink="True">https://site.example/1</guid>', "https://site.example/1", "https://site.example/1"),
        ('<guid isPermaLink="false">https://site.example/1</guid>', "https://site.example/1", ""),
        ("<guid>/1</guid>", "/1", "https://site.example/1"),
        ("<guid>  1\n</guid>", "1", ""),
        ('<guid isPermaLink="true">rel/1</guid>', "rel/1", "https://site.example/rel/1"),
        ("<guid>rel/1</guid>", "rel/1", ""),
        ("<guid><![CDATA[a&b]]></guid>", "a&b", ""),
        ("<guid>HTTP:///Odd//..//x</guid>", "HTTP:///Odd//..//x", ""),
        ("<guid></guid>", "", ""),
        ("", "", ""),
    ],
)
def test_guids_stay_as_they_are_written(item: Entries, guid: str, found: str, url: str) -> None:
    one = item(guid)
    assert (one.guid, one.url) == (found, url)


@pytest.mark.parametrize("guid", ["tag:x,2025:1", "urn:uuid:1", "rel/1", "../1", "?p=1"])
def test_atom_ids_are_never_resolved(entry: Entries, guid: str) -> None:
    assert entry(f"<id>{guid}</id>", attributes='xml:base="https://base.example/"').guid == guid


def test_entries_that_share_an_id_both_come_through(channel: Feeds) -> None:
    feed = channel("<item><guid>1</guid></item><item><guid>1</guid></item>")
    assert [one.guid for one in feed.entries] == ["1", "1"]


# --- links ---


@pytest.mark.parametrize(
    ("inside", "url"),
    [
        ("<link>https://site.example/1</link>", "https://site.example/1"),
        ("<link>\n https://site.example/1 \n</link>", "https://site.example/1"),
        ("<link><![CDATA[https://site.example/?a=1&b=2]]></link>", "https://site.example/?a=1&b=2"),
        ("<link>https://site.example/?a=1&amp;lang=en&amp;copy=2</link>", "https://site.example/?a=1&lang=en&copy=2"),
        ("<link>/1</link>", "https://site.example/1"),
        ("<link>//cdn.example/1</link>", "https://cdn.example/1"),
        ('<link>/1</link><atom:link href="https://stray.example/"/>', "https://site.example/1"),
        ('<atom:link href="https://stray.example/"/><link>/1</link>', "https://site.example/1"),
        ('<atom:link rel="self" href="https://site.example/self"/><link>/1</link>', "https://site.example/1"),
        ('<atom:link rel="self" href="https://site.example/self"/>', ""),
        ('<atom:link rel="alternate" href="/1"/><guid>https://site.example/guid</guid>', "https://site.example/1"),
        ('<link/><guid isPermaLink="true">https://site.example/g</guid>', "https://site.example/g"),
        ("<link>javascript:alert(1)</link>", ""),
        ("<link>javascript:alert(1)</link><guid>https://site.example/g</guid>", "https://site.example/g"),
        ("<link>file:///etc/passwd</link>", ""),
        ("<link>data:text/html,x</link>", ""),
        ('<link href="/1"/>', "https://site.example/1"),
        ('<media:content url="/v.mp4"><media:player url="/play"/></media:content>', "https://site.example/play"),
        ("<feedburner:origLink>https://site.example/o</feedburner:origLink>", "https://site.example/o"),
    ],
)
def test_the_link_of_an_item(item: Entries, inside: str, url: str) -> None:
    assert item(inside).url == url


@pytest.mark.parametrize(
    ("inside", "url"),
    [
        ('<link href="/1"/>', "https://site.example/1"),
        ('<link rel="self" href="/s"/><link rel="alternate" type="text/html" href="/1"/>', "https://site.example/1"),
        ('<link type="application/pdf" href="/p"/><link type="text/html" href="/1"/>', "https://site.example/1"),
        ('<link type="application/pdf" href="/p"/>', "https://site.example/p"),
        ('<link rel="enclosure" href="/e"/><link rel="replies" href="/r"/><link href="/1"/>', "https://site.example/1"),
        ('<link rel="Alternate" href="/1"/>', "https://site.example/1"),
        ('<link rel="edit" href="/e"/><id>https://site.example/id</id>', "https://site.example/id"),
        ('<link rel="http://www.iana.org/assignments/relation/alternate" href="/1"/>', "https://site.example/1"),
        ('<content src="/c" type="text/html"/>', "https://site.example/c"),
        ("<id>urn:1</id>", ""),
    ],
)
def test_the_link_of_an_atom_entry(entry: Entries, inside: str, url: str) -> None:
    assert entry(inside).url == url


def test_relative_links_are_resolved_against_base_then_feed_link_then_feed_address(entry: Entries) -> None:
    link = '<link href="x"/>'
    home = '<link href="https://site.example/dir/"/>'
    assert entry(link, home, 'xml:base="https://base.example/dir/"').url == "https://base.example/dir/x"
    assert entry(link, home, 'xml:base="sub/"').url == "https://feed.example/sub/x"
    assert entry(link, home).url == "https://site.example/dir/x"
    assert entry(link, "").url == "https://feed.example/x"
    assert entry('<link xml:base="https://own.example/" href="x"/>', home).url == "https://own.example/x"


def test_a_base_ends_with_its_element(atom: Feeds) -> None:
    one = '<entry xml:base="https://one.example/"><link href="x"/></entry>'
    first, second = atom(one + '<entry><link href="x"/></entry>').entries
    assert (first.url, second.url) == ("https://one.example/x", "https://feed.example/x")


def test_addresses_in_a_text_are_made_absolute(item: Entries) -> None:
    one = item(
        """<link>https://site.example/news/1</link><description><![CDATA[
        <a href="/a">a</a> <a href='b?x=1&amp;y=2'>b</a> <img src=c.png>
        <a href="#d">d</a> <a href="mailto:x@y.example">e</a>
        <a href="javascript:alert(1)">f</a> href="/not-a-link"]]></description>"""
    )
    for part in (
        '<a href="https://site.example/a">',
        '<a href="https://site.example/b?x=1&amp;y=2">',
        '<img src="https://site.example/c.png">',
        '<a href="#d">',
        '<a href="mailto:x@y.example">',
        ' href="/not-a-link"',
    ):
        assert part in one.summary


@pytest.mark.parametrize(
    ("tag", "start"),
    [
        ('<a href="b">', "https://site.example/n/b"),
        ("<a href='../b'>", "https://site.example/b"),
        ("<A HREF=b>", "https://site.example/n/b"),
        ('<img src = "/b">', "https://site.example/b"),
        ("<video\nposter\n=\n'?b'>", "https://site.example/n/?b"),
        ("<q cite=b >", "https://site.example/n/b"),
        ('<a href="\'b">', "https://site.example/n/"),
        ('<a class="href=#" href="httpsb">', "https://site.example/n/httpsb"),
        ('<a href=" https://other.example/">', '"https://other.example/'),
    ],
)
def test_an_address_is_made_absolute_however_it_is_written(tag: str, start: str) -> None:
    assert start in html_fragments.clean_body(tag, ("https://site.example/n/",))


def test_a_text_has_a_base_of_its_own(entry: Entries) -> None:
    one = entry('<content type="html" xml:base="https://text.example/dir/">&lt;a href="x"&gt;x&lt;/a&gt;</content>')
    assert one.content == '<a href="https://text.example/dir/x">x</a>'


def test_comments(item: Entries, entry: Entries) -> None:
    assert item("<comments>/1#c</comments>").comments == "https://site.example/1#c"
    assert item("<comments>Nice work indeed</comments>").comments == ""
    assert item("<slash:comments>12</slash:comments><wfw:commentRss>/rss</wfw:commentRss>").comments == ""
    replies = (
        '<link rel="replies" type="application/atom+xml" href="/f"/><link rel="replies" type="text/html" href="/r"/>'
    )
    assert entry(replies).comments == "https://site.example/r"
    assert entry('<link rel="replies" href="/f"/>').comments == ""
