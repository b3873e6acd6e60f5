"""The main screen: its first view, the article that follows the cursor, what is remembered, and the network."""

import re
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import pytest
from tests.ui.conftest import ALL, NOW, RunApp, RunningApp, add_articles, visible_lines

from roya_tui.config import Config, Dates, Look
from roya_tui.document.blocks import Block
from roya_tui.layout import engine
from roya_tui.model import DateForm, Entry, Moment, NewSource
from roya_tui.store import cleanup
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions
from roya_tui.ui.controllers.marks import Marks
from roya_tui.ui.dialogs.prompts import Confirm
from roya_tui.ui.themes import detect_theme

REFRESH = """
import json, pathlib, time
here = pathlib.Path(__file__).parent
with open(here / "runs", "a") as runs:
    runs.write("x")
if (here / "network").exists():
    print(json.dumps({"event": "online"}), flush=True)
else:
    print(json.dumps({"event": "offline", "until": int(time.time()) + 2, "message": "x"}), flush=True)
print(json.dumps({"event": "finished", "new": 0, "changed": 0, "failed": 0}), flush=True)
"""
"""A program that writes events as a refresh does."""


async def test_article_follows_the_cursor_and_stays_when_the_list_reloads(app: RunningApp) -> None:
    assert app.main.focused is app.headlines
    assert app.selected == app.titles[0]
    assert "Published: " in app.article
    assert "Roya News" in app.sidebar
    assert "Unread" in app.sidebar
    assert app.bottom_line.startswith(" enter open  j/k move")
    await app.press("j", "j")
    reading = app.selected
    assert reading == app.titles[2]
    assert reading[:30] in app.article
    for key, index in (("G", -1), ("g", 0)):
        await app.press(key)
        assert app.selected == app.titles[index]
    await app.press("j", "j", "m", "full_stop")
    assert (app.selected, app.headlines.index) == (reading, 2)
    assert reading[:30] in app.article
    await app.press("1")
    assert app.selected == reading
    await app.press("2", "1")
    assert reading not in app.titles


async def test_next_article_is_laid_out_in_advance(run_app: RunApp, monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out: list[str] = []
    layout_block = engine.DocumentLines._layout_block

    def note(lines: engine.DocumentLines, block: Block, width: int, is_rtl: bool) -> object:
        laid_out.append(block.text.string)
        return layout_block(lines, block, width, is_rtl)

    monkeypatch.setattr(engine.DocumentLines, "_layout_block", note)
    async with run_app() as app:
        await app.wait_for_workers("prepare")
        laid_out.clear()
        app.headlines.action_down()
        assert app.selected[:30] in app.titles[1]
        assert laid_out == []
        await app.wait_idle()
        await app.wait_for_workers("prepare")
        assert laid_out, "the one after it"


async def test_dates_can_be_in_the_time_zone_of_the_source(run_app: RunApp, database: Path) -> None:
    with closing(open_store(database)) as db:
        for source in subscriptions.list_all(db):
            subscriptions.change(db, source.id, zone="Pacific/Kiritimati")
    async with run_app(config=Config(dates=Dates("%H:%M %z", "source"))) as app:
        assert re.search(r"Published: \d\d:\d\d \+1400", app.article)


async def test_old_dates_without_a_day_are_listed_under_their_month_or_year(run_app: RunApp, database: Path) -> None:
    def dated(title: str, day: str, precision: str = "") -> Entry:
        moment = Moment(int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()), day, DateForm(precision, 0))
        return Entry(guid=title, title=title, published=moment)

    entries = [
        *(dated(f"Boats {n:02}", "2022-10-01", "month") for n in range(30)), dated("Bread", "2021-01-01", "year"),
        dated("Ice", "2020-03-16T13:00"), dated("Snow", "2020-03-01", "month"), dated("Now", "2026-11-01", "month"),
    ]  # fmt: skip
    ids = add_articles(database, *entries)
    async with run_app(view=ALL, height=15, config=Config(dates=Dates(zone="UTC"), look=Look(rows="one"))) as app:
        await app.press("G")
        lines = [line.strip("▐ ") for line in visible_lines(app.headlines)]
        assert [line for line in lines if "  " not in line] == ["2021", "Monday 16 March 2020"]
        assert "Bread" in lines[lines.index("2021") + 1]
        assert lines[-1].endswith("Snow"), "below an article of the same day"
        assert str(app.headlines.border_title) == "All · October 2022"
        app.headlines.move_to(app.headlines.ids.index(ids[0]))
        await app.wait_idle()
        assert "October 2022" in [line.strip("▐ ") for line in visible_lines(app.headlines)]
        await app.press("g")
        assert visible_lines(app.headlines)[0].strip("▐ ") == "Today", "it arrived in its month"


