"""The main screen in a right-to-left language: mirrored, with keys and clicks where they are drawn."""

import gettext as library
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from tests.ui.conftest import NOW, RunApp, RunningApp, add_articles, visible_lines
from textual import events

from roya_tui import translation
from roya_tui.config import Config, Look, Reading
from roya_tui.layout.one_line import mirror_cells
from roya_tui.model import Enclosure, Entry, Moment
from roya_tui.store import episodes
from roya_tui.store.database import open_store
from roya_tui.ui.widgets.cells import measure
from roya_tui.ui.widgets.interface_text import draw_label, draw_paragraphs, draw_sentence

MESSAGES = {
    "Unread": "غير المقروءة", "All": "الكل", "Tags": "الوسوم", "any": "أي", "all": "الكل", "Sources": "المصادر",
    "Browse": "تصفح", "open": "فتح", "star": "نجمة", "help": "مساعدة", "expand": "توسيع", "move": "تنقل",
    "‹ Back": "‹ رجوع", "≡ Views": "≡ تصفح", "Published: {date}": "نشر: {date}", "enter": "enter",
    "Search all articles: {count}": "البحث في كل المقالات: {count}", "press {key}": "اضغط {key}",
    "No articles match this query.": "لا مقالات تطابق هذا الاستعلام.", "add source": "إضافة مصدر",
    "No starred articles. Press s to star one.": "لا مقالات مميزة. اضغط s لتمييز مقال.",
    "words in this article": "كلمات من المقال", "done": "تم", "What changed": "ما تغير", "now": "الآن",
    "This pane cannot be smaller.": "لا يمكن تصغير هذه اللوحة.",
}  # fmt: skip
PLURALS = {"{count} row": "{count} صفوف"}


class Arabic(library.NullTranslations):
    """Translates what the tests read; other messages stay English."""

    def info(self) -> dict[str, str]:
        return {"x-direction": "rtl"}

    def gettext(self, message: str) -> str:
        return MESSAGES.get(message, message)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return PLURALS.get(singular, plural)


@pytest.fixture(autouse=True)
def arabic() -> Iterator[None]:
    before = translation._catalog
    translation.use_catalog(Arabic())
    yield
    translation.use_catalog(before)


READING = Reading(mark_read=None, rtl="visual")


@pytest.fixture
def run_arabic(run_app: RunApp) -> RunApp:
    return partial(run_app, config=Config(reading=READING))


def drawn(text: str) -> str:
    """The Arabic text as it is drawn from the left."""
    return draw_label(text, "visual")


def screen_lines(app: RunningApp) -> list[str]:
    return [strip.text for strip in app.screen._compositor.render_strips()]


def in_order(line: str, *parts: str) -> bool:
    """Whether a line has the parts from right to left."""
    at = [line.rindex(part) for part in parts]
    return at == sorted(at, reverse=True)


async def drag(app: RunningApp, start: tuple[int, int], end: tuple[int, int]) -> None:
    await app.pilot.mouse_down(offset=start)
    await app.pilot._post_mouse_events([events.MouseMove], None, end, button=1)
    await app.pilot.mouse_up(offset=end)
    await app.wait_idle()


# Panes.


@pytest.mark.parametrize(
    ("size", "columns"),
    [
        ((140, 40), {"sidebar": (114, 140), "headlines": (62, 114), "article": (0, 62)}),
        ((100, 30), {"headlines": (50, 100), "article": (0, 50)}),
        ((60, 20), {"headlines": (0, 60)}),
    ],
)
async def test_panes_begin_at_the_right(
    run_arabic: RunApp, size: tuple[int, int], columns: dict[str, tuple[int, int]]
) -> None:
    async with run_arabic(*size) as app:
        widgets = {"sidebar": app.main.sidebar, "headlines": app.headlines, "article": app.pane}
        assert {name: (w.region.x, w.region.right) for name, w in widgets.items() if w.region} == columns
        assert f"{drawn('غير المقروءة')} ─╮" in screen_lines(app)[1]
        assert screen_lines(app)[0].rstrip().endswith(drawn("≡ تصفح") if size[0] < 140 else "Roya TUI")


