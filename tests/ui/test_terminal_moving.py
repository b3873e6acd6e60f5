"""Keys that move, on a real terminal: through the headlines, from pane to pane, and in the article."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.ui.homes import MANY, Home, home, news
from tests.ui.sight import Reader, Sight

__all__ = ["home", "news"]

ROWS = 24


def test_among_the_headlines(news: Home) -> None:
    with Reader(news, "--offline", rows=ROWS) as reader:
        seen = reader.until(lambda seen: seen.list.story == 1 and "Unread 24" in seen.top)
        assert (seen.list.title, seen.list.footer) == ("Unread", str(MANY))
        assert seen.list.stories == sorted(seen.list.stories), "newest first"

        for key, number in (("j", 2), ("down", 3), ("k", 2), ("up", 1), ("G", MANY), ("k", MANY - 1), ("g", 1)):
            reader.do(key, until=at(number))
        reader.do("end", until=at(MANY))
        reader.do("home", until=at(1))

        page = reader.do("pagedown", until=lambda seen: seen.list.story > ROWS // 2).list.story
        reader.do("ctrl+b", until=at(1))
        reader.do("ctrl+f", until=at(page))
        reader.do("pageup", until=at(1))


def test_from_pane_to_pane_and_through_the_article(news: Home) -> None:
    with Reader(news, "--offline", rows=ROWS) as reader:
        reader.until(lambda seen: seen.list.story == 1 and seen.side.line("Alder Post"))

        for into, back in (("enter", "esc"), ("l", "h"), ("right", "left")):
            reader.do(into, until=lambda seen: seen.article.focused)
            reader.do(back, until=lambda seen: seen.list.focused)
        reader.do("tab", until=lambda seen: seen.article.focused)
        reader.do("tab", until=lambda seen: seen.side.focused)
        reader.do("tab", until=lambda seen: seen.list.focused)
        reader.do("shift+tab", until=lambda seen: seen.side.focused)
        reader.do("j", until=lambda seen: "All" in seen.side.cursor)
        reader.do("esc", until=lambda seen: seen.list.focused)
        reader.do("esc", until=lambda seen: seen.side.focused)
        reader.do("enter", until=lambda seen: seen.list.focused and seen.list.title == "All")

        # In the article the same keys scroll, and the headline stays.
        reader.do("l", until=lambda seen: seen.article.first_line == "Story 01")
        reader.do("j", until=lambda seen: seen.article.first_line == "Alder Post · tides")
        reader.do("up", until=lambda seen: seen.article.first_line == "Story 01")
        reader.do("G", until=lambda seen: "Line 060" in seen.article.text)
        reader.do("home", until=lambda seen: seen.article.first_line == "Story 01")
        reader.do("pagedown", until=lambda seen: "Story 01" not in seen.article.text)
        seen = reader.do("ctrl+b", until=lambda seen: seen.article.first_line == "Story 01")
        assert seen.list.story == 1

        # Zen: only the article, on the whole width; z again or esc: all panes.
        reader.do("z", until=lambda seen: seen.panes == () and "Story 01" in seen.text)
        reader.do("z", until=lambda seen: len(seen.panes) == 3)
        reader.press("z", "esc")
        reader.until(lambda seen: len(seen.panes) == 3 and seen.list.focused)


def test_space_pages_and_then_goes_to_the_next_unread(news: Home) -> None:
    with Reader(news, "--offline", rows=ROWS) as reader:
        top = reader.until(lambda seen: seen.list.story == 1 and seen.article.first_line == "Story 01")
        seen = reader.do("space", until=lambda seen: seen.article.first_line != "Story 01")
        assert seen.list.focused, "a page of the article, without going into it"
        assert set(top.article.lines[-3:]) & set(seen.article.lines[:4]), "a page overlaps the one before"
        for _ in range(20):
            seen = reader.do("space", until=seen.scrolled)
            if "Line 060" in seen.article.text:
                break
        assert seen.list.story == 1
        reader.do("space", until=at(2))

        reader.do("j", "m", "k", until=lambda seen: seen.list.story == 2 and "●" not in seen.list.line("Story 03"))
        reader.do("n", until=at(4))
        reader.do("n", until=at(5))
        reader.do("p", "p", until=at(2))
        reader.do("p", until=at(1))
        reader.do("p", until="Nothing unread before this.")
        reader.do("G", "n", until="Nothing unread further on.")


def at(number: int) -> Callable[[Sight], bool]:
    """Whether the cursor stands on that story and the article is that one."""
    return lambda seen: seen.list.story == number and f"Story {number:02}" in seen.article.first_line
