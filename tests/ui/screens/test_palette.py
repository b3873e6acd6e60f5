"""The command palette: actions, themes, and going to a source, a folder or a saved search by its name."""

from contextlib import closing
from pathlib import Path

import pytest
from rich.style import Style
from tests.ui.conftest import NOW, RunApp, RunningApp
from textual import events
from textual.command import CommandList, CommandPalette

from roya_tui.model import NewSource, SavedSearch
from roya_tui.store.database import open_store
from roya_tui.store.search import saved_searches
from roya_tui.store.sources import subscriptions
from roya_tui.ui.action_table import ACTIONS
from roya_tui.ui.themes import LIGHT


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
    await app.press("down", "up", "enter")
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


async def open_themes(app: RunningApp, words: str = "") -> CommandList:
    """Open the list of themes, and search for words."""
    app.textual.search_themes()
    await app.wait_idle()
    await app.pilot.press(*words)
    rows = app.screen.query_one(CommandList)
    await app.wait_until(lambda: rows.highlighted is not None and (not words or rows.option_count < 10))
    await app.wait_idle()
    return rows


def stored_theme(app: RunningApp) -> str:
    return app.main.services.preferences.theme()


async def test_theme_shows_while_its_row_is_highlighted_and_is_stored_by_enter_only(app: RunningApp) -> None:
    rows = await open_themes(app)
    assert rows.highlighted_option is not None
    assert str(rows.highlighted_option.prompt) == "roya-dark", "begins at the theme in use"
    await app.press("down")
    assert app.textual.theme == "roya-light"
    assert app.main.styles.background.hex.lower() == LIGHT.background
    await app.press("up", "up")
    assert app.textual.theme.startswith("rose-pine")
    await app.press("escape")
    assert (app.textual.theme, stored_theme(app)) == ("roya-dark", "")

    await open_themes(app, "nord")
    assert app.textual.theme == "nord", "the first that was found shows at once"
    assert stored_theme(app) == ""
    await app.press("enter")
    await app.wait_until(lambda: stored_theme(app))
    assert (app.textual.theme, stored_theme(app)) == ("nord", "nord")


async def test_theme_shows_under_the_mouse_and_a_click_beside_the_list_restores_the_one_before(
    app: RunningApp,
) -> None:
    rows = await open_themes(app)
    seen = set()
    for y in range(2, 6):
        await app.pilot.hover(CommandList, offset=(5, y))
        await app.wait_idle()
        assert rows.highlighted_option is not None
        assert app.textual.theme == str(rows.highlighted_option.prompt)
        seen.add(app.textual.theme)
    assert len(seen) == 4
    await app.pilot.click(offset=(3, 30))
    await app.wait_idle()
    assert not isinstance(app.screen, CommandPalette)
    assert (app.textual.theme, stored_theme(app)) == ("roya-dark", "")

    await open_themes(app)
    await app.pilot.click(CommandList, offset=(5, 3))
    await app.wait_until(lambda: stored_theme(app))
    assert stored_theme(app) == app.textual.theme in seen


async def test_palette_of_commands_shows_a_theme_only_when_the_user_moves_to_it(app: RunningApp) -> None:
    await search(app, "nord")
    assert app.textual.theme == "roya-dark", "it would flicker while typing"
    await app.press("down", "up")
    await app.wait_idle()
    assert app.textual.theme == "nord"
    await app.press("x")
    await app.pilot.pause(0.5)
    assert app.textual.theme == "roya-dark"
    await app.press("escape")
    assert app.textual.theme == "roya-dark"


async def test_themes_from_files_are_listed_and_one_with_an_error_is_not(run_app: RunApp, tmp_path: Path) -> None:
    folder = tmp_path / "themes"
    folder.mkdir()
    (folder / "harbor.toml").write_text('base = "nord"\nbackground = "#101820"\n')
    (folder / "broken.toml").write_text('background = "#10"\n')
    async with run_app(themes_folder=folder) as app:
        rows = await open_themes(app)
        names = {str(row.prompt) for row in rows.options}
        assert "harbor" in names
        assert "broken" not in names
        await app.press("escape")
        await open_themes(app, "harbor")
        await app.press("enter")
        await app.wait_until(lambda: stored_theme(app))
    async with run_app(themes_folder=folder) as app:
        assert app.textual.theme == "harbor"
        assert app.main.styles.background.hex == "#101820"
    (folder / "harbor.toml").write_text('\nbackgrund = "#101820"\n')
    async with run_app(themes_folder=folder) as app:
        assert app.textual.theme == "roya-dark"
        assert app.message.startswith("harbor.toml, line 2: A theme has no setting “backgrund”.")
        assert app.message.endswith("The default theme is used.")
    (folder / "harbor.toml").unlink()
    async with run_app(themes_folder=folder) as app:
        assert app.message == "There is no theme “harbor”. The default theme is used."
