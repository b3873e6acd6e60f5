"""The little language in which a mapping names places in JSON."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roya_tui.config.mapping_path import MappingPathError, parse

DOCUMENT: dict[str, Any] = {
    "id": 7,
    "slug": "rain",
    "title": "Rain",
    "empty": "",
    "none": None,
    "nothing": [],
    "news": {"items": [{"n": 1, "a.b": "x"}, {"n": 2}, {"n": 3}]},
    "sizes": {"small": {"url": "s"}, "large": {"url": "l"}},
    "terms": [[{"name": "water"}], [{"name": "sea"}, {"name": "port, quay"}]],
    "dc:creator": "Ann",
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("title", "Rain"),
        ("  title ", "Rain"),
        ("news.items.0.n", 1),
        ("news.items.-1.n", 3),
        ("news.items.9.n", None),
        ("news.items.n", [1, 2, 3]),
        ('news.items."a.b"', ["x"]),
        ("sizes.*.url", ["s", "l"]),
        ("terms.name", ["water", "sea", "port, quay"]),
        ("dc:creator", "Ann"),
        ("nowhere.at.all", None),
        ("title.deeper", None),
        ("nowhere | title", "Rain"),
        ("empty | none | nothing | title", "Rain"),
        ("nowhere | 'No title'", "No title"),
        ("'a | b'", "a | b"),
        ("https://a.example/{id}/{slug}", "https://a.example/7/rain"),
        ("https://a.example/{nowhere}/{slug} | title", "Rain"),
        ("{news.items.n}: {title}", "1: Rain"),
        ("'{title}, at last'", "Rain, at last"),
    ],
)
def test_what_lies_at_a_path(path: str, found: Any) -> None:
    assert parse(path).evaluate(DOCUMENT) == found


def test_no_path_is_the_document() -> None:
    assert parse("").evaluate(DOCUMENT) is DOCUMENT


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("news..items", '"news..items" is no path: between its dots a name is missing.'),
        (".news", '".news" is no path'),
        ("news.", '"news." is no path'),
        ("title |", '"title |" has nothing after its last "|".'),
        ("| title", '"| title" is no path'),
        ("title | | id", '"" in "title | | id" is no path'),
        ("https://a.example/{slug", "a quote, a brace or a name is missing."),
        ("https://a.example/{a..b}", '"a..b" in "https://a.example/{a..b}" is no path'),
        ("'open", "a quote, a brace or a name is missing."),
        ('"open', "a quote, a brace or a name is missing."),
        ("'a'b", "a quote, a brace or a name is missing."),
    ],
)
def test_a_path_that_cannot_be_one_is_named(path: str, words: str) -> None:
    with pytest.raises(MappingPathError) as raised:
        parse(path)
    assert words in str(raised.value)


@given(st.text("ab.|{}'\"*0 -", max_size=20))
def test_any_text_is_a_path_or_is_refused(path: str) -> None:
    with suppress(MappingPathError):
        parse(path).evaluate({"a": [{"b": 1}], "b": {"a": "x"}})
