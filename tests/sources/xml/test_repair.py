"""Broken XML: whole entries are read, and warnings say what was repaired."""

import re
from xml.parsers import expat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui.model import Feed
from roya_tui.sources.parser import NotAFeed, parse
from roya_tui.sources.xml import prolog, repair

MENDED = re.compile(
    r"The document is not well-formed XML \((line 1: [a-zA-Z() -]+|unclosed CDATA section)\) and was repaired\."
)
CUT_1 = "The document is cut off after 1 entry."
CUT_2 = "The document is cut off after 2 entries."
JUNK = "Text after the end of the feed was skipped."
ONE = "<item><title>One</title><guid>1</guid></item>"
TWO = "<item><title>Two</title><guid>2</guid></item>"


def read(inside: str, end: str = "</channel></rss>") -> Feed:
    return parse(f'<?xml version="1.0"?><rss version="2.0"><channel><title>F</title>{inside}{end}'.encode())


def titles(feed: Feed) -> list[str]:
    return [entry.title for entry in feed.entries]


@pytest.mark.parametrize(
    ("inside", "end", "expected", "warning"),
    [
        (ONE + "<item", "", ["One"], CUT_1), (ONE + "<it", "", ["One"], CUT_1),
        (ONE + TWO, "</chan", ["One", "Two"], CUT_2), (ONE + TWO, "</channel>", ["One", "Two"], CUT_2),
        (ONE + TWO, "</channel></rss><script>x</script>", ["One", "Two"], JUNK),
        (ONE + TWO, "</channel></rss></rss>", ["One", "Two"], JUNK),
        (ONE, "</channel></rss><!-- " + TWO + " -->y", ["One"], JUNK),
    ],
)  # fmt: skip
def test_truncated_document_keeps_its_whole_entries(inside: str, end: str, expected: list[str], warning: str) -> None:
    feed = read(inside, end)
    assert titles(feed) == expected
    assert feed.warnings == (warning,)


@pytest.mark.parametrize("inside", ["", "<item>", "<item><title>One", "<item><description><![CDATA[One"])
def test_document_cut_off_before_its_first_entry_is_refused(inside: str) -> None:
    with pytest.raises(NotAFeed, match="It is a feed that is cut off before the end of its first entry"):
        read(inside, "")
    assert read("", "</channel></rss>").entries == (), "a whole feed without entries"


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<item><title>One</item>" + TWO, ["One", "Two"]),
        ("<item><title>One<item><title>Two", ["One", "Two"]),
        ("<item><title>a]]>b</title></item>", ["a]]>b"]),
        ("<item a=1 b c='2' c=\"3\"><title>One</title></item>", ["One"]),
        ("<item><a:b:c/><x:y z:w='1'/><title>One</title></item>", ["One"]),
        ("<item xmlns:xml='a' xmlns:xmlns='b' xmlns:p=''><p:q/><title>One</title></item>", ["One"]),
        ("<?php echo 1 ?><!FOO><item><title>One</title><oops", ["One"]),
        ("<?php echo 1 ><item><title>One</title></item>", ["One"]),
        ("<item><title><![CDATA[One</title></item>" + TWO, ["One", "Two"]),
        ("<item><title><![CDATA[One</title></item><item><title><![CDATA[Two]]></title></item>&", ["One", "Two"]),
        ("<![CDATA[" + ONE + TWO, ["One", "Two"]),
        ("<item><description>" + "a<br>" * 300 + "<i>b</description><title>One</title></item>", ["One"]),
        ("<item><title>A <![CDATA[]]>&<![CDATA[ B]]></title></item>", ["A & B"]),
    ],
)
def test_malformed_document_is_repaired_with_a_warning(inside: str, expected: list[str]) -> None:
    feed = read(inside)
    assert titles(feed) == expected
    (warning,) = feed.warnings
    assert MENDED.fullmatch(warning)


