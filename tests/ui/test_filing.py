"""Putting tags, sources and folders in order on the screen, each taken back by u."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.ui.conftest import BY_HAND, NOW, Open, Opener

from roya_tui.model import Rule
from roya_tui.presentation.view import Scope
from roya_tui.store import rules
from roya_tui.store.database import open_store
from roya_tui.store.search import saved_searches
from roya_tui.store.sources import subscriptions
from roya_tui.ui.screens.rules import RulesScreen
from roya_tui.ui.services import Services


@pytest.fixture
def folded(store: Path) -> Path:
    """The store with two of its sources in folders."""
    with closing(open_store(store)) as db:
        first, second, *_ = subscriptions.list_all(db)
        subscriptions.change(db, first.id, name="City", folder="News/Jordan", now=NOW)
        subscriptions.change(db, second.id, name="World", folder="News", now=NOW)
        db.execute("DELETE FROM journal")
    return store


def stand_on(reader: Open, kind: str, text: str) -> None:
    sidebar = reader.main.sidebar
    reader.main.set_focus(sidebar)
    sidebar.cursor = next(n for n, row in enumerate(sidebar._rows) if (row.kind, row.text) == (kind, text))


def tags(reader: Open) -> dict[str, int | None]:
    return {row.name: row.count for row in reader.main.sidebar._rows if row.kind == "tag"}


def places(store: Path) -> dict[str, str]:
    with closing(open_store(store)) as db:
        return {source.label: source.folder for source in subscriptions.list_all(db)}


@pytest.mark.parametrize("width", [140, 100, 60])
async def test_a_tag_is_merged_into_another_and_taken_apart(opened: Opener, width: int) -> None:
    async with opened(width=width, config=BY_HAND) as reader:
        await reader.press("2")
        await reader.counted()
        before = tags(reader)
        (one, _), (other, _) = list(before.items())[:2]
        stand_on(reader, "tag", one)
        await reader.press("+")
        stand_on(reader, "tag", one)
        await reader.press("c")
        await reader.press("ctrl+u", *other, "enter")
        assert reader.said == f"Merged the tag {one} into {other}. u undoes."
        assert reader.main.state.view.required_tags == (other,)
        await reader.counted()
        assert one not in tags(reader)
        merged = tags(reader)[other]
        assert merged is not None
        assert max(before[one] or 0, before[other] or 0) <= merged <= (before[one] or 0) + (before[other] or 0)
        assert len(reader.titles) == merged
        assert reader.main.sidebar.current_tag == other
        await reader.press("D")
        assert reader.said == f"What was merged into {other} stands alone again. u undoes."
        await reader.press("u", "u")
        stand_on(reader, "tag", other)
        await reader.press("+")
        await reader.counted()
        assert tags(reader) == before


async def test_merging_a_tag_into_itself_is_told(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("2")
        await reader.counted()
        one = next(iter(tags(reader)))
        stand_on(reader, "tag", one)
        await reader.press("c")
        await reader.press("ctrl+u", *one.upper(), "enter")
        assert reader.failure.startswith("That is the same tag already")


async def test_a_source_is_moved_and_folders_are_renamed_and_taken_away(opened: Opener, folded: Path) -> None:
    before = places(folded)
    async with opened(config=BY_HAND) as reader:
        await reader.counted()
        stand_on(reader, "source", "World")
        await reader.press("c")
        await reader.press("ctrl+u", *"Far/Away", "enter")
        assert reader.said == "Moved World to Far/Away. u undoes."
        assert places(folded)["World"] == "Far/Away"
        assert reader.main.sidebar.current.text == "World"
        stand_on(reader, "folder", "Jordan")
        await reader.press("enter")
        stand_on(reader, "folder", "Jordan")
        await reader.press("c")
        await reader.press("ctrl+u", *"Home", "enter")
        assert reader.said == "Renamed News/Jordan to Home. u undoes."
        assert reader.main.state.view.scope.name == "Home"
        stand_on(reader, "folder", "Far")
        await reader.press("D")
        assert reader.said == "Took the folder Far away; its source stays. u undoes."
        assert places(folded) == before | {"World": "Away", "City": "Home"}
        await reader.press("u", "u", "u")
        await reader.counted()
        assert places(folded) == before
        assert [row.text for row in reader.main.sidebar._rows if row.kind == "folder"][:2] == ["News", "Jordan"]


async def test_what_names_a_folder_goes_with_it_and_is_told_when_it_goes(opened: Opener, folded: Path) -> None:
    with closing(open_store(folded)) as db:
        subscriptions.change(db, subscriptions.list_all(db)[-1].id, folder="News/Towns", now=NOW)
        saved_searches.add(db, "Cities", "folder:News/Towns", NOW)
        rules.add(db, Rule(0, "Quiet", "cup -folder:News/Towns", "mute"), NOW)
    async with opened(config=BY_HAND) as reader:
        await reader.counted()
        stand_on(reader, "feed", "Cities")
        await reader.press("enter")
        shown = reader.titles
        assert shown
        stand_on(reader, "folder", "Towns")
        await reader.press("c")
        await reader.press("ctrl+u", *"Home", "enter")
        assert reader.main.sidebar.current.name == "Home"  # and not what stands in its row now
        await reader.counted()
        assert reader.main.state.view.scope.name == "folder:Home"
        assert reader.titles == shown
        stand_on(reader, "folder", "Home")
        await reader.press("D")
        assert reader.said == ("Took the folder Home away. The feed Cities and 1 more still name it. u undoes.")
        await reader.counted()
        assert "! Cities: broken" in reader.sidebar
        stand_on(reader, "feed", "Cities: broken")
        await reader.press("enter")
        assert reader.said == "There is no folder “Home”. c changes the feed."
        await reader.press("E")
        assert isinstance(reader.app.screen, RulesScreen)
        assert "There is no folder “Home” to leave out. It rests." in str(reader.app.screen.details.content)
        await reader.press("escape", "u")
        stand_on(reader, "source", next(label for label, folder in places(folded).items() if folder == "Home"))
        await reader.press("c", "ctrl+u", "enter")
        assert reader.said.endswith(" out of its folder. The feed Cities and 1 more still name it. u undoes.")
        await reader.press("u", "u")
        await reader.counted()
        assert reader.titles == shown


async def test_a_name_that_reads_from_the_right_is_set_so_in_what_is_asked(opened: Opener, store: Path) -> None:
    with closing(open_store(store)) as db:
        subscriptions.change(db, subscriptions.list_all(db)[0].id, name="بندر", now=NOW)
    async with opened(config=BY_HAND) as reader:
        await reader.counted()
        stand_on(reader, "source", "بندر")
        await reader.press("c")
        (box,) = reader.app.screen.children
        assert str(box.border_title) == f"Move {'بندر'[::-1]} to the folder"


async def test_a_folder_is_still_shown_when_the_one_around_it_is_renamed_or_goes(opened: Opener, folded: Path) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.counted()
        stand_on(reader, "folder", "Jordan")
        await reader.press("enter")
        stand_on(reader, "folder", "News")
        await reader.press("c", "ctrl+u", *"World", "enter")
        assert reader.main.state.view.scope.name == "World/Jordan"
        await reader.press("D")
        assert reader.main.state.view.scope.name == "Jordan"
        stand_on(reader, "folder", "Jordan")
        await reader.press("D")
        assert reader.main.state.view.scope == Scope()


async def test_what_cannot_be_changed_is_told(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("c")
        assert reader.said == "Choose a feed, tag, folder or source in the sidebar first."


async def test_r_on_a_folder_asks_all_that_are_in_it_and_tells_elsewhere_what_it_does(
    opened: Opener, folded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = tmp_path / "asked"
    program = f"import sys; open({str(asked)!r}, 'w').write(' '.join(sys.argv[1:]))"
    async with opened(config=BY_HAND) as reader:
        main = reader.main
        for kind in ("view", "tag"):
            stand_on(reader, kind, next(row.text for row in main.sidebar._rows if row.kind == kind))
            await reader.press("r")
            assert reader.said == "r refreshes a source or a folder; R refreshes all."
        stand_on(reader, "folder", "News")
        await reader.press("r")
        assert reader.said.startswith("Offline: nothing is fetched.")
        with closing(open_store(folded)) as db:
            ids = [source.id for source in subscriptions.list_all(db) if source.folder in ("News", "News/Jordan")]
        main.state.offline = False
        monkeypatch.setattr(Services, "command", lambda self, *, offline: (sys.executable, "-c", program))
        await reader.press("r")
        assert reader.said == "Refreshing 2 sources in News."
        await reader.until(asked.exists)
        assert asked.read_text().split() == ["refresh", "--events", *map(str, ids)]


async def test_a_folded_folder_stays_so_under_its_new_name_and_its_old_one(opened: Opener, folded: Path) -> None:
    def signs() -> dict[str, str]:
        return {row.name: row.icon for row in reader.main.sidebar._rows if row.kind == "folder"}

    async with opened(config=BY_HAND) as reader:
        await reader.counted()
        reader.main.sidebar.toggle_folder("News")
        before = signs()
        stand_on(reader, "folder", "News")
        await reader.press("c", "ctrl+u", *"World", "enter")
        await reader.counted()
        assert signs() == {name.replace("News", "World") if name == "News" else name: before[name] for name in before}
        assert "World/Jordan" not in signs()
        await reader.press("u")
        await reader.counted()
        assert signs() == before
        stand_on(reader, "folder", "Samples")
        await reader.press("c", "ctrl+u", *"News", "enter")
        await reader.counted()
        assert signs()["News"] == before["News"]
        assert reader.main.services.preferences.collapsed_folders() >= {"News", "World"}
