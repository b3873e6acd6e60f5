"""Dialogs and other screens in a right-to-left interface: aligned right, in mirrored order, clicked where drawn."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.pseudo_locale import RtlCatalog, pseudo_locale, translate_rtl
from tests.ui.conftest import NOW, RunApp, RunningApp
from tests.ui.screens.test_source_offer import article, feed
from textual.screen import Screen
from textual.widgets import Button, Input, OptionList

from roya_tui.config import Config, Reading, ShareCommand
from roya_tui.model import Rule
from roya_tui.store import rules
from roya_tui.store.database import open_store
from roya_tui.ui.dialogs.add_source import AddSource
from roya_tui.ui.dialogs.export import ExportDialog
from roya_tui.ui.dialogs.menu import Menu
from roya_tui.ui.dialogs.palette import Palette
from roya_tui.ui.dialogs.prompts import Confirm, LinkNumber
from roya_tui.ui.screens.gallery import Gallery
from roya_tui.ui.screens.rules import RulesScreen
from roya_tui.ui.screens.source_status import SourceStatusScreen
from roya_tui.ui.widgets.key_buttons import keys_at

SIZES = [(140, 40), (100, 30), (60, 20)]
OFFER = {"event": "offer", "message": "Two feeds.", "candidates": [feed(), article()]}


@pytest.fixture(autouse=True)
def right_to_left() -> Iterator[None]:
    with pseudo_locale(RtlCatalog):
        yield


@pytest.fixture
def database(database: Path) -> Path:
    with closing(open_store(database)) as db:
        rules.add(db, Rule(0, "Walrus", "walrus", "mute"), NOW)
        rules.add(db, Rule(0, "Water", "tag:water", "star", term=86_400), NOW)
    return database


def drawn(message: str) -> str:
    """Return the translation of a message without keys, as it is drawn."""
    return translate_rtl(message)[::-1]


def lines_of(app: RunningApp) -> list[str]:
    return [strip.text for strip in app.screen._compositor.render_strips()]


def box_of(app: RunningApp) -> list[str]:
    """Return the lines of the open dialog."""
    box = app.screen.children[0].region
    strips = app.screen._compositor.render_strips()[box.y : box.bottom]
    return [strip.crop(box.x, box.right).text for strip in strips]


CONFIRM: Callable[[], Screen[bool]] = lambda: Confirm("Remove it?", "It has 3 articles.", "Remove (y)", "visual")  # noqa: E731
LINK_NUMBER: Callable[[], Screen[int]] = lambda: LinkNumber(3, "visual")  # noqa: E731


def _opener_name(opener: object) -> str:
    return opener if isinstance(opener, str) else "link number" if opener is LINK_NUMBER else "confirm"


async def open_dialog(app: RunningApp, opener: str | Callable[[], Screen[object]]) -> None:
    if isinstance(opener, str):
        await app.press(*opener.split())
    else:
        app.textual.push_screen(opener())
        await app.wait_idle()


_HEBREW = re.compile("[א-ת]")
_INDENT = 8
"""Most cells between a text and the right edge of a dialog: frames, margins, a scrollbar."""


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize(
    ("opener", "indent"),
    [
        ("?", 40),
        ("a", _INDENT), ("a x enter", _INDENT), ("e", 14), ("!", _INDENT), ("F", 14), ("#", _INDENT), ("j ;", _INDENT),
        ("M", _INDENT), ("M w", _INDENT), ("M w e", _INDENT), ("M e", _INDENT), ("M w c", _INDENT),
        ("S f", _INDENT), ("S i x enter", _INDENT), ("S c", _INDENT), ("S n", _INDENT), ("E a", _INDENT),
        (CONFIRM, 60), (LINK_NUMBER, _INDENT),
    ],
)  # fmt: skip
async def test_dialog_is_aligned_right(
    run_app: RunApp, size: tuple[int, int], opener: str | Callable[[], Screen[object]], indent: int
) -> None:
    async with run_app(*size, program=("true",)) as app:
        await open_dialog(app, opener)
        top, *inside, bottom = box_of(app)
        assert app.screen is not app.main
        assert not top.endswith("… ─╮"), "the beginning of the title is not cut off"
        if _HEBREW.search(top):
            assert top.endswith(" ─╮"), "the title"
        if _HEBREW.search(bottom):
            assert re.match(r"╰─ \S", bottom), "the keys"
        texts = [line[1:-1] for line in inside if _HEBREW.search(line)]
        gaps = {text: len(text) - len(text.rstrip(" ▎▐▁-█")) for text in texts if " " * 3 in text}
        assert [text for text, gap in gaps.items() if gap > indent] == []


@pytest.mark.parametrize(
    "opener", ["?", "a", "e", "!", "F", "#", "M", "M w", "S f", "E a", LINK_NUMBER], ids=_opener_name
)
async def test_key_hint_of_a_dialog_is_clicked_where_it_is_drawn(
    run_app: RunApp, opener: str | Callable[[], Screen[object]]
) -> None:
    async with run_app(100, 30, program=("true",)) as app:
        await open_dialog(app, opener)
        dialog = app.screen
        words = next(word for word in ("cancel", "close", "back") if app.find(f"{drawn(word)} esc", dialog.children[0]))
        await app.click(drawn(words), dialog.children[0])
        assert app.screen is not dialog or words == "back"


async def test_buttons_are_in_mirrored_order(run_app: RunApp) -> None:
    answers: list[bool | None] = []
    async with run_app(100, 30) as app:
        app.textual.push_screen(CONFIRM(), answers.append)
        await app.wait_idle()
        yes, no = app.screen.query_one("#yes", Button), app.screen.query_one("#no", Button)
        assert app.screen.children[0].region.x + 4 > yes.region.x - 1 < no.region.x
        await app.press("right")
        assert app.screen.focused is no
        await app.click(f"({'y'}) "[:3], yes)
        assert answers == [True]


async def test_left_and_right_are_directions_on_the_screen(run_app: RunApp) -> None:
    share = tuple(ShareCommand(name, ("cat", "{url}")) for name in ("note", "mail"))
    async with run_app(100, 30, config=Config(share=share)) as app:
        for opener in ("?", "!"):
            await app.press(opener, "left", "h")
            assert app.screen is not app.main, "left goes on, as right does in English"
            await app.press("right")
            assert app.screen is app.main, "right goes back"
        await app.press("M", "s")
        await app.press("escape", "w")
        first = app.screen.query_one("#query", Input).value
        await app.press("left")
        second = app.screen.query_one("#query", Input).value
        await app.press("l")
        assert (app.screen.query_one("#query", Input).value, second != first) == (first, True)


async def test_menu_opens_to_the_left_with_its_keys_there(run_app: RunApp) -> None:
    async with run_app(100, 30) as app:
        x, y = app.headlines.region.right - 12, app.headlines.region.y + 4
        await app.click_at(x, y, button=3)
        assert isinstance(app.screen, Menu)
        menu = app.screen.children[0].region
        assert (menu.right - 1, menu.y) == (x, y)
        row = next(line for line in box_of(app) if drawn("star") in line)
        assert re.fullmatch(rf"│ +s +{drawn('star')} │", row)
        await app.click(drawn("star"), app.screen.children[0])
        assert app.screen is app.main
        assert "★" in "".join(lines_of(app)[y : y + 2])


async def test_palette_lists_commands_at_the_right_and_keys_as_they_are(run_app: RunApp) -> None:
    async with run_app(100, 40) as app:
        await app.press("ctrl+p", *translate_rtl("Quote")[:2])
        await app.press("escape", "ctrl+p")
        assert isinstance(app.screen, Palette)
        lines = lines_of(app)
        search = next(line for line in lines if drawn("Search for commands")[1:] in line)
        assert re.search(r"🔎 ?\s*$", search)
        quote = next(number for number, line in enumerate(lines) if drawn("Copy the paragraph as a quotation") in line)
        assert lines[quote].rstrip(" ▃▅▇█").endswith(drawn("Copy the paragraph as a quotation"))
        assert "> ·" in lines[quote + 1], "a key is not mirrored"


async def test_export_formats_are_clicked_where_they_are_drawn(run_app: RunApp) -> None:
    async with run_app(100, 30) as app:
        await app.press("e")
        formats = next(line for line in box_of(app) if drawn("HTML") in line)
        order = [formats.index(drawn(name)) for name in ("Markdown", "HTML", "EPUB", "JSON")]
        assert order == sorted(order, reverse=True)
        await app.click(drawn("EPUB"), app.screen.children[0])
        assert isinstance(app.screen, ExportDialog)
        assert app.screen._target.format == "epub"


async def test_tag_completion_is_clicked_where_it_is_drawn(run_app: RunApp) -> None:
    async with run_app(100, 30) as app:
        await app.press("#", "e")
        await app.press("down")
        row = next(line for line in box_of(app) if "▐" in line)
        assert re.search(r"environment ▐ +│$", row)
        await app.click("economy", app.screen.children[0])
        assert app.screen.query_one(Input).value.startswith("economy")


async def test_found_feeds_have_their_boxes_at_the_right(run_app: RunApp) -> None:
    program = (sys.executable, "-c", f"import sys; print({json.dumps(OFFER)!r}, flush=True); sys.stdin.read()")
    async with run_app(100, 30, program=program) as app:
        await app.press("a", "x", "enter")
        offers = app.screen.query_one(OptionList)
        await app.wait_until(lambda: offers.option_count == 2)
        await app.wait_idle()
        rows = [line for line in box_of(app) if "Town News" in line or "Ferry sails" in line]
        assert next(line.rstrip(" │") for line in rows if "[" in line).endswith("Town News [ ]")
        assert drawn("this page:") + " [ ]" in rows[1]
        await app.click("[ ]", offers)
        assert any("Town News [x]" in line for line in box_of(app))
        assert isinstance(app.screen, AddSource)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_source_table_begins_at_the_right_and_is_sorted_by_a_click(
    run_app: RunApp, size: tuple[int, int]
) -> None:
    async with run_app(*size) as app:
        await app.press("S")
        assert isinstance(app.screen, SourceStatusScreen)
        screen = app.screen
        headings = lines_of(app)[screen.headings.region.y]
        assert headings.rstrip().endswith(drawn("State"))
        assert 0 < headings.index(drawn("Source")) < headings.index(drawn("State"))
        rows = [strip.text for strip in app.screen._compositor.render_strips()]
        assert any(row.rstrip(" ▐").endswith(drawn("sample")) and "City Desk" in row for row in rows)
        if size[0] == 140:
            assert screen.details.region.x == 0 < screen.table.region.x
        assert keys_at(screen, *app.find(drawn("check now"), screen.details)[0]) == ("r",)
        await app.click(drawn("Source"), screen.headings)
        assert screen._order == "name"


async def test_details_of_a_source_are_aligned_right(run_app: RunApp) -> None:
    async with run_app(100, 30) as app:
        await app.press("S", "enter")
        page = [line.strip("│▐▌ ") for line in lines_of(app)]
        assert f"https://en.royanews.tv/rss :{drawn('Address')}" in page
        assert lines_of(app)[0].rstrip().endswith("Roya TUI")


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_rule_table_begins_at_the_right(run_app: RunApp, size: tuple[int, int]) -> None:
    async with run_app(*size) as app:
        await app.press("E")
        assert isinstance(app.screen, RulesScreen)
        headings, first, second = lines_of(app)[1:4]
        assert headings.rstrip().endswith(drawn("Name"))
        assert headings.rstrip().index(drawn("Effect")) < headings.index(drawn("Name"))
        assert first.rstrip(" ▐●").endswith("Walrus")
        assert second.rstrip(" ▐●").endswith("Water")
        assert first.index(drawn("mutes")) < first.index("Walrus")
        matches = [int(line.split()[0]) for line in (first, second)]
        edges = [re.match(r" *\d+", line) for line in (first, second)]
        assert matches
        assert len({edge.end() for edge in edges if edge}) == 1, "the units of the numbers are in one column"
        details = next(line for line in lines_of(app) if f":{'Walrus'}"[1:] in line and line not in (first, second))
        assert details.rstrip().endswith("Walrus")


async def test_gallery_goes_to_the_next_picture_at_the_left(run_app: RunApp) -> None:
    async with run_app(100, 30) as app:
        await app.press("j", "i")
        assert isinstance(app.screen, Gallery)
        assert lines_of(app)[0].endswith(f"  1 {drawn('of')} 1 ")
        await app.press("left")
        assert app.screen.bottom.message == translate_rtl("This is the last picture.")
        await app.press("right")
        assert app.screen.bottom.message == translate_rtl("This is the first picture.")


async def test_too_small_message_is_ordered(run_app: RunApp) -> None:
    async with run_app(39, 14, config=Config(reading=Reading(mark_read=None))) as app:
        assert drawn("This window is too small.") in "\n".join(lines_of(app))
