"""Keys that mark, undo and change what is listed, with the database afterwards."""

from __future__ import annotations

from collections.abc import Callable

from tests.terminal.app import AppScreen, open_news
from tests.terminal.homes import ARTICLES, PER_DAY, Home

from roya_tui.query import view
from roya_tui.store.articles import lookup
from roya_tui.store.search import results


def stored(home: Home, name: str) -> list[str]:
    """Return the sorted titles of a view from the database."""
    with home.store() as db:
        ids = results.find(db, view(name), 0)
        return sorted(headline.title for headline in lookup.load_headlines(db, ids))


def counted(title: str, number: int) -> Callable[[AppScreen], bool]:
    """Whether the list has that title and counts so many headlines."""
    return lambda seen: seen.list.title == title and seen.list.footer == str(number)


def lists(title: str, numbers: list[int]) -> Callable[[AppScreen], bool]:
    """Whether the list has that title and shows these articles from its top, as far as they fit."""
    return lambda seen: counted(title, len(numbers))(seen) and seen.list.numbers == numbers[: len(seen.list.numbers)]


def test_star_and_read_marks_are_stored_undone_and_redone(news: Home) -> None:
    with open_news(news, rows=40) as app:
        app.do("s", until=lambda seen: "★" in seen.list.line("Story 01"))
        seen = app.do(
            "j", "m", until=lambda seen: "Unread 23" in seen.top and seen.sidebar.line("Starred").endswith(" 1")
        )
        assert "●" not in seen.list.line("Story 02")
        assert "●" in seen.list.line("Story 01")
        assert stored(news, "starred") == ["Story 01"]
        assert "Story 02" not in stored(news, "unread")

        seen = app.do("u", until=lambda seen: seen.bottom.startswith("Undone:") and f"Unread {ARTICLES}" in seen.top)
        assert "●" in seen.list.line("Story 02")
        app.do("u", until=lambda seen: "★" not in seen.list.line("Story 01"))
        assert stored(news, "starred") == []
        app.do("u", until="Nothing to undo.")
        app.do("U", until=lambda seen: "★" in seen.list.line("Story 01"))
        app.do("U", until=lambda seen: "●" not in seen.list.line("Story 02") and "Unread 23" in seen.top)

        seen = app.do("A", until=lambda seen: "Unread 0" in seen.top)
        assert seen.bottom.startswith("Marked 23 read.")
        assert "●" not in seen.list.text
        assert seen.list.footer == str(ARTICLES), "articles read in this view stay in it"
        assert stored(news, "unread") == []
        seen = app.do("u", until=lambda seen: "Unread 23" in seen.top)
        assert "●" not in seen.list.line("Story 02"), "it was read before"
        assert "●" in seen.list.line("Story 03")

        for key, title, number in (("2", "All", ARTICLES), ("3", "Starred", 1), ("4", "Updated", 0),
                                   ("5", "Today", PER_DAY), ("1", "Unread", ARTICLES - 1)):  # fmt: skip
            seen = app.do(key, until=counted(title, number))
            assert seen.list.focused
            assert seen.sidebar.line(title).endswith(f" {number}")
        assert 2 not in seen.list.numbers, "it was read before the view was opened"
        assert "Yesterday" in seen.list.text

        newest = list(range(1, ARTICLES + 1))
        unread_first = [1, *newest[2:], 2]
        app.do("2", until=lists("All", newest))
        for words, numbers in (("oldest first", newest[::-1]), ("by source", newest[::2] + newest[1::2]),
                               ("unread first", unread_first)):  # fmt: skip
            app.do("O", until=lists("All", numbers))
            assert app.view.bottom.startswith(f"Sorted {words}.")
        app.do("1", until=lists("Unread", unread_first[:-1]))
        app.do("2", until=lists("All", unread_first))
        app.do("O", until=lists("All", newest))
