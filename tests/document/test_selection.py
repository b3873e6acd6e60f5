"""Stretches of a text: what a word is in any script, what copying takes, and which character is under a cell."""

from __future__ import annotations

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
def test_the_word_at_a_place(text: str, at: int, word: str) -> None:
    made = parse_html(f"<p>{text}</p>")
    start, end = text_ranges.word_at(made, at)
    assert made.text[start:end] == word


def test_words_are_walked_over_signs_and_blocks_and_end_at_the_ends() -> None:
    made = parse_html("<p>One, two.</p><p>— Three</p>")
    here = text_ranges.word_at(made, 0)
    walked = [here]
    for _ in range(3):
        here = text_ranges.next_word(made, here[1] - 1, 1)
        walked.append(here)
    assert [made.text[start:end] for start, end in walked] == ["One", "two", "Three", "Three"]
    assert text_ranges.next_word(made, walked[2][0], -1) == walked[1]
    assert text_ranges.next_word(made, 0, -1) == walked[0]


COPIES = [
    ("<p>One two.</p><p>Three.</p>", "One two.\n\nThree."),
    ("<h2>Head</h2><ul><li>a</li><li>b</li></ul><p>End</p>", "Head\n\na\nb\n\nEnd"),
    ("<p>One<br>two</p>", "One\ntwo"),
    ("<pre>if x:\n    y</pre>", "if x:\n    y"),
    (f"<p>{ARABIC}</p>", ARABIC),
    ("<p>He wrote <bdi>سلام</bdi> (1).</p>", "He wrote سلام (1)."),
]


@pytest.mark.parametrize(("html", "text"), COPIES)
def test_copying_takes_the_text_as_it_is_read(html: str, text: str) -> None:
    made = parse_html(html)
    assert text_ranges.copy_text(made, 0, len(made.text)) == text


def test_a_part_is_copied_without_what_is_around_it() -> None:
    made = parse_html("<p>One two.</p><p>Three four.</p>")
    start, end = made.text.index("two"), made.text.index(" four")
    assert text_ranges.copy_text(made, start, end) == "two.\n\nThree"


@pytest.mark.parametrize("width", [20, 40, 72])
@pytest.mark.parametrize("rtl", ["visual", "terminal", "off"])
def test_every_character_of_an_arabic_paragraph_is_under_a_cell(width: int, rtl: str) -> None:
    """What the mouse picks up, cell by cell and line by line, is the paragraph's own text."""
    made = parse_html(f"<p>{ARABIC * 3}</p>")
    found: set[int] = set()
    for line in layout_document(made, width, measure, rtl=rtl):
        for cell in range(line.cells):
            start, end = text_ranges.character_at(made, offset_at(line, cell, measure))
            found.update(range(start, end))
    unseen = [made.text[at] for at in range(len(made.text)) if at not in found]
    assert set(unseen) <= set(" ا"), "blanks at the ends of lines, and alefs that a ligature draws with their lam"


@settings(deadline=None)
@given(st.text(st.sampled_from("ab é水کلا اَ🙂👩‍👧1("), min_size=1, max_size=60), st.integers(8, 30))
def test_a_cell_leads_to_a_place_and_the_place_back_to_a_cell_that_shows_it(text: str, width: int) -> None:
    made = parse_html(f"<p>{text}</p>")
    for line in layout_document(made, width, measure):
        for cell in range(line.cells):
            at = offset_at(line, cell, measure)
            assert line.start <= at <= max(line.start, line.end)
            back = cell_at_offset(line, at, measure)
            if back is not None:
                assert offset_at(line, back, measure) == at


def test_beside_a_line_stands_its_nearest_character() -> None:
    made = parse_html("<p>Short.</p><blockquote>Quoted.</blockquote>")
    lines = layout_document(made, 40, measure)
    assert made.text[offset_at(lines[0], 39, measure)] == "."
    assert made.text[offset_at(lines[0], -3, measure)] == "S"
    assert made.text[offset_at(lines[2], 0, measure)] == "Q", "the bar of a quotation is beside it"


def test_stretches_are_set_off_wherever_their_letters_are_drawn() -> None:
    runs = (Run("abc", "", 0, range(3)), Run("fed", "em", 2, (5, 4, 3)), Run("[1]", "number", 2))
    marked = list(highlight_runs(runs, [Mark(1, 4, "mark"), Mark(5, 6, "mark current")]))
    assert [(run.text, run.style) for run in marked] == [
        ("a", ""),
        ("bc", "mark"),
        ("f", "em mark current"),
        ("e", "em"),
        ("d", "em mark"),
        ("[1]", "number"),
    ]
    assert [run.link for run in marked] == [0, 0, 2, 2, 2, 2]
    assert list(highlight_runs(runs, [Mark(7, 9, "mark")])) == list(runs)
