"""The screen of the sources' health: what a person sees there, does there, and comes back to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from tests.ui.conftest import NOW, Open, drawn
from textual.widgets import Input

from roya_tui.config import Config, Look, Reading, SourceSettings
from roya_tui.model import Entry, Failure, Moment, NewSource, Source
from roya_tui.store.articles import ingestion
from roya_tui.store.database import open_store
from roya_tui.store.sources import checks, subscriptions
from roya_tui.store.sources.checks import CheckResult
from roya_tui.ui import action_table
from roya_tui.ui.app import RoyaTuiApp
from roya_tui.ui.database import AsyncDatabase
from roya_tui.ui.dialogs.dialog import DialogText
from roya_tui.ui.dialogs.help import Help
from roya_tui.ui.screen import MainScreen
from roya_tui.ui.screens.source_status import SourceStatusScreen

DAY = 86_400
MOVED = "https://new.example/feed"
SECRET = "https://name:secret@dune.example/feed"


def fill(path: Path) -> None:
    """Six sources: one failing, one that failed once, one that moved, one silent, two well."""
    db = open_store(path)

    def add(title: str, url: str, last: int = 3_600, **new: str) -> int:
        entries = [
            Entry(guid=str(n), title=f"{title} {n}", url=f"{url}/{n}", published=Moment(NOW - last - n * DAY))
            for n in range(9)
        ]
        source = subscriptions.add(db, NewSource(url, title=title, **new), NOW - 90 * DAY)
        ingestion.save(db, source.id, None, [ingestion.prepare(entry) for entry in entries], NOW)
        checks.record(db, source.id, CheckResult(NOW - 7_200, ok=True, next_check=NOW + 1_200, milliseconds=150, new=2))
        return source.id

    def fail(id: int, label: str, words: str, times: int) -> None:
        failed = Failure("status", f"{label} {words}.")
        for n in range(times):
            at = NOW - 60 * (times - n)
            checks.record(
                db, id, CheckResult(at, ok=False, error=failed.message, failed=failed, next_check=NOW + 5_400)
            )

    fail(add("Kelp Post", "https://kelp.example/feed"), "Kelp Post", "has nothing at this address (404)", 4)
    add("Dune Herald", SECRET, homepage="https://dune.example/")
    moving = add("Moving Times", "https://old.example/feed")
    checks.record(db, moving, CheckResult(NOW - 60, ok=True, next_check=NOW + 1_200, moved_to=MOVED))
    add("Quiet Almanac", "https://quiet.example/feed", last=60 * DAY)
    add("أخبار الميناء", "https://port.example/feed")
    evil = "[red]Evil[/red] [@click=app.quit]"
    fail(add(evil, "https://evil.example/feed"), evil, "is no feed: this is [bold]a page[/] [/x]", 1)
    db.close()


class Health(Open):
    """A reader whose sources are being looked at."""

    @property
    def screen(self) -> SourceStatusScreen:
        screen = next(screen for screen in self.app.screen_stack if isinstance(screen, SourceStatusScreen))
        return screen

    @property
    def rows(self) -> list[str]:
        """The table, as it is drawn."""
        return [line.rstrip("▐ ") for line in drawn(self.screen.table) if line.strip()]

    def row(self, text: str) -> str:
        return next((line for line in self.rows if text in line), "")

    @property
    def states(self) -> list[str]:
        return [line.lstrip("▌ >!").split()[0] for line in self.rows]

    @property
    def page(self) -> str:
        lines = (line.rstrip("▐| ").strip() for line in drawn(self.screen.details))
        return "\n".join(lines)

    @property
    def words(self) -> str:
        """The same without line ends."""
        return " ".join(self.page.split())

    @property
    def said(self) -> str:
        return self.screen.bottom.message

    async def to(self, label: str) -> None:
        """Put the cursor on a source."""
        await self.press("g")
        for _ in range(10):
            current = self.screen.table.current
            if current is not None and current.source.label == label:
                return
            await self.press("j")
        raise AssertionError(label)

    async def fill_in(self, text: str) -> None:
        """Replace what stands in the line that is asked for, and enter it."""
        line = self.app.screen.query_one(Input)
        line.value = text
        await self.press("enter")


Looking = Callable[..., AbstractAsyncContextManager[Health]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "news.db"
    fill(path)
    return path


@pytest.fixture
def looking(path: Path) -> Looking:
    """Open the reader, and the screen of the sources' health with `S`."""

    @asynccontextmanager
    async def start(
        width: int = 140, height: int = 40, config: Config | None = None, *before: str
    ) -> AsyncIterator[Health]:
        config = config or Config(reading=Reading(mark_read=None))
        app = RoyaTuiApp(AsyncDatabase(path), config, (), now=lambda: NOW, offline=True)
        async with app.run_test(size=(width, height)) as pilot:
            reader = Health(app, pilot)
            await reader.counted()
            await reader.press(*before, "S")
            yield reader

    return start


