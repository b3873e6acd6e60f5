"""Texts beside each other, and names in sentences: each keeps its place and its own order."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from roya_tui.document.blocks import Block, Document, Text
from roya_tui.export.chapter import Chapter
from roya_tui.export.html import to_html
from roya_tui.layout.bidi.controls import isolate_names, join_isolated, strip_isolates
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
def test_parts_of_a_row_do_not_move_each_other(parts: tuple[str, ...], drawn: str) -> None:
    assert row(join_isolated(parts, " · ")).strip() == drawn


def test_a_row_is_aligned_as_its_first_part_reads() -> None:
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


def test_a_row_without_letters_from_the_right_is_left_alone() -> None:
    assert join_isolated(("Roya", "water"), " · ") == "Roya · water"
    assert isolate_names("Removed Roya. u undoes.") == "Removed Roya. u undoes."


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Resumed قال 3. u undoes.", f"Resumed {QALA} 3. u undoes."),
        ("قال نعم is paused, 3 new", f"{NAAM} {QALA} is paused, 3 new"),
        ("Saved “24 قال (x)”, to read.", f"Saved “(x) {QALA} 24”, to read."),
        ("“قال” and “نعم”", f"“{QALA}” and “{NAAM}”"),
        ("قال, نعم: 2", f"{NAAM} ,{QALA}: 2"),
        ("Copied https://news.example/قال/12", f"Copied https://news.example/{QALA}/12"),
    ],
)
def test_names_stay_where_they_are_told(text: str, drawn: str) -> None:
    assert fit_sentence(text, 60, cell_len) == drawn


def test_a_sentence_that_is_cut_keeps_the_rest_of_its_order() -> None:
    assert fit_sentence("“24 قال قال قال”, 3", 10, cell_len) == f"“\ufed5 {QALA} 24…"


def test_the_first_strong_letter_counts_inside_an_isolate_too() -> None:
    words = join_isolated(("3 نعم", "economy"), " · ")
    assert fit_line(words, 30, cell_len).is_rtl


def test_a_web_page_isolates_the_facts_too() -> None:
    page = to_html([Chapter(Document((), text=""), "T", (join_isolated(("<Roya>", "قال"), " · "),))])
    assert "<bdi>&lt;Roya&gt;</bdi> · <bdi>قال</bdi>" in page
