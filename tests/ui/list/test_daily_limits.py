"""Sources with a daily limit: one row stands for the articles above it, and all keys work on that row."""

from contextlib import closing
from pathlib import Path

import pytest
from tests.ui.conftest import NOW, RunApp, RunningApp, add_articles, visible_lines

from roya_tui.model import Entry, Moment, NewSource
from roya_tui.presentation.view import Scope, View
from roya_tui.query import Query
from roya_tui.store.database import open_store
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state

COLLAPSED = ["Wire 0", "Buses", "Wire 1", "6 more from Petra", "Trains"]
EXPANDED = [*COLLAPSED[:4], *(f"Wire {n}" for n in range(2, 8)), "Trains"]


def add(database: Path, name: str, **seconds: int) -> None:
    """Save articles of a source, with their ages in seconds."""
    source = NewSource(f"https://{name}.example/rss", title=name)
    titles = {title.replace("_", " "): age for title, age in seconds.items()}
    entries = [
        Entry(guid=title, url=f"https://{name}.example/{age}", title=title, published=Moment(NOW - age))
        for title, age in titles.items()
    ]
    add_articles(database, *entries, source=source)


@pytest.fixture
def petra(database: Path) -> int:
    """The id of a source with a limit of two articles a day; between these is one of another source."""
    with closing(open_store(database)) as db:
        article_state.mark(db, results.find(db, Query(), NOW), NOW, read=True)  # the samples
    add(database, "Petra", **{f"Wire_{n}": 100 + 20 * n for n in range(8)})
    add(database, "Desk", Buses=110, Trains=900)
    with closing(open_store(database)) as db:
        id = next(source.id for source in subscriptions.list_all(db) if source.title == "Petra")
        subscriptions.change(db, id, per_day=2)
        return id


def rows(app: RunningApp) -> list[str]:
    """The title of each row, or what it stands for."""
    shown = app.headlines.timeline
    known = {h.id: h.title for h in app.main.services.database.headlines(shown.ids)}
    return [known.get(id) or shown.more_rows[id].text for id in shown.ids]


async def test_row_for_the_rest_of_a_day_expands_and_collapses(petra: int, app: RunningApp) -> None:
    assert rows(app) == COLLAPSED
    assert app.list_frame == "10 in 5 rows"
    assert any("+ 6 more from Petra" in line for line in visible_lines(app.headlines))
    await app.press("j", "j", "j")
    assert ("→", "expand") in app.main.bottom.hints
    await app.press("right")
    assert rows(app) == EXPANDED
    await app.press("j", "left")
    assert (rows(app), app.headlines.more_row is not None) == (COLLAPSED, True)
    await app.press("enter")
    assert rows(app) == EXPANDED
    await app.press("enter")
    assert rows(app) == COLLAPSED


async def test_article_under_the_cursor_stays_when_others_arrive(petra: int, database: Path, app: RunningApp) -> None:
    await app.press("j", "j")
    add(database, "Petra", Wire_new=50)
    await app.press(".")
    assert app.selected == "Wire 1"
    assert rows(app)[:6] == ["Wire new", "Wire 0", "Buses", "7 more from Petra", "Wire 1", "Wire 2"]
    await app.press(".")
    assert (app.selected, len(rows(app))) == ("Wire 1", 12)


async def test_search_other_orders_and_the_source_itself_show_all(petra: int, run_app: RunApp) -> None:
    async with run_app() as app:
        await app.press("slash", *"wire")
        assert len(app.titles) == 8
        await app.press("escape")
        assert rows(app) == COLLAPSED
        await app.press("O", "O")
        assert len(rows(app)) == 10, "by source"
    async with run_app(view=View(Scope("source", id=petra, label="Petra"))) as app:
        assert len(rows(app)) == 8


async def test_next_unread_stops_at_the_row_while_it_has_unread_articles(petra: int, app: RunningApp) -> None:
    await app.press("n", "n", "n")
    assert app.headlines.more_row is not None
    await app.press("n")
    assert app.selected == "Trains"
    await app.press("k", "m")
    assert app.message == "Marked 6 articles read. u: undo"
    await app.press("g", "n", "n", "n")
    assert app.selected == "Trains"
    await app.press("p")
    assert app.selected == "Wire 1"


async def test_keys_work_on_all_articles_of_the_row(petra: int, app: RunningApp) -> None:
    await app.press("A")
    assert app.message == "Marked 10 articles read. 6 of them are not shown. u: undo"
    await app.press("u", "asterisk")
    assert len(app.headlines.selection.ids) == 10
    await app.press("escape", "g", "v", "G", "V")
    assert len(app.headlines.selection.ids) == 10
    await app.press("escape", "k")
    assert app.headlines.more_row is not None
    for key, message in {
        "s": "Starred 6 articles. u: undo",
        "H": "Hid 6 articles. u: undo   .: remove from list",
        "y": "Copied 6 addresses.",
        "=": "Select two or more articles first. v: select",
        ";": "Go to an article first.",
    }.items():
        await app.press(key)
        assert app.message == message
    await app.press("full_stop")
    assert rows(app) == ["Wire 0", "Buses", "Wire 1", "Trains"]
