"""Keys in one burst with those that show another list: they are about that list, not the one before."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.ui.conftest import NOW, Open, Opener
from textual import events
from textual.keys import _character_to_key
from textual.widgets import Input, Static

from roya_tui.presentation.view import Scope, View
from roya_tui.query import parse
from roya_tui.store.database import open_store
from roya_tui.store.search import results
from roya_tui.ui import article_rows
from roya_tui.ui.article_rows import ArticleRows, load_rows
from roya_tui.ui.controllers import article_list
from roya_tui.ui.dialogs.export import ExportDialog

ALL = View(Scope(name="all"))
WORD = "the"


@pytest.fixture(autouse=True)
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each list takes a while to come, and its first rows are few."""

    def slowly(*args: Any, **kw: Any) -> ArticleRows:
        time.sleep(0.1)
        return load_rows(*args, **kw)

    monkeypatch.setattr(article_list, "FIRST", 5)
    for room in (article_rows, article_list):
        monkeypatch.setattr(room, "load_rows", slowly)


def found(store: Path, text: str) -> list[int]:
    with closing(open_store(store)) as db:
        return list(results.find(db, parse(text, NOW), NOW))


async def burst(reader: Open, keys: str) -> None:
    """Press keys as in one write of a terminal, and wait until all that comes of them is done."""
    for character in keys:
        key = {"\r": "enter", "\x1b": "escape"}.get(character, _character_to_key(character))
        reader.app.post_message(events.Key(key, character))
    await reader.still()


async def test_what_is_selected_in_one_burst_with_words_is_what_they_find(opened: Opener, store: Path) -> None:
    wanted = found(store, WORD)
    async with opened(view=ALL) as reader:
        headlines = reader.main.headlines
        await reader.until(lambda: headlines.timeline.is_complete)
        assert len(headlines.timeline.all_ids) > len(wanted) > 12
        await burst(reader, f"/{WORD}\r*")
        assert headlines.selection.ids == set(wanted)
        await burst(reader, "\x1b")
        assert not headlines.selection.ids
        await burst(reader, f"/{WORD}\r**")
        assert not headlines.selection.ids, "the second lets go of all"


async def test_what_is_marked_behind_selecting_all_is_all(opened: Opener, store: Path) -> None:
    wanted = found(store, WORD)
    async with opened(view=ALL) as reader:
        await reader.until(lambda: reader.main.headlines.timeline.is_complete)
        await burst(reader, f"/{WORD}\r*s")
        await reader.until(lambda: reader.said.startswith("Starred"))
    assert sorted(found(store, "is:starred")) == sorted(wanted)


async def test_a_key_about_an_article_is_about_one_that_is_found(opened: Opener, store: Path) -> None:
    wanted = found(store, WORD)
    async with opened(view=ALL) as reader:
        headlines = reader.main.headlines
        await reader.until(lambda: headlines.timeline.is_complete)
        headlines.move_to(next(place for place, id in enumerate(headlines.ids) if id not in wanted))
        await burst(reader, f"/{WORD}\rs")
        assert found(store, "is:starred") == [headlines.ids[0]] == wanted[:1]
        await burst(reader, "Gs")
        assert sorted(found(store, "is:starred")) == sorted([wanted[0], wanted[-1]])


async def test_all_of_another_view_are_marked_read_and_folded(opened: Opener, store: Path) -> None:
    unread = found(store, "is:unread")
    async with opened() as reader:
        headlines = reader.main.headlines
        await reader.until(lambda: headlines.timeline.is_complete)
        await burst(reader, "3A")
        assert found(store, "is:unread") == unread, "nothing is starred"
        await burst(reader, "1_3_")
        assert not headlines.ids
        await burst(reader, "3jj2A")
    assert not found(store, "is:unread")


async def test_another_view_does_not_wait_for_the_list_before(opened: Opener) -> None:
    async with opened() as reader:
        for key in "123":
            reader.app.post_message(events.Key(key, key))
        await reader.until(lambda: reader.main.state.view.scope.name == "starred")
        assert reader.main.awaits_list
        await reader.still()
        assert not reader.main.headlines.ids


async def test_the_article_of_a_list_that_is_about_to_go_does_not_stay(opened: Opener) -> None:
    async with opened() as reader:
        await reader.until(lambda: reader.main.headlines.timeline.is_complete)
        await burst(reader, "/zzqq\r1")
        assert not reader.main.headlines.ids


async def test_one_comes_back_to_the_list_of_the_view_that_one_went_to(opened: Opener) -> None:
    async with opened() as reader:
        headlines = reader.main.headlines
        await reader.until(lambda: headlines.timeline.is_complete)
        assert headlines.ids
        await burst(reader, "3/x\x1b")
        assert headlines.frame.heading == "Starred"
        assert not headlines.ids
        await burst(reader, "1b3b\x1b")
        assert headlines.frame.heading == "Starred"
        assert not headlines.ids


async def test_what_is_written_behind_words_to_find_is_all_that_they_find(opened: Opener, store: Path) -> None:
    wanted = found(store, WORD)
    async with opened(view=ALL) as reader:
        await reader.until(lambda: reader.main.headlines.timeline.is_complete)
        await burst(reader, f"/{WORD}\rexyz")
        await reader.until(lambda: isinstance(reader.app.screen, ExportDialog))
        assert f"all {len(wanted)} shown" in str(reader.app.screen.query_one("#choices", Static).render())
        assert reader.app.screen.query_one("#file", Input).value.endswith("xyz")
