"""The screen with the status of all sources: the table, the details, and its keys."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from pathlib import Path

import pytest
from tests.ui.conftest import MANUAL_MARKING, NOW, RunApp, RunningApp, add_articles, visible_lines
from textual.widgets import Input

from roya_tui.config import Config, Dates, Look, Reading, SourceSettings
from roya_tui.model import DateForm, Entry, Failure, Moment, NewSource, Source
from roya_tui.presentation.source_status import TimeContext
from roya_tui.store.database import open_store
from roya_tui.store.sources import checks, subscriptions
from roya_tui.store.sources.checks import CheckResult
from roya_tui.ui import action_table
from roya_tui.ui.dialogs.help import Help
from roya_tui.ui.screen import MainScreen
from roya_tui.ui.screens.source_status import SourceStatusScreen

DAY = 86_400
MOVED = "https://new.example/feed"
EVIL = "[red]Evil[/red] [@click=app.quit]"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Six sources: one failing, one that moved, one that failed once, one silent, two well."""
    path = tmp_path / "news.db"

    def add(title: str, url: str, last: int = 3_600, homepage: str = "") -> int:
        entries = [
            Entry(guid=str(n), title=f"{title} {n}", url=f"{url}/{n}", published=Moment(NOW - last - n * DAY))
            for n in range(9)
        ]
        with closing(open_store(path)) as db:
            id = subscriptions.add(db, NewSource(url, title=title, homepage=homepage), NOW - 90 * DAY).id
        add_articles(path, *entries, source=id)
        record(path, id, CheckResult(NOW - 7_200, ok=True, next_check=NOW + 1_200, milliseconds=150, new=2))
        return id

    def fail(id: int, text: str, times: int) -> None:
        failed = Failure("status", text)
        for n in range(times):
            at = NOW - 60 * (times - n)
            record(path, id, CheckResult(at, ok=False, error=text, failed=failed, next_check=NOW + 5_400))

    fail(add("Kelp Post", "https://kelp.example/feed"), "Kelp Post was not found at this address (404).", 4)
    add("Dune Herald", "https://name:secret@dune.example/feed", homepage="https://dune.example/")
    moving = add("Moving Times", "https://old.example/feed")
    record(path, moving, CheckResult(NOW - 60, ok=True, next_check=NOW + 1_200, moved_to=MOVED))
    add("Quiet Almanac", "https://quiet.example/feed", last=60 * DAY)
    add("أخبار الميناء", "https://port.example/feed")
    fail(add(EVIL, "https://evil.example/feed"), f"{EVIL} is not a feed: this is [bold]a page[/] [/x].", 1)
    return path


def record(path: Path, source: int, result: CheckResult) -> None:
    with closing(open_store(path)) as db:
        checks.record(db, source, result)


def load(path: Path, label: str = "Kelp Post") -> Source:
    with closing(open_store(path)) as db:
        return next(source for source in subscriptions.list_all(db) if source.label == label)


class StatusApp(RunningApp):
    """The app with its source status open."""

    @property
    def status(self) -> SourceStatusScreen:
        return next(screen for screen in self.textual.screen_stack if isinstance(screen, SourceStatusScreen))

    @property
    def rows(self) -> list[str]:
        """The table, as it is drawn."""
        return [line.rstrip("▐ ") for line in visible_lines(self.status.table) if line.strip()]

    def row(self, text: str) -> str:
        return next((line for line in self.rows if text in line), "")

    @property
    def states(self) -> list[str]:
        return [line.lstrip("▌ >!").split()[0] for line in self.rows]

    @property
    def details(self) -> str:
        return "\n".join(line.rstrip("▐| ").strip() for line in visible_lines(self.status.details))

    @property
    def details_on_one_line(self) -> str:
        return " ".join(self.details.split())

    @property
    def message(self) -> str:
        return self.status.bottom.message

    @property
    def input(self) -> Input:
        """The first line of the open dialog."""
        return self.screen.query_one(Input)

    async def move_to(self, label: str) -> None:
        """Put the cursor on a source."""
        await self.press("g")
        while self.status.table.current.source.label != label:  # type: ignore[union-attr]
            await self.press("j")

    async def answer(self, text: str) -> None:
        """Replace what the line has, and press enter."""
        self.input.value = text
        await self.press("enter")


