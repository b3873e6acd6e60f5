"""Subscription lists in OPML and newsboat's format: read with any damage, and written."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui.model import NewSource
from roya_tui.sources import subscription_lists
from roya_tui.sources.urls import normalize
from roya_tui.text import one_line


def outlines(*lines: str, version: str = "2.0") -> bytes:
    body = "".join(lines)
    return f'<?xml version="1.0"?><opml version="{version}"><head/><body>{body}</body></opml>'.encode()


def feeds(data: bytes) -> list[tuple[str, str, str, str]]:
    return [(feed.url, feed.name, feed.title, feed.folder) for feed in subscription_lists.read(data).sources]


A, B = "https://a.example/feed", "https://b.example/feed"


@pytest.mark.parametrize("version", ["1.0", "1.1", "2.0", "9"])
def test_folders_are_read_in_each_version(version: str) -> None:
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
        (f'text="  " xmlUrl="{A}"', "", ""), (f'text="{A}" xmlUrl="{A}"', "", ""), (f'xmlUrl="{A}"', "", ""),
        (f'TEXT="Loud" XMLURL="{A}" TYPE="RSS"', "", "Loud"),
        (f'text="Small" xmlurl="{A}"', "", "Small"), (f'text="Old" type="rss" url="{A}"', "", "Old"),
        (f'text="R&D at AT&T" xmlUrl="{A}"', "", "R&D at AT&T"),
        (f'text="Caf&eacute; &amp; Co &lt;b&gt;" xmlUrl="{A}"', "", "Café & Co <b>"),
        (f'text="&unknown; &#x41;&#66;" xmlUrl="{A}"', "", "&unknown; AB"),
        (f'text="two\n lines &#27;[2J" xmlUrl="{A}"', "", "two lines [2J"),
    ],
)  # fmt: skip
def test_attributes_are_read(attributes: str, name: str, title: str) -> None:
    assert feeds(outlines(f"<outline {attributes}/>")) == [(A, name, title, "")]


def test_duplicates_and_outlines_without_address_are_reported() -> None:
    outline = f'<outline text="1" xmlUrl="{A}"/><outline text="2" xmlUrl="HTTPS://A.example/feed#x"/>'
    found = subscription_lists.read(outlines(outline))
    assert [feed.title for feed in found.sources] == ["1"]
    assert found.duplicates == [A]
    found = subscription_lists.read(outlines('<outline type="rss" text="Lost"/><outline text="Empty folder"/>'))
    assert found.problems == ["“Lost” has no address of a feed."]
    include = '<outline type="include" text="More" url="https://a.example/more.opml"/>'
    assert subscription_lists.read(outlines(include)).problems == ["“More” has no address of a feed."]


@pytest.mark.parametrize("address", ["file:///etc/passwd", "/etc/passwd", "~/secret.xml", "../x.xml", r"\\host\share"])
def test_files_are_refused(address: str) -> None:
    found = subscription_lists.read(outlines(f'<outline text="x" xmlUrl="{address}"/>'))
    assert found.sources == ()
    assert "a file on a computer" in found.problems[0]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://a.example/x", "https://", "http://[::1"])
def test_other_addresses_are_refused_with_a_problem(address: str) -> None:
    found = subscription_lists.read(outlines(f'<outline text="x" xmlUrl="{address}"/><outline text="A" xmlUrl="{A}"/>'))
    assert [feed.url for feed in found.sources] == [A]
    assert len(found.problems) == 1
    assert "not a valid address" in found.problems[0]


BOTH = [(A, "", "A", ""), (B, "", "B", "")]
ONE, OTHER = f'<outline text="A" xmlUrl="{A}"/>', f'<outline text="B" xmlUrl="{B}"/>'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # attributes
        (f'<outline text="A" text="C" xmlUrl="{A}"/>{OTHER}', BOTH),
        (f'<outline text=A xmlUrl={A} />{OTHER}', BOTH), (f"<outline text='A' xmlUrl = '{A}' />{OTHER}", BOTH),
        (f'<outline text="A"xmlUrl="{A}"/>{OTHER}', BOTH),
        (f'<outline text="A" x:y="1" xmlUrl="{A}"/><x:z/>{OTHER}', BOTH),
        (f'<outline text="A &lt; B" xmlUrl="{A}"/>', [(A, "", "A < B", "")]),
        (f'<outline text="A < B > C" xmlUrl="{A}"/>{OTHER}', [(A, "", "A < B > C", ""), BOTH[1]]),
        (f'<outline text="He said "no" twice" xmlUrl="{A}"/>{OTHER}', [(A, "", 'He said "no" twice', ""), BOTH[1]]),
        (f"<outline text='Tom's' xmlUrl='{A}'/>{OTHER}", [(A, "", "Tom's", ""), BOTH[1]]),
        (f'<outline text="A xmlUrl="{A}"/>{OTHER}', [BOTH[1]]),
        (f'<outline text="A&#1;&#0;\x00\x01" xmlUrl="\n {A} \n"/>{OTHER}', [(A, "", "A\ufffd", ""), BOTH[1]]),
        (f'<outline text="&notin; &notion; &copy=1" xmlUrl="{A}"/>', [(A, "", "∉ &notion; &copy=1", "")]),
        (f'<outline text="A" feedUrl="{A}"/><outline text="B" rssUrl="{B}"/>', BOTH),
        ('<outline text="A" xmlUrl="https://a.example/?x&amp;amp;y"/>', [("https://a.example/?x&y", "", "A", "")]),
        # elements
        (f'<OUTLINE TEXT="F"><OUTLINE TEXT="A" XMLURL="{A}"/></OUTLINE>{OTHER}', [(A, "", "A", "F"), BOTH[1]]),
        (f'<opml:outline text="A" xmlUrl="{A}"/>{OTHER}', BOTH),
        (f'<outline text="F"><outline text="A" xmlUrl="{A}">{OTHER}</outline>', [(A, "", "A", "F"), (B, "", "B", "F")]),
        (f'<outline text="A" xmlUrl="{A}">{OTHER}</outline>', BOTH),
        (
            f'<outline text="F"><outline text="A" xmlUrl="{A}"><outline text="B" xmlUrl="{B}"></outline></outline>'
            '<outline text="C" xmlUrl="https://c.example/"/>',
            [(A, "", "A", "F"), (B, "", "B", "F"), ("https://c.example/", "", "C", "")],
        ),
        (f'<outline text="F">{ONE}</outline></outline></outline>{OTHER}', [(A, "", "A", "F"), BOTH[1]]),
        (f'<outline text="F">{ONE}', [(A, "", "A", "F")]), (f'<!-- {ONE} --><![CDATA[{ONE}]]>{OTHER}', [BOTH[1]]),
        (f'<outline text="  "><outline title="G/H">{ONE}</outline></outline>', [(A, "", "A", "G/H")]),
        # categories, without a folder
        (f'<outline text="A" category="/News/Jordan,late" xmlUrl="{A}"/>', [(A, "", "A", "News/Jordan")]),
        (f'<outline text="A" category=", , tag ,other" xmlUrl="{A}"/>', [(A, "", "A", "tag")]),
        (f'<outline text="F"><outline text="A" category="tag" xmlUrl="{A}"/></outline>', [(A, "", "A", "F")]),
    ],
)  # fmt: skip
def test_damaged_list_is_read(text: str, found: list[tuple[str, str, str, str]]) -> None:
    assert feeds(outlines(text)) == found


@pytest.mark.parametrize(
    "document",
    [
        "Here is my list:\n{}", "\ufeff \n{}", "{}\n<!-- made in 0.2 s --> thanks", "{}</unexpected>",
        "<html><body><pre>{}</pre></body></html>",
    ],
)  # fmt: skip
def test_text_around_a_list_is_ignored(document: str) -> None:
    assert feeds(document.format(outlines(ONE).decode()).encode()) == BOTH[:1]


def test_several_compressed_and_partial_lists_are_read() -> None:
    assert feeds(gzip.compress(outlines(ONE))) == BOTH[:1]
    assert feeds(outlines(f'<outline text="F">{ONE}') + outlines(OTHER)) == [(A, "", "A", "F"), BOTH[1]]
    assert feeds(f"{ONE}\n{OTHER}".encode()) == BOTH
    assert feeds(f"<opml xmlns><body>{ONE}</body><body>{OTHER}</body>".encode()) == BOTH
    whole = outlines(f'<outline text="F">{ONE}{OTHER}</outline>')
    assert feeds(whole[: whole.index(B.encode()) + 5]) == [(A, "", "A", "F")]
    ampersands = '<outline text="x" xmlUrl="https://a.example/feed?a=1&b=2&copy=3"/>'
    assert feeds(outlines(ampersands))[0][0] == "https://a.example/feed?a=1&b=2&copy=3"


def test_programs_in_a_list_are_reported_and_not_run() -> None:
    found = subscription_lists.read(
        outlines(
            '<outline text="p" xmlUrl="|~/make_feed.py"/><outline text="e" xmlUrl="exec:date"/>',
            f'<outline text="A" filtercmd="~/keep.pl" xmlUrl="{A}"/>',
        )
    )
    assert [feed.url for feed in found.sources] == [A]
    assert found.problems == [
        "“|~/make_feed.py”: a program that newsboat runs, and roya-tui runs none.",
        "“exec:date”: a program that newsboat runs, and roya-tui runs none.",
        "“A”: its filter is a program, and roya-tui runs none.",
    ]


def test_entities_and_deep_nesting_are_harmless() -> None:
    bomb = '<!DOCTYPE opml [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
    data = f'{bomb}<opml><body><outline text="&b;&x;" xmlUrl="{A}"/></body></opml>'.encode()
    assert feeds(data) == [(A, "", "&b;&x;", "")]

    deep = outlines('<outline text="x">' * 5000 + f'<outline text="A" xmlUrl="{A}"/>' + "</outline>" * 5000)
    assert len(subscription_lists.read(deep).sources) <= 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<!doctype html><html><body>hello</body></html>", "a web page"),
        (b'<?xml version="1.0"?><rss><channel/></rss>', "another kind of document"),
        (b"just some words\nand more words\n", "neither OPML nor newsboat's urls"),
        (b"Timers\n[Timer]\nOnCalendar=*:0/30\nWantedBy=timers.target\n./run\n", "neither OPML nor"),
        (b"See <opml> for more.\nhttps://a.example/\n.ci/check\n", "neither OPML nor"),
    ],
)
def test_other_documents_are_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(subscription_lists.NotASubscriptionList, match=reason):
        subscription_lists.read(data)


@pytest.mark.parametrize(
    ("line", "name", "folder"),
    [
        (A, "", ""), (f"{A} ~Name", "Name", ""),
        (f'"{A}" "tag one" "~My \\"own\\" name"', 'My "own" name', "tag one"),
        (f"{A}\ttag1\t~Tom's tag3", "Tom's", "tag1"), (f"{A} ~One ~Two", "One", ""),
        (f"{A} ! ~Name late", "Name", "late"), (f"{A} !hidden", "", ""), (f"{A} tag # a remark ~no", "", "tag"),
        (f'{A} "" ~ tag', "", "tag"), (f"{A} World//Asia/ أخبار", "", "World/Asia"),
        ("feed:https://a.example/feed tag", "", "tag"),
    ],
)  # fmt: skip
def test_lines_of_newsboat_are_read(line: str, name: str, folder: str) -> None:
    assert subscription_lists.read(line.encode()).sources == (NewSource(A, name=name, folder=folder),)


def test_list_of_newsboat_is_read_with_its_problems() -> None:
    data = f"""# my feeds
{A} Jordan "~My name" late
{B} "World/Asia" !hidden

