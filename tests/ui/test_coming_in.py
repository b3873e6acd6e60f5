"""What others put into the store while one reads."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from tests.ui.conftest import BY_HAND, NOW, Open, Opener

from roya_tui.model import Entry, Feed, Moment
from roya_tui.store.articles import ingestion, lookup, search_index
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state
from roya_tui.ui.controllers import refresh


async def test_a_list_is_drawn_anew_where_others_wrote_and_not_because_time_went_by(
    opened: Opener, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "CHECK_DATABASE_EVERY", 0.5)
    async with opened(config=BY_HAND) as reader:
        headlines = reader.main.headlines
        await reader.press("s")  # what the reader writes is on the screen already
        before = [headlines.rows.headline_at(index) for index in range(len(headlines.ids))]
        assert before
        await reader.pilot.pause(0.7)
        assert all(headlines.rows.headline_at(index) is known for index, known in enumerate(before))
        with closing(open_store(store)) as db:
            article_state.mark(db, list(headlines.ids), NOW, read=True)
        await reader.until(lambda: not any(headlines.rows.headline_at(index).unread for index in range(len(before))))


async def test_what_a_refresh_left_that_another_program_began_is_found_once_it_was_killed(
    opened: Opener, store: Path
) -> None:
    async with opened(config=BY_HAND) as reader:
        with closing(open_store(store)) as db:
            row = ingestion.prepare(Entry(guid="1", title="Unlearnt olive"))
            ingestion.save(db, subscriptions.list_all(db)[0].id, None, [row], NOW, index=search_index.enqueue)
        reader.main.controllers.database_watch._check()
        await reader.still()
        reader.main.controllers.database_watch._check()
        await reader.still()
        await reader.still()
        await reader.main.services.database.write(lambda db: None)  # what was asked before is done
        await reader.press("slash")
        await reader.type("unlearnt")
        assert reader.titles == ["Unlearnt olive"]


async def test_what_comes_in_is_announced_and_moves_nothing(opened: Opener, store: Path) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("j", "j")
        before = (reader.titles, reader.selected)
        db = open_store(store)
        source = subscriptions.list_all(db)[0]
        entry = Entry(guid="fresh", title="Fresh from the press", published=Moment(NOW - 5))
        ingestion.save(db, source.id, Feed("rss"), [ingestion.prepare(entry)], NOW)
        db.close()
        reader.main.controllers.refresh._handle(
            {"event": "finished", "new": 1, "changed": 0, "failed": 0, "seconds": 1}
        )
        await reader.still()
        assert (reader.titles, reader.selected) == before
        assert "1 new, press ." in reader.main.bottom.tip
        await reader.press("full_stop")
        assert reader.titles[0] == "Fresh from the press"
        assert reader.selected == before[1]


async def test_what_another_program_fetched_is_announced_too(opened: Opener, store: Path) -> None:
    async with opened(config=BY_HAND) as reader:
        await looked(reader)
        before = (reader.titles, reader.selected)
        await come_elsewhere(store, reader, "first", "second")
        assert reader.main.bottom.tip == "2 new, press ."
        assert (reader.titles, reader.selected) == before
        await come_elsewhere(store, reader, "third")
        assert reader.main.bottom.tip == "3 new, press ."
        await reader.press("full_stop")
        assert reader.titles[:3] == ["third", "second", "first"]
        assert (reader.selected, reader.main.bottom.tip) == (before[1], "")
        await come_elsewhere(store, reader, "fourth")
        assert reader.main.bottom.tip == "1 new, press ."
        await reader.press("2")
        assert (reader.titles[0], reader.main.bottom.tip) == ("fourth", "")


async def looked(reader: Open) -> None:
    """Let the reader look whether others wrote to the store."""
    await reader.main.controllers.database_watch._check().wait()
    await reader.still()


async def come_elsewhere(store: Path, reader: Open, *titles: str) -> None:
    """Let another program save articles, and the reader see that."""
    with closing(open_store(store)) as db:
        source = subscriptions.list_all(db)[0]
        first = NOW - 100 + lookup.newest_id(db)
        entries = [Entry(guid=one, title=one, published=Moment(first + n)) for n, one in enumerate(titles)]
        ingestion.save(db, source.id, Feed("rss"), [ingestion.prepare(entry) for entry in entries], NOW)
    await looked(reader)


async def test_marks_of_another_program_are_shown(opened: Opener, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(config=BY_HAND) as reader:
        title, id = reader.selected, reader.main.headlines.current_id
        assert id is not None
        reader.main.controllers.database_watch._check()
        await reader.still()
        db = open_store(store)
        article_state.mark(db, [id], NOW, read=True, starred=True)
        db.close()
        reader.main.controllers.database_watch._check()
        await reader.still()
        assert reader.list_line(title[:20]).startswith("▌ ★")
