"""Tips in the last line, at the samples."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace
from tests.ui.conftest import MANUAL_MARKING, RunApp

UNDO = "u: undo your last step, whatever it was"


pytestmark = pytest.mark.usefixtures("first_database")


async def test_first_mark_shows_how_to_undo_it_once(run_app: RunApp) -> None:
    async with run_app() as app:
        await app.press("s")
        assert app.message == UNDO
        app.main.bottom.clear_message()
        await app.press("j", "s")
        assert app.message != UNDO
    async with run_app() as app:
        await app.press("m")
        assert app.message != UNDO


async def test_tip_has_the_key_of_the_user(run_app: RunApp) -> None:
    async with run_app(config=replace(MANUAL_MARKING, keys={"undo": "f5"})) as app:
        await app.press("s")
        assert app.message == "f5: undo your last step, whatever it was"


async def test_no_tip_about_a_key_that_was_used(run_app: RunApp) -> None:
    async with run_app() as app:
        await app.press("u")
        app.main.bottom.clear_message()
        await app.press("s")
        assert app.message == ""


async def test_tip_waits_until_no_message_is_shown(run_app: RunApp) -> None:
    async with run_app() as app:
        app.main.bottom.show_message("Something else.")
        await app.press("s")
        assert app.message == "Something else."
        app.main.bottom.clear_message()
        await app.press("s")
        assert app.message == UNDO


@pytest.mark.parametrize(
    ("keys", "tip"),
    [
        (("j",), "Several articles about one event. →: show all of them"),
        (("G", "g", *"jjjjjjjjjj"), "/: search as you type"),
        ((*"/water", "enter", "escape", *"/figs", "enter", "escape", *"/goat", "enter"), "F: save this search"),
        (("4",), "↻ was edited since you read it. d: show what changed"),
    ],
)
async def test_tip_is_shown_when_it_helps(run_app: RunApp, keys: Sequence[str], tip: str) -> None:
    async with run_app() as app:
        seen = []
        for key in keys:
            app.main.bottom.clear_message()
            await app.press(key)
            seen.append(app.message)
        assert [message for message in seen if tip in message] == [seen[-1]]


async def test_tip_about_a_row_ends_when_the_cursor_leaves(run_app: RunApp, monkeypatch: pytest.MonkeyPatch) -> None:
    async with run_app() as app:
        await app.press("j")
        assert app.message.startswith("Several articles")
        await app.press("j")
        assert app.message == "", "the tip would name a key for another row"
        await app.press("k")
        assert app.message.startswith("Several articles"), "it was gone before it could be read"
        monkeypatch.setattr("roya_tui.ui.controllers.tips._READING_SECONDS", 0.0)
        await app.press("j", "k")
        assert app.message == ""


async def test_tip_about_a_row_ends_for_good_when_its_key_is_used(run_app: RunApp) -> None:
    async with run_app() as app:
        await app.press("j", "right")
        assert app.message == ""
        await app.press("left", "j", "k")
        assert app.message == ""
