"""Typing in Arabic, Hebrew and all else: what stands where, the cursor, the mouse, pasting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import asynccontextmanager

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.suggester import SuggestFromList
from textual.widgets._input import Selection

from roya_tui.ui.widgets.text_input import MAX_LENGTH, TextInput

WIDTH = 20


class Typing(App[None]):
    def __init__(self, rtl: str) -> None:
        super().__init__()
        self.rtl = rtl

    def compose(self) -> ComposeResult:
        yield TextInput(rtl=self.rtl, compact=True, suggester=SuggestFromList(["قال نعم", "water"]))


class Typed:
    """A line that is typed into, and what is seen of it."""

    def __init__(self, line: TextInput, pilot: Pilot[None]) -> None:
        self.line = line
        self.pilot = pilot

    async def type(self, text: str) -> None:
        for character in text:
            self.line.insert_text_at_cursor(character)
        await self.pilot.pause()

    @property
    def seen(self) -> str:
        return self.line.render_line(0).text

    @property
    def cursor(self) -> str:
        """What the cursor stands on, and where it is on the screen."""
        style = self.line.get_component_rich_style("input--cursor")
        cell = 0
        for segment in self.line.render_line(0):
            if segment.style and segment.style.bgcolor == style.bgcolor and segment.style.color == style.color:
                assert cell == self.line.cursor_screen_offset.x, "where an input method shows its candidates"
                return segment.text
            cell += segment.cell_length
        return "nowhere"


@asynccontextmanager
async def typing(rtl: str = "visual") -> Iterator[Typed]:
    app = Typing(rtl)
    async with app.run_test(size=(WIDTH, 3)) as pilot:
        line = app.query_one(TextInput)
        line.cursor_blink = False
        line.focus()
        await pilot.pause()
        yield Typed(line, pilot)


async def test_arabic_is_joined_and_grows_to_the_left_from_the_right_edge() -> None:
    async with typing() as typed:
        await typed.type("سلام")
        assert typed.seen == "ﻡﻼﺳ".rjust(WIDTH)
        assert typed.cursor == " "
        assert typed.line.cursor_screen_offset.x == WIDTH - 4
        await typed.type(" 12")
        assert typed.seen == "12 ﻡﻼﺳ".rjust(WIDTH)


async def test_keys_go_the_way_they_point() -> None:
    async with typing() as typed:
        await typed.type("אב cd")
        seen = []
        for _ in range(6):
            await typed.pilot.press("right")
            seen.append(typed.cursor)
        assert seen == ["c", "d", " ", "ב", "א", "א"]
        await typed.pilot.press("left", "left")
        await typed.type("ג")
        assert typed.line.value == "אבג cd"
        await typed.pilot.press("shift+right", "shift+right")
        assert typed.line.selected_text == "בג"


async def test_a_click_puts_the_cursor_on_the_letter_that_was_clicked() -> None:
    async with typing() as typed:
        await typed.type("قال 日 abc")
        for letter, cell in (
            ("ق", WIDTH - 1),
            ("ا", WIDTH - 2),
            ("c", WIDTH - 5),
            ("日", WIDTH - 9),
            ("日", WIDTH - 10),
        ):
            await typed.pilot.click(offset=(cell, 0))
            assert typed.line.value[typed.line.cursor_position] == letter
        await typed.pilot.click(offset=(0, 0))
        assert typed.line.cursor_at_end


async def test_what_is_longer_than_the_line_shows_the_cursor() -> None:
    async with typing() as typed:
        await typed.type("אבגדהוזחטיכלמנסעפצקרשת אבגדהוזחטי")
        assert typed.cursor == " "
        assert typed.seen.startswith(" יטח")
        await typed.pilot.press("home")
        assert typed.cursor == "א"
        assert typed.seen.endswith("גבא")


async def test_backspace_takes_marks_one_by_one_and_emoji_whole() -> None:
    async with typing() as typed:
        await typed.type("שָׁ👩‍💻")
        values = []
        for _ in range(4):
            await typed.pilot.press("backspace")
            values.append(typed.line.value)
        assert values == ["שָׁ", "שָׁ"[:2], "ש", ""]
        await typed.type("שָׁב")
        await typed.pilot.press("home", "delete")
        assert typed.line.value == "ב"


async def test_a_suggestion_is_drawn_and_taken_where_the_line_goes_on() -> None:
    async with typing() as typed:
        await typed.type("قال")
        await typed.pilot.pause(0.1)
        assert typed.seen == "ﻢﻌﻧ ﻝﺎﻗ".rjust(WIDTH)
        await typed.pilot.press("right")
        assert typed.line.value == "قال", "that way lies what is typed already"
        await typed.pilot.press("end", "left")
        assert typed.line.value == "قال نعم"


async def test_a_paste_is_one_line_of_text_and_no_more() -> None:
    from textual import events

    async with typing() as typed:
        typed.line.post_message(events.Paste("\n  قال\x1b[31m \u202eنعم\x07  \nmore"))
        await typed.pilot.pause()
        assert typed.line.value == "قال[31m نعم"
        typed.line.selection = Selection(0, len(typed.line.value))
        typed.line.post_message(events.Paste("ש" * 100_000))
        await typed.pilot.pause()
        assert typed.line.value == "ש" * MAX_LENGTH


@pytest.mark.parametrize(("rtl", "seen"), [("words", "نعم قال".rjust(WIDTH)), ("off", "قال نعم".ljust(WIDTH))])
async def test_other_terminals_get_what_they_draw_right(rtl: str, seen: str) -> None:
    async with typing(rtl) as typed:
        await typed.type("قال نعم")
        assert typed.seen == seen
