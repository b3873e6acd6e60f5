"""JSON news APIs, read through a mapping."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from roya_tui.config import JsonMapping
from roya_tui.model import Feed, Picture
from roya_tui.sources.json.news_api import PRESETS, find_mapping
from roya_tui.sources.parser import NotAFeed, parse

ROYA = {
    "latest_news": [
        {
            "section_name": "سياسة، اقتصاد",
            "news_title": "وزارة المياه تنشر خطة",
            "imageLink": "https://img.example/1.jpg",
            "created_at": "04-07-2025 00:16",
        },
        {
            "section_name": "Sport",
            "news_title": "A match &amp; a draw",
            "imageLink": None,
            "created_at": "2020-04-10 20:37",
        },
    ]
}


def read(document: Any, mapping: JsonMapping | None = None, **more: Any) -> Feed:
    return parse(json.dumps(document).encode(), mapping=mapping, **more)


def test_roya() -> None:
    feed = read(ROYA, PRESETS["roya"])
    assert (feed.format, feed.title, feed.warnings) == ("JSON (roya)", "Roya News", ())
    first, second = feed.entries
    assert (first.title, first.tags) == ("وزارة المياه تنشر خطة", ("سياسة، اقتصاد",))
    assert (first.guid, first.url, first.summary, first.content) == ("", "", "", "")
    assert first.pictures == (Picture("https://img.example/1.jpg"),)
    assert (first.published.at, first.published.raw) == (1751577360, "04-07-2025 00:16")
    assert (second.title, second.pictures, second.published.at) == ("A match & a draw", (), 1586540220)


def test_roya_with_what_it_may_have_besides() -> None:
    item = {**ROYA["latest_news"][0], "news_id": 377125, "link": "/news/377125/x"}
    (entry,) = read({"latest_news": [item]}, PRESETS["roya"], url="https://en.royanews.tv/api").entries
    assert (entry.guid, entry.url) == ("377125", "https://en.royanews.tv/news/377125/x")


def test_the_persons_zone_goes_before_the_mappings() -> None:
    assert read(ROYA, PRESETS["roya"], zone="UTC").entries[0].published.at == 1751588160
    assert read(ROYA, zone="UTC").entries[0].published.at == 1751588160


@pytest.mark.parametrize(
    ("name", "document"),
    [
        (
            "articles",
            {
                "status": "ok",
                "articles": [
                    {
                        "source": {"id": None, "name": "News"},
                        "author": "Ann",
                        "title": "T",
                        "description": "S",
                        "url": "https://a.example/1",
                        "urlToImage": "https://a.example/1.jpg",
                        "publishedAt": "2025-07-03T21:16:00Z",
                        "content": "C",
                    }
                ],
            },
        ),
        (
            "results",
            {
                "response": {
                    "status": "ok",
                    "results": [
                        {
                            "id": "news/1",
                            "sectionName": "News",
                            "webTitle": "T",
                            "webUrl": "https://a.example/1",
                            "webPublicationDate": "2025-07-03T21:16:00Z",
                            "fields": {
                                "trailText": "S",
                                "body": "C",
                                "thumbnail": "https://a.example/1.jpg",
                                "byline": "Ann",
                            },
                        }
                    ],
                }
            },
        ),
        (
            "data",
            {
                "data": [
                    {
                        "id": 1,
                        "headline": "T",
                        "link": "https://a.example/1",
                        "date": "2025-07-03T21:16:00Z",
                        "summary": "S",
                        "body": "C",
                        "image": "https://a.example/1.jpg",
                        "category": ["News"],
                        "author": "Ann",
                    }
                ]
            },
        ),
    ],
)
def test_shapes_that_news_apis_use(name: str, document: Any) -> None:
    named = read(document, find_mapping(name, {}))
    (entry,) = named.entries
    assert (entry.title, entry.url, entry.summary, entry.content) == ("T", "https://a.example/1", "S", "C")
    assert (entry.authors, entry.tags, entry.published.at) == (("Ann",), ("News",), 1751577360)
    assert entry.pictures == (Picture("https://a.example/1.jpg"),)
    assert read(document) == named  # recognised without being named


def test_posts_of_the_usual_site_software() -> None:
    post = {
        "id": 7,
        "date_gmt": "2025-07-03T21:16:00",
        "modified_gmt": "2025-07-03T21:17:00",
        "guid": {"rendered": "https://a.example/?p=7"},
        "link": "https://a.example/7/",
        "title": {"rendered": "Tom&#8217;s &amp; more"},
        "content": {"rendered": "<p>C</p>", "protected": False},
        "excerpt": {"rendered": "<p>S</p>"},
    }
    (entry,) = read([post]).entries
    assert (entry.guid, entry.url, entry.title) == ("https://a.example/?p=7", "https://a.example/7/", "Tom’s & more")
    assert (entry.summary, entry.content) == ("<p>S</p>", "<p>C</p>")
    assert (entry.published.at, entry.updated.at) == (1751577360, 1751577420)


def test_roya_is_recognised() -> None:
    assert read(ROYA) == read(ROYA, PRESETS["roya"])


OWN = JsonMapping("own", "a.b", title="t", url="u", tags="x.name", image="media.0.url", author="by", updated="m")


def test_paths() -> None:
    item = {
        "t": "T",
        "u": "/1",
        "x": [{"name": "One"}, {"name": "Two, three"}, {"no": 1}, {"name": "One"}],
        "media": [{"url": "/i.jpg"}, {"url": "/j.jpg"}],
        "by": ["Ann", "Bo"],
        "m": 1751577360,
    }
    (entry,) = read({"a": {"b": [item]}}, OWN, url="https://a.example/api").entries
    assert (entry.title, entry.url, entry.tags) == ("T", "https://a.example/1", ("One", "Two, three"))
    assert (entry.authors, entry.updated.at) == (("Ann", "Bo"), 1751577360)
    assert entry.pictures == (Picture("https://a.example/i.jpg"),)


@pytest.mark.parametrize("items", ["", "data", "data.0.list"])
def test_where_the_list_may_be(items: str) -> None:
    found = [{"t": "T"}]
    document: Any = {"": found, "data": {"data": found}, "data.0.list": {"data": [{"list": found}]}}[items]
    assert [entry.title for entry in read(document, replace(OWN, items=items)).entries] == ["T"]


def test_a_list_may_be_an_object_of_items() -> None:
    assert [entry.title for entry in read({"a": {"b": {"1": {"t": "A"}, "2": {"t": "B"}}}}, OWN).entries] == ["A", "B"]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"a": {}}, "JSON without a list at 'a.b', where the mapping 'own' looks for it"),
        ({"a": {"b": "x"}}, "JSON without a list at 'a.b', where the mapping 'own' looks for it"),
        (
            {"a": {"c": [], "d": 1}, "e": 2},
            "JSON without a list at 'a.b', where the mapping 'own' looks for it; at 'a' there is 'c', 'd'",
        ),
        (
            {"status": "error", "code": 7},
            "JSON without a list at 'a.b', where the mapping 'own' looks for it; there is 'status', 'code'",
        ),
        ([], "JSON without a list at 'a.b', where the mapping 'own' looks for it"),
        (
            {"a": {"b": [{"title": "T"}]}},
            "JSON whose items have nothing at 't', where the mapping 'own' looks for the title; there is 'title'",
        ),
    ],
)
def test_a_path_that_is_not_there_is_named(document: Any, words: str) -> None:
    with pytest.raises(NotAFeed) as raised:
        read(document, OWN)
    assert str(raised.value) == words


def test_other_paths_that_are_nowhere_are_a_warning() -> None:
    feed = read({"a": {"b": [{"t": "T", "u": "https://a.example/"}]}}, OWN)
    assert feed.warnings == (
        "No item has anything at 'm', where the mapping 'own' looks for the time of the last change.",
        "No item has anything at 'x.name', where the mapping 'own' looks for the tags.",
        "No item has anything at 'by', where the mapping 'own' looks for the author.",
        "No item has anything at 'media.0.url', where the mapping 'own' looks for the picture.",
    )


def test_an_empty_list_is_a_feed_without_entries() -> None:
    assert read({"a": {"b": []}}, OWN).entries == ()


def test_a_mapping_is_for_json() -> None:
    with pytest.raises(NotAFeed) as raised:
        parse(b"<html></html>", mapping=OWN)
    assert str(raised.value) == "a web page that offers no feed, not JSON, which the mapping 'own' is for"


def test_mappings_by_name() -> None:
    mine = replace(OWN, name="roya")
    assert find_mapping("roya", {"roya": mine}) is mine
    assert find_mapping("roya", {}).zone == "Asia/Amman"
    with pytest.raises(KeyError) as raised:
        find_mapping("nope", {"mine": mine})
    assert raised.value.args[0] == f"There is no mapping 'nope'. Known are: {', '.join(sorted({*PRESETS, 'mine'}))}."


RICH = JsonMapping(
    "rich", "sections.stories", title="head | 'Without a title'", url="/{day}/{slug}", author="{by.first} {by.last}",
    content="paragraphs", image="sizes.*.url", published="when", language="lang", comments="talk", dates="month first",
    homepage="https://town.example/",
)  # fmt: skip


def story(**fields: Any) -> Any:
    (entry,) = read({"sections": [{"stories": [fields]}, {"stories": []}]}, RICH, url="https://api.example/v1").entries
    return entry


def test_defaults_and_joins() -> None:
    entry = story(day="0704", slug="rain", by=[{"first": "Ann", "last": "Sample"}], lang="ar", talk="/talk/1")
    assert (entry.title, entry.url) == ("Without a title", "https://town.example/0704/rain")
    assert (entry.authors, entry.language, entry.comments) == (("Ann Sample",), "ar", "https://town.example/talk/1")
    assert (story(head="Rain", day="0704").title, story(head="Rain", day="0704").url) == ("Rain", "")


def test_lists_are_paragraphs_and_pictures() -> None:
    entry = story(
        paragraphs=["One, two.", "Three & four."], sizes={"a": {"url": "/a.jpg?x=1&amp;y=2"}, "b": {"url": "/b.jpg"}}
    )
    assert entry.content == "<p>One, two.</p>\n<p>Three &amp; four.</p>"
    assert [picture.url for picture in entry.pictures] == [
        "https://town.example/a.jpg?x=1&y=2",
        "https://town.example/b.jpg",
    ]


@pytest.mark.parametrize(
    ("hint", "raw", "at"),
    [
        ("", "07/04/2025 00:16", 1743984960),
        ("month first", "07/04/2025 00:16", 1751588160),
        ("month first", "7-4-2025 00:16", 1751588160),
        ("month first", "2025-07-04 00:16", 1751588160),
        ("%H.%M on %m/%d/%y", "00.16 on 07/04/25", 1751588160),
        ("%y%m%d %H%M %z", "250704 0316 +0300", 1751588160),
        ("%y%m%d", "2025-07-04 00:16", 1751588160),
        ("%y%m%d", "nonsense", None),
    ],
)
def test_a_hint_says_how_times_are_written(hint: str, raw: str, at: int | None) -> None:
    hinted = replace(OWN, items="", published="when", dates=hint)
    (entry,) = read([{"t": "T", "when": raw}], hinted).entries
    assert (entry.published.at, entry.published.raw) == (at, raw)


def test_a_hinted_time_is_on_the_sources_clock_and_must_be_likely() -> None:
    hinted = replace(OWN, items="", published="when", dates="%d/%m/%y %H.%M", zone="Asia/Amman")
    near, far = read(
        [{"t": "T", "when": "04/07/25 00.16"}, {"t": "T", "when": "04/07/60 00.16"}], hinted, now=1751588160
    ).entries
    assert (near.published.at, far.published.at) == (1751577360, None)


def test_several_lists_are_read_as_one_and_items_of_another_kind_passed_over() -> None:
    document = {"sections": [{"stories": [{"head": "A"}, "x"]}, {"stories": [{"head": "B"}]}, {"none": 1}]}
    assert [entry.title for entry in read(document, RICH).entries] == ["A", "B"]
