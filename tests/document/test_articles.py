"""Blocks of every kind as drawn at three widths; `articles.py` renews the expected lines."""

from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.document.articles import WIDTHS, article, drawn, expected, names
from tests.document.mutants import MODES, check_lines, check_mutant

from roya_tui.document.parser import parse_html
from roya_tui.layout.engine import layout_document
from roya_tui.ui.widgets.cells import measure


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", names())
def test_article_is_drawn_as_expected(name: str, width: int) -> None:
    assert drawn(article(name), width) == expected(name, width).read_text(encoding="utf-8")


@pytest.mark.parametrize("first", range(0, 400, 50))
def test_broken_markup_keeps_every_word(first: int) -> None:
    for number in range(first, first + 50):
        check_mutant(number)


SCRIPTS = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        *(
            st.characters(min_codepoint=first, max_codepoint=last)
            for first, last in (
                (0x20, 0x24F), (0x300, 0x36F), (0x370, 0x52F), (0x590, 0x6FF), (0x900, 0xDFF), (0xE00, 0xEFF),
                (0x1000, 0x11FF), (0x1780, 0x17FF), (0x200B, 0x200F), (0x3040, 0x30FF), (0x4E00, 0x4FFF),
                (0xAC00, 0xACFF),
                (0xFE00, 0xFE0F), (0x1F1E6, 0x1F1FF), (0x1F300, 0x1F64F),
            )
        ),
    ),
    min_size=1,
    max_size=200,
)  # fmt: skip
"""Any text, some scripts more often than others."""


@settings(max_examples=300, deadline=None)
@given(SCRIPTS, st.integers(8, 90), st.sampled_from(MODES))
def test_text_of_any_script_fits_width_and_stays_complete(text: str, width: int, rtl: str) -> None:
    document = parse_html(f"<p>{escape(text)}")
    lines = layout_document(document, width, measure, rtl=rtl, link_numbers=False)
    check_lines(document, lines, width, measure)
    if rtl == "off":
        text = "".join(line.text for line in lines)
        assert "".join(text.split()) == "".join(document.text.split())
