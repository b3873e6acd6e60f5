"""Going to the next unread article, beyond the end of a list; nothing else moves the cursor."""

from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from tests.ui.conftest import ALL, NOW, ONLY_MARKS, RunApp, RunningApp, add_articles
from textual import events

from roya_tui.model import Entry, Moment, NewSource
from roya_tui.presentation.view import Scope, SidebarScope, View, next_scopes
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state
from roya_tui.ui.controllers import article_list

JORDAN, PETRA, ROYA, WORLD, ORBIT, LONE = (
    Scope("folder", "Jordan"),
    Scope("source", id=1, label="Petra"),
    Scope("source", id=2, label="Roya"),
    Scope("folder", "World"),
    Scope("source", id=3, label="Orbit"),
    Scope("source", id=4, label="Lone"),
)
NORTH = Scope("folder", "Jordan/North")
DRY, WET = Scope("search", "is:dry", 1, "Dry"), Scope("search", "is:wet", 2, "Wet")
SCOPES = [
    SidebarScope(DRY, 7), SidebarScope(WET, 9),
    SidebarScope(JORDAN, 3), SidebarScope(PETRA, 0, "Jordan"), SidebarScope(ROYA, 3, "Jordan"), SidebarScope(NORTH, 2),
    SidebarScope(WORLD, 1), SidebarScope(ORBIT, 1, "World"), SidebarScope(LONE, 2),
]  # fmt: skip


@pytest.mark.parametrize(
    ("current", "direction", "following"),
    [
        (JORDAN, 1, [WORLD, LONE]),
        (PETRA, 1, [ROYA, ORBIT, LONE]),
        (Scope("source", id=2, label="renamed since"), 1, [ORBIT, LONE]),
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
def test_next_scopes_follow_the_order_of_the_sidebar(current: Scope, direction: int, following: list[Scope]) -> None:
    assert next_scopes(SCOPES, current, direction) == following


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Three sources of three articles, two of them in a folder."""
    path = tmp_path / "news.db"
    for name, folder in (("Petra", "Jordan"), ("Roya", "Jordan"), ("Lone", "")):
        source = NewSource(f"https://{name}.example/rss", name=name, folder=folder)
        add(path, source, *(f"{name} {n}" for n in (1, 2, 3)))
    return path


def add(path: Path, source: NewSource | int, *titles: str, when: int = NOW - 3_600) -> None:
    entries = [
        Entry(guid=title, title=title, content=f"<p>{title}</p>", published=Moment(when - n))
        for n, title in enumerate(titles)
    ]
    add_articles(path, *entries, source=source)


async def test_n_names_the_next_place_and_a_second_n_goes_there(run_app: RunApp) -> None:
    async with run_app(config=ONLY_MARKS, view=View(PETRA)) as app:
        await app.press("A", "n")
        assert app.message == "Next unread: in “Roya”. n: go there"
        assert app.selected == "Petra 1"
        await app.press("n")
        assert (app.selected, app.message) == ("Roya 1", "Now in “Roya”.")
        await app.press("m", "G", "m", "k", "m", "G", "p")
        assert app.message == "No unread above. There are some below, in “Lone”."
        await app.press("n", "n")
        assert app.selected == "Lone 1"
        await app.press("A", "n")
        assert app.message == "No unread articles below."


async def test_n_that_is_held_down_stays_and_a_quick_second_n_goes_there(run_app: RunApp) -> None:
    async with run_app(config=ONLY_MARKS, view=View(PETRA)) as app:
        await app.press("A")
        await app.press_together(*"nnnnnnnn")
        assert (app.selected, app.message) == ("Petra 1", "Next unread: in “Roya”. n: go there")
        await app.press("G")
        for seconds in (1.0, 1.2):  # both are handled before the next unread article is found
            event = events.Key("n", "n")
            event.time += app._pauses + seconds
            app.textual.post_message(event)
        await app.wait_idle()
        assert (app.selected, app.message) == ("Roya 1", "Now in “Roya”.")


async def test_p_goes_to_the_last_unread_of_the_place_before(run_app: RunApp) -> None:
    async with run_app(config=ONLY_MARKS, view=View(Scope("source", id=3, label="Lone"))) as app:
        await app.press("p")
        assert app.message == "Next unread: in “Roya”. p: go there"
        await app.press("p")
        assert app.selected == "Roya 3"


async def test_n_asks_again_after_another_key(run_app: RunApp) -> None:
    async with run_app(config=ONLY_MARKS, view=View(JORDAN)) as app:
        for keys in ("An", "jn"):
            await app.press(*keys)
            assert app.message == "Next unread: in “Lone”. n: go there"
        await app.press("n")
        assert app.selected == "Lone 1"


def mark_elsewhere(path: Path, **marks: bool) -> None:
    with closing(open_store(path)) as db:
        article_state.mark(db, range(1, 10), NOW, **marks)


def add_elsewhere(path: Path) -> None:
    add(path, 1, "Newer", "Newest", when=NOW)
    add(path, 3, "Older", when=NOW - 90_000)


def remove_elsewhere(path: Path, source: int = 2) -> None:
    with closing(open_store(path)) as db:
        subscriptions.remove(db, source, NOW)


@pytest.mark.parametrize("scope", [Scope(name="unread"), Scope(name="all"), JORDAN], ids=lambda scope: scope.name)
async def test_cursor_stays_whatever_you_or_other_programs_do(run_app: RunApp, database: Path, scope: Scope) -> None:
    def position() -> tuple[str, int]:
        return app.selected, app.headlines.cursor - app.headlines.scroll_offset.y

    async with run_app(height=12, config=ONLY_MARKS, view=View(scope)) as app:
        await app.press("G", "k", "k")
        titles, before = app.titles, position()
        for keys in ("m", "mu", "s", "suU", "Au", "H", "Hu", "vk"):
            await app.press(*keys)
            assert position() == before, keys
        for change in (
            partial(mark_elsewhere, read=True),
            partial(mark_elsewhere, starred=True, hidden=True),
            add_elsewhere,
            remove_elsewhere,
        ):
            change(database)
            app.main.controllers.database_watch._check()
            await app.wait_idle()
            assert position() == before, change
        assert app.titles == titles


async def test_new_articles_and_an_undone_removal_are_loaded_around_the_cursor(app: RunningApp, database: Path) -> None:
    await app.press("j", "j", "m")
    selected = app.selected
    add(database, 1, "Newer", "Newest", when=NOW)
    await app.press("full_stop")
    assert app.selected == selected, "though it is read, also in Unread"
    assert "Newest" in app.titles
    remove_elsewhere(database, 3)
    await app.press("u")
    assert app.message == "Undone: Removed “Lone”."
    assert app.selected == selected


async def test_n_searches_rows_not_loaded_yet(run_app: RunApp, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(article_list, "FIRST", 2)
    monkeypatch.setattr(article_list.ArticleList, "_load_rest_of", lambda *_: None)  # as if loading took long
    async with run_app(config=ONLY_MARKS, view=ALL) as app:
        first = list(app.headlines.ids)
        assert len(first) == 2
        with closing(open_store(database)) as db:
            article_state.mark(db, first, NOW, read=True)
        app.headlines.rows.invalidate()
        await app.press("n")
        assert app.headlines.index == 2
        assert app.message == ""
