"""Organizing and removing tags, sources and folders; each step can be undone."""

import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.ui.conftest import NOW, RunApp, RunningApp, add_articles
from textual.widgets import Static

from roya_tui.model import Entry, Rule
from roya_tui.presentation.view import Scope
from roya_tui.store import rules
from roya_tui.store.database import open_store
from roya_tui.store.search import saved_searches
from roya_tui.store.sources import subscriptions
from roya_tui.ui.dialogs.prompts import Confirm
from roya_tui.ui.screens.rules import RulesScreen
from roya_tui.ui.services import Services


@pytest.fixture
def in_folders(database: Path) -> Path:
    """The database with two of its sources in folders."""
    with closing(open_store(database)) as db:
        first, second, *_ = subscriptions.list_all(db)
        subscriptions.change(db, first.id, name="City", folder="News/Jordan", now=NOW)
        subscriptions.change(db, second.id, name="World", folder="News", now=NOW)
        db.execute("DELETE FROM journal")
    return database


def move_to(app: RunningApp, kind: str, text: str) -> None:
    """Put the cursor of the sidebar on a row."""
    sidebar = app.main.sidebar
    app.main.set_focus(sidebar)
    sidebar.cursor = next(n for n, row in enumerate(sidebar._rows) if (row.kind, row.text) == (kind, text))


async def edit(app: RunningApp, kind: str, text: str, value: str) -> None:
    """Press c on a row, and replace what the dialog has by another text."""
    move_to(app, kind, text)
    await app.press("c", "ctrl+u", *value, "enter")


def tags(app: RunningApp) -> dict[str, int | None]:
    return {row.name: row.count for row in app.main.sidebar._rows if row.kind == "tag"}


def folders(database: Path) -> dict[str, str]:
    """The folder of each source."""
    with closing(open_store(database)) as db:
        return {source.label: source.folder for source in subscriptions.list_all(db)}


@pytest.mark.parametrize("width", [100, 60])
async def test_tag_is_merged_into_another_and_unmerged(run_app: RunApp, width: int) -> None:
    async with run_app(width=width) as app:
        await app.press("2")
        before = tags(app)
        (one, _), (other, _) = list(before.items())[:2]
        move_to(app, "tag", one)
        await app.press("+")
        await edit(app, "tag", one, one.upper())
        assert app.dialog_text.startswith("This is the same tag")
        await app.press("ctrl+u", *other, "enter")
        assert app.message == f"Merged tag “{one}” into “{other}”. u: undo"
        assert app.view.required_tags == (other,)
        assert one not in tags(app)
        merged = tags(app)[other]
        assert merged is not None
        assert max(before[one] or 0, before[other] or 0) <= merged <= (before[one] or 0) + (before[other] or 0)
        assert len(app.titles) == merged
        assert app.main.sidebar.current_tag == other
        await app.press("D")
        assert app.message == f"Unmerged all tags from “{other}”. u: undo"
        await app.press("u", "u")
        move_to(app, "tag", other)
        await app.press("+")
        assert tags(app) == before


async def test_source_is_moved_and_folders_are_renamed_and_removed(in_folders: Path, app: RunningApp) -> None:
    before = folders(in_folders)
    await edit(app, "source", "World", "Far/Away")
    assert app.message == "Moved “World” to folder “Far/Away”. u: undo"
    assert folders(in_folders)["World"] == "Far/Away"
    assert app.main.sidebar.current.text == "World"
    move_to(app, "folder", "Jordan")
    await app.press("enter")
    await edit(app, "folder", "Jordan", "Home")
    assert app.message == "Renamed folder “News/Jordan” to “Home”. u: undo"
    assert app.view.scope.name == "Home"
    move_to(app, "folder", "Far")
    await app.press("D")
    assert app.message == "Removed folder “Far”. Its source is kept. u: undo"
    assert folders(in_folders) == before | {"World": "Away", "City": "Home"}
    await app.press("u", "u", "u")
    assert folders(in_folders) == before
    assert [row.text for row in app.main.sidebar._rows if row.kind == "folder"][:2] == ["News", "Jordan"]


async def test_queries_follow_a_renamed_folder_and_break_when_it_is_removed(in_folders: Path, run_app: RunApp) -> None:
    with closing(open_store(in_folders)) as db:
        subscriptions.change(db, subscriptions.list_all(db)[-1].id, folder="News/Towns", now=NOW)
        saved_searches.add(db, "Cities", "folder:News/Towns", NOW)
        rules.add(db, Rule(0, "Quiet", "cup -folder:News/Towns", "mute"), NOW)
    async with run_app() as app:
        move_to(app, "search", "Cities")
        await app.press("enter")
        shown = app.titles
        assert shown
        await edit(app, "folder", "Towns", "Home")
        assert app.main.sidebar.current.name == "Home", "the cursor follows the folder"
        assert app.view.scope.name == "folder:Home"
        assert app.titles == shown
        move_to(app, "folder", "Home")
        await app.press("D")
        assert app.message.startswith("Removed folder “Home”. Still used by ")
        assert "! Cities: error" in app.sidebar
        move_to(app, "search", "Cities: error")
        await app.press("enter")
        assert app.message == "There is no folder “Home”. c: edit"
        await app.press("E")
        assert isinstance(app.screen, RulesScreen)
        assert "The rule is suspended." in str(app.screen.details.content)
        await app.press("escape", "u")
        await edit(app, "source", next(label for label, folder in folders(in_folders).items() if folder == "Home"), "")
        assert app.message.endswith(" and 1 other. u: undo")
        await app.press("u", "u")
        assert app.titles == shown


