"""Text typed quickly after a key that opened no input: it never works as keys."""

import pytest
from tests.ui.conftest import RunApp, RunningApp
from textual import events
from textual.widgets import Input

from roya_tui.presentation.view import Scope, View
from roya_tui.ui.dialogs.prompts import Confirm
from roya_tui.ui.screens.source_status import SourceStatusScreen
from roya_tui.ui.widgets.status_bar import BaseScreen

IGNORED = "Ignored the text typed after it."


def message(app: RunningApp) -> str:
    assert isinstance(app.screen, BaseScreen)
    return app.screen.bottom.message


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ("#2sA", "Go to an article first."),
        (";2\nq", "Go to an article first."),
        ("e2jA", "There is no article to export."),
        (":2A", "Go to an article first."),
        ("c2A", "Go to a tag, folder, source or saved search first."),
    ],
)
async def test_text_after_a_refused_key_is_ignored(app: RunningApp, keys: str, reason: str) -> None:
    await app.press("3")
    assert not app.headlines.ids
    await app.press_together(*(key.replace("\n", "enter") for key in keys))
    assert app.view.scope.name == "starred"
    assert message(app).startswith(reason)
    assert message(app).endswith(IGNORED)
    await app.press("2")
    assert app.view.scope.name == "all", "after a pause, keys work"


async def test_esc_ends_a_text_that_is_ignored(app: RunningApp) -> None:
    await app.press("3", "z")
    await app.press_together(*"#12", "escape", "2")
    assert app.view.scope.name == "all"


async def test_text_is_ignored_while_it_is_typed_without_a_pause(app: RunningApp) -> None:
    await app.press("3")
    seconds = 0.0
    for key in "#sport2A":
        event = events.Key(key, key)
        event.time, seconds = event.time + 1 + seconds, seconds + 0.3
        app.textual.post_message(event)
    await app.wait_idle()
    assert app.view.scope.name == "starred"


async def test_text_after_a_refused_key_is_ignored_in_source_status(app: RunningApp) -> None:
    await app.press("S")
    screen = app.screen
    assert isinstance(screen, SourceStatusScreen)
    screen.table.cursor = next(row for row, status in enumerate(screen.statuses) if status.source.is_local)
    count = len(screen.statuses)
    await app.press_together(*"cDpDq")
    assert len(screen.statuses) == count
    assert message(app).startswith("This source has no web address.")
    assert message(app).endswith(IGNORED)
    await app.press_together("n", *"Dawn", "enter")
    assert "Dawn" in message(app), "an input that opens gets all of the text"


async def test_text_typed_in_a_confirmation_does_not_confirm(run_app: RunApp) -> None:
    async with run_app(view=View(Scope("source", id=1))) as app:
        await app.press("D")
        dialog = app.screen
        assert isinstance(dialog, Confirm)
        await app.press_together(*"/any")
        assert app.screen is dialog
        assert app.message == f"/ does nothing here. {IGNORED}"


async def test_paste_goes_into_the_input_that_a_key_opens_and_nowhere_else(app: RunningApp) -> None:
    before = app.selected
    app.textual.post_message(events.Paste("jjA2q"))
    await app.wait_idle()
    assert app.message == "Ignored the pasted text. a: add a source   /: search"
    assert (app.selected, app.view.scope.name) == (before, "unread")
    app.send("m")
    app.send("a")
    app.textual.post_message(events.Paste("https://news.example/feed"))
    await app.wait_idle()
    assert app.screen.query_one("#address", Input).value == "https://news.example/feed"


@pytest.mark.parametrize(("key", "name"), [("Z", "Z"), ("f5", "f5"), ("ж", "ж"), ("$", "$"), ("ctrl+o", "ctrl+o")])
async def test_key_without_an_action_is_named(app: RunningApp, key: str, name: str) -> None:
    await app.press(key)
    assert app.message == f"{name} does nothing here. ?: help"
