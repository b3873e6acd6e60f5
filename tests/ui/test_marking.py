"""Marking articles: by keys and by reading, undone, and told."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.ui.conftest import BY_HAND, NOW, Opener

from roya_tui.config import Config, Reading
from roya_tui.model import Entry, Feed, Moment
from roya_tui.presentation.view import Scope, View
from roya_tui.store.articles import ingestion, lookup
from roya_tui.store.connection import StoreError
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state


async def test_an_article_read_in_unread_stays_until_the_view_is_left(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        first = reader.selected
        before = reader.titles
        await reader.press("enter")
        assert reader.main.focused is reader.main.article
        assert "●" not in reader.list_line(first[:20])
        assert reader.titles == before
        await reader.press("2", "1")
        assert first not in reader.titles
        assert len(reader.titles) == len(before) - 1


async def test_a_time_in_view_marks_it_read_but_not_the_one_nobody_chose(opened: Opener) -> None:
    async with opened(config=Config(reading=Reading(mark_read=0.1))) as reader:
        first = reader.selected
        await reader.pilot.pause(0.4)
        await reader.press("j")
        second = reader.selected
        await reader.pilot.pause(0.4)
        await reader.still()
        assert "●" in reader.list_line(first[:20])
        assert "●" not in reader.list_line(second[:20])


async def test_next_unread_leaves_what_was_only_passed_unread(opened: Opener) -> None:
    async with opened() as reader:
        await reader.press("n", "n", "n")
        await reader.counted()
        assert f"Unread {len(reader.titles)}" in reader.main.top.counts


async def test_what_is_done_where_no_list_shows_it_is_told(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("s")
        assert reader.said == "", "the row has its star"
        await reader.press("z", "s")
        assert reader.said == "Took the star off it. u undoes."
        await reader.press("z")
        await reader.pilot.resize_terminal(60, 20)
        await reader.press("enter", "m")
        assert reader.said == "Marked it unread. u undoes.", "opening it had marked it read"


async def test_the_frame_of_an_article_says_that_it_is_starred(opened: Opener) -> None:
    async with opened(config=BY_HAND, width=60, height=20) as reader:
        frame = reader.main.article
        await reader.press("enter", "s")
        assert str(frame.border_title) == "★"
        await reader.press("n")
        assert str(frame.border_title) == "", "the next one is not"
        await reader.press("escape", "k", "enter")
        assert str(frame.border_title) == "★"
        await reader.press("s")
        assert str(frame.border_title) == ""
        await reader.press("u")
        assert str(frame.border_title) == "★"


async def test_star_and_undo_and_redo(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        title = reader.selected
        await reader.press("s")
        assert "★" in reader.list_line(title[:20])
        await reader.press("3")
        assert reader.titles == [title]
        await reader.press("u")
        assert reader.said.startswith("Undone:")
        assert "★" not in reader.list_line(title[:20])
        await reader.press("U")
        assert "★" in reader.list_line(title[:20])


async def test_undo_with_nothing_done_says_so(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("u")
        assert reader.said == "Nothing to undo."


async def test_mark_all_marks_what_is_shown_and_undo_brings_it_back(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        shown = len(reader.titles)
        await reader.press("A")
        assert reader.said == f"Marked {shown} read. u undoes."
        await reader.counted()
        assert "Unread 0" in reader.main.top.counts
        assert len(reader.titles) == shown
        await reader.press("u")
        await reader.counted()
        assert f"Unread {shown}" in reader.main.top.counts


async def test_next_unread_skips_what_is_read_and_says_when_there_is_none(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        titles = reader.titles
        await reader.press("j", "m", "j", "m", "g", "n")
        assert reader.selected == titles[3]
        await reader.press("p")
        assert reader.selected == titles[0]
        await reader.press("A", "n")
        assert reader.said == "Nothing unread further on."
        assert reader.selected == titles[0]


async def test_next_unread_is_found_far_down_a_long_list(opened: Opener, store: Path) -> None:
    db = open_store(store)
    source = subscriptions.list_all(db)[0]
    entries = [Entry(guid=f"far-{n}", title=f"Far {n}", published=Moment(NOW - 86_400 * 400 - n)) for n in range(900)]
    ingestion.save(db, source.id, Feed("rss"), [ingestion.prepare(entry) for entry in entries], NOW)
    db.close()
    async with opened(config=BY_HAND, view=View(Scope(name="all"))) as reader:
        await reader.press("A", "G", "m", "g", "n")
        assert reader.selected == reader.titles[-1] == "Far 899"


async def test_space_turns_the_page_and_then_goes_to_the_next_unread(opened: Opener) -> None:
    async with opened(height=16) as reader:
        first = reader.selected
        top = reader.article
        await reader.press("space")
        assert reader.article != top
        assert reader.selected == first
        for _ in range(40):
            await reader.press("space")
            if reader.selected != first:
                break
        assert reader.selected == reader.titles[1]
        assert "●" not in reader.list_line(first[:20])


async def test_undo_takes_back_what_one_did_before_what_was_read_by_itself_since(opened: Opener) -> None:
    async with opened(config=Config(reading=Reading(mark_read=0.05))) as reader:
        starred = reader.selected
        await reader.press("s")
        for _ in range(2):
            await reader.press("j")
            await reader.pilot.pause(0.2)
            await reader.still()
        seen = reader.selected
        await reader.press("u")
        assert reader.said == f"Undone: starred “{starred}”."
        assert "★" not in reader.list_line(starred[:20])
        assert "●" not in reader.list_line(seen[:20])
        await reader.press("u")
        assert reader.said == "Undone: read 2."
        assert "●" in reader.list_line(seen[:20])


async def test_m_on_a_changed_article_says_it_is_seen(opened: Opener, store: Path) -> None:
    db = open_store(store)
    source = subscriptions.list_all(db)[0]
    first, second = (Entry(guid="c", title="Story", content=text, published=Moment(NOW - 5)) for text in ("One", "Two"))
    id = ingestion.save(db, source.id, Feed("rss"), [ingestion.prepare(first)], NOW).new[0]
    article_state.mark(db, [id], NOW, read=True, starred=True)
    ingestion.save(db, source.id, Feed("rss"), [ingestion.prepare(second)], NOW)
    db.close()
    async with opened(config=BY_HAND, view=View(Scope(name="updated"))) as reader:
        assert reader.list_line("Story").startswith("▌↻★")
        assert "changed once" in reader.article
        await reader.press("m")
        assert reader.list_line("Story").startswith("▌ ★")
        await reader.counted()
        assert "Updated            0" in reader.sidebar


@pytest.mark.parametrize("key", ["m", "s", "H", "#", ";", "%", "M", "A"])
async def test_keys_say_what_they_miss_where_nothing_is_listed(opened: Opener, key: str) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("3", "O", key)
        said = "Nothing here to mark." if key == "A" else "Choose an article first"
        assert reader.said.startswith(said)
        assert reader.app.screen is reader.main


async def test_a_store_that_cannot_keep_a_mark_says_so_and_the_reader_goes_on(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **more: object) -> int:
        raise StoreError("The disk is full. Make room, then try again.")

    async with opened(config=BY_HAND) as reader:
        title = reader.selected
        monkeypatch.setattr(article_state, "mark", full)
        await reader.pilot.press("s")
        await reader.until(lambda: reader.said == "The disk is full. Make room, then try again.")
        assert "★" not in reader.list_line(title[:20])
        await reader.press("j")
        assert reader.selected != title


async def test_leaving_at_once_loses_no_mark(opened: Opener, store: Path) -> None:
    async with opened(config=BY_HAND) as reader:
        ids = list(reader.main.headlines.ids[:6])
        await reader.pilot.press(*"sjsjsjsjsjsq")
    db = open_store(store)
    assert all(headline.starred for headline in lookup.load_headlines(db, ids))
    db.close()


async def test_mark_all_and_at_once_another_view_does_both(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.pilot.press("A", "2", "1", "u", "2", "U", "1")
        await reader.counted()
        assert "Unread 0" in reader.main.top.counts


@pytest.mark.parametrize("story", ["one", "all"])
async def test_keys_of_one_burst_do_what_they_would_one_by_one(opened: Opener, story: str) -> None:
    config = Config(reading=Reading(mark_read=None, story=story))
    async with opened(config=config) as reader:
        main, first = reader.main, reader.selected
        main.controllers.marks.toggle_star()
        main.controllers.marks.mark_all_read()
        main.controllers.marks.undo()
        await reader.still()
        assert reader.said.startswith("Undone: marked ")
        assert "★" in reader.list_line(first[:20])
        main.headlines.action_choose_all()
        main.controllers.marks.toggle_hidden()
        main.controllers.marks.undo()
        await reader.still()
        assert reader.said.startswith("Undone: hid ")
        main.headlines.selection.clear()
        main.controllers.marks.toggle_read()
        for _ in range(4):
            main.controllers.marks.undo()
        main.controllers.marks.redo()
        await reader.still()
        assert reader.said == f"Redone: starred “{first}”."
        assert "●" in reader.list_line(first[:20])


async def test_what_comes_back_is_on_the_list_again_and_the_cursor_stays(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        titles = reader.titles
        await reader.press("j", "H", "k", ".")
        assert titles[1] not in reader.titles
        await reader.press("j", "j", "u")
        assert reader.said == f"Undone: hid “{titles[1]}”."
        assert (reader.titles, reader.selected) == (titles, titles[3])
        await reader.press("A", "2", "1")
        assert reader.titles == []
        await reader.press("u")
        assert len(reader.titles) == len(titles)
        await reader.press("A", "A")
        assert reader.said == "Nothing here to mark."
