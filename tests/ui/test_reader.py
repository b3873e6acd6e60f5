"""What a person sees in the reader, and its article."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pytest
from tests.ui.conftest import BY_HAND, NOW, Opener

from roya_tui.config import Config, Dates
from roya_tui.document.blocks import Block
from roya_tui.layout import engine
from roya_tui.model import Entry, Feed, Moment
from roya_tui.store import cleanup
from roya_tui.store.articles import ingestion
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions
from roya_tui.ui import programs
from roya_tui.ui.app import RoyaTuiApp
from roya_tui.ui.controllers.marks import Marks
from roya_tui.ui.database import AsyncDatabase
from roya_tui.ui.dialogs.prompts import Confirm
from roya_tui.ui.themes import detect_theme


async def test_the_first_screen_shows_a_sample_ready_to_read(opened: Opener) -> None:
    async with opened() as reader:
        await reader.counted()
        assert reader.main.focused is reader.main.headlines
        assert reader.selected == reader.titles[0]
        assert "Published: " in reader.article
        assert "Roya News" in reader.sidebar
        assert "Unread" in reader.sidebar
        assert reader.main.bottom.render().plain.startswith(" j/k move")


async def test_the_article_follows_the_cursor(opened: Opener) -> None:
    async with opened() as reader:
        await reader.press("j", "j")
        assert reader.selected == reader.titles[2]
        assert reader.selected[:30] in reader.article
        await reader.press("G")
        assert reader.selected == reader.titles[-1]
        await reader.press("g")
        assert reader.selected == reader.titles[0]


async def test_the_next_article_is_set_before_one_comes_to_it(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    set_anew: list[str] = []
    block = engine.DocumentLines._layout_block

    def noted(lines: engine.DocumentLines, of: Block, width: int, is_rtl: bool) -> object:
        set_anew.append(of.text.string)
        return block(lines, of, width, is_rtl)

    monkeypatch.setattr(engine.DocumentLines, "_layout_block", noted)
    async with opened(config=BY_HAND) as reader:
        await reader.prepared()
        set_anew.clear()
        reader.main.headlines.action_down()
        assert reader.selected[:30] in reader.titles[1]
        assert set_anew == []
        await reader.prepared()
        assert set_anew  # the one after it


async def test_times_can_be_told_on_the_clock_of_the_source(opened: Opener, store: Path) -> None:
    db = open_store(store)
    for source in subscriptions.list_all(db):
        subscriptions.change(db, source.id, zone="Pacific/Kiritimati")
    db.close()
    async with opened(config=Config(dates=Dates("%H:%M %z", "source"))) as reader:
        assert re.search(r"Published: \d\d:\d\d \+1400", reader.article)


async def test_the_order_is_remembered_with_the_view(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        newest = reader.titles
        await reader.press("O")
        assert reader.titles == newest[::-1]
        assert reader.said == "Sorted oldest first."
        await reader.press("2", "1")
        assert reader.titles == newest[::-1]


async def test_links_are_walked_and_opened(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    gone_to: list[str] = []

    async def opens(url: str) -> bool:
        gone_to.append(url)
        return True

    async with opened(config=BY_HAND) as reader:
        monkeypatch.setattr(programs, "open_in_browser", opens)
        for _ in reader.titles:
            if reader.main.article.links.count >= 2:
                break
            await reader.press("j")
        await reader.press("right_square_bracket", "right_square_bracket", "enter")
        assert len(gone_to) == 1
        await reader.press("colon", "1", "enter", "enter")
        assert len(gone_to) == 2
        assert gone_to[0] != gone_to[1]
        assert all(url.startswith(("http", "mailto:")) for url in gone_to)


async def test_console_markup_in_a_feed_is_text(opened: Opener, store: Path) -> None:
    hostile = "[red]not red[/red] [/x] [@click=app.quit]leave[/]"
    db = open_store(store)
    source = subscriptions.list_all(db)[0]
    entry = Entry(guid="h", title=hostile, tags=("[bold]tag",), authors=("[u]writer",), published=Moment(NOW - 5))
    ingestion.save(db, source.id, Feed("rss", title="[reverse]source"), [ingestion.prepare(entry)], NOW)
    db.close()
    async with opened(width=200, config=BY_HAND) as reader:
        await reader.counted()
        assert "[red]not red[/red]" in reader.list_line("not red")
        for literal in ("[@click=app.quit]leave[/]", "[bold]tag", "[u]writer"):
            assert literal in reader.article.replace("\n", " ")
        assert "[reverse]source" in reader.sidebar
        await reader.press("s")
        await reader.press("D")
        assert isinstance(reader.app.screen, Confirm)


async def test_without_a_browser_the_reader_says_what_to_do(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(url: str) -> bool:
        return False

    monkeypatch.setattr(programs, "open_in_browser", fails)
    async with opened(config=BY_HAND) as reader:
        await reader.press("o")
        assert reader.said == "No browser was found here. y copies the article's link."


@pytest.mark.parametrize(
    ("colours", "theme"),
    [("15;0", "roya-dark"), ("0;15", "roya-light"), ("0;default;7", "roya-light"), ("", "roya-dark")],
)
def test_the_auto_theme_follows_the_terminal_s_background(colours: str, theme: str) -> None:
    assert detect_theme({"COLORFGBG": colours} if colours else {}) == theme


async def test_what_goes_wrong_inside_is_raised_to_whoever_started_the_reader(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Marks) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Marks, "toggle_star", broken)
    app = RoyaTuiApp(AsyncDatabase(store), Config(), (), now=lambda: NOW, offline=True)
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 - it is raised when the reader is left
        async with app.run_test() as pilot:
            await pilot.press("s")
            await pilot.pause(0.2)
    assert app._exit_renderables == []


async def test_the_article_at_hand_stays_when_the_list_is_made_anew(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("j", "j", "m")
        reading, place = reader.selected, reader.main.headlines.index
        await reader.press("full_stop")
        assert (reader.selected, reader.main.headlines.index) == (reading, place)
        assert reading[:30] in reader.article
        await reader.press("1")
        assert reader.selected == reading
        await reader.press("2", "1")
        assert reading not in reader.titles


async def test_theme_order_and_folds_are_remembered(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.counted()
        newest = reader.titles
        await reader.press("O")
        reader.main.sidebar.toggle_folder("Samples")
        reader.app.theme = "roya-light"
        await reader.counted()
    async with opened(config=BY_HAND) as reader:
        await reader.counted()
        assert reader.titles == newest[::-1]
        assert reader.app.theme == "roya-light"
        assert "Orbit Notes" not in reader.sidebar
        assert "Samples" in reader.sidebar


async def test_a_damaged_article_says_so_and_the_next_one_is_read(opened: Opener, store: Path) -> None:
    async with opened(config=BY_HAND) as reader:
        assert reader.main.headlines.current_id is not None
        with closing(open_store(store)) as db:
            db.execute("UPDATE body SET feed = x'00' WHERE article_id = ?", (reader.main.headlines.ids[1],))
        await reader.press("j")
        assert reader.selected[:30] in reader.article
        assert "This article is damaged" in reader.article
        assert "r fetches it again" in reader.article
        await reader.press("d", "j")
        assert reader.selected[:30] in reader.article
        assert "damaged" not in reader.article


async def test_what_was_let_go_of_meanwhile_is_not_written_and_why_is_told(opened: Opener, store: Path) -> None:
    async with opened(config=BY_HAND) as reader:
        with closing(open_store(store)) as db:
            cleanup.delete_old(db, 9_000_000_000)
        for key in ("e", "semicolon"):
            reader.main.bottom.clear_message()
            await reader.press(key)
            assert reader.said.startswith("This article was let go of meanwhile")
        await reader.press("j")
