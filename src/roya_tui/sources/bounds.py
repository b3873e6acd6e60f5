"""How much of a document becomes entries, whatever its format: all that comes after reading costs by the character."""

from __future__ import annotations

from collections.abc import Iterable

from roya_tui.model import Entry

MAX_ENTRIES = 20_000
"""Entries of one document."""
MAX_ITEMS_IN_ENTRY = 200
"""Links, tags, people and media of one entry, each."""
MAX_TOTAL_TEXT_LENGTH = 15_000_000
"""Characters of their texts, all together."""
MAX_TEXT_LENGTH = 2_000_000
"""Characters, markup and all, of one text: a long book."""


def take(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries from the first on, as many as there is room for; those that follow are never made."""
    kept: list[Entry] = []
    room = MAX_TOTAL_TEXT_LENGTH
    for entry in entries:
        room -= len(entry.summary) + len(entry.content)
        if len(kept) == MAX_ENTRIES or (kept and room < 0):
            break
        kept.append(entry)
    return tuple(kept)


def truncate(markup: str) -> str:
    """Return a text as far as it is read; no tag is cut in two."""
    if len(markup) <= MAX_TEXT_LENGTH:
        return markup
    markup = markup[:MAX_TEXT_LENGTH]
    whole = markup.rfind("<") if markup.rfind("<") > markup.rfind(">") else len(markup)
    return markup[:whole] + "…"


def truncation_warnings(kept: int, total: int) -> tuple[str, ...]:
    """Return the warning that not all entries were read, if so."""
    return (f"Only the first {kept} of {total} entries were read.",) if kept < total else ()
