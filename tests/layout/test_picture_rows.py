"""Lines reserved for pictures, and the text in place of pictures that are not drawn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roya_tui.document.parser import parse_html
from roya_tui.layout.engine import layout_document
from roya_tui.layout.lines import Line, PictureBox, PictureSizes, PixelSize, fit_picture, max_picture_rows

PAGE = (
    "<p>Before.</p>"
    '<figure><img src="https://p.example/1.png"><figcaption>The pier</figcaption></figure>'
    '<p>Between.</p><ul><li>Item <img src="https://p.example/2.png"></li></ul>'
    '<a href="https://links.example/"><img src="https://p.example/3.png"></a><p>After.</p>'
)


def lines(html: str, pictures: PictureSizes, width: int = 40) -> tuple[Line, ...]:
    return tuple(layout_document(parse_html(html), width, len, pictures=pictures))


def drawn(html: str, pictures: PictureSizes, width: int = 40) -> list[str]:
    return ["#" * line.picture.box.columns if line.picture else line.text for line in lines(html, pictures, width)]


def test_picture_rows_are_above_caption() -> None:
    assert drawn(PAGE, PictureSizes({1: (30, 12)}, max_rows=20))[:12] == [
        "Before.", "", *["#" * 30] * 6, "The pier", "", "Between.", "",
    ]  # fmt: skip


def test_picture_in_list_has_width_of_list() -> None:
    shown = [line for line in lines(PAGE, PictureSizes({2: (4000, 1000)}, max_rows=20)) if line.picture]
    assert {line.cells for line in shown} == {40}
    assert {(line.picture.box.columns, line.picture.box.rows) for line in shown if line.picture} == {(38, 5)}


def test_linked_picture_has_link_number() -> None:
    shown = lines(PAGE, PictureSizes({3: (100, 100)}, max_rows=6))
    row = next(line for line in shown if line.picture)
    assert [run.link for run in row.runs if run.style == "cells"] == [1]
    assert "[1]" in [line.text for line in shown]


@pytest.mark.parametrize(
    ("pictures", "text"),
    [
        (PictureSizes(), "[picture 1: The pier]"),
        (PictureSizes(notes={1: "(not kept here)"}), "[picture 1: The pier] (not kept here)"),
        (PictureSizes({1: (300, 3)}, max_rows=20), "[picture 1: The pier]"),  # a rule
        (PictureSizes({1: (300, 200)}, max_rows=3), "[picture 1: The pier]"),  # a window too small for it
    ],
)
def test_picture_not_drawn_is_shown_by_caption(pictures: PictureSizes, text: str) -> None:
    assert text in drawn(PAGE, pictures)
    assert not any("#" in line for line in drawn(PAGE, pictures))


def test_drawn_pictures_have_empty_line_between() -> None:
    html = "".join(f'<img src="https://p.example/{n}" alt="No. {n}">' for n in (1, 2, 3))
    assert drawn(html, PictureSizes({1: (20, 8), 2: (20, 8)}, max_rows=9)) == [
        *["#" * 20] * 4, "No. 1", "", *["#" * 20] * 4, "No. 2", "", "[picture 3: No. 3]",
    ]  # fmt: skip
    assert drawn(html, PictureSizes()) == ["[picture 1: No. 1]", "[picture 2: No. 2]", "[picture 3: No. 3]"]


def test_picture_rows_do_not_change_offsets() -> None:
    """Search, copying and bookmarks must work the same with pictures."""
    without, with_them = lines(PAGE, PictureSizes()), lines(PAGE, PictureSizes({1: (30, 30), 2: (30, 30)}, max_rows=20))
    words = [(line.text, line.start, line.end) for line in with_them if "Between" in line.text or "After" in line.text]
    assert words == [(line.text, line.start, line.end) for line in without if line.text in ("Between.", "After.")]


@pytest.mark.parametrize(
    ("size", "box"),
    [
        ((1600, 900), PictureBox(50, 14)),  # as high as it may be
        ((3000, 500), PictureBox(72, 6)),  # as wide as the text
        ((40, 20), PictureBox(40, 10)),  # never enlarged
        ((10, 4000), PictureBox(1, 14)),
        ((72, 27), PictureBox(72, 14)),
    ],
)
def test_fit_picture_keeps_aspect_ratio(size: PixelSize, box: PictureBox) -> None:
    assert fit_picture(size, 72, 14) == box


@given(st.tuples(st.integers(1, 100_000), st.integers(1, 100_000)), st.integers(1, 200), st.integers(1, 60))
def test_fit_picture_never_enlarges(size: PixelSize, columns: int, rows: int) -> None:
    box = fit_picture(size, columns, rows)
    assert 1 <= box.columns <= min(columns, size[0])
    assert 1 <= box.rows <= min(rows, -(-size[1] // 2))


def test_max_picture_rows() -> None:
    assert [max_picture_rows(lines) for lines in (8, 16, 36, 200)] == [3, 6, 14, 20]