def source(path: Path, label: str) -> Source:
    db = open_store(path)
    try:
        return next(one for one in subscriptions.list_all(db) if one.label == label)
    finally:
        db.close()


async def test_the_worst_comes_first_and_says_what_to_do(looking: Looking) -> None:
    async with looking() as reader:
        assert reader.states == ["failing", "moved", "failed", "silent", "well", "well"]
        assert reader.screen.top.counts == "Sources 6 · 4 need a look"
        assert reader.rows[0].startswith("▌!failing   Kelp Post")
        assert reader.words.startswith(
            "Kelp Post Has nothing at this address (404). 4 tries failed in a row; the last good answer was 2 hours"
            " ago. r tries now, c gives it another address, D removes it."
        )
        assert "Tries: 1 of the last 5 went well · 150 ms" in reader.page
        await reader.press("G", "k")
        assert "Answers well." in reader.page
        assert "secret" not in "\n".join([*reader.rows, reader.page])


async def test_esc_comes_back_to_the_very_same_place(looking: Looking) -> None:
    async with looking(140, 40, None, "2", "j", "j", "j", "l", "pagedown") as reader:
        main = reader.main
        selected, pane, top = main.headlines.current_id, main.panes.active, main.article.scroll_offset.y
        assert pane == "article"
        await reader.press("j", "O", "enter", "escape", "escape")
        assert reader.app.screen is main
        assert (main.headlines.current_id, main.panes.active, main.article.scroll_offset.y) == (selected, pane, top)
        assert main.state.view.scope.name == "all"
        await reader.press("S", "S")
        assert reader.app.screen is main


async def test_from_the_sidebar_it_begins_with_the_source_at_hand(looking: Looking) -> None:
    async with looking(140, 40, None, "shift+tab", "G", "k") as reader:
        row = reader.main.sidebar.current
        assert row is not None
        assert row.id == reader.screen.table.current.source.id  # type: ignore[union-attr]
        assert not reader.rows[0].startswith("▌")


async def test_pausing_is_undone_where_it_was_done(looking: Looking, path: Path) -> None:
    async with looking() as reader:
        await reader.press("p")
        assert reader.said == "Paused Kelp Post. u undoes."
        assert reader.rows[0].startswith("▌ paused    Kelp Post"), "nothing moves under the eyes"
        assert source(path, "Kelp Post").paused
        await reader.press("u")
        assert reader.said == "Undone: paused Kelp Post."
        assert reader.rows[0].startswith("▌!failing   Kelp Post")
        await reader.press("p", "p")
        assert reader.said == "Resumed Kelp Post. u undoes."
        assert not source(path, "Kelp Post").paused
        await reader.press("p", "O", "O", "O", "O")
        assert reader.states[0] == "moved", "sorted anew it stands where it belongs"