async def test_theme_order_and_collapsed_folders_are_remembered(run_app: RunApp) -> None:
    async with run_app() as app:
        newest = app.titles
        await app.press("O")
        assert app.titles == newest[::-1]
        assert app.message == "Sorted oldest first."
        await app.press("2", "g", "j", "m", "O", "O")
        assert app.message == "Sorted by source."
        sources = [app.main.services.database.headlines([id])[0].source for id in app.headlines.ids]
        assert len(list(groupby(sources))) == len(set(sources))
        await app.press("O")
        assert app.titles == [newest[0], *newest[2:], newest[1]], "unread first"
        await app.press("u", "1")
        assert app.titles == newest[::-1]
        app.main.sidebar.toggle_folder("Samples")
        app.textual.choose_theme("roya-light")
        await app.wait_idle()
    async with run_app() as app:
        assert app.titles == newest[::-1]
        assert app.textual.theme == "roya-light"
        assert "Orbit Notes" not in app.sidebar
        assert "Samples" in app.sidebar


@pytest.mark.parametrize(
    ("colors", "theme"),
    [("15;0", "roya-dark"), ("0;15", "roya-light"), ("0;default;7", "roya-light"), ("", "roya-dark")],
)
def test_automatic_theme_follows_the_background_of_the_terminal(colors: str, theme: str) -> None:
    assert detect_theme({"COLORFGBG": colors} if colors else {}) == theme


async def test_links_open_by_brackets_and_by_number(app: RunningApp, opened_in_browser: list[str]) -> None:
    while app.pane.links.count < 2:
        await app.press("j")
    await app.press("]", "]", "enter", ":", "1", "enter", "enter")
    assert len(set(opened_in_browser)) == len(opened_in_browser) == 2
    assert all(url.startswith(("http", "mailto:")) for url in opened_in_browser)


async def test_markup_in_a_feed_is_shown_as_text(run_app: RunApp, database: Path) -> None:
    title = "[red]not red[/red] [/x] [@click=app.quit]leave[/]"
    entry = Entry(guid="h", title=title, tags=("[bold]tag",), authors=("[u]writer",), published=Moment(NOW - 5))
    add_articles(database, entry, source=NewSource("https://h.example/", title="[reverse]source"))
    async with run_app(width=200) as app:
        assert "[red]not red[/red]" in app.list_line("not red")
        for literal in ("[@click=app.quit]leave[/]", "[bold]tag", "[u]writer"):
            assert literal in app.article.replace("\n", " ")
        assert "[reverse]source" in app.sidebar
        await app.press("s", "D")
        assert isinstance(app.screen, Confirm)


async def test_bug_in_a_controller_ends_the_app(run_app: RunApp, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Marks) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Marks, "toggle_star", fail)
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 - it is raised when the app ends
        async with run_app() as app:
            await app.pilot.press("s")
            await app.pilot.pause(0.2)
    assert app.textual._exit_renderables == []


async def test_damaged_and_deleted_articles_are_reported(database: Path, app: RunningApp) -> None:
    with closing(open_store(database)) as db:
        db.execute("UPDATE body SET feed = x'00' WHERE article_id = ?", (app.headlines.ids[1],))
    await app.press("j")
    assert app.selected[:30] in app.article
    assert "This article is damaged" in app.article
    assert "r: fetch it again" in app.article
    await app.press("d", "j")
    assert app.selected[:30] in app.article
    assert "damaged" not in app.article
    with closing(open_store(database)) as db:
        cleanup.delete_old(db, 9_000_000_000)
    for key in ("e", "semicolon"):
        app.main.bottom.clear_message()
        await app.press(key)
        assert app.message.startswith("This article was deleted")
    await app.press("j")


async def test_no_network_is_shown_until_there_is_one_again(run_app: RunApp, tmp_path: Path) -> None:
    program, runs = tmp_path / "refresh.py", tmp_path / "runs"
    program.write_text(REFRESH)
    command = (sys.executable, str(program))
    async with run_app(program=command, offline=False, now=lambda: int(time.time())) as app:
        await app.wait_until(lambda: app.main.top.network.startswith("Offline · trying again at"))
        assert re.fullmatch(r"No network. Trying again at \d\d:\d\d. R: try now", app.message)
        await app.wait_until(lambda: len(runs.read_text()) >= 2)
        (tmp_path / "network").touch()
        await app.wait_until(lambda: not app.main.top.network)


@pytest.mark.parametrize("size", [(1, 1), (1, 23), (2, 23)])
async def test_window_of_a_column_is_drawn_once(app: RunningApp, size: tuple[int, int]) -> None:
    await app.press("S")
    await app.resize(*size)
    await app.resize(140, 40)
    assert app.find("City Desk")
