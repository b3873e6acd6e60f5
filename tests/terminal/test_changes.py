"""Articles that change after you have them: marked in the list, summed up in a line, and compared in full."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.servers import Server
from tests.terminal.app import App, AppScreen
from tests.terminal.homes import AT_ONCE, BY_HAND, Home, rss_feed, rss_item

from roya_tui.model import NewSource

FIRE = "At least {} people died when a mill burned down in Almond Bay, the fire brigade said."
CAUSE = "The cause is not known, and the boilers are being looked at."
SCHOOL = "Two schools nearby stay closed until Thursday."


def wire(*paragraphs: str) -> str:
    html = "".join(f"&lt;p&gt;{paragraph}&lt;/p&gt;" for paragraph in paragraphs)
    return rss_feed(rss_item(1, html, hours=1), rss_item(2, hours=1))


@contextmanager
def open_wire(home: Home, server: Server, *paragraphs: str, read: bool = True, **options: object) -> Iterator[App]:
    """Run the app with two articles, of which the first has these paragraphs and is read."""
    home.configure(BY_HAND + AT_ONCE)
    home.subscribe(NewSource(server.serve("/wire", wire(*paragraphs)), title="Wire"))
    with App(home, **options) as app:  # type: ignore[arg-type]
        app.until(lambda seen: seen.list.number == 1 and "Unread 2" in seen.top and "?" in seen.bottom)
        if read:
            app.do("2", "m", until=lambda seen: seen.list.title == "All" and "Unread 1" in seen.top)
        yield app


def refresh(app: App, server: Server, *paragraphs: str) -> AppScreen:
    """Serve other paragraphs, refresh, and wait until that is over."""
    server.serve("/wire", wire(*paragraphs))
    requests = len(server.seen)
    app.do("R", until=lambda seen: len(server.seen) > requests and "⟳" not in seen.top and "~" not in seen.top)
    return app.still(400)


def flat(seen: AppScreen) -> str:
    return " ".join(seen.article.text.split())


def test_changes_are_marked_summed_up_and_compared(home: Home, server: Server) -> None:
    with open_wire(home, server, FIRE.format(12), CAUSE, "3 comments", read=False) as app:
        app.do("d", until="This article has not been edited.")
        app.do("2", "m", until=lambda seen: seen.list.title == "All" and "Unread 1" in seen.top)
        seen = refresh(app, server, FIRE.format(12), CAUSE, "61 comments")
        assert "↻" not in seen.list.cursor, "another number of comments is not a change"
        refresh(app, server, FIRE.format(14), CAUSE, "70 comments")
        refresh(app, server, FIRE.format(14), CAUSE, SCHOOL)
        refresh(app, server, SCHOOL, FIRE.format(15), CAUSE.replace("not known", "known"))
        # The hints stay where a message stood before.
        app.until(lambda seen: seen.list.cursor.startswith("↻") and seen.bottom.endswith("? help"))

        words = "+1 paragraph, 2 words changed since you read it"
        seen = app.do("j", "k", until=words)
        assert seen.bottom == f"↻ {words}. d: show"
        assert f"edited 3 times · {words}" in flat(seen)

        seen = app.do("d", until=lambda seen: seen.article.title == "What changed" and flat(seen))
        assert seen.article.focused
        assert "4 · " in flat(seen)
        assert re.search(r"▌ 1 · [-\d]+ [:\d]+ · you read it", flat(seen))
        assert "At least [−12] [+15] people died" in flat(seen)
        assert seen.article.line("Two schools").startswith("+ ")
        assert seen.article.footer == "3 changes"

        app.do("n", until=lambda seen: seen.article.footer == "1 of 3")
        app.do("n", "n", until=lambda seen: seen.article.footer == "3 of 3" and "▌~" in seen.article.text)
        app.do("n", until="This is the last change.")
        app.do("p", until=lambda seen: seen.article.footer == "2 of 3")

        app.do(",", until="No older version is kept.")
        app.do(".", until=lambda seen: "[−14] [+15]" in flat(seen) and "since version 2" in flat(seen))
        seen = app.do(".", until=lambda seen: "since version 3" in flat(seen))
        assert "1 paragraph moved, 2 words changed" in flat(seen)
        assert seen.article.line("Two schools").startswith("↑ ")
        app.do(".", until="No newer version to compare with.")

        seen = app.do("d", until=lambda seen: seen.article.title == "" and seen.article.focused)
        assert "At least 15 people died" in flat(seen)
        app.do("esc", "m", until=lambda seen: "↻" not in seen.list.cursor)
        app.do("d", until=lambda seen: seen.article.title == "What changed" and "since you read it" in flat(seen))


def test_comparison_is_searched_selected_and_quoted_like_an_article(home: Home, server: Server) -> None:
    with open_wire(home, server, FIRE.format(12), CAUSE, "A mill fire.", rows=24) as app:
        refresh(app, server, FIRE.format(14), CAUSE, SCHOOL, "A mill fire.")
        app.do("d", until=lambda seen: seen.article.title == "What changed" and "2 changes" in seen.article.footer)

        app.do("/", *"mill", until=lambda seen: seen.article.footer == "1 of 2")
        seen = app.do("enter", "n", until=lambda seen: seen.article.footer == "2 of 2")
        assert (seen.article.title, seen.article.focused) == ("What changed", True)
        app.do("esc", until=lambda seen: seen.article.footer == "2 changes")

        app.do(">", until="Copied > At least ~~12~~ **14** people")
        app.do("n", "n", until=lambda seen: seen.article.footer == "2 of 2")
        app.do(">", until="Copied > *(added)* **Two schools nearby")
        app.do("v", until="start here")
        app.do("w", "v", "w", "w", ">", until="Copied > least")
        app.do("y", until="Copied 1")
        *quotations, selection = app.copied
        assert ["Story 01](<https://news.example/1>), Wire" in text for text in quotations] == [True] * 3
        assert selection == "least [−12] [+14"
        app.do("d", until=lambda seen: seen.article.title == "" and seen.article.focused)
        app.do("/", *"mill", "enter", until=lambda seen: seen.article.footer == "1 of 2" and seen.article.focused)


def test_wide_list_sums_up_changes_and_unread_articles_show_the_last_one(home: Home, server: Server) -> None:
    with open_wire(home, server, FIRE.format(12), CAUSE, columns=200, rows=24) as app:
        refresh(app, server, FIRE.format(13), CAUSE)
        refresh(app, server, FIRE.format(14), CAUSE, SCHOOL)
        seen = app.do("j", until="+1 paragraph, 1 word changed")
        assert seen.list.line("Story 01").endswith("+1 paragraph, 1 word changed")
        assert "changed" not in seen.list.line("Story 02")
        refresh(app, server, FIRE.format(15), CAUSE, SCHOOL)

    with home.store() as db:
        db.execute("DELETE FROM state")
    with App(home, "--offline", rows=24) as app:
        app.until(lambda seen: seen.list.number == 1 and "Unread 2" in seen.top)
        seen = app.do("d", until="You have not read it yet. Showing its latest changes.")
        assert "[−14] [+15]" in flat(seen)
        assert "1 word changed since version 3" in flat(seen)
        app.do("esc", until=lambda seen: seen.article.title == "" and seen.article.focused)
        app.do("esc", "j", until=lambda seen: seen.list.focused and seen.list.number == 2)
        seen = app.do("d", until="This article has not been edited.")
        assert seen.list.focused


@pytest.mark.parametrize(("columns", "options"), [(60, ()), (100, ("--ascii",))])
def test_changes_are_readable_in_small_windows_and_in_ascii(
    home: Home, server: Server, columns: int, options: tuple[str, ...]
) -> None:
    home.configure(BY_HAND + AT_ONCE)
    home.subscribe(NewSource(server.serve("/wire", wire(FIRE.format(12), CAUSE)), title="Wire"))
    with App(home, *options, columns=columns, rows=24, environment={"NO_COLOR": "1"}) as app:
        app.until(lambda seen: "Story 02" in seen.text and "?" in seen.bottom)
        app.do("2", "m", until=lambda seen: "Unread 1" in seen.top)
        refresh(app, server, FIRE.format(14), CAUSE, SCHOOL)
        seen = app.do("d", until="since you read")
        minus = "-" if options else "−"
        assert f"At least [{minus}12] [+14] people" in seen.text
        assert "+ Two schools nearby" in seen.text
        assert not options or seen.text.isascii()
        seen = app.do("esc", until=lambda seen: "since you read" not in seen.text or "Published:" in seen.text)
        assert "[+14]" not in seen.text


def test_keys_pressed_while_a_long_article_is_compared_are_handled(home: Home, server: Server) -> None:
    many = [f"Paragraph {number} tells of boat {number} in the harbour of Almond Bay." for number in range(900)]
    with open_wire(home, server, *many) as app:
        many[5:6] = ["A boat sank."]
        many[880] = many[880].replace("harbour", "port")
        refresh(app, server, *many)
        seen = app.do("d", "n", "n", "n", until=lambda seen: seen.article.footer == "3 of 3")
        assert "boat 880 in the [−harbour]" in flat(seen)
        assert "[+port] of Almond Bay" in flat(seen)
        assert "Change 3 of 3." in seen.bottom
        seen = app.do("d", until=lambda seen: seen.article.title == "")
        assert "Published:" in seen.article.text, "the article is at its top, as before"
