"""One text on one line, such as a title in a list: clipped to a width, then ordered and shaped for drawing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from roya_tui.reading import graphemes
from roya_tui.reading.isolating import bare, ended, told
from roya_tui.reading.scripts import ANY_RTL, Measure, is_narrow

if TYPE_CHECKING:
    from roya_tui.reading.lines import Run
    from roya_tui.reading.strand import Mark


_LEFT_TO_RIGHT = "\u200e"
"""The mark that gives a line its direction (UAX #9, P2)."""
_QUOTED = re.compile("“([^“”]*)”")
_LEAST_QUOTED = 8
"""Cells of a name that are left of it at least, where a sentence is too long."""


class OneLine(NamedTuple):
    """Text in the order it is drawn, and whether it reads from right to left."""

    text: str
    from_right: bool = False


class MarkedLine(NamedTuple):
    """The same as runs, whose style is that of the mark they are in."""

    runs: tuple[Run, ...]
    from_right: bool = False


def line(text: str, width: int, measure: Measure, rtl: str = "visual", more: str = "…") -> OneLine:
    """Return `text` as drawn on one line of at most `width` cells; if it is longer, `more` stands for its end.

    `rtl` is as for `layout`.
    """
    if text.isascii() or not ANY_RTL.search(text):
        return OneLine(clip(text, width, measure, more))
    runs, from_right = marked_line(text, width, measure, (), rtl, more)
    return OneLine("".join([run.text for run in runs]), from_right)


def sentence(text: str, width: int, measure: Measure, rtl: str = "visual") -> str:
    """Do as `line` for a sentence of ours: it reads from the left, whatever names are in it; see `isolating.told`.

    If it is longer, the names that it quotes give way, the longest first; then what stands before its last sentence,
    which is the way back.
    """
    return from_left(told(_shortened(text, width, measure)), width, measure, rtl)


def _shortened(text: str, width: int, measure: Measure) -> str:
    over = measure(bare(text)) - width
    if over <= 0:
        return text
    long = [cells for name in _QUOTED.findall(text) if (cells := measure(bare(name))) > _LEAST_QUOTED]
    rooms = range(max(long, default=0) - 1, _LEAST_QUOTED - 1, -1)
    enough = next((room for room in rooms if sum(max(0, cells - room) for cells in long) >= over), None)
    room = enough or _LEAST_QUOTED
    short = _QUOTED.sub(lambda name: f"“{clip(name[1], room, measure)}”", text)
    if enough is not None:
        return short
    said, _, last = short.rpartition(". ")
    if not said or "”" in last or not last.endswith(".") or (cells := measure(bare(last))) > width // 2:
        return text
    return f"{clip(said, width - cells - 1, measure)} {last}"


def from_left(text: str, width: int, measure: Measure, rtl: str = "visual", more: str = "…") -> str:
    """Do as `line` for a row of ours, which reads from the left whatever it begins with."""
    if text.isascii() or not ANY_RTL.search(text):
        return line(text, width, measure, rtl, more).text
    return line(_LEFT_TO_RIGHT + text, width, measure, rtl, more).text.removeprefix(_LEFT_TO_RIGHT)


def marked_line(
    text: str,
    width: int,
    measure: Measure,
    marks: Sequence[Mark],
    rtl: str = "visual",
    more: str = "…",
    *,
    from_left: bool = False,
) -> MarkedLine:
    """Do as `line`, with stretches of `text` marked: `marks` are sorted and do not overlap.

    `from_left`: it reads from the left, whatever it begins with.

    The runs tell by `at` where in `text` each character comes from, so that a cell that is clicked can be found there.
    """
    from roya_tui.reading.bidi import begins_rtl  # a screen of Latin headlines starts without all this
    from roya_tui.reading.bidi_strand import BidiStrand
    from roya_tui.reading.strand import Part, bare_parts, marked, strand

    kept, rest = _clipped(text, width, measure, more)
    parts = [*marked([Part(kept, at=0)], marks), Part(rest)]
    is_rtl = rtl != "off" and not from_left and bool(ANY_RTL.search(kept + rest)) and begins_rtl(text)
    if rtl != "off" and ANY_RTL.search(kept):
        ordered = BidiStrand(strand(parts), is_rtl, rtl)
        return MarkedLine(tuple(ordered.runs(0, len(ordered.text))), is_rtl)
    whole = strand(bare_parts(parts))
    return MarkedLine(tuple(whole.runs(0, len(whole.text))), is_rtl)


def clip(text: str, width: int, measure: Measure, more: str = "…") -> str:
    """Return as much of `text` as fits `width` cells, with `more` for the rest; no grapheme cluster is cut."""
    kept, rest = _clipped(text, width, measure, more)
    return kept + rest


def _clipped(text: str, width: int, measure: Measure, more: str) -> tuple[str, str]:
    """Return the beginning of `text` that fits `width` cells, and what stands for its end."""
    if text.isascii():
        if len(text) <= width:
            return text, ""
    elif len(text) <= _far(width) and measure(bare(text)) <= width:
        return text, ""
    room = width - measure(more)
    if room < 0:
        return "", more[: max(0, width)]
    if is_narrow(text[:room], measure) and not graphemes.extends(text[room]):
        return text[:room].rstrip(), more
    used = at = 0
    for cluster in graphemes.clusters(text[: _far(width)]):
        used += measure(bare(cluster))
        if used > room:
            break
        at += len(cluster)
    kept = text[:at].rstrip()
    return kept, ended(text, kept, more)


def _far(width: int) -> int:
    """Return how many characters to look at for `width` cells, however many marks they carry."""
    return 8 * width + 64
