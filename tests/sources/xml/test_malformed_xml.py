"""XML that is not well-formed: feedparser reads the same as expat, and warnings name the damage."""

import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.bench.fuzz import documents

from roya_tui.model import Feed
from roya_tui.sources.parser import NotAFeed, parse
from roya_tui.store.bodies import prepare

MENDED = re.compile(
    r"The document is not well-formed XML \((?:line 1, column \d+: [a-zA-Z() -]+)\) and was"
    r" repaired\."
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


@pytest.mark.parametrize("inside", ["", "<item>", "<item><titl", "<item><title>", "<item><title><![CDATA["])
def test_document_cut_off_before_its_first_entry_is_refused(inside: str) -> None:
    with pytest.raises(NotAFeed, match="It is a feed that is cut off before its first entry"):
        read(inside, "")
    assert read("", "</channel></rss>").entries == (), "a whole feed without entries"


@pytest.mark.parametrize(
    ("inside", "title", "text"),
    [
        ("<item><title>Tw", "Tw", ""),
        ("<item><title>Two</title><link>https://a.exam", "Two", ""),
        ("<item><title>Two</title><guid>12", "Two", ""),
        ("<item><title>Two &am", "Two", ""),
        ("<item><title>Two</title><description>Half a sen", "Two", "Half a sen"),
        ("<item><title>Two</title><description>Half &lt;b&gt;a&lt;/b&gt; sen&lt;a hre", "Two", "Half <b>a</b> sen"),
        ("<item><title>Two</title><description><![CDATA[Half <b>a</b> <a hre", "Two", "Half <b>a</b>"),
        ("<item><description><![CDATA[Half a sen]]></description", "Half a sen", "Half a sen"),
    ],
)
def test_last_entry_of_truncated_document_is_incomplete(inside: str, title: str, text: str) -> None:
    feed = read(ONE + inside, "")
    first, last = feed.entries
    assert (first.title, first.incomplete) == ("One", False)
    assert (last.title, last.summary, last.incomplete) == (title, text, True)
    assert (last.url, last.guid) == ("", ""), "half an address"
    assert feed.warnings == ("The document is cut off: the last of 2 entries is incomplete.",)


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
    (entry,) = read("<item><title>One<b x=1></b></title><description>a<embed src='x'/>b &</description></item>").entries
    assert entry.summary == 'a<embed src="x">b &amp;'
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


# Packed documents cannot be broken by appending to them.
FEEDS = [one for one in documents() if "/feeds/" in one.name or "sample_feeds" in one.name if ".gz" not in one.name]


@pytest.mark.parametrize("name", [one.name for one in FEEDS])
def test_feed_that_breaks_has_the_same_ids_and_hashes(name: str) -> None:
    data = next(one.data for one in FEEDS if one.name == name)
    try:
        feed = parse(data, url="https://feeds.example/x", zone="Asia/Amman")
    except NotAFeed:
        return
    if feed.reader != "expat":
        return
    broken = data.rstrip() + "<oops".encode(feed.encoding if feed.encoding.startswith("utf-16") else "ascii")
    again = parse(broken, url="https://feeds.example/x", zone="Asia/Amman")
    assert again.reader == "feedparser"
    assert [(row.guid, row.stamp) for row in map(prepare, again.entries)] == [
        (row.guid, row.stamp) for row in map(prepare, feed.entries)
    ]
    facts = [replace(one, entries=(), warnings=(), reader="", problem="") for one in (feed, again)]
    assert facts[0] == facts[1]


def test_feedparser_is_loaded_only_for_broken_documents() -> None:
    code = """
import sys
from roya_tui.refresh import parse_worker, parse_jobs
from roya_tui.sources.parser import parse
parse_jobs.run_job(parse_worker._WARM_UP_JOB)
parse(b"<rss><channel><item><title>One</title></item></channel></rss>")
print("feedparser" in sys.modules)
parse(b"<rss><channel><item><title>One & two</title></item></channel></rss>")
print("feedparser" in sys.modules)
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["False", "True"]


def test_exceptions_of_feedparser_are_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    from feedparser.api import LooseFeedParser

    for error in (AssertionError("we should not get here"), ValueError(), KeyError(), RecursionError()):

        def fail(*_: object, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(LooseFeedParser, "goahead", fail)
        with pytest.raises(NotAFeed, match=r"It is a feed that is too damaged to read\."):
            read("<item>&</item>")


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
