"""Several texts in one row, and names in a sentence of ours: none of them may move what stands beside it.

Each is set between two isolates, as UAX #9 (§6.2, §6.3) has it. No feed can bring one: cleaning takes them away. They
are there while a row is set and are never drawn.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from roya_tui.reading.scripts import ANY_RTL

_BEGIN, _END = "\u2068", "\u2069"
_ISOLATES = re.compile(f"[{_BEGIN}{_END}]")
_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff"
# What is in quotes, or words from the right with nothing but blanks and signs between them.
_NAME = re.compile(f"“[^“”]*”|[{_RTL}](?:[{_RTL}\u200c\u200d]|[^\\w“”](?=[^\\w“”]{{0,2}}[{_RTL}]))*")


def beside(texts: Sequence[str], between: str) -> str:
    """Join texts to one row. It reads from the side that the first of them reads from."""
    if not ANY_RTL.search("".join(texts)):
        return between.join(texts)
    return between.join(map(_between, texts))


def isolated(text: str) -> str:
    """Return `text`, if it has letters from the right, such that it does not move what stands beside it."""
    return _between(text) if ANY_RTL.search(text) else text


def told(sentence: str) -> str:
    """Return a sentence of ours with the names in it isolated: what is in quotes, and words from the right.

    One that has isolates already is left as it is.
    """
    if _BEGIN in sentence or not ANY_RTL.search(sentence):
        return sentence
    return _NAME.sub(_isolated_name, sentence)


def bare(text: str) -> str:
    """Return `text` without isolates."""
    return _ISOLATES.sub("", text) if _BEGIN in text or _END in text else text


def pieces(text: str) -> list[str]:
    """Return what of `text` stands between isolates: one character is left out between each and the next."""
    return _ISOLATES.split(text)


def ended(text: str, kept: str, more: str) -> str:
    """Return what ends `kept`, the beginning of `text`: `more`, and the isolates that close those left open.

    `more` stands inside of them where `text` has nothing behind: it is the name that goes on.
    """
    closing = _END * (kept.count(_BEGIN) - kept.count(_END))
    if closing and text.endswith(closing) and _BEGIN not in text[len(kept) :]:
        return more + closing
    return closing + more


def marked_up(markup: str) -> str:
    """Return `markup` with isolates as HTML has them."""
    return markup.replace(_BEGIN, "<bdi>").replace(_END, "</bdi>")


def _between(text: str) -> str:
    return f"{_BEGIN}{text}{_END}"


def _isolated_name(found: re.Match[str]) -> str:
    name = found[0]
    return f"“{_between(name[1:-1])}”" if name[0] == "“" else _between(name)
