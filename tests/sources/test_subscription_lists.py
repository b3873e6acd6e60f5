"""Subscription lists in OPML and newsboat's format, besides tests/data/subscriptions: read, repaired and written."""

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui.model import NewSource
from roya_tui.sources import subscription_lists
from roya_tui.sources.urls import normalize
from roya_tui.text import one_line


def outlines(lines: str = "") -> bytes:
    return f'<?xml version="1.0"?><opml version="2.0"><head/><body>{lines}</body></opml>'.encode()


def feeds(data: bytes) -> list[tuple[str, str, str, str]]:
    return [(feed.url, feed.name, feed.title, feed.folder) for feed in subscription_lists.read(data).sources]


A, B = "https://a.example/feed", "https://b.example/feed"
FILE, INVALID = "is a local file", "not a valid address"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("~/secret.xml", FILE), ("../x.xml", FILE), (r"\\host\share", FILE), ("ftp://a.example/x", INVALID),
        ("https://", INVALID), ("http://[::1", INVALID),
    ],
)  # fmt: skip
def test_other_addresses_are_refused_with_a_problem(address: str, words: str) -> None:
    found = subscription_lists.read(outlines(f'<outline text="x" xmlUrl="{address}"/><outline text="A" xmlUrl="{A}"/>'))
    assert [feed.url for feed in found.sources] == [A]
    assert len(found.problems) == 1
    assert words in found.problems[0]


BOTH = [(A, "", "A", ""), (B, "", "B", "")]
ONE, OTHER = f'<outline text="A" xmlUrl="{A}"/>', f'<outline text="B" xmlUrl="{B}"/>'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # attributes
        (f'<outline text="A" text="C" xmlUrl="{A}"/>{OTHER}', BOTH),
        (f"<outline text='A' xmlUrl = '{A}' />{OTHER}", BOTH), (f'<outline text="A"xmlUrl="{A}"/>{OTHER}', BOTH),
        (f'<outline text="A" type="rss" url="{A}"/>{OTHER}', BOTH),
        (f'<outline text="A &lt; B" xmlUrl="{A}"/>', [(A, "", "A < B", "")]),
        (f"<outline text='Tom's' xmlUrl='{A}'/>{OTHER}", [(A, "", "Tom's", ""), BOTH[1]]),
        (f'<outline text="A xmlUrl="{A}"/>{OTHER}', [BOTH[1]]),
        (f'<outline text="A&#1;&#0;\x00\x01" xmlUrl="\n {A} \n"/>{OTHER}', [(A, "", "A\ufffd", ""), BOTH[1]]),
        (f'<outline text="&notin; &notion; &copy=1" xmlUrl="{A}"/>', [(A, "", "∉ &notion; &copy=1", "")]),
        (f'<outline text="A" feedUrl="{A}"/><outline text="B" rssUrl="{B}"/>', BOTH),
        # elements
        (f'<opml:outline text="A" xmlUrl="{A}"/>{OTHER}', BOTH),
        (f'<outline text="F"><outline text="A" xmlUrl="{A}">{OTHER}</outline>', [(A, "", "A", "F"), (B, "", "B", "F")]),
        (
            f'<outline text="F"><outline text="A" xmlUrl="{A}"><outline text="B" xmlUrl="{B}"></outline></outline>'
            '<outline text="C" xmlUrl="https://c.example/"/>',
            [(A, "", "A", "F"), (B, "", "B", "F"), ("https://c.example/", "", "C", "")],
        ),
        (f'<outline text="F">{ONE}', [(A, "", "A", "F")]), (f'<!-- {ONE} --><![CDATA[{ONE}]]>{OTHER}', [BOTH[1]]),
        (f'<outline text="  "><outline title="G/H">{ONE}</outline></outline>', [(A, "", "A", "G/H")]),
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


def test_deep_nesting_is_harmless() -> None:
    deep = outlines('<outline text="x">' * 5000 + f'<outline text="A" xmlUrl="{A}"/>' + "</outline>" * 5000)
    assert len(subscription_lists.read(deep).sources) <= 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
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


def test_invalid_lines_are_reported_and_empty_lists_are_valid() -> None:
    found = subscription_lists.read(f"{A}\n{B} <tag>\n/etc/passwd\na.example/feed\n".encode())
    assert [feed.url for feed in found.sources] == [A, B]
    assert found.problems == ["“/etc/passwd” is not an address.", "“a.example/feed” is not an address."]
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
