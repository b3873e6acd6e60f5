"""Right-to-left articles: numbers, quotes, code, URLs, headers and pictures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

from roya_tui.config import Config
from roya_tui.document.parser import parse_html
from roya_tui.layout.article_page import layout_rows
from roya_tui.layout.bidi.algorithm import starts_rtl
from roya_tui.layout.bidi.controls import join_isolated
from roya_tui.layout.engine import layout_document
from roya_tui.layout.lines import PictureSizes
from roya_tui.layout.styled_text import Part
from roya_tui.layout.typesetter import isolate_ltr

QALA = "\ufedd\ufe8e\ufed7"  # قال as drawn from the left
NAAM = "\ufee2\ufecc\ufee7"  # نعم


def drawn(html: str, width: int = 60) -> list[str]:
    return [line.text.strip() for line in layout_document(parse_html(html, "https://news.example/"), width, cell_len)]


@pytest.mark.parametrize(
    ("html", "line"),
    [
        ("قال <code>git commit -m \"x\"</code>. نعم", f'{NAAM} .git commit -m "x" {QALA}'),
        ("قال <code>a[0]</code>، نعم", f"{NAAM} ،a[0] {QALA}"),
        ("قال <code>-x</code><code>y-</code> نعم", f"{NAAM} -xy- {QALA}"),
        ("قال https://x.example/a/. نعم", f"{NAAM} .[1]https://x.example/a/ {QALA}"),
        ("قال (www.x.example/?q=) نعم", f"{NAAM} (www.x.example/?q=) {QALA}"),
        ("Say <code>f(\"قال\")</code> نعم now", f'Say f("{QALA}") {NAAM} now'),
        ("قال “Quote (a)”، نعم", f"{NAAM} ،”Quote (a)“ {QALA}"),
        ("«قال [نعم]»", f"«[{NAAM}] {QALA}»"),
        ("قال 4,500 نعم 25% (3)", f"(3) %25 {NAAM} 4,500 {QALA}"),
        ("قال ٣٫٥ نعم ١٢/٣", f"١٢/٣ {NAAM} ٣٫٥ {QALA}"),
        ("قال 04-07-2025 00:16", f"00:16 2025-07-04 {QALA}"),  # day first, from the right, as UAX #9 has it
        ("שָׁלוֹם (2025)", "(2025) םוֹלשָׁ"),
    ],
)  # fmt: skip
def test_code_urls_and_numbers_keep_their_order(html: str, line: str) -> None:
    assert drawn(f"<p>{html}</p>") == [line]


def test_isolate_ltr_isolates_code_and_urls() -> None:
    parts = [Part("a www.x.example/, b ", "", 0, 5), Part("c", "code", 0, 25), Part("d", "strong code", 0, 26)]
    kept = [(part.text, part.offset) for part in isolate_ltr(parts) if part.text not in "\u2066\u2069"]
    assert kept == [("a ", 5), ("www.x.example/", 7), (", b ", 21), ("c", 25), ("d", 26)]
    assert "".join(part.text for part in isolate_ltr(parts)) == "a \u2066www.x.example/\u2069, b \u2066cd\u2069"


@given(st.lists(st.builds(Part, st.text("ab:/.w قال"), st.sampled_from(("", "code", "code pre", "link")), st.just(0))))
def test_isolate_ltr_keeps_every_character(parts: list[Part]) -> None:
    text = "".join(part.text for part in isolate_ltr(parts))
    assert text.translate({0x2066: None, 0x2069: None}) == "".join(part.text for part in parts)


@pytest.mark.parametrize(
    ("title", "source"),
    [("Lantern night", "قال (Notes)"), ("قال نعم", "Notes قال"), ("NASA قال", "قال"), ("3", "قال"), ("قال", "Notes")],
)
@pytest.mark.parametrize("rtl", ["visual", "terminal", "words", "off"])
def test_header_rows_are_aligned_as_title(title: str, source: str, rtl: str) -> None:
    config = replace(Config(), reading=replace(Config().reading, rtl=rtl))
    names = (join_isolated((source, "water"), " · "), "source"), (join_isolated((source,), ", "), "author")
    rows = [(title, "headline"), *names, ("Published: 04-07-2025 00:16", "date")]
    lines = list(layout_rows(rows, 40, cell_len, config, {"source": ["water"]}))
    at_the_right = rtl != "off" and starts_rtl(title)
    assert [line.text.startswith("  ") for line in lines] == [at_the_right] * 4
    assert all(cell_len(line.text) == line.cells for line in lines)
    assert not at_the_right or {line.cells for line in lines} == {40}
    assert any(run.link == -1 and run.text == "water" for run in lines[1].runs)


def test_picture_is_aligned_as_rtl_text() -> None:
    known = PictureSizes({1: (200, 100)}, max_rows=6)
    document = parse_html("<p>قال نعم</p><img src=a.png><p>قال</p>", "https://news.example/")
    lines = layout_document(document, 40, cell_len, pictures=known)
    drawn = [line for line in lines if line.picture is not None]
    assert drawn
    assert all([run.style for run in line.runs] == ["", "cells"] for line in drawn), "blanks, and then the picture"
    assert {line.cells for line in drawn} == {40}
