"""Addresses: absolute and safe, as users type them, or refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui.sources.urls import InvalidUrl, normalize, resolve, resolve_link


@pytest.mark.parametrize(
    ("address", "bases", "found"),
    [
        ("https://a.example/x", (), "https://a.example/x"), ("HTTPS://a.example/x", (), "https://a.example/x"),
        ("  https://a.example/x\n", (), "https://a.example/x"),
        ("https://a.example/x\n  y", (), "https://a.example/xy"),
        ("https://a.example/a b", (), "https://a.example/a%20b"),
        ("https://a.example/?a=1&amp;b=2&amp;c", (), "https://a.example/?a=1&b=2&c"),
        ("https://a.example/?a=1&b=[2]", (), "https://a.example/?a=1&b=[2]"),
        ("https://a.example/خبر", (), "https://a.example/خبر"),
        ("https://مثال.example/", (), "https://مثال.example/"),
        ("http://a.example:8080/x", (), "http://a.example:8080/x"),
        ("http://[::1]/x", (), "http://[::1]/x"), ("//a.example/x", (), "https://a.example/x"),
        ("//a.example/x", ("http://b.example/",), "http://a.example/x"),
        ("www.a.example/x", (), "http://www.a.example/x"),
        ("/x", ("https://a.example/news/feed",), "https://a.example/x"),
        ("x?y=1", ("https://a.example/news/feed",), "https://a.example/news/x?y=1"),
        ("../x", ("https://a.example/news/feed",), "https://a.example/x"),
        ("#part", ("https://a.example/news/feed",), "https://a.example/news/feed#part"),
        ("/x", ("", "https://a.example/"), "https://a.example/x"),
        ("x", ("sub/", "https://a.example/dir/"), "https://a.example/dir/sub/x"),
        ("x", ("javascript:alert(1)", "https://a.example/"), "https://a.example/x"),
        ("x", ("file:///etc/", "https://a.example/"), "https://a.example/x"),
        ("x", ("/home/me/feed.xml",), ""), ("x", (), ""), ("", ("https://a.example/",), ""),
        ("javascript:alert(1)", ("https://a.example/",), ""), ("java\nscript:alert(1)", ("https://a.example/",), ""),
        ("\x1bjavascript:alert(1)", ("https://a.example/",), ""),
        ("file:///etc/passwd", ("https://a.example/",), ""), ("data:text/html,x", ("https://a.example/",), ""),
        ("vbscript:x", (), ""), ("ftp://a.example/x", (), ""), ("mailto:ann@a.example", (), ""), ("http://", (), ""),
        ("http:///x", (), ""), ("http:x", (), ""), ("http://[bad/x", (), ""), ("x", ("http://[bad/",), ""),
        ("http://a.example:99999/x", (), ""), ("http://a.example:x/", (), ""),
        ("https://a.example/" + "x" * 5000, (), ""),
        ("https://a.example/\x1b[31m\u202e", (), "https://a.example/[31m"),
    ],
)  # fmt: skip
def test_address_is_resolved_or_refused(address: str, bases: tuple[str, ...], found: str) -> None:
    assert resolve(address, bases) == found


def test_mail_links_are_allowed_in_texts() -> None:
    assert resolve_link("mailto:ann@a.example") == "mailto:ann@a.example"
    assert resolve_link("tel:123") == ""
    assert resolve_link("/x", ("https://a.example/",)) == "https://a.example/x"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40) | st.text("htps:/.[]@?#%\\ \t\na1", max_size=40), st.text("htps:/.[]a1", max_size=20))
def test_any_text_resolves_to_a_web_address_or_nothing(address: str, base: str) -> None:
    found = resolve(address, (base, "https://a.example/x"))
    assert found == "" or found.startswith(("http://", "https://"))
    assert not any(c.isspace() for c in found)
    assert resolve(found) == found


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("example.org/feed", "https://example.org/feed"), ("  example.org  ", "https://example.org/"),
        ("example.org:8080/feed", "https://example.org:8080/feed"),
        ("localhost:8000/feed.xml", "http://localhost:8000/feed.xml"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000/"), ("127.3.0.2/feed", "http://127.3.0.2/feed"),
        ("127.0.0.1.example.org/feed", "https://127.0.0.1.example.org/feed"),
        ("feed:https://example.org/x", "https://example.org/x"),
        ("feed:http://example.org/x", "http://example.org/x"), ("feed://example.org/x", "https://example.org/x"),
        ("feeds://example.org/x", "https://example.org/x"), ("feed:example.org/x", "https://example.org/x"),
        ("feed://https://example.org/x", "https://example.org/x"),
        ("//example.org/x", "https://example.org/x"),
        ("HTTPS://Example.ORG/X?q=A#part", "https://example.org/X?q=A"),
        ("https://bücher.example/ü?q=ü ü", "https://xn--bcher-kva.example/%C3%BC?q=%C3%BC%20%C3%BC"),
        ("https://user:p%40ss@example.org/", "https://user:p%40ss@example.org/"),
        ("http://[2001:db8::1]:80/x", "http://[2001:db8::1]:80/x"),
        ("https://example.org/a%20b", "https://example.org/a%20b"),
    ],
)  # fmt: skip
def test_typed_address_is_normalized(text: str, address: str) -> None:
    assert normalize(text) == address
    assert normalize(address) == address


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "mailto:a@example.org", "javascript:alert(1)", "ftp://x/y", "https:///x", "a b.example",
        "http://x:99999/",
    ],
)  # fmt: skip
def test_invalid_typed_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidUrl) as raised:
        normalize(text)
    example = str(raised.value).partition(" Example: ")[2]
    assert not example or normalize(example) == example


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_any_typed_text_is_normalized_or_refused(text: str) -> None:
    try:
        address = normalize(text)
    except InvalidUrl:
        return
    assert address.isascii()
    assert address.startswith(("http://", "https://"))
    assert normalize(address) == address
