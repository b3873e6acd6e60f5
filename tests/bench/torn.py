"""Articles made to hurt whoever reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from roya_tui.sources.bounds import MAX_TEXT_LENGTH


def torn() -> Iterator[tuple[str, str]]:
    """What each is, and its HTML."""
    yield "100,000 nested <div>", "<div>" * 100_000 + "x"
    yield "100,000 nested lists", "<ul><li>x" * 100_000
    yield "100,000 nested quotations", "<blockquote>x" * 100_000
    yield "100,000 nested tables", "<table><tr><td>x" * 100_000
    yield "100,000 nested powers", "<math>" + "<msup><mi>x</mi>" * 100_000
    yield "a word of 3 MB", "x" * 3_000_000
    yield "an Arabic word of 3 MB", "ب" * 3_000_000
    yield "an Arabic word of 3 MB with vowels", "بَ" * 1_500_000
    yield "ideographs, 3 MB", "漢字" * 1_500_000
    yield "letters of two characters, 3 MB", "e\u0301" * 1_500_000
    yield "lines of code, 3 MB", "<pre>" + "x y\n" * 750_000
    yield "a table of 50,000 cells", "<table>" + ("<tr>" + "<td>value 12" * 5) * 10_000
    yield "a table of 50,000 spanning cells", "<table>" + ("<tr>" + "<td rowspan=7 colspan=2>v" * 5) * 10_000
    yield "100,000 links", "".join(f'<p><a href="https://a.example/{n}">link {n}</a>' for n in range(100_000))
    yield "100,000 notes in one paragraph", "".join(f'<a href="#n{n}" id="n{n}">{n}</a> ' for n in range(100_000))
    yield "100,000 pictures", "".join(f'<img src="/{n}.jpg">' for n in range(100_000))
    yield "300,000 brackets beside marks", "\u200f(a)" * 300_000
    yield "nested Arabic brackets", "(" * 200_000 + "ب" + ")" * 200_000


def _repeated(piece: Callable[[int], str] | str, before: str = "") -> str:
    """A text of the maximum length: `before`, and then pieces, which are numbered."""
    parts, length = [before], len(before)
    while length < MAX_TEXT_LENGTH:
        parts.append(piece if isinstance(piece, str) else piece(len(parts)))
        length += len(parts[-1])
    return "".join(parts[:-1])


LARGEST: dict[str, Callable[[], str]] = {
    "small tables": lambda: _repeated("<table><tr><td>a<td>b<tr><td>c<td>d</table>"),
    "small tables in Arabic": lambda: _repeated("<table><tr><td>أ<td>ب<tr><td>ت<td>ث</table>"),
    "nested tables": lambda: _repeated(
        "<table><tr><td>x<td>y<tr><td>z<table><tr><td>1<td>2<tr><td>3<td>4</table></table>"
    ),
    "a table of 50,000 rows": lambda: _repeated("<tr>" + "<td>v" * 7, "<table>"),
    "the same in Arabic": lambda: _repeated("<tr>" + "<td>ب" * 7, "<table>"),
    "a table of 30 columns": lambda: _repeated("<tr>" + "<td>x" * 30, "<table>"),
    "cells that span thousands": lambda: _repeated("<tr>" + "<td rowspan=1000 colspan=1000>v", "<table>"),
    "links": lambda: _repeated(lambda n: f'<p><a href="https://a.example/{n}">link {n}</a>'),
    "links in one paragraph": lambda: _repeated(lambda n: f"<a href=//a/{n:x}>l</a> "),
    "links in one paragraph in Arabic": lambda: _repeated(lambda n: f"<a href=//a/{n:x}>ب</a> "),
    "addresses in Arabic text": lambda: _repeated(lambda n: f"ب http://a.b/{n:x} "),
    "pictures": lambda: _repeated(lambda n: f'<img src="/{n}.jpg">'),
    "pictures and links in lists": lambda: _repeated(
        lambda n: f'<ul><li><img src="/{n}.jpg"><a href="/{n}">x</a></ul>'
    ),
    "lists in lists": lambda: _repeated("<ul><li>x" * 12 + "</ul>" * 12),
    "lists never closed": lambda: _repeated("<ul><li>x"),
    "definitions": lambda: _repeated("<dt>x<dd>y", "<dl>"),
    "a word": lambda: _repeated("x"),
    "a word in Arabic": lambda: _repeated("ب"),
    "a word with vowels": lambda: _repeated("بَ"),
    "notes": lambda: _repeated(lambda n: f'<a href="#n{n}" id="n{n}">{n}</a> '),
    "words in bold": lambda: _repeated("<b>x<i>y<u>z</u></i></b> "),
    "breaks": lambda: _repeated("x<br>"),
    "lines": lambda: _repeated("x\n"),
    "lines in Arabic": lambda: _repeated("بت\n"),
    "lines of code": lambda: _repeated("x y\n", "<pre>"),
    "tabs": lambda: _repeated("x\t", "<pre>"),
}
"""What articles of the maximum length are full of, and their HTML."""
