"""Parse and complete the tag input: names separated by commas, `-` before those to remove."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from roya_tui.text import fold_name, one_line

_COMMA = re.compile("[,،、，]")
"""Also the Arabic, Chinese and Japanese commas."""


def parse_tags(text: str, present: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the tags to add and to remove; a tag in `present` is removed even without `-`."""
    removable = {fold_name(name) for name in present}
    added: dict[str, str] = {}
    removed: dict[str, str] = {}
    for part in map(one_line, _COMMA.split(text)):
        if name := _strip_sign(part):
            is_removed = part.startswith("-") or fold_name(name) in removable
            (removed if is_removed else added).setdefault(fold_name(name), name)
    return list(added.values()), list(removed.values())


def find_completions(text: str, known: Sequence[str], most: int) -> list[str]:
    """Return completions of the last name from `known`, prefix matches first."""
    *typed, last = (fold_name(_strip_sign(one_line(part))) for part in _COMMA.split(text))
    names = [(folded, name) for name in known if (folded := fold_name(name)) not in typed and folded != last]
    first = [name for folded, name in names if folded.startswith(last)]
    inside = [name for folded, name in names if last in folded and not folded.startswith(last)]
    return (first + inside)[:most]


def insert_completion(text: str, name: str) -> str:
    """Return the input with its last name replaced by `name`."""
    last = _COMMA.split(text)[-1]
    lead = text[: len(text) - len(last)]
    sign = "-" if last.strip().startswith("-") else ""
    return f"{lead}{' ' if lead else ''}{sign}{name}"


def _strip_sign(part: str) -> str:
    """Return a tag without the `-` and `#` before it."""
    return part.lstrip("-").lstrip().lstrip("#").strip()
