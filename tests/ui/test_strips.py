"""Lines that were drawn are freed without the collector of garbage."""

from __future__ import annotations

import gc

import pytest
from rich.segment import Segment
from textual.strip import Strip

from roya_tui.ui.widgets import cells


@pytest.fixture(autouse=True)
def textuals_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Strip, "divide", Strip.divide)  # put back after each test
    cells.patch_strip_divide()


def test_a_line_that_is_not_cut_leaves_nothing_to_collect() -> None:
    gc.collect()
    for number in range(100):
        line = Strip([Segment(f"headline {number:>3}")])
        assert line.divide([12]) == [line]
        del line
    assert gc.collect() == 0


def test_lines_are_cut_where_textual_wants_it() -> None:
    left, right = Strip([Segment("headline")]).divide([4, 8])
    assert (left.text, right.text) == ("head", "line")
    assert [part.text for part in Strip([Segment("headline")]).divide([4])] == ["head"]
    assert Strip([Segment("x")]).divide(iter([1]))[0].text == "x"
