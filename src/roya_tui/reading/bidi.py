"""The Unicode Bidirectional Algorithm (UAX #9, revision 48): text → the embedding level of each character.

Each character is turned into one letter for its bidirectional class, so that most rules are one substitution on a
string of such letters. Names of rules (X1, W4, N0 …) are those of the standard. What a line does with its levels (rules
L1 to L4) is in `reorder`.
"""

from __future__ import annotations

import re
import unicodedata

from roya_tui.reading import bidi_explicit
from roya_tui.reading.bidi_implicit import implicit_levels

LETTERS = {
    "L": "L", "R": "R", "AL": "A", "EN": "e", "AN": "n", "ES": "+", "ET": "%", "CS": ",", "NSM": "m", "BN": "b",
    "B": "B", "S": "S", "WS": " ", "ON": "o", "LRE": "<", "RLE": ">", "LRO": "(", "RLO": ")", "PDF": "^",
    "LRI": "[", "RLI": "{", "FSI": "?", "PDI": "]",
}  # fmt: skip
"""Bidirectional class → the letter that stands for it here."""

_FIRST_FEW = 40
_STRONG = re.compile("[LRA]")
_NOT_FROM_THE_RIGHT = re.compile(r"[^RAm oSB+,%]")
"""Where it finds nothing there are neither words nor numbers from the left, and neutrals go with them."""
_EXPLICIT = re.compile(r"[<>()^\[{?\]]")
# Default classes of code points that are not assigned yet (DerivedBidiClass.txt, @missing).
_UNASSIGNED_ARABIC = re.compile(
    "[\u0600-\u07bf\u0860-\u08ff\ufb50-\ufdff\ufe70-\ufeff\U00010d00-\U00010d3f\U00010ec0-\U00010eff"
    "\U00010f30-\U00010f6f\U0001ec70-\U0001ecbf\U0001ed00-\U0001ed4f\U0001ee00-\U0001eeff]"
)
_UNASSIGNED_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufb4f\U00010800-\U00010fff\U0001e800-\U0001efff]")
_UNASSIGNED_NEUTRAL = re.compile("[\ufdd0-\ufdef\ufff0-\ufff8\U000e0000-\U000e0fff]")


class _Classes(dict[int, str]):
    """Code point → letter, filled in as characters are met."""

    def __missing__(self, code: int) -> str:
        letter = self[code] = LETTERS.get(unicodedata.bidirectional(chr(code))) or _unassigned(code)
        return letter


_CLASSES = _Classes()


def classes(text: str) -> str:
    """Return the bidirectional class of each character, as the letters of `LETTERS`."""
    return text.translate(_CLASSES)


def begins_rtl(text: str) -> bool:
    """Tell whether text is right-to-left by its first strong character, in an isolate or not.

    The first few characters tell, mostly.
    """
    strong = _STRONG.search(classes(text[:_FIRST_FEW])) or _STRONG.search(classes(text))
    return bool(strong and strong[0] != "L")


def levels(classes: str, base: int, text: str = "") -> bytes:
    """Return the embedding level of each character of one paragraph, up to rule I2.

    `text` is where brackets are looked for (N0); without it there are none. What rule X9 removes gets the level of
    the character before it.
    """
    if base and not _NOT_FROM_THE_RIGHT.search(classes):
        return b"\x01" * len(classes)
    if _EXPLICIT.search(classes):
        return bidi_explicit.levels(classes, base, text)
    edge = "R" if base else "L"
    if "b" not in classes:
        return implicit_levels(classes, edge, edge, base, text)
    kept = [i for i, letter in enumerate(classes) if letter != "b"]
    result = bytearray(len(classes))
    bidi_explicit.set_sequence(result, kept, classes, edge, edge, base, text)
    return bidi_explicit.filled(result, kept, base)


def _unassigned(code: int) -> str:
    character = chr(code)
    if code & 0xFFFE == 0xFFFE or _UNASSIGNED_NEUTRAL.match(character):
        return "b"
    if "\u20a0" <= character <= "\u20cf":  # currencies
        return "%"
    if _UNASSIGNED_ARABIC.match(character):
        return "A"
    return "R" if _UNASSIGNED_RTL.match(character) else "L"
