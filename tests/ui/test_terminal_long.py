"""A text so long that it is set in a thread, on a real terminal: keys do not wait for it."""

from __future__ import annotations

import time

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.ui.homes import BY_HAND, Home, home
from tests.ui.sight import Reader

from roya_tui.model import Entry, Moment, NewSource

__all__ = ["home"]

LONG = "".join(f"<p>Paragraph {number:05} of a report that nobody has read to its end.</p>" for number in range(12_000))


@pytest.fixture
def report(home: Home) -> Home:
    """A home with an article of 900 KB, and a short one after it."""
    home.settings(BY_HAND)
    now = int(time.time())
    entries = [
        Entry(url="https://report.example/1", title="The report", published=Moment(now), content=LONG),
        Entry(url="https://report.example/2", title="A note", published=Moment(now - 60), content="<p>Short.</p>"),
    ]
    home.subscribe(NewSource("https://report.example/feed"), entries)
    return home


def test_a_long_text_comes_when_it_is_set_and_is_whole(report: Home) -> None:
    with Reader(report, "--offline", columns=140, rows=30) as reader:
        reader.until("Paragraph 00000")
        reader.do("j", until="Short.")
        reader.do("k", until="Paragraph 00000")
        reader.do("enter", until=lambda seen: seen.article.focused)
        reader.do("G", until="Paragraph 11999")
        reader.resize(100, 30)
        reader.until("Paragraph 11999")
        reader.do("g", until="Paragraph 00000")
