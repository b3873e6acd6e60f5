"""What a line does with the levels of its characters (UAX #9, rules L1 to L4): the order they are drawn in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from roya_tui.reading import graphemes
from roya_tui.reading.bidi_data import MIRRORED
from roya_tui.reading.scripts import ANY_RTL, SINGLE

_SINKING = re.compile(r"[ \[{?\]<>()^b]+(?:[SB]|\Z)|[SB]")
_LEVEL_RUN = re.compile(rb"\x01+|\x00+|\x02+|(.)\1*", re.S)
_WORD = re.compile(r"\s+|\S+")
_MIRRORED = re.compile("[" + re.escape(MIRRORED) + "]")
_MIRRORS = str.maketrans(MIRRORED, "".join(map("".join, zip(MIRRORED[1::2], MIRRORED[::2], strict=True))))


def line_levels(classes: str, levels: bytes, base: int) -> bytes:
    """Return a line's levels with separators, and blanks before them and at its end, at the paragraph's level (L1)."""
    if not _SINKING.search(classes):
        return levels
    result = bytearray(levels)
    for found in _SINKING.finditer(classes):
        result[found.start() : found.end()] = bytes([base]) * (found.end() - found.start())
    return bytes(result)


def order(levels: bytes) -> list[int]:
    """Return the indexes of a line's characters from left to right (L2)."""
    result: list[int] = []
    for start, end, is_rtl in level_runs(levels):
        result += range(end - 1, start - 1, -1) if is_rtl else range(start, end)
    return result


def level_runs(levels: bytes) -> list[tuple[int, int, bool]]:
    """Return the stretches of one level from left to right: start, end, and whether it is drawn from its end."""
    runs = [(found.start(), found.end(), found[0][0]) for found in _LEVEL_RUN.finditer(levels)]
    lowest_odd = min((level | 1 for _, _, level in runs), default=1)
    for level in range(max(levels, default=0), lowest_odd - 1, -1):
        at = 0
        while at < len(runs):
            until = at
            while until < len(runs) and runs[until][2] >= level:
                until += 1
            runs[at:until] = reversed(runs[at:until])
            at = until + 1
    return [(start, end, level % 2 == 1) for start, end, level in runs]


def visual(text: str, levels: bytes) -> tuple[str, list[int]]:
    """Return a line's characters as drawn from left to right, and where in `text` each of them stands.

    Marks stay behind their letter (L3), and such as brackets are mirrored where they are read from right to left (L4).
    """
    drawn: list[str] = []
    indexes: list[int] = []
    for start, end, is_rtl in level_runs(levels):
        stretch = text[start:end]
        if not is_rtl:
            drawn.append(stretch)
            indexes += range(start, end)
            continue
        if _MIRRORED.search(stretch):
            stretch = stretch.translate(_MIRRORS)
        order = _backward(text, start, end)
        drawn.append(stretch[::-1] if isinstance(order, range) else "".join([stretch[i - start] for i in order]))
        indexes += order
    return "".join(drawn), indexes


def visual_words(text: str, levels: bytes) -> tuple[str, list[int]]:
    """Do as `visual`, but leave what is within a right-to-left word to the terminal."""
    indexes: list[int] = []
    drawn: list[str] = []
    for start, end, is_rtl in level_runs(levels):
        words = _WORD.finditer(text, start, end)
        for word in reversed(list(words)) if is_rtl else words:
            order: Sequence[int] = range(word.start(), word.end())
            stretch = word[0]
            if is_rtl and not ANY_RTL.search(stretch):
                order = _backward(text, word.start(), word.end())
                stretch = "".join([text[i] for i in order]).translate(_MIRRORS)
            drawn.append(stretch)
            indexes += order
    return "".join(drawn), indexes


def _backward(text: str, start: int, end: int) -> Sequence[int]:
    """Return the indexes of `text[start:end]` from its last grapheme cluster to its first."""
    if SINGLE.fullmatch(text, start, end):
        return range(end - 1, start - 1, -1)
    indexes: list[int] = []
    for edge in reversed(graphemes.starts(text[start:end])):
        indexes += range(start + edge, end)
        end = start + edge
    return indexes
