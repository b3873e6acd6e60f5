"""The hook on_open in the app, and hooks that failed in the source status screen."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fcntl", reason="the programs of these tests need POSIX")

from tests.test_hooks import documents, has_ended, logger
from tests.ui.conftest import NOW, RunApp

from roya_tui import hooks
from roya_tui.config import Config, Hooks
from roya_tui.hooks import Outcome
from roya_tui.store.database import open_store
from roya_tui.ui.screens.source_status import SourceStatusScreen

__all__ = ["logger"]


@pytest.mark.parametrize("key", ["enter", "o"])
async def test_opened_article_is_passed_to_the_hook(
    run_app: RunApp, tmp_path: Path, logger: tuple[str, ...], opened_in_browser: list[str], key: str
) -> None:
    async with run_app(config=Config(hooks=Hooks(on_open=logger)), offline=True) as app:
        await app.press("j")
        title = app.selected
        await app.press(key)
        await app.wait_until(lambda: documents(tmp_path))
        await app.wait_for_workers("hooks")
    (document,) = documents(tmp_path)
    assert document["event"] == "on_open"
    assert [article["title"] for article in document["articles"]] == [title]


async def test_moving_to_an_article_does_not_run_the_hook(
    run_app: RunApp, tmp_path: Path, logger: tuple[str, ...]
) -> None:
    async with run_app(config=Config(hooks=Hooks(on_open=logger))) as app:
        await app.press("j", "j", "s")
        assert not await app.wait_for_workers("hooks")
    assert documents(tmp_path) == []


async def test_hook_that_hangs_blocks_no_key_and_ends_with_the_app(run_app: RunApp, tmp_path: Path) -> None:
    script = f"echo $$ >>{tmp_path}/ids; trap '' TERM; sleep 60; sleep 60"
    wanted = Hooks(on_open=("sh", "-c", script), at_once=2)
    ids = tmp_path / "ids"

    def started() -> list[str]:
        return ids.read_text().split() if ids.exists() else []

    async with run_app(config=Config(hooks=wanted)) as app:
        for _ in range(4):
            await app.press("enter", "escape", "j")
        before = app.selected
        await app.press("j")
        assert app.selected != before
        await app.wait_until(lambda: len(started()) == 2)
    assert len(started()) == 2, "at most at_once"
    assert all(has_ended(int(id)) for id in started())


async def test_source_status_shows_hooks_that_failed_until_they_succeed(run_app: RunApp, database: Path) -> None:
    wanted = Hooks(on_match={"Wells": ("~/bin/wells",)}, on_open=("sh", "-c", "echo 'q: quit \x1b]0;x' >&2; exit 3"))
    matched, opened = wanted.all

    def lines(app: Any) -> list[str]:
        shown = app.screen.hook_failures
        return [shown.render_line(y).text.strip() for y in range(shown.size.height)]

    with closing(open_store(database)) as db:
        hooks.save_outcome(db, matched, Outcome(NOW, "did not end within 30 s"))
    async with run_app(config=Config(hooks=wanted)) as app:
        await app.press("enter")
        await app.wait_for_workers("hooks")
        await app.press("escape", "S")
        assert isinstance(app.screen, SourceStatusScreen)
        await app.wait_until(lambda: len(lines(app)) == 2)
        first, second = lines(app)
        assert first.startswith("Hook on_match.Wells: did not end within 30 s (")
        assert second.startswith("Hook on_open: exit code 3: q: quit ]0;x (")
        for hook in (matched, opened):
            await app.main.services.database.write(hooks.save_outcome, hook, Outcome(NOW, ""))
        app.screen.reload()
        await app.wait_until(lambda: not app.screen.hook_failures.lines)
        assert app.screen.hook_failures.size.height == 0