OpenStatus = Callable[..., AbstractAsyncContextManager[StatusApp]]


@pytest.fixture
def open_status(run_app: RunApp) -> OpenStatus:
    """Run the app, press keys and then `S`."""

    @asynccontextmanager
    async def start(
        *before: str, width: int = 140, height: int = 40, config: Config = MANUAL_MARKING
    ) -> AsyncIterator[StatusApp]:
        async with run_app(width, height, config) as running:
            app = StatusApp(running.textual, running.pilot)
            await app.press(*before, "S")
            yield app

    return start


@pytest.fixture
async def app(open_status: OpenStatus) -> AsyncIterator[StatusApp]:
    async with open_status() as app:
        yield app


async def test_failing_sources_come_first_with_what_to_do(app: StatusApp) -> None:
    assert app.states == ["failing", "moved", "failed", "silent", "OK", "OK"]
    assert app.status.top.counts == "Source status · 6 sources · 4 with problems"
    assert app.rows[0].startswith("▌!failing    Kelp Post")
    assert app.details_on_one_line.startswith(
        "Kelp Post Was not found at this address (404). 4 checks failed in a row. Last success: 2 hours ago. r check"
        " now · c change address · D remove"
    )
    assert "Checks: 1 of the last 5 succeeded · 150 ms" in app.details_on_one_line
    await app.press("o")
    assert app.message == "This source has no web page."
    await app.press("G", "k")
    assert "No problems." in app.details
    assert "secret" not in "\n".join([*app.rows, app.details])


async def test_esc_and_S_return_to_the_same_position(open_status: OpenStatus) -> None:
    def position() -> tuple[object, ...]:
        return app.headlines.current_id, app.main.panes.active, app.pane.scroll_offset.y

    async with open_status("2", "j", "j", "j", "l", "pagedown") as app:
        before = position()
        assert before[1] == "article"
        await app.press("j", "O", "enter", "escape", "escape")
        assert app.screen is app.main
        assert position() == before
        assert app.view.scope.name == "all"
        await app.press("S", "S")
        assert app.screen is app.main


async def test_cursor_starts_at_the_source_selected_in_the_sidebar(open_status: OpenStatus) -> None:
    async with open_status("shift+tab", "G", "k") as app:
        row = app.main.sidebar.current
        assert row is not None
        assert row.id == app.status.table.current.source.id  # type: ignore[union-attr]
        assert not app.rows[0].startswith("▌")


async def test_pause_and_resume_are_undone_and_move_no_row(app: StatusApp, database: Path) -> None:
    await app.press("p")
    assert app.message == "Paused “Kelp Post”. u: undo"
    assert app.rows[0].startswith("▌ paused     Kelp Post"), "rows stay where they are"
    assert load(database).paused
    await app.press("u")
    assert app.message == "Undone: Paused “Kelp Post”."
    assert app.rows[0].startswith("▌!failing    Kelp Post")
    await app.press("p", "p")
    assert app.message == "Resumed “Kelp Post”. u: undo"
    assert not load(database).paused
    await app.press("p", "O", "O", "O", "O")
    assert app.states[0] == "moved", "after sorting"


async def test_source_that_is_gone_can_be_checked_again(database: Path, open_status: OpenStatus) -> None:
    record(database, load(database).id, CheckResult(NOW, ok=False, error="Kelp Post is gone.", gone=True))
    async with open_status() as app:
        assert app.states[0] == "removed"
        await app.press("p")
        assert app.message == "Resumed “Kelp Post”. u: undo"
        assert app.states[0] == "failing"
        assert not load(database).paused


async def test_source_is_removed_without_a_question_and_undone(app: StatusApp) -> None:
    await app.press("j", "D")
    assert app.message == "Removed “Moving Times”. u: undo"
    assert not app.row("Moving Times")
    assert app.rows[1].startswith("▌!failed"), "the cursor stays in its row"
    await app.press("u")
    await app.wait_until(lambda: "Moving Times" in app.rows[1])  # in its row again
    assert len(app.rows) == 6
    await app.press("U")
    assert app.message == "Redone: Removed “Moving Times”."
    assert not app.row("Moving Times")
    await app.press("escape")
    assert "Moving Times" not in "\n".join(app.titles)


