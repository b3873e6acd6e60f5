"""Character classes and grapheme clusters, as far as layout needs them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

Measure = Callable[[str], int]
"""Returns how many terminal cells a string takes."""

# Blocks of right-to-left scripts (R and AL of UAX #9, including unassigned code points).
RTL_BLOCKS = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff"
# Marks, isolates and embeddings (UAX #9 §2).
_RTL_CONTROLS = "\u200f\u061c\u202b\u202e\u2067\u2068"

ANY_RTL = re.compile(f"[{RTL_BLOCKS}{_RTL_CONTROLS}]")
"""Without a match text is plain left-to-right."""
_RTL_RUN = re.compile(f"[{RTL_BLOCKS}{_RTL_CONTROLS}]+")
# Letters and signs that never combine: Latin, Greek, Cyrillic, Hebrew, Arabic and its presentation forms, punctuation.
_ALONE = (
    " -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u052f\u05be\u05c0\u05c3\u05d0-\u05f4\u060c-\u060f\u061b\u061e-\u064a"
    "\u0660-\u066f\u0671-\u06d5\u06e9\u06ee-\u06ff\u1e00-\u1fff\u2010-\u2027\u202f-\u205e\u20a0-\u20c0\ufb50-\ufdff\ufe70-\ufefc"
)
SINGLE_CLUSTERS = re.compile(
    f"[{_ALONE}\u3001-\u3029\u3400-\u4dbf\u4e00-\u9fff\u3041-\u3096\u30a0-\u30ff\uff01-\uff9d]*"
)
"""Text in which each character is a grapheme cluster."""
NARROW = re.compile(f"[{_ALONE}]*")
"""The same with characters of one cell only, unless an East Asian font makes some of them wide."""


def is_narrow(text: str, measure: Measure) -> bool:
    """Return whether each character of `text` is a cluster of one cell."""
    return text.isascii() or (NARROW.fullmatch(text) is not None and measure(text) == len(text))


_PIECE = 100_000  # characters whose words are looked at at once, as a list of them is long


def rtl_fraction(text: str) -> float:
    """Return the fraction of a text's letters that are right-to-left, from 0 to 1."""
    if not ANY_RTL.search(text):
        return 0.0
    pieces = range(0, len(text), _PIECE)
    letters = sum(sum(map(len, _RTL_RUN.findall(text, at, at + _PIECE))) for at in pieces)
    return min(1.0, letters / max(1, sum(map(str.isalpha, text))))


_JOINER = "\u200d"
_VIRAMA = 9  # canonical combining class


def cluster_starts(text: str) -> list[int]:
    """Return the index of each grapheme cluster of `text`."""
    return list(range(len(text)) if SINGLE_CLUSTERS.fullmatch(text) else _iter_starts(text))


def iter_clusters(text: str) -> Iterator[str]:
    """Yield the grapheme clusters of `text`."""
    start = 0
    for edge in _iter_starts(text):
        if edge:
            yield text[start:edge]
            start = edge
    if text:
        yield text[start:]


def _iter_starts(text: str) -> Iterator[int]:
    flags = 0
    before = ""
    for i, character in enumerate(text):
        kind = _break_class(character)
        if not before or not _continues_cluster(before, character, kind, flags):
            yield i
        flags = flags + 1 if kind == "flag" else 0
        before = character


def is_extending(character: str) -> bool:
    """Return whether a character always belongs to the one before it."""
    return _break_class(character) == "extend"


def _continues_cluster(before: str, character: str, kind: str, flags: int) -> bool:
    """Return whether no cluster starts at `character` (GB3 to GB13); `flags` precede it."""
    if kind == "extend" or before == _JOINER:
        return True
    earlier = _break_class(before)
    if earlier == "prepend":
        return kind != "control"
    if kind == "flag":
        return flags % 2 == 1
    if earlier == "L":
        return kind in ("L", "V", "LV", "LVT")
    if earlier in ("LV", "V"):
        return kind in ("V", "T")
    if earlier in ("LVT", "T"):
        return kind == "T"
    return unicodedata.combining(before) == _VIRAMA and unicodedata.category(character) == "Lo"


@lru_cache(4096)
def _break_class(character: str) -> str:
    code = ord(character)
    if 0x1100 <= code <= 0x11FF or 0xA960 <= code <= 0xA97C or 0xAC00 <= code <= 0xD7FB:
        return _hangul_class(code)
    if 0x1F1E6 <= code <= 0x1F1FF:
        return "flag"
    if unicodedata.category(character) in ("Mn", "Me", "Mc") or character in "\u200c\u200d\u0e33\u0eb3\uff9e\uff9f":
        return "extend"
    if 0x1F3FB <= code <= 0x1F3FF:  # skin tones
        return "extend"
    if 0x0600 <= code <= 0x0605 or character in "\u06dd\u070f\u0890\u0891\u08e2\u0d4e":
        return "prepend"
    return "control" if unicodedata.category(character) in ("Cc", "Zl", "Zp") else ""


def _hangul_class(code: int) -> str:
    if code <= 0x115F or 0xA960 <= code <= 0xA97C:
        return "L"
    if code <= 0x11A7 or 0xD7B0 <= code <= 0xD7C6:
        return "V"
    if code <= 0x11FF or code >= 0xD7CB:
        return "T"
    return "LV" if (code - 0xAC00) % 28 == 0 else "LVT"
