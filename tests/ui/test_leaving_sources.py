"""Sources and samples that are taken away, and brought back."""

from __future__ import annotations

from pathlib import Path

from tests.ui.conftest import BY_HAND, NOW, Opener

from roya_tui.model import Entry, Feed
from roya_tui.store.articles import ingestion
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions
from roya_tui.ui.dialogs.prompts import Confirm


async def test_a_source_is_removed_after_a_question_and_brought_back(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        before = reader.titles
        await reader.press("D")
        assert isinstance(reader.app.screen, Confirm)
        await reader.press("n")
        assert reader.titles == before
        await reader.press("D", "y")
        assert 0 < len(reader.titles) < len(before)
        assert reader.said.startswith("Removed ")
        await reader.press("u")
        assert reader.titles == before


async def test_the_samples_leave_with_one_key(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        before = reader.titles
        await reader.press("X")
        assert reader.titles == []
        await reader.press("u")
        assert reader.titles == before


async def test_taking_the_samples_away_is_offered_once(opened: Opener, store: Path) -> None:
    db = open_store(store)
    real = next(source for source in subscriptions.list_all(db) if not source.sample)
    ingestion.save(db, real.id, Feed("rss"), [ingestion.prepare(Entry(guid="r", title="Real"))], NOW)
    db.close()
    finished = {"event": "finished", "new": 1, "changed": 0, "failed": 0, "seconds": 1}
    async with opened(config=BY_HAND) as reader:
        reader.main.controllers.refresh._handle(finished)
        await reader.still()
        assert "X takes the samples away" in reader.said
        reader.main.bottom.clear_message()
        reader.main.controllers.refresh._handle(finished)
        await reader.still()
        assert reader.said == ""
