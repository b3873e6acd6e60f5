"""Documents made to hurt, each of any size: what `hostile` measures at 50 MB, and the test suite reads small.

Each is named after what it does. The functions take about how many bytes are wanted.
"""

from __future__ import annotations

import base64
import gzip
import zlib
from collections.abc import Callable

Make = Callable[[int], bytes]

RSS = b'<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
ITEM = b"<item><title>A %d</title><guid>%d</guid><link>http://a.example/%d</link></item>"
END = b"</channel></rss>"
SHORT = b"<item><title>A</title><guid>1</guid></item>"
JSON_FEED = b'{"version":"https://jsonfeed.org/version/1.1","title":"F","items":['
PAGE = b"<!DOCTYPE html><html><head><title>A page</title></head><body><h1>A page</h1>"


def times(piece: bytes, size: int) -> bytes:
    """Return `piece` so often that it makes about `size` bytes."""
    return piece * max(1, size // len(piece))


def numbered(piece: bytes, size: int) -> bytes:
    """Return `piece` with a number at each %d, so often that it makes about `size` bytes."""
    places = piece.count(b"%d")
    return b"".join(piece % ((n,) * places) for n in range(max(1, size // (len(piece) + 4 * places))))


def in_channel(inside: Make, before: bytes = RSS, after: bytes = END) -> Make:
    return lambda size: before + inside(size) + after


def in_item(name: bytes, inside: Make, before: bytes = RSS) -> Make:
    """An RSS item with one element, whose inside is made."""
    return in_channel(lambda size: b"<item><title>A</title><%b>%b</%b></item>" % (name, inside(size), name), before)


def again(piece: bytes) -> Make:
    return lambda size: times(piece, size)


def counted(piece: bytes) -> Make:
    return lambda size: numbered(piece, size)


def deep(start: bytes, end: bytes = b"") -> Make:
    """Elements in elements; without `end` they are never closed."""

    def make(size: int) -> bytes:
        levels = size // (len(start) + len(end))
        return start * levels + end * levels

    return make


def doctype(inside: bytes, reference: bytes) -> Make:
    """A document type, and as many references to what it declares as there is room for."""
    return in_item(b"description", again(reference), b"<!DOCTYPE rss [" + inside + b"]>" + RSS.partition(b"?>")[2])


def coded(encoding: str, make: Make) -> Make:
    return lambda size: make(size // len("x".encode(encoding))).decode().encode(encoding)


def packed(make: Make, times_over: int = 1) -> Make:
    def nested(size: int) -> bytes:
        data = make(size)
        for _ in range(times_over):
            data = gzip.compress(data, 6)
        return data

    return nested


LAUGHS = b'<!ENTITY l0 "ha">' + b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 20))
FEEDS: dict[str, Make] = {
    # Entities
    "billion laughs": doctype(LAUGHS, b"&l19;"),
    "parameter entities": doctype(
        b'<!ENTITY % a "ha"><!ENTITY % b "%a;%a;%a;%a;"><!ENTITY % c "%b;%b;%b;%b;"><!ENTITY d "%c;"> %c;', b"&d;"
    ),
    "quadratic blow-up": lambda size: doctype(b'<!ENTITY a "' + b"x" * (size // 2) + b'">', b"&a;")(size // 2),
    "small entity, millions of times": doctype(b'<!ENTITY a "%b">' % (b"x" * 90), b"&a;"),
    "external entity": doctype(b'<!ENTITY a SYSTEM "file:///etc/passwd">', b"&a;"),
    "external document type": in_channel(
        again(SHORT), b'<!DOCTYPE rss SYSTEM "http://a.example/x.dtd">' + RSS.partition(b"?>")[2]
    ),
    "a million entities declared": lambda size: doctype(numbered(b'<!ENTITY e%d "x">', size), b"&e1;")(1000),
    "document type without end": lambda size: b"<!DOCTYPE rss [" + times(b"<!ENTITY ", size),
    "named references": in_item(b"description", again(b"&eacute;&nope;&amp;&#65;&#x202e;&#0;")),
    # Depth
    "elements a million deep": in_channel(deep(b"<a>", b"</a>")),
    "elements never closed": in_channel(deep(b"<a>")),
    "ends without beginnings": in_channel(deep(b"</a>")),
    "items in items": in_channel(deep(b"<item>", b"</item>")),
    "items never closed": in_channel(deep(b"<item><title>x")),
    "descriptions never closed": in_channel(deep(b"<description>")),
    "xhtml a million deep": lambda size: (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title><content type="xhtml">'
        + deep(b"<div>", b"</div>")(size)
        + b"</content></entry></feed>"
    ),
    "html a million deep": in_item(b"description", again(b"&lt;div&gt;")),
    "html in CDATA a million deep": in_item(
        b"description", lambda size: b"<![CDATA[" + deep(b"<div>", b"</div>")(size) + b"]]>"
    ),
    # Many
    "items of nothing": in_channel(again(b"<item/>")),
    "100,000 items and more": in_channel(counted(ITEM)),
    "500,000 items, the same": in_channel(again(SHORT)),
    "large items": in_channel(
        lambda size: numbered(
            b"<item><title>A %d</title><guid>%d</guid><description>"
            + b"&lt;p&gt;Some words of a text, with &lt;b&gt;more&lt;/b&gt; of them.&lt;/p&gt; " * 28
            + b"</description></item>",
            size,
        )
    ),
    "large items with content": in_channel(
        lambda size: numbered(
            b"<item><title>A %d</title><guid>%d</guid><content:encoded><![CDATA["
            + b"<p>Some words of a text, with <b>more</b> of <a href='/x'>them</a>.</p> " * 28
            + b"</content:encoded></item>".replace(b"</c", b"]]></c"),
            size,
        )
    ),
    "categories": in_channel(lambda size: b"<item>" + numbered(b"<category>c %d</category>", size) + b"</item>"),
    "authors": in_channel(lambda size: b"<item>" + numbered(b"<author>a%d@a.example (A)</author>", size) + b"</item>"),
    "titles": in_channel(lambda size: b"<item>" + numbered(b"<title>t %d</title>", size) + b"</item>"),
    "contents": in_channel(
        lambda size: b"<item>" + numbered(b"<content:encoded>t %d</content:encoded>", size) + b"</item>"
    ),
    "links": in_channel(lambda size: b"<item>" + numbered(b'<link href="/%d"/>', size) + b"</item>"),
    "enclosures": in_channel(lambda size: b"<item>" + numbered(b'<enclosure url="/%d.mp3"/>', size) + b"</item>"),
    "elements unknown, each of another name": in_channel(counted(b"<n%d/>")),
    "attributes of one element": in_channel(lambda size: b"<item " + numbered(b'a%d="1" ', size) + b"/>"),
    "namespaces": in_channel(
        lambda size: b"<item " + numbered(b'xmlns:n%d="urn:%d" ', size) + b"><title>A</title></item>"
    ),
    "namespaces, each in an element": in_channel(counted(b'<n%d:a xmlns:n%d="urn:%d"/>')),
    "prefixes undeclared": in_channel(counted(b"<n%d:a/>")),
    "the same attribute": in_channel(lambda size: b"<item " + times(b'a="1" ', size) + b"/>"),
    "bases in one another": in_channel(lambda size: times(b'<a xml:base="../x/">' * 100 + b"</a>" * 100, size)),
    "sources of entries": in_channel(
        lambda size: b"<item>" + numbered(b"<source><title>t %d</title></source>", size) + b"</item>"
    ),
    # One thing, huge
    "one text": in_item(b"description", again(b"words and more of them ")),
    "one text without blanks": in_item(b"description", again(b"x")),
    "one text of an emoji and ASCII": in_item(
        b"description", lambda size: "\N{ELEPHANT}".encode() + times(b"word ", size)
    ),
    "one text of emoji": in_item(b"description", again("\N{ELEPHANT}".encode())),
    "one text in Arabic": in_item(b"description", again("كلمات كثيرة ".encode())),
    "one text in Chinese": in_item(b"description", again("很多字".encode())),
    "one text of marks": in_item(b"description", again("\u0301".encode())),
    "one title": in_item(b"title", again(b"words ")),
    "one CDATA section": in_item(b"description", lambda size: b"<![CDATA[" + times(b"words ", size) + b"]]>"),
    "one attribute": in_channel(lambda size: b'<item a="' + times(b"words ", size) + b'"/>'),
    "one link": in_item(b"link", again(b"http://a.example/..")),
    "one guid": in_item(b"guid", again(b"/..")),
    "one date": in_item(b"pubDate", again(b"1 Jan ")),
    "one author": in_item(b"author", again(b"a@")),
    "one category": in_item(b"category", again(b"a, ")),
    "one list of keywords": in_channel(
        lambda size: (
            b'<item xmlns:m="http://search.yahoo.com/mrss/"><m:keywords>'
            + numbered(b"k%d,", size)
            + b"</m:keywords></item>"
        )
    ),
    "one comment": in_channel(lambda size: b"<!-- " + times(b"words ", size) + b"-->" + SHORT),
    "one instruction": in_channel(lambda size: b"<?x " + times(b"words ", size) + b"?>" + SHORT),
    "one tag's name": in_channel(lambda size: b"<" + times(b"x", size) + b"/>" + SHORT),
    "one base64": in_item(
        b"description", lambda size: base64.b64encode(zlib.compress(times(b"words", size // 3)) + b"x" * (size // 3))
    ),
    "blanks before": lambda size: b" " * size + RSS + SHORT + END,
    "blanks after": lambda size: RSS + SHORT + END + b" " * size,
    "junk before": lambda size: times(b"junk ", size) + RSS + SHORT + END,
    "junk after": lambda size: RSS + SHORT + END + times(b"junk & <x> ", size),
    # Repetition
    "beginnings of comments": in_channel(again(b"<!--")),
    "comments before the root": lambda size: times(b"<!---->", size) + RSS + SHORT + END,
    "beginnings of comments before the root": lambda size: times(b"<!--", size) + RSS + SHORT + END,
    "comments": in_channel(again(b"<!---->")),
    "dashes in a comment": in_channel(lambda size: b"<!--" + times(b"--", size) + b"-->" + SHORT),
    "beginnings of instructions": in_channel(again(b"<?")),
    "brackets": in_channel(again(b"<")),
    "brackets closing": in_channel(again(b">")),
    "brackets in an item": in_item(b"description", again(b"<")),
    "brackets in a CDATA section": in_item(b"description", lambda size: b"<![CDATA[" + times(b"<", size) + b"]]>"),
    "pictures begun": in_item(b"description", lambda size: b"<![CDATA[" + times(b"<img src=", size) + b"]]>"),
    "pictures": in_item(b"description", counted(b"&lt;img src='/%d.png'&gt;")),
    "links in a text": in_item(b"description", counted(b"&lt;a href='%d'&gt;x&lt;/a&gt;")),
    "scripts begun": in_item(b"description", lambda size: b"<![CDATA[" + times(b"<script>", size) + b"]]>"),
    "one tag of attributes": in_item(
        b"description", lambda size: b"<![CDATA[<img " + times(b"href src ", size) + b">]]>"
    ),
    "blanks in a tag": in_item(b"description", lambda size: b"<![CDATA[<a " + times(b" ", size) + b">]]>"),
    "blanks after an attribute": in_item(
        b"description", lambda size: b"<![CDATA[<a href" + times(b" ", size) + b">]]>"
    ),
    "line ends in a text": in_item(b"description", lambda size: b"<![CDATA[" + times(b"\n \t", size) + b"x]]>"),
    "ampersands": in_channel(again(b"&")),
    "ampersands in an item": in_item(b"description", again(b"&")),
    "ampersands escaped": in_item(b"description", again(b"&amp;")),
    "escaped again and again": in_item(b"description", lambda size: b"&" + times(b"amp;", size) + b"lt;b&gt;"),
    "ends of CDATA": in_channel(again(b"]]>")),
    "ends of CDATA in an item": in_item(b"description", again(b"]]>")),
    "CDATA sections": in_item(b"description", again(b"<![CDATA[x]]>")),
    "CDATA sections begun": in_item(b"description", again(b"<![CDATA[")),
    "quotes": in_channel(lambda size: b"<item a=" + times(b"\"'", size) + b">"),
    "quotes begun": in_channel(again(b'<a b="')),
    "tags without ends": in_channel(again(b"<a b ")),
    "references begun": in_item(b"description", again(b"&a")),
    "references without end": in_item(b"description", again(b"&#x")),
    # Encodings
    "broken UTF-8": in_item(b"description", again(b"\xc3")),
    "broken UTF-8 now and then": in_item(b"description", again("كلمة ".encode() + b"\xff words ")),
    "high bytes": in_item(b"description", again(bytes(range(128, 256)))),
    "windows-1256 unsaid": in_item(b"description", again("كلمات كثيرة ".encode("cp1256"))),
    "NULs": in_item(b"description", again(b"\0")),
    "NULs only": again(b"\0"),
    "control characters": in_item(b"description", again(b"\x1b[31m\x9b\x07")),
    "UTF-16": coded("utf-16", in_channel(counted(ITEM), RSS.partition(b"?>")[2])),
    "UTF-16 without a mark": coded("utf-16-le", in_channel(counted(ITEM), RSS.partition(b"?>")[2])),
    "UTF-32": coded("utf-32", in_channel(counted(ITEM), RSS.partition(b"?>")[2])),
    "UTF-16 of one text": coded("utf-16", in_item(b"description", again(b"words "))),
    "UTF-16 of lone surrogates": lambda size: (
        (RSS.partition(b"?>")[2] + b"<item><description>").decode().encode("utf-16") + times(b"\x00\xd8", size)
    ),
    "another charset": in_item(b"description", again("日本語".encode("shift_jis"))),
    "a charset that escapes": lambda size: (
        b'<?xml version="1.0" encoding="iso-2022-jp"?>'
        + in_item(b"description", again("日本語".encode("iso-2022-jp")))(size).partition(b"?>")[2]
    ),
    # Compression
    "gzip bomb": packed(in_channel(lambda size: SHORT + b" " * size * 4)),
    "gzip bomb of items": packed(in_channel(again(SHORT))),
    "gzip in gzip": packed(in_channel(lambda size: SHORT + b" " * size * 4), 3),
    "gzip of noise": lambda size: b"\x1f\x8b\x08" + times(bytes(range(256)), size),
    # Nothing
    "binary": again(bytes(range(256))),
    "plain text": again(b"words "),
    "a page": lambda size: PAGE + times(b"<p>words</p>", size),
    "a page of feeds": lambda size: PAGE + numbered(b'<link type="application/rss+xml" href="/%d">', size),
    "a page of links begun": lambda size: PAGE + times(b"<link ", size),
    "a sitemap": lambda size: b"<urlset>" + times(b"<url><loc>http://a.example/</loc></url>", size),
    # JSON
    "JSON arrays a million deep": again(b"["),
    "JSON objects a million deep": again(b'{"a":'),
    "JSON Feed a million deep": lambda size: JSON_FEED + times(b"[", size),
    "JSON arrays a thousand deep": lambda size: JSON_FEED + times(b"[" * 900 + b"]" * 900 + b",", size) + b"1]}",
    "JSON keys": lambda size: b"{" + numbered(b'"k%d":1,', size) + b'"items":[]}',
    "JSON keys in an item": lambda size: JSON_FEED + b"{" + numbered(b'"k%d":1,', size) + b'"id":"1"}]}',
    "JSON items": lambda size: JSON_FEED + numbered(b'{"id":"%d","content_text":"x"},', size) + b'{"id":"x"}]}',
    "JSON items of nothing": lambda size: JSON_FEED + times(b"{},", size) + b"{}]}",
    "JSON numbers": lambda size: JSON_FEED + times(b"1,", size) + b'{"id":1}]}',
    "JSON lists of nothing": lambda size: JSON_FEED + times(b"[],", size) + b'{"id":1}]}',
    "one JSON number": lambda size: JSON_FEED + b'{"id":' + times(b"1", size) + b"}]}",
    "one JSON fraction": lambda size: JSON_FEED + b'{"id":0.' + times(b"1", size) + b"}]}",
    "one JSON exponent": lambda size: JSON_FEED + b'{"id":1e' + times(b"9", size) + b"}]}",
    "one JSON text": lambda size: JSON_FEED + b'{"id":"1","content_html":"' + times(b"<p>words</p>", size) + b'"}]}',
    "one JSON text of line ends": lambda size: (
        JSON_FEED + b'{"id":"1","content_text":"' + times(b"words\n\n", size) + b'"}]}'
    ),
    "JSON surrogates": lambda size: JSON_FEED + b'{"id":"1","content_text":"' + times(b"\\ud800", size) + b'"}]}',
    "JSON escapes": lambda size: JSON_FEED + b'{"id":"1","content_text":"' + times(b"\\u0627", size) + b'"}]}',
    "JSON tags": lambda size: JSON_FEED + b'{"id":"1","tags":[' + numbered(b'"t%d",', size) + b'"t"]}]}',
    "JSON authors": lambda size: JSON_FEED + b'{"id":"1","authors":[' + numbered(b'{"name":"n%d"},', size) + b"{}]}]}",
    "JSON attachments": lambda size: (
        JSON_FEED + b'{"id":"1","attachments":[' + numbered(b'{"url":"http://a.example/%d"},', size) + b"{}]}]}"
    ),
    "JSON cut off": lambda size: JSON_FEED + numbered(b'{"id":"%d","content_text":"x"},', size),
    "JSON damaged": lambda size: JSON_FEED + numbered(b'{"id":"%d","content_text":"x"},', size) + b"oops",
    "an API's list": lambda size: b'{"articles":[' + numbered(b'{"title":"t %d","source":{}},', size) + b"{}]}",
}
"""What is given to the front door."""

TEXT = PAGE + b"<p>Some words of a text, with so many more that it is a paragraph.</p>" * 9
PAGES: dict[str, Make] = {
    "paragraphs": lambda size: PAGE + times(b"<p>Some words of a text, with <b>more</b> of them.</p>", size),
    "elements a million deep": lambda size: PAGE + deep(b"<div>", b"</div>")(size),
    "elements never closed": lambda size: PAGE + times(b"<div><p>Words, and more words, and many more.", size),
    "tables in tables": lambda size: PAGE + times(b"<table><tr><td>words", size),
    "links": lambda size: PAGE + numbered(b'<a href="/%d/feed">Words of a link</a> ', size),
    "links declared": lambda size: PAGE + numbered(b'<link rel=alternate type=application/rss+xml href="/%d">', size),
    "links without ends": lambda size: PAGE + times(b"<a href=/feed>", size),
    "pictures": lambda size: PAGE + numbered(b'<figure><img src="/%d.png"><figcaption>c</figcaption></figure>', size),
    "pictures that count": lambda size: PAGE + times(b'<img width="1">', size),
    "scripts": lambda size: PAGE + times(b'<script type="application/ld+json">{"@graph":[]}</script>', size),
    "one script": lambda size: PAGE + b'<script type="application/ld+json">' + times(b"[", size) + b"</script>",
    "one text": lambda size: PAGE + b"<p>" + times(b"words and more, ", size),
    "one attribute": lambda size: PAGE + b'<p class="' + times(b"words ", size) + b'">',
    "attributes": lambda size: PAGE + b"<p " + numbered(b"a%d=1 ", size) + b">",
    "comments begun": lambda size: PAGE + times(b"<!--", size),
    "comments": lambda size: PAGE + times(b"<p>Words of a text.</p>", 20_000) + times(b"<!-- words -->", size),
    "references": lambda size: PAGE + times(b"&#27;&amp;&eacute;&#", size),
    "brackets": lambda size: PAGE + times(b"<", size),
    "headings": lambda size: PAGE + numbered(b"<h1>Heading %d</h1>", size),
    "marked texts": lambda size: PAGE + times(b"<div itemprop=articleBody>words of it", size),
    "metas": lambda size: PAGE + numbered(b"<meta name=author content='A %d'>", size),
    "times": lambda size: PAGE + times(b"<time itemprop=datePublished>yesterday</time> Published: 1 1 1 1 1", size),
    "of Roya's layout": lambda size: (
        PAGE + times(b"<div class=news_card_small_title>x</div><div class=Newsbody>y<div class=pup_date_news>z", size)
    ),
    "breaks": lambda size: PAGE + times(b"words<br><br>", size),
    "links and pictures": lambda size: TEXT + numbered(b'<a href="/%d"><img src="/%d.jpg"></a>', size),
    "cards": lambda size: TEXT + numbered(b"<div class=c><a href=/%d><img src=%d.jpg></a><p>Words.</p></div>", size),
    "headings that link": lambda size: TEXT + numbered(b"<div><h3><a href=/%d></a></h3></div>", size),
    "headings of other articles": lambda size: TEXT + numbered(b"<div class=c><h1>Heading %d</h1></div>", size),
    "read also": lambda size: TEXT + times(b"<b>Read also</b><i></i><i></i>", size),
    "read also in lists": lambda size: TEXT + times(b"<ul><li>Read also<li><a href=/x>More</a></ul>", size),
    "slides": lambda size: TEXT + numbered(b"<div class=s><img src=/%d.jpg alt=word><p>A caption</p></div>", size),
    "captions": lambda size: TEXT + b"<figure><img src=x>" + times(b"<span class=c>A caption</span>", size),
    "items": lambda size: TEXT + b"<ul>" + times(b"<li>Words of an item that is long enough to be a sentence.", size),
    "lists in lists": lambda size: TEXT + times(b"<ul><li>Words of an item that is long enough.<p>Words", size),
    "separators": lambda size: b"<!doctype html><title>" + times(b"word - ", size) + b"</title>" + TEXT,
}
"""What is given to the readers of web pages: article_page and discover."""

LISTS: dict[str, Make] = {
    "feeds": lambda size: b"<opml><body>" + numbered(b'<outline text="F %d" xmlUrl="http://a.example/%d"/>', size),
    "the same feed": lambda size: b"<opml><body>" + times(b'<outline xmlUrl="http://a.example/"/>', size),
    "folders a million deep": lambda size: b"<opml><body>" + times(b'<outline text="f">', size),
    "folders with slashes": lambda size: (
        b"<opml><body>" + times(b'<outline text="' + b"a/" * 1000 + b'"><outline xmlUrl="b"/></outline>', size)
    ),
    "laughs": lambda size: b"<!DOCTYPE opml [" + LAUGHS + b"]><opml><body>" + times(b'<outline text="&l19;"/>', size),
    "ampersands": lambda size: b'<opml><body><outline text="' + times(b"&", size),
    "attributes": lambda size: b"<opml><body><outline " + numbered(b'a%d="x" ', size) + b"/>",
    "one name": lambda size: (
        b'<opml><body><outline xmlUrl="http://a.example/" text="' + times(b"words ", size) + b'"/>'
    ),
    "one address": lambda size: b'<opml><body><outline xmlUrl="' + times(b"http://a/", size) + b'"/>',
    "addresses that are none": lambda size: b"<opml><body>" + times(b'<outline xmlUrl="javascript:x"/>', size),
    "comments begun": lambda size: b"<opml><body>" + times(b"<!--", size),
    "urls": counted(b"http://a.example/%d tag\n"),
    "urls that are none": again(b"http://a b\nwords\n"),
    "urls of one line": lambda size: b"http://a.example/ " + times(b'"tag', size),
    "blanks": lambda size: b"<opml>" + b" " * size,
    "NULs": again(b"\0"),
}
"""What is given to the reader of lists of subscriptions."""
