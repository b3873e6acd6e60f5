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
def fold_name(name: str) -> str:
    """Return what names are compared by. With each key all known ones are."""
    return texts.fold(name)


def parse_tags(text: str, present: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the tags to give and those to take off. One that all of the articles `have` already goes, as with `-`."""
    there = {fold_name(name) for name in present}
    on: dict[str, str] = {}
    off: dict[str, str] = {}
    for part in map(one_line, _COMMA.split(text)):
        name = _strip_sign(part)
        if name:
            (off if part.startswith("-") or fold_name(name) in there else on).setdefault(fold_name(name), name)
    return list(on.values()), list(off.values())


def find_completions(text: str, known: Sequence[str], most: int) -> list[str]:
    """Return what the name that is being typed may become: of `known`, in its order, first what begins with it."""
    *before, last = _COMMA.split(text)
    typed = {fold_name(_strip_sign(one_line(part))) for part in before}
    begun = fold_name(_strip_sign(one_line(last)))
    names = [(folded, name) for name in known if (folded := fold_name(name)) not in typed and folded != begun]
    first = [name for folded, name in names if folded.startswith(begun)]
    inside = [name for folded, name in names if begun in folded and not folded.startswith(begun)]
    return (first + inside)[:most]


def insert_completion(text: str, name: str) -> str:
    """Return the line with `name` in place of what is being typed."""
    last = _COMMA.split(text)[-1]
    lead = text[: len(text) - len(last)]
    sign = "-" if last.strip().startswith("-") else ""
    return f"{lead}{' ' if lead else ''}{sign}{name}"


def _strip_sign(part: str) -> str:
    """A tag without the sign before it."""
    return part.lstrip("-").lstrip().lstrip("#").strip()
