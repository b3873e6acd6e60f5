"""The briefing: a front page in place of the list, with the same keys, and the way back."""

import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.ui.conftest import NOW, RunApp, RunningApp, add_articles, visible_lines

from roya_tui.model import Entry, Moment, NewSource
from roya_tui.query import Query
from roya_tui.store.database import open_store
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state, stories, visits

HOUR = 3_600


@pytest.fixture
def db(database: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_store(database)) as db:
        yield db


@pytest.fixture
def news(database: Path, db: sqlite3.Connection) -> dict[str, int]:
    """Today's articles: 30 of one source, a story of two sources, one with an Arabic title. Ids by title."""
    ids: dict[str, int] = {}
    article_state.mark(db, results.find(db, Query(), NOW), NOW, read=True)  # the samples

    def add(name: str, *titles: str, tag: str = "water") -> None:
        entries = [
            Entry(guid=title, url=f"https://{name}.example/{n}", title=title, tags=(tag,),
                  content=f"<p>Text of {title}.</p>", published=Moment(NOW - 60 - n * 20))
            for n, title in enumerate(titles)
        ]  # fmt: skip
        added = add_articles(database, *entries, source=NewSource(f"https://{len(ids)}.example/rss", title=name))
        ids.update(zip(titles, added, strict=True))

    add("Petra", *(f"Wire {n:02}" for n in range(30)), tag="wire")
    add("Courier", "The dam opens", "Fish is dear")
    add("Desk", "The dam has opened", "Buses run late")
    add("غصن", "خطة المياه الجديدة")
    stories.group(db, [ids["The dam opens"], ids["The dam has opened"]], NOW)
    return ids


@pytest.fixture
async def app(news: dict[str, int], run_app: RunApp) -> AsyncIterator[RunningApp]:
    async with run_app() as app:
        await app.press("b")
        yield app


def lines(app: RunningApp) -> list[str]:
    return [line.strip() for line in visible_lines(app.headlines)]


def row(app: RunningApp, text: str) -> str:
    return next(line for line in lines(app) if text in line)


def sections(app: RunningApp) -> list[str]:
    return list(app.headlines.timeline.section_names)


async def test_b_shows_the_briefing_over_the_whole_width(app: RunningApp) -> None:
    assert app.headlines.size.width > 130
    assert not app.pane.display
    assert not app.main.sidebar.display
    assert sections(app) == ["Big stories", "Sources that publish rarely", "Other articles"]
    assert row(app, "(2)").endswith(("Desk", "Courier"))
    assert "+ 29 more from Petra" in lines(app)
    assert any(line.startswith("Big stories ──") for line in lines(app))
    assert str(app.headlines.border_title) == "Briefing, today"
    assert app.list_frame == "35 in 6 rows"
    assert any(re.match(r"[▌ ]?●   \d\d:\d\d ", line) for line in lines(app)), "no room for years, since all is new"
    assert ("B", "other period") in app.main.bottom.hints


async def test_briefing_of_a_narrow_window_has_two_lines_per_article(news: dict[str, int], run_app: RunApp) -> None:
    async with run_app(width=60) as app:
        await app.press("b")
        page = lines(app)
        at = page.index("+ 29 more from Petra")
        assert page[0].startswith("Big stories ──")
        assert page[1].split("  ")[1] in ("The dam opens", "The dam has opened")
        assert re.fullmatch(r"\d\d:\d\d · (Courier +Desk|Desk +Courier) \(2\)", page[2]), "the other source is there"
        assert page[3].startswith(("Sources that", "Other articles"))
        assert not any(page[at + 1 :])
        await app.press("G")
        assert app.headlines.more_row is not None


@pytest.mark.parametrize("key", ["b", "escape"])
async def test_b_and_esc_return_to_the_same_position(news: dict[str, int], run_app: RunApp, key: str) -> None:
    def position() -> tuple[object, ...]:
        return app.view, app.headlines.cursor, app.headlines.scroll_offset.y

    async with run_app(height=12) as app:
        await app.press(*"jjjjjjjjjjjjjjkkkk")
        before = position()
        await app.press("b", "j", "m")
        assert app.headlines.scroll_offset.y != before[2]
        await app.press(key)
        assert position() == before
        assert app.pane.display
        assert app.main.sidebar.display


