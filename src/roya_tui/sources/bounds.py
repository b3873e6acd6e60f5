"""Limits on entries and texts of a document in any format, since all later work costs time per character."""

from __future__ import annotations

from collections.abc import Iterable

from roya_tui.model import Entry
from roya_tui.translation import gettext

MAX_ENTRIES = 20_000
"""Entries of one document."""
MAX_ITEMS_IN_ENTRY = 200
"""Links of an entry, and as many tags, people and media."""
MAX_TOTAL_TEXT_LENGTH = 15_000_000
"""Characters of all texts of a document together."""
MAX_TEXT_LENGTH = 2_000_000
"""Characters of a text with its markup: a long book."""


def take(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the first entries up to the limits, and consume no more of the iterable."""
    kept: list[Entry] = []
    room = MAX_TOTAL_TEXT_LENGTH
    for entry in entries:
        room -= len(entry.summary) + len(entry.content)
        if len(kept) == MAX_ENTRIES or (kept and room < 0):
            break
        kept.append(entry)
    return tuple(kept)


def truncate(markup: str) -> str:
    """Cut a text at its maximum length, before a tag that would be cut in two."""
    if len(markup) <= MAX_TEXT_LENGTH:
        return markup
    markup = markup[:MAX_TEXT_LENGTH]
    end = markup.rfind("<") if markup.rfind("<") > markup.rfind(">") else len(markup)
    return markup[:end] + "…"


def truncation_warnings(kept: int, total: int) -> tuple[str, ...]:
    """Return a warning if not all entries were read."""
    warning = gettext("Only the first {count:,} of {total:,} entries were read.", count=kept, total=total)
    return (warning,) if kept < total else ()
