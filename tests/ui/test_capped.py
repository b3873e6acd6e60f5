"""Sources that write much in a list: what a row counts is there for every key, and in the way of none."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.ui.conftest import NOW, Open, Opener, drawn

from roya_tui.model import Entry, Moment, NewSource
from roya_tui.presentation.view import Scope, View
from roya_tui.query import Query
from roya_tui.store.articles import ingestion
from roya_tui.store.database import open_store
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state

WIRES = 8
"""Articles of a source that shows two a day; between its first and second stands one of another source."""


@pytest.fixture
def db(store: Path) -> Iterator[sqlite3.Connection]:
    db = open_store(store)
    article_state.mark(db, results.find(db, Query(), NOW), NOW, read=True)  # the samples
    yield db
    db.close()


def put(db: sqlite3.Connection, name: str, told: dict[str, int]) -> int:
    """Save articles by their title, so many seconds old; return the source."""
    source = subscriptions.add(db, NewSource(f"https://{name}.example/rss", title=name), NOW)
    entries = [
        Entry(guid=title, url=f"https://{name}.example/{age}", title=title, published=Moment(NOW - age))
        for title, age in told.items()
    ]
    ingestion.save(db, source.id, None, [ingestion.prepare(entry) for entry in entries], NOW - 10)
    return source.id


@pytest.fixture
def petra(db: sqlite3.Connection) -> int:
    id = put(db, "Petra", {f"Wire {n}": 100 + 20 * n for n in range(WIRES)})
    put(db, "Desk", {"Buses": 110, "Trains": 900})
    subscriptions.change(db, id, per_day=2)
    return id


def rows(reader: Open) -> list[str]:
    """What each row says: a title, or what it counts."""
    shown = reader.main.headlines.timeline
    known = {h.id: h.title for h in reader.main.services.database.headlines(shown.ids)}
    return [known.get(id) or f"{len(shown.more_rows[id].ids)} {shown.more_rows[id].words}" for id in shown.ids]


FOLDED = ["Wire 0", "Buses", "Wire 1", "6 more from Petra", "Trains"]
UNFOLDED = [*FOLDED[:4], *(f"Wire {n}" for n in range(2, WIRES)), "Trains"]


async def test_the_rest_of_a_day_stands_behind_one_row(opened: Opener, petra: int) -> None:
    async with opened() as reader:
        assert rows(reader) == FOLDED
        assert str(reader.main.headlines.border_subtitle) == "10 in 5 rows"
        assert any("+ 6 more from Petra" in line for line in drawn(reader.main.headlines))
        await reader.press("j", "j", "j")
        assert ("→", "unfold") in reader.main.bottom.hints
        await reader.press("right")
        assert rows(reader) == UNFOLDED
        await reader.press("j", "left")
        assert (rows(reader), reader.main.headlines.more_row is not None) == (FOLDED, True)
        await reader.press("enter")
        assert rows(reader) == UNFOLDED
        await reader.press("enter")
        assert rows(reader) == FOLDED


async def test_what_is_read_stays_in_sight_when_more_comes_in(
    opened: Opener, db: sqlite3.Connection, petra: int
) -> None:
    async with opened() as reader:
        await reader.press("j", "j")
        assert reader.selected == "Wire 1"
        put(db, "Petra", {"Wire new": 50})
        await reader.press(".")
        assert reader.selected == "Wire 1"
        assert rows(reader)[:6] == ["Wire new", "Wire 0", "Buses", "7 more from Petra", "Wire 1", "Wire 2"]
        await reader.press(".")
        assert (reader.selected, len(rows(reader))) == ("Wire 1", 12)


async def test_who_looks_for_something_sees_all_of_it(opened: Opener, petra: int) -> None:
    async with opened() as reader:
        await reader.press("slash", *"wire")
        assert len(rows(reader)) == WIRES
        await reader.press("escape")
        assert rows(reader) == FOLDED
        await reader.press("O", "O")
        assert len(rows(reader)) == WIRES + 2, "by source"
    async with opened(view=View(Scope("source", id=petra, label="Petra"))) as reader:
        assert len(rows(reader)) == WIRES


async def test_next_unread_stops_there_as_long_as_something_is_unread(opened: Opener, petra: int) -> None:
    async with opened() as reader:
        await reader.press("n", "n", "n")
        assert reader.main.headlines.more_row is not None
        await reader.press("n")
        assert reader.selected == "Trains"
        await reader.press("k", "m")
        assert reader.said == "Marked 6 read. u undoes."
        await reader.press("g", "n", "n", "n")
        assert reader.selected == "Trains"
        await reader.press("p")
        assert reader.selected == "Wire 1"


async def test_all_shown_is_all_that_is_counted_too(opened: Opener, petra: int) -> None:
    async with opened() as reader:
        await reader.press("A")
        assert reader.said == "Marked 10 read; 6 of them had no row. u undoes."
        await reader.press("u", "asterisk")
        assert len(reader.main.headlines.selection.ids) == 10
        await reader.press("escape", "g", "v", "G", "V")
        assert len(reader.main.headlines.selection.ids) == 10


async def test_what_no_row_shows_is_starred_hidden_and_copied_from_the_row(opened: Opener, petra: int) -> None:
    async with opened() as reader:
        await reader.press("j", "j", "j", "s")
        assert reader.said == "Starred 6. u undoes."
        await reader.press("H")
        assert reader.said == "Hid 6; . clears the list. u undoes."
        await reader.press("y")
        assert reader.said == "Copied 6 links."
        await reader.press("equals_sign")
        assert reader.said == "Select what tells one story first: v selects a headline."
        await reader.press("semicolon")
        assert reader.said == "Choose an article first."
        await reader.press("full_stop")
        assert rows(reader) == ["Wire 0", "Buses", "Wire 1", "Trains"]
