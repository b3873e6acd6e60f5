"""Isolates around names in a row or sentence, so that none can move what is beside it.

See UAX #9 (§6.2, §6.3). Text from feeds has none: `clean` removes them. They are never drawn.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from roya_tui.characters import ANY_RTL, RTL_BLOCKS
from roya_tui.translation import is_right_to_left

_BEGIN, _END = "\u2068", "\u2069"
_ISOLATES = re.compile(f"[{_BEGIN}{_END}]")
_ISOLATED = re.compile(f"{_BEGIN}[^{_END}]*{_END}?")
# Quoted text, or right-to-left words with only blanks and punctuation between them.
_NAME = re.compile(f"“[^“”]*”|[{RTL_BLOCKS}](?:[{RTL_BLOCKS}\u200c\u200d]|[^\\w“”](?=[^\\w“”]{{0,2}}[{RTL_BLOCKS}]))*")
# The same in a right-to-left interface: dates, Latin names with numbers, addresses, paths, options such as [--json].
_LTR_WORD = f"(?![{RTL_BLOCKS}])\\w"
_LTR_NAME = re.compile(
    rf"“[^“”]*”|\d[\d/.:-]*\d(?: \d\d:\d\d)?(?!\w)|[-\[/~]*(?!\d){_LTR_WORD}"
    f"(?:{_LTR_WORD}|\\.{{3}}(?=\\]? \\[)|\\([^(){RTL_BLOCKS}]*\\)"
    f"|[^\\w“”،؛؟](?=[^\\w“”،؛؟]{{0,3}}{_LTR_WORD}|\\([^(){RTL_BLOCKS}]*\\)))*"
    r"(?:\]|\.{3})*"
)


def join_isolated(texts: Sequence[str], separator: str) -> str:
    """Join texts to one row, whose direction is that of the first, or of a right-to-left interface."""
    if not is_right_to_left() and not ANY_RTL.search("".join(texts)):
        return separator.join(texts)
    return separator.join(map(_wrap, texts))


def isolate(text: str) -> str:
    """Return `text` isolated, if it has right-to-left letters or the interface is right-to-left."""
    return _wrap(text) if is_right_to_left() or ANY_RTL.search(text) else text


def isolate_names(sentence: str) -> str:
    """Return a message, unless it has isolates, with quoted text and words of the other direction isolated."""
    if _BEGIN in sentence or not ANY_RTL.search(sentence):
        return sentence
    return (_LTR_NAME if is_right_to_left() else _NAME).sub(_isolate_match, sentence)


def is_rtl_line(text: str) -> bool:
    """Return whether a text of the app is drawn right-to-left.

    In a right-to-left interface that is all but untranslated messages; names in isolates have their own direction.
    """
    if not is_right_to_left():
        return False
    words = _ISOLATED.sub("", text)
    return ANY_RTL.search(words) is not None or not any(map(str.isalpha, words))


def strip_isolates(text: str) -> str:
    """Return `text` without isolates."""
    return _ISOLATES.sub("", text) if _BEGIN in text or _END in text else text


def split_at_isolates(text: str) -> list[str]:
    """Return the pieces of `text` between isolates, which are one character each."""
    return _ISOLATES.split(text)


def append_ellipsis(text: str, kept: str, ellipsis: str) -> str:
    """Return the end for `kept`, cut from `text`: inside the isolate if that is what was cut."""
    closing = _END * (kept.count(_BEGIN) - kept.count(_END))
    if closing and text.endswith(closing) and _BEGIN not in text[len(kept) :]:
        return ellipsis + closing
    return closing + ellipsis


def isolates_to_html(markup: str) -> str:
    """Return `markup` with isolates as <bdi> elements."""
    return markup.replace(_BEGIN, "<bdi>").replace(_END, "</bdi>")


def _wrap(text: str) -> str:
    return f"{_BEGIN}{text}{_END}"


def _isolate_match(found: re.Match[str]) -> str:
    name = found[0]
    return f"“{_wrap(name[1:-1])}”" if name[0] == "“" else _wrap(name)


EXPLICIT_MODE = "\x1b[8l"
"""Escape sequence that stops the terminal from reordering (BDSM). A line keeps its first mode."""
IMPLICIT_MODE = "\x1b[8h"
"""Escape sequence that makes a terminal reorder lines again (BDSM), if it can."""


def in_explicit_mode(lines: str) -> str:
    """Return lines in drawing order such that the terminal does not reorder them."""
    return f"{EXPLICIT_MODE}{lines}{IMPLICIT_MODE}" if ANY_RTL.search(lines) else lines
