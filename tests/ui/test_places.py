"""Going to a feed, a folder or a source by its name, in the palette."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from tests.ui.conftest import NOW, Open, Opener
from textual.command import CommandList

from roya_tui.model import NewSource, SavedSearch
from roya_tui.store.database import open_store
from roya_tui.store.search import saved_searches
from roya_tui.store.sources import subscriptions


@pytest.fixture(autouse=True)
def places(store: Path) -> None:
    with closing(open_store(store)) as db:
        for number, name in enumerate(("Ostvin Courier", "Courier of [b]Ostvin", "أخبار الميناء")):
            subscriptions.add(db, NewSource(f"https://{number}.example/feed", name=name, folder="Harbours"), NOW)
        saved_searches.add_all(db, [SavedSearch(0, "Waterways", "water or tram")], NOW)


async def offered(reader: Open, words: str) -> list[str]:
    await reader.press("ctrl+p")
    await reader.pilot.press(*words)
    rows = reader.app.screen.query_one(CommandList)
    await reader.until(lambda: rows.option_count and rows.highlighted is not None)
    await reader.pilot.pause(0.2)
    return [str(rows.get_option_at_index(at).prompt) for at in range(rows.option_count)]


@pytest.mark.parametrize(
    ("words", "title", "kind"),
    [
        ("courier of", "Courier of [b]Ostvin", "source"),
        ("OSTVIN", "Ostvin Courier", "source"),
        ("اخبار الم", "أخبار الميناء", "source"),
        ("harbou", "Harbours", "folder"),
        ("waterw", "Waterways", "feed"),
    ],
)
async def test_a_place_is_gone_to_by_its_name(opened: Opener, words: str, title: str, kind: str) -> None:
    async with opened() as reader:
        await reader.counted()
        await offered(reader, words)
        await reader.pilot.press("enter")
        await reader.until(lambda: reader.main.state.view.scope.kind == kind)
        await reader.still()
        assert reader.main.state.view.scope.title == title
        assert reader.main.panes.active == "headlines"


async def test_names_that_begin_so_stand_first_and_are_no_markup(opened: Opener) -> None:
    async with opened() as reader:
        await reader.counted()
        lines = [line for line in await offered(reader, "ostvin") if "Ostvin" in line]
        assert lines[0].startswith("Ostvin Courier")
        assert lines[1].startswith("Courier of [b]Ostvin")
        assert "Source" in lines[1]


async def test_before_anything_is_typed_only_actions_are_offered(opened: Opener) -> None:
    async with opened() as reader:
        await reader.counted()
        await reader.press("ctrl+p")
        rows = reader.app.screen.query_one(CommandList)
        await reader.until(lambda: rows.option_count)
        assert not any("Courier" in str(rows.get_option_at_index(at).prompt) for at in range(rows.option_count))
