"""An article that changes while one has it: marked, told in a few words, and shown in full, on a real terminal."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.servers import Server, server
from tests.ui.homes import BY_HAND, Home, home
from tests.ui.sight import Reader, Sight
from tests.ui.test_terminal_links import copied
from tests.ui.test_terminal_refresh import AT_ONCE, feed, item

from roya_tui.model import NewSource

__all__ = ["home", "server"]

FIRE = "At least {} people died when a mill burned down in Almond Bay, the fire brigade said."
CAUSE = "The cause is not known, and the boilers are being looked at."
SCHOOL = "Two schools nearby stay closed until Thursday."


def wire(*paragraphs: str) -> str:
    html = "".join(f"&lt;p&gt;{paragraph}&lt;/p&gt;" for paragraph in paragraphs)
    return feed(item(1, html, hours=1), item(2, hours=1))


def test_three_changes_are_told_as_a_person_would(home: Home, server: Server) -> None:
    home.settings(BY_HAND + AT_ONCE)
    home.subscribe(NewSource(server.serve("/wire", wire(FIRE.format(12), CAUSE, "3 comments")), title="Wire"))
    with Reader(home) as reader:
        reader.until(lambda seen: seen.list.story == 1 and "Unread 2" in seen.top and "?" in seen.bottom)
        reader.do("d", until="Unchanged since it came: there is one version.")
        reader.do("2", "m", until=lambda seen: seen.list.title == "All" and "Unread 1" in seen.top)

        server.serve("/wire", wire(FIRE.format(12), CAUSE, "61 comments"))
        assert "↻" not in refreshed(reader, server).list.cursor, "a counter is no change"

        for paragraphs in (
            (FIRE.format(14), CAUSE, "70 comments"),
            (FIRE.format(14), CAUSE, SCHOOL),
            (SCHOOL, FIRE.format(15), CAUSE.replace("not known", "known")),
        ):
            server.serve("/wire", wire(*paragraphs))
            refreshed(reader, server)
        # While something else is said below, this is not told there.
        reader.until(lambda seen: seen.list.cursor.startswith("↻") and seen.bottom.endswith("? help"))

        words = "+1 paragraph, 2 words changed since you read it"
        seen = reader.do("j", "k", until=words)
        assert seen.bottom == f"↻ {words}. d shows it."
        assert f"changed 3 times · {words}" in " ".join(seen.article.text.split())

        seen = reader.do("d", until=lambda seen: seen.article.title == "What changed" and flat(seen))
        assert seen.article.focused
        told = flat(seen)
        assert "4 · " in told
        assert re.search(r"▌ 1 · [-\d]+ [:\d]+ · you read it", told)
        assert "At least [−12] [+15] people died" in told
        assert seen.article.line("Two schools").startswith("+ ")
        assert seen.article.footer == "3 changes"

        reader.do("n", until=lambda seen: seen.article.footer == "1 of 3")
        reader.do("n", "n", until=lambda seen: seen.article.footer == "3 of 3" and "▌~" in seen.article.text)
        reader.do("n", until="That was the last change.")
        reader.do("p", until=lambda seen: seen.article.footer == "2 of 3")

        reader.do(",", until="No older version is kept.")
        reader.do(".", until=lambda seen: "[−14] [+15]" in flat(seen) and "since version 2" in flat(seen))
        seen = reader.do(".", until=lambda seen: "since version 3" in flat(seen))
        assert "1 paragraph moved, 2 words changed" in flat(seen)
        assert seen.article.line("Two schools").startswith("↑ ")
        reader.do(".", until="This is the version before the present one.")

        seen = reader.do("d", until=lambda seen: seen.article.title == "" and seen.article.focused)
        assert "At least 15 people died" in flat(seen)
        reader.do("esc", "m", until=lambda seen: "↻" not in seen.list.cursor)
        seen = reader.do("d", until=lambda seen: seen.article.title == "What changed" and flat(seen))
        assert "since you read it" in flat(seen), "what was read before it was read again is known still"


def refreshed(reader: Reader, server: Server) -> Sight:
    """Refresh, and wait until that is over."""
    asked = len(server.seen)
    reader.do("R", until=lambda seen: len(server.seen) > asked and "⟳" not in seen.top and "~" not in seen.top)
    return reader.still(600)


def test_what_changed_is_searched_selected_and_quoted_like_an_article(home: Home, server: Server) -> None:
    home.settings(BY_HAND + AT_ONCE)
    home.subscribe(NewSource(server.serve("/wire", wire(FIRE.format(12), CAUSE, "A mill fire.")), title="Wire"))
    with Reader(home, rows=24) as reader:
        reader.until(lambda seen: seen.list.story == 1 and "Unread 2" in seen.top and "?" in seen.bottom)
        reader.do("2", "m", until=lambda seen: seen.list.title == "All" and "Unread 1" in seen.top)
        server.serve("/wire", wire(FIRE.format(14), CAUSE, SCHOOL, "A mill fire."))
        refreshed(reader, server)
        reader.do("d", until=lambda seen: seen.article.title == "What changed" and "2 changes" in seen.article.footer)

        reader.do("/", *"mill", until=lambda seen: seen.article.footer == "1 of 2")
        seen = reader.do("enter", "n", until=lambda seen: seen.article.footer == "2 of 2")
        assert (seen.article.title, seen.article.focused) == ("What changed", True)
        reader.do("esc", until=lambda seen: seen.article.footer == "2 changes")

        reader.do(">", until="Copied > At least ~~12~~ **14** people")
        reader.do("n", "n", until=lambda seen: seen.article.footer == "2 of 2")
        reader.do(">", until="Copied > *(added)* **Two schools nearby")
        reader.do("v", until="from here")
        reader.do("w", "v", "w", "w", ">", until="Copied > least")
        reader.do("y", until="Copied 1")
        first, second, third, fourth = copied(reader.raw)
        source = "Story 01](<https://news.example/1>), Wire"
        assert source in first
        assert source in second
        assert source in third
        assert fourth == "least [−12] [+14"
        reader.do("d", until=lambda seen: seen.article.title == "" and seen.article.focused)
        reader.do("/", *"mill", "enter", until=lambda seen: seen.article.footer == "1 of 2" and seen.article.focused)


def flat(seen: Sight) -> str:
    return " ".join(seen.article.text.split())


def test_a_wide_list_tells_it_beside_the_titles(home: Home, server: Server) -> None:
    home.settings(BY_HAND + AT_ONCE)
    home.subscribe(NewSource(server.serve("/wire", wire(FIRE.format(12), CAUSE)), title="Wire"))
    with Reader(home, columns=200, rows=24) as reader:
        reader.until(lambda seen: seen.list.story == 1 and "Unread 2" in seen.top and "?" in seen.bottom)
        reader.do("2", "m", "j", until=lambda seen: seen.list.story == 2 and "Unread 1" in seen.top)
        server.serve("/wire", wire(FIRE.format(14), CAUSE, SCHOOL))
        refreshed(reader, server)
        seen = reader.do("k", "j", until="+1 paragraph, 1 word changed")
        assert seen.list.line("Story 01").endswith("+1 paragraph, 1 word changed")
        assert "changed" not in seen.list.line("Story 02")


@pytest.mark.parametrize(("columns", "options"), [(60, ()), (60, ("--ascii",)), (100, ("--ascii",))])
def test_it_works_in_small_windows_and_in_ascii(home: Home, server: Server, columns: int, options: tuple[str]) -> None:
    home.settings(BY_HAND + AT_ONCE)
    home.subscribe(NewSource(server.serve("/wire", wire(FIRE.format(12), CAUSE)), title="Wire"))
    with Reader(home, *options, columns=columns, rows=24, environment={"NO_COLOR": "1"}) as reader:
        reader.until(lambda seen: "Story 02" in seen.text and "?" in seen.bottom)
        server.serve("/wire", wire(FIRE.format(14), CAUSE, SCHOOL))
        reader.do("2", "m", until=lambda seen: "Unread 1" in seen.top)
        refreshed(reader, server)
        seen = reader.do("d", until="since you read")
        minus = "-" if options else "−"
        assert f"At least [{minus}12] [+14] people" in seen.text
        assert "+ Two schools nearby" in seen.text
        assert not options or seen.text.isascii()
        seen = reader.do("esc", until=lambda seen: "since you read" not in seen.text or "Published:" in seen.text)
        assert "[+14]" not in seen.text


def test_keys_pressed_before_a_long_article_is_compared_are_not_lost(home: Home, server: Server) -> None:
    many = [f"Paragraph {number} tells of boat {number} in the harbour of Almond Bay." for number in range(900)]
    home.settings(BY_HAND + AT_ONCE)
    home.subscribe(NewSource(server.serve("/wire", wire(*many)), title="Wire"))
    with Reader(home) as reader:
        reader.until(lambda seen: seen.list.story == 1 and "Unread 2" in seen.top and "?" in seen.bottom)
        reader.do("2", "m", until=lambda seen: seen.list.title == "All" and "Unread 1" in seen.top)
        many[5:6] = ["A boat sank."]
        many[880] = many[880].replace("harbour", "port")
        server.serve("/wire", wire(*many))
        refreshed(reader, server)
        seen = reader.do("d", "n", "n", "n", until=lambda seen: seen.article.footer == "3 of 3")
        assert "boat 880 in the [−harbour]" in flat(seen)
        assert "[+port] of Almond Bay" in flat(seen)
        assert "Change 3 of 3." in seen.bottom
        seen = reader.do("d", until=lambda seen: seen.article.title == "")
        assert "Published:" in seen.article.text, "the article stands where it stood"


def test_who_never_read_it_is_told_what_changed_last(home: Home, server: Server) -> None:
    home.settings(BY_HAND + AT_ONCE)
    home.subscribe(NewSource(server.serve("/wire", wire(FIRE.format(12), CAUSE)), title="Wire"))
    with Reader(home) as reader:
        reader.until(lambda seen: seen.list.story == 1 and "Unread 2" in seen.top and "?" in seen.bottom)
        for dead in (13, 14):
            server.serve("/wire", wire(FIRE.format(dead), CAUSE))
            refreshed(reader, server)
        seen = reader.do("d", until="You have not read it before: this is what changed last.")
        assert "[−13] [+14]" in flat(seen)
        assert "1 word changed since version 2" in flat(seen)
        reader.do("esc", until=lambda seen: seen.article.title == "" and seen.article.focused)
        reader.do("esc", until=lambda seen: seen.list.focused)
        reader.do("j", until=lambda seen: seen.list.story == 2)
        seen = reader.do("d", until="Unchanged since it came: there is one version.")
        assert seen.list.focused
