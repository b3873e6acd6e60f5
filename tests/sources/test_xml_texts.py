"""Titles and texts of XML feeds: what a reader would see of each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from roya_tui.model import Entry
from roya_tui.sources.parser import parse

Entries = Callable[..., Entry]


# --- titles ---


@pytest.mark.parametrize(
    ("inside", "title"),
    [
        ("Plain", "Plain"),
        ("A &lt;b&gt;bold&lt;/b&gt; word", "A bold word"),
        ("<![CDATA[A <b>bold</b> word]]>", "A bold word"),
        ("AT&amp;T", "AT&T"),
        ("AT&amp;amp;T", "AT&T"),
        ("Tom&amp;#8217;s &amp;quot;news&amp;quot;", 'Tom’s "news"'),
        ("<![CDATA[Tom&rsquo;s]]>", "Tom’s"),
        ("&amp;lt;i&amp;gt;Twice&amp;lt;/i&amp;gt; escaped", "Twice escaped"),
        ("Why &amp;lt;b&amp;gt; is old", "Why <b> is old"),
        ("1 &lt; 2 and 3 &gt; 2", "1 < 2 and 3 > 2"),
        ("List&lt;String&gt; in Java", "List<String> in Java"),
        ("[red]Not red[/red] [/x] [@click=app.quit]", "[red]Not red[/red] [/x] [@click=app.quit]"),
        ("  many\n  blanks\t", "many blanks"),
        ("a&lt;br/&gt;b&lt;p&gt;c", "a b c"),
        ("x &lt;script&gt;alert(1)&lt;/script&gt;y", "x y"),
        ("&lt;!DOCTYPE html&gt;&lt;p&gt;Page&lt;/p&gt;", "Page"),
        ("&lt;![CDATA[Wrapped &lt;b&gt;twice&lt;/b&gt;]]&gt;", "Wrapped twice"),
        ("x &lt;applet&gt;y&lt;/applet&gt; z", "x y z"),
        ("x&lt;!-- y --&gt;z", "xz"),
        ("\u202egnp.exe\u202c \u200bx\u0085", "gnp.exe x"),
        ("&#27;[31m", "[31m"),
        ("A <b>bold</b> word", "A bold word"),
    ],
)
def test_titles_are_plain_text(inside: str, title: str) -> None:
    data = f"<rss version='2.0'><channel><item><title>{inside}</title></item></channel></rss>"
    assert parse(data.encode()).entries[0].title == title


@pytest.mark.parametrize(
    ("attributes", "inside", "title"),
    [
        ("", "A &lt;b&gt; tag", "A <b> tag"),
        ('type="text"', "A &lt;b&gt;tag&lt;/b&gt;", "A <b>tag</b>"),
        ('type="text"', "AT&amp;amp;T", "AT&T"),
        ('type="html"', "A &lt;b&gt;tag&lt;/b&gt; &amp;amp; more", "A tag & more"),
        ('type="html"', "<![CDATA[A <b>tag</b>]]>", "A tag"),
        ('type="html"', "The &amp;lt;b&amp;gt; tag", "The <b> tag"),
        ('type="text/html"', "A &lt;b&gt;tag&lt;/b&gt;", "A tag"),
        (
            'type="xhtml"',
            '<div xmlns="http://www.w3.org/1999/xhtml">A <b>tag</b> &amp; 1 &lt; 2</div>',
            "A tag & 1 < 2",
        ),
    ],
)
def test_atom_says_what_a_title_is(entry: Entries, attributes: str, inside: str, title: str) -> None:
    assert entry(f"<title {attributes}>{inside}</title>").title == title


def test_a_missing_title_is_made_of_the_first_words(item: Entries) -> None:
    assert item("<description>&lt;p&gt;Just &lt;b&gt;this&lt;/b&gt;.&lt;/p&gt;</description>").title == "Just this."
    long = item(f"<title> </title><description>{'word ' * 40}</description>").title
    assert long.endswith("word…")
    assert 60 < len(long) <= 81
    assert item("<link>https://site.example/a/b</link>").title == "https://site.example/a/b"
    assert item("").title == ""
    assert item('<enclosure url="/a.mp3"/>').title == "https://site.example/a.mp3"


def test_titles_of_other_things_are_not_the_entrys(item: Entries, entry: Entries) -> None:
    one = item(
        """<source url="https://other.example/">Other paper</source>
        <media:group><media:title>A picture</media:title></media:group><image><title>An image</title></image>
        <title>The title</title><media:content url="/i.jpg"><media:title>P</media:title></media:content>
        <dc:title>Dublin</dc:title><itunes:title>Podcast</itunes:title>"""
    )
    assert one.title == "The title"
    two = entry(
        "<source><title>Other</title><id>other</id><link href='https://o.example/'/></source><title>Own</title><id>own</id>"
    )
    assert (two.title, two.guid, two.url) == ("Own", "own", "")


# --- texts ---


def test_summary_and_content(item: Entries, entry: Entries) -> None:
    one = item("<description>Short</description><content:encoded><![CDATA[<p>Long &amp; whole</p>]]></content:encoded>")
    assert (one.summary, one.content) == ("Short", "<p>Long &amp; whole</p>")
    two = item("<content:encoded>Long</content:encoded><description>Short</description>")
    assert (two.summary, two.content) == ("Short", "Long")
    three = entry("<summary>Short</summary><content type='html'>&lt;p&gt;Long&lt;/p&gt;</content>")
    assert (three.summary, three.content) == ("<p>Short</p>", "<p>Long</p>")


def test_the_second_of_two_texts_is_the_content(item: Entries) -> None:
    one = item("<description>First</description><summary>Second</summary>")
    assert (one.summary, one.content) == ("First", "Second")
    two = item("<description>First</description><dc:description>Other</dc:description>")
    assert (two.summary, two.content) == ("First", "")
    assert item("<dc:description>Other</dc:description>").summary == "Other"


def test_a_feeds_direction_holds_for_its_texts(entry: Entries) -> None:
    assert entry("<summary>a</summary>", attributes='dir="rtl"').summary == '<div dir="rtl"><p>a</p></div>'


def test_scripts_are_no_text(item: Entries) -> None:
    code = "<![CDATA[<p>a</p><script>if (1 < 2) alert('<p>b</p>')</script><STYLE>p {}</style>c<script>d]]>"
    assert item(f"<description>{code}</description>").summary == "<p>a</p>c"


def test_the_same_text_twice_is_kept_once(item: Entries) -> None:
    one = item("<description>Same</description><content:encoded>Same</content:encoded>")
    assert (one.summary, one.content) == ("", "Same")


def test_a_caption_or_a_podcasts_note_is_not_the_text(item: Entries) -> None:
    one = item(
        """<description>The text</description><media:content url="/i.jpg" medium="image"><media:description>A caption
        </media:description></media:content><media:description>Another</media:description>
        <itunes:summary>A note</itunes:summary><itunes:subtitle>A line</itunes:subtitle>"""
    )
    assert (one.summary, one.content) == ("The text", "")


def test_what_a_podcast_or_video_says_stands_in_for_a_missing_text(item: Entries) -> None:
    assert (
        item("<itunes:summary>First\n\nSecond &amp;amp; third</itunes:summary>").summary
        == "<p>First</p>\n<p>Second &amp; third</p>"
    )
    video = "<media:group><media:title>T</media:title><media:description>Line\nLine 2</media:description></media:group>"
    assert item(video).summary == "<p>Line<br>\nLine 2</p>"
    assert item(video).title == "T"
    said = "<media:title>T</media:title><media:description>D</media:description>"
    nested = item(f'<media:content url="/v.mp4">{said}</media:content>')
    assert (nested.title, nested.summary) == ("T", "<p>D</p>")


@pytest.mark.parametrize(
    ("content", "html"),
    [
        ('<content type="text">a &lt; b\n\nc</content>', "<p>a &lt; b</p>\n<p>c</p>"),
        ("<content>a &lt;b&gt;</content>", "<p>a &lt;b&gt;</p>"),
        ('<content type="html">&lt;p&gt;a&lt;/p&gt;</content>', "<p>a</p>"),
        (
            '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>a<br/>b &lt;</p></div></content>',
            "<p>a<br>b &lt;</p>",
        ),
        (
            '<content type="xhtml"><x:div xmlns:x="http://www.w3.org/1999/xhtml"><x:p>a</x:p></x:div></content>',
            "<p>a</p>",
        ),
        ('<content type="application/octet-stream">AAAA</content>', ""),
        ('<content type="application/octet-stream">\n  PGI+SGVsbG8gdGhlcmU8L2I+\n</content>', "<b>Hello there</b>"),
        ('<content type="application/octet-stream">/9j/4AAQSkZJRgABAQ==</content>', ""),
        ('<content type="text/x-wiki; charset=utf-8">= A &lt;b&gt; =</content>', "<p>= A &lt;b&gt; =</p>"),
        ('<content type="text/html; charset=utf-8">&lt;b&gt;a&lt;/b&gt;</content>', "<b>a</b>"),
        ('<content type="news">&lt;b&gt;a&lt;/b&gt;</content>', "<b>a</b>"),
        (
            '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">&lt;p&gt;a&lt;/p&gt;</div></content>',
            "&lt;p&gt;a&lt;/p&gt;",
        ),
        ('<content type="html" dir="rtl">a</content>', '<div dir="rtl">a</div>'),
        (
            '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml" dir="rtl">a</div></content>',
            '<div dir="rtl">a</div>',
        ),
        ('<content type="image/png">AAAA</content>', ""),
    ],
)
def test_atom_says_what_a_text_is(entry: Entries, content: str, html: str) -> None:
    assert entry(content).content == html


def test_html_inside_a_text_does_not_close_it(entry: Entries) -> None:
    one = entry(
        """<title>T</title><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><details><summary>More</summary>
        <picture><source srcset="a"/><img src="https://a.example/i.png"/></picture></details>
        <svg><title>S</title></svg><p>End</p></div></content><id>1</id>"""
    )
    assert one.content.endswith("<svg><title>S</title></svg><p>End</p>")
    assert (one.title, one.guid, one.summary) == ("T", "1", "")


def test_html_that_nobody_escaped_is_kept(item: Entries) -> None:
    assert (
        item("<description>One <b>two</b> &amp; <i>three</i></description>").summary
        == "One <b>two</b> &amp; <i>three</i>"
    )


def test_html_escaped_once_too_often_is_unescaped(item: Entries) -> None:
    twice = "&amp;lt;p&amp;gt;Hello &amp;lt;b&amp;gt;you&amp;lt;/b&amp;gt;&amp;lt;/p&amp;gt;"
    assert item(f"<description>{twice}</description>").summary == "<p>Hello <b>you</b></p>"
    assert (
        item("<description>&lt;p&gt;Use &amp;lt;br&amp;gt;&lt;/p&gt;</description>").summary == "<p>Use &lt;br&gt;</p>"
    )


def test_a_text_wrapped_twice_is_unwrapped(item: Entries) -> None:
    assert item("<description>&lt;![CDATA[&lt;p&gt;a&lt;/p&gt;]]&gt;</description>").summary == "<p>a</p>"


def test_a_picture_that_is_written_out_is_no_title() -> None:
    picture = f"&lt;img src='data:image/png;base64,{'A' * 30_000}'&gt;"
    data = f"<rss><channel><item><description>Seen: {picture} here</description></item></channel></rss>"
    assert parse(data.encode()).entries[0].title == "Seen:"
