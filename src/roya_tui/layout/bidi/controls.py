"""Several texts in one row, and names in a sentence of ours: none of them may move what stands beside it.

Each is set between two isolates, as UAX #9 (§6.2, §6.3) has it. No feed can bring one: cleaning takes them away. They
are there while a row is set and are never drawn.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from roya_tui.characters import ANY_RTL

_BEGIN, _END = "\u2068", "\u2069"
_ISOLATES = re.compile(f"[{_BEGIN}{_END}]")
_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff"
# What is in quotes, or words from the right with nothing but blanks and signs between them.
_NAME = re.compile(f"“[^“”]*”|[{_RTL}](?:[{_RTL}\u200c\u200d]|[^\\w“”](?=[^\\w“”]{{0,2}}[{_RTL}]))*")


def join_isolated(texts: Sequence[str], separator: str) -> str:
    """Join texts to one row. It reads from the side that the first of them reads from."""
    if not ANY_RTL.search("".join(texts)):
        return separator.join(texts)
    return separator.join(map(_wrap, texts))


def isolate(text: str) -> str:
    """Return `text`, if it has letters from the right, such that it does not move what stands beside it."""
    return _wrap(text) if ANY_RTL.search(text) else text


def isolate_names(sentence: str) -> str:
    """Return a sentence of ours with the names in it isolated: what is in quotes, and words from the right.

    One that has isolates already is left as it is.
    """
    if _BEGIN in sentence or not ANY_RTL.search(sentence):
        return sentence
    return _NAME.sub(_isolate_match, sentence)


def strip_isolates(text: str) -> str:
    """Return `text` without isolates."""
    return _ISOLATES.sub("", text) if _BEGIN in text or _END in text else text


def split_at_isolates(text: str) -> list[str]:
    """Return what of `text` stands between isolates: one character is left out between each and the next."""
    return _ISOLATES.split(text)


def append_ellipsis(text: str, kept: str, ellipsis: str) -> str:
    """Return what ends `kept`, the beginning of `text`: `more`, and the isolates that close those left open.

    `more` stands inside of them where `text` has nothing behind: it is the name that goes on.
    """
    closing = _END * (kept.count(_BEGIN) - kept.count(_END))
    if closing and text.endswith(closing) and _BEGIN not in text[len(kept) :]:
        return ellipsis + closing
    return closing + ellipsis


def isolates_to_html(markup: str) -> str:
    """Return `markup` with isolates as HTML has them."""
    return markup.replace(_BEGIN, "<bdi>").replace(_END, "</bdi>")


def _wrap(text: str) -> str:
    return f"{_BEGIN}{text}{_END}"


def _isolate_match(found: re.Match[str]) -> str:
    name = found[0]
    return f"“{_wrap(name[1:-1])}”" if name[0] == "“" else _wrap(name)


EXPLICIT_MODE = "\x1b[8l"
"""From here on characters stand where they are sent to (BDSM: explicit). Each line keeps the mode it began with."""
IMPLICIT_MODE = "\x1b[8h"
"""From here on the terminal orders lines, if it is one that does (BDSM: implicit)."""


def in_explicit_mode(lines: str) -> str:
    """Return whole lines, ordered for drawing, such that the terminal leaves them as they are."""
    return f"{EXPLICIT_MODE}{lines}{IMPLICIT_MODE}" if ANY_RTL.search(lines) else lines
