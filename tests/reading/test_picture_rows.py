"""The lines that are kept free for pictures, and what stands in their place where there is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roya_tui.reading.document import document
from roya_tui.reading.layout import layout
from roya_tui.reading.lines import Line
from roya_tui.reading.picture_rows import Box, Pictures, Size, fitted, most_rows
from roya_tui.text import clean

PAGE = (
    "<p>Before.</p>"
    '<figure><img src="https://p.example/1.png"><figcaption>The pier</figcaption></figure>'
    '<p>Between.</p><ul><li>Item <img src="https://p.example/2.png"></li></ul>'
    '<a href="https://links.example/"><img src="https://p.example/3.png"></a><p>After.</p>'
)


def lines(html: str, pictures: Pictures, width: int = 40) -> tuple[Line, ...]:
    return tuple(layout(document(html), width, len, pictures=pictures))


def drawn(html: str, pictures: Pictures, width: int = 40) -> list[str]:
    return ["#" * line.picture.box.columns if line.picture else line.text for line in lines(html, pictures, width)]


def test_a_picture_has_its_lines_above_its_caption() -> None:
    assert drawn(PAGE, Pictures({1: (30, 12)}, rows=20))[:12] == [
        "Before.", "", *["#" * 30] * 6, "The pier", "", "Between.", "",
    ]  # fmt: skip


def test_what_stands_in_a_list_has_the_width_that_the_list_leaves() -> None:
    shown = [line for line in lines(PAGE, Pictures({2: (4000, 1000)}, rows=20)) if line.picture]
    assert {line.cells for line in shown} == {40}
    assert {(line.picture.box.columns, line.picture.box.rows) for line in shown if line.picture} == {(38, 5)}


def test_a_picture_that_is_a_link_keeps_its_number() -> None:
    shown = lines(PAGE, Pictures({3: (100, 100)}, rows=6))
    row = next(line for line in shown if line.picture)
    assert [run.link for run in row.runs if run.style == "cells"] == [1]
    assert "[1]" in [line.text for line in shown]


@pytest.mark.parametrize(
    ("pictures", "told"),
    [
        (Pictures(), "[picture 1: The pier]"),
        (Pictures(notes={1: "(not kept here)"}), "[picture 1: The pier] (not kept here)"),
        (Pictures({1: (300, 3)}, rows=20), "[picture 1: The pier]"),  # a rule
        (Pictures({1: (300, 200)}, rows=3), "[picture 1: The pier]"),  # a window in which it would be a smudge
    ],
)
def test_what_is_not_drawn_is_told(pictures: Pictures, told: str) -> None:
    assert told in drawn(PAGE, pictures)
    assert not any("#" in line for line in drawn(PAGE, pictures))


def test_pictures_stand_apart_from_each_other() -> None:
    html = "".join(f'<img src="https://p.example/{n}" alt="No. {n}">' for n in (1, 2, 3))
    assert drawn(html, Pictures({1: (20, 8), 2: (20, 8)}, rows=9)) == [
        *["#" * 20] * 4, "No. 1", "", *["#" * 20] * 4, "No. 2", "", "[picture 3: No. 3]",
    ]  # fmt: skip
    assert drawn(html, Pictures()) == ["[picture 1: No. 1]", "[picture 2: No. 2]", "[picture 3: No. 3]"]


def test_pictures_are_as_words_to_places_in_the_text() -> None:
    """Lines kept free change no place: finding, copying and going on where one was stay right."""
    without, with_them = lines(PAGE, Pictures()), lines(PAGE, Pictures({1: (30, 30), 2: (30, 30)}, rows=20))
    words = [(line.text, line.start, line.end) for line in with_them if "Between" in line.text or "After" in line.text]
    assert words == [(line.text, line.start, line.end) for line in without if line.text in ("Between.", "After.")]


@pytest.mark.parametrize(
    ("size", "box"),
    [
        ((1600, 900), Box(50, 14)),  # as high as it may be
        ((3000, 500), Box(72, 6)),  # as wide as the text
        ((40, 20), Box(40, 10)),  # never enlarged
        ((10, 4000), Box(1, 14)),
        ((72, 27), Box(72, 14)),
    ],
)
def test_boxes_keep_the_shape(size: Size, box: Box) -> None:
    assert fitted(size, 72, 14) == box


@given(
    st.tuples(st.integers(1, 100_000), st.integers(1, 100_000)), st.integers(1, 200), st.integers(1, 60)
)  # fmt: skip
def test_a_box_is_never_larger_than_its_place_or_its_picture(size: Size, columns: int, rows: int) -> None:
    box = fitted(size, columns, rows)
    assert 1 <= box.columns <= min(columns, size[0])
    assert 1 <= box.rows <= min(rows, -(-size[1] // 2))


def test_a_picture_has_less_than_half_of_the_view() -> None:
    assert [most_rows(lines) for lines in (8, 16, 36, 200)] == [3, 6, 14, 20]


def test_a_note_is_part_of_no_text() -> None:
    text = document(PAGE).text
    assert "kept" not in text
    assert clean(text) == text
