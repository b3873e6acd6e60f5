"""What people see of an address."""

from __future__ import annotations

import pytest

from roya_tui.model import Source, display_address


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ("https://news.example/rss", "https://news.example/rss"),
        ("https://bob:s3cr3t@news.example/rss?a=b@c", "https://…@news.example/rss?a=b@c"),
        ("http://bob@[::1]:8080", "http://…@[::1]:8080"),
        ("/home/x/a@b.xml", "/home/x/a@b.xml"),
        ("/home/x/\x1b[31mred.xml", "/home/x/�[31mred.xml"),
        ("/home/x/أخبار.xml", "/home/x/أخبار.xml"),
    ],
)
def test_neither_passwords_nor_controls_are_shown(address: str, seen: str) -> None:
    assert display_address(address) == seen
    assert Source(1, address).label == seen
