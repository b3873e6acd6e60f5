"""JSON Feed: valid ones, deviations, and damage."""

import json
from contextlib import nullcontext
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui.model import Enclosure, Entry, Feed, Picture
from roya_tui.sources.json import decoder
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
NOT_QUITE = "The document is not valid JSON and was repaired."
TRAILING = "Text after the end of the feed was skipped."
CUT = "The JSON ends early. Only 1 entry was read."


@pytest.mark.parametrize(
    ("rest", "titles", "warning"),
    [
        (r"""[{"title": "it\'s \quoted \u12"}]}""", ["it's quoted u12"], NOT_QUITE),
        ('[{"title": "a"}]}]', ["a"], TRAILING), ('[{"title": "a"}]}\0\0\n', ["a"], ""),
        ('[{"title": "a"}], "rest": 5', ["a"], CUT), ('[{"title": "a"}], "rest": "', ["a"], CUT),
        # Objects inside a damaged or truncated entry are not entries.
        ('[{"title": "a"}, {"title": "b", "x": [{"title": "c"}, {"title": "d"}], "id": "', ["a"], CUT),
        (
            '[{"id": "1", "title": "a"}, {"id": "2", "attachments": [{"url": "/2.mp3"}, {"url": @}], "title": "b"},'
            ' {"id": "3", "title": "c", "attachments": [{"url": "/3.mp3"}, {"url": "/4.mp3"}]}]}',
            ["a", "c"],
            "Skipped a damaged part in line 2, column 93.",
        ),
        ('[{"title": "a"}}', ["a"], "The JSON is damaged in line 2, column 25. Only 1 entry was read."),
    ],
)  # fmt: skip
def test_invalid_json_is_repaired(rest: str, titles: list[str], warning: str) -> None:
    feed = parse((START + rest).encode())
    assert [entry.title for entry in feed.entries] == titles
    assert feed.warnings == ((warning,) if warning else ())


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
def test_truncated_feed_keeps_its_whole_entries(length: int) -> None:
    whole = sum(WHOLE[:length].count(f'"title": "T{n}", "tags": ["x", {{"y": [1, 2]}}]}}') for n in range(4))
    if not whole:
        with pytest.raises(NotAFeed, match="The JSON ends early"):
            parse(WHOLE[:length].encode())
        return
    feed = parse(WHOLE[:length].encode())
    assert [entry.guid for entry in feed.entries] == [str(n) for n in range(whole)]
    read = "1 entry was" if whole == 1 else f"the first {whole} entries were"
    assert feed.warnings[-1] == f"The JSON ends early. Only {read} read."


def test_too_much_damage_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoder, "MAX_STEPS", 1_000)
    with pytest.raises(NotAFeed, match="damaged and too long to repair"):
        parse((START + "[" + "{} " * 1_000).encode())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1"', "The JSON ends early."),
        ('{"version": "https://jsonfeed.org/version/1", "title": "abc', "The JSON ends early."),
        ('{"version": "https://jsonfeed.org/version/1",\n "items": [,]}', "The JSON is damaged in line 2, column 12."),
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