async def test_stacked_panes_are_left_of_the_sidebar(run_arabic: RunApp) -> None:
    async with run_arabic(config=Config(look=Look(layout="stacked"), reading=READING)) as app:
        assert app.headlines.region.x == app.pane.region.x == 0
        assert app.main.sidebar.region.right == 140


async def test_sidebar_over_the_list_is_at_the_right(run_arabic: RunApp) -> None:
    async with run_arabic(100, 30) as app:
        await app.press("right")
        assert app.main.panes.active == "sidebar"
        assert app.main.sidebar.region.right == 100
        assert screen_lines(app)[0].rstrip().endswith(drawn("‹ رجوع"))
        assert "›" in screen_lines(app)[0][-4:]


async def test_border_follows_the_mouse(run_arabic: RunApp) -> None:
    async with run_arabic() as app:
        await drag(app, (114, 10), (104, 10))
        assert app.main.sidebar.region.width == 36
        await drag(app, (app.headlines.region.x, 10), (app.headlines.region.x - 6, 10))
        assert app.pane.region.width == 51
        await app.press("right", "9")
        assert app.main.sidebar.region.width == 32


async def test_arrow_keys_go_to_the_pane_in_their_direction(run_arabic: RunApp) -> None:
    async with run_arabic() as app:
        panes = []
        for key in ("left", "right", "right", "h", "h", "l"):
            await app.press(key)
            panes.append(app.main.panes.active)
        assert panes == ["article", "headlines", "sidebar", "headlines", "article", "headlines"]
        names = {action.name: action.key_labels for action in app.main.services.keymap}
        assert (names["expand"], names["collapse"]) == ("← h", "→ l")


async def test_arrow_keys_can_be_configured(run_arabic: RunApp) -> None:
    async with run_arabic(config=Config(keys={"expand": "right"}, reading=READING)) as app:
        await app.press("right")
        assert app.main.panes.active == "article"


# Rows.


async def test_icons_of_a_recording_are_mirrored(run_arabic: RunApp, database: Path) -> None:
    file = Enclosure("https://a.example/1.mp3")
    entry = Entry(guid="1", title="Ferries", enclosures=(file,), published=Moment(NOW))
    (id,) = add_articles(database, entry)
    with closing(open_store(database)) as db:
        episodes.save_position(db, id, file.url, 754.0, 4350.0, NOW)
        episodes.finish_download(db, id, file.url, "Ferries.mp3", 9, NOW)
    async with run_arabic() as app:
        assert app.list_line("Ferries").partition("Ferries")[2].lstrip(" ●▐▌").startswith("12:34 ↓♪ ")


async def test_row_of_one_line_begins_at_the_right(run_arabic: RunApp, database: Path) -> None:
    entry = Entry(guid="1", url="https://a.example/1", title="A bridge opens", published=Moment(1_760_000_000))
    add_articles(database, entry)
    async with run_arabic(config=Config(look=Look(layout="stacked", rows="one"), reading=READING)) as app:
        latin = next(line for line in visible_lines(app.headlines) if "Water off" in line)
        arabic = next(line for line in visible_lines(app.headlines) if drawn("قطار") in line)
        assert in_order(latin, "●", "City Desk", "Water off in three quarters")
        assert in_order(arabic, "●", drawn("غصن الزيتون"), drawn("أول قطار"))
        assert latin.endswith("● ")
        assert arabic.endswith("● ")
        ends = [
            measure(line[: line.rindex(word)] + word) for line, word in ((latin, "morning"), (arabic, drawn("أول")))
        ]
        assert ends[0] == ends[1], "titles end at the same column"


