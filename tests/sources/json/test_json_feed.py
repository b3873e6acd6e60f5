"""JSON Feed: valid ones, deviations, and errors."""

import json
from contextlib import nullcontext
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui.model import Enclosure, Entry, Feed, Picture
from roya_tui.sources.parser import NotAFeed, parse

VERSION = "https://jsonfeed.org/version/1.1"
ADDRESS = "https://feed.example/feed.json"


def read(items: list[Any], **top: Any) -> Feed:
    whole = {"version": VERSION, "title": "F", "home_page_url": "https://site.example/", **top, "items": items}
    return parse(json.dumps(whole).encode(), url=ADDRESS)


def item(**fields: Any) -> Entry:
    (entry,) = read([fields]).entries
    return entry


def test_texts_dates_and_objects_of_other_types_are_read() -> None:
    assert item(content_text="a < b\n\nc\nd").content == "<p>a &lt; b</p>\n<p>c<br>\nd</p>"
    assert item(content_html="", content_text="x").content == "<p>x</p>"
    assert item(content_html="<p>x</p>", content_text="y").content == "<p>x</p>"
    assert item(content_text="The first words of it").title == "The first words of it"

    one = item(date_published="Fri, 04 Jul 2025 00:16:00 +0300", date_modified="yesterday")
    assert (one.published.at, one.updated.at, one.updated.raw) == (1751577360, None, "yesterday")
    assert item(id="1").updated.at is None
    feeds = [read([{"id": "1"}], version=version) for version in ("1.1", None)]
    assert [feed.format for feed in feeds] == ["JSON Feed 1.1", "JSON Feed"]

    entry = item(url={"url": "/1"}, image={"url": "/i.jpg", "width": 9}, tags=[{"name": "water"}, {"id": 3}])
    assert (entry.url, entry.tags) == ("https://site.example/1", ("water",))
    assert entry.pictures == (Picture("https://site.example/i.jpg"),)

    assert item(attachments=[{"mime_type": "x"}, "x", None, {"url": "file:///x"}]).enclosures == ()
    assert item(attachments={"url": "/a.mp3", "size_in_bytes": "big"}).enclosures == (
        Enclosure("https://site.example/a.mp3"),
    )


@pytest.mark.parametrize(
    ("document", "is_feed"),
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
def test_feed_without_version_is_recognized_by_its_items(document: Any, is_feed: bool) -> None:
    with nullcontext() if is_feed else pytest.raises(NotAFeed, match="It is JSON, but not"):
        assert len(parse(json.dumps(document).encode()).entries) == 1


START = '{"version": "https://jsonfeed.org/version/1", "title": "F",\n"items": '
TRAILING = "Text after the end of the feed was skipped."


@pytest.mark.parametrize(
    ("rest", "title", "warning"),
    [
        ('[{"title": "a"}]}]', "a", TRAILING),
        ('[{"title": "a"}]}<!-- served from a cache -->', "a", TRAILING),
        ('[{"title": "a"}]}\0\0\n', "a", ""),
        ('[{"title": "a\nb", "content_html": "c\td"}]}', "a b", ""),
        ('[{"title": "a", "size": NaN}]}', "a", ""),
        ('[{"title": "a\\ud83d"}]}', "a", ""),
        ('[{"title": "a", "id": ' + "9" * 5_000 + "}]}", "a", ""),
    ],
    ids=["bracket", "comment", "NUL", "line end", "NaN", "half a character", "digits"],
)
def test_what_servers_write_without_a_library_is_read(rest: str, title: str, warning: str) -> None:
    feed = parse((START + rest).encode())
    assert [entry.title for entry in feed.entries] == [title]
    assert feed.warnings == ((warning,) if warning else ())
    assert feed.reader == "msgspec"


@pytest.mark.parametrize(
    ("before", "after", "warnings"),
    [
        (")]}',\n", "", 0), ("for(;;);", "", 0), ("while(1);", "", 0), ("var feed = ", ";", 0),
        ("// made by hand\n/* twice */ ", "", 0),
        ("<br />\n<b>Warning</b>: Undefined variable<br />\n", "", 1),
    ],
)  # fmt: skip
def test_text_around_a_feed_is_ignored(before: str, after: str, warnings: int) -> None:
    feed = parse((before + START + '[{"title": "a"}]}' + after).encode())
    assert [entry.title for entry in feed.entries] == ["a"]
    assert len(feed.warnings) == warnings


WHOLE = json.dumps({"version": VERSION, "items": [{"id": "1", "title": "T", "tags": ["x", {"y": [1, 2]}]}]}, indent=1)


@settings(max_examples=100, deadline=None)
@given(st.integers(2, len(WHOLE) - 1))
def test_truncated_feed_is_refused_with_the_place(length: int) -> None:
    with pytest.raises(
        NotAFeed, match=r"It is JSON with an error at line \d+, column \d+: the text ends early\."
    ) as raised:
        parse(WHOLE[:length].encode())
    lines = {text.count("\n") + 1 for text in (WHOLE[:length], WHOLE[:length].rstrip())}
    assert any(f" line {line}," in str(raised.value) for line in lines)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (START + '[{"id": "1"', "It is JSON with an error at line 2, column 21: the text ends early."),
        (START + '[{"id": "1" "2"}]}', "It is JSON with an error at line 2, column 22: expecting ',' delimiter."),
        (START + "[,]}", "It is JSON with an error at line 2, column 11: expecting value."),
        (START + '[{"id": "1"}}', "It is JSON with an error at line 2, column 22: expecting ',' delimiter."),
        (START + '[{"id": "\\q"}]}', "It is JSON with an error at line 2, column 19: invalid \\escape."),
        ('{"version": "https://jsonfeed.org/version/1", "items": ""}', "It is a JSON Feed without a list of items."),
        (
            '{"version": "https://jsonfeed.org/version/1", "items": ' + "[" * 100_000,
            "It is JSON that is nested too deeply.",
        ),
        ("[1, 2]", "It is JSON, but not a JSON Feed."),
    ],
)  # fmt: skip
def test_other_json_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(NotAFeed) as raised:
        parse(text.encode())
    assert str(raised.value) == reason
