"""The panes in windows of any size, and the lines above and below them."""

import pytest
from tests.ui.conftest import ALL, RunApp, RunningApp, visible_lines
from textual.widgets import Static

from roya_tui.presentation.view import Scope, View


async def test_hints_follow_the_pane_replace_messages_and_end_with_help(app: RunningApp) -> None:
    for key, hints in (
        ("t", " esc cancel  ↑/↓ move  + only  - exclude  enter select"),
        ("v", " v select  V to here  * all"),
        ("b", " enter open  j/k move  esc back  B other period"),
    ):
        await app.press("m", "u")
        assert app.message.startswith("Undone: ")
        await app.press(key)
        assert app.bottom_line.startswith(hints)
        await app.press("escape")
    for hints in (" j/k scroll  esc back", " j/k move  enter show", " enter open  j/k move"):
        await app.press("tab")
        assert app.bottom_line.startswith(hints)
        assert app.bottom_line.rstrip().endswith("? help")
    await app.resize(40, 12)
    assert app.bottom_line.rstrip().endswith("? help")
    await app.press("#")
    assert not app.bottom_line.strip(), "the dialog shows its own keys"
    await app.press("escape")
    assert app.bottom_line.rstrip().endswith("? help")


async def test_size_of_the_window_and_zen_decide_which_panes_are_shown(run_app: RunApp) -> None:
    def panes() -> list[str]:
        shown = (app.main.sidebar.display, app.headlines.display, app.main.panes.article_visible)
        return [name for name, visible in zip(("sidebar", "list", "article"), shown, strict=True) if visible]

    async with run_app(38, 10) as app:
        assert "40 columns and 12 lines" in " ".join(str(app.main.query_one("#too-small", Static).content).split())
        assert not app.headlines.display
        await app.resize(40, 12)
        assert panes() == ["list"]
        first = app.selected
        await app.press("space")
        assert (panes(), app.selected) == (["article"], first)
        while app.selected == first:
            await app.press("space")
        assert app.selected == app.titles[1]
        for key, shown in (("escape", "list"), ("escape", "list"), ("left", "sidebar"), ("escape", "list")):
            await app.press(key)
            assert panes() == [shown]
        await app.resize(100, 30)
        assert panes() == ["list", "article"]
        width = app.pane.size.width
        await app.press("shift+tab")
        assert "sidebar" in panes()
        assert app.pane.size.width == width
        assert app.main.sidebar.region.bottom == app.main.bottom.region.y, "the bottom line stays visible"
        await app.press("j", "enter")
        assert (panes(), app.view) == (["list", "article"], ALL)
        await app.resize(140, 40)
        assert panes() == ["sidebar", "list", "article"]
        await app.press("z")
        assert app.pane.size.width > 100
        await app.press("escape")
        assert app.pane.size.width < 100
        assert app.main.focused is app.headlines


@pytest.mark.parametrize("size", [(140, 40), (60, 20)])
async def test_esc_stays_in_the_list_where_left_goes_to_the_sidebar(run_app: RunApp, size: tuple[int, int]) -> None:
    async with run_app(*size) as app:
        for key in ("escape", "backspace", "escape"):
            await app.press(key)
            assert app.main.focused is app.headlines
            assert app.message == "←: sidebar   q: quit"
        await app.press("s", "m", "#", "escape", "u")
        before = app.message
        await app.press("escape")
        assert app.message == before != "", "a message of another key stays"
        for key in ("left", "h"):
            await app.press(key)
            assert app.main.focused is app.main.sidebar
            await app.press("escape")
            assert app.main.focused is app.headlines


async def test_resizing_keeps_article_and_position(run_app: RunApp) -> None:
    async with run_app(height=20) as app:
        await app.press("j", "enter", *"jjjjjjjjjjjj")
        while visible_lines(app.pane)[0].strip(" ▐"):  # until a paragraph begins
            await app.press("j")
        selected, first_word = app.selected, app.article.split()[0]
        for size in ((100, 30), (60, 20), (40, 12), (100, 15), (140, 20)):
            await app.resize(*size)
            assert app.selected == selected
            assert app.article.split()[0] == first_word
        await app.press("escape", "G")
        for size in ((60, 14), (100, 12), (140, 20)):
            await app.resize(*size)
            assert app.list_line(app.titles[-1][:12]).startswith("▌")


async def test_empty_list_has_no_cursor_and_no_article(run_app: RunApp) -> None:
    async with run_app(view=View(Scope(name="updated"))) as app:
        text, blank = (
            {segment.style.bgcolor for segment in app.headlines.render_line(line) if segment.style} for line in (0, 9)
        )
        assert "No articles were edited" in visible_lines(app.headlines)[0]
        assert text == blank


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
        await app.press(*"jjjjjjjjjjjjjjjjjj")
        while headlines.timeline.section_name(headlines.heights.row_at(headlines.scroll_offset.y)):
            await app.press("j")
        top = headlines.heights.row_at(headlines.scroll_offset.y)
        assert headlines.border_title == f"Unread · {headlines.timeline.section_of(top)}"
        assert headlines.border_title != "Unread · Today"


async def test_cursor_of_the_sidebar_follows_the_view(app: RunningApp) -> None:
    await app.press("s", "j", "m")
    for width in (140, 100):
        await app.resize(width, 40)
        for key, name in (("3", "starred"), ("2", "all"), ("2", "all"), ("5", "today"), ("1", "unread")):
            for before in ((), ("shift+tab", "G")):
                await app.press(*before, key)
                assert app.main.focused is app.headlines
                assert app.main.sidebar.current is not None
                assert app.main.sidebar.current.name == name
                assert app.main.sidebar.current.count == len(app.titles)