def test_undeclared_prefixes_and_text_around_errors_are_read() -> None:
    inside = "<dc:creator>Ann</dc:creator><media:thumbnail url='https://a.example/t.jpg'/><foo:bar>x</foo:bar>"
    (entry,) = read(f"<item>{inside}</item>").entries
    assert (entry.authors, [picture.url for picture in entry.pictures]) == (("Ann",), ["https://a.example/t.jpg"])
    feed = read(
        """<item><link>https://a.example/?a=1&b=2&copy=3</link>
        <description>x <b>y</i> z &amp;amp; <![CDATA[<w>&amp;]]></description></item>"""
    )
    (entry,) = feed.entries
    assert entry.url == "https://a.example/?a=1&b=2&copy=3"
    assert entry.summary == "x <b>y z &amp;amp; &lt;w&gt;&amp;amp;</b>"


@pytest.mark.parametrize(
    ("doctype", "text", "title"),
    [
        ('<!DOCTYPE rss [<!ENTITY us "The Paper">]>', "&us; &amp; more", "The Paper & more"),
        ("<!DOCTYPE rss [<!ENTITY us '&#84;'>\n]>", "&us;", "T"),
        ('<!DOCTYPE rss PUBLIC "-//Netscape//DTD" "http://my.netscape.com/rss-0.91.dtd">', "caf&eacute;", "café"),
        ("<!DOCTYPE rss>", "x", "x"),
        ('<?xml version="1.0"?>\n<!-- hi --><!DOCTYPE rss [<!ENTITY us "u">]>', "<![CDATA[&us;]]>&us;", "&us;u"),
    ],
)
def test_declared_entities_are_replaced(doctype: str, text: str, title: str) -> None:
    feed = parse(f"{doctype}<rss><channel><item><title>{text}</title></item></channel></rss>".encode())
    assert titles(feed) == [title]
    assert feed.warnings == ()


def test_entries_without_a_feed_are_read_and_an_empty_feed_is_valid() -> None:
    feed = parse(f"<channel x='{ONE}{TWO}".encode())
    assert titles(feed) == ["One", "Two"]

    feed = parse(b'<?xml version="1.0"?><rss version="2.0" x="')
    assert (feed.format, feed.entries, len(feed.warnings)) == ("RSS 2.0", (), 1)


fragments = st.sampled_from(
    (
        "<rss>", "<channel>", "<item>", "<title>", "<b", "<p>", "<br/>", "<a:b>", "<a:b:c x:y='1'>",
        "<content type='xhtml'>", "<x a=1 a=2>", "<y xmlns:a='u'>", "<z xmlns=''>", "</rss>", "</channel>",
        "</item>", "</title>", "</p>", "</a:b>", "&", "&amp;", "&eacute;", "&#1;", "&#", "<", ">", "'",
        "\"", "]]>", "<![CDATA[", "<!--", "-->", "<?", "?>", "<!DOCTYPE", "=", "/", "x:y", ":",
    )
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(fragments | st.text(max_size=3), max_size=25).map("".join))
def test_repaired_text_is_well_formed(text: str) -> None:
    mended = repair.repair(prolog.strip_prolog_and_forbidden("<rss>" + text)).text
    expat.ParserCreate("utf-8", " ").Parse(mended.encode(), True)


ODD = "<item><title>A &lt;b&gt; c</title><description><![CDATA[<p>x</p>]]></description><dc:date>2025</dc:date></item>"
WHOLE = ONE + ODD + TWO


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, len(WHOLE)), st.integers(0, 12), st.sampled_from(["", "<", ">", "&", "</item>", "<item>", "<!--"])
)
def test_damage_keeps_whole_entries_before_it(at: int, length: int, instead: str) -> None:
    feed = read(WHOLE[:at] + instead + WHOLE[at + length :])
    before = [title for title, end in (("One", len(ONE)), ("Two", len(WHOLE))) if at >= end]
    assert [title for title in titles(feed) if title in before][: len(before)] == before
