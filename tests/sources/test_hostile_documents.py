"""Documents made to harm: they use limited memory."""

import gzip
import tracemalloc

import pytest

from roya_tui.model import Feed
from roya_tui.sources import charset, subscription_lists
from roya_tui.sources.pages import web_page
from roya_tui.sources.parser import NotAFeed, parse

HEAD = b'<rss version="2.0"><channel><title>F</title>'
ITEM = b"<item><title>A</title><guid>1</guid></item>"
END = b"</channel></rss>"


def parse_within(data: bytes, megabytes: int) -> Feed | str:
    """Parse `data` with a limit on memory; return the feed, or the reason why it is refused."""
    parse(HEAD + ITEM + END)  # imports do not count
    tracemalloc.start()
    try:
        feed: Feed | str = parse(data)
    except NotAFeed as refusal:
        feed = str(refusal)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < megabytes * 1_000_000
    return feed


def entries(feed: Feed | str) -> int:
    return len(feed.entries)


def test_entities_are_not_expanded_without_limit_and_external_ones_are_text() -> None:
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))
    doctype = b'<!DOCTYPE r [<!ENTITY l0 "ha">' + laughs + b"]>"
    feed = parse_within(doctype + HEAD + b"<item><title>&l11;</title></item>" + END, 5)
    assert feed.entries[0].title == "&l11;"
    for length in (90, 100_000):
        entity = b'<!DOCTYPE r [<!ENTITY a "' + b"x" * length + b'">]>'
        document = entity + HEAD + b"<item><title>" + b"&a;" * 20_000 + b"</title></item>" + END
        assert entries(parse_within(document, 20)) == 1
    doctype = b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY % y SYSTEM "http://a.example/"> %y;]>'
    feed = parse(doctype + HEAD + b"<item><title>&x;</title></item>" + END)
    assert feed.entries[0].title == "&x;"


@pytest.mark.parametrize(
    "inside",
    [
        b"<a>" * 30_000 + b"</a>" * 30_000, b"<a>" * 30_000, b"</a>" * 30_000,
        b"<item>" + b"<description>" * 3_000,
        b"<item><description>" + b"<a>" * 15_000 + b"</a>" * 15_000 + b"</description></item>",
        b"<!--" * 30_000, b"<![CDATA[" * 30_000, b"<" * 30_000, b"&" * 30_000,
        b"<item " + b"".join(b'a%d="1" ' % n for n in range(8_000)) + b"/>",
        b"".join(b"<p%d:x/>" % n for n in range(8_000)),
        b"<item>" + b"<category>a</category>" * 15_000 + b"</item>",
        b"<item>" + b"<enclosure url='http://a.example/'/>" * 10_000 + b"</item>",
        b"<item><author>" + b"a@" * 60_000 + b"</author></item>",
        b"<item><title><![CDATA[" + b"&lt;b&gt;" * 15_000 + b"]]></title></item>",
        b"<item><description><![CDATA[" + b"<img src=" * 15_000 + b"]]></description></item>",
        b"<item><pubDate>" + b"1 " * 30_000 + b"</pubDate></item>",
        b"<item><link>" + b"/.." * 30_000 + b"</link></item>",
    ],
    ids=lambda inside: inside[:24].decode(),
)  # fmt: skip
def test_small_document_uses_little_memory(inside: bytes) -> None:
    parse_within(HEAD + inside + END, 25)


def test_only_the_beginning_of_a_huge_page_is_read() -> None:
    text = b"<p>Words of an article that go on and on and on.</p>" * 20
    data = b"<html><head><title>P</title></head><body>" + text + b"<!-- words -->" * 2_500_000 + text
    web_page.read(data[:1000], url="https://page.example/")  # imports do not count
    tracemalloc.start()
    found = web_page.read(data, url="https://page.example/")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40_000_000
    assert found.article is not None
    assert found.article.content.count("Words") == 20