@pytest.mark.parametrize(
    ("key", "typed", "field", "default", "value", "suggested", "detail", "message"),
    [
        ("i", "2h", "interval", None, 7_200, "2h", "Interval: 2 hours · set by you", "is checked every 2h."),
        ("d", "0", "per_day", None, 0, "0", "Daily limit: 0 articles", "Limited “Kelp Post” to 0 articles per day."),
        (
            "z",
            "Asia/Amman",
            "zone",
            "",
            "Asia/Amman",
            "Asia/Amman",
            "Time zone: Asia/Amman",
            "Changed the time zone of “Kelp Post” to Asia/Amman.",
        ),
        ("n", "  Kelp\tPost 2 ", "name", "", "Kelp Post 2", "Kelp Post 2", "Kelp Post 2", "to “Kelp Post 2”."),
        (
            "f",
            "Coast / North",
            "folder",
            "",
            "Coast/North",
            "Coast/North",
            "Folder: Coast/North",
            "Moved “Kelp Post” to folder “Coast/North”.",
        ),
    ],
)
async def test_settings_of_a_source_are_changed_reset_and_undone(
    app: StatusApp, database: Path, key: str, typed: str, field: str, default: object, value: object,
    suggested: str, detail: str, message: str,
) -> None:  # fmt: skip
    def stored() -> object:
        with closing(open_store(database)) as db:
            source = next(one for one in subscriptions.list_all(db) if one.title == "Kelp Post")
        return getattr(source, field)

    await app.press(key)
    if key in "idz":
        await app.answer("soon")
        assert stored() == default, "it is refused, and the dialog stays open"
    await app.answer(typed)
    assert stored() == value
    assert message in app.message
    assert app.message.endswith("u: undo")
    assert detail in app.details
    await app.press(key)
    assert app.input.value == suggested
    await app.answer("")
    assert stored() == default
    await app.press("u")
    assert stored() == value
    await app.press("u")
    assert stored() == default


async def test_changed_interval_moves_the_next_check_at_once(app: StatusApp) -> None:
    """Dune Herald was checked two hours ago, and its server asks for twenty minutes more."""
    times, app.main.state.offline = TimeContext(NOW, app.main.services.clock), False
    await app.move_to("Dune Herald")
    for typed, seconds in (("1d", 22 * 3_600), ("3h", 3_600), ("10m", 1_200)):
        await app.press("i")
        await app.answer(typed)
        next_check = f"Next check: {times.describe_time(NOW + seconds)}"
        assert f"is checked every {typed}. {next_check}. u: undo" in app.message
        assert next_check in app.details
    await app.press("u", "u")
    await app.wait_until(lambda: f"Next check: {times.describe_time(NOW + 22 * 3_600)}" in app.details)


async def test_examples_in_prompts_and_errors_are_valid(app: StatusApp) -> None:
    for key, count in (("i", 4), ("d", 2)):
        await app.press(key)
        hint = app.dialog_text
        await app.answer("soon")
        examples = re.findall(r"(?:such as|or|,) (\d+[mhd]?)\b", f"{hint} {app.dialog_text}")
        assert len(examples) >= count
        assert all(app.screen._parse(example) for example in examples)  # type: ignore[attr-defined]
        await app.press("escape")


async def test_daily_limit_changes_the_list(database: Path, open_status: OpenStatus) -> None:
    today = Entry(guid="b", title="Kelp again", published=Moment(NOW - 5_000))
    add_articles(database, today, source=load(database).id)
    async with open_status() as app:
        for keys, more_rows in ((("d", "0", "enter"), [("2 from Kelp Post", 2)]), (("u",), [])):
            await app.press(*keys)
            shown = app.headlines.timeline.more_rows.values()
            assert [(more.text, len(more.ids)) for more in shown] == more_rows


async def test_daily_limit_of_the_configuration_is_shown_until_another_is_set(open_status: OpenStatus) -> None:
    config = Config(sources={"kelp post": SourceSettings(per_day=3)}, reading=Reading(mark_read=None))
    async with open_status(config=config) as app:
        assert "Daily limit: 3 articles · set in config.toml" in app.details_on_one_line
        await app.press("d")
        await app.answer("0")
        assert "Daily limit: 0 articles" in app.details
        assert "set in config.toml" not in app.details


