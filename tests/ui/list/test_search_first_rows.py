"""Search results: the first rows and the count while you type, all rows when you stop."""

import asyncio
import gc
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection
from types import SimpleNamespace
from typing import Any

import pytest
from tests.ui.conftest import ALL, NOW, RunApp, RunningApp

from roya_tui.model import SavedSearch
from roya_tui.presentation.view import Scope, View
from roya_tui.query import Query, parse
from roya_tui.store.database import open_store
from roya_tui.store.search import results, saved_searches
from roya_tui.store.user_data import stories
from roya_tui.ui.controllers import article_list
from roya_tui.ui.database import Interrupted
from roya_tui.ui.rows.article_rows import ArticleRows, load_rows
from roya_tui.ui.rows.sidebar_model import search_scope

WORD = "the"


@pytest.fixture(autouse=True)
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load few rows at first, and the rest only when a test requests it."""
    monkeypatch.setattr(article_list, "FIRST", 5)
    monkeypatch.setattr(article_list, "REST_AFTER", 600.0)


@pytest.fixture
def found(database: Path) -> list[int]:
    """The articles that have the word; the first, third and seventh are a story."""
    with closing(open_store(database)) as db:
        ids = list(results.find(db, parse(f"{WORD} sort:newest", NOW), NOW))
        stories.group(db, [ids[place] for place in (0, 2, 6)], NOW)
    assert len(ids) > 12
    return ids


@pytest.fixture
async def app(found: list[int], run_app: RunApp) -> AsyncIterator[RunningApp]:
    """The app at the view All."""
    async with run_app(view=ALL) as app:
        yield app


async def type_word(app: RunningApp) -> None:
    """Type the word, and wait for its first rows."""
    headlines = app.headlines
    await app.pilot.press("slash", *WORD)
    await app.wait_until(lambda: app.view.search_text == WORD and not headlines.timeline.is_complete)


async def test_frame_counts_all_results_while_the_list_has_the_first(found: list[int], app: RunningApp) -> None:
    await type_word(app)
    headlines = app.headlines
    assert len(headlines.ids) < 10
    reported = f"{len(found)} in {len(found) - 2} rows"
    assert headlines.border_subtitle == reported
    assert headlines.virtual_size.height == 2 * (len(found) - 2), "the scrollbar is as long as it will be"
    first = headlines.ids
    await app.press("enter")
    assert headlines.timeline.is_complete
    assert headlines.ids[: len(first)] == first
    assert headlines.border_subtitle == reported
    assert sorted(headlines.timeline.all_ids) == sorted(found)


async def test_keys_for_all_results_wait_for_them(run_app: RunApp, found: list[int], database: Path) -> None:
    async with run_app(view=ALL) as app:
        headlines = app.headlines
        await type_word(app)
        headlines.action_last()
        await app.press("enter")
        assert headlines.current_id == headlines.ids[-1]
        await app.press("escape")
        await type_word(app)
        headlines.action_select_all()
        await app.press("enter")
        assert sorted(headlines.selection.ids) == sorted(found)
        await app.press("escape", "escape")
        await type_word(app)
        app.main.controllers.marks.mark_all_read()
        await app.press("enter")
    with closing(open_store(database)) as db:
        assert not results.find(db, parse(f"{WORD} is:unread", NOW), NOW)


async def test_cursor_does_not_jump_to_the_end_after_another_key(found: list[int], app: RunningApp) -> None:
    await type_word(app)
    headlines = app.headlines
    headlines.action_last()
    headlines.action_first()
    await app.press("enter")
    assert headlines.timeline.is_complete
    assert headlines.index == 0


async def test_rows_are_drawn_when_they_are_loaded(
    run_app: RunApp, found: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dragging the scrollbar shows rows that are not loaded yet."""
    async with run_app(view=ALL, height=12) as app:
        await type_word(app)
        headlines = app.headlines
        headlines.jump(headlines.virtual_size.height)
        await app.pilot.pause()
        top, line, seen = headlines.scroll_offset.y, headlines.draw_line, set[int]()
        assert top > headlines.heights.line_of(headlines.count_rows())
        monkeypatch.setattr(headlines, "draw_line", lambda number, width: seen.add(number) or line(number, width))
        app.main.controllers.article_list.request_rest()
        await app.wait_until(lambda: headlines.timeline.is_complete)
        await app.wait_idle()
        assert headlines.scroll_offset.y == top
        assert seen >= set(range(top, headlines.virtual_size.height))


