"""Typing in any script: what is drawn where, the cursor, the mouse, pasting."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.pseudo_locale import RtlCatalog, pseudo_locale
from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.suggester import SuggestFromList
from textual.widgets._input import Selection

from roya_tui.ui.widgets.text_input import MAX_LENGTH, TextInput

WIDTH = 20


class InputApp(App[None]):
    """An app with only a text input."""

    def __init__(self, rtl: str) -> None:
        super().__init__()
        self.rtl = rtl

    def compose(self) -> ComposeResult:
        yield TextInput(rtl=self.rtl, compact=True, suggester=SuggestFromList(["قال نعم", "water"]))


class Line:
    """A text input, and what is drawn of it."""

    def __init__(self, input: TextInput, pilot: Pilot[None]) -> None:
        self.input = input
        self.pilot = pilot

    async def type(self, text: str) -> None:
        for character in text:
            self.input.insert_text_at_cursor(character)
        await self.pilot.pause()

    async def paste(self, text: str) -> None:
        self.input.post_message(events.Paste(text))
        await self.pilot.pause()

    @property
    def text(self) -> str:
        """The text as it is drawn."""
        return self.input.render_line(0).text

    @property
    def cursor(self) -> str:
        """The character drawn under the cursor."""
        style = self.input.get_component_rich_style("input--cursor")
        cell = 0
        for segment in self.input.render_line(0):
            if segment.style and segment.style.bgcolor == style.bgcolor and segment.style.color == style.color:
                assert cell == self.input.cursor_screen_offset.x, "where an input method shows its candidates"
                return segment.text
            cell += segment.cell_length
        return "nowhere"


@asynccontextmanager
async def open_line(rtl: str = "visual") -> AsyncIterator[Line]:
    app = InputApp(rtl)
    async with app.run_test(size=(WIDTH, 3)) as pilot:
        input = app.query_one(TextInput)
        input.cursor_blink = False
        input.focus()
        await pilot.pause()
        yield Line(input, pilot)


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with open_line() as line:
        yield line


async def test_arabic_is_joined_and_grows_from_the_right_edge(line: Line) -> None:
    await line.type("سلام")
    assert line.text == "ﻡﻼﺳ".rjust(WIDTH)
    assert line.cursor == " "
    assert line.input.cursor_screen_offset.x == WIDTH - 4
    await line.type(" 12")
    assert line.text == "12 ﻡﻼﺳ".rjust(WIDTH)


async def test_arrow_keys_move_in_their_direction_on_the_screen(line: Line) -> None:
    await line.type("אב cd")
    cursors = []
    for _ in range(6):
        await line.pilot.press("right")
        cursors.append(line.cursor)
    assert cursors == ["c", "d", " ", "ב", "א", "א"]
    await line.pilot.press("left", "left")
    await line.type("ג")
    assert line.input.value == "אבג cd"
    await line.pilot.press("shift+right", "shift+right")
    assert line.input.selected_text == "בג"


async def test_click_puts_the_cursor_on_the_character_under_the_pointer(line: Line) -> None:
    await line.type("قال 日 abc")
    for character, cells_from_right in (("ق", 1), ("ا", 2), ("c", 5), ("日", 9), ("日", 10)):
        await line.pilot.click(offset=(WIDTH - cells_from_right, 0))
        assert line.input.value[line.input.cursor_position] == character
    await line.pilot.click(offset=(0, 0))
    assert line.input.cursor_at_end


async def test_long_text_scrolls_to_the_cursor(line: Line) -> None:
    await line.type("אבגדהוזחטיכלמנסעפצקרשת אבגדהוזחטי")
    assert line.cursor == " "
    assert line.text.startswith(" יטח")
    await line.pilot.press("home")
    assert line.cursor == "א"
    assert line.text.endswith("גבא")


async def test_backspace_deletes_marks_one_by_one_and_emoji_whole(line: Line) -> None:
    await line.type("שָׁ👩‍💻")
    values = []
    for _ in range(4):
        await line.pilot.press("backspace")
        values.append(line.input.value)
    assert values == ["שָׁ", "שָׁ"[:2], "ש", ""]
    await line.type("שָׁב")
    await line.pilot.press("home", "delete")
    assert line.input.value == "ב"


async def test_suggestion_is_drawn_and_accepted_in_the_direction_of_the_text(line: Line) -> None:
    await line.type("قال")
    await line.pilot.pause(0.1)
    assert line.text == "ﻢﻌﻧ ﻝﺎﻗ".rjust(WIDTH)
    await line.pilot.press("right")
    assert line.input.value == "قال", "the typed text is in that direction"
    await line.pilot.press("end", "left")
    assert line.input.value == "قال نعم"


async def test_paste_inserts_one_line_without_control_characters(line: Line) -> None:
    await line.paste("\n  قال\x1b[31m \u202eنعم\x07  \nmore")
    assert line.input.value == "قال[31m نعم"
    line.input.selection = Selection(0, len(line.input.value))
    await line.paste("ש" * 100_000)
    assert line.input.value == "ש" * MAX_LENGTH


@pytest.mark.parametrize(("rtl", "text"), [("words", "نعم قال".rjust(WIDTH)), ("off", "قال نعم".ljust(WIDTH))])
async def test_other_terminals_get_the_order_that_they_draw_right(rtl: str, text: str) -> None:
    async with open_line(rtl) as line:
        await line.type("قال نعم")
        assert line.text == text


@pytest.mark.parametrize(
    ("typed", "drawn", "cursor"),
    [("", "אבג דה"[::-1], "א"), ("-3", "-3 ", " "), ("-ab", "-ab ", " "), ("-אב", " בא-", " ")],
)
async def test_input_is_aligned_right_in_rtl_interface(typed: str, drawn: str, cursor: str) -> None:
    with pseudo_locale(RtlCatalog):
        async with open_line() as line:
            line.input.placeholder = "אבג דה"
            await line.type(typed)
            assert (line.text, line.cursor) == (drawn.rjust(WIDTH), cursor)
            await line.pilot.press("right", "left")
            assert line.input.value == typed, "the placeholder is not accepted as a suggestion"


async def test_placeholder_is_cut_at_its_end_in_rtl_interface() -> None:
    with pseudo_locale(RtlCatalog):
        async with open_line() as line:
            line.input.placeholder = "אב" * 20
            await line.pilot.pause()
            assert (line.text, line.cursor) == ("…א" + "בא" * 9, "א")
