"""What one types to tag articles: names with commas between them, `-` before those that are to go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from roya_tui import text as texts
from roya_tui.text import one_line

_COMMA = re.compile("[,،、，]")
"""Also Arabic, and those of Chinese and Japanese."""


@lru_cache(10_000)
def fold(name: str) -> str:
    """Return what names are compared by. With each key all known ones are."""
    return texts.fold(name)


def wanted(text: str, have: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the tags to give and those to take off. One that all of the articles `have` already goes, as with `-`."""
    there = {fold(name) for name in have}
    on: dict[str, str] = {}
    off: dict[str, str] = {}
    for part in map(one_line, _COMMA.split(text)):
        name = _name(part)
        if name:
            (off if part.startswith("-") or fold(name) in there else on).setdefault(fold(name), name)
    return list(on.values()), list(off.values())


def candidates(text: str, known: Sequence[str], most: int) -> list[str]:
    """Return what the name that is being typed may become: of `known`, in its order, first what begins with it."""
    *before, last = _COMMA.split(text)
    typed = {fold(_name(one_line(part))) for part in before}
    begun = fold(_name(one_line(last)))
    names = [(folded, name) for name in known if (folded := fold(name)) not in typed and folded != begun]
    first = [name for folded, name in names if folded.startswith(begun)]
    inside = [name for folded, name in names if begun in folded and not folded.startswith(begun)]
    return (first + inside)[:most]


def completed(text: str, name: str) -> str:
    """Return the line with `name` in place of what is being typed."""
    last = _COMMA.split(text)[-1]
    lead = text[: len(text) - len(last)]
    sign = "-" if last.strip().startswith("-") else ""
    return f"{lead}{' ' if lead else ''}{sign}{name}"


def _name(part: str) -> str:
    """A tag without the sign before it."""
    return part.lstrip("-").lstrip().lstrip("#").strip()
