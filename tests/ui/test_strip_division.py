"""The faster `Strip.divide`: lines that were drawn are freed without garbage collection."""

import gc

import pytest
from rich.segment import Segment
from textual.strip import Strip

from roya_tui.ui.widgets import cells


@pytest.fixture(autouse=True)
def patched_divide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Strip, "divide", Strip.divide)  # restored after each test
    cells.patch_strip_divide()


def test_uncut_line_leaves_no_garbage() -> None:
    gc.collect()
    for number in range(100):
        line = Strip([Segment(f"headline {number:>3}")])
        assert line.divide([12]) == [line]
        del line
    assert gc.collect() == 0


def test_lines_are_cut_as_by_textual() -> None:
    line = Strip([Segment("headline")])
    assert [part.text for part in line.divide([4, 8])] == ["head", "line"]
    assert [part.text for part in line.divide([4])] == ["head"]
    assert Strip([Segment("x")]).divide(iter([1]))[0].text == "x"
