"""Saved searches: created from the view, edited, moved, removed, undone."""

from contextlib import closing
from pathlib import Path

import pytest
from tests.ui.conftest import NOW, RunApp, RunningApp

from roya_tui.model import SavedSearch
from roya_tui.presentation.view import Scope
from roya_tui.store.database import open_store
from roya_tui.store.search import saved_searches


def save(database: Path, *searches: tuple[str, str]) -> None:
    with closing(open_store(database)) as db:
        saved_searches.add_all(db, [SavedSearch(0, name, query) for name, query in searches], NOW)


def names(app: RunningApp) -> list[str]:
    return [row.text for row in app.main.sidebar._rows if row.kind == "search"]


@pytest.mark.parametrize("width", [100, 60])
async def test_search_is_saved_first_in_the_sidebar_and_undone(run_app: RunApp, width: int) -> None:
    async with run_app(width=width) as app:
        await app.press("2", "slash", *"water", "enter")
        found = app.titles
        assert found
        await app.press("F", "ctrl+u", *"Wells", "enter")
        assert app.message == "Created saved search “Wells”. u: undo"
        assert app.titles == found
        assert app.view.scope.label == "Wells"
        await app.press("tab", "tab")
        lines = app.sidebar.splitlines()
        assert lines[0].strip() == "Saved searches"
        assert lines[1].replace("▌", " ").split() == ["◆", "Wells", str(len(found))]
        await app.press("u")
        assert names(app) == []
        assert app.headlines.border_title == "water", "the query, since its name is removed"
        assert app.titles == found
        await app.press("U")
        assert names(app) == ["Wells"]


async def test_hints_and_D_follow_the_row_of_the_sidebar(run_app: RunApp, database: Path) -> None:
    save(database, ("One", "water"))
    async with run_app() as app:
        await app.press("tab", "tab")
        for keys, kind, hints in (
            ("g", "search", "c edit  K up  J down  D remove"),
            ("j", "view", "t tags"),
            ("jjjjjj", "tag", "+ only  - exclude"),
            ("G", "source", "c edit  D remove  r refresh"),
        ):
            await app.press(*keys)
            assert app.bottom_line.startswith(f" j/k move  enter show  esc back  {hints}")
            assert app.main.sidebar.current.kind == kind
            assert (app.main.controllers.sources.target is None) == (kind != "source")
        await app.press("g", "j", "D")
        assert app.screen is app.main
        assert app.message == "Go to a source, saved search or folder first."
        await app.press("g", "D")
        app.main.bottom.clear_message()
        assert names(app) == []
        assert app.bottom_line.startswith(" j/k move  enter show  esc back  t tags")


async def test_saved_search_is_moved_edited_and_removed_in_the_sidebar(run_app: RunApp, database: Path) -> None:
    save(database, ("One", "tag:water"), ("Two", "is:starred"))
    async with run_app() as app:
        await app.press("shift+tab", "g", "J")
        assert names(app) == ["Two", "One"]
        assert app.main.sidebar.current.text == "One"
        await app.press("K")
        assert names(app) == ["One", "Two"]
        await app.press("c", "ctrl+u", *"Uno", "tab", "end", *" tga:x", "enter")
        assert app.main is not app.screen, "the query is invalid"
        await app.press("ctrl+u", *"is:unread", "tab", *"heart", "enter")
        assert app.message == "Edited saved search “Uno”. u: undo"
        assert names(app) == ["Uno", "Two"]
        assert "♥ Uno" in app.sidebar
        await app.press("c", "enter")
        assert app.message == "Nothing changed."
        await app.press("c", "ctrl+u", *"Ein", "enter")
        assert app.message == "Renamed saved search “Uno” to “Ein”. u: undo"
        await app.press("u")
        await app.press("D")
        assert app.message == "Removed saved search “Uno”. Its articles are kept. u: undo"
        assert names(app) == ["Two"]
        await app.press("u", "u", "u", "u")
        assert names(app) == ["One", "Two"]


async def test_fast_keys_in_the_dialog_reach_the_line_that_tab_opens(app: RunningApp) -> None:
    await app.press("F")
    for key in ("ctrl+u", *"Wells", "tab", "ctrl+u", *"tag:water", "down", *"heart", "up", "end", *"s", "enter"):
        app.send(key)
    await app.wait_until(lambda: app.view.scope.label)
    assert (app.view.scope.label, app.view.scope.name) == ("Wells", "tag:waters")


async def test_saved_search_shows_why_it_is_broken_and_is_not_saved_again(run_app: RunApp, database: Path) -> None:
    save(database, ("Odd", "tga:x"), ("One", "tag:water"))
    async with run_app() as app:
        await app.press("shift+tab", "g", "enter")
        assert app.message.startswith("There is no field “tga”")
        assert "! Odd: error" in app.sidebar
        await app.press("1")
        assert app.titles
        await app.press("shift+tab", "g", "j", "enter")
        assert app.view.scope == Scope("search", "tag:water", 2, "One")
        await app.press("F")
        assert app.message == "“One” is already saved. c in the sidebar: edit it"