async def test_one_that_is_gone_can_be_asked_again(looking: Looking, path: Path) -> None:
    db = open_store(path)
    checks.record(db, source(path, "Kelp Post").id, CheckResult(NOW, ok=False, error="Kelp Post is gone.", gone=True))
    db.close()
    async with looking() as reader:
        assert reader.states[0] == "gone"
        await reader.press("p")
        assert reader.said == "Kelp Post is asked again."
        assert reader.states[0] == "failing"
        assert not source(path, "Kelp Post").paused


async def test_removing_asks_nothing_and_is_undone(looking: Looking, path: Path) -> None:
    async with looking() as reader:
        await reader.press("j", "D")
        assert reader.said == "Removed Moving Times. u undoes."
        assert not reader.row("Moving Times")
        assert reader.rows[1].startswith("▌!failed"), "the cursor stays in its row"
        await reader.press("u")
        await reader.until(lambda: "Moving Times" in reader.rows[1])  # it comes back to its place
        assert len(reader.rows) == 6
        await reader.press("U")
        assert reader.said == "Redone: removed Moving Times."
        assert not reader.row("Moving Times")
        await reader.press("escape")
        assert "Moving Times" not in "\n".join(reader.titles)


async def test_how_often_it_is_asked(looking: Looking, path: Path) -> None:
    async with looking() as reader:
        await reader.press("i")
        await reader.fill_in("soon")
        assert source(path, "Kelp Post").interval is None
        assert isinstance(reader.app.screen.query_one(Input), Input), "one may type on"
        await reader.fill_in("2h")
        assert source(path, "Kelp Post").interval == 7_200
        assert reader.said == "Kelp Post is asked every 2h. u undoes."
        assert "Asked: every 2 hours, as you set" in reader.page
        await reader.press("i")
        assert reader.app.screen.query_one(Input).value == "2h"
        await reader.fill_in("")
        assert source(path, "Kelp Post").interval is None
        await reader.press("u")
        assert source(path, "Kelp Post").interval == 7_200


async def test_how_much_of_it_lists_show_a_day(looking: Looking, path: Path) -> None:
    kelp = source(path, "Kelp Post").id
    today = Entry(guid="b", title="Kelp again", published=Moment(NOW - 5_000))
    db = open_store(path)
    ingestion.save(db, kelp, None, [ingestion.prepare(today)], NOW)
    db.close()
    async with looking() as reader:
        await reader.press("d")
        await reader.fill_in("many")
        assert isinstance(reader.app.screen.query_one(Input), Input), "one may type on"
        await reader.fill_in("0")
        assert source(path, "Kelp Post").per_day == 0
        assert reader.said == "Lists show one row a day of Kelp Post. u undoes."
        assert "In lists: one row a day" in reader.page
        shown = reader.main.headlines
        assert [(pile.words, len(pile.ids)) for pile in shown.timeline.more_rows.values()] == [("from Kelp Post", 2)]
        await reader.press("d")
        assert reader.app.screen.query_one(Input).value == "0"
        await reader.fill_in("")
        assert source(path, "Kelp Post").per_day is None
        assert shown.timeline.more_rows == {}
        await reader.press("u")
        assert source(path, "Kelp Post").per_day == 0
        assert len(shown.timeline.more_rows) == 1
        await reader.press("u")
        assert shown.timeline.more_rows == {}


async def test_what_config_says_of_a_day_is_told_until_it_is_set_here(looking: Looking) -> None:
    config = Config(sources={"kelp post": SourceSettings(per_day=3)}, reading=Reading(mark_read=None))
    async with looking(140, 40, config) as reader:
        assert "In lists: the newest 3 of a day, as config.toml says" in " ".join(reader.page.split())
        await reader.press("d")
        await reader.fill_in("0")
        assert "In lists: one row a day" in reader.page
        assert "as config.toml says" not in reader.page


