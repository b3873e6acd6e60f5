"""Right-to-left text: Arabic shaping, numbers, quotes, code, URLs, names in rows and sentences, headers, pictures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

from roya_tui.config import Config
from roya_tui.document.blocks import Block, Document, Text
from roya_tui.document.parser import parse_html
from roya_tui.export.chapter import Chapter
from roya_tui.export.html import to_html
from roya_tui.layout.article_page import layout_rows
from roya_tui.layout.bidi.algorithm import starts_rtl
from roya_tui.layout.bidi.controls import join_isolated, strip_isolates
from roya_tui.layout.bidi.shaping import shape
from roya_tui.layout.engine import layout_document
from roya_tui.layout.lines import PictureSizes
from roya_tui.layout.one_line import fit_interface_line, fit_line
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
        fit_interface_line(words, width, cell_len, rtl),
    ]
    assert all(strip_isolates(text) == text and text[:1] != "\u200e" for text in drawn)
    assert all(cell_len(text) <= width for text in drawn[1:])


def test_direction_is_that_of_first_strong_letter_in_isolate() -> None:
    words = join_isolated(("3 نعم", "economy"), " · ")
    assert fit_line(words, 30, cell_len).is_rtl


def test_html_isolates_facts() -> None:
    page = to_html([Chapter(Document((), text=""), "T", (join_isolated(("<Roya>", "قال"), " · "),))])
    assert "<bdi>&lt;Roya&gt;</bdi> · <bdi>قال</bdi>" in page


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("سلام", "\ufeb3\ufefc\ufee1"),  # seen initial, lam-alef final, meem isolated
        ("محمد", "\ufee3\ufea4\ufee4\ufeaa"),  # initial, medial, medial, final
        ("الأردن", "\ufe8d\ufef7\ufead\ufea9\ufee5"),
        ("مَرْ", "\ufee3\u064e\ufeae\u0652"),  # marks stay after their letter
        ("لَا", "\ufefb\u064e"),
        ("می\u200cخواهم", "\ufee3\ufbfd\ufea7\ufeee\ufe8d\ufeeb\ufee2"),  # a non-joiner separates and is dropped
        ("ه\u200d", "\ufeeb"),  # a joiner joins and is dropped
        ("ـهـ", "\u0640\ufeec\u0640"),
        ("پاکستان", "\ufb58\ufe8e\ufb90\ufeb4\ufe98\ufe8e\ufee5"),
        ("١٢٣، abc", "١٢٣، abc"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("ٱ", "\ufb50"),
        ("\u0770", "\u0770"),  # a letter without presentation forms
        ("پچژگک", "\ufb58\ufb7d\ufb8b\ufb94\ufb8f"),  # Persian: initial, medial, final, initial, final
        ("ٹڈڑ", "\ufb68\ufb89\ufb8c"),  # Urdu
        ("ےۀہ", "\ufbae\ufba4\ufba6"),
        ("لألإلآ", "\ufef7\ufef9\ufef5"),  # each alef with its lam
        ("ﷲ", "ﷲ"),
    ],
)
def test_letters_get_their_forms(text: str, forms: str) -> None:
    assert shape(text).text == forms


def test_shape_returns_index_of_each_character() -> None:
    shaped = shape("ab سلام لا!")
    assert shaped.text == "ab \ufeb3\ufefc\ufee1 \ufefb!"
    assert list(shaped.source) == [0, 1, 2, 3, 4, 6, 7, 8, 10]


@given(st.text(alphabet="سلاممَدهـ\u200c\u200d ab1؟", max_size=40))
def test_source_indexes_increase(text: str) -> None:
    shaped = shape(text)
    source = list(shaped.source)
    assert len(source) == len(shaped.text)
    assert source == sorted(set(source))
    assert all(shaped.text[i] == text[at] for i, at in enumerate(source) if text[at] in " ab1؟")
