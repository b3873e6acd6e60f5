"""Words and blocks of a text in any script, copying, and which character a cell shows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui.document import text_ranges
from roya_tui.document.parser import parse_html
from roya_tui.layout.engine import layout_document
from roya_tui.layout.hit_testing import cell_at_offset, highlight_runs, offset_at
from roya_tui.layout.lines import Run
from roya_tui.layout.styled_text import Mark
from roya_tui.ui.widgets.cells import measure

ARABIC = "أعلنت الوزارةُ خطةَ المياه (2026) في Amman اليوم، وقالت: «لا نقص»."
WORDS = [
    ("The harbour's boats", 5, "harbour's"),
    ("The harbour's boats", 3, " "),
    ("wait... what", 5, "..."),
    (ARABIC, ARABIC.index("وزارة"), "الوزارةُ"),
    (ARABIC, ARABIC.index("Amm") + 1, "Amman"),
    ("می‌خواهم بروم", 2, "می‌خواهم"),
    ("हिन्दी में", 1, "हिन्दी"),
]


@pytest.mark.parametrize(("text", "at", "word"), WORDS)
def test_word_at_offset(text: str, at: int, word: str) -> None:
    document = parse_html(f"<p>{text}</p>")
    start, end = text_ranges.word_at(document, at)
    assert document.text[start:end] == word


def test_next_word_skips_punctuation_and_stops_at_ends() -> None:
    document = parse_html("<p>One, two.</p><p>— Three</p>")
    here = text_ranges.word_at(document, 0)
    walked = [here]
    for _ in range(3):
        here = text_ranges.next_word(document, here[1] - 1, 1)
        walked.append(here)
    assert [document.text[start:end] for start, end in walked] == ["One", "two", "Three", "Three"]
    assert text_ranges.next_word(document, walked[2][0], -1) == walked[1]
    assert text_ranges.next_word(document, 0, -1) == walked[0]


COPIES = [
    ("<p>One two.</p><p>Three.</p>", "One two.\n\nThree."),
    ("<h2>Head</h2><ul><li>a</li><li>b</li></ul><p>End</p>", "Head\n\na\nb\n\nEnd"),
    ("<p>One<br>two</p>", "One\ntwo"),
    ("<pre>if x:\n    y</pre>", "if x:\n    y"),
    (f"<p>{ARABIC}</p>", ARABIC),
    ("<p>He wrote <bdi>سلام</bdi> (1).</p>", "He wrote سلام (1)."),
]


@pytest.mark.parametrize(("html", "text"), COPIES)
def test_copy_text_is_in_reading_order(html: str, text: str) -> None:
    document = parse_html(html)
    assert text_ranges.copy_text(document, 0, len(document.text)) == text
    assert text_ranges.copy_text(document, 1, len(document.text) - 1) == text[1:-1]


@pytest.mark.parametrize("width", [20, 40, 72])
@pytest.mark.parametrize("rtl", ["visual", "terminal", "off"])
def test_every_character_of_arabic_paragraph_is_at_a_cell(width: int, rtl: str) -> None:
    document = parse_html(f"<p>{ARABIC * 3}</p>")
    found: set[int] = set()
    for line in layout_document(document, width, measure, rtl=rtl):
        for cell in range(line.cells):
            start, end = text_ranges.character_at(document, offset_at(line, cell, measure))
            found.update(range(start, end))
    unseen = [document.text[at] for at in range(len(document.text)) if at not in found]
    assert set(unseen) <= set(" ا"), "blanks at the ends of lines, and alefs that a ligature draws with their lam"


@settings(deadline=None)
@given(st.text(st.sampled_from("ab é水کلا اَ🙂👩‍👧1("), min_size=1, max_size=60), st.integers(8, 30))
def test_offset_at_cell_and_cell_at_offset_agree(text: str, width: int) -> None:
    document = parse_html(f"<p>{text}</p>")
    for line in layout_document(document, width, measure):
        for cell in range(line.cells):
            at = offset_at(line, cell, measure)
            assert line.start <= at <= max(line.start, line.end)
            back = cell_at_offset(line, at, measure)
            if back is not None:
                assert offset_at(line, back, measure) == at


def test_cell_outside_of_text_has_nearest_character() -> None:
    document = parse_html("<p>Short.</p><blockquote>Quoted.</blockquote>")
    lines = layout_document(document, 40, measure)
    assert document.text[offset_at(lines[0], 39, measure)] == "."
    assert document.text[offset_at(lines[0], -3, measure)] == "S"
    assert document.text[offset_at(lines[2], 0, measure)] == "Q", "the bar of a quotation is beside it"


def test_highlight_runs_adds_styles_where_letters_are_drawn() -> None:
    runs = (Run("abc", "", 0, range(3)), Run("fed", "em", 2, (5, 4, 3)), Run("[1]", "number", 2))
    marked = list(highlight_runs(runs, [Mark(1, 4, "mark"), Mark(5, 6, "mark current")]))
    assert [(run.text, run.style, run.link) for run in marked] == [
        ("a", "", 0), ("bc", "mark", 0), ("f", "em mark current", 2), ("e", "em", 2), ("d", "em mark", 2),
        ("[1]", "number", 2),
    ]  # fmt: skip
    assert list(highlight_runs(runs, [Mark(7, 9, "mark")])) == list(runs)
