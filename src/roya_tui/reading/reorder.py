"""What a line does with the levels of its characters (UAX #9, rules L1 to L4): the order they are drawn in.

Some terminals put what they get in order once more. What they are sent is the drawn line, turned around beforehand
where they will turn it: `for_words` and `for_lines`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from roya_tui.reading import graphemes
from roya_tui.reading.bidi_data import MIRRORED
from roya_tui.reading.scripts import ANY_RTL, SINGLE

_SINKING = re.compile(r"[ \[{?\]<>()^b]+(?:[SB]|\Z)|[SB]")
_LEVEL_RUN = re.compile(rb"\x01+|\x00+|\x02+|(.)\1*", re.S)
_WORD = re.compile(r"\S+")
_ORDERED = re.compile("([RA][RAmb]*)|n[nmb]*")
_LRM = "\u200e"
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
        stretch = mirrored(stretch)
        order = _backward(text, start, end)
        drawn.append(stretch[::-1] if isinstance(order, range) else "".join([stretch[i - start] for i in order]))
        indexes += order
    return "".join(drawn), indexes


def mirrored(text: str) -> str:
    """Return text with such as brackets turned around (L4)."""
    return text.translate(_MIRRORS) if _MIRRORED.search(text) else text


def for_words(drawn: str) -> str:
    """Return a line as drawn for a terminal that turns words around by itself: each stretch between blanks whose first
    letter is a right-to-left one, with all that is in it (as HarfBuzz does with a run of text, in kitty)."""
    return _WORD.sub(_turned, drawn) if ANY_RTL.search(drawn) else drawn


def for_lines(drawn: str, indexes: Sequence[int], classes: str) -> tuple[str, list[int]]:
    """Return a line as drawn for a terminal that orders it once more, as if it read from the left.

    Letters from the right are handed over in the order they are read, and a mark from the left (LRM) after them keeps
    what stands beside them in its place: nothing is left for the terminal to decide. `classes` are those of `drawn`.
    """
    pieces: list[str] = []
    order: list[int] = []
    end = 0
    for found in _ORDERED.finditer(classes):
        start, until = found.span()
        backward = _backward(drawn, start, until) if found[1] else range(start, until)
        pieces += (drawn[end:start], *[drawn[i] for i in backward], _LRM)
        order += [*indexes[end:start], *[indexes[i] for i in backward], indexes[backward[-1]]]
        end = until
    return "".join((*pieces, drawn[end:])), [*order, *indexes[end:]]


def _turned(found: re.Match[str]) -> str:
    word = found[0]
    if not ANY_RTL.search(word):
        return word
    turned = "".join([word[i] for i in _backward(word, 0, len(word))]).translate(_MIRRORS)
    first = next(filter(str.isalpha, turned), "")
    return turned if ANY_RTL.match(first) else word


def _backward(text: str, start: int, end: int) -> Sequence[int]:
    """Return the indexes of `text[start:end]` from its last grapheme cluster to its first."""
    if SINGLE.fullmatch(text, start, end):
        return range(end - 1, start - 1, -1)
    indexes: list[int] = []
    for edge in reversed(graphemes.starts(text[start:end])):
        indexes += range(start + edge, end)
        end = start + edge
    return indexes
