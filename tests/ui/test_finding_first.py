"""While one types, the first of what is found and how many there are; all the rest once nobody types."""

from __future__ import annotations

import asyncio
import gc
import threading
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection
from types import SimpleNamespace
from typing import Any

import pytest
from tests.ui.conftest import NOW, Open, Opener

from roya_tui.model import SavedSearch
from roya_tui.presentation.view import Scope, View
from roya_tui.query import Query, parse
from roya_tui.store.database import open_store
from roya_tui.store.search import results, saved_searches
from roya_tui.store.user_data import stories
from roya_tui.ui.article_rows import ArticleRows, load_rows
from roya_tui.ui.controllers import article_list
from roya_tui.ui.database import Interrupted
from roya_tui.ui.sidebar_model import search_scope

ALL = View(Scope(name="all"))
WORD = "the"


@pytest.fixture(autouse=True)
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows come first, and the rest does not come by itself while a test runs."""
    monkeypatch.setattr(article_list, "FIRST", 5)
    monkeypatch.setattr(article_list, "REST_AFTER", 600.0)


@pytest.fixture
def found(store: Path) -> list[int]:
    """The articles that have the word: the first, third and seventh of them tell one story."""
    with closing(open_store(store)) as db:
        ids = list(results.find(db, parse(f"{WORD} sort:newest", NOW), NOW))
        stories.group(db, [ids[place] for place in (0, 2, 6)], NOW)
    assert len(ids) > 12
    return ids


async def typed(reader: Open) -> None:
    """Type the word, and wait for its first rows."""
    headlines = reader.main.headlines
    await reader.pilot.press("slash", *WORD)
    await reader.until(lambda: reader.main.state.view.search_text == WORD and not headlines.timeline.is_complete)


async def test_the_frame_counts_all_that_is_found_while_the_list_has_the_first(
    opened: Opener, found: list[int]
) -> None:
    async with opened(view=ALL) as reader:
        await typed(reader)
        headlines = reader.main.headlines
        assert len(headlines.ids) < 10
        told = f"{len(found)} in {len(found) - 2} rows"
        assert headlines.border_subtitle == told
        assert headlines.virtual_size.height == len(found) - 2, "the thumb stands where it will stand"
        begun = headlines.ids
        await reader.press("enter")
        assert headlines.timeline.is_complete
        assert headlines.ids[: len(begun)] == begun
        assert headlines.border_subtitle == told
        assert sorted(headlines.timeline.all_ids) == sorted(found)


async def test_what_is_asked_of_all_that_is_found_waits_for_it(opened: Opener, found: list[int], store: Path) -> None:
    async with opened(view=ALL) as reader:
        headlines = reader.main.headlines
        await typed(reader)
        headlines.action_last()
        await reader.press("enter")
        assert headlines.current_id == headlines.ids[-1]
        await reader.press("escape")
        await typed(reader)
        headlines.action_choose_all()
        await reader.press("enter")
        assert sorted(headlines.selection.ids) == sorted(found)
        await reader.press("escape", "escape")
        await typed(reader)
        reader.main.controllers.marks.mark_all_read()
        await reader.press("enter")
    with closing(open_store(store)) as db:
        assert not results.find(db, parse(f"{WORD} is:unread", NOW), NOW)


async def test_a_key_that_moves_on_is_not_taken_back_to_the_end(opened: Opener, found: list[int]) -> None:
    async with opened(view=ALL) as reader:
        await typed(reader)
        headlines = reader.main.headlines
        headlines.action_last()
        headlines.action_first()
        await reader.press("enter")
        assert headlines.timeline.is_complete
        assert headlines.index == 0


async def test_where_nothing_was_yet_stands_what_came(
    opened: Opener, found: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever drags the thumb is among rows that are not read yet."""
    async with opened(view=ALL, height=12) as reader:
        await typed(reader)
        headlines = reader.main.headlines
        headlines.jump(len(found))
        await reader.pilot.pause()
        top, line, seen = headlines.scroll_offset.y, headlines.draw_line, set[int]()
        assert top > len(headlines.ids)
        monkeypatch.setattr(headlines, "draw_line", lambda number, width: seen.add(number) or line(number, width))
        reader.main.controllers.article_list.request_rest()
        await reader.until(lambda: headlines.timeline.is_complete)
        await reader.still()
        assert headlines.scroll_offset.y == top
        assert seen >= set(range(top, headlines.count_rows()))


