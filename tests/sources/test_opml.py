"""Lists of subscriptions as they are met, and nothing lost on the way out and back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui.model import NewSource
from roya_tui.sources import opml
from roya_tui.sources.typed import tidy
from roya_tui.text import one_line


def outlines(*lines: str, version: str = "2.0") -> bytes:
    body = "".join(lines)
    return f'<?xml version="1.0"?><opml version="{version}"><head/><body>{body}</body></opml>'.encode()


def feeds(data: bytes) -> list[tuple[str, str, str, str]]:
    return [(feed.url, feed.name, feed.title, feed.folder) for feed in opml.read(data).feeds]


A, B = "https://a.example/feed", "https://b.example/feed"


@pytest.mark.parametrize("version", ["1.0", "1.1", "2.0", "9"])
def test_folders_nest_in_every_version(version: str) -> None:
    data = outlines(
        f'<outline text="News"><outline text="Jordan"><outline type="rss" text="A" xmlUrl="{A}"/></outline></outline>',
        f'<outline text="B" xmlUrl="{B}"/>',
        version=version,
    )
    assert feeds(data) == [(A, "", "A", "News/Jordan"), (B, "", "B", "")]


@pytest.mark.parametrize(
    ("attributes", "name", "title"),
    [
        (f'text="A" title="A" xmlUrl="{A}"', "", "A"),
        (f'text="Mine" title="Theirs" xmlUrl="{A}"', "Mine", "Theirs"),
        (f'title="Only title" xmlUrl="{A}"', "", "Only title"),
        (f'text="" title="Only title" xmlUrl="{A}"', "", "Only title"),
        (f'text="  " xmlUrl="{A}"', "", ""),
        (f'text="{A}" xmlUrl="{A}"', "", ""),
        (f'xmlUrl="{A}"', "", ""),
        (f'TEXT="Loud" XMLURL="{A}" TYPE="RSS"', "", "Loud"),
        (f'text="Small" xmlurl="{A}"', "", "Small"),
        (f'text="Old" type="rss" url="{A}"', "", "Old"),
        (f'text="R&D at AT&T" xmlUrl="{A}"', "", "R&D at AT&T"),
        (f'text="Caf&eacute; &amp; Co &lt;b&gt;" xmlUrl="{A}"', "", "Café & Co <b>"),
        (f'text="&unknown; &#x41;&#66;" xmlUrl="{A}"', "", "&unknown; AB"),
        (f'text="two\n lines &#27;[2J" xmlUrl="{A}"', "", "two lines [2J"),
    ],
)
def test_attributes_as_they_are_met(attributes: str, name: str, title: str) -> None:
    assert feeds(outlines(f"<outline {attributes}/>")) == [(A, name, title, "")]


def test_a_bare_ampersand_in_an_address_stays() -> None:
    data = outlines('<outline text="x" xmlUrl="https://a.example/feed?a=1&b=2&copy=3"/>')
    assert [feed.url for feed in opml.read(data).feeds] == ["https://a.example/feed?a=1&b=2&copy=3"]


def test_a_feed_twice_counts_once_and_is_told() -> None:
    found = opml.read(
        outlines(f'<outline text="1" xmlUrl="{A}"/><outline text="2" xmlUrl="HTTPS://A.example/feed#x"/>')
    )
    assert [feed.title for feed in found.feeds] == ["1"]
    assert found.twice == (A,)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "/etc/passwd", "~/secret.xml", "../x.xml", r"\\host\share"])
def test_no_list_reaches_a_file_of_this_machine(address: str) -> None:
    found = opml.read(outlines(f'<outline text="x" xmlUrl="{address}"/>'))
    assert found.feeds == ()
    assert "a file on a computer" in found.problems[0]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://a.example/x", "https://", "http://[::1"])
def test_an_address_of_another_kind_is_told(address: str) -> None:
    found = opml.read(outlines(f'<outline text="x" xmlUrl="{address}"/><outline text="A" xmlUrl="{A}"/>'))
    assert [feed.url for feed in found.feeds] == [A]
    assert len(found.problems) == 1
    assert "no web address" in found.problems[0]


def test_an_outline_without_address_is_told_but_an_empty_folder_is_not() -> None:
    found = opml.read(outlines('<outline type="rss" text="Lost"/><outline text="Empty folder"/>'))
    assert found.problems == ("“Lost” has no address of a feed.",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1256"])
def test_encodings(encoding: str) -> None:
    prolog = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
    text = f'{prolog}<opml><body><outline text="أخبار" xmlUrl="{A}"/></body></opml>'
    assert feeds(text.encode(encoding)) == [(A, "", "أخبار", "")]


def test_a_file_that_breaks_off_keeps_what_is_whole() -> None:
    whole = outlines(f'<outline text="F"><outline text="A" xmlUrl="{A}"/><outline text="B" xmlUrl="{B}"/></outline>')
    broken = whole[: whole.index(B.encode()) + 5]
    assert feeds(broken) == [(A, "", "A", "F")]


def test_a_file_made_to_grow_stays_small() -> None:
    bomb = '<!DOCTYPE opml [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
    data = f'{bomb}<opml><body><outline text="&b;&x;" xmlUrl="{A}"/></body></opml>'.encode()
    assert feeds(data) == [(A, "", "&b;&x;", "")]


def test_deep_nesting_is_no_matter() -> None:
    deep = outlines('<outline text="x">' * 5000 + f'<outline text="A" xmlUrl="{A}"/>' + "</outline>" * 5000)
    assert len(opml.read(deep).feeds) <= 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<!doctype html><html><body>hello</body></html>", "a web page"),
        (b'<?xml version="1.0"?><rss><channel/></rss>', "another kind of document"),
        (b"just some words\nand more words\n", "neither OPML nor newsboat's urls"),
        (b"Timers\n[Timer]\nOnCalendar=*:0/30\nWantedBy=timers.target\n./run\n", "neither OPML nor"),
        (b"See <opml> for more.\nhttps://a.example/\n.ci/check\n", "neither OPML nor"),
    ],
)
def test_something_else_is_told(data: bytes, words: str) -> None:
    with pytest.raises(opml.NotSubscriptions, match=words):
        opml.read(data)


def test_newsboats_urls() -> None:
    data = f"""# my feeds
{A} Jordan "~My name" late
{B} "World/Asia" !hidden

