"""What a new home shows in its first minutes."""

import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from tests.ui.conftest import ALL, RunApp, visible_lines

from roya_tui.first_run import add_first_sources, find_samples_folder
from roya_tui.query import Query
from roya_tui.store.database import open_store
from roya_tui.store.search import results
from roya_tui.store.user_data import article_state
from roya_tui.ui.controllers import refresh


@pytest.mark.usefixtures("first_database")
async def test_first_screen_has_news_of_today_a_story_and_an_edited_article(run_app: RunApp) -> None:
    async with run_app() as app:
        assert visible_lines(app.headlines)[0].strip(" ▐") == "Today"
        assert app.selected == "Ten keys you will use every day"
        assert "(3)" in app.list_line("Almond Line")
        assert "Today 10" in app.main.top.counts
        await app.press("b")
        assert "Big stories" in visible_lines(app.headlines)[0]
        await app.press("4", "d")
        assert "Correction: it was not a walrus" in app.titles
        assert "you read it" in "\n".join(visible_lines(app.main.panes.changes))


async def test_read_samples_get_the_icon_of_edits_after_a_minute_without_a_network(
    run_app: RunApp, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.unlink()
    now = int(time.time())
    with closing(open_store(database)) as db:
        add_first_sources(db, now - 60, find_samples_folder())
        article_state.mark(db, results.find(db, Query(), now), now - 30, read=True)
    monkeypatch.setattr(refresh, "CHECK_DUE_EVERY", 0.1)
    program = (sys.executable, "-m", "roya_tui", "--home", str(database.parent))
    async with run_app(program=program, view=ALL, now=lambda: int(time.time())) as app:
        await app.wait_until(lambda: "↻" in app.list_line("Ten keys") and "↻" in app.list_line("Almond Line"))
        await app.press("d")
        changes = visible_lines(app.main.panes.changes)
        assert any("+2 paragraphs, +1 heading, 1 word changed" in line for line in changes), changes
