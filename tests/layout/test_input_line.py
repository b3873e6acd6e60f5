"""Input lines: the cell of each character, and where the cursor moves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from roya_tui.layout.hit_testing import InputLine, layout_input
from roya_tui.layout.styled_text import Mark

MODES = ("visual", "words", "terminal", "off")


def typed(text: str, rtl: str = "visual", *styles: Mark, blank_style: str = "") -> InputLine:
    return layout_input(text, cell_len, rtl, styles, blank_style)


def drawn(line: InputLine) -> str:
    return "".join(run.text for run in line.runs)


@pytest.mark.parametrize(
    ("text", "seen", "places"),
    [
        ("ab", "ab ", [0, 1, 2]),
        ("אב", " בא", [2, 1, 0]),
        ("אב 12", " 12 בא", [5, 3, 4, 2, 1, 0]),
        ("tag:אב is:", "tag:בא is: ", [0, 1, 2, 3, 5, 4, 6, 7, 8, 9, 10]),
        ("(אב)", " (בא)", [4, 3, 2, 1, 0]),
        ("שָׁב", " בשָׁ", [4, 3, 0]),  # marks share the slot of their letter
        ("سلا", " \ufefc\ufeb3", [3, 1, 0]),  # lam and alef are one
        ("日e\u0301", "日e\u0301 ", [0, 1, 3]),
        ("", " ", [0]),
    ],
)
def test_every_character_has_slot_and_cursor_one_after_last(text: str, seen: str, places: list[int]) -> None:
    line = typed(text)
    assert drawn(line) == seen
    assert [slot.start for slot in line.slots] == places


def test_cursor_moves_by_drawn_position() -> None:
    line = typed("אב cd")
    assert drawn(line) == " cd בא"
    indexes = [5]
    for _ in range(7):
        indexes.append(line.move(indexes[-1], 1))
    assert indexes == [5, 3, 4, 2, 1, 0, 0, 0], "from the blank at the left to the first letter, and no further"
    assert line.move(0, -1) == 1


def test_index_at_cell() -> None:
    line = typed("日אב")
    assert [line.index_at(cell) for cell in range(6)] == [0, 0, 2, 1, 3, 3]
    assert typed("אב").index_at(-3) == 2
    assert line.slot_at(2).cell == 2


def test_styles_follow_letters_and_may_overlap() -> None:
    line = typed("אבגד", "visual", Mark(0, 2, "selection"), Mark(1, 3, "cursor"), blank_style="end")
    runs = [(run.text, run.style) for run in line.runs]
    assert runs == [(" ", "end"), ("ד", ""), ("ג", "cursor"), ("ב", "selection cursor"), ("א", "selection")]


PIECES = ("a", "wall ", "عربي", "لا", "ש", "שָׁ", "日", "👩‍💻", "e\u0301", "(", "12", "\u200f", "٣", "क्षि")


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.sampled_from(MODES), st.data())
def test_slots_fill_the_line_and_map_back(text: str, rtl: str, data: st.DataObject) -> None:
    line = typed(text, rtl)
    end = 0
    for slot in line.slots:
        assert slot.cell == end
        end += slot.cells
        assert all(line.index_at(cell) == slot.start for cell in range(slot.cell, end))
        assert line.slot_at(slot.start) == slot
    assert end == line.cells == cell_len(drawn(line))
    index = data.draw(st.integers(0, len(text)))
    assert line.slot_at(index).start <= index or index < min(slot.start for slot in line.slots)
    there = {line.move(line.index_at(0), by) for by in range(len(line.slots))}
    assert there == {slot.start for slot in line.slots}, "each place is reached by keys"
