"""The layout of the panes by keys and by mouse, and what of it the next start has."""

import json
from contextlib import closing
from pathlib import Path

import pytest
from tests.ui.conftest import MANUAL_MARKING, NOW, RunApp, RunningApp, add_articles, visible_lines
from textual import events

from roya_tui.config import Config, Look, Reading
from roya_tui.model import Entry, Moment
from roya_tui.presentation.view import Scope, View
from roya_tui.store import connection
from roya_tui.store.database import open_store
from roya_tui.ui.preferences import META_KEY

STACKED = Config(look=Look(layout="stacked"), reading=Reading(mark_read=None))


def sizes(app: RunningApp) -> dict[str, tuple[int, int]]:
    """The columns and lines of the panes that are shown."""
    return {name: (area.width, area.height) for name, area in app.main.panes.areas.items()}


async def drag(app: RunningApp, *cells: tuple[int, int]) -> None:
    """Press the mouse button on a cell of the screen, move it to the others, and release it."""
    await app.pilot.mouse_down(offset=cells[0])
    for cell in cells[1:]:
        await app.pilot._post_mouse_events([events.MouseMove], None, cell, button=1)
    await app.pilot.mouse_up(offset=cells[-1])
    await app.wait_idle()


async def test_layout_key_shows_the_article_below_the_list_or_beside_it(app: RunningApp) -> None:
    beside = sizes(app)
    await app.press("|")
    assert app.message == "Article below the list."
    assert sizes(app) == {"sidebar": (26, 38), "headlines": (114, 15), "article": (114, 23)}
    assert app.headlines.region.bottom == app.pane.region.y
    assert app.headlines.region.x == app.pane.region.x == app.main.sidebar.region.right
    await app.press("|")
    assert app.message == "Article beside the list."
    assert sizes(app) == beside


async def test_layout_keeps_cursor_and_reading_position(run_app: RunApp) -> None:
    async with run_app(100, 30) as app:
        await app.press("j", "enter", "}")
        selected, heading = app.selected, visible_lines(app.pane)[0].strip()
        for _ in range(2):
            await app.press("|")
            assert app.selected == selected
            assert any(line.startswith("▌") and selected[:12] in line for line in visible_lines(app.headlines))
            assert visible_lines(app.pane)[0].strip() == heading


async def test_low_or_narrow_window_shows_one_stacked_pane_at_a_time(run_app: RunApp) -> None:
    async with run_app(140, 23, STACKED) as app:
        assert sizes(app) == {"headlines": (140, 21)}
        await app.press("enter")
        assert sizes(app) == {"article": (140, 21)}
        await app.press("escape", "shift+tab")
        assert sizes(app) == {"sidebar": (140, 21)}
        await app.press("escape", "|", "|")
        assert app.message == "Article below the list from 80 columns and 24 lines."
        await app.resize(60, 40)
        assert sizes(app) == {"headlines": (60, 38)}
        await app.press("|")
        assert app.message == "Article beside the list from 80 columns."
        await app.press("|")
        await app.resize(80, 24)
        assert sizes(app) == {"headlines": (80, 9), "article": (80, 13)}


async def test_size_keys_resize_the_pane_with_the_focus(app: RunningApp) -> None:
    for key, size in (("0", 56), ("9", 52), ("9", 48), ("9", 44), ("9", 40)):
        await app.press(key)
        assert sizes(app)["headlines"] == (size, 38)
    await app.press("9")
    assert app.message == "This pane cannot be smaller."
    await app.press("tab", "9", "9")
    assert sizes(app)["article"] == (66, 38)
    await app.press("tab", "0", "0")
    assert sizes(app) == {"sidebar": (34, 38), "headlines": (45, 38), "article": (61, 38)}
    await app.press("tab", "|", "0")
    assert sizes(app) == {"sidebar": (34, 38), "headlines": (106, 17), "article": (106, 21)}
    await app.press("tab", *"000000000")
    assert app.message == "This pane cannot be larger."
    assert sizes(app)["headlines"] == (106, 8)
    await app.resize(60, 20)
    await app.press("0")
    assert app.message == "Only one pane is shown."


async def test_size_keys_typed_together_count_each(app: RunningApp) -> None:
    await app.press_together(*"0000")
    assert sizes(app)["headlines"] == (68, 38)


