"""One text on one line, such as a title in a list: clipped to a width, then ordered and shaped for drawing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from roya_tui import characters
from roya_tui.characters import ANY_RTL, Measure, is_narrow
from roya_tui.layout.bidi.controls import append_ellipsis, isolate_names, strip_isolates

if TYPE_CHECKING:
    from roya_tui.layout.lines import Run
    from roya_tui.layout.styled_text import Mark


_LEFT_TO_RIGHT = "\u200e"
"""The mark that gives a line its direction (UAX #9, P2)."""
_QUOTED = re.compile("“([^“”]*)”")
_MIN_NAME_CELLS = 8
"""Cells of a name that are left of it at least, where a sentence is too long."""


class FittedLine(NamedTuple):
    """Text in the order it is drawn, and whether it reads from right to left."""

    text: str
    is_rtl: bool = False


class MarkedLine(NamedTuple):
    """The same as runs, whose style is that of the mark they are in."""

    runs: tuple[Run, ...]
    is_rtl: bool = False


def fit_line(text: str, width: int, measure: Measure, rtl: str = "visual", ellipsis: str = "…") -> FittedLine:
    """Return `text` as drawn on one line of at most `width` cells; if it is longer, `more` stands for its end.

    `rtl` is as for `layout`.
    """
    if text.isascii() or not ANY_RTL.search(text):
        return FittedLine(clip(text, width, measure, ellipsis))
    runs, from_right = fit_marked_line(text, width, measure, (), rtl, ellipsis)
    return FittedLine("".join([run.text for run in runs]), from_right)


def fit_sentence(text: str, width: int, measure: Measure, rtl: str = "visual") -> str:
    """Do as `line` for a sentence of ours: it reads from the left, whatever names are in it; see `isolating.told`.

    If it is longer, the names that it quotes give way, the longest first; then what stands before its last sentence,
    which is the way back.
    """
    return fit_ltr_line(isolate_names(_shorten_names(text, width, measure)), width, measure, rtl)


def _shorten_names(text: str, width: int, measure: Measure) -> str:
    over = measure(strip_isolates(text)) - width
    if over <= 0:
        return text
    long = [cells for name in _QUOTED.findall(text) if (cells := measure(strip_isolates(name))) > _MIN_NAME_CELLS]
    rooms = range(max(long, default=0) - 1, _MIN_NAME_CELLS - 1, -1)
    enough = next((room for room in rooms if sum(max(0, cells - room) for cells in long) >= over), None)
    room = enough or _MIN_NAME_CELLS
    short = _QUOTED.sub(lambda name: f"“{clip(name[1], room, measure)}”", text)
    if enough is not None:
        return short
    said, _, last = short.rpartition(". ")
    if not said or "”" in last or not last.endswith(".") or (cells := measure(strip_isolates(last))) > width // 2:
        return text
    return f"{clip(said, width - cells - 1, measure)} {last}"


def fit_ltr_line(text: str, width: int, measure: Measure, rtl: str = "visual", ellipsis: str = "…") -> str:
    """Do as `line` for a row of ours, which reads from the left whatever it begins with."""
    if text.isascii() or not ANY_RTL.search(text):
        return fit_line(text, width, measure, rtl, ellipsis).text
    return fit_line(_LEFT_TO_RIGHT + text, width, measure, rtl, ellipsis).text.removeprefix(_LEFT_TO_RIGHT)


def fit_marked_line(
    text: str,
    width: int,
    measure: Measure,
    marks: Sequence[Mark],
    rtl: str = "visual",
    ellipsis: str = "…",
    *,
    force_ltr: bool = False,
) -> MarkedLine:
    """Do as `line`, with stretches of `text` marked: `marks` are sorted and do not overlap.

    `from_left`: it reads from the left, whatever it begins with.

    The runs tell by `at` where in `text` each character comes from, so that a cell that is clicked can be found there.
    """
    from roya_tui.layout.bidi.algorithm import starts_rtl  # a screen of Latin headlines starts without all this
    from roya_tui.layout.bidi_text import BidiText
    from roya_tui.layout.styled_text import Part, apply_marks, join_parts, strip_part_isolates

    kept, rest = _split_at_width(text, width, measure, ellipsis)
    parts = [*apply_marks([Part(kept, offset=0)], marks), Part(rest)]
    is_rtl = rtl != "off" and not force_ltr and bool(ANY_RTL.search(kept + rest)) and starts_rtl(text)
    if rtl != "off" and ANY_RTL.search(kept):
        ordered = BidiText(join_parts(parts), is_rtl, rtl)
        return MarkedLine(tuple(ordered.runs(0, len(ordered.text))), is_rtl)
    styled = join_parts(strip_part_isolates(parts))
    return MarkedLine(tuple(styled.runs(0, len(styled.text))), is_rtl)


def clip(text: str, width: int, measure: Measure, ellipsis: str = "…") -> str:
    """Return as much of `text` as fits `width` cells, with `more` for the rest; no grapheme cluster is cut."""
    kept, rest = _split_at_width(text, width, measure, ellipsis)
    return kept + rest


def _split_at_width(text: str, width: int, measure: Measure, ellipsis: str) -> tuple[str, str]:
    """Return the beginning of `text` that fits `width` cells, and what stands for its end."""
    if text.isascii():
        if len(text) <= width:
            return text, ""
    elif len(text) <= _scan_limit(width) and measure(strip_isolates(text)) <= width:
        return text, ""
    room = width - measure(ellipsis)
    if room < 0:
        return "", ellipsis[: max(0, width)]
    if is_narrow(text[:room], measure) and not characters.is_extending(text[room]):
        return text[:room].rstrip(), ellipsis
    used = at = 0
    for cluster in characters.iter_clusters(text[: _scan_limit(width)]):
        used += measure(strip_isolates(cluster))
        if used > room:
            break
        at += len(cluster)
    kept = text[:at].rstrip()
    return kept, append_ellipsis(text, kept, ellipsis)


def _scan_limit(width: int) -> int:
    """Return how many characters to look at for `width` cells, however many marks they carry."""
    return 8 * width + 64