async def test_right_to_left_name_is_isolated_in_the_title_of_a_dialog(database: Path, run_app: RunApp) -> None:
    with closing(open_store(database)) as db:
        subscriptions.change(db, subscriptions.list_all(db)[0].id, name="بندر", now=NOW)
    async with run_app() as app:
        move_to(app, "source", "بندر")
        await app.press("c")
        (box,) = app.screen.children
        assert str(box.border_title) == f"Move “{'بندر'[::-1]}” to a folder"


async def test_view_of_a_subfolder_follows_changes_of_its_parent(in_folders: Path, app: RunningApp) -> None:
    await app.press("c")
    assert app.message == "Go to a tag, folder, source or saved search first."
    move_to(app, "folder", "Jordan")
    await app.press("enter")
    await edit(app, "folder", "News", "World")
    assert app.view.scope.name == "World/Jordan"
    await app.press("D")
    assert app.view.scope.name == "Jordan"
    move_to(app, "folder", "Jordan")
    await app.press("D")
    assert app.view.scope == Scope()


async def test_r_refreshes_the_sources_of_a_folder(
    in_folders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, app: RunningApp
) -> None:
    arguments = tmp_path / "arguments"
    program = f"import sys; open({str(arguments)!r}, 'w').write(' '.join(sys.argv[1:]))"
    for kind in ("view", "tag"):
        move_to(app, kind, next(row.text for row in app.main.sidebar._rows if row.kind == kind))
        await app.press("r")
        assert app.message == "Go to a source, folder or article first. R: refresh all"
    move_to(app, "folder", "News")
    await app.press("r")
    assert app.message.startswith("Working offline.")
    with closing(open_store(in_folders)) as db:
        ids = [source.id for source in subscriptions.list_all(db) if source.folder in ("News", "News/Jordan")]
    app.main.state.offline = False
    monkeypatch.setattr(Services, "command", lambda self, *, offline: (sys.executable, "-c", program))
    await app.press("r")
    assert app.message == "Refreshing 2 sources in “News”."
    await app.wait_until(lambda: arguments.exists() and arguments.read_text())
    assert arguments.read_text().split() == ["refresh", "--events", *map(str, ids)]


async def test_collapsed_folder_stays_collapsed_when_it_is_renamed(in_folders: Path, app: RunningApp) -> None:
    def icons() -> dict[str, str]:
        return {row.name: row.icon for row in app.main.sidebar._rows if row.kind == "folder"}

    app.main.sidebar.toggle_folder("News")
    before = icons()
    await edit(app, "folder", "News", "World")
    assert icons() == {"World" if name == "News" else name: icon for name, icon in before.items()}
    assert "World/Jordan" not in icons()
    await app.press("u")
    assert icons() == before
    await edit(app, "folder", "Samples", "News")
    assert icons()["News"] == before["News"]
    assert app.main.services.preferences.collapsed_folders() >= {"News", "World"}


async def test_source_and_samples_are_removed_and_undone(app: RunningApp) -> None:
    before = app.titles
    await app.press("D")
    assert isinstance(app.screen, Confirm)
    assert any("articles, except those that you" in str(text.content) for text in app.screen.query(Static))
    await app.press("n")
    assert app.titles == before
    await app.press("D", "y")
    assert 0 < len(app.titles) < len(before)
    assert app.message.startswith("Removed ")
    await app.press("u")
    assert app.titles == before
    await app.press("X")
    assert app.titles == []
    await app.press("u")
    assert app.titles == before


async def test_removing_the_samples_is_suggested_once_after_a_refresh(run_app: RunApp, database: Path) -> None:
    with closing(open_store(database)) as db:
        real = next(source.id for source in subscriptions.list_all(db) if not source.sample)
    add_articles(database, Entry(guid="r", title="Real"), source=real)
    async with run_app() as app:
        for suggestion in ("X: remove the samples", ""):
            app.main.bottom.clear_message()
            app.main.controllers.refresh._handle(
                {"event": "finished", "new": 1, "changed": 0, "failed": 0, "seconds": 1}
            )
            await app.wait_idle()
            assert suggestion in app.message
            assert bool(app.message) == bool(suggestion)