async def test_a_name_and_a_folder(looking: Looking, path: Path) -> None:
    async with looking() as reader:
        await reader.press("n")
        assert reader.app.screen.query_one(Input).value == "Kelp Post"
        await reader.fill_in("  Seaweed\tNews ")
        assert reader.row("Seaweed News")
        assert source(path, "Seaweed News").title == "Kelp Post"
        await reader.press("f")
        await reader.fill_in("Coast / North")
        assert source(path, "Seaweed News").folder == "Coast/North"
        assert "Folder: Coast/North" in reader.page
        await reader.press("n")
        await reader.fill_in("")
        assert reader.row("Kelp Post")
        await reader.press("u", "u", "u")
        assert (source(path, "Kelp Post").name, source(path, "Kelp Post").folder) == ("", "")


async def test_a_new_address_is_offered_and_taken(looking: Looking, path: Path) -> None:
    async with looking() as reader:
        await reader.to("Moving Times")
        assert "c takes the new address" in reader.page
        await reader.press("c")
        assert reader.app.screen.query_one(Input).value == MOVED
        await reader.press("enter")
        assert source(path, "Moving Times").url == MOVED
        assert f"Address: {MOVED}" in reader.page
        assert reader.row("Moving Times").lstrip("▌ ").startswith("well")
        await reader.press("u")
        assert source(path, "Moving Times").url == "https://old.example/feed"


async def test_an_address_that_is_none_and_one_that_is_taken(looking: Looking, path: Path) -> None:
    async with looking() as reader:
        await reader.press("c")
        await reader.fill_in("ftp://kelp.example/")
        assert isinstance(reader.app.screen.query_one(Input), Input)
        await reader.fill_in("old.example/feed")
        told = str(reader.app.screen.query_one(DialogText).content)
        assert "is the address of another source already." in " ".join(told.split())
        assert source(path, "Kelp Post").url == "https://kelp.example/feed"


async def test_a_password_is_neither_shown_nor_copied(looking: Looking) -> None:
    async with looking() as reader:
        await reader.to("Dune Herald")
        await reader.press("y")
        assert reader.app.clipboard == "https://dune.example/feed"
        assert "secret" not in reader.said
        await reader.press("c")
        assert reader.app.screen.query_one(Input).value == "https://dune.example/feed"


async def test_a_source_without_a_page_says_so(looking: Looking) -> None:
    async with looking() as reader:
        await reader.press("o")
        assert reader.said == "This source names no page of its own."


async def test_keys_and_clicks_sort(looking: Looking) -> None:
    async with looking() as reader:
        await reader.press("j", "O")
        assert reader.said == "Sorted by name."
        assert [label in row for label, row in zip(("[red]", "Dune", "Kelp", "Moving"), reader.rows, strict=False)]
        assert reader.rows[0].startswith("▌"), "one wants to see what comes first"
        await reader.press("O", "O")
        assert reader.said == "Sorted by last good."
        assert await reader.pilot.click(reader.screen.headings, offset=(4, 0))
        await reader.still()
        assert reader.said == "Sorted by trouble."
        assert reader.states[0] == "failing"
        assert await reader.pilot.click(reader.screen.headings, offset=(15, 0))
        await reader.still()
        assert reader.said == "Sorted by name."


async def test_a_click_chooses_and_two_go_into_the_details(looking: Looking) -> None:
    async with looking() as reader:
        assert await reader.pilot.click(reader.screen.table, offset=(20, 3))
        await reader.still()
        assert reader.words.startswith("Quiet Almanac Nothing new for 8 weeks; its longest pause before was 24 hours.")
        assert await reader.pilot.double_click(reader.screen.table, offset=(20, 0))
        await reader.still()
        assert reader.screen.focused is reader.screen.details


async def test_where_it_is_narrow_the_details_take_the_place_of_the_table(looking: Looking) -> None:
    async with looking(60, 20) as reader:
        assert "8 weeks" in reader.screen.headings.render().plain
        assert "rhythm" not in reader.screen.headings.render().plain
        assert reader.page.startswith("Kelp Post\nHas nothing at this address (404).")
        assert reader.screen.details.visible_lines < 8
        await reader.press("enter")
        assert reader.screen.details.visible_lines > 12
        await reader.press("escape")
        assert reader.screen.focused is reader.screen.table
        assert reader.rows[0].startswith("▌!failing")
        await reader.press("escape")
        assert isinstance(reader.app.screen, MainScreen)


