"""On from one unread article to the next, beyond the end of a list; and nothing that moves under one's eyes."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from tests.ui.conftest import NOW, Opener

from roya_tui.config import Config
from roya_tui.config.settings import Reading
from roya_tui.model import Entry, Feed, Moment, NewSource
from roya_tui.presentation.view import Scope, SidebarScope, View, next_scopes
from roya_tui.store.articles import ingestion
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state
from roya_tui.ui.controllers import article_list

BY_HAND = Config(reading=Reading(mark_read=None, mark_on_open=False))
JORDAN, PETRA, ROYA, WORLD, ORBIT, LONE = (
    Scope("folder", "Jordan"),
    Scope("source", id=1, label="Petra"),
    Scope("source", id=2, label="Roya"),
    Scope("folder", "World"),
    Scope("source", id=3, label="Orbit"),
    Scope("source", id=4, label="Lone"),
)
NORTH = Scope("folder", "Jordan/North")
DRY, WET = Scope("feed", "is:dry", 1, "Dry"), Scope("feed", "is:wet", 2, "Wet")
STOPS = [
    SidebarScope(DRY, 7), SidebarScope(WET, 9),
    SidebarScope(JORDAN, 3), SidebarScope(PETRA, 0, "Jordan"), SidebarScope(ROYA, 3, "Jordan"), SidebarScope(NORTH, 2),
    SidebarScope(WORLD, 1), SidebarScope(ORBIT, 1, "World"), SidebarScope(LONE, 2),
]  # fmt: skip


@pytest.mark.parametrize(
    ("here", "direction", "places"),
    [
        (JORDAN, 1, [WORLD, LONE]),
        (PETRA, 1, [ROYA, ORBIT, LONE]),
        (Scope("source", id=2, label="called otherwise now"), 1, [ORBIT, LONE]),
        (LONE, 1, []),
        (LONE, -1, [ORBIT, ROYA]),
        (WORLD, -1, [NORTH, JORDAN]),
        (JORDAN, -1, []),
        (Scope(name="today"), 1, [JORDAN, NORTH, WORLD, LONE]),
        (Scope(name="today"), -1, []),
        (Scope(name="unread"), 1, []),
        (Scope(name="all"), 1, []),
        (Scope("query", "water"), 1, []),
        (DRY, 1, [WET, JORDAN, NORTH, WORLD, LONE]),
        (WET, -1, [DRY]),
        (NORTH, -1, []),
    ],
)
def test_one_goes_on_in_the_order_of_the_sidebar(here: Scope, direction: int, places: list[Scope]) -> None:
    assert next_scopes(STOPS, here, direction) == places


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Three sources of three articles, two of them in a folder."""
    path = tmp_path / "news.db"
    db = open_store(path)
    for name, folder in (("Petra", "Jordan"), ("Roya", "Jordan"), ("Lone", "")):
        source = subscriptions.add(db, NewSource(f"https://{name}.example/rss", name=name, folder=folder), NOW)
        put(path, source.id, [f"{name} {n}" for n in (1, 2, 3)])
    db.close()
    return path


def put(path: Path, source: int, titles: list[str], when: int = NOW - 3_600) -> None:
    db = open_store(path)
    entries = [
        Entry(guid=title, title=title, content=f"<p>{title}</p>", published=Moment(when - n))
        for n, title in enumerate(titles)
    ]
    ingestion.save(db, source, Feed("rss"), [ingestion.prepare(entry) for entry in entries], NOW)
    db.close()


async def test_the_next_unread_is_told_and_a_second_press_goes_there(opened: Opener) -> None:
    async with opened(config=BY_HAND, view=View(Scope("source", id=1, label="Petra"))) as reader:
        await reader.counted()
        await reader.press("A", "n")
        assert reader.said == "Next unread: in Roya. n goes there."
        assert reader.selected == "Petra 1"
        await reader.press("n")
        assert (reader.selected, reader.said) == ("Roya 1", "In Roya.")
        await reader.press("m", "G", "m", "k", "m", "G", "p")
        assert reader.said == "Nothing unread before this; further on there is some, in Lone."
        await reader.press("n")
        await reader.press("n")
        assert reader.selected == "Lone 1"
        await reader.press("A", "n")
        assert reader.said == "Nothing unread further on."


