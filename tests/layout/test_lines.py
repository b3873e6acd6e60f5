"""Pages: lazily built lines, rows for pictures, and the lines of offsets, blocks, links, headings and pictures."""

import gc
import random
import tracemalloc
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

from roya_tui.document.parser import parse_html
from roya_tui.layout import engine
from roya_tui.layout.engine import layout_document
from roya_tui.layout.hit_testing import link_at
from roya_tui.layout.lines import (
    Line,
    Page,
    PictureBox,
    PictureRow,
    PictureSizes,
    PixelSize,
    StackedLines,
    fit_picture,
    max_picture_rows,
)

LONG = "".join(
    f'<h2>Pier {n}</h2><p>The <a href="https://news.example/{n}">tide</a> turned at {n} and nobody saw it go out.</p>'
    f"<ul><li>one<li>two</ul><blockquote><p>Quiet.</p><p>وصلت السفينة إلى الميناء {n}</p></blockquote>"
    for n in range(40)
)
HEAD = (Line(), Line())


def page(html: str, width: int = 30) -> Page:
    text = parse_html(html, "https://news.example/")
    return Page(text, StackedLines(HEAD, layout_document(text, width, cell_len)), len(HEAD), width)


class Counted(Sequence[Line]):
    """Lines that count requests."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self.requested = 0

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, number):  # type: ignore[no-untyped-def]
        self.requested += 1
        return self._lines[number]


def test_lines_are_the_same_in_any_order_of_requests() -> None:
    in_order = [*HEAD, *layout_document(parse_html(LONG, "https://news.example/"), 30, cell_len)]
    lines = page(LONG).lines
    numbers = list(range(len(in_order)))
    random.Random(5).shuffle(numbers)
    assert {n: lines[n] for n in numbers} == dict(enumerate(in_order))
    assert (lines[-1], lines[1:9:3], len(lines)) == (in_order[-1], tuple(in_order[1:9:3]), len(in_order))
    assert list(lines) == in_order
    for beyond in (len(in_order), -len(in_order) - 1):
        with pytest.raises(IndexError):
            lines[beyond]


def test_only_requested_lines_are_laid_out() -> None:
    measured: list[str] = []

    def measure(text: str) -> int:
        measured.append(text)
        return cell_len(text)

    lines = layout_document(parse_html("".join(f"<p>naïve {n} 日本" for n in range(1000))), 40, measure)
    assert lines[4].text == "naïve 2 日本"
    assert not [text for text in measured if "9" in text]


def test_line_of_offset_shows_the_offset() -> None:
    shown = page(LONG)
    for y, line in enumerate(shown.lines):
        if line.end > line.start:
            assert shown.line_of_offset(line.start) == shown.line_of_offset(line.end - 1) == y
            assert shown.offset_of_line(y) == line.start
    assert shown.offset_of_line(0) is None
    assert shown.offset_of_line(len(shown.lines)) is None


def test_line_of_block_is_its_first_line() -> None:
    shown = page('<p>Before<p><img src="/a.jpg" alt="A very long caption of a picture of the pier at dawn"><p>After')
    lines = [shown.lines[shown.line_of_block(n)].text for n in range(3)]
    assert lines == ["Before", "[picture 1: A very long", "After"]


def test_line_of_picture_is_its_first_row() -> None:
    text = parse_html('<p>Before<p><img src="https://news.example/a.jpg"><p>After')
    shown = Page(text, layout_document(text, 30, cell_len, pictures=PictureSizes({1: (30, 12)}, max_rows=20)), 0, 30)
    y = shown.line_of_block(1)
    assert (shown.lines[y - 1].is_spacer, shown.lines[y].picture) == (True, PictureRow(1, 0, PictureBox(30, 6)))


def test_line_of_link_is_where_it_begins() -> None:
    shown = page(LONG)
    for number, link in enumerate(shown.document.links, start=1):
        y = shown.line_of_link(number)
        assert y is not None
        assert f"tide[{number}]" in shown.lines[y].text
        assert link.url.endswith(f"/{number - 1}")
    assert shown.line_of_link(99) is None


def test_line_of_link_in_table_and_picture() -> None:
    shown = page(
        """<table><tr><td>Ostra and its long name<td><a href="/a">wet</a>
        <tr><td>Velin<td><a href="/b">dry day</a></table>
        <a href="/c"><img src="/p.jpg" alt="Pier"></a>"""
    )
    lines = [shown.line_of_link(n) for n in (1, 2, 3)]
    assert [shown.lines[y].text.split()[-1] for y in lines if y is not None] == ["wet[1]", "day[2]", "Pier][3]"]

    shown = page(f"<table><tr><td>{'Ostra is far ' * 9}<td>is <a href='/a'>wet</a>", width=40)
    y = shown.line_of_link(1)
    assert y is not None
    assert shown.lines[y].text.split()[-1] == "wet[1]", "beside the first line of a cell that has several"


def test_line_of_link_requests_few_lines() -> None:
    for shown in (
        page("<p>" + "the tide and " * 2000 + '<a href="/x">here</a>'),
        page("<table>" + "<tr><td>Ostra<td>wet" * 500 + '<tr><td>Velin<td><a href="/x">here</a></table>'),
    ):
        lines = Counted(shown.lines)
        y = replace(shown, lines=lines).line_of_link(1)
        assert y is not None
        assert "here[1]" in shown.lines[y].text
        assert lines.requested < 50


PAGE = (
    "<p>Before.</p>"
    '<figure><img src="https://p.example/1.png"><figcaption>The pier</figcaption></figure>'
    '<p>Between.</p><ul><li>Item <img src="https://p.example/2.png"></li></ul>'
    '<a href="https://links.example/"><img src="https://p.example/3.png"></a><p>After.</p>'
)


def picture_lines(html: str, pictures: PictureSizes, width: int = 40) -> tuple[Line, ...]:
    return tuple(layout_document(parse_html(html), width, len, pictures=pictures))


def drawn(html: str, pictures: PictureSizes, width: int = 40) -> list[str]:
    return [
        "#" * line.picture.box.columns if line.picture else line.text for line in picture_lines(html, pictures, width)
    ]


def test_picture_rows_are_above_caption() -> None:
    assert drawn(PAGE, PictureSizes({1: (30, 12)}, max_rows=20))[:12] == [
        "Before.", "", *["#" * 30] * 6, "The pier", "", "Between.", "",
    ]  # fmt: skip


def test_picture_in_list_has_width_of_list() -> None:
    shown = [line for line in picture_lines(PAGE, PictureSizes({2: (4000, 1000)}, max_rows=20)) if line.picture]
    assert {line.cells for line in shown} == {40}
    assert {(line.picture.box.columns, line.picture.box.rows) for line in shown if line.picture} == {(38, 5)}


def test_linked_picture_has_link_number() -> None:
    shown = picture_lines(PAGE, PictureSizes({3: (100, 100)}, max_rows=6))
    row = next(line for line in shown if line.picture)
    assert [run.link for run in row.runs if run.style == "cells"] == [1]
    assert "[1]" in [line.text for line in shown]


@pytest.mark.parametrize(
    ("pictures", "text"),
    [
        (PictureSizes(), "[picture 1: The pier]"),
        (PictureSizes(notes={1: "(not saved)"}), "[picture 1: The pier] (not saved)"),
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
    without, with_them = (
        picture_lines(PAGE, PictureSizes()),
        picture_lines(PAGE, PictureSizes({1: (30, 30), 2: (30, 30)}, max_rows=20)),
    )
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


SHORT = page(
    "<h2>North</h2><p>one</p><img src=/1.jpg alt=first><h2>South</h2><p>two <a href=/2>three</a></p>"
    "<img src=/2.jpg alt=second>"
)
LINES = [line.text.strip() for line in SHORT.lines]
NORTH, SOUTH = LINES.index("North"), LINES.index("South")


@pytest.mark.parametrize(
    ("top", "by", "expected"),
    [(0, 1, NORTH), (NORTH, 1, SOUTH), (SOUTH, 1, SOUTH), (SOUTH, -1, NORTH), (NORTH, -1, 0), (0, -1, 0)],
)
def test_find_heading_returns_the_next_one_or_stays(top: int, by: int, expected: int) -> None:
    assert SHORT.find_heading(top, by) == expected


def test_move_line_skips_blank_lines_and_stops_at_the_ends() -> None:
    assert LINES[SHORT.move_line(NORTH, 1)] == "one"
    assert LINES[SHORT.move_line(SOUTH, -2)] == "one"
    assert SHORT.move_line(NORTH, -1) == NORTH
    assert SHORT.move_line(NORTH, 99) == SHORT.move_line(SOUTH, 99)


def test_first_offset_is_that_of_the_first_text_in_some_lines() -> None:
    assert SHORT.first_offset(range(len(LINES))) == 0
    assert SHORT.document.text[SHORT.first_offset(range(SOUTH, len(LINES))) :].startswith("South")
    assert SHORT.first_offset(range(len(HEAD))) == 0


def test_find_picture_prefers_those_in_view_then_the_last_one_above() -> None:
    assert [SHORT.find_picture(range(start, start + 1)) for start in (0, SOUTH, len(LINES))] == [1, 1, 2]
    assert SHORT.find_picture(range(SOUTH, len(LINES))) == 2


def test_link_at_returns_the_link_of_a_cell() -> None:
    line = next(line for line in SHORT.lines if line.text.strip().startswith("two three"))
    start = line.text.index("three")
    assert [link_at(line, cell, cell_len) for cell in (-1, start - 1, start, start + 4, 99)] == [0, 0, 1, 1, 0]


@pytest.mark.parametrize(
    ("most", "piece"),
    [
        (40, "<table><tr><td>a<td>b<tr><td>c<td>d</table>"),
        (25, '<p><a href="https://a.example/{n}">link {n}</a>'),
        (25, '<p><img src="https://a.example/{n}.jpg">'),
        (100, "<p>x"),
        (60, "<ul><li>x"),
        (80, "x<br>"),
        (180, "ب http://a.b/{n} "),
    ],
)
def test_memory_of_a_page_of_small_pieces_is_bounded(monkeypatch: pytest.MonkeyPatch, most: int, piece: str) -> None:
    """`most` is in bytes for each character of HTML: half of what it was when each block kept its lines."""
    monkeypatch.setattr(engine, "_MAX_TYPESET", 16)
    html = "".join(piece.format(n=n) for n in range(60_000 // len(piece)))
    layout_document(parse_html("<p>ب <b>x</b>"), 80, cell_len)[0]  # caches are filled
    gc.disable()
    tracemalloc.start()
    try:
        document = parse_html(html)
        assert len(layout_document(document, 80, cell_len)) > 400
        assert tracemalloc.get_traced_memory()[1] < most * len(html)
        del document
        assert tracemalloc.get_traced_memory()[0] < 12 * len(html), "nothing waits for the garbage collector"
    finally:
        tracemalloc.stop()
        gc.enable()