async def test_second_line_of_a_row_continues_to_the_left(run_arabic: RunApp) -> None:
    async with run_arabic() as app:
        lines = visible_lines(app.headlines)
        y = next(y for y, line in enumerate(lines) if "Almond Line" in line)
        assert lines[y].rstrip().endswith("first train reaches Deir  ●")
        assert in_order(lines[y + 1], "after 38 years", "·", "▨")


async def test_sidebar_row_has_its_name_at_the_right(run_arabic: RunApp) -> None:
    async with run_arabic() as app:
        lines = visible_lines(app.main.sidebar)
        unread = next(line for line in lines if drawn("غير المقروءة") in line)
        assert in_order(unread, "●", drawn("غير المقروءة"), "60")
        folder, source = (next(line for line in lines if name in line) for name in ("Samples", "City Desk"))
        assert folder.rstrip().endswith("Samples ▾")
        assert len(source.rstrip()) < len(folder.rstrip()), "sources are indented from the right"


async def test_thumb_is_at_the_left_and_drags(run_arabic: RunApp) -> None:
    async with run_arabic() as app:
        region = app.headlines.content_region
        assert visible_lines(app.headlines)[0].startswith("▌")
        await drag(app, (region.x, region.y), (region.x, region.bottom - 1))
        assert app.headlines.scroll_offset.y == app.headlines.max_scroll_y


async def test_clicks_hit_what_is_drawn_in_the_sidebar(run_arabic: RunApp) -> None:
    async with run_arabic() as app:
        sidebar = app.main.sidebar
        await app.click("Samples ▾", sidebar)
        await app.click_at(sidebar.region.right - 4, app.find("▾", sidebar)[-1][1])
        assert not app.find("City Desk", sidebar), "a click on its triangle collapses a folder"
        assert app.find("Samples ◂", sidebar)


# Texts.


async def test_hint_is_a_button_where_it_is_drawn(run_arabic: RunApp) -> None:
    async with run_arabic() as app:
        line = screen_lines(app)[-1]
        assert in_order(line, "enter", drawn("فتح"), "j/k", drawn("تنقل"), drawn("نجمة"), drawn("مساعدة"))
        assert line.rstrip().endswith("enter")
        assert line == line.rstrip() + " "
        await app.click(f"{drawn('نجمة')} s")
        assert in_order(next(line for line in visible_lines(app.headlines) if "Ten keys" in line), "●", "★", "Ten keys")


async def test_key_in_a_message_is_a_button_where_it_is_drawn(run_arabic: RunApp) -> None:
    async with run_arabic() as app:
        app.main.bottom.show_message("أضيف “Radio (2)”. |: التخطيط   ]: الرابط")
        await app.wait_idle()
        line = screen_lines(app)[-1]
        assert in_order(line, drawn("أضيف"), "”Radio (2)“", "|", drawn("التخطيط"), "]", drawn("الرابط"))
        await app.click(drawn("التخطيط"))
        assert app.headlines.region.bottom == app.pane.region.y


async def test_empty_list_says_so_from_the_right_and_its_key_is_a_button(run_arabic: RunApp) -> None:
    async with run_arabic() as app:
        await app.press("3")
        assert any(line.rstrip().endswith(drawn("لا مقالات مميزة.")) for line in visible_lines(app.headlines))
        await app.click(f"s {drawn('اضغط')}", app.headlines)
        assert app.message, "the key of the hint was pressed"


async def test_rows_of_the_article_are_at_the_right_and_its_text_keeps_its_direction(run_arabic: RunApp) -> None:
    async with run_arabic() as app:
        await app.press("enter")
        lines = visible_lines(app.pane)
        right = len(lines[0]) - 1
        assert lines[0][1:].startswith(" Ten keys")
        published = next(line for line in lines if drawn("نشر:") in line)
        assert len(published.rstrip()) == right
        source = next(line for line in lines if "The Harbour Courier" in line)
        assert in_order(source, "The Harbour Courier", "help", "technology")
        assert any(line[1:].startswith(" A newspaper has pages") for line in lines)