async def test_address_is_suggested_and_copied_without_its_password(database: Path, app: StatusApp) -> None:
    await app.move_to("Moving Times")
    assert "c adopt new address" in app.details
    await app.press("c")
    assert app.input.value == MOVED
    await app.press("enter")
    assert load(database, "Moving Times").url == MOVED
    assert f"Address: {MOVED}" in app.details
    assert app.row("Moving Times").lstrip("▌ ").startswith("OK")
    await app.press("u")
    assert load(database, "Moving Times").url == "https://old.example/feed"
    await app.move_to("Dune Herald")
    await app.press("y")
    assert app.textual.clipboard == "https://dune.example/feed"
    assert "secret" not in app.message
    await app.press("c")
    assert app.input.value == "https://dune.example/feed"


async def test_invalid_and_duplicate_addresses_are_refused(app: StatusApp, database: Path) -> None:
    await app.press("c")
    await app.answer("ftp://kelp.example/")
    await app.answer("old.example/feed")
    assert "Another source has the address" in app.dialog_text
    assert load(database).url == "https://kelp.example/feed"


async def test_clicks_sort_select_a_source_and_open_its_details(app: StatusApp) -> None:
    await app.press("j", "O")
    assert app.message == "Sorted by name."
    assert [label in row for label, row in zip(("[red]", "Dune", "Kelp", "Moving"), app.rows, strict=False)]
    assert app.rows[0].startswith("▌"), "the cursor goes to the first row"
    await app.press("O", "O")
    assert app.message == "Sorted by last success."
    for column, message in ((4, "Sorted by problem."), (15, "Sorted by name.")):
        assert await app.pilot.click(app.status.headings, offset=(column, 0))
        await app.wait_idle()
        assert app.message == message
        assert app.states[0] == "failing" or column == 15
    await app.press("O", "O", "O")
    assert await app.pilot.click(app.status.table, offset=(20, 3))
    await app.wait_idle()
    assert app.details_on_one_line.startswith(
        "Quiet Almanac No new articles for 8 weeks. Longest pause before: 24 hours."
    )
    assert await app.pilot.double_click(app.status.table, offset=(20, 0))
    await app.wait_idle()
    assert app.status.focused is app.status.details


async def test_click_on_a_suggestion_or_the_text_of_an_empty_table_presses_its_key(app: StatusApp) -> None:
    await app.move_to("Kelp Post")
    await app.click("c change address")
    assert app.input.value == "https://kelp.example/feed"
    await app.click("esc cancel")
    while app.status.statuses:
        await app.press("D")
    await app.click("Press a")
    assert app.screen is not app.status


async def open_source(app: RunningApp, label: str) -> None:
    """Choose a source in the sidebar."""
    source = next(one for one in app.main.sidebar.model.sources if one.label == label)
    app.main.set_focus(app.main.sidebar)
    app.main.sidebar.go_to("source", source.id)
    await app.press("enter")


async def test_failing_source_shows_its_error_in_the_list(database: Path, run_app: RunApp) -> None:
    with closing(open_store(database)) as db:
        empty = subscriptions.add(db, NewSource("https://fern.example/feed", title="Fern"), NOW).id
    error = "Fern refused the connection."
    failed = Failure("refused", error)
    record(database, empty, CheckResult(NOW, ok=False, error=error, failed=failed, next_check=NOW + 600))
    async with run_app(140, 40) as app:
        app.main.state.offline = False
        await open_source(app, "Fern")
        at = TimeContext(NOW, app.main.services.clock).describe_time(NOW + 600)
        shown = " ".join(" ".join(visible_lines(app.headlines)).split())
        error = f"Refused the connection. 1 check failed. No check succeeded yet. Next check: {at}."
        assert f"{error} r: try again S: source status" in shown
        await open_source(app, "Kelp Post")
        assert app.titles
        assert app.message.startswith("Was not found at this address (404). 4 checks failed in a row.")
        assert app.message.endswith(" r: try again")
        await open_source(app, "Dune Herald")
        assert app.titles


async def test_hints_of_140_columns_have_the_key_of_every_change(open_status: OpenStatus) -> None:
    async with open_status(width=140) as app:
        hints = app.status.bottom.render().plain
        changes = ("p pause", "D remove", "c address", "i interval", "f folder", "n rename", "d limit", "z time zone")
        assert [change for change in changes if f" {change}" not in f" {hints}"] == []