def test_huge_documents_are_cut_with_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    feed = parse_within(HEAD + b"<item><description>" + b"words " * 400_000 + b"</description></item>" + END, 60)
    assert len(feed.entries[0].summary) == 2_000_001
    assert len(feed.entries[0].title) <= 81

    feed = parse_within(gzip.compress(HEAD + ITEM + b" " * 60_000_000 + END), 330)
    assert isinstance(feed, Feed)
    assert entries(feed) == 1
    assert "Only the first 50 MB of the document were read." in feed.warnings

    monkeypatch.setattr(charset, "MAX_DAMAGED", 5_000)
    monkeypatch.setattr(charset, "_CHUNK_BYTES", 10_000)
    damage = b"<item><title>B</title><description>" + ("كلمة".encode() + b"\xff ") * 7_000 + b"</description></item>"
    feed = parse(HEAD + ITEM + damage + ITEM + END)
    assert [entry.incomplete for entry in feed.entries] == [False, True]
    assert "Only the beginning of the document was read: it has too many damaged characters." in feed.warnings

    feed = parse(HEAD + b"<a>" * 2_000 + b"</a>" * 2_000 + ITEM + END)
    assert entries(feed) == 1
    assert feed.warnings == ("The document is not well-formed XML (elements are nested too deeply) and was repaired.",)

    one = b"<category>%d</category><enclosure url='http://a.example/%d.mp3'/>"
    inside = b"".join(one % (n, n) for n in range(5_000))
    (entry,) = parse(HEAD + b"<item>" + inside + b"</item>" + END).entries
    assert (len(entry.tags), len(entry.enclosures)) == (200, 200)

    feed = parse(HEAD + ITEM * 21_000 + END)
    assert entries(feed) == 20_000
    assert feed.warnings == ("Only the first 20,000 entries were read.",)


@pytest.mark.parametrize(
    ("invalid", "megabytes"),
    [
        (bytes(range(128, 256)), 15), (b"\xc3", 15), ("كلمة ".encode() + b"\xff words ", 15),
        ("日本語".encode("shift_jis"), 15), ("كلمات كثيرة ".encode("cp1256"), 15), (b"\x00", 8), (b"\x1b[31m\x07", 12),
    ],
    ids=["high bytes", "half characters", "UTF-8 and others", "Shift JIS", "windows-1256", "NULs", "escapes"],
)  # fmt: skip
def test_invalid_bytes_use_little_memory(invalid: bytes, megabytes: int) -> None:
    parse_within(
        HEAD + b"<item><description>" + invalid * (1_000_000 // len(invalid)) + b"</description></item>" + END,
        megabytes,
    )


@pytest.mark.parametrize(
    ("huge", "megabytes"),
    [
        (b"<item><pubDate>" + b"1 Jan " * 500_000 + b"</pubDate></item>", 20),
        (b"<item><itunes:keywords>" + b"a," * 1_500_000 + b"</itunes:keywords></item>", 20),
        (b"<" + b"x" * 3_000_000 + b"/><item/>", 15),
        (b"<item " + b"x" * 3_000_000 + b'="1"/>', 15),
        (b'<item a="' + b"words " * 500_000 + b'"/>', 15),
    ],
    ids=["a date", "keywords", "the name of an element", "the name of an attribute", "an attribute"],
)
def test_one_huge_element_or_attribute_uses_little_memory(huge: bytes, megabytes: int) -> None:
    feed = parse_within(HEAD + huge + ITEM + END, megabytes)
    assert entries(feed) == 2
    assert max(len(text) for one in feed.entries for text in (one.published.raw, *one.tags, "")) <= 100


@pytest.mark.parametrize("start", ["[", '{"a":', '{"version":"https://jsonfeed.org/version/1.1","items":['])
def test_deeply_nested_json_is_refused(start: str) -> None:
    assert parse_within((start * 100_000).encode(), 40) == "It is JSON that is nested too deeply."


def test_json_with_too_many_values_is_refused() -> None:
    attachments = b'{"id":"1","attachments":[' + b'{"a":1},' * 1_100_000 + b"{}]}"
    data = b'{"version":"https://jsonfeed.org/version/1.1","items":[' + attachments + b"]}"
    assert parse_within(data, 40) == "It is JSON with more than 3,000,000 values."


@pytest.mark.parametrize(
    ("start", "feed"),
    [(b"<opml><body>", b'<outline xmlUrl="http://a.example/%d"/>'), (b"", b"http://a.example/%d\n")],
    ids=["OPML", "newsboat"],
)
def test_too_long_subscription_list_is_cut_with_a_problem(monkeypatch, start: bytes, feed: bytes) -> None:
    monkeypatch.setattr(subscription_lists, "MAX_ITEMS", 1_000)
    found = subscription_lists.read(start + b"".join(feed % number for number in range(1_050)))
    assert len(found.sources) == 1_000 - start.count(b"body")
    assert "The list is too long: only its first 1,000 " in " ".join(found.problems)


def test_any_bytes_are_refused_with_a_reason() -> None:
    for start in (bytes(range(256)), b"\x00", b"\xff\xfe", b"\x1f\x8b", b"<\x00", b"{\xff"):
        data = start * 500
        with pytest.raises(NotAFeed) as raised:
            parse(data)
        assert str(raised.value)
