"""JSON Feed as it is written, and as it is met."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui.model import Enclosure, Entry, Feed, Moment, Picture
from roya_tui.sources.parser import NotAFeed, parse

VERSION = "https://jsonfeed.org/version/1.1"
ADDRESS = "https://feed.example/feed.json"


def read(items: list[Any], **top: Any) -> Feed:
    whole = {"version": VERSION, "title": "F", "home_page_url": "https://site.example/", **top, "items": items}
    return parse(json.dumps(whole).encode(), url=ADDRESS)


def item(**fields: Any) -> Entry:
    (entry,) = read([fields]).entries
    return entry


def test_a_whole_item() -> None:
    assert item(
        id="https://site.example/1",
        url="/1",
        external_url="https://else.example/",
        title="Title [red] <b>",
        content_html='<p>Text <img src="i.png" alt="I"></p>',
        summary="Short & sweet",
        image="/lead.jpg",
        banner_image="/banner.jpg",
        date_published="2025-07-04T00:16:00+03:00",
        date_modified="2025-07-04T00:17:00+03:00",
        authors=[{"name": "Ann"}, {"name": "Bo", "url": "x"}],
        tags=["economy", "arts, culture"],
        language="en",
        attachments=[
            {"url": "/a.mp3", "mime_type": "audio/mpeg", "title": "Sound", "size_in_bytes": 12},
            {"url": "/a.jpg", "mime_type": "image/jpeg", "title": "Photo"},
        ],
    ) == Entry(
        guid="https://site.example/1",
        url="https://site.example/1",
        title="Title [red] <b>",
        authors=("Ann", "Bo"),
        published=Moment(1751577360, "2025-07-04T00:16:00+03:00"),
        updated=Moment(1751577420, "2025-07-04T00:17:00+03:00"),
        tags=("economy", "arts, culture"),
        summary="<p>Short &amp; sweet</p>",
        content='<p>Text <img src="https://site.example/i.png" alt="I"></p>',
        language="en",
        pictures=(
            Picture("https://site.example/lead.jpg"),
            Picture("https://site.example/banner.jpg"),
            Picture("https://site.example/a.jpg", "Photo"),
            Picture("https://site.example/i.png", "I"),
        ),
        enclosures=(
            Enclosure("https://site.example/a.mp3", "audio/mpeg", 12, "Sound"),
            Enclosure("https://site.example/a.jpg", "image/jpeg", title="Photo"),
        ),
    )


def test_what_a_feed_says_of_itself() -> None:
    feed = read([], title="A <b> &amp; c", description="D", language="ar", icon="/icon.png", favicon="/fav.ico")
    assert (feed.title, feed.description, feed.language) == ("A <b> & c", "D", "ar")
    assert (feed.homepage, feed.icon) == ("https://site.example/", "https://site.example/icon.png")
    assert read([], home_page_url="/home").homepage == "https://feed.example/home"


@pytest.mark.parametrize(
    ("version", "format_", "warnings"),
    [
        ("https://jsonfeed.org/version/1", "JSON Feed 1", 0),
        ("https://jsonfeed.org/version/1.1", "JSON Feed 1.1", 0),
        ("http://www.jsonfeed.org/version/1.1/", "JSON Feed 1.1", 0),
        ("https://jsonfeed.org/version/2", "JSON Feed 2", 0),
        ("jsonfeed", "JSON Feed", 1),
        ("JSON Feed 1.1", "JSON Feed", 1),
        ("1.1", "JSON Feed 1.1", 0),
        (1.1, "JSON Feed 1.1", 0),
        (None, "JSON Feed", 1),
    ],
)
def test_versions(version: Any, format_: str, warnings: int) -> None:
    feed = read([{"id": "1", "content_text": "x"}], version=version)
    assert (feed.format, len(feed.warnings), len(feed.entries)) == (format_, warnings, 1)


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({"url": "https://a.example/1"}, "https://a.example/1"),
        ({"external_url": "https://else.example/1"}, "https://else.example/1"),
        ({"url": "", "external_url": "https://else.example/1"}, "https://else.example/1"),
        ({"id": "https://a.example/id"}, "https://a.example/id"),
        ({"id": "a1"}, ""),
        ({"url": "javascript:alert(1)"}, ""),
        ({"url": ["x"]}, ""),
    ],
)
def test_where_an_item_leads(fields: dict[str, Any], url: str) -> None:
    assert item(**fields).url == url


def test_numbers_where_strings_belong() -> None:
    assert item(id=12).guid == "12"
    assert item(id=1.0).guid == "1"
    assert item(id=1.5).guid == "1.5"
    assert item(id=12345678901234567890123).guid == "12345678901234567890123"
    assert item(id=True).guid == ""
    assert item(id=None).guid == ""
    assert item(title=2025, tags=[7, "a", None, {"x": 1}]).title == "2025"
    assert item(tags=[7, "a", None, {"x": 1}]).tags == ("7", "a")
    assert item(date_published=1751577360).published.at == 1751577360
    assert item(date_published=1751577360000).published.at == 1751577360


@pytest.mark.parametrize(
    ("fields", "authors"),
    [
        ({"authors": [{"name": "Ann"}]}, ("Ann",)),
        ({"author": {"name": "Ann"}}, ("Ann",)),
        ({"author": "Ann"}, ("Ann",)),
        ({"author": ["Ann", "Bo"]}, ("Ann", "Bo")),
        ({"authors": [], "author": {"name": "Ann"}}, ("Ann",)),
        ({"authors": [{"name": "Ann"}, {"name": "Bo"}, {"name": "Ann"}], "author": {"name": "Cy"}}, ("Ann", "Bo")),
        ({"authors": ["not an object", {"name": "Bo"}]}, ("Bo",)),
        ({"authors": [{"url": "mailto:ann@a.example"}]}, ("ann@a.example",)),
        ({"authors": [{"name": [], "url": "https://a.example/"}]}, ("Feed Author",)),
        ({"authors": ["Ann", "Bo"]}, ("Ann", "Bo")),
        ({"authors": [{"name": ""}, {"url": "x"}]}, ("Feed Author",)),
        ({"authors": 5}, ("Feed Author",)),
        ({}, ("Feed Author",)),
    ],
)
def test_authors(fields: dict[str, Any], authors: tuple[str, ...]) -> None:
    assert read([fields], author={"name": "Feed Author"}).entries[0].authors == authors


def test_texts() -> None:
    assert item(content_text="a < b\n\nc\nd").content == "<p>a &lt; b</p>\n<p>c<br>\nd</p>"
    assert item(content_html="", content_text="x").content == "<p>x</p>"
    assert item(content_html="<p>x</p>", content_text="y").content == "<p>x</p>"
    assert item(content_text="The first words of it").title == "The first words of it"


def test_dates_of_another_kind() -> None:
    one = item(date_published="Fri, 04 Jul 2025 00:16:00 +0300", date_modified="yesterday")
    assert (one.published.at, one.updated.at, one.updated.raw) == (1751577360, None, "yesterday")
    assert item(id="1").updated.at is None


def test_attachments_that_are_none() -> None:
    assert item(attachments=[{"mime_type": "x"}, "x", None, {"url": "file:///x"}]).enclosures == ()
    assert item(attachments={"url": "/a.mp3", "size_in_bytes": "big"}).enclosures == (
        Enclosure("https://site.example/a.mp3"),
    )


@pytest.mark.parametrize(
    ("size", "length"), [(12, 12), ("12", 12), (12.75, 12), (0, None), (-1, None), ({}, None), (True, None), ("", None)]
)
def test_sizes_and_durations_of_attachments(size: Any, length: int | None) -> None:
    file = {"url": "/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": size, "duration_in_seconds": size}
    (enclosure,) = item(attachments=[file]).enclosures
    assert (enclosure.length, enclosure.duration) == (length, length)


def test_objects_where_addresses_and_names_belong() -> None:
    entry = item(url={"url": "/1"}, image={"url": "/i.jpg", "width": 9}, tags=[{"name": "water"}, {"id": 3}])
    assert (entry.url, entry.tags) == ("https://site.example/1", ("water",))
    assert entry.pictures == (Picture("https://site.example/i.jpg"),)


def test_a_feed_that_has_ended_says_so() -> None:
    assert read([], expired=True).warnings == ("The feed says that it has ended and will bring nothing new.",)
    assert read([], expired=False, next_url="/2", hubs=[{"type": "WebSub"}]).warnings == ()


@pytest.mark.parametrize(
    ("items", "guids"),
    [
        ({"0": {"id": "a"}, "2": {"id": "b"}}, ["a", "b"]),
        ({"id": "a", "content_text": "x"}, ["a"]),
        ({}, []),
        (None, []),
    ],
)
def test_items_that_are_no_list(items: Any, guids: list[str]) -> None:
    feed = read(items)
    assert [entry.guid for entry in feed.entries] == guids
    assert feed.warnings == ("The feed has no list of items.",)


@pytest.mark.parametrize(
    ("document", "is_one"),
    [
        ({"home_page_url": "https://a.example/", "items": [{"id": "1", "url": "https://a.example/1"}]}, True),
        ({"items": [{"id": "1", "content_html": "x"}]}, True),
        ({"items": [{"id": "1", "date_published": "2025-07-04"}]}, True),
        ({"items": [{"id": "1", "price": 3}]}, False),
        ({"items": ["1", {"content_html": "x"}]}, False),
        ({"items": {"a": "b"}}, False),
        ({"title": "T", "items": []}, False),
        ({"title": "T", "content_html": "x"}, False),
    ],
)
def test_a_feed_that_forgot_to_say_what_it_is(document: Any, is_one: bool) -> None:
    with nullcontext() if is_one else pytest.raises(NotAFeed, match="JSON, but not a JSON Feed"):
        assert len(parse(json.dumps(document).encode()).entries) == 1


def test_items_that_are_none_are_passed_over_and_it_is_said() -> None:
    feed = read(["x", None, {"id": "1"}, 5])
    assert [entry.guid for entry in feed.entries] == ["1"]
    assert feed.warnings == ("3 items are no objects and were passed over.",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_encodings(encoding: str) -> None:
    text = json.dumps({"version": VERSION, "title": "خبر عن المياه", "items": []}, ensure_ascii=False)
    assert parse(text.encode(encoding)).title == "خبر عن المياه"


def test_line_ends_inside_strings_are_read() -> None:
    assert parse(b'{"version": "https://jsonfeed.org/version/1", "title": "a\nb\tc", "items": []}').title == "a b c"


def test_half_a_surrogate_is_dropped() -> None:
    assert parse(b'{"version": "https://jsonfeed.org/version/1", "title": "a\\ud800b", "items": []}').title == "ab"


START = '{"version": "https://jsonfeed.org/version/1", "title": "F",\n"items": '
NOT_QUITE = "The document is not quite JSON, and was read all the same."
TRAILING = "Something stands after the end of the feed and was passed over."
CUT = "The document is cut off after 1 entry: it breaks off before its end."


@pytest.mark.parametrize(
    ("rest", "titles", "warning"),
    [
        ('[{"title": "a",}, {"title": "b"},],}', ["a", "b"], NOT_QUITE),
        ('[{"title": "a"} {"title": "b"}]}', ["a", "b"], NOT_QUITE),
        ('[{"title": "a" "id": "1"}]}', ["a"], NOT_QUITE),
        ('[ // one\n{"title": "a"}, /* two */ {"title": "b"}]}', ["a", "b"], NOT_QUITE),
        (r"""[{"title": "it\'s \quoted \u12"}]}""", ["it's quoted u12"], NOT_QUITE),
        ('[{"title": "a", "id": NaN}]}', ["a"], ""),
        ('[{"title": "x", "title": "a"}]}', ["a"], ""),
        ('[{"title": "a"}]} <!-- made in 0.2 s -->', ["a"], TRAILING),
        ('[{"title": "a"}]}]', ["a"], TRAILING),
        ('[{"title": "a"}]}\0\0\n', ["a"], ""),
        ('[{"title": "a"}], "rest": 5', ["a"], CUT),
        ('[{"title": "a"}], "rest": "', ["a"], CUT),
        # What looks like the next entry inside of one that is damaged or cut is none.
        ('[{"title": "a"}, {"title": "b", "x": [{"title": "c"}, {"title": "d"}], "id": "', ["a"], CUT),
        (
            '[{"id": "1", "title": "a"}, {"id": "2", "attachments": [{"url": "/2.mp3"}, {"url": @}], "title": "b"},'
            ' {"id": "3", "title": "c", "attachments": [{"url": "/3.mp3"}, {"url": "/4.mp3"}]}]}',
            ["a", "c"],
            "Something damaged in line 2, column 93 was passed over.",
        ),
        ('[{"title": "a"}}', ["a"], "The document is cut off after 1 entry: it is damaged in line 2, column 25."),
        (
            '[{"title": "a"},\n{"title": "b"},\n{"title": @}]}',
            ["a", "b"],
            "The document is cut off after 2 entries: it is damaged in line 4, column 11.",
        ),
    ],
)
def test_what_is_not_quite_json(rest: str, titles: list[str], warning: str) -> None:
    feed = parse((START + rest).encode())
    assert [entry.title for entry in feed.entries] == titles
    assert feed.warnings == ((warning,) if warning else ())


@pytest.mark.parametrize(
    ("before", "after", "warnings"),
    [
        (")]}'\n", "", 0),
        (")]}',\n", "", 0),
        ("for(;;);", "", 0),
        ("while(1);", "", 0),
        ("/**/ news.show_all(", ");\n", 0),
        ("var feed = ", ";", 0),
        ("// made by hand\n/* twice */ ", "", 0),
        ("Notice: Undefined variable $x on line 3\n", "", 1),
        ("<br />\n<b>Warning</b>: Undefined variable<br />\n", "", 1),
    ],
)
def test_what_may_stand_around_a_feed(before: str, after: str, warnings: int) -> None:
    feed = parse((before + START + '[{"title": "a"}]}' + after).encode())
    assert [entry.title for entry in feed.entries] == ["a"]
    assert len(feed.warnings) == warnings


WHOLE = json.dumps(
    {
        "version": VERSION,
        "authors": [{"name": "Ann"}, {"name": "Bo"}],
        "items": [{"id": str(n), "title": f"T{n}", "tags": ["x", {"y": [1, 2]}]} for n in range(4)],
        "title": "F",
    }
)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, len(WHOLE) - 1))
def test_cut_off_anywhere_every_whole_entry_is_read(length: int) -> None:
    whole = sum(WHOLE[:length].count(f'"title": "T{n}", "tags": ["x", {{"y": [1, 2]}}]}}') for n in range(4))
    if not whole:
        with pytest.raises(NotAFeed, match="JSON that breaks off before its end"):
            parse(WHOLE[:length].encode())
        return
    feed = parse(WHOLE[:length].encode())
    assert [entry.guid for entry in feed.entries] == [str(n) for n in range(whole)]
    count = "1 entry" if whole == 1 else f"{whole} entries"
    assert feed.warnings[-1] == f"The document is cut off after {count}: it breaks off before its end."


def test_damage_costs_bounded_time() -> None:
    with pytest.raises(NotAFeed, match="damaged, and too long to be mended"):
        parse((START + "[" + "{} " * 1_100_000).encode())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1"', "JSON that breaks off before its end"),
        ('{"version": "https://jsonfeed.org/version/1", "title": "abc', "JSON that breaks off before its end"),
        ('{"version": "https://jsonfeed.org/version/1",\n "items": [,]}', "JSON that is damaged in line 2, column 12"),
        ('{"version": "https://jsonfeed.org/version/1", "items": "none"}', "a JSON Feed without its list of items"),
        (
            '{"version": "https://jsonfeed.org/version/1", "items": ' + "[" * 100_000,
            "JSON that is nested too deeply to be read",
        ),
        ("[1, 2]", "JSON, but not a JSON Feed"),
    ],
)
def test_what_is_no_json_feed_is_said(text: str, words: str) -> None:
    with pytest.raises(NotAFeed) as raised:
        parse(text.encode())
    assert str(raised.value) == words
