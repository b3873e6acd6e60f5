"""Which characters are of what kind, as far as setting text needs to know."""

from __future__ import annotations

import re

# Blocks of right-to-left scripts (UAX #9 table 4's R and AL, with room for what will be added to them).
_RTL_BLOCKS = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff"
# Marks, isolates and embeddings that steer direction (UAX #9 §2).
_STEERING = "\u200f\u061c\u202b\u202e\u2067\u2068"

ANY_RTL = re.compile(f"[{_RTL_BLOCKS}{_STEERING}]")
"""Where it finds nothing, text is plain left-to-right."""
NARROW = re.compile(
    "[ -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u1fff\u2010-\u2027\u202f-\u205e\u20a0-\u20c0]*"
)
"""Letters and signs that never combine and take one cell each, but where East Asian fonts make them wide."""


def mostly_rtl(text: str) -> bool:
    """Tell whether more than half of a text's letters are of right-to-left scripts."""
    if not ANY_RTL.search(text):
        return False
    return 2 * len(ANY_RTL.findall(text)) > sum(map(str.isalpha, text))
