"""Addresses: absolute and safe, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui.sources.urls import resolve, resolve_link


@pytest.mark.parametrize(
    ("address", "bases", "found"),
    [
        ("https://a.example/x", (), "https://a.example/x"),
        ("HTTPS://a.example/x", (), "https://a.example/x"),
        ("  https://a.example/x\n", (), "https://a.example/x"),
        ("https://a.example/x\n  y", (), "https://a.example/xy"),
        ("https://a.example/a b", (), "https://a.example/a%20b"),
        ("https://a.example/?a=1&amp;b=2&amp;c", (), "https://a.example/?a=1&b=2&c"),
        ("https://a.example/?a=1&b=[2]", (), "https://a.example/?a=1&b=[2]"),
        ("https://a.example/خبر", (), "https://a.example/خبر"),
        ("https://مثال.example/", (), "https://مثال.example/"),
        ("http://a.example:8080/x", (), "http://a.example:8080/x"),
        ("http://[::1]/x", (), "http://[::1]/x"),
        ("//a.example/x", (), "https://a.example/x"),
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
        ("x", ("/home/me/feed.xml",), ""),
        ("x", (), ""),
        ("", ("https://a.example/",), ""),
        ("javascript:alert(1)", ("https://a.example/",), ""),
        ("java\nscript:alert(1)", ("https://a.example/",), ""),
        ("\x1bjavascript:alert(1)", ("https://a.example/",), ""),
        ("file:///etc/passwd", ("https://a.example/",), ""),
        ("data:text/html,x", ("https://a.example/",), ""),
        ("vbscript:x", (), ""),
        ("ftp://a.example/x", (), ""),
        ("mailto:ann@a.example", (), ""),
        ("http://", (), ""),
        ("http:///x", (), ""),
        ("http:x", (), ""),
        ("http://[bad/x", (), ""),
        ("x", ("http://[bad/",), ""),
        ("http://a.example:99999/x", (), ""),
        ("http://a.example:x/", (), ""),
        ("https://a.example/" + "x" * 5000, (), ""),
        ("https://a.example/\x1b[31m\u202e", (), "https://a.example/[31m"),
    ],
)
def test_absolute(address: str, bases: tuple[str, ...], found: str) -> None:
    assert resolve(address, bases) == found


def test_mail_is_safe_inside_a_text() -> None:
    assert resolve_link("mailto:ann@a.example") == "mailto:ann@a.example"
    assert resolve_link("tel:123") == ""
    assert resolve_link("/x", ("https://a.example/",)) == "https://a.example/x"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40) | st.text("htps:/.[]@?#%\\ \t\na1", max_size=40), st.text("htps:/.[]a1", max_size=20))
def test_whatever_comes_the_answer_is_an_address_on_the_web_or_nothing(address: str, base: str) -> None:
    found = resolve(address, (base, "https://a.example/x"))
    assert found == "" or found.startswith(("http://", "https://"))
    assert not any(c.isspace() for c in found)
    assert resolve(found) == found
