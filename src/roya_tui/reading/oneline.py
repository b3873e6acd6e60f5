"""One text on one line, such as a title in a list: clipped to a width, then ordered and shaped for drawing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from roya_tui.reading import graphemes
from roya_tui.reading.scripts import ANY_RTL
from roya_tui.reading.wrap import Measure


class OneLine(NamedTuple):
    """Text in the order it is drawn, and whether it reads from right to left."""

    text: str
    from_right: bool = False


def line(text: str, width: int, measure: Measure, rtl: str = "visual", more: str = "…") -> OneLine:
    """Return `text` as drawn on one line of at most `width` cells, its logical end replaced by `more` if it is longer."""
    if text.isascii() and len(text) <= width:
        return OneLine(text)
    clipped = clip(text, width, measure, more)
    return OneLine(clipped)


def clip(text: str, width: int, measure: Measure, more: str = "…") -> str:
    """Return as much of `text` as fits `width` cells, ending in `more` if that is not all; no grapheme cluster is cut."""
    # No character takes less than no cell, so what is far longer than the line is first cut to what may matter.
    if text.isascii():
        if len(text) <= width:
            return text
    elif len(text) <= 8 * width + 64 and measure(text) <= width:
        return text
    room = width - measure(more)
    if room < 0:
        return clip(more, width, measure, "") if more else ""
    used = at = 0
    for cluster in graphemes.clusters(text[: 8 * width + 64]):
        used += measure(cluster)
        if used > room:
            break
        at += len(cluster)
    return text[:at].rstrip() + more
