"""The mouse, as a terminal reports it: click, double click and wheel."""

from __future__ import annotations

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.ui.homes import MANY, Home, home, news
from tests.ui.sight import Reader, Sight

__all__ = ["home", "news"]

WHEEL_UP, WHEEL_DOWN = 64, 65


def test_click_double_click_and_wheel(news: Home) -> None:
    with Reader(news, "--offline", rows=24) as reader:
        seen = reader.until(lambda seen: seen.list.story == 1 and seen.side.line("gardens"))

        reader.click(*seen.list.place("Story 05"))
        seen = reader.until(lambda seen: seen.list.story == 5 and top(seen) == "Story 05")
        reader.click(*seen.list.place("Yesterday"))
        assert reader.still(100).list.story == 5, "a day is nothing to select"
        reader.click(*seen.list.place("Story 01"), times=2)
        seen = reader.until(lambda seen: seen.list.story == 1 and seen.article.focused)

        wheel(reader, seen.article.place("Line 003"), WHEEL_DOWN)
        seen = reader.until(lambda seen: "Story 01" not in seen.article.text)
        wheel(reader, seen.article.place("Line"), WHEEL_UP)
        seen = reader.until(lambda seen: top(seen) == "Story 01")

        wheel(reader, seen.list.place("Story 05"), WHEEL_DOWN)
        seen = reader.until(lambda seen: 1 not in seen.list.stories)
        assert top(seen) == "Story 01", "the wheel scrolls the list and selects nothing"
        wheel(reader, seen.list.place(f"Story {seen.list.stories[0]:02}"), WHEEL_UP)
        seen = reader.until(lambda seen: seen.list.stories[0] == 1 and seen.list.story == 1)

        reader.click(*seen.side.place("All"))
        seen = reader.until(lambda seen: seen.list.title == "All")
        reader.click(*seen.side.place("gardens"))
        seen = reader.until(lambda seen: seen.list.title == "All · +gardens" and seen.list.stories == [5, 10, 15, 20])
        reader.click(*seen.side.place("boats"))
        seen = reader.until(lambda seen: seen.list.stories == [10, 20])
        reader.click(*seen.side.place("any"))
        seen = reader.until(lambda seen: len(seen.list.stories) > 4)
        reader.click(*seen.side.place("boats"))
        seen = reader.until(lambda seen: seen.list.stories == [5, 10, 15, 20])
        reader.click(*seen.side.place("Birch Times"))
        seen = reader.until(lambda seen: seen.list.title == "Birch Times · +gardens" and seen.list.stories == [10, 20])
        reader.click(*seen.side.place("gardens"))
        reader.until(lambda seen: seen.list.footer == str(MANY // 2))


def test_a_link_is_opened_by_a_click(news: Home) -> None:
    with Reader(news, "--offline", rows=24, environment={"BROWSER": "true"}) as reader:
        seen = reader.until(lambda seen: seen.list.story == 1 and "second link" in seen.article.text)
        reader.click(*seen.article.place("Line 002"))
        assert "Opened" not in reader.still(100).text
        reader.click(*seen.article.place("second link"))
        reader.until("Opened https://links.example/second")


def test_clicks_that_come_faster_than_the_screen_is_drawn(news: Home) -> None:
    with Reader(news, "--offline", rows=24) as reader:
        seen = reader.until(lambda seen: seen.list.story == 1 and seen.side.line("Birch Times"))
        for _ in range(10):
            for pane, text in ((seen.list, "Story 02"), (seen.article, "Line 001"), (seen.side, "All")):
                reader.press("z", "z")
                reader.click(*pane.place(text))
        # What they met depends on how fast the screen is; afterwards everything is there and answers. The help is what
        # was asked for last: it shows that all before it is through.
        reader.do("?", until="esc closes")
        seen = reader.do("esc", until=lambda seen: "esc closes" not in seen.text and seen.list.story > 0)
        reader.click(*seen.side.place("All"))
        reader.until(lambda seen: seen.list.title == "All" and seen.list.story > 0)
        reader.press("q")
        assert reader.wait_exit() == 0


def wheel(reader: Reader, at: tuple[int, int], button: int) -> None:
    """Turn the wheel a good way over a cell."""
    row, column = at
    for _ in range(8):
        reader.send(f"\x1b[<{button};{column + 1};{row + 1}M".encode())


def top(seen: Sight) -> str:
    """The line at the top of the article."""
    return seen.article.lines[0].strip()
