"""Windows of every size, on a real terminal: one, two or three panes, and nothing is lost when the size changes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.ui.homes import MANY, Home, home, news
from tests.ui.sight import Reader, Sight

__all__ = ["home", "news"]


def first_line(seen: Sight) -> str:
    """The first line in the pane on the right that is not blank."""
    return next((line.strip() for line in seen.panes[-1].lines if line.strip()), "") if seen.panes else ""


def test_two_panes_and_a_sidebar_that_slides_over(news: Home) -> None:
    with Reader(news, "--offline", columns=100, rows=30) as reader:
        seen = reader.until(lambda seen: seen.list.story == 1 and first_line(seen) == "Story 01")
        assert len(seen.panes) == 2
        assert "Published:" in seen.article.text
        assert "Browse" not in seen.text
        seen = reader.do("shift+tab", until="Browse")
        assert "gardens" in reader.until("gardens").text
        assert first_line(seen) == "Story 01", "the article stays beside it"
        reader.do("j", until=lambda seen: re.search(r"▌. All", seen.text))
        seen = reader.do("enter", until=lambda seen: "Browse" not in seen.text and seen.list.title == "All")
        assert seen.list.focused
        reader.do("enter", until=lambda seen: seen.article.focused)
        reader.do("esc", until=lambda seen: seen.list.focused)


def test_one_pane_at_a_time_and_a_window_too_small(news: Home) -> None:
    with Reader(news, "--offline", columns=60, rows=20) as reader:
        seen = reader.until(lambda seen: len(seen.panes) == 1 and seen.panes[0].story == 1)
        assert "Published:" not in seen.text
        seen = reader.do("j", "enter", until=lambda seen: first_line(seen) == "Story 02")
        assert "Published:" in seen.text
        reader.do("esc", until=lambda seen: len(seen.panes) == 1 and seen.panes[0].story == 2)
        reader.do("esc", until="Browse")
        reader.do("esc", until=lambda seen: seen.panes[0].story == 2)
        reader.do("space", until=lambda seen: first_line(seen) == "Story 02")
        reader.do("space", until=lambda seen: first_line(seen) == "Story 03")
        reader.do("esc", until=lambda seen: seen.panes[0].story == 3)

        reader.resize(40, 12)
        seen = reader.until(lambda seen: fills_the_window(seen) and seen.panes[0].story == 3)
        assert all(len(line) <= 40 for line in seen.screen.lines)
        seen = reader.do("enter", until=lambda seen: first_line(seen) == "Story 03")
        assert "Published:" in seen.text
        reader.do("esc", until=lambda seen: seen.panes[0].story == 3)

        reader.resize(30, 8)
        seen = reader.until("too small")
        assert "40 columns and 12 lines" in " ".join(seen.text.split())
        assert seen.panes == ()
        reader.resize(60, 20)
        reader.until(lambda seen: fills_the_window(seen) and seen.panes[0].story == 3)
        reader.press("q")
        assert reader.wait_exit() == 0


def test_resizing_keeps_the_headline_and_the_place_in_the_article(news: Home) -> None:
    with Reader(news, "--offline", columns=140, rows=24) as reader:
        reader.until(lambda seen: seen.list.story == 1 and f"Unread {MANY}" in seen.top)
        seen = reader.do("enter", until=lambda seen: seen.article.focused)
        while "Line 024" not in seen.article.text:
            seen = reader.do("pagedown", until=seen.scrolled)
        while not seen.article.lines[0].strip().startswith("Line"):
            seen = reader.do("j", until=seen.scrolled)
        line = first_line(seen)[: len("Line 000")]
        for columns, rows in ((100, 30), (60, 20), (40, 12), (100, 15), (140, 24)):
            reader.resize(columns, rows)
            reader.until(lambda seen: fills_the_window(seen) and first_line(seen).startswith(line))
        seen = reader.sight
        assert seen.list.story == 1
        assert seen.article.focused

        reader.do("esc", until=lambda seen: seen.list.focused)
        reader.do("G", until=lambda seen: seen.list.story == MANY)
        for columns, rows, count, pane in ((60, 14, 1, 0), (100, 12, 2, 0), (140, 24, 3, 1)):
            reader.resize(columns, rows)
            reader.until(on_the_last(pane))
            assert len(reader.sight.panes) == count
        reader.do("k", until=lambda seen: seen.list.story == MANY - 1)


def on_the_last(pane: int) -> Callable[[Sight], bool]:
    """Whether the cursor of a pane stands on the last story, in a window drawn for its size."""
    return lambda seen: fills_the_window(seen) and seen.panes[pane].story == MANY


def fills_the_window(seen: Sight) -> bool:
    """Whether the panes have been drawn for the window's present size."""
    cells = seen.screen.cells
    return cells[1][-1].data == "╮" and cells[-2][-1].data == "╯"
