"""Identifiers and addresses of entries in XML feeds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from roya_tui.model import Entry
from roya_tui.sources import html_fragments

Entries = Callable[..., Entry]


@pytest.mark.parametrize(
    ("guid", "found", "url"),
    [
        ("<guid>abc 1</guid>", "abc 1", ""),
        ('<guid isPermaLink="false">/rel/1</guid>', "/rel/1", ""),
        ("<guid>https://site.example/1</guid>", "https://site.example/1", "https://site.example/1"),
        ('<guid isPermaLink="true">https://site.example/1</guid>', "https://site.example/1", "https://site.example/1"),
        ('<guid isPermaLink="True">https://site.example/1</guid>', "https://site.example/1", "https://site.example/1"),
        ('<guid isPermaLink="false">https://site.example/1</guid>', "https://site.example/1", ""),
        ("<guid>/1</guid>", "/1", "https://site.example/1"), ("<guid>  1\n</guid>", "1", ""),
        ('<guid isPermaLink="true">rel/1</guid>', "rel/1", "https://site.example/rel/1"),
        ("<guid>rel/1</guid>", "rel/1", ""), ("<guid><![CDATA[a&b]]></guid>", "a&b", ""),
        ("<guid>HTTP:///Odd//..//x</guid>", "HTTP:///Odd//..//x", ""),
        ("<guid></guid>", "", ""), ("", "", ""),
    ],
)  # fmt: skip
def test_guid_is_read_as_written(item: Entries, guid: str, found: str, url: str) -> None:
    one = item(guid)
    assert (one.guid, one.url) == (found, url)


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
def test_link_of_an_item_is_read(item: Entries, inside: str, url: str) -> None:
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
def test_link_of_an_atom_entry_is_read(entry: Entries, inside: str, url: str) -> None:
    assert entry(inside).url == url


@pytest.mark.parametrize(
    ("tag", "start"),
    [
        ('<a href="b">', "https://site.example/n/b"), ("<a href='../b'>", "https://site.example/b"),
        ("<A HREF=b>", "https://site.example/n/b"), ('<img src = "/b">', "https://site.example/b"),
        ("<video\nposter\n=\n'?b'>", "https://site.example/n/?b"),
        ("<q cite=b >", "https://site.example/n/b"), ('<a href="\'b">', "https://site.example/n/"),
        ('<a class="href=#" href="httpsb">', "https://site.example/n/httpsb"),
        ('<a href=" https://other.example/">', '"https://other.example/'),
    ],
)  # fmt: skip
def test_address_in_a_text_is_found_in_any_notation(tag: str, start: str) -> None:
    assert start in html_fragments.clean_body(tag, ("https://site.example/n/",))