async def test_the_first_rows_do_not_wait_long_for_their_number(
    opened: Opener, found: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a million articles counting takes a quarter of a second."""
    may_end = threading.Event()

    def slowly(*args: object, **kw: object) -> tuple[int, int]:
        may_end.wait(60)
        return results.count_rows(*args, **kw)  # type: ignore[arg-type]

    monkeypatch.setattr(article_list, "results", SimpleNamespace(count_rows=slowly, find=results.find))
    async with opened(view=ALL) as reader:
        await typed(reader)
        headlines = reader.main.headlines
        assert headlines.border_subtitle == f"{len(headlines.ids)} and more"
        may_end.set()
        await reader.until(lambda: headlines.border_subtitle == f"{len(found)} in {len(found) - 2} rows")
        assert not headlines.timeline.is_complete
        assert headlines.virtual_size.height == len(found) - 2


@pytest.mark.parametrize("text", [WORD, "minutes:>=0 sort:oldest"])
async def test_what_is_opened_says_how_many_there_are_before_all_is_read(
    opened: Opener, found: list[int], store: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    may_end = threading.Event()

    def slowly(db: Connection, query: Query, now: int, limit: int | None = None, **kw: Any) -> ArticleRows:
        if limit is None:
            may_end.wait(60)
        return load_rows(db, query, now, limit, **kw)

    with closing(open_store(store)) as db:
        wanted = list(results.find(db, parse(text, NOW), NOW))
        saved_searches.add_all(
            db, [SavedSearch(0, "Mine", text)], NOW
        )  # one that is not there would be shown as a query
        (feed,) = saved_searches.list_all(db, NOW)
    async with opened(view=ALL) as reader:
        headlines = reader.main.headlines
        await reader.until(lambda: headlines.timeline.is_complete)
        elsewhere = [id for id in headlines.ids if id not in found]
        headlines.move_to(headlines.ids.index(elsewhere[0] if text == WORD else wanted[0]))
        monkeypatch.setattr(article_list, "load_rows", slowly)
        reader.main.controllers.article_list.show_view(View(search_scope(feed)))
        await reader.until(lambda: not headlines.timeline.is_complete and headlines.ids[0] == wanted[0])
        await reader.until(lambda: headlines.border_subtitle == f"{len(wanted)} in {len(wanted) - 2} rows")
        assert not headlines.timeline.is_complete
        may_end.set()
        await reader.until(lambda: headlines.timeline.is_complete)
        assert sorted(headlines.timeline.all_ids) == sorted(wanted)


async def test_who_goes_on_is_not_told_what_that_broke_off(
    opened: Opener, found: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be a traceback on the terminal that one comes back to."""
    begun, may_end = threading.Event(), threading.Event()
    told: list[object] = []

    def slowly(db: Connection, query: Query, now: int, limit: int | None = None, **kw: Any) -> ArticleRows:
        if limit is None:
            begun.set()
            may_end.wait(60)
            raise Interrupted
        return load_rows(db, query, now, limit, **kw)

    async with opened(view=ALL) as reader:
        await reader.until(lambda: reader.main.headlines.timeline.is_complete)
        asyncio.get_running_loop().set_exception_handler(lambda _, facts: told.append(facts["message"]))
        monkeypatch.setattr(article_list, "load_rows", slowly)
        reader.main.controllers.article_list.show_view(View(Scope("feed", "minutes:>=0", 1)), stay=False)
        await reader.until(begun.is_set)
        monkeypatch.setattr(article_list, "load_rows", load_rows)
        reader.main.controllers.article_list.show_view(View(Scope(name="starred")))
        may_end.set()
        await reader.still()
    gc.collect()
    await asyncio.sleep(0)
    assert not told
