"""An address as people type it becomes one that can be fetched, or is told to be none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui.sources.urls import InvalidUrl, normalize


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("example.org/feed", "https://example.org/feed"),
        ("  example.org  ", "https://example.org/"),
        ("example.org:8080/feed", "https://example.org:8080/feed"),
        ("localhost:8000/feed.xml", "http://localhost:8000/feed.xml"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000/"),
        ("127.3.0.2/feed", "http://127.3.0.2/feed"),
        ("127.0.0.1.example.org/feed", "https://127.0.0.1.example.org/feed"),
        ("feed:https://example.org/x", "https://example.org/x"),
        ("feed:http://example.org/x", "http://example.org/x"),
        ("feed://example.org/x", "https://example.org/x"),
        ("feeds://example.org/x", "https://example.org/x"),
        ("feed:example.org/x", "https://example.org/x"),
        ("feed://https://example.org/x", "https://example.org/x"),
        ("//example.org/x", "https://example.org/x"),
        ("HTTPS://Example.ORG/X?q=A#part", "https://example.org/X?q=A"),
        ("https://bücher.example/ü?q=ü ü", "https://xn--bcher-kva.example/%C3%BC?q=%C3%BC%20%C3%BC"),
        ("https://user:p%40ss@example.org/", "https://user:p%40ss@example.org/"),
        ("http://[2001:db8::1]:80/x", "http://[2001:db8::1]:80/x"),
        ("https://example.org/a%20b", "https://example.org/a%20b"),
    ],
)
def test_an_address_as_people_type_it(text: str, address: str) -> None:
    assert normalize(text) == address
    assert normalize(address) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "mailto:a@example.org",
        "javascript:alert(1)",
        "ftp://x/y",
        "https:///x",
        "a b.example",
        "http://x:99999/",
    ],
)
def test_what_is_no_address_is_told(text: str) -> None:
    with pytest.raises(InvalidUrl):
        normalize(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_tidy_answers_or_tells(text: str) -> None:
    try:
        address = normalize(text)
    except InvalidUrl:
        return
    assert address.isascii()
    assert address.startswith(("http://", "https://"))
    assert normalize(address) == address
