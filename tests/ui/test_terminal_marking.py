"""Keys that mark, undo and change what is listed, on a real terminal: and what the store says afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.ui.homes import A_DAY, MANY, Home, home, news
from tests.ui.sight import Reader, Sight

from roya_tui.query import view
from roya_tui.store.articles import lookup
from roya_tui.store.search import results

__all__ = ["home", "news"]


def kept(home: Home, name: str) -> list[str]:
    """The titles that the store has in a view, in order."""
    with home.store() as db:
        ids = results.find(db, view(name), 0)
        return sorted(headline.title for headline in lookup.load_headlines(db, ids))


def test_star_read_and_all_read_each_undone_and_done_again(news: Home) -> None:
    with Reader(news, "--offline") as reader:
        reader.until(lambda seen: seen.list.story == 1 and f"Unread {MANY}" in seen.top)

        reader.do("s", until=lambda seen: "★" in seen.list.line("Story 01"))
        seen = reader.do(
            "j", "m", until=lambda seen: f"Unread {MANY - 1}" in seen.top and seen.side.line("Starred").endswith(" 1")
        )
        assert "●" not in seen.list.line("Story 02")
        assert "●" in seen.list.line("Story 01")
        assert kept(news, "starred") == ["Story 01"]
        assert "Story 02" not in kept(news, "unread")

        seen = reader.do("u", until=lambda seen: seen.bottom.startswith("Undone:") and f"Unread {MANY}" in seen.top)
        assert "●" in seen.list.line("Story 02")
        reader.do("u", until=lambda seen: "★" not in seen.list.line("Story 01"))
        assert kept(news, "starred") == []
        reader.do("u", until="Nothing to undo.")
        reader.do("U", until=lambda seen: "★" in seen.list.line("Story 01"))
        reader.do("U", until=lambda seen: "●" not in seen.list.line("Story 02") and f"Unread {MANY - 1}" in seen.top)

        seen = reader.do("A", until=lambda seen: "Unread 0" in seen.top)
        assert seen.bottom.startswith(f"Marked {MANY - 1} read.")
        assert "●" not in seen.list.text
        assert seen.list.footer == str(MANY), "what was read just now stays in sight"
        assert kept(news, "unread") == []
        seen = reader.do("u", until=lambda seen: f"Unread {MANY - 1}" in seen.top)
        assert "●" not in seen.list.line("Story 02"), "what was read before stays read"
        assert "●" in seen.list.line("Story 03")
        reader.do("s", until=lambda seen: "★" in seen.list.line("Story 02"))
        reader.do("s", until=lambda seen: "★" not in seen.list.line("Story 02"))


def test_the_five_views_and_the_orders(news: Home) -> None:
    with Reader(news, "--offline") as reader:
        reader.until(lambda seen: seen.list.story == 1 and f"Unread {MANY}" in seen.top)
        reader.do("s", "j", "m", until=lambda seen: f"Unread {MANY - 1}" in seen.top)
        for key, title, number in (
            ("2", "All", MANY),
            ("3", "Starred", 1),
            ("4", "Updated", 0),
            ("5", "Today", A_DAY),
            ("1", "Unread", MANY - 1),
        ):
            seen = reader.do(key, until=counted(title, number))
            assert seen.list.focused
            assert seen.side.line(title).endswith(f" {number}")
        assert 2 not in seen.list.stories, "a view that was left comes back without what is read"
        assert "Yesterday" in seen.list.text

        oldest = list(range(MANY, 0, -1))
        by_source = [*range(1, MANY + 1, 2), *range(2, MANY + 1, 2)]
        unread = [1, *range(3, MANY + 1), 2]
        reader.do("2", until=lists("All", list(range(1, MANY + 1))))
        for words, stories in (("oldest first", oldest), ("by source", by_source), ("unread first", unread)):
            reader.do("O", until=lists("All", stories))
            assert reader.sight.bottom.startswith(f"Sorted {words}.")
        reader.do("1", until=lists("Unread", unread[:-1]))
        reader.do("2", until=lists("All", unread))
        reader.do("O", until=lists("All", list(range(1, MANY + 1))))


def counted(title: str, number: int) -> Callable[[Sight], bool]:
    """Whether the list has that title and counts so many headlines."""
    return lambda seen: seen.list.title == title and seen.list.footer == str(number)


def lists(title: str, stories: list[int]) -> Callable[[Sight], bool]:
    """Whether the list has that title and shows these stories from its top, as far as they fit."""
    return lambda seen: (
        seen.list.title == title
        and seen.list.footer == str(len(stories))
        and seen.list.stories == stories[: len(seen.list.stories)]
    )
