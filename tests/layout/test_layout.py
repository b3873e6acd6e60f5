"""Documents → lines: what the articles of `tests/data/articles` do not show."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from tests.document.mutants import MODES, PIECES, TAGS, check_lines, html_soup

from roya_tui.document.parser import parse_html
from roya_tui.document.text_ranges import copy_text
from roya_tui.layout.engine import layout_document
from roya_tui.layout.styled_text import Mark

BASE = "https://news.example/"


def drawn(html: str, width: int, **options: object) -> list[str]:
    return [line.text.rstrip() for line in layout_document(parse_html(html, BASE), width, cell_len, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 8, ["one two", "three"]),
        ("exactly8 exactly8", 8, ["exactly8", "exactly8"]),
        ("abcdefghijkl", 8, ["abcdefgh", "ijkl"]),
        ("see https://a.example/one/two/three", 20, ["see", "https://a.example/", "one/two/three"]),
        ("naïve café olé", 10, ["naïve café", "olé"]),
        ("one\xa0two three", 8, ["one\xa0two", "three"]),
        ("日本語の文章です", 8, ["日本語の", "文章です"]),
        ("文章です。次の文", 8, ["文章で", "す。次の", "文"]),
        ("これは「引用」だ", 8, ["これは", "「引用」", "だ"]),
        ("Die 日本語 Texte", 8, ["Die 日本", "語 Texte"]),
        ("한국어 문장입니다", 8, ["한국어", "문장입니", "다"]),
        ("👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 8, ["👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"]),
        ("e\u0301" * 10, 8, ["e\u0301" * 8, "e\u0301" * 2]),
    ],
)
def test_words_wrap_by_rules_of_their_script(text: str, width: int, lines: list[str]) -> None:
    assert drawn(f"<p>{text}</p>", width, link_numbers=False) == lines


def test_bullets_change_with_depth_and_glyphs_may_be_ascii() -> None:
    html = "<ul><li>a<ul><li>b<ul><li>c</ul></ul></ul>"
    assert drawn(html, 40) == ["• a", "  ◦ b", "    ▪ c"]
    assert drawn(f"{html}<blockquote>d", 40, ascii=True) == ["* a", "  - b", "    + c", "", "| d"]


def test_nested_containers_leave_room_for_text() -> None:
    html = "<ol><li>first<ul><li>a sentence in a list in a list</ul></ol>"
    assert drawn(html, 20) == ["1. first", "   ◦ a sentence in a", "     list in a list"]
    assert drawn("<blockquote>" * 12 + "deep down in here", 20) == ["▎ ▎ ▎ ▎ ▎ deep down", "▎ ▎ ▎ ▎ ▎ in here"]


def test_code_keeps_its_lines_and_is_broken_exactly() -> None:
    html = "<pre>def harbour():\n    return tide + wind\n\n# end</pre>"
    assert drawn(html, 16) == ["def harbour():", "    return tide", "↪ + wind", "", "# end"]
    document = parse_html(html, BASE)
    runs = [run for line in layout_document(document, 16, cell_len, ascii=True) for run in line.runs]
    assert [(run.style, run.offsets) for run in runs if run.text == "\\ "] == [("number", ())]
    assert copy_text(document, 0, len(document.text)) == "def harbour():\n    return tide + wind\n\n# end"
    assert drawn(html, 8)[:2] == ["def harb", "our():"]


def test_link_number_follows_link() -> None:
    html = '<a href="/a">The <b>old</b> pier</a>, <a href="/b">boats</a>.'
    (line,) = layout_document(parse_html(html, BASE), 40, cell_len)
    assert line.text == "The old pier[1], boats[2]."
    assert [(run.text, run.style, run.link) for run in line.runs] == [
        ("The ", "link", 1), ("old", "strong link", 1), (" pier", "link", 1), ("[1]", "number", 1),
        (", ", "", 0), ("boats", "link", 2), ("[2]", "number", 2), (".", "", 0),
    ]  # fmt: skip
    assert drawn(html, 40, link_numbers=False) == ["The old pier, boats."]


def test_tab_is_drawn_as_spaces_but_is_one_character() -> None:
    document = parse_html("<pre>\tx\n1.5\ty</pre>")
    first, second = layout_document(document, 40, cell_len)
    assert (first.text, second.text) == ("    x", "1.5 y")
    assert document.text[first.start : first.end] == "\tx"


def test_lines_have_heading_level_and_block() -> None:
    lines = layout_document(parse_html("<h2>A long heading</h2><p>text</p>"), 8, cell_len)
    assert [(line.text, line.heading, line.block) for line in lines] == [
        ("A long", 2, 0), ("heading", 2, 0), ("", 0, 1), ("text", 0, 1),
    ]  # fmt: skip


def test_marks_add_style_across_lines_and_spans() -> None:
    document = parse_html("one <b>two</b> three two")
    at = document.text.index("wo")
    marks = [Mark(at, at + 5, "hit"), Mark(len(document.text) - 3, len(document.text), "hit")]
    lines = layout_document(document, 8, cell_len, marks=marks)
    assert [[(run.text, run.style) for run in line.runs] for line in lines] == [
        [("one ", ""), ("t", "strong"), ("wo", "strong hit")],
        [("th", "hit"), ("ree", "")],
        [("two", "hit")],
    ]


def test_line_has_range_of_text_it_shows() -> None:
    document = parse_html('<p>one <a href="/x">two</a> three</p><table><tr><td>a<td>b<tr><td>c<td>d</table>', BASE)
    shown = [document.text[line.start : line.end] for line in layout_document(document, 10, cell_len)]
    assert shown == ["one two", "three", "", "a\tb", "c\td"]


def test_wide_glyphs_are_replaced_by_ascii() -> None:
    def measure(text: str) -> int:
        return cell_len(text) + sum(text.count(sign) for sign in "•▎─│┼▾…")

    lines = layout_document(parse_html("<ul><li>a</ul><blockquote>b</blockquote>"), 20, measure)
    assert [line.text for line in lines] == ["* a", "", "| b"]


# Right-to-left text as drawn, from the left edge to the right one. Arabic letters are in presentation forms.
AHLAN = "\ufefc\u064b\ufeeb\ufe83"  # lam-alef with its mark, heh, alef: أهلاً
QALA = "\ufedd\ufe8e\ufed7"  # lam, alef, qaf: قال
NAAM = "\ufee2\ufecc\ufee7"  # meem, ain, noon: نعم
SALAM = "\ufee1\ufefc\ufeb3"  # meem, lam-alef, seen: سلام
SIR = "\ufeae\ufecc\ufeb3"  # reh, ain, seen: سعر
YAWM = "\ufee1\ufeee\ufef3"  # meem, waw, yeh: يوم
SHALOM = "\u05dd\u05d5\u05dc\u05e9"  # mem, vav, lamed, shin: שלום


@pytest.mark.parametrize(
    ("html", "line"),
    [
        ("أهلاً 2024 NASA", f"NASA 2024 {AHLAN}"),
        ("قال (نعم)", f"({NAAM}) {QALA}"),
        ("قال: «نعم»!", f"!«{NAAM}» :{QALA}"),
        ("سعر 12.5% يوم", f"{YAWM} %12.5 {SIR}"),
        ("שלום (abc) 12", f"12 (abc) {SHALOM}"),
        ("سلام [a] שלום", f"{SHALOM} [a] {SALAM}"),
        ("يوم، سلام؟", f"؟{SALAM} ،{YAWM}"),
    ],
)
def test_rtl_paragraph_is_aligned_right(html: str, line: str) -> None:
    (shown,) = layout_document(parse_html(html), 30, cell_len)
    assert (shown.text, shown.rtl) == (" " * (30 - cell_len(line)) + line, True)


def test_styles_and_links_follow_rtl_letters() -> None:
    document = parse_html('قال <a href="/a">نعم <b>يوم</b></a> ok', BASE)
    (line,) = layout_document(document, 24, cell_len)
    assert [(run.text, run.style, run.link) for run in line.runs] == [
        ("       ", "", 0), ("ok ", "", 0), ("[1]", "number", 1), (YAWM, "strong link", 1), (f" {NAAM}", "link", 1),
        (f" {QALA}", "", 0),
    ]  # fmt: skip
    for run in line.runs:
        if run.style == "strong link":
            assert [document.text[offset] for offset in run.offsets] == ["م", "و", "ي"]


@pytest.mark.parametrize(
    ("rtl", "lines"),
    [("terminal", ["   (نعم\u200e) قال\u200e"]), ("words", ["   (نعم) قال"]), ("off", ["قال (نعم)"])],
)
def test_rtl_modes(rtl: str, lines: list[str]) -> None:
    assert drawn("قال (نعم)", 12, rtl=rtl) == lines


def test_direction_is_that_of_page_then_document_then_paragraph() -> None:
    assert layout_document(parse_html('<p dir="ltr">قال نعم'), 20, cell_len)[0].rtl is False
    assert layout_document(parse_html('<p dir="rtl">English only'), 20, cell_len)[0].rtl is False
    lines = layout_document(parse_html("<p>قال نعم سلام يوم</p><p>NASA قال</p>"), 30, cell_len)
    assert lines[-1].text.strip() == f"{QALA} NASA"
    assert lines[-1].rtl
    assert layout_document(parse_html("<p>NASA قال</p><p>English here</p>"), 30, cell_len)[0].rtl is False


@settings(max_examples=150, deadline=None)
@given(html_soup(TAGS, PIECES, text_size=5), st.integers(1, 90), st.sampled_from(MODES), st.booleans())
def test_any_html_fits_and_keeps_every_word(html: str, width: int, rtl: str, ascii: bool) -> None:
    document = parse_html(html, BASE)
    lines = layout_document(document, width, cell_len, rtl=rtl, ascii=ascii)
    check_lines(document, lines, width, cell_len)
    if rtl == "off":
        drawn_offsets = {offset for line in lines for run in line.runs for offset in run.offsets}
        assert not [c for i, c in enumerate(document.text) if i not in drawn_offsets and not c.isspace()]
        for line in lines:
            for run in line.runs:
                texts = [document.text[at] for at in run.offsets]
                assert all(c in (text, text.upper(), " ") for text, c in zip(texts, run.text, strict=False))
