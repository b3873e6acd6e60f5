"""Invariants of the lines of any document."""

from __future__ import annotations

import re
from collections.abc import Sequence

from roya_tui.characters import Measure
from roya_tui.document.blocks import Document
from roya_tui.layout.lines import BLOCK_STYLES, DECORATION_STYLES, TEXT_STYLES, Line

CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
NAMES = {*TEXT_STYLES, *BLOCK_STYLES, *DECORATION_STYLES}
_NOT_DRAWN = "\u200c\u200d\u200e\u200f\u061c"


def check_lines(document: Document, lines: Sequence[Line], width: int, measure: Measure) -> None:
    """Raise AssertionError if a line is too wide or has controls, offsets are out of order, or a word is missing."""
    shown: set[int] = set()
    before = 0
    for line in lines:
        assert line.cells == sum(measure(run.text) for run in line.runs) <= max(width, 8)
        assert not CONTROLS.search(line.text)
        assert before <= line.start <= line.end <= len(document.text)
        before = line.start
        shown.update(range(line.start, line.end))
        for run in line.runs:
            assert not run.offsets or len(run.offsets) == len(run.text)
            assert set(run.style.split()) <= NAMES
            assert 0 <= run.link <= len(document.links)
    assert not [c for i, c in enumerate(document.text) if i not in shown and not c.isspace() and c not in _NOT_DRAWN]
    for link in document.links:
        assert link.target is None or 0 <= link.target <= len(document.text)
