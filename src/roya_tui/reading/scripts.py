"""Which characters are of what kind, as far as setting text needs to know."""

from __future__ import annotations

import re
from collections.abc import Callable

Measure = Callable[[str], int]
"""How many cells a string takes on the terminal."""

# Blocks of right-to-left scripts (UAX #9 table 4's R and AL, with room for what will be added to them).
_RTL_BLOCKS = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff"
# Marks, isolates and embeddings that steer direction (UAX #9 §2).
_STEERING = "\u200f\u061c\u202b\u202e\u2067\u2068"

ANY_RTL = re.compile(f"[{_RTL_BLOCKS}{_STEERING}]")
"""Where it finds nothing, text is plain left-to-right."""
_RTL_RUN = re.compile(f"[{_RTL_BLOCKS}{_STEERING}]+")
# Letters and signs that never combine: Latin, Greek, Cyrillic, Hebrew, Arabic and its presentation forms, punctuation.
_ALONE = (
    " -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u052f\u05be\u05c0\u05c3\u05d0-\u05f4\u060c-\u060f\u061b\u061e-\u064a"
    "\u0660-\u066f\u0671-\u06d5\u06e9\u06ee-\u06ff\u1e00-\u1fff\u2010-\u2027\u202f-\u205e\u20a0-\u20c0\ufb50-\ufdff\ufe70-\ufefc"
)
SINGLE = re.compile(f"[{_ALONE}\u3001-\u3029\u3400-\u4dbf\u4e00-\u9fff\u3041-\u3096\u30a0-\u30ff\uff01-\uff9d]*")
"""Text in which each character is a grapheme cluster."""
NARROW = re.compile(f"[{_ALONE}]*")
"""The same, if each character also takes one cell, as these do but where East Asian fonts make some of them wide."""


def is_narrow(text: str, measure: Measure) -> bool:
    """Tell whether every character of `text` stands alone and takes one cell."""
    return text.isascii() or (NARROW.fullmatch(text) is not None and measure(text) == len(text))


def rtl_share(text: str) -> float:
    """Return which part of a text's letters are of right-to-left scripts, from 0 to 1."""
    if not ANY_RTL.search(text):
        return 0.0
    return min(1.0, sum(map(len, _RTL_RUN.findall(text))) / max(1, sum(map(str.isalpha, text))))