async def test_first_rows_wait_briefly_for_a_count(
    run_app: RunApp, found: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counting a million articles takes a quarter of a second."""
    release = threading.Event()

    def count_slowly(*args: object, **kw: object) -> tuple[int, int]:
        release.wait(60)
        return results.count_rows(*args, **kw)  # type: ignore[arg-type]

    monkeypatch.setattr(article_list, "results", SimpleNamespace(count_rows=count_slowly, find=results.find))
    async with run_app(view=ALL) as app:
        await type_word(app)
        headlines = app.headlines
        assert headlines.border_subtitle == f"{len(headlines.ids)} and more"
        release.set()
        await app.wait_until(lambda: headlines.border_subtitle == f"{len(found)} in {len(found) - 2} rows")
        assert not headlines.timeline.is_complete
        assert headlines.virtual_size.height == 2 * (len(found) - 2)


@pytest.mark.parametrize("text", [WORD, "minutes:>=0 sort:oldest"])
async def test_saved_search_shows_its_count_before_all_is_loaded(
    run_app: RunApp, found: list[int], database: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    release = threading.Event()

    def load_slowly(db: Connection, query: Query, now: int, limit: int | None = None, **kw: Any) -> ArticleRows:
        if limit is None:
            release.wait(60)
        return load_rows(db, query, now, limit, **kw)

    with closing(open_store(database)) as db:
        wanted = list(results.find(db, parse(text, NOW), NOW))
        saved_searches.add_all(db, [SavedSearch(0, "Mine", text)], NOW)
        (feed,) = saved_searches.list_all(db, NOW)
    async with run_app(view=ALL) as app:
        headlines = app.headlines
        await app.wait_until(lambda: headlines.timeline.is_complete)
        elsewhere = [id for id in headlines.ids if id not in found]
        headlines.move_to(headlines.ids.index(elsewhere[0] if text == WORD else wanted[0]))
        monkeypatch.setattr(article_list, "load_rows", load_slowly)
        app.main.controllers.article_list.show_view(View(search_scope(feed)))
        await app.wait_until(lambda: not headlines.timeline.is_complete and headlines.ids[0] == wanted[0])
        await app.wait_until(lambda: headlines.border_subtitle == f"{len(wanted)} in {len(wanted) - 2} rows")
        assert not headlines.timeline.is_complete
        release.set()
        await app.wait_until(lambda: headlines.timeline.is_complete)
        assert sorted(headlines.timeline.all_ids) == sorted(wanted)


async def test_interrupted_load_reports_no_error(
    run_app: RunApp, found: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be a traceback on the terminal after the app ends."""
    begun, release = threading.Event(), threading.Event()
    reported: list[object] = []

    def load_slowly(db: Connection, query: Query, now: int, limit: int | None = None, **kw: Any) -> ArticleRows:
        if limit is None:
            begun.set()
            release.wait(60)
            raise Interrupted
        return load_rows(db, query, now, limit, **kw)

    async with run_app(view=ALL) as app:
        await app.wait_until(lambda: app.headlines.timeline.is_complete)
        asyncio.get_running_loop().set_exception_handler(lambda _, facts: reported.append(facts["message"]))
        monkeypatch.setattr(article_list, "load_rows", load_slowly)
        app.main.controllers.article_list.show_view(View(Scope("search", "minutes:>=0", 1)), stay=False)
        await app.wait_until(begun.is_set)
        monkeypatch.setattr(article_list, "load_rows", load_rows)
        app.main.controllers.article_list.show_view(View(Scope(name="starred")))
        release.set()
        await app.wait_idle()
    gc.collect()
    await asyncio.sleep(0)
    assert not reported