async def test_click_on_a_tag_of_the_article_filters_by_it(run_arabic: RunApp) -> None:
    async with run_arabic() as app:
        await app.press("enter")
        x, y = app.find("technology", app.pane)[0]
        await app.click_at(x - 1, y)
        assert not app.view.required_tags
        await app.click_at(x + len("technology") - 1, y)
        assert app.view.required_tags == ("technology",)


async def test_changes_have_their_pointer_and_title_at_the_right(run_arabic: RunApp, database: Path) -> None:
    for text in ("<p>A rolled carpet.</p>", "<p>A rolled walrus.</p>"):
        add_articles(database, Entry(guid="1", title="Correction", published=Moment(NOW - 1), content=text))
    async with run_arabic() as app:
        await app.press("d", "n")
        await app.wait_until(lambda: any(line.endswith("▐") for line in visible_lines(app.main.panes.changes)))
        line = next(line for line in visible_lines(app.main.panes.changes) if line.endswith("▐"))
        assert line.lstrip("▌ ").startswith("~ A rolled")
        assert f"{drawn('ما تغير')} ─╮" in screen_lines(app)[1]


async def test_search_bar_begins_at_the_right(run_arabic: RunApp) -> None:
    async with run_arabic() as app:
        await app.press("enter", "/")
        assert screen_lines(app)[-2].rstrip().endswith(drawn("كلمات من المقال"))
        await app.press("s", "i")
        assert screen_lines(app)[-2].rstrip().endswith("si")
        assert screen_lines(app)[-2].startswith("  ")


async def test_completion_is_inserted_where_it_is_clicked(run_arabic: RunApp) -> None:
    async with run_arabic() as app:
        await app.press("/", "t", "a", "g", ":", "e", "c")
        assert in_order(screen_lines(app)[-1], "tab", "economy", drawn("تم"))
        await app.click("economy", app.main.bottom)
        assert app.main.panes.search_bar.value.strip() == "tag:economy"


@pytest.mark.parametrize(
    ("rtl", "text"),
    [("terminal", "مقالات\u200e 4 ميزت\u200e"), ("words", "مقالات 4 ميزت"), ("off", "ميزت 4 مقالات")],
)
def test_message_is_ordered_as_the_terminal_needs_it(rtl: str, text: str) -> None:
    assert draw_sentence("ميزت 4 مقالات", 40, rtl).plain == text


def test_paragraph_is_wrapped_before_it_is_ordered() -> None:
    lines = draw_paragraphs("هذه النافذة صغيرة جدا للبرنامج", 18, "visual")
    assert [line.plain for line in lines] == [drawn("هذه النافذة صغيرة"), drawn("جدا للبرنامج")]


def test_path_and_name_in_a_message_keep_their_direction() -> None:
    drawn_line = draw_sentence("نسخ BBC (UK) إلى /home/a_b/c.txt.", 60, "visual").plain
    assert "BBC (UK)" in drawn_line
    assert "/home/a_b/c.txt" in drawn_line


def test_untranslated_message_is_left_to_right() -> None:
    assert draw_sentence("Nothing to undo. u: undo", 60, "visual").plain == "Nothing to undo. u: undo"


def test_cells_are_mirrored_with_the_blanks_around_them() -> None:
    cells = [("▌", "pointer"), (" ● ", ""), ("Title   ", "title"), ("12", "count")]
    mirrored = mirror_cells(cells)
    assert "".join(text for text, _ in mirrored) == "12   Title ● ▌"
    assert mirror_cells(mirrored) == cells


async def test_reading_mode_off_still_aligns_the_interface(run_arabic: RunApp) -> None:
    async with run_arabic(config=Config(reading=Reading(rtl="off"))) as app:
        assert app.main.sidebar.region.right == 140
        assert screen_lines(app)[0].rstrip().endswith("Roya TUI")
