"""Marking articles as read, starred and hidden, by keys and by reading; undo and redo."""

from contextlib import closing
from pathlib import Path

import pytest
from tests.ui.conftest import ALL, NOW, RunApp, RunningApp, add_articles

from roya_tui.config import Config, Reading
from roya_tui.model import Entry, Moment
from roya_tui.presentation.view import Scope, View
from roya_tui.store.articles import lookup
from roya_tui.store.connection import StoreError
from roya_tui.store.database import open_store
from roya_tui.store.user_data import article_state


async def test_opened_article_stays_in_unread_until_you_leave_the_view(app: RunningApp) -> None:
    first, before = app.selected, app.titles
    await app.press("enter")
    assert app.main.focused is app.pane
    assert "●" not in app.list_line(first[:20])
    assert app.titles == before
    await app.press("2", "1")
    assert app.titles == before[1:]


async def test_article_in_view_for_a_while_becomes_read_but_not_the_first_one(run_app: RunApp) -> None:
    async with run_app(config=Config(reading=Reading(mark_read=0.1))) as app:
        first = app.selected
        await app.pilot.pause(0.3)
        await app.press("j")
        second = app.selected
        await app.wait_until(lambda: "●" not in app.list_line(second[:20]))
        assert "●" in app.list_line(first[:20])


@pytest.mark.parametrize("key", ["C", "S", "question_mark"])
async def test_article_behind_another_screen_stays_unread_until_it_closes(run_app: RunApp, key: str) -> None:
    async with run_app(config=Config(reading=Reading(mark_read=1))) as app:
        await app.press("j", key)
        second = app.selected
        await app.pilot.pause(1.3)
        assert "●" in app.list_line(second[:20])
        await app.press("escape")
        await app.wait_until(lambda: "●" not in app.list_line(second[:20]))


async def test_match_stays_unread_while_the_search_is_typed(run_app: RunApp) -> None:
    async with run_app(config=Config(reading=Reading(mark_read=0.05))) as app:
        await app.press("/", "w", "a")
        matches = app.titles
        await app.pilot.pause(0.3)
        await app.press("t", "backspace")
        assert app.titles == matches
        assert "●" in app.list_line(app.selected[:20])
        await app.press("enter")
        await app.wait_until(lambda: "●" not in app.list_line(app.selected[:20]))


async def test_articles_that_n_only_passes_stay_unread(run_app: RunApp) -> None:
    async with run_app(config=Config(reading=Reading(mark_read=3_600))) as app:
        await app.press("n", "n", "n")
        assert f"Unread {len(app.titles)}" in app.main.top.counts


async def test_bottom_line_shows_a_mark_only_where_the_list_does_not(app: RunningApp) -> None:
    await app.press("s")
    assert app.message == "", "the row has its star"
    await app.press("z", "s")
    assert app.message == "Unstarred 1 article. u: undo"
    await app.press("z")
    await app.resize(60, 20)
    await app.press("enter", "m")
    assert app.message == "Marked 1 article unread. u: undo", "opening it had marked it read"


async def test_frame_of_an_article_shows_its_star(run_app: RunApp) -> None:
    async with run_app(width=60, height=20) as app:
        for keys, star in (("enter", ""), ("s", "★"), ("n", ""), ("escape k enter", "★"), ("s", ""), ("u", "★")):
            await app.press(*keys.split())
            assert str(app.pane.border_title) == star, keys


async def test_star_is_undone_and_redone(app: RunningApp) -> None:
    await app.press("u")
    assert app.message == "Nothing to undo."
    title = app.selected
    await app.press("s")
    assert "★" in app.list_line(title[:20])
    await app.press("3")
    assert app.titles == [title]
    await app.press("u")
    assert app.message.startswith("Undone:")
    assert "★" not in app.list_line(title[:20])
    await app.press("U")
    assert "★" in app.list_line(title[:20])


async def test_mark_all_read_keeps_the_list_and_is_undone(app: RunningApp) -> None:
    shown = len(app.titles)
    await app.press("A")
    assert app.message == f"Marked {shown} articles read. u: undo"
    assert "Unread 0" in app.main.top.counts
    assert len(app.titles) == shown
    await app.press("u")
    assert f"Unread {shown}" in app.main.top.counts


async def test_next_unread_skips_read_articles_and_reports_the_end(app: RunningApp) -> None:
    titles = app.titles
    await app.press("j", "m", "j", "m", "g", "n")
    assert app.selected == titles[3]
    await app.press("p")
    assert app.selected == titles[0]
    await app.press("A", "n")
    assert app.message == "No unread articles below."
    assert app.selected == titles[0]


async def test_next_unread_finds_the_end_of_a_long_list(run_app: RunApp, database: Path) -> None:
    entries = [Entry(guid=f"far-{n}", title=f"Far {n}", published=Moment(NOW - 86_400 * 400 - n)) for n in range(900)]
    add_articles(database, *entries)
    async with run_app(view=ALL) as app:
        await app.press("A", "G", "m", "g", "n")
        assert app.selected == app.titles[-1] == "Far 899"