async def test_window_of_140_columns_shows_reasons_and_each_failure_once(open_status: OpenStatus) -> None:
    for width in (139, 140):
        async with open_status(width=width) as app:
            reason = "Was not found at this address (404)."
            assert (reason in app.row("Kelp Post")) is (width == 140)
            assert ("Reason" in app.status.headings.render().plain) is (width == 140)
            assert app.details_on_one_line.count(reason) == 2, "the sentence, and the row of all four checks"
            assert f"{reason} · 3 times before" in app.details_on_one_line


async def test_first_line_keeps_its_counts_in_a_narrow_window(open_status: OpenStatus) -> None:
    async with open_status(width=60, height=20) as app:
        assert app.status.top.network == "Working offline"
        line = app.status.top.render().plain.rstrip()
        assert line.startswith(" Source status · 6 sources · 4 with")
        assert line.endswith(" Working offline")


async def test_narrow_window_shows_details_in_place_of_the_table(open_status: OpenStatus) -> None:
    async with open_status(width=60, height=20) as app:
        assert "Articles" in app.status.headings.render().plain
        assert "Frequency" not in app.status.headings.render().plain
        assert app.details.startswith("Kelp Post\nWas not found at this address (404).")
        assert app.status.details.visible_lines < 8
        await app.press("enter")
        assert app.status.details.visible_lines > 12
        await app.press("escape")
        assert app.status.focused is app.status.table
        assert app.rows[0].startswith("▌!failing")
        await app.press("escape")
        assert isinstance(app.screen, MainScreen)


async def test_ascii_mode_shows_only_ascii(database: Path, open_status: OpenStatus) -> None:
    with closing(open_store(database)) as db:
        subscriptions.change(db, load(database, "أخبار الميناء").id, name="Port News")
    config = Config(look=Look(ascii=True), reading=Reading(mark_read=None))
    async with open_status(width=80, height=30, config=config) as app:
        assert app.rows[0].startswith(">!failing    Kelp Post")
        assert "______-#" in app.rows[0], "two articles in the week before the last, seven in the last"
        assert "\n".join([*app.rows, app.details, app.status.top.counts]).isascii()


async def test_markup_in_names_and_errors_is_shown_as_text(app: StatusApp) -> None:
    await app.move_to(EVIL)
    assert "[red]Evil[/red] [@…  Is not a feed: this is [bold]a page" in app.row("Evil")
    assert "Is not a feed: this is [bold]a page[/] [/x]." in app.details_on_one_line
    await app.press("n")
    assert app.input.value == EVIL
    await app.press("escape", "i", "escape", "f", "escape", "c", "escape", "p")
    assert app.message == f"Paused “{EVIL}”. u: undo"
    assert app.textual.is_running


async def test_changes_of_other_programs_are_shown_automatically(app: StatusApp, database: Path) -> None:
    record(database, load(database).id, CheckResult(NOW, ok=True, next_check=NOW + 600))
    await app.wait_until(lambda: app.states[0] == "OK")
    assert app.rows[0].startswith("▌ OK         Kelp Post"), "the row stays where it is"
    assert app.status.top.counts == "Source status · 6 sources · 3 with problems"


async def test_failed_refresh_suggests_S_unless_the_screen_is_open(app: StatusApp) -> None:
    failures = [{"message": "Kelp Post is gone.", "kind": "status"}] * 2
    assert app.main.controllers.refresh._failure_text(failures) == "2 sources failed."
    await app.press("S")
    assert app.main.controllers.refresh._failure_text(failures) == "2 sources failed. S: source status"


async def test_empty_table_shows_what_to_do_and_keys_do_nothing(database: Path, open_status: OpenStatus) -> None:
    with closing(open_store(database)) as db:
        for source in subscriptions.list_all(db):
            subscriptions.remove(db, source.id, NOW)
    async with open_status() as app:
        assert app.rows == ["  No sources. Press a to add one."]
        await app.press(*"pincDyor")
        assert isinstance(app.screen, SourceStatusScreen)


