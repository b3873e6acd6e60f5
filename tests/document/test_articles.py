"""Blocks of every kind as they look at three widths; `articles.py` tells how to write the expectations anew."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.document.articles import WIDTHS, article, expected, looks, names
from tests.document.holds import holds
from tests.document.mutants import MODES, survive

from roya_tui.document.parser import parse_html
from roya_tui.layout.engine import layout_document
from roya_tui.ui.widgets.cells import measure


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", names())
def test_an_article_looks_as_it_did(name: str, width: int) -> None:
    assert looks(article(name), width) == expected(name, width).read_text(encoding="utf-8")


@pytest.mark.parametrize("first", range(0, 400, 50))
def test_broken_markup_loses_no_word_and_breaks_nothing(first: int) -> None:
    for number in range(first, first + 50):
        survive(number)


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
"""Any text, of some scripts more often than chance would have it."""


@settings(max_examples=300, deadline=None)
@given(SCRIPTS, st.integers(8, 90), st.sampled_from(MODES))
def test_text_of_any_script_fits_the_width_and_comes_out_whole(text: str, width: int, rtl: str) -> None:
    made = parse_html(f"<p>{escape(text)}")
    lines = layout_document(made, width, measure, rtl=rtl, link_numbers=False)
    holds(made, lines, width, measure)
    if rtl == "off":
        drawn = "".join(line.text for line in lines)
        assert "".join(drawn.split()) == "".join(made.text.split())
