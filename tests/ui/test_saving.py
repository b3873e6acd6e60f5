"""Saved feeds on the screen: made from what is shown, changed, moved, let go, and taken back."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from tests.ui.conftest import BY_HAND, NOW, Opener
from textual import events

from roya_tui.model import SavedSearch
from roya_tui.presentation.view import Scope
from roya_tui.store.database import open_store
from roya_tui.store.search import saved_searches


def keep(store: Path, *feeds: tuple[str, str]) -> None:
    with closing(open_store(store)) as db:
        saved_searches.add_all(db, [SavedSearch(0, name, query) for name, query in feeds], NOW)


def sidebar_names(reader) -> list[str]:
    return [row.text for row in reader.main.sidebar._rows if row.kind == "feed"]


@pytest.mark.parametrize("width", [140, 100, 60])
async def test_what_is_found_is_saved_shown_first_and_taken_back(opened: Opener, width: int) -> None:
    async with opened(width=width, config=BY_HAND) as reader:
        await reader.press("2", "slash")
        await reader.type("water")
        await reader.press("enter")
        found = reader.titles
        assert found
        await reader.press("F")
        await reader.press("ctrl+u", *"Wells", "enter")
        assert reader.said == "Saved as Wells, under Saved feeds. u undoes."
        assert reader.titles == found
        assert reader.main.state.view.scope.label == "Wells"
        await reader.counted()
        await reader.press("tab", "tab")
        lines = reader.sidebar.splitlines()
        assert lines[0].strip() == "Saved feeds"
        assert lines[1].replace("▌", " ").split() == ["◆", "Wells", str(len(found))]
        await reader.press("u")
        await reader.counted()
        assert sidebar_names(reader) == []
        assert reader.main.headlines.border_title == "water", "no feed of that name is there any more"
        assert reader.titles == found
        await reader.press("U")
        await reader.counted()
        assert sidebar_names(reader) == ["Wells"]


async def test_below_stand_the_keys_for_what_the_cursor_is_on_in_the_sidebar(opened: Opener, store: Path) -> None:
    def told() -> str:
        return reader.main.bottom.render().plain

    keep(store, ("One", "water"))
    async with opened(config=BY_HAND) as reader:
        await reader.press("tab", "tab", "g")
        assert told().startswith(" j/k move  enter show  esc back  c change  K up  J down  D remove")
        await reader.press("j")
        assert told().startswith(" j/k move  enter show  esc back  t tags")
        await reader.press(*"jjjjj")
        assert told().startswith(" j/k move  enter show  esc back  + only  - never")
        await reader.press("G")
        assert told().startswith(" j/k move  enter show  esc back  c change  D remove  r refresh")
        await reader.press("g", "D")
        reader.main.bottom.clear_message()
        assert sidebar_names(reader) == []
        assert told().startswith(" j/k move  enter show  esc back  t tags")


async def test_what_the_sidebars_cursor_is_not_on_is_neither_removed_nor_refreshed(opened: Opener, store: Path) -> None:
    keep(store, ("One", "water"))
    async with opened(config=BY_HAND) as reader:
        await reader.press("tab", "tab", "g")
        for kind in ("feed", "view"):
            assert reader.main.sidebar.current.kind == kind
            assert reader.main.controllers.sources.target is None
            await reader.press("j")
        await reader.press("D")
        assert reader.app.screen is reader.main
        assert reader.said == "A source, saved feed or folder can be removed."


async def test_a_feed_is_changed_moved_and_removed_in_the_sidebar(opened: Opener, store: Path) -> None:
    keep(store, ("One", "tag:water"), ("Two", "is:starred"))
    async with opened(config=BY_HAND) as reader:
        await reader.counted()
        await reader.press("shift+tab", "g", "J")
        assert sidebar_names(reader) == ["Two", "One"]
        assert reader.main.sidebar.current.text == "One"
        await reader.press("K")
        assert sidebar_names(reader) == ["One", "Two"]
        await reader.press("c")
        await reader.press("ctrl+u", *"Uno", "tab", "end", *" tga:x", "enter")
        assert reader.main is not reader.app.screen
        await reader.press("ctrl+u", *"is:unread", "tab", *"heart", "enter")
        assert reader.said == "Changed the feed Uno. u undoes."
        assert sidebar_names(reader) == ["Uno", "Two"]
        assert "♥ Uno" in reader.sidebar
        await reader.press("c", "enter")
        assert reader.said == "Nothing changed."
        await reader.press("c", "ctrl+u", *"Ein", "enter")
        assert reader.said == "Renamed the feed Uno to Ein. u undoes."
        await reader.press("u")
        await reader.counted()
        await reader.press("D")
        assert reader.said == "Removed the feed Uno; its articles stay. u undoes."
        assert sidebar_names(reader) == ["Two"]
        for _ in range(4):
            await reader.press("u")
        await reader.counted()
        assert sidebar_names(reader) == ["One", "Two"]


async def test_what_is_typed_right_behind_tab_is_for_the_next_line(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("F")
        for key in ("ctrl+u", *"Wells", "tab", "ctrl+u", *"tag:water", "down", *"heart", "up", "end", *"s", "enter"):
            reader.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await reader.until(lambda: reader.said)
        assert (reader.main.state.view.scope.label, reader.main.state.view.scope.name) == ("Wells", "tag:waters")


async def test_a_broken_feed_says_so_in_its_row_and_when_it_is_chosen(opened: Opener, store: Path) -> None:
    keep(store, ("Odd", "tga:x"))
    async with opened(config=BY_HAND) as reader:
        await reader.press("shift+tab", "g", "enter")  # before all of them are read
        assert reader.said.startswith("There is no field “tga”")
        await reader.counted()
        assert "! Odd: broken" in reader.sidebar
        await reader.press("enter")
        assert reader.said.startswith("There is no field “tga”")
        await reader.press("1")
        assert reader.titles


async def test_what_is_a_feed_already_is_not_saved_again(opened: Opener, store: Path) -> None:
    keep(store, ("One", "tag:water"))
    async with opened(config=BY_HAND) as reader:
        await reader.press("shift+tab", "g", "enter")
        assert reader.main.state.view.scope == Scope("feed", "tag:water", 1, "One")
        await reader.press("F")
        assert reader.said == "One is saved already; in the sidebar, c changes it."