async def test_enter_opens_an_article_and_esc_returns_to_its_row(app: RunningApp) -> None:
    await app.press("j", "enter")
    assert app.main.focused is app.pane
    opened = app.headlines.current_id
    assert app.pane.shown.headline.id == opened
    await app.press("escape")
    assert app.headlines.current_id == opened
    assert not app.pane.display
    await app.press("enter", "b")
    assert app.view.scope.name == "unread", "b also leaves from the article"


async def test_row_for_more_articles_expands_is_marked_and_opens_its_source(app: RunningApp) -> None:
    await app.press("G")
    assert app.headlines.current_id is None
    assert app.pane.shown is None
    await app.press("right")
    assert len(app.headlines.ids) == 6 + 29
    assert row(app, "Wire 01").rstrip("▐ ").endswith("Petra                  · Wire 01")
    await app.press("left", "enter")
    assert app.view.scope.label == "Petra"
    assert len(app.headlines.ids) == 30
    await app.press("escape")
    assert (app.view.scope.kind, app.headlines.more_row is not None) == ("briefing", True)
    await app.press("m")
    assert app.message == "Marked 29 articles read. u: undo"
    await app.press("u", "v")
    assert len(app.headlines.selection.ids) == 29


async def test_mark_all_read_includes_articles_without_a_row_and_is_undone(app: RunningApp) -> None:
    page = lines(app)
    await app.press("A")
    assert app.message == "Marked 35 articles read. 29 of them are not shown. u: undo"
    await app.press("u")
    assert lines(app) == page
    await app.press("A", "b", "b")
    assert app.headlines.ids.tolist() == []
    assert lines(app)[0].startswith("No unread articles from today. R: refresh")


async def test_next_unread_stops_at_the_row_for_more_articles(app: RunningApp) -> None:
    await app.press("n", "n", "n", "n", "n")
    assert app.headlines.more_row is not None
    await app.press("n")
    assert app.message == "No unread articles below."
    await app.press("g", "m", "G", "m", "p", "p", "p", "p", "p")
    assert app.message == "No unread articles above."


async def test_B_shows_what_is_new_since_the_last_visit(
    database: Path, db: sqlite3.Connection, news: dict[str, int], run_app: RunApp
) -> None:
    visits.record_use(db, NOW - 2 * HOUR)
    late = Entry(guid="late", title="Dated long ago, fetched now", published=Moment(NOW - 900 * HOUR))
    add_articles(database, late, source=NewSource("https://old.example/rss", title="Old"))
    async with run_app() as app:
        await app.press("b")
        assert not any("Dated long ago" in line for line in lines(app))
        await app.press("B")
        assert str(app.headlines.border_title) == "Briefing, since your last session"
        assert "17 Oct" in row(app, "Dated long ago")
        await app.press("escape")
        assert app.view.scope.name == "unread"
    assert visits.last_visit_end(db, NOW) == NOW - 2 * HOUR, "this visit is not the last one yet"
    assert visits.last_visit_end(db, NOW + 2 * HOUR) == NOW


@pytest.fixture
def old_news(database: Path, db: sqlite3.Connection) -> None:
    """Nothing from today; two articles from this week, one of them fetched since the last session, and an old one."""
    article_state.mark(db, results.find(db, Query(), NOW), NOW, read=True)  # the samples
    week = subscriptions.add(db, NewSource("https://week.example/rss", title="Week"), NOW).id
    for title, days_ago in {"Boats came home": 6, "Bread is cheaper": 2, "Ice on the lake": 40}.items():
        add_articles(
            database, Entry(guid=title, title=title, published=Moment(NOW - days_ago * 24 * HOUR)), source=week
        )
    db.execute("UPDATE article SET first_seen = ? WHERE id < (SELECT max(id) FROM article)", (NOW - 9 * HOUR,))


EMPTY = "No unread articles from today."


