"""How much of a document becomes entries, whatever its format: all that comes after reading costs by the character."""

from __future__ import annotations

from collections.abc import Iterable

from roya_tui.model import Entry

MOST_ENTRIES = 20_000
"""Entries of one document."""
MOST_IN_ENTRY = 200
"""Links, tags, people and media of one entry, each."""
MOST_TEXT = 15_000_000
"""Characters of their texts, all together."""
LONGEST_TEXT = 2_000_000
"""Characters, markup and all, of one text: a long book."""


def within(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries from the first on, as many as there is room for; those that follow are never made."""
    kept: list[Entry] = []
    room = MOST_TEXT
    for entry in entries:
        room -= len(entry.summary) + len(entry.content)
        if len(kept) == MOST_ENTRIES or (kept and room < 0):
            break
        kept.append(entry)
    return tuple(kept)


def shortened(markup: str) -> str:
    """Return a text as far as it is read; no tag is cut in two."""
    if len(markup) <= LONGEST_TEXT:
        return markup
    markup = markup[:LONGEST_TEXT]
    whole = markup.rfind("<") if markup.rfind("<") > markup.rfind(">") else len(markup)
    return markup[:whole] + "…"


def told(read: int, there: int) -> tuple[str, ...]:
    """Return the warning that not all entries were read, if so."""
    return (f"Only the first {read} of {there} entries were read.",) if read < there else ()