async def test_sidebar_key_hides_and_shows_it_in_wide_windows(app: RunningApp) -> None:
    await app.press("\\")
    assert sizes(app) == {"headlines": (64, 38), "article": (76, 38)}
    await app.press("shift+tab")
    assert sizes(app)["sidebar"] == (26, 38)
    assert app.main.get_widget_at(5, 5)[0] is app.main.sidebar, "over the list"
    assert sizes(app)["headlines"] == (64, 38)
    await app.press("\\")
    assert app.main.focused is app.headlines
    assert "sidebar" not in sizes(app)
    await app.press("\\")
    assert sizes(app)["headlines"] == (52, 38)
    assert app.main.focused is app.headlines
    await app.press("shift+tab", "\\")
    assert app.main.focused is app.headlines
    await app.press("z", "\\")
    assert list(sizes(app)) == ["sidebar", "headlines", "article"]


async def test_sidebar_key_shows_it_beside_the_list_in_medium_windows_with_room(run_app: RunApp) -> None:
    async with run_app(119, 40) as app:
        await app.press("\\")
        assert sizes(app) == {"sidebar": (26, 38), "headlines": (46, 38), "article": (47, 38)}
        assert app.main.focused is app.headlines
        await app.resize(90, 40)
        assert "sidebar" not in sizes(app)
        for focused, shown in ((app.main.sidebar, True), (app.headlines, False)):
            await app.press("\\")
            assert app.main.focused is focused
            assert ("sidebar" in sizes(app)) is shown
        await app.press("|")
        assert sizes(app)["sidebar"] == (26, 38)
        await app.resize(60, 20)
        for focused in (app.main.sidebar, app.headlines):
            await app.press("\\")
            assert app.main.focused is focused
            assert len(sizes(app)) == 1
        await app.resize(140, 40)
        assert "sidebar" in sizes(app)


async def test_briefing_has_all_the_width_in_both_layouts(app: RunningApp) -> None:
    for _ in range(2):
        await app.press("b")
        assert sizes(app) == {"headlines": (140, 38)}
        await app.press("0")
        assert app.message == "Only one pane is shown."
        await app.press("\\")
        assert list(sizes(app)) == ["sidebar", "headlines", "article"]
        await app.press("\\")
        assert sizes(app) == {"headlines": (140, 38)}
        await app.press("escape", "|")
    await app.press("\\")
    assert "sidebar" in sizes(app), "it was chosen again by the last key"


async def test_changes_take_the_place_of_the_article_in_every_layout(run_app: RunApp, database: Path) -> None:
    for words in ("The bridge opens in May.", "The bridge opens in June."):
        entry = Entry(guid="b", title="Bridge", content=words, published=Moment(NOW - 5))
        add_articles(database, entry, source=1)
    async with run_app(view=View(Scope("query", "bridge june", label="bridge june"))) as app:
        for key in ("9", "|", "0"):
            await app.press(key)
            before = sizes(app)
            await app.press("d")
            assert app.main.focused is app.main.panes.changes
            assert sizes(app) == before
            await app.press("0")
            assert sizes(app)["article"] > before["article"]
            await app.press("9", "z")
            assert sizes(app) == {"article": (140, 38)}
            await app.press("z", "d")
            assert (app.main.panes.reading, sizes(app)) == (app.pane, before)
        await app.resize(60, 20)
        await app.press("d")
        assert sizes(app) == {"article": (60, 18)}
        assert app.main.get_widget_at(5, 5)[0] is app.main.panes.changes


async def test_input_lines_and_zen_leave_no_gap_in_the_stacked_layout(run_app: RunApp) -> None:
    async with run_app(config=STACKED) as app:
        for keys in (("/",), ("t",), ("enter", "/")):
            await app.press(*keys)
            bar = app.main.focused
            assert bar is not None
            assert app.main.sidebar.region.bottom == app.pane.region.bottom == bar.region.y == 38
            assert bar.region.width == 140
            await app.press("escape")
        await app.press("z")
        assert sizes(app) == {"article": (140, 38)}


