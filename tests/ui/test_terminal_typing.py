"""Arabic typed on a real terminal: into the find bar, the tags, a new source, the palette."""

from __future__ import annotations

import time

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.ui.homes import BY_HAND, Home, home, news
from tests.ui.sight import Pane, Reader, Sight

from roya_tui.model import Entry, Moment, NewSource

__all__ = ["home", "news"]

WATER = "مياه"
DRAWN = "\ufee9\ufe8e\ufef4\ufee3"


@pytest.fixture
def two(home: Home) -> Home:
    """Two articles, one of which is about water."""
    home.settings(BY_HAND)
    now = int(time.time())
    for number, (title, tag) in enumerate(((f"خطة {WATER} عمان", WATER), ("Trams", "rails"))):
        entry = Entry(guid=f"{number}", title=title, tags=(tag,), published=Moment(now), content="<p>x</p>")
        home.subscribe(NewSource(f"https://news.example/{number}", title=title), [entry])
    return home


def headlines(seen: Sight) -> Pane:
    """The pane with the headlines, alone or between the two others."""
    return seen.panes[0] if len(seen.panes) == 1 else seen.list


def test_keys_that_come_at_once_do_to_the_line_what_they_do_one_by_one(two: Home) -> None:
    with Reader(two, "--offline") as reader:
        reader.type("/", "rails and trams")
        reader.send(b"\x15" + b"tramx\x7fs tra" + b"\x17" + b"\x1b[D\x1b[Do\x1b[Fhere")
        assert "tramos here" in reader.still().text


@pytest.mark.parametrize(("columns", "rows"), [(140, 40), (60, 20)])
def test_arabic_is_found_as_it_is_typed(two: Home, columns: int, rows: int) -> None:
    with Reader(two, "--offline", columns=columns, rows=rows) as reader:
        reader.until(lambda seen: "Trams" in headlines(seen).text)
        reader.type("/", WATER)
        seen = reader.until(lambda seen: "Trams" not in headlines(seen).text)
        line = next(line for line in reversed(seen.screen.lines) if DRAWN in line)
        assert line.endswith(DRAWN), "joined, and at the right edge"
        assert DRAWN in headlines(seen).title
        reader.do("esc", until=lambda seen: "Trams" in headlines(seen).text)
        reader.type("/", "tag:" + WATER)
        seen = reader.until(lambda seen: "Trams" not in headlines(seen).text)
        assert any(line.strip() == f"tag:{DRAWN}" for line in seen.screen.lines)


def test_arabic_narrows_the_tags_and_is_typed_into_dialogs(two: Home) -> None:
    with Reader(two, "--offline") as reader:
        reader.until(lambda seen: seen.side.line("rails"))
        reader.type("t", WATER)
        seen = reader.until(lambda seen: not seen.side.line("rails"))
        assert seen.side.cursor.startswith(DRAWN)
        reader.do("esc", until=lambda seen: seen.side.line("rails"))
        reader.do("a", until="The address of a feed")
        reader.press(*f"/{WATER}")
        reader.until(f"/{DRAWN}")  # an address reads from the left
        reader.do("esc", until=lambda seen: "The address of a feed" not in seen.text)
        reader.do("ctrl+p", until="Search for commands")
        reader.press(*WATER)
        reader.until(lambda seen: any(line.strip(" ▊▎🔎") == DRAWN for line in seen.screen.lines))


def test_a_key_right_after_esc_is_a_key(news: Home) -> None:
    with Reader(news, "--offline") as reader:
        reader.until(lambda seen: seen.list.story == 1 and seen.article.title == "" and "Unread" in seen.top)
        reader.do("enter", until=lambda seen: seen.article.focused)
        reader.send(b"\x1bj")
        reader.until(lambda seen: seen.list.focused and seen.list.story == 2)
        reader.do("a", until="The address of a feed")
        reader.send(b"\x1bj\x1bk")
        reader.until(lambda seen: "The address of a feed" not in seen.text and seen.side.focused)


def test_keys_in_one_burst_do_what_they_would_one_by_one(news: Home) -> None:
    with Reader(news, "--offline") as reader:
        reader.until(lambda seen: seen.list.story == 1 and "Unread" in seen.top)
        reader.send(b"j#one, two\rj;A note.\x1bjjj#three\r;Another\x1bk")
        reader.until(lambda seen: seen.list.focused and seen.list.story == 5)
        reader.press("q")
        reader.wait_exit()
    with news.store() as db:
        notes = db.execute("SELECT title, note FROM state JOIN article ON article_id = id WHERE note <> ''").fetchall()
        tags = db.execute(
            "SELECT a.title, t.name FROM article_tag JOIN article AS a ON a.id = article_id JOIN tag AS t"
            " ON t.id = tag_id WHERE by_person ORDER BY t.name"
        ).fetchall()
    assert notes == [("Story 03", "A note."), ("Story 06", "Another")]
    assert tags == [("Story 02", "one"), ("Story 06", "three"), ("Story 02", "two")]