async def test_signs_have_ascii_twins(looking: Looking, path: Path) -> None:
    db = open_store(path)
    subscriptions.change(db, source(path, "أخبار الميناء").id, name="Port News")
    db.close()
    async with looking(100, 30, Config(look=Look(ascii=True), reading=Reading(mark_read=None))) as reader:
        assert reader.rows[0].startswith(">!failing   Kelp Post")
        assert "______-#" in reader.rows[0], "two articles in the week before the last, seven in the last"
        assert "\n".join([*reader.rows, reader.page, reader.screen.top.counts]).isascii()


async def test_what_feeds_and_servers_say_is_only_text(looking: Looking) -> None:
    async with looking() as reader:
        await reader.to("[red]Evil[/red] [@click=app.quit]")
        assert "[red]Evil[/red] [@cli" in reader.row("Evil")
        assert "Is no feed: this is [bold]a page[/] [/x]." in reader.page
        await reader.press("n")
        assert reader.app.screen.query_one(Input).value == "[red]Evil[/red] [@click=app.quit]"
        await reader.press("escape", "i", "escape", "f", "escape", "c", "escape", "p")
        assert reader.said == "Paused [red]Evil[/red] [@click=app.quit]. u undoes."
        assert reader.app.is_running


async def test_what_others_change_is_shown_by_itself(looking: Looking, path: Path) -> None:
    async with looking() as reader:
        db = open_store(path)
        checks.record(db, source(path, "Kelp Post").id, CheckResult(NOW, ok=True, next_check=NOW + 600))
        db.close()
        await reader.until(lambda: reader.states[0] == "well")
        assert reader.rows[0].startswith("▌ well      Kelp Post"), "the row says so, and stays where it is"
        assert reader.screen.top.counts == "Sources 6 · 3 need a look"


async def test_who_looks_at_the_sources_is_not_sent_there(looking: Looking) -> None:
    async with looking() as reader:
        failures = [{"message": "Kelp Post is gone.", "kind": "status"}] * 2
        assert reader.main.controllers.refresh._failure_text(failures) == "2 sources failed."
        await reader.press("S")
        assert reader.main.controllers.refresh._failure_text(failures) == "2 sources failed; S shows them."


async def test_without_sources_it_says_what_to_do(looking: Looking, path: Path) -> None:
    db = open_store(path)
    for one in subscriptions.list_all(db):
        subscriptions.remove(db, one.id, NOW)
    db.close()
    async with looking() as reader:
        assert reader.rows == ["  No sources yet: a adds one."]
        for key in "pincDyor":
            await reader.press(key)
            assert isinstance(reader.app.screen, SourceStatusScreen)


async def test_help_and_palette_know_this_screen(looking: Looking) -> None:
    async with looking() as reader:
        names = [command.title for command in reader.app.get_system_commands(reader.screen)]
        assert "Pause a source, or ask it again · pause" in names
        assert "Mark all shown read · mark-all" not in names
        await reader.press("?")
        assert isinstance(reader.app.screen, Help)
        words = reader.app.screen.help_text().plain
        assert "Copy its address" in words
        assert "Mark all shown read" not in words


async def test_keys_follow_the_configuration(looking: Looking, path: Path) -> None:
    config = Config(keys={"pause": "b", "health": "H"}, reading=Reading(mark_read=None))
    async with looking(140, 40, config, "H") as reader:
        await reader.press("p")
        assert not source(path, "Kelp Post").paused
        await reader.press("b")
        assert source(path, "Kelp Post").paused
        assert "b asks it again." in reader.page


def test_keys_that_clash_on_this_screen_are_told() -> None:
    assert action_table.find_conflicts(action_table.apply_config({"pause": "r"})) == [
        "Both pause and refresh want the key r: pause has it.",
    ]
    assert action_table.find_conflicts(action_table.apply_config({"pause": "m"})) == [], "m is a key of the news only"
