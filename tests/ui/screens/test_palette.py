"""The command palette: actions, themes, and going to a source, a folder or a saved search by its name."""

from contextlib import closing
from pathlib import Path

import pytest
from rich.style import Style
from tests.ui.conftest import NOW, RunningApp
from textual import events
from textual.command import CommandList, CommandPalette

from roya_tui.model import NewSource, SavedSearch
from roya_tui.store.database import open_store
from roya_tui.store.search import saved_searches
from roya_tui.store.sources import subscriptions
from roya_tui.ui.action_table import ACTIONS


@pytest.fixture(autouse=True)
def places(database: Path) -> None:
    """Three sources in a folder, and a saved search."""
    with closing(open_store(database)) as db:
        for number, name in enumerate(("Ostvin Courier", "Courier of [b]Ostvin", "أخبار الميناء")):
            subscriptions.add(db, NewSource(f"https://{number}.example/feed", name=name, folder="Harbours"), NOW)
        saved_searches.add_all(db, [SavedSearch(0, "Waterways", "water or tram")], NOW)


async def search(app: RunningApp, words: str = "") -> list[str]:
    """Open the palette, type words, and return the lines it offers."""
    await app.press("ctrl+p")
    await app.pilot.press(*words)
    rows = app.screen.query_one(CommandList)
    await app.wait_until(lambda: rows.option_count and (rows.highlighted is not None or not words))
    await app.pilot.pause(0.2)
    return [str(rows.get_option_at_index(at).prompt) for at in range(rows.option_count)]


async def test_palette_has_every_action_and_at_first_nothing_else(app: RunningApp) -> None:
    commands = {command.title for command in app.textual.get_system_commands(app.main)}
    wanted = {action.text for action in ACTIONS if action.context == "screen"}
    assert wanted - {"Quit"} <= commands
    assert not any("Courier" in line for line in await search(app))


async def test_click_below_the_last_row_of_the_palette_does_nothing(app: RunningApp) -> None:
    async def click(row: int) -> None:
        style = Style(meta={"option": row})
        x, y = rows.region.x + 1, rows.region.y + 1
        rows.post_message(events.Click(rows, 1, 1, 0, 0, 1, False, False, False, x, y, style))
        await app.wait_idle()

    await app.press("ctrl+p")
    rows = app.screen.query_one(CommandList)
    await click(rows.option_count)
    await click(rows.option_count + 50)
    assert isinstance(app.screen, CommandPalette)
    await click(0)
    await app.wait_idle()
    assert not isinstance(app.screen, CommandPalette)


async def test_palette_changes_to_a_theme_by_its_name(app: RunningApp) -> None:
    assert "Change theme: Nord" in (await search(app, "nord"))[0]
    await app.press("down", "enter")
    await app.wait_until(lambda: app.textual.theme == "nord")


async def test_palette_shows_names_as_text_and_opens_a_view_by_its_name(app: RunningApp) -> None:
    lines = [line for line in await search(app, "OSTVIN") if "Ostvin" in line]
    assert lines[0].startswith("Ostvin Courier"), "names that start with the words come first"
    assert lines[1].startswith("Courier of [b]Ostvin")
    assert "Open this source" in lines[1]
    await app.press("escape")
    for words, title, kind in (
        ("courier of", "Courier of [b]Ostvin", "source"),
        ("اخبار الم", "أخبار الميناء", "source"),
        ("harbou", "Harbours", "folder"),
        ("waterw", "Waterways", "search"),
    ):
        await search(app, words)
        await app.pilot.press("enter")
        await app.wait_until(lambda title=title: app.view.scope.title == title)
        await app.wait_idle()
        assert app.view.scope.kind == kind
        assert app.main.panes.active == "headlines"
