"""Articles made to hurt whoever reads them."""

from __future__ import annotations

from collections.abc import Iterator


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
