"""Directional isolates: names in rows and sentences keep their place and their own order."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from roya_tui.document.blocks import Block, Document, Text
from roya_tui.export.chapter import Chapter
from roya_tui.export.html import to_html
from roya_tui.layout.bidi.controls import join_isolated, strip_isolates
from roya_tui.layout.engine import layout_document
from roya_tui.layout.one_line import fit_line, fit_ltr_line, fit_sentence

QALA = "\ufedd\ufe8e\ufed7"  # قال as drawn from the left
NAAM = "\ufee2\ufecc\ufee7"  # نعم


def row(words: str, rtl: str = "visual", width: int = 40) -> str:
    lines = layout_document(Document((Block("paragraph", Text(words)),), text=words), width, cell_len, rtl=rtl)
    return "\n".join(line.text for line in lines)


@pytest.mark.parametrize(
    ("parts", "drawn"),
    [
        (("Roya", "economy", "water"), "Roya · economy · water"),
        (("Roya", "قال", "water"), f"Roya · {QALA} · water"),
        (("Roya", "قال", "نعم", "3 rd"), f"Roya · {QALA} · {NAAM} · 3 rd"),  # in their order, not as one run of Arabic
        (("قال 24", "economy", "نعم"), f"{NAAM} · economy · 24 {QALA}"),
        (("قال", "24", "2 نعم"), f"{NAAM} 2 · 24 · {QALA}"),
        (("קול", "economy (x)", "12%"), "12% · economy (x) · לוק"),
        (("24", "قال"), f"{QALA} · 24"),
    ],
)
def test_parts_of_row_keep_their_order(parts: tuple[str, ...], drawn: str) -> None:
    assert row(join_isolated(parts, " · ")).strip() == drawn


def test_row_is_aligned_as_its_first_part() -> None:
    assert row(join_isolated(("قال", "economy"), " · "), width=20) == f"       economy · {QALA}"
    assert row(join_isolated(("Roya", "قال"), " · "), width=20) == f"Roya · {QALA}"


@pytest.mark.parametrize("rtl", ["visual", "words", "terminal", "off"])
@pytest.mark.parametrize("width", [8, 12, 40])
def test_isolates_are_never_drawn(rtl: str, width: int) -> None:
    words = join_isolated(("قال نعم 24", "economy and trade", "שלום"), " · ")
    drawn = [
        row(words, rtl, width),
        fit_line(words, width, cell_len, rtl).text,
        fit_ltr_line(words, width, cell_len, rtl),
    ]
    assert all(strip_isolates(text) == text and text[:1] != "\u200e" for text in drawn)
    assert all(cell_len(text) <= width for text in drawn[1:])


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Resumed قال 3. u undoes.", f"Resumed {QALA} 3. u undoes."),
        ("قال نعم is paused, 3 new", f"{NAAM} {QALA} is paused, 3 new"),
        ("Saved “24 قال (x)”, to read.", f"Saved “(x) {QALA} 24”, to read."),
        ("“قال” and “نعم”", f"“{QALA}” and “{NAAM}”"),
        ("قال, نعم: 2", f"{NAAM} ,{QALA}: 2"),
        ("Copied https://news.example/قال/12", f"Copied https://news.example/{QALA}/12"),
        ("Removed Roya. u undoes.", "Removed Roya. u undoes."),
    ],
)
def test_names_in_sentence_keep_their_place(text: str, drawn: str) -> None:
    assert fit_sentence(text, 60, cell_len) == drawn


def test_clipped_sentence_keeps_order() -> None:
    assert fit_sentence("“24 قال قال قال”, 3", 10, cell_len) == f"“\ufed5 {QALA} 24…"


def test_direction_is_that_of_first_strong_letter_in_isolate() -> None:
    words = join_isolated(("3 نعم", "economy"), " · ")
    assert fit_line(words, 30, cell_len).is_rtl


def test_html_isolates_facts() -> None:
    page = to_html([Chapter(Document((), text=""), "T", (join_isolated(("<Roya>", "قال"), " · "),))])
    assert "<bdi>&lt;Roya&gt;</bdi> · <bdi>قال</bdi>" in page
