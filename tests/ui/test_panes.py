"""The panes in windows of any size, and the lines above and below them."""

from __future__ import annotations

import pytest
from tests.ui.conftest import BY_HAND, Opener, drawn

from roya_tui.presentation.view import Scope, View


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("t", " esc back  ↑/↓ move  + only  - never  enter take it"),
        ("v", " v select  V to here  * all"),
        ("b", " j/k move  enter read  esc back  m read"),
    ],
)
async def test_the_keys_of_what_one_comes_to_are_told_in_place_of_what_was_done(
    opened: Opener, key: str, told: str
) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("m", "u")
        assert reader.said.startswith("Undone: ")
        await reader.press(key)
        assert reader.main.bottom.render().plain.startswith(told)


async def test_narrow_shows_one_pane_at_a_time(opened: Opener) -> None:
    async with opened(width=60, height=20, config=BY_HAND) as reader:
        main = reader.main
        side, middle = main.sidebar, main.headlines
        assert (side.display, middle.display, main.panes.article_visible) == (False, True, False)
        await reader.press("enter")
        assert (side.display, middle.display, main.panes.article_visible) == (False, False, True)
        await reader.press("escape", "escape")
        assert (side.display, middle.display, main.panes.article_visible) == (True, False, False)


async def test_on_a_medium_screen_the_sidebar_slides_over(opened: Opener) -> None:
    async with opened(width=100, height=30) as reader:
        main = reader.main
        assert not main.sidebar.display
        width = main.article.size.width
        await reader.press("shift+tab")
        assert main.sidebar.display
        assert main.article.size.width == width
        assert main.sidebar.region.bottom == main.bottom.region.y, "the last line stays in sight"


async def test_resizing_loses_neither_article_nor_place(opened: Opener) -> None:
    async with opened(height=20, config=BY_HAND) as reader:
        await reader.press(*"jjjjjjjj", "enter")
        await reader.press(*"jjjjjjjjjjjj")
        selected = reader.selected
        first_words = reader.article.split()[0]
        for width in (60, 100, 140):
            await reader.pilot.resize_terminal(width, 20)
            await reader.still()
        assert reader.selected == selected
        assert reader.article.split()[0] == first_words


async def test_a_window_too_small_says_so(opened: Opener) -> None:
    async with opened(width=38, height=10) as reader:
        assert reader.main.query_one("#too-small").display
        assert not reader.main.headlines.display
        await reader.pilot.resize_terminal(40, 12)
        await reader.still()
        assert reader.main.headlines.display


async def test_zen_shows_only_the_article(opened: Opener) -> None:
    async with opened() as reader:
        await reader.press("z")
        assert reader.main.article.size.width > 100
        await reader.press("escape")
        assert reader.main.article.size.width < 100
        assert reader.main.focused is reader.main.headlines


async def test_an_empty_list_has_no_cursor_and_no_article_to_say_things_of(opened: Opener) -> None:
    async with opened(config=BY_HAND, view=View(Scope(name="updated"))) as reader:
        said, blank = (
            {segment.style.bgcolor for segment in reader.main.headlines.render_line(line) if segment.style}
            for line in (0, 9)
        )
        assert "Articles that change" in drawn(reader.main.headlines)[0]
        assert said == blank
        for key in ("right_square_bracket", "colon", "i", "o", "y"):
            await reader.press(key)
            assert reader.said == "Choose an article first.", key


async def test_the_hint_line_follows_the_pane_and_always_ends_with_help(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        for key, first in (
            ("tab", " j/k scroll  esc back"),
            ("tab", " j/k move  enter show"),
            ("tab", " j/k move  enter read"),
        ):
            await reader.press(key)
            words = reader.main.bottom.render().plain.rstrip()
            assert words.startswith(first)
            assert words.endswith("? help")
        await reader.pilot.resize_terminal(40, 12)
        await reader.still()
        assert reader.main.bottom.render().plain.rstrip().endswith("? help")


async def test_what_is_new_is_announced_beside_what_is_said(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        reader.main.bottom.tip = "3 new, press ."
        reader.main.bottom.show_message("Somewhere cannot be reached.")
        words = reader.main.bottom.render().plain
        assert "Somewhere cannot be reached." in words
        assert words.rstrip().endswith("3 new, press .")


async def test_what_is_to_be_taken_in_gives_way_to_a_sentence_that_has_no_room_beside_it(opened: Opener) -> None:
    async with opened(width=60) as reader:
        bottom = reader.main.bottom
        bottom.tip = "3 new, press ."
        bottom.show_message("r refreshes a source or a folder; R refreshes all.")
        assert bottom.render().plain.strip() == "r refreshes a source or a folder; R refreshes all."
        bottom.show_message("Starred. u undoes.")
        assert bottom.render().plain.split("  ")[0] == " Starred. u undoes."
        assert bottom.render().plain.rstrip().endswith("3 new, press .")


async def test_the_day_stands_in_the_frame_when_its_line_is_out_of_sight(opened: Opener) -> None:
    async with opened(config=BY_HAND, height=14) as reader:
        assert reader.main.headlines.border_title == "Unread"
        headlines = reader.main.headlines
        await reader.press(*"jjjjjjjjjjjjj")
        while headlines.timeline.section_name(headlines.scroll_offset.y):
            await reader.press("j")
        assert headlines.border_title == f"Unread · {headlines.timeline.section_of(headlines.scroll_offset.y)}"
        assert headlines.border_title != "Unread · Today"


@pytest.mark.parametrize(("width", "named"), [(140, True), (120, False), (100, True), (80, False), (60, True)])
async def test_a_row_names_its_source_where_its_title_keeps_room(opened: Opener, width: int, named: bool) -> None:
    async with opened(width=width, config=BY_HAND) as reader:
        line = reader.list_line("Fig Street closed")
        assert ("City Desk" in line) is named


@pytest.mark.parametrize("width", [140, 100])
async def test_the_sidebar_s_cursor_goes_to_the_view_that_a_key_opens(opened: Opener, width: int) -> None:
    async with opened(width=width, config=BY_HAND) as reader:
        for key, name in (("3", "starred"), ("2", "all"), ("2", "all")):
            await reader.press("shift+tab", "G", key)
            assert reader.main.focused is reader.main.headlines
            row = reader.main.sidebar.current
            assert row is not None
            assert row.name == name


async def test_the_sidebar_s_bar_follows_the_view(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        for key, name in (("2", "all"), ("5", "today"), ("1", "unread")):
            await reader.press(key)
            assert reader.main.sidebar.current is not None
            assert reader.main.sidebar.current.name == name
