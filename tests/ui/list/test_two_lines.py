"""Headlines of one and two lines: how they are chosen, and all that maps lines of the list to rows."""

from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.ui.conftest import ALL, NOW, RunApp, RunningApp, add_articles, visible_lines

from roya_tui.config import Config, Look, Reading
from roya_tui.model import Entry, Moment, NewSource
from roya_tui.store.database import open_store
from roya_tui.store.user_data import article_state

READING = Reading(mark_read=None)
TWO = Config(look=Look(rows="two"), reading=READING)
OFF = Config(reading=Reading(mark_read=None, rtl="off"))
LONG = 40
"""Articles that `many` adds."""


@pytest.fixture
def many(database: Path) -> None:
    """Articles of two days, whose titles begin with their number."""
    entries = [Entry(guid=str(n), title=f"{n:02} boats", published=Moment(NOW - 60 - n * 2000)) for n in range(LONG)]
    add_articles(database, *entries, source=NewSource("https://boats.example/rss", title="Boats"))


def titles_in_view(app: RunningApp) -> dict[str, int]:
    """The numbers of `many` whose first lines are in view, with their line."""
    lines = visible_lines(app.headlines)
    return {line[4:6]: y for y, line in enumerate(lines) if " boats" in line}


def cursor_line(app: RunningApp) -> int:
    """The line of the pane that the cursor is on."""
    return app.headlines.heights.line_of(app.headlines.cursor) - app.headlines.scroll_offset.y


def assert_cursor_in_view(app: RunningApp) -> None:
    lines = app.headlines.heights.lines_of(app.headlines.cursor)
    top = app.headlines.scroll_offset.y
    assert top <= lines.start < lines.stop <= top + app.headlines.visible_lines
    assert visible_lines(app.headlines)[cursor_line(app)].startswith("▌")


@pytest.mark.parametrize("size", [(140, 40), (120, 40), (119, 40), (100, 30), (80, 24), (60, 20)])
async def test_four_of_five_titles_of_the_samples_are_whole(run_app: RunApp, size: tuple[int, int]) -> None:
    async with run_app(*size, config=OFF, view=ALL) as app:
        headlines, whole = app.headlines, 0
        for index, title in enumerate(app.titles):
            segments = headlines.row_segments(headlines.timeline.row_of(index), headlines.columns, False)
            drawn = "".join(text for text, style in segments if "title" in style)
            whole += title.replace(" ", "") in drawn.replace(" ", "")
        assert len(app.titles) >= 50
        assert whole >= 0.8 * len(app.titles)


async def test_T_chooses_lines_that_the_next_start_has_until_the_setting_changes(run_app: RunApp) -> None:
    async with run_app() as app:
        line = app.list_line("Water off")
        assert "03:25 · City Desk" in line, "two lines by the width"
        await app.press("T")
        assert app.message == "One line per headline."
        assert "04:05" not in app.list_line("Water off")
        await app.press("T")
        assert app.message == "Two lines per headline."
        assert app.list_line("Water off") == line
        await app.press("T")
        assert app.message == "Two lines per headline, as the width of the list suggests."
        await app.press("T")
    async with run_app() as app:
        assert "04:05" not in app.list_line("Water off")
    async with run_app(config=TWO) as app:
        assert app.list_line("Water off") == line
        await app.resize(79, 40)
        assert len(app.headlines.heights.lines_of(1)) == 2
        await app.press("T")
        assert app.message == "One line per headline."
        await app.press("T")
        assert app.message == "One line per headline, as the width of the list suggests."
        await app.press("T")
        assert app.message == "Two lines per headline.", "the first press changes what is shown, also in a wide list"