"query:Unread:unread = \\"yes\\"" tag
filter:~/bin/x:https://c.example/feed
https://d.example/feed "unbalanced
file:///home/someone/x.xml
""".encode()
    found = opml.read(data)
    assert [(feed.url, feed.name, feed.folder) for feed in found.feeds] == [
        (A, "My name", "Jordan"),
        (B, "", "World/Asia"),
        ("https://d.example/feed", "", '"unbalanced'),
    ]
    assert found.several_tags == 1
    assert len(found.problems) == 3
    assert "roya-tui --query 'is:unread' is the way here" in found.problems[0]
    assert "roya-tui runs none" in found.problems[1]
    assert "a file on a computer" in found.problems[2]


def test_a_line_that_is_no_address_is_told_among_those_that_are() -> None:
    found = opml.read(f"{A}\n{B} <tag>\n/etc/passwd\na.example/feed\n".encode())
    assert [feed.url for feed in found.feeds] == [A, B]
    assert found.problems == ("“/etc/passwd” is no address.", "“a.example/feed” is no address.")


def test_an_empty_list_is_no_mistake() -> None:
    assert opml.read(outlines()) == opml.Subscriptions(())
    assert opml.read(b"") == opml.Subscriptions(())


def test_what_is_written_is_plain_opml_that_others_read() -> None:
    text = opml.write([NewSource(A, title="R&D", folder="News/Jordan", homepage="https://a.example/")]).decode()
    assert text.startswith("<?xml version='1.0' encoding='utf-8'?>\n<opml version=\"2.0\">")
    assert '<outline text="News" title="News">' in text
    assert f'type="rss" text="R&amp;D" xmlUrl="{A}" title="R&amp;D" htmlUrl="https://a.example/"' in text
    assert "urn:roya-tui" not in text


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(one_line)
FOLDERS = st.lists(WORDS.map(lambda word: word.replace("/", "").strip()).filter(bool), max_size=3).map("/".join)
SOURCES = st.builds(
    NewSource,
    url=st.from_regex(r"https://[a-z]{1,8}\.example/[a-z&=?;'%20]{0,12}", fullmatch=True).map(tidy),
    name=WORDS,
    title=WORDS,
    folder=FOLDERS,
    zone=st.sampled_from(["", "Asia/Amman"]),
    mapping=st.sampled_from(["", "roya"]),
    language=st.sampled_from(["", "ar", "en"]),
    homepage=st.sampled_from(["", "https://a.example/?a=1&b=2"]),
    interval=st.none() | st.integers(0, 10**6),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(SOURCES, max_size=6, unique_by=lambda source: source.url))
def test_nothing_is_lost_on_the_way_out_and_back(sources: list[NewSource]) -> None:
    found = opml.read(opml.write(sources))
    assert found.problems == ()
    assert {feed.url: feed for feed in found.feeds} == {source.url: source for source in sources}
