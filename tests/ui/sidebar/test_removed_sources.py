"""Removing sources and the samples, and bringing them back."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from tests.ui.conftest import RunApp, RunningApp, add_articles

from roya_tui.model import Entry
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions
from roya_tui.ui.dialogs.prompts import Confirm


async def test_source_and_samples_are_removed_and_undone(app: RunningApp) -> None:
    before = app.titles
    await app.press("D")
    assert isinstance(app.screen, Confirm)
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
        for suggestion in ("X takes the samples away", ""):
            app.main.bottom.clear_message()
            app.main.controllers.refresh._handle(
                {"event": "finished", "new": 1, "changed": 0, "failed": 0, "seconds": 1}
            )
            await app.wait_idle()
            assert suggestion in app.message
            assert bool(app.message) == bool(suggestion)
