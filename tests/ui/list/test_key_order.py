"""Keys typed in one burst with a key that opens another list: they apply to that list, not to the one before."""

import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.ui.conftest import ALL, NOW, RunApp, RunningApp
from textual.widgets import Input, Static

from roya_tui.query import parse
from roya_tui.store.database import open_store
from roya_tui.store.search import results
from roya_tui.ui.controllers import article_list
from roya_tui.ui.dialogs.export import ExportDialog
from roya_tui.ui.rows import article_rows
from roya_tui.ui.rows.article_rows import ArticleRows, load_rows

SEARCH = ("slash", *"the", "enter")


@pytest.fixture(autouse=True)
def slow_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make each list load slowly, with few first rows."""

    def load_slowly(*args: Any, **kw: Any) -> ArticleRows:
        time.sleep(0.1)
        return load_rows(*args, **kw)

    monkeypatch.setattr(article_list, "FIRST", 5)
    for module in (article_rows, article_list):
        monkeypatch.setattr(module, "load_rows", load_slowly)


def find(database: Path, text: str) -> list[int]:
    with closing(open_store(database)) as db:
        return list(results.find(db, parse(text, NOW), NOW))


@pytest.fixture
def wanted(database: Path) -> list[int]:
    """The articles that the search finds."""
    return find(database, "the")


@pytest.fixture
async def in_all(run_app: RunApp) -> AsyncIterator[RunningApp]:
    """The app at the view All, which is loaded."""
    async with run_app(view=ALL) as app:
        await app.wait_until(lambda: app.headlines.timeline.is_complete)
        yield app


async def test_select_all_and_export_wait_for_the_search_results(wanted: list[int], in_all: RunningApp) -> None:
    assert len(in_all.headlines.timeline.all_ids) > len(wanted) > 12
    await in_all.press_together(*SEARCH, "*")
    assert in_all.headlines.selection.ids == set(wanted)
    await in_all.press_together("escape")
    assert not in_all.headlines.selection.ids
    await in_all.press_together(*SEARCH, "*", "*")
    assert not in_all.headlines.selection.ids, "the second clears the selection"
    await in_all.press("escape")
    await in_all.press_together(*SEARCH, *"exyz")
    await in_all.wait_until(lambda: isinstance(in_all.screen, ExportDialog))
    assert f"all {len(wanted)} in the list" in str(in_all.screen.query_one("#choices", Static).render())
    assert in_all.screen.query_one("#file", Input).value.endswith("xyz")


async def test_star_waits_for_the_selection(wanted: list[int], in_all: RunningApp, database: Path) -> None:
    await in_all.press_together(*SEARCH, "*", "s")
    await in_all.wait_until(lambda: in_all.message.startswith("Starred"))
    assert sorted(find(database, "is:starred")) == sorted(wanted)


async def test_star_marks_an_article_that_was_found(wanted: list[int], in_all: RunningApp, database: Path) -> None:
    headlines = in_all.headlines
    headlines.move_to(next(place for place, id in enumerate(headlines.ids) if id not in wanted))
    await in_all.press_together(*SEARCH, "s")
    assert find(database, "is:starred") == [headlines.ids[0]] == wanted[:1]
    await in_all.press_together("G", "s")
    assert sorted(find(database, "is:starred")) == sorted([wanted[0], wanted[-1]])


async def test_mark_all_read_waits_for_the_view(app: RunningApp, database: Path) -> None:
    unread = find(database, "is:unread")
    await app.wait_until(lambda: app.headlines.timeline.is_complete)
    await app.press_together("3", "A")
    assert find(database, "is:unread") == unread, "there are no starred articles"
    await app.press_together(*"1_3_")
    assert not app.headlines.ids
    await app.press_together(*"3jj2A")
    assert not find(database, "is:unread")


async def test_next_view_does_not_wait_for_the_one_before(app: RunningApp) -> None:
    for key in "123":
        app.send(key)
    await app.wait_until(lambda: app.view.scope.name == "starred")
    assert app.main.awaits_list
    await app.wait_idle()
    assert not app.headlines.ids


@pytest.mark.parametrize(
    ("bursts", "heading"),
    [
        ([("slash", *"zzqq", "enter", "1")], ""),
        ([("3", "slash", "x", "escape")], "Starred"),
        ([("3", "slash", "x", "escape"), ("1", "b", "3", "b", "escape")], "Starred"),
    ],
)
async def test_esc_returns_to_the_last_view(app: RunningApp, bursts: list[tuple[str, ...]], heading: str) -> None:
    await app.wait_until(lambda: app.headlines.timeline.is_complete)
    assert app.headlines.ids
    for keys in bursts:
        await app.press_together(*keys)
    assert not app.headlines.ids
    assert app.headlines.frame.heading == heading or not heading


@pytest.mark.parametrize("width", [60, 140])
async def test_star_right_after_enter_is_shown_in_article_and_view(run_app: RunApp, database: Path, width: int) -> None:
    async with run_app(width=width) as app:
        await app.press_together("j", "enter", "s")
        assert "★" in str(app.pane.border_title)
        starred = app.headlines.current_id
        await app.press_together("escape", "3")
        assert list(app.headlines.ids) == find(database, "is:starred") == [starred]
        await app.press_together("enter", "s", "1", "3")
        assert not app.headlines.ids