async def test_space_pages_down_and_then_goes_to_the_next_unread(run_app: RunApp) -> None:
    async with run_app(height=16) as app:
        first, top = app.selected, app.article
        await app.press("space")
        assert app.article != top
        assert set(top.splitlines()[-3:]) & set(app.article.splitlines()[:4]), "a page overlaps the one before"
        assert app.selected == first
        for _ in range(40):
            await app.press("space")
            if app.selected != first:
                break
        assert app.selected == app.titles[1]
        assert "●" not in app.list_line(first[:20])


async def test_undo_takes_your_step_before_articles_that_became_read_since(run_app: RunApp) -> None:
    async with run_app(config=Config(reading=Reading(mark_read=0.05))) as app:
        starred = app.selected
        await app.press("s")
        for _ in range(2):
            await app.press("j")
            await app.wait_until(lambda: "●" not in app.list_line(app.selected[:20]))
        await app.wait_idle()
        seen = app.selected
        await app.press("u")
        assert app.message == f"Undone: Starred “{starred}”."
        assert "★" not in app.list_line(starred[:20])
        assert "●" not in app.list_line(seen[:20])
        await app.press("u")
        assert app.message == "Undone: Read 2 articles."
        assert "●" in app.list_line(seen[:20])


async def test_m_marks_an_edited_article_as_seen(run_app: RunApp, database: Path) -> None:
    first, second = (Entry(guid="c", title="Story", content=text, published=Moment(NOW - 5)) for text in ("One", "Two"))
    ids = add_articles(database, first)
    with closing(open_store(database)) as db:
        article_state.mark(db, ids, NOW, read=True, starred=True)
    add_articles(database, second)
    async with run_app(view=View(Scope(name="updated"))) as app:
        assert app.list_line("Story").startswith("▌↻★")
        assert "edited once" in app.article
        await app.press("m")
        assert app.list_line("Story").startswith("▌ ★")
        assert "Updated            0" in app.sidebar


async def test_keys_report_that_an_empty_list_has_no_article(app: RunningApp) -> None:
    await app.press("3", "O")
    for key in "msH#;%]:ioyA":
        app.main.bottom.clear_message()
        await app.press(key)
        assert ("This list has no unread articles." if key == "A" else "an article first.") in app.message, key
        assert app.screen is app.main


async def test_failed_write_is_reported_and_the_app_continues(app: RunningApp, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **more: object) -> int:
        raise StoreError("The disk is full. Make room, then try again.")

    title = app.selected
    monkeypatch.setattr(article_state, "mark", full)
    await app.press("s")
    assert app.message == "The disk is full. Make room, then try again."
    assert "★" not in app.list_line(title[:20])
    await app.press("j")
    assert app.selected != title


async def test_quitting_at_once_loses_no_mark(run_app: RunApp, database: Path) -> None:
    async with run_app() as app:
        ids = list(app.headlines.ids[:6])
        await app.pilot.press(*"sjsjsjsjsjsq")
    with closing(open_store(database)) as db:
        assert all(headline.starred for headline in lookup.load_headlines(db, ids))


async def test_mark_all_read_works_when_another_view_opens_at_once(app: RunningApp) -> None:
    await app.press_together("A", "2", "1", "u", "2", "U", "1")
    assert "Unread 0" in app.main.top.counts


@pytest.mark.parametrize("story", ["one", "all"])
async def test_fast_keys_do_the_same_as_slow_ones(run_app: RunApp, story: str) -> None:
    async with run_app(config=Config(reading=Reading(mark_read=None, story=story))) as app:
        marks, first = app.main.controllers.marks, app.selected
        marks.toggle_star()
        marks.mark_all_read()
        marks.undo()
        await app.wait_idle()
        assert app.message.startswith("Undone: Marked ")
        assert "★" in app.list_line(first[:20])
        app.headlines.action_select_all()
        marks.toggle_hidden()
        marks.undo()
        await app.wait_idle()
        assert app.message.startswith("Undone: Hid ")
        app.headlines.selection.clear()
        marks.toggle_read()
        for _ in range(4):
            marks.undo()
        marks.redo()
        await app.wait_idle()
        assert app.message == f"Redone: Starred “{first}”."
        assert "●" in app.list_line(first[:20])


async def test_undo_puts_articles_back_into_the_list_and_keeps_the_cursor(app: RunningApp) -> None:
    titles = app.titles
    await app.press("j", "H", "k", ".")
    assert titles[1] not in app.titles
    await app.press("j", "j", "u")
    assert app.message.startswith(f"Undone: Hid “{titles[1][:40]}")
    assert (app.titles, app.selected) == (titles, titles[3])
    await app.press("A", "2", "1")
    assert app.titles == []
    await app.press("u")
    assert len(app.titles) == len(titles)
    await app.press("A", "A")
    assert app.message == "This list has no unread articles."
