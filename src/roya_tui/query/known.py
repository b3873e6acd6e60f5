"""The names that the store knows, and which of them fit what is typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from roya_tui.text import fold


class Name(NamedTuple):
    """A name that the store knows, and how it is compared."""

    text: str
    folded: str


Known = Mapping[str, Sequence[Name]]
"""Field → the names that may stand behind it, the most used first."""

MERGED = "merged tag"
"""What stands beside the fields: names of tags that were merged into others. They are understood, and not offered."""

MOST_KNOWN = 3_000
"""Of tags and authors at most so many are known: with each key all of them are looked through."""


def names(texts: Iterable[str]) -> tuple[Name, ...]:
    """Return `texts` as names of a `Known`: folding them once is what makes each key cheap."""
    return tuple(Name(text, fold(text)) for text in texts)


def fitting(begun: str, values: Sequence[Name], most: int) -> list[Name]:
    """Return the names that begin so, then those in which a word does, then those that have it anywhere."""
    wanted = fold(begun).strip()
    starts: list[Name] = []
    words: list[Name] = []
    inside: list[Name] = []
    for name in values:
        place = name.folded.find(wanted)
        if place == 0:
            starts.append(name)
            if len(starts) == most:
                break
        elif place > 0:
            (words if f" {wanted}" in name.folded else inside).append(name)
    return [*starts, *words, *inside][:most]