async def test_help_and_palette_have_the_actions_of_this_screen(app: StatusApp) -> None:
    names = [command.title for command in app.textual.get_system_commands(app.status)]
    assert "Pause or resume the source" in names
    assert "Mark all in the list read · mark-all" not in names
    await app.press("?")
    assert isinstance(app.screen, Help)
    words = app.screen.help_text().plain
    assert "Copy the source's address" in words
    assert "Mark all in the list read" not in words


async def test_keys_of_this_screen_are_configurable(database: Path, open_status: OpenStatus) -> None:
    config = Config(keys={"pause": "b", "source-status": "H"}, reading=Reading(mark_read=None))
    async with open_status("H", config=config) as app:
        await app.press("p")
        assert not load(database).paused
        await app.press("b")
        assert load(database).paused
        assert "b resume" in app.details


def test_keys_conflict_only_with_keys_of_the_same_screen() -> None:
    assert action_table.find_conflicts(action_table.apply_config({"pause": "r"})) == [
        "[keys] pause and refresh both have the key r. pause uses it.",
    ]
    assert action_table.find_conflicts(action_table.apply_config({"pause": "m"})) == [], "m is for headlines only"


async def test_new_time_zone_is_shown_in_the_list_and_the_article_until_undo(
    open_status: OpenStatus, database: Path
) -> None:
    noon = NOW // DAY * DAY - DAY // 2
    forms = {
        "Written": DateForm("", 0),
        "Floating": DateForm("", 0, is_floating=True),
        "Dated": DateForm("day", 0, True),
    }
    entries = [Entry(guid=name, title=name, published=Moment(noon, name, form)) for name, form in forms.items()]
    add_articles(database, *entries, source=load(database).id)
    async with open_status(config=Config(dates=Dates("%d-%m %H:%M", "source"))) as app:
        await app.move_to("Kelp Post")
        await app.press("z")
        await app.answer("Pacific/Kiritimat")
        assert "Did you mean “Pacific/Kiritimati”?" in app.dialog_text
        await app.answer("Pacific/Kiritimati")
        assert app.message == "Changed the time zone of “Kelp Post” to Pacific/Kiritimati. u: undo"
        await app.press("escape")

        async def times() -> list[str]:
            await app.wait_idle()
            rows = {name: app.list_line(name) for name in forms}
            return [found[0] if (found := re.search(r"\d\d:\d\d", row)) else "" for row in rows.values()]

        assert await times() == ["02:00", "12:00", ""]
        while "Floating" not in app.selected:
            await app.press("j")
        assert "12:00 (Kiritimati)" in app.article
        await app.press("u")
        assert await times() == ["12:00", "12:00", ""]
        assert "(Kiritimati)" not in app.article
        await app.press("S")
        await app.move_to("Kelp Post")
        await app.press("z")
        await app.answer("Pacific/Apia")
        await app.press("escape")
        assert "12:00 (Apia)" in app.article


@pytest.mark.parametrize(
    ("words", "sources"),
    [
        ("ke", ["Kelp Post"]),
        ("example dune", ["Dune Herald"]),
        ("secret", []),  # a password is not shown, so it does not match
        ("الميناء", ["أخبار الميناء"]),
        ("moved", ["Moving Times"]),
    ],
)
async def test_slash_filters_the_sources(app: StatusApp, words: str, sources: list[str]) -> None:
    def shown() -> list[str]:
        return [status.source.label for status in app.status.table._rows]

    everything = shown()
    await app.press_together("slash", *words)
    assert shown() == sources
    assert bool(app.row("No sources match. esc: show all")) is not bool(sources)
    await app.press("enter", "O")
    assert shown() == sources, "the filter stays, also if the order changes"
    assert words in app.status.filter_bar.value
    await app.press("escape")
    assert sorted(shown()) == sorted(everything)
    assert not app.status.filter_bar.display
    await app.press_together("slash", *words, "escape")
    assert sorted(shown()) == sorted(everything)
    await app.press("escape")
    assert app.screen is app.main


async def test_key_acts_on_the_source_that_the_filter_shows(app: StatusApp, database: Path) -> None:
    await app.press_together("slash", *"quiet", "enter", "p")
    assert load(database, "Quiet Almanac").paused
    await app.press_together("slash", *"zz", "p", "enter")
    await app.press("p")
    assert app.message == "No sources match. esc: show all"
