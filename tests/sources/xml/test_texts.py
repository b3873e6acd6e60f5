"""Titles and texts of XML feeds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from roya_tui.model import Entry
from roya_tui.sources.parser import parse

Entries = Callable[..., Entry]


@pytest.mark.parametrize(
    ("inside", "title"),
    [
        ("Plain", "Plain"), ("A &lt;b&gt;bold&lt;/b&gt; word", "A bold word"),
        ("<![CDATA[A <b>bold</b> word]]>", "A bold word"), ("AT&amp;T", "AT&T"), ("AT&amp;amp;T", "AT&T"),
        ("Tom&amp;#8217;s &amp;quot;news&amp;quot;", 'Tom’s "news"'),
        ("<![CDATA[Tom&rsquo;s]]>", "Tom’s"),
        ("&amp;lt;i&amp;gt;Twice&amp;lt;/i&amp;gt; escaped", "Twice escaped"),
        ("Why &amp;lt;b&amp;gt; is old", "Why <b> is old"), ("1 &lt; 2 and 3 &gt; 2", "1 < 2 and 3 > 2"),
        ("List&lt;String&gt; in Java", "List<String> in Java"),
        ("[red]Not red[/red] [/x] [@click=app.quit]", "[red]Not red[/red] [/x] [@click=app.quit]"),
        ("  many\n  blanks\t", "many blanks"), ("a&lt;br/&gt;b&lt;p&gt;c", "a b c"),
        ("x &lt;script&gt;alert(1)&lt;/script&gt;y", "x y"),
        ("&lt;!DOCTYPE html&gt;&lt;p&gt;Page&lt;/p&gt;", "Page"),
        ("&lt;![CDATA[Wrapped &lt;b&gt;twice&lt;/b&gt;]]&gt;", "Wrapped twice"),
        ("x &lt;applet&gt;y&lt;/applet&gt; z", "x y z"), ("x&lt;!-- y --&gt;z", "xz"),
        ("\u202egnp.exe\u202c \u200bx\u0085", "gnp.exe x"), ("&#27;[31m", "[31m"),
        ("A <b>bold</b> word", "A bold word"),
    ],
)  # fmt: skip
def test_title_is_plain_text(inside: str, title: str) -> None:
    data = f"<rss version='2.0'><channel><item><title>{inside}</title></item></channel></rss>"
    assert parse(data.encode()).entries[0].title == title


def test_missing_title_is_made_of_the_first_words(item: Entries) -> None:
    assert item("<description>&lt;p&gt;Just &lt;b&gt;this&lt;/b&gt;.&lt;/p&gt;</description>").title == "Just this."
    long = item(f"<title> </title><description>{'word ' * 40}</description>").title
    assert long.endswith("word…")
    assert 60 < len(long) <= 81
    assert item("<link>https://site.example/a/b</link>").title == "https://site.example/a/b"
    assert item("").title == ""
    assert item('<enclosure url="/a.mp3"/>').title == "https://site.example/a.mp3"
    picture = f"&lt;img src='data:image/png;base64,{'A' * 30_000}'&gt;"
    data = f"<rss><channel><item><description>Seen: {picture} here</description></item></channel></rss>"
    assert parse(data.encode()).entries[0].title == "Seen:"


@pytest.mark.parametrize(
    ("content", "html"),
    [
        ('<content type="text/x-wiki; charset=utf-8">= A &lt;b&gt; =</content>', "<p>= A &lt;b&gt; =</p>"),
        ('<content type="news">&lt;b&gt;a&lt;/b&gt;</content>', "<b>a</b>"),
        ('<content type="image/png">AAAA</content>', ""),
    ],
)
def test_atom_content_of_rare_types_is_read(entry: Entries, content: str, html: str) -> None:
    assert entry(content).content == html