@pytest.mark.usefixtures("old_news")
async def test_empty_briefing_offers_what_has_unread_articles(db: sqlite3.Connection, run_app: RunApp) -> None:
    visits.record_use(db, NOW - 2 * HOUR)
    async with run_app() as app:
        await app.press("b")
        offers = ["▸ B: since your last session (1)", "▸ last 7 days (2)", "▸ 1: all unread articles (3)"]
        assert [line.strip("▌─ ") for line in lines(app)[:4]] == [EMPTY, *offers]
        assert (str(app.headlines.border_title), app.list_frame) == ("Briefing, today", "0")
        await app.press("A", "m", "v", "s", "asterisk")
        assert app.headlines.selection.ids == set()
        await app.press("g", "j", "enter")
        assert str(app.headlines.border_title) == "Briefing, last 7 days"
        assert sorted(app.titles) == ["Boats came home", "Bread is cheaper"]
        await app.press("escape")
        assert app.view.scope.name == "unread", "a period is not a list to go back to"
        await app.press("B")
        assert str(app.headlines.border_title) == "Briefing, since your last session"
        assert app.titles == ["Ice on the lake"]
        await app.press("B", "B")
        assert str(app.headlines.border_title) == "Briefing, today"
        await app.press("B")
        assert app.titles == ["Ice on the lake"]
        await app.press("B", "B", "G", "enter")
        assert (app.view.scope.name, len(app.titles)) == ("unread", 3)
        assert app.message == "esc: back to the briefing"
        await app.press("escape")
        assert str(app.headlines.border_title) == "Briefing, today"


@pytest.mark.usefixtures("old_news")
async def test_last_session_is_left_out_if_there_was_none(run_app: RunApp) -> None:
    async with run_app() as app:
        await app.press("b")
        offers = ["▸ B: last 7 days (2)", "▸ 1: all unread articles (3)"]
        assert [line.strip("▌─ ") for line in lines(app)[:3]] == [EMPTY, *offers]
        await app.press("B")
        assert str(app.headlines.border_title) == "Briefing, last 7 days"
        await app.press("B")
        assert str(app.headlines.border_title) == "Briefing, today"
        await app.press("escape", "B")
        assert str(app.headlines.border_title) == "Briefing, last 7 days"


@pytest.mark.usefixtures("old_news")
async def test_B_goes_from_an_empty_briefing_to_the_next_one_with_articles(
    database: Path, db: sqlite3.Connection, run_app: RunApp
) -> None:
    visits.record_use(db, NOW - 2 * HOUR)
    db.execute("UPDATE article SET first_seen = ?", (NOW - 9 * HOUR,))
    async with run_app() as app:
        await app.press("b")
        assert lines(app)[1].endswith("▸ B: last 7 days (2)")
        await app.press("B")
        assert str(app.headlines.border_title) == "Briefing, last 7 days"
        add_articles(database, Entry(guid="today", title="Snow today", published=Moment(NOW - 60)))
        db.execute("UPDATE article SET first_seen = ?", (NOW - 9 * HOUR,))
        await app.press("B", "B")
        assert lines(app)[0].startswith("No unread articles since your last session. ─"), "from a page with articles"
        assert lines(app)[1].endswith("▸ B: last 7 days (3)")


async def test_a_start_and_quit_without_reading_is_a_visit(db: sqlite3.Connection, run_app: RunApp) -> None:
    async with run_app() as app:
        assert visits.last_visit_end(db, NOW + 2 * HOUR) is None
        await app.press("q")
    assert visits.last_visit_end(db, NOW + 2 * HOUR) == NOW


async def test_search_and_tags_work_from_the_briefing(app: RunningApp) -> None:
    await app.press("slash", *"fish")
    assert row(app, "Fish")
    assert app.pane.display, "results are a list like any other"
    await app.press("escape")
    assert app.view.scope.kind == "briefing"
    assert sections(app)[0] == "Big stories"
    assert not app.pane.display
    await app.press("2")
    assert app.pane.display
    await app.press("escape")
    assert app.view.scope.kind != "briefing", "esc does not return to a briefing that you left for another view"


async def test_keys_before_the_page_change_nothing(
    db: sqlite3.Connection, news: dict[str, int], run_app: RunApp
) -> None:
    async with run_app() as app:
        before, marked = lines(app), db.execute("SELECT count(*) FROM state").fetchone()
        for action in ("briefing", "toggle-read", "mark-all", "star", "open", "briefing"):
            await app.main.run_action(f"focused.{action}" if action == "open" else f"do({action!r})")
        await app.wait_idle()
        assert lines(app) == before
        assert db.execute("SELECT count(*) FROM state").fetchone() == marked
        assert app.view.scope.name == "unread"
