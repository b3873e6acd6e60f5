"""The panes in windows of any size, and the lines above and below them."""

from __future__ import annotations

import pytest
from tests.ui.conftest import RunApp, RunningApp, visible_lines

from roya_tui.presentation.view import Scope, View


@pytest.mark.parametrize(
    ("key", "hints"),
    [
        ("t", " esc back  ↑/↓ move  + only  - never  enter take it"),
        ("v", " v select  V to here  * all"),
        ("b", " j/k move  enter read  esc back  m read"),
    ],
)
async def test_hints_of_a_new_place_replace_the_message(app: RunningApp, key: str, hints: str) -> None:
    await app.press("m", "u")
    assert app.message.startswith("Undone: ")
    await app.press(key)
    assert app.bottom_line.startswith(hints)


async def test_hints_follow_the_pane_and_end_with_help(app: RunningApp) -> None:
    for hints in (" j/k scroll  esc back", " j/k move  enter show", " j/k move  enter read"):
        await app.press("tab")
        assert app.bottom_line.startswith(hints)
        assert app.bottom_line.rstrip().endswith("? help")
    await app.resize(40, 12)
    assert app.bottom_line.rstrip().endswith("? help")


async def test_narrow_window_shows_one_pane_at_a_time(run_app: RunApp) -> None:
    async with run_app(60, 20) as app:
        for keys, shown in (((), "list"), (("enter",), "article"), (("escape", "escape"), "sidebar")):
            await app.press(*keys)
            panes = {
                "sidebar": app.main.sidebar.display,
                "list": app.headlines.display,
                "article": app.main.panes.article_visible,
            }
            assert [name for name, visible in panes.items() if visible] == [shown]


async def test_sidebar_covers_the_list_in_a_medium_window(run_app: RunApp) -> None:
    async with run_app(100, 30) as app:
        main = app.main
        assert not main.sidebar.display
        width = app.pane.size.width
        await app.press("shift+tab")
        assert main.sidebar.display
        assert app.pane.size.width == width
        assert main.sidebar.region.bottom == main.bottom.region.y, "the bottom line stays visible"


async def test_resizing_keeps_article_and_position(run_app: RunApp) -> None:
    async with run_app(height=20) as app:
        await app.press(*"jjjjjjjj", "enter", *"jjjjjjjjjjjj")
        selected, first_word = app.selected, app.article.split()[0]
        for width in (60, 100, 140):
            await app.resize(width, 20)
        assert app.selected == selected
        assert app.article.split()[0] == first_word


async def test_window_that_is_too_small_shows_only_that(run_app: RunApp) -> None:
    async with run_app(38, 10) as app:
        assert app.main.query_one("#too-small").display
        assert not app.headlines.display
        await app.resize(40, 12)
        assert app.headlines.display


async def test_zen_shows_only_the_article(app: RunningApp) -> None:
    await app.press("z")
    assert app.pane.size.width > 100
    await app.press("escape")
    assert app.pane.size.width < 100
    assert app.main.focused is app.headlines


async def test_empty_list_has_no_cursor_and_no_article(run_app: RunApp) -> None:
    async with run_app(view=View(Scope(name="updated"))) as app:
        text, blank = (
            {segment.style.bgcolor for segment in app.headlines.render_line(line) if segment.style} for line in (0, 9)
        )
        assert "No articles were edited" in visible_lines(app.headlines)[0]
        assert text == blank
        for key in "]:ioy":
            await app.press(key)
            assert app.message == "Choose an article first.", key


async def test_tip_is_shown_beside_a_message_if_there_is_room(run_app: RunApp) -> None:
    async with run_app(60) as app:
        bottom = app.main.bottom
        bottom.tip = "3 new, press ."
        bottom.show_message("r refreshes a source or a folder; R refreshes all.")
        assert app.bottom_line.strip() == "r refreshes a source or a folder; R refreshes all."
        bottom.show_message("Starred. u: undo")
        assert app.bottom_line.split("  ")[0] == " Starred. u: undo"
        assert app.bottom_line.rstrip().endswith("3 new, press .")


async def test_frame_shows_the_day_whose_heading_is_scrolled_out(run_app: RunApp) -> None:
    async with run_app(height=14) as app:
        headlines = app.headlines
        assert headlines.border_title == "Unread"
        await app.press(*"jjjjjjjjjjjjj")
        while headlines.timeline.section_name(headlines.scroll_offset.y):
            await app.press("j")
        assert headlines.border_title == f"Unread · {headlines.timeline.section_of(headlines.scroll_offset.y)}"
        assert headlines.border_title != "Unread · Today"


@pytest.mark.parametrize(("width", "named"), [(140, True), (120, False), (100, True), (80, False), (60, True)])
async def test_headline_shows_its_source_if_its_title_keeps_room(run_app: RunApp, width: int, named: bool) -> None:
    async with run_app(width=width) as app:
        assert ("City Desk" in app.list_line("Fig Street closed")) is named


@pytest.mark.parametrize("width", [140, 100])
async def test_cursor_of_the_sidebar_follows_the_view(run_app: RunApp, width: int) -> None:
    async with run_app(width=width) as app:
        for key, name in (("3", "starred"), ("2", "all"), ("2", "all"), ("5", "today"), ("1", "unread")):
            for before in ((), ("shift+tab", "G")):
                await app.press(*before, key)
                assert app.main.focused is app.headlines
                assert app.main.sidebar.current is not None
                assert app.main.sidebar.current.name == name
