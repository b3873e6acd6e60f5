"""Finding and filtering, typed on a real terminal. Odd stories come from Alder Post; the tag boats is on every second
story, trams on every third, gardens on every fifth, tides on all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.ui.homes import MANY, Home, home, news
from tests.ui.sight import Reader, Sight

__all__ = ["home", "news"]

ALL = range(1, MANY + 1)


def every(*steps: int) -> list[int]:
    """The stories whose number is a multiple of each of `steps`."""
    return [number for number in ALL if all(number % step == 0 for step in steps)]


def lists(*wanted: int) -> Callable[[Sight], bool]:
    """Whether these stories and no others are listed."""
    return lambda seen: seen.list.stories == list(wanted) and seen.list.footer == str(len(wanted))


def test_tags_are_narrowed_asked_for_and_ruled_out(news: Home) -> None:
    with Reader(news, "--offline") as reader:
        seen = reader.until(lambda seen: seen.side.line("gardens"))
        tags = [line.split() for line in seen.side.lines if line.split() and line.split()[-1].isdigit()]
        assert [tag for tag in tags if tag[0] in ("tides", "boats", "trams", "gardens")] == [
            ["tides", "24"],
            ["boats", "12"],
            ["trams", "8"],
            ["gardens", "4"],
        ], "most first"

        reader.type("t", "tra")
        reader.until(lambda seen: seen.side.cursor.startswith("trams") and not seen.side.line("boats"))
        seen = reader.do("+", until=lists(*every(3)))
        assert seen.list.title == "Unread · +trams"
        assert seen.side.cursor.startswith("+ trams")
        reader.do("ctrl+u", until="narrow the tags")
        reader.do(*"boat", until=lambda seen: seen.side.cursor.startswith("boats"))
        odd = [number for number in every(3) if number % 2]
        seen = reader.do("-", until=lists(*odd))
        assert seen.side.cursor.startswith("− boats")
        reader.do("-", until=lists(*every(3)))
        seen = reader.do("enter", until=lists(*every(2, 3)))
        assert seen.list.focused, "enter asks for the tag and is done typing"
        assert seen.side.line("gardens"), "all tags are shown again"
        assert "all of +trams +boats" in seen.list.title
        either = [number for number in ALL if number % 2 == 0 or number % 3 == 0]
        seen = reader.do("&", until=lists(*either))
        assert "any of +trams +boats" in seen.list.title
        reader.do("&", until=lists(*every(2, 3)))

        # Outside the typing line + and - are for the tag under the sidebar's cursor.
        reader.do("t", until="narrow the tags")
        reader.press("esc", "shift+tab")
        reader.until(lambda seen: seen.side.focused and seen.side.cursor.startswith("+ trams"))
        reader.do("+", until=lists(*every(2)))
        reader.do("-", until=lists(*[number for number in every(2) if number % 3]))
        reader.do("-", until=lists(*every(2)))


def test_words_fields_and_the_way_back(news: Home) -> None:
    with Reader(news, "--offline", rows=24) as reader:
        reader.until(lambda seen: seen.list.story == 1 and "Unread 24" in seen.top)
        before = reader.do("G", "k", "k", until=lambda seen: seen.list.story == MANY - 2)

        def as_before(seen: Sight) -> bool:
            return place(seen) == place(before)

        for typed, wanted in (
            ("07", [7]),
            ("tag:gardens", every(5)),
            ("source:birch tag:trams", every(2, 3)),
            ("is:starred", []),
            ("line -tag:boats -source:birch tag:gardens", [5, 15]),
            ('"story 1"', []),
            ("story (03 or 04)", [3, 4]),
        ):
            reader.type("/", typed)
            seen = reader.until(found(typed, wanted))
            assert bool(wanted) != ("Nothing" in seen.list.text)
            assert typed != "07" or underlined(seen, 1, len(seen.list.lines)) == "07", "set off in the title"
            reader.do("esc", until=as_before)

        reader.type("/", "tag:trams")
        reader.until(lambda seen: seen.list.stories == every(3) and seen.list.story == 3)
        reader.do("down", "down", until=lambda seen: seen.list.story == 9)
        reader.do("enter", until=lambda seen: len(seen.list.lines) == len(before.list.lines))
        reader.do("j", until=lambda seen: seen.list.story == 12 and len(seen.list.stories) == len(every(3)))
        reader.do("esc", until=as_before)

        # What cannot be understood is told, with what was probably meant, and the list stays.
        reader.type("/", "tga:trams")
        reader.until("There is no field “tga”; the nearest is tag:")
        reader.do("esc", until=as_before)


def found(words: str, stories: list[int]) -> Callable[[Sight], bool]:
    """Whether the list says that it shows what these words find, and shows these stories in any order."""
    return lambda seen: words[:30] in seen.list.title and sorted(seen.list.stories) == stories


def test_fast_fingers_type_and_do_nothing_else(news: Home) -> None:
    """Letters that follow `/` or `t` at once are typed; none of them is taken for a command."""
    with Reader(news, "--offline", rows=24) as reader:
        reader.until(lambda seen: seen.list.story == 1 and seen.side.line("gardens"))
        seen = reader.do(*"/jam", until=lambda seen: seen.list.title == "Unread · jam")
        assert "Add a source" not in seen.text
        reader.do("esc", until=lambda seen: seen.list.story == 1 and seen.side.line("gardens"))
        reader.do(*"ttrams", until=lambda seen: seen.side.cursor.startswith("trams") and not seen.side.line("boats"))


def underlined(seen: Sight, first: int, last: int) -> str:
    """What is underlined between two rows of the screen, left of the article."""
    rows = seen.screen.cells[first : last + 1]
    return "".join(cell.data for row in rows for cell in row[: seen.article.column] if cell.underscore)


def place(seen: Sight) -> tuple[str, ...]:
    """All that the list shows: its title, its lines, and with them where the cursor and the scroll are."""
    return seen.list.title, *seen.list.lines


def test_what_is_typed_is_completed_mended_and_recalled(news: Home) -> None:
    with Reader(news, "--offline") as reader:
        reader.until(lambda seen: seen.list.story == 1 and seen.side.line("gardens"))

        reader.type("/", "-tag:tr")
        reader.until(lambda seen: seen.bottom == "tab trams" and "-tag:trams" in seen.screen.lines[-2])
        without = [number for number in ALL if number % 3]
        seen = reader.do("tab", until=lists(*without))
        assert "-tag:trams" in seen.list.title
        reader.do(*"sou", until=lambda seen: seen.bottom == "tab source:")
        reader.do("tab", until=lambda seen: seen.bottom.startswith("tab") and "Alder Post" in seen.bottom)
        reader.do(*"po", until=lambda seen: seen.bottom == "tab Alder Post")
        seen = reader.do("tab", until=lambda seen: '-tag:trams source:"Alder Post"' in seen.screen.lines[-2])
        assert seen.list.stories == [number for number in without if number % 2]
        reader.press("enter")

        # From one value to the next and back.
        reader.do("esc", until=lambda seen: seen.list.title == "Unread")
        reader.type("/", "tag:")
        reader.until(lambda seen: seen.bottom.startswith("tab tides  boats  trams  gardens"))
        reader.do("tab", "tab", until=lists(*every(2)))
        reader.do("tab", until=lists(*every(3)))
        reader.do("shift+tab", until=lists(*every(2)))
        reader.do("esc", until=lambda seen: seen.list.title == "Unread" and len(seen.list.stories) > 12)

        # A mistake is marked where it stands and mended by the same key.
        reader.type("/", "story tga:trams")
        seen = reader.until("There is no field “tga”; the nearest is tag:. tab writes “tag”.")
        bar = len(seen.screen.cells) - 2
        assert underlined(seen, bar, bar) == "tga:trams"
        reader.do("tab", until=lambda seen: sorted(seen.list.stories) == every(3))
        reader.do("enter", until=lambda seen: seen.list.focused)
        reader.do("esc", until=lambda seen: seen.list.title == "Unread" and len(seen.list.stories) > 12)

        reader.press("q")
        reader.wait_exit()

    # What was kept is there again, after another start: the latest first.
    with Reader(news, "--offline") as reader:
        reader.until(lambda seen: seen.list.story == 1 and seen.side.line("gardens"))
        reader.do("/", until="words, tag:economy")
        reader.do("up", until=lambda seen: seen.list.title.endswith("story tag:trams"))
        reader.do("up", until=lambda seen: '-tag:trams source:"Alder Post"' in seen.list.title)
        reader.do("down", until=lambda seen: seen.list.title.endswith("story tag:trams"))
        reader.do("down", until=lambda seen: seen.list.title == "Unread")
        reader.do("down", until=lambda seen: seen.list.story == 2)