async def test_back_goes_to_the_last_unread_of_the_place_before(opened: Opener) -> None:
    async with opened(config=BY_HAND, view=View(Scope("source", id=3, label="Lone"))) as reader:
        await reader.counted()
        await reader.press("p")
        assert reader.said == "Next unread: in Roya. p goes there."
        await reader.press("p")
        assert reader.selected == "Roya 3"


async def test_whoever_does_something_else_is_asked_again(opened: Opener) -> None:
    async with opened(config=BY_HAND, view=View(Scope("folder", "Jordan"))) as reader:
        await reader.counted()
        await reader.press("A", "n")
        assert reader.said == "Next unread: in Lone. n goes there."
        await reader.press("j", "n")
        assert reader.said == "Next unread: in Lone. n goes there."
        await reader.press("n")
        assert reader.selected == "Lone 1"


def read_elsewhere(path: Path) -> None:
    db = open_store(path)
    article_state.mark(db, range(1, 10), NOW, read=True)
    db.close()


def starred_elsewhere(path: Path) -> None:
    db = open_store(path)
    article_state.mark(db, range(1, 10), NOW, starred=True, hidden=True)
    db.close()


def came_in(path: Path) -> None:
    put(path, 1, ["Newer", "Newest"], NOW)
    put(path, 3, ["Older"], NOW - 90_000)


def removed_elsewhere(path: Path) -> None:
    db = open_store(path)
    subscriptions.remove(db, 2, NOW)
    db.close()


PLACES = [Scope(name="unread"), Scope(name="all"), Scope(name="today"), Scope("folder", "Jordan")]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
async def test_the_cursor_stays_whatever_is_done_here_or_elsewhere(opened: Opener, store: Path, place: Scope) -> None:
    async with opened(height=12, config=BY_HAND, view=View(place)) as reader:
        await reader.press("G", "k", "k")
        headlines, titles = reader.main.headlines, reader.titles
        stood = (reader.selected, headlines.cursor - headlines.scroll_offset.y)
        for keys in ("m", "mu", "s", "suU", "Au", "H", "Hu", "vk"):
            await reader.press(*keys)
            assert (reader.selected, headlines.cursor - headlines.scroll_offset.y) == stood, keys
        for happens in (read_elsewhere, starred_elsewhere, came_in, removed_elsewhere):
            happens(store)
            reader.main.controllers.database_watch._check()
            await reader.still()
            await reader.counted()
            assert (reader.selected, headlines.cursor - headlines.scroll_offset.y) == stood, happens
        assert reader.titles == titles


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
async def test_what_is_new_is_taken_in_around_the_cursor(opened: Opener, store: Path, place: Scope) -> None:
    async with opened(config=BY_HAND, view=View(place)) as reader:
        await reader.press("j", "j", "m")
        selected = reader.selected
        put(store, 1, ["Newer", "Newest"], NOW)
        await reader.press("full_stop")
        assert reader.selected == selected  # though it is read, also among the unread
        assert "Newest" in reader.titles


async def test_a_source_that_undo_brings_back_moves_nothing(opened: Opener, store: Path) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("j", "m")
        selected = reader.selected
        db = open_store(store)
        subscriptions.remove(db, 3, NOW)
        db.close()
        await reader.press("u")
        assert reader.said == "Undone: removed Lone."
        assert reader.selected == selected


async def test_what_of_the_list_is_still_to_be_read_is_looked_through_too(
    opened: Opener, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(article_list, "FIRST", 2)
    monkeypatch.setattr(article_list.ArticleList, "_load_rest_of", lambda *_: None)  # the rest takes its time
    async with opened(config=BY_HAND, view=View(Scope(name="all"))) as reader:
        first = [headline.id for headline in reader.main.services.database.headlines(reader.main.headlines.ids)]
        assert len(first) == 2
        with closing(open_store(store)) as db:
            article_state.mark(db, first, NOW, read=True)
        reader.main.headlines.rows.invalidate()
        await reader.press("n")
        assert reader.main.headlines.index == 2
        assert reader.said == ""
