"""Addresses as they are shown and compared."""

from __future__ import annotations

import pytest

from roya_tui.model import Source, display_address
from roya_tui.normalization import normalize_url


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://news.example/rss", "https://news.example/rss"),
        ("https://bob:s3cr3t@news.example/rss?a=b@c", "https://…@news.example/rss?a=b@c"),
        ("http://bob@[::1]:8080", "http://…@[::1]:8080"),
        ("/home/x/a@b.xml", "/home/x/a@b.xml"),
        ("/home/x/\x1b[31mred.xml", "/home/x/�[31mred.xml"),
        ("/home/x/أخبار.xml", "/home/x/أخبار.xml"),
    ],
)
def test_shown_address_has_no_password_or_control_character(address: str, shown: str) -> None:
    assert display_address(address) == shown
    assert Source(1, address).label == shown


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://a.example/x", "https://a.example/x/", True),
        ("https://a.example/x?id=1&utm_campaign=y", "https://A.example/x?id=1", True),
        ("https://a.example/p.jpg?v=20261120", "https://a.example/p.jpg?v=20261121", True),
        ("https://a.example/x?id=1", "https://a.example/x", False),
        ("https://b.example/x", "https://a.example/x", False),
        ("https://a.example/y", "https://a.example/x", False),
        ("https://[x", "https://a.example/x", False),
    ],
)
def test_addresses_are_compared_without_what_does_not_matter(one: str, other: str, same: bool) -> None:
    assert (normalize_url(one) == normalize_url(other)) is same
