"""What stands beside a title, where there is room."""

from __future__ import annotations

import pytest

from roya_tui.cli.output import cells
from roya_tui.model import Headline
from roya_tui.reading.clock import Clock
from roya_tui.reading.headline import UNICODE, headline_row, told_beside

WORDS = "+2 paragraphs, title changed"


@pytest.mark.parametrize(
    ("title", "width", "shown"),
    [
        ("Bridge open", 60, WORDS),
        ("Bridge open", 40, "+2 paragraphs, ti…"),
        ("Bridge open", 37, ""),
        ("A title that takes all the room that there is, and more", 60, ""),
        ("杏仁湾火灾", 60, WORDS),
    ],
)
def test_what_changed_stands_at_the_other_end_of_the_row(title: str, width: int, shown: str) -> None:
    headline = Headline(1, 1, "Courier", title, 1_795_400_000, changed=True, unread=False)
    runs = headline_row(headline, width, UNICODE, Clock(zone="UTC"), cells, with_source=False)
    told = told_beside(runs, WORDS, cells, "…")
    text = "".join(text for text, _ in told)
    assert cells(text) == width
    assert "".join(text for text, style in told if style == "kept") == shown
    assert not shown or text.endswith(f"  {shown}")
    assert title[:20] in text


def test_a_title_from_the_right_keeps_its_end() -> None:
    headline = Headline(1, 1, "Courier", "جسر", 1_795_400_000, changed=True, unread=False)
    runs = headline_row(headline, 60, UNICODE, Clock(zone="UTC"), cells, with_source=False)
    told = told_beside(runs, WORDS, cells, "…")
    assert told[-1] == (runs[-1][0].strip(), "title")
    assert told[-3] == (WORDS, "kept")
    assert sum(cells(text) for text, _ in told) == 60