"query:Unread:unread = \\"yes\\"" tag
filter:~/bin/x:https://c.example/feed
https://d.example/feed "unbalanced
file:///home/someone/x.xml
""".encode()
    found = subscription_lists.read(data)
    assert [(feed.url, feed.name, feed.folder) for feed in found.sources] == [
        (A, "My name", "Jordan"),
        (B, "", "World/Asia"),
        ("https://d.example/feed", "", "unbalanced"),
    ]
    assert found.multi_tag_count == 1
    assert len(found.problems) == 3
    assert "roya-tui feeds add NAME QUERY makes such a view here" in found.problems[0]
    assert "roya-tui runs none" in found.problems[1]
    assert "a file on a computer" in found.problems[2]


def test_invalid_lines_are_reported_and_empty_lists_are_valid() -> None:
    found = subscription_lists.read(f"{A}\n{B} <tag>\n/etc/passwd\na.example/feed\n".encode())
    assert [feed.url for feed in found.sources] == [A, B]
    assert found.problems == ["“/etc/passwd” is no address.", "“a.example/feed” is no address."]
    empty = subscription_lists.SubscriptionList()
    assert subscription_lists.read(outlines()) == subscription_lists.read(b"") == empty


def test_written_list_is_plain_opml() -> None:
    text = subscription_lists.write(
        [NewSource(A, title="R&D", folder="News/Jordan", homepage="https://a.example/")]
    ).decode()
    assert text.startswith("<?xml version='1.0' encoding='utf-8'?>\n<opml version=\"2.0\">")
    assert '<outline text="News" title="News">' in text
    assert f'type="rss" text="R&amp;D" xmlUrl="{A}" title="R&amp;D" htmlUrl="https://a.example/"' in text
    assert "urn:roya-tui" not in text


AWKWARD = """" ' <b> &amp; &amp;amp; & > ]]> <!-- /> 🗞️ أخبار a=b x"y="z""".split()
WORDS = (st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(AWKWARD)).map(one_line)
FOLDERS = st.lists(WORDS.map(lambda word: word.replace("/", "").strip()).filter(bool), max_size=3).map("/".join)
SOURCES = st.builds(
    NewSource,
    url=st.from_regex(r"https://[a-z]{1,8}\.example/[a-z&=?;'%20]{0,12}", fullmatch=True).map(normalize),
    name=WORDS, title=WORDS, folder=FOLDERS, zone=st.sampled_from(["", "Asia/Amman"]),
    mapping=st.sampled_from(["", "roya"]), language=st.sampled_from(["", "ar", "en"]),
    homepage=st.sampled_from(["", "https://a.example/?a=1&b=2"]), interval=st.none() | st.integers(0, 10**6),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(SOURCES, max_size=6, unique_by=lambda source: source.url))
def test_written_list_is_read_back_exactly(sources: list[NewSource]) -> None:
    found = subscription_lists.read(subscription_lists.write(sources))
    assert found.problems == []
    assert {feed.url: feed for feed in found.sources} == {source.url: source for source in sources}
