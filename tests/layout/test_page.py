"""A page: lazily built lines, and the line of an offset, block or link."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from roya_tui.document.parser import parse_html
from roya_tui.layout.engine import layout_document
from roya_tui.layout.lines import Line, Page, PictureBox, PictureRow, PictureSizes, StackedLines

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