async def test_cursor_is_on_both_lines(app: RunningApp) -> None:
    await app.press("j")
    y = cursor_line(app)
    lines = [app.headlines.render_line(y + n) for n in range(-1, 3)]
    colors = [{segment.style.bgcolor for segment in list(line)[:-1] if segment.style} for line in lines]
    assert len(colors[1]) == 1
    assert colors[1] == colors[2]
    assert colors[0].isdisjoint(colors[1])
    assert colors[3].isdisjoint(colors[1])
    await app.press("k")
    y -= 2
    assert [line.text[0] for line in (app.headlines.render_line(y), app.headlines.render_line(y + 1))] == ["▌", " "]


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("config", [TWO, Config(look=Look(rows="one"), reading=READING)])
async def test_pages_move_by_the_rows_in_view_and_back(run_app: RunApp, config: Config) -> None:
    async with run_app(height=16, config=config) as app:
        height = len(app.headlines.heights.lines_of(1))
        in_view = app.headlines.visible_lines // height
        for there, back, rows in (("pagedown", "pageup", in_view - 1), ("ctrl+d", "ctrl+u", in_view // 2)):
            await app.press("g", *"jj", there)
            assert abs(app.headlines.index - 2 - rows) <= 1
            assert_cursor_in_view(app)
            await app.press(there, there, back, back, back)
            assert app.headlines.index == 2
        await app.press("G")
        assert_cursor_in_view(app)
        for _ in range(30):
            await app.press("k")
            assert_cursor_in_view(app)


@pytest.mark.usefixtures("many")
async def test_click_on_either_line_selects_the_row_that_is_shown(run_app: RunApp) -> None:
    async with run_app(height=16, config=TWO) as app:
        left, above = app.headlines.gutter.left, app.headlines.gutter.top
        for top in (0, 8, 21, 40):
            app.headlines.jump(top)
            await app.wait_idle()
            number, y = list(titles_in_view(app).items())[1]
            for line in (y, y + 1):
                await app.press("g")
                app.headlines.jump(top)
                await app.wait_idle()
                await app.pilot.click(app.headlines, offset=(left + 10, above + line))
                await app.wait_idle()
                assert app.selected.startswith(number)
                assert app.headlines.scroll_offset.y == top, "it does not scroll"


@pytest.mark.usefixtures("many")
async def test_dragged_thumb_reaches_the_last_row_and_the_frame_names_the_day(run_app: RunApp) -> None:
    async with run_app(height=16, config=TWO) as app:
        headlines = app.headlines
        x, y = headlines.columns + headlines.gutter.left, headlines.gutter.top
        await app.pilot.mouse_down(headlines, offset=(x, y))
        await app.pilot.hover(headlines, offset=(x, y + headlines.visible_lines - 1))
        await app.pilot.mouse_up(headlines, offset=(x, y + headlines.visible_lines - 1))
        await app.wait_idle()
        assert headlines.scroll_offset.y == headlines.heights.line_of(headlines.count_rows()) - headlines.visible_lines
        last = headlines.timeline.section_rows[1] - 1
        headlines.jump(headlines.heights.line_of(last) + 1)
        await app.wait_idle()
        assert headlines.border_title == f"Unread · {headlines.timeline.section_of(last)}"
        assert headlines.border_title != f"Unread · {headlines.timeline.section_of(last + 1)}"


@pytest.mark.usefixtures("many")
async def test_cursor_stays_in_view_when_lines_or_window_change(run_app: RunApp) -> None:
    async with run_app(height=24) as app:
        await app.press(*"j" * 25)
        selected, line = app.selected, cursor_line(app)
        for key, height in (("T", 1), ("T", 2), ("T", 2)):
            await app.press(key)
            assert len(app.headlines.heights.lines_of(app.headlines.cursor)) == height
            assert (app.selected, cursor_line(app)) == (selected, line)
            assert_cursor_in_view(app)
        for width, rows in ((79, 1), (60, 2), (140, 2), (79, 1)):
            await app.resize(width, 24)
            assert len(app.headlines.heights.lines_of(app.headlines.cursor)) == rows
            assert app.selected == selected
            assert_cursor_in_view(app)
        await app.resize(140, 14)
        assert_cursor_in_view(app)


@pytest.mark.usefixtures("many")
async def test_cursor_stays_on_its_line_when_rows_above_it_change(run_app: RunApp) -> None:
    async with run_app(height=16, config=TWO) as app:
        await app.press(*"j" * 20, *"kkk")
        headlines, selected, line = app.headlines, app.selected, cursor_line(app)
        ids = headlines.ids
        headlines.extend(replace(headlines.timeline, ids=ids[5:] + ids[:5]))
        await app.wait_idle()
        assert headlines.index == 12
        assert (app.selected, cursor_line(app)) == (selected, line)


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("keys", ["jjjjj", "jjjjjjjjjjjjjjkkk", "G", "Gkkk"])
async def test_list_is_at_the_same_lines_after_a_briefing_over_the_whole_width(run_app: RunApp, keys: str) -> None:
    async with run_app(height=20) as app:
        await app.press(*keys)
        before = visible_lines(app.headlines)
        await app.press("b")
        assert len(app.headlines.heights.lines_of(1)) == 1
        await app.press("b")
        assert visible_lines(app.headlines) == before


@pytest.mark.usefixtures("many")
async def test_list_at_its_top_stays_there_when_lines_change(app: RunningApp) -> None:
    await app.press(*"jjj", "T")
    assert app.headlines.scroll_offset.y == 0
    await app.press("T")
    assert app.headlines.scroll_offset.y == 0
    assert_cursor_in_view(app)


@pytest.mark.usefixtures("many")
async def test_first_frame_of_another_width_has_its_lines(app: RunningApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """The height of rows changes with the width of the list, not a frame later."""
    frames: list[tuple[int, int]] = []
    draw_line = app.headlines.draw_line

    def note(number: int, width: int) -> object:
        frames.append((width, len(app.headlines.heights.lines_of(app.headlines.cursor))))
        return draw_line(number, width)

    monkeypatch.setattr(app.headlines, "draw_line", note)
    await app.resize(79, 40)
    await app.resize(140, 40)
    assert {height for width, height in frames if width > 72} == {1}
    assert {height for width, height in frames if width < 60} == {2}


async def test_text_of_an_empty_list_has_lines_without_gaps(run_app: RunApp) -> None:
    async with run_app(width=70, config=TWO) as app:
        await app.press("slash", *"zzzz")
        shown = [line.strip("▐ ") for line in visible_lines(app.headlines)]
        assert all(shown[: app.headlines.count_rows()])
        assert not any(shown[app.headlines.count_rows() :])


@pytest.mark.usefixtures("many")
async def test_what_changed_is_on_the_second_line_of_rows_in_view(run_app: RunApp, database: Path) -> None:
    def entry(text: str) -> Entry:
        return Entry(guid="tide", title="Tide clock", content=text, published=Moment(NOW - 100))

    (id,) = add_articles(
        database, entry("<p>High at six.</p>"), source=NewSource("https://tide.example/", title="Tide")
    )
    with closing(open_store(database)) as db:
        article_state.mark(db, [id], NOW, read=True)
        (source,) = db.execute("SELECT source_id FROM article WHERE id = ?", (id,)).fetchone()
    add_articles(database, entry("<p>High at six.</p><p>Low at noon.</p>"), source=source)
    async with run_app(height=24, config=TWO, view=ALL) as app:
        await app.press("G", "g")
        assert app.selected != "Tide clock"
        await app.wait_until(lambda: "+1 paragraph" in app.list_line("Tide clock"))
        second = app.list_line("Tide clock")
        assert second.index("Tide  ") < second.index("+1 paragraph")
