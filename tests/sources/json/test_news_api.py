"""News APIs in JSON, read with a mapping."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from roya_tui.config import JsonMapping
from roya_tui.config.mapping_path import MappingPathError
from roya_tui.config.mapping_path import parse as parse_path
from roya_tui.model import Feed, Picture
from roya_tui.sources.json.news_api import PRESETS, find_mapping
from roya_tui.sources.parser import NotAFeed, parse

ROYA = {
    "latest_news": [
        {"section_name": "سياسة، اقتصاد", "news_title": "وزارة المياه تنشر خطة",
         "imageLink": "https://img.example/1.jpg", "created_at": "04-07-2025 00:16"},
        {"section_name": "Sport", "news_title": "A match &amp; a draw", "imageLink": None,
         "created_at": "2020-04-10 20:37"},
    ]
}  # fmt: skip


def read(document: Any, mapping: JsonMapping | None = None, **more: Any) -> Feed:
    return parse(json.dumps(document).encode(), mapping=mapping, **more)


def test_roya_is_read_by_name_and_recognized() -> None:
    feed = read(ROYA, PRESETS["roya"])
    assert (feed.format, feed.title, feed.warnings) == ("JSON (roya)", "Roya News", ())
    first, second = feed.entries
    assert (first.title, first.tags) == ("وزارة المياه تنشر خطة", ("سياسة، اقتصاد",))
    assert (first.guid, first.url, first.summary, first.content) == ("", "", "", "")
    assert first.pictures == (Picture("https://img.example/1.jpg"),)
    assert (first.published.at, first.published.raw) == (1751577360, "04-07-2025 00:16")
    assert (second.title, second.pictures, second.published.at) == ("A match & a draw", (), 1586540220)
    assert read(ROYA) == feed
    for mapping in (None, PRESETS["roya"]):  # the zone of the source has priority
        assert read(ROYA, mapping, zone="UTC").entries[0].published.at == 1751588160
    item = {**ROYA["latest_news"][0], "news_id": 377125, "link": "/news/377125/x"}
    (entry,) = read({"latest_news": [item]}, PRESETS["roya"], url="https://en.royanews.tv/api").entries
    assert (entry.guid, entry.url) == ("377125", "https://en.royanews.tv/news/377125/x")


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("articles", "articles-with-urlToImage"),
        ("results", "results-of-a-content-api"),
        ("data", "data-with-headlines"),
    ],
)
def test_mapping_of_a_common_api_is_used_by_name(name: str, file: str) -> None:
    data = (Path(__file__).parents[2] / "data" / "feeds" / "json-apis" / f"{file}.json").read_bytes()
    assert parse(data, mapping=find_mapping(name, {})) == parse(data)


OWN = JsonMapping("own", "a.b", title="t", url="u", tags="x.name", image="media.0.url", author="by", updated="m")


def test_mapping_reads_its_paths() -> None:
    item = {
        "t": "T", "u": "/1", "x": [{"name": "One"}, {"name": "Two, three"}, {"no": 1}, {"name": "One"}],
        "media": [{"url": "/i.jpg"}, {"url": "/j.jpg"}], "by": ["Ann", "Bo"], "m": 1751577360,
    }  # fmt: skip
    (entry,) = read({"a": {"b": [item]}}, OWN, url="https://a.example/api").entries
    assert (entry.title, entry.url, entry.tags) == ("T", "https://a.example/1", ("One", "Two, three"))
    assert (entry.authors, entry.updated.at) == (("Ann", "Bo"), 1751577360)
    assert entry.pictures == (Picture("https://a.example/i.jpg"),)


@pytest.mark.parametrize(
    ("items", "document"),
    [
        ("", [{"t": "T"}]),
        ("data", {"data": [{"t": "T"}]}),
        ("data.0.list", {"data": [{"list": [{"t": "T"}]}]}),
        ("a.b", {"a": {"b": {"1": {"t": "T"}}}}),
    ],
)
def test_mapping_finds_its_list_of_items(items: str, document: Any) -> None:
    assert [entry.title for entry in read(document, replace(OWN, items=items)).entries] == ["T"]


NO_LIST = "The mapping “own” expects a list at “a.b”."


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"a": {}}, NO_LIST),
        ({"a": {"b": "x"}}, NO_LIST),
        ({"a": {"c": [], "d": 1}, "e": 2}, f"{NO_LIST} “a” has: c, d."),
        ({"status": "error", "code": 7}, f"{NO_LIST} Available: status, code."),
        ([], NO_LIST),
        ({"a": {"b": [{"title": "T"}]}},
         "The mapping “own” reads title from “t”, which no item has. Available: title."),
    ],
)  # fmt: skip
def test_missing_path_is_named_in_the_refusal(document: Any, message: str) -> None:
    with pytest.raises(NotAFeed) as raised:
        read(document, OWN)
    assert str(raised.value) == message


def test_other_missing_paths_are_warnings() -> None:
    feed = read({"a": {"b": [{"t": "T", "u": "https://a.example/"}]}}, OWN)
    assert feed.warnings == (
        "The mapping “own” reads updated from “m”, which no item has.",
        "The mapping “own” reads tags from “x.name”, which no item has.",
        "The mapping “own” reads author from “by”, which no item has.",
        "The mapping “own” reads image from “media.0.url”, which no item has.",
    )
    assert read({"a": {"b": []}}, OWN).entries == ()
    with pytest.raises(NotAFeed) as raised:
        parse(b"<html></html>", mapping=OWN)
    assert str(raised.value) == "It is a web page without a feed. The mapping “own” reads only JSON."


def test_mapping_is_found_by_name() -> None:
    mine = replace(OWN, name="roya")
    assert find_mapping("roya", {"roya": mine}) is mine
    assert find_mapping("roya", {}).zone == "Asia/Amman"
    with pytest.raises(KeyError) as raised:
        find_mapping("nope", {"mine": mine})
    assert raised.value.args[0] == f"There is no mapping “nope”. Available: {', '.join(sorted({*PRESETS, 'mine'}))}."


RICH = JsonMapping(
    "rich", "sections.stories", title="head | 'Without a title'", url="/{day}/{slug}", author="{by.first} {by.last}",
    content="paragraphs", image="sizes.*.url", published="when", language="lang", comments="talk", dates="month first",
    homepage="https://town.example/",
)  # fmt: skip


def rich_entry(**fields: Any) -> Any:
    (entry,) = read({"sections": [{"stories": [fields]}, {"stories": []}]}, RICH, url="https://api.example/v1").entries
    return entry


def test_mapping_has_defaults_templates_and_lists() -> None:
    entry = rich_entry(day="0704", slug="rain", by=[{"first": "Ann", "last": "Sample"}], lang="ar", talk="/talk/1")
    assert (entry.title, entry.url) == ("Without a title", "https://town.example/0704/rain")
    assert (entry.authors, entry.language, entry.comments) == (("Ann Sample",), "ar", "https://town.example/talk/1")
    entry = rich_entry(head="Rain", day="0704")
    assert (entry.title, entry.url) == ("Rain", "")
    sizes = {"a": {"url": "/a.jpg?x=1&amp;y=2"}, "b": {"url": "/b.jpg"}}
    entry = rich_entry(paragraphs=["One, two.", "Three & four."], sizes=sizes)
    assert entry.content == "<p>One, two.</p>\n<p>Three &amp; four.</p>"
    urls = ["https://town.example/a.jpg?x=1&y=2", "https://town.example/b.jpg"]
    assert [picture.url for picture in entry.pictures] == urls
    document = {"sections": [{"stories": [{"head": "A"}, "x"]}, {"stories": [{"head": "B"}]}, {"none": 1}]}
    assert [entry.title for entry in read(document, RICH).entries] == ["A", "B"]


@pytest.mark.parametrize(
    ("hint", "raw", "at"),
    [
        ("", "07/04/2025 00:16", 1743984960), ("month first", "07/04/2025 00:16", 1751588160),
        ("month first", "7-4-2025 00:16", 1751588160), ("month first", "2025-07-04 00:16", 1751588160),
        ("%H.%M on %m/%d/%y", "00.16 on 07/04/25", 1751588160),
        ("%y%m%d %H%M %z", "250704 0316 +0300", 1751588160),
        ("%y%m%d", "2025-07-04 00:16", 1751588160), ("%y%m%d", "nonsense", None),
    ],
)  # fmt: skip
def test_date_format_of_the_mapping_is_used(hint: str, raw: str, at: int | None) -> None:
    hinted = replace(OWN, items="", published="when", dates=hint)
    (entry,) = read([{"t": "T", "when": raw}], hinted).entries
    assert (entry.published.at, entry.published.raw) == (at, raw)


def test_time_of_a_date_format_is_in_the_zone_and_must_be_plausible() -> None:
    mapping = replace(OWN, items="", published="when", dates="%d/%m/%y %H.%M", zone="Asia/Amman")
    items = [{"t": "T", "when": "04/07/25 00.16"}, {"t": "T", "when": "04/07/60 00.16"}]
    near, far = read(items, mapping, now=1751588160).entries
    assert (near.published.at, far.published.at) == (1751577360, None)


DOCUMENT: dict[str, Any] = {
    "id": 7, "slug": "rain", "title": "Rain", "empty": "", "none": None, "nothing": [], "dc:creator": "Ann",
    "news": {"items": [{"n": 1, "a.b": "x"}, {"n": 2}, {"n": 3}]},
    "sizes": {"small": {"url": "s"}, "large": {"url": "l"}},
    "terms": [[{"name": "water"}], [{"name": "sea"}, {"name": "port, quay"}]],
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("", DOCUMENT), ("title", "Rain"), ("  title ", "Rain"), ("news.items.0.n", 1), ("news.items.-1.n", 3),
        ("news.items.9.n", None), ("news.items.n", [1, 2, 3]), ('news.items."a.b"', ["x"]),
        ("sizes.*.url", ["s", "l"]), ("terms.name", ["water", "sea", "port, quay"]), ("dc:creator", "Ann"),
        ("nowhere.at.all", None), ("title.deeper", None), ("nowhere | title", "Rain"),
        ("empty | none | nothing | title", "Rain"), ("nowhere | 'No title'", "No title"), ("'a | b'", "a | b"),
        ("https://a.example/{id}/{slug}", "https://a.example/7/rain"),
        ("https://a.example/{nowhere}/{slug} | title", "Rain"),
        ("{news.items.n}: {title}", "1: Rain"), ("'{title}, at last'", "Rain, at last"),
    ],
)  # fmt: skip
def test_path_is_evaluated(path: str, found: Any) -> None:
    assert parse_path(path).evaluate(DOCUMENT) == found


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("news..items", "“news..items” is not a path. A name is missing at a dot."),
        (".news", "“.news” is not a path"), ("news.", "“news.” is not a path"),
        ("title |", "“title |” must not end with “|”."),
        ("| title", "“| title” is not a path"), ("title | | id", "“title | | id” is not a path"),
        ("https://a.example/{slug", "A quote, brace or name is missing."),
        ("https://a.example/{a..b}", "“https://a.example/{a..b}” is not a path"),
        ("'open", "A quote, brace or name is missing."), ('"open', "A quote, brace or name is missing."),
        ("'a'b", "A quote, brace or name is missing."),
    ],
)  # fmt: skip
def test_invalid_path_is_refused_with_a_message(path: str, message: str) -> None:
    with pytest.raises(MappingPathError) as raised:
        parse_path(path)
    assert message in str(raised.value)


@given(st.text("ab.|{}'\"*0 -", max_size=20))
def test_any_text_is_a_path_or_refused(path: str) -> None:
    with suppress(MappingPathError):
        parse_path(path).evaluate({"a": [{"b": 1}], "b": {"a": "x"}})
