"""Text → what people take for one character each (UAX #29 extended grapheme clusters, as far as terminals go)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from roya_tui.reading.scripts import SINGLE

_EXTENDING = frozenset(("Mn", "Me", "Mc"))
_JOINER = "\u200d"
_VIRAMA = 9  # its canonical combining class


def starts(text: str) -> list[int]:
    """Return where each grapheme cluster of `text` starts."""
    return list(range(len(text)) if SINGLE.fullmatch(text) else _starts(text))


def clusters(text: str) -> Iterator[str]:
    """Return the grapheme clusters of `text`, found one by one."""
    start = 0
    for edge in _starts(text):
        if edge:
            yield text[start:edge]
            start = edge
    if text:
        yield text[start:]


def _starts(text: str) -> Iterator[int]:
    flags = 0
    before = ""
    for i, character in enumerate(text):
        kind = _kind(character)
        if not before or not _continues(before, character, kind, flags):
            yield i
        flags = flags + 1 if kind == "flag" else 0
        before = character


def extends(character: str) -> bool:
    """Tell whether a character always belongs to the one before it."""
    return _kind(character) == "extend"


def _continues(before: str, character: str, kind: str, flags: int) -> bool:
    """Tell whether no cluster starts at `character` (rules GB3 to GB13); `flags`: regional indicators before it."""
    if kind == "extend" or before == _JOINER:
        return True
    earlier = _kind(before)
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
def _kind(character: str) -> str:
    code = ord(character)
    if 0x1100 <= code <= 0x11FF or 0xA960 <= code <= 0xA97C or 0xAC00 <= code <= 0xD7FB:
        return _hangul_kind(code)
    if 0x1F1E6 <= code <= 0x1F1FF:
        return "flag"
    if unicodedata.category(character) in _EXTENDING or character in "\u200c\u200d\u0e33\u0eb3\uff9e\uff9f":
        return "extend"
    if 0x1F3FB <= code <= 0x1F3FF:  # skin tones
        return "extend"
    if 0x0600 <= code <= 0x0605 or character in "\u06dd\u070f\u0890\u0891\u08e2\u0d4e":
        return "prepend"
    return "control" if unicodedata.category(character) in ("Cc", "Zl", "Zp") else ""


def _hangul_kind(code: int) -> str:
    if code <= 0x115F or 0xA960 <= code <= 0xA97C:
        return "L"
    if code <= 0x11A7 or 0xD7B0 <= code <= 0xD7C6:
        return "V"
    if code <= 0x11FF or code >= 0xD7CB:
        return "T"
    return "LV" if (code - 0xAC00) % 28 == 0 else "LVT"