@pytest.mark.parametrize("config", [MANUAL_MARKING, STACKED], ids=["columns", "stacked"])
async def test_dragged_borders_follow_the_mouse_and_move_nothing_else(run_app: RunApp, config: Config) -> None:
    async with run_app(config=config) as app:
        await app.press("j", "j", "enter")
        selected, focused, before = app.selected, app.main.focused, sizes(app)
        edge = app.main.sidebar.region.right
        await drag(app, (edge - 1, 20), (edge + 3, 20), (edge + 9, 21), (edge + 9, 39))
        assert sizes(app)["sidebar"] == (36, 38)
        article = app.pane.region
        if config is STACKED:
            start, end, beyond = (80, article.y), (90, article.y - 3), (90, 1)
        else:
            start, end, beyond = (article.x, 20), (article.x - 3, 22), (1, 22)
        await drag(app, start, end)
        after = app.pane.region
        assert (article.x - after.x, article.y - after.y) == ((0, 3) if config is STACKED else (3, 0))
        await drag(app, (after.x + 5, after.y) if config is STACKED else (after.x, 20), beyond)
        assert min(sizes(app)["headlines"]) == (8 if config is STACKED else 38)
        assert sizes(app)["headlines"][0] == (104 if config is STACKED else 40)
        assert (app.selected, app.main.focused) == (selected, focused)
        assert not app.pane.selection.is_active
        for pane in (app.main.sidebar, app.pane):
            x, y = pane.region.offset
            corner = (
                (pane.region.right, 20) if pane is app.main.sidebar else (x + 9, y) if config is STACKED else (x, 20)
            )
            await app.pilot.click(offset=corner, times=2)
            await app.wait_idle()
        assert sizes(app) == before
        assert (app.selected, app.main.focused) == (selected, focused)


async def test_mouse_inside_a_pane_still_moves_the_cursor_and_scrolls(run_app: RunApp) -> None:
    async with run_app(height=14) as app:
        before, right = sizes(app), app.headlines.region.right
        await drag(app, (right - 2, 2), (right - 2, 11))
        assert app.headlines.scroll_offset.y == app.headlines.max_scroll_y, "the thumb"
        row, line = next((row, line) for row, line in enumerate(visible_lines(app.headlines)) if line.startswith(" ●"))
        await app.pilot.click(offset=(40, row + 2))
        await app.wait_idle()
        assert f"▌{line[1:-1]}" in "".join(visible_lines(app.headlines)), "the cursor"
        assert sizes(app) == before


async def test_pointer_has_the_shape_of_the_border_under_it(app: RunningApp) -> None:
    async def shape(x: int, y: int) -> str:
        await app.pilot.hover(offset=(x, y))
        return app.main._pointer_shape

    assert [await shape(x, 20) for x in (24, 25, 26, 27)] == ["default", "ew-resize", "ew-resize", "default"]
    await app.press("|")
    assert [await shape(90, y) for y in (14, 15, 16, 17)] == ["default", "ns-resize", "ns-resize", "default"]
    await shape(90, 15)
    await app.press("?")
    assert app.main._pointer_shape == "default"


async def test_layout_and_sizes_are_kept_for_the_next_start(run_app: RunApp) -> None:
    async with run_app() as app:
        await app.press("0", "|", "0", "\\")
        await drag(app, (70, app.pane.region.y), (70, app.pane.region.y + 3))
        stacked = sizes(app)
    async with run_app() as app:
        assert sizes(app) == stacked == {"headlines": (140, 20), "article": (140, 18)}
        await app.press("|", "\\")
        assert sizes(app)["headlines"] == (56, 38)
        await app.resize(200, 40)
        assert sizes(app)["headlines"] == (85, 38), "as large a part of the window"
    async with run_app(config=STACKED) as app:
        assert sizes(app)["headlines"] == (114, 20), "the layout that is configured now"


@pytest.mark.parametrize(
    "stored",
    [
        '["columns", {"sidebar": 5000}]',
        '["columns", {"columns_share": 1.5}]',
        '["columns", {"columns_share": NaN}]',
        '["columns", {"stacked": "yes", "sidebar": true}]',
        '["columns"]',
        '{"sidebar": 30}',
        "7",
    ],
)
async def test_damaged_sizes_are_ignored(run_app: RunApp, database: Path, stored: str) -> None:
    with closing(open_store(database)) as db:
        connection.set_value(db, META_KEY, f'{{"panes": {stored}, "folded": []}}')
    async with run_app() as app:
        assert sizes(app) == {"sidebar": (26, 38), "headlines": (52, 38), "article": (62, 38)}
        await app.press("0")
    with closing(open_store(database)) as db:
        assert json.loads(connection.get_value(db, META_KEY))["panes"][0] == "columns"
