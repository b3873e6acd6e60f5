"""Typed searches and other typed lines.

Odd articles come from Alder Post. The tag boats is on every second article, trams on every third, gardens on every
fifth, tides on all.
"""

import time

import pytest
from tests.terminal.app import App, AppScreen, open_news
from tests.terminal.homes import ARTICLES, BY_HAND, Home

from roya_tui.model import Entry, Moment, NewSource

WATER = "مياه"
DRAWN = "\ufee9\ufe8e\ufef4\ufee3"


def every(*steps: int) -> list[int]:
    """The articles whose number is a multiple of each of `steps`."""
    return [number for number in range(1, ARTICLES + 1) if all(number % step == 0 for step in steps)]


def underlined(seen: AppScreen, first: int, last: int) -> str:
    """Return the underlined text between two rows of the screen, left of the article."""
    rows = seen.screen.cells[first : last + 1]
    return "".join(cell.data for row in rows for cell in row[: seen.article.column] if cell.underscore)


def test_search_is_completed_corrected_and_kept_in_history_over_a_restart(news: Home) -> None:
    def lists(*wanted: int) -> object:
        return lambda seen: seen.list.numbers == list(wanted) and seen.list.footer == str(len(wanted))

    with open_news(news, rows=40) as app:
        app.type("/", "-tag:tr")
        app.until(lambda seen: seen.bottom.startswith("tab trams ") and "-tag:trams" in seen.screen.lines[-2])
        without = [number for number in every(1) if number % 3]
        seen = app.do("tab", until=lists(*without))
        assert "-tag:trams" in seen.list.title
        app.do(*"sou", until=lambda seen: seen.bottom.startswith("tab source: "))
        app.do("tab", until=lambda seen: seen.bottom.startswith("tab") and "Alder Post" in seen.bottom)
        app.do(*"po", until=lambda seen: seen.bottom.startswith("tab Alder Post "))
        seen = app.do("tab", until=lambda seen: '-tag:trams source:"Alder Post"' in seen.screen.lines[-2])
        assert seen.list.numbers == [number for number in without if number % 2]
        app.press("enter")

        app.do("esc", until=lambda seen: seen.list.title == "Unread")
        app.type("/", "tag:")
        app.until(lambda seen: seen.bottom.startswith("tab tides  boats  trams  gardens"))
        app.do("tab", "tab", until=lists(*every(2)))
        app.do("tab", until=lists(*every(3)))
        app.do("shift+tab", until=lists(*every(2)))
        app.do("esc", until=lambda seen: seen.list.title == "Unread" and len(seen.list.numbers) > 12)

        app.type("/", "story tga:trams")
        seen = app.until("There is no field “tga”. tab: “tag”")
        bar = len(seen.screen.cells) - 2
        assert underlined(seen, bar, bar) == "tga:trams"
        seen = app.do("tab", until=lambda seen: sorted(seen.list.numbers) == every(3))
        assert underlined(seen, 1, bar - 2) == "Story" * len(every(3)), "in the titles"
        app.do("enter", until=lambda seen: seen.list.focused)
        app.do("esc", until=lambda seen: seen.list.title == "Unread" and len(seen.list.numbers) > 12)
        app.quit()

    with open_news(news, rows=40) as app:
        app.do("/", until="words, or a field below   ↑: earlier searches")
        app.do("up", until=lambda seen: seen.list.title.endswith("story tag:trams"))
        app.do("up", until=lambda seen: '-tag:trams source:"Alder Post"' in seen.list.title)
        app.do("down", until=lambda seen: seen.list.title.endswith("story tag:trams"))
        app.do("down", until=lambda seen: seen.list.title == "Unread")
        app.do("down", until=lambda seen: seen.list.number == 2)


@pytest.fixture
def two(home: Home) -> Home:
    """Two articles, one of which is about water."""
    home.configure(BY_HAND)
    now = int(time.time())
    for number, (title, tag) in enumerate(((f"خطة {WATER} عمان", WATER), ("Trams", "rails"))):
        entry = Entry(guid=f"{number}", title=title, tags=(tag,), published=Moment(now), content="<p>x</p>")
        home.subscribe(NewSource(f"https://news.example/{number}", title=title), [entry])
    return home


def test_typed_arabic_is_joined_and_found(two: Home) -> None:
    with App(two, "--offline") as app:
        app.until(lambda seen: "Trams" in seen.list.text)
        app.type("/", WATER)
        seen = app.until(lambda seen: "Trams" not in seen.list.text)
        line = next(line for line in reversed(seen.screen.lines) if DRAWN in line)
        assert line.endswith(DRAWN), "joined, and at the right edge"
        assert DRAWN in seen.list.title
        app.do("esc", until=lambda seen: "Trams" in seen.list.text)
        app.type("/", "tag:" + WATER)
        seen = app.until(lambda seen: "Trams" not in seen.list.text)
        assert any(line.strip() == f"tag:{DRAWN}" for line in seen.screen.lines)
        app.do("esc", until=lambda seen: "Trams" in seen.list.text)
        app.do("a", until="Type an address")
        app.press(*f"/{WATER}")
        app.until(f"/{DRAWN}")  # an address reads from the left
        app.do("esc", until=lambda seen: "Type an address" not in seen.text)
        app.do("ctrl+p", until="Search for commands")
        app.press(*WATER)
        app.until(lambda seen: any(line.strip(" ▊▎🔎") == DRAWN for line in seen.screen.lines))
        app.do("esc", until=lambda seen: "Search for commands" not in seen.text)
        app.type("t", WATER)
        seen = app.until(lambda seen: not seen.sidebar.line("rails"))
        assert seen.sidebar.cursor.startswith(DRAWN)


def test_keys_in_one_write_are_handled_in_order(news: Home) -> None:
    with open_news(news, rows=40) as app:
        app.send(b"j#one, two\rj;A note.\x1bjjj#three\r;Another\x1bk")
        app.until(lambda seen: seen.list.focused and seen.list.number == 5)
        app.do("enter", until=lambda seen: seen.article.focused)
        app.send(b"\x1bj")
        app.until(lambda seen: seen.list.focused and seen.list.number == 6)
        app.do("a", until="Type an address")
        app.send(b"\x1bj\x1bk")
        app.until(lambda seen: "Type an address" not in seen.text and seen.list.number == 6)
        app.type("/", "rails and trams")
        app.send(b"\x15" + b"tramx\x7fs tra" + b"\x17" + b"\x1b[D\x1b[Do\x1b[Fhere")
        app.until("tramos here")
        app.do("esc", until=lambda seen: seen.list.number == 6)
        app.do(*"/jam", until=lambda seen: seen.list.title == "Unread · jam" and "Add a source" not in seen.text)
        app.do("esc", until=lambda seen: seen.list.number == 6)
        app.do(*"ttrams", until=lambda seen: seen.sidebar.cursor.startswith("trams") and not seen.sidebar.line("boats"))
        app.press("esc")
        app.quit()
    with news.store() as db:
        notes = db.execute("SELECT title, note FROM state JOIN article ON article_id = id WHERE note <> ''").fetchall()
        tags = db.execute(
            "SELECT a.title, t.name FROM article_tag JOIN article AS a ON a.id = article_id JOIN tag AS t"
            " ON t.id = tag_id WHERE by_person ORDER BY t.name"
        ).fetchall()
    assert notes == [("Story 03", "A note."), ("Story 06", "Another")]
    assert tags == [("Story 02", "one"), ("Story 06", "three"), ("Story 02", "two")]
