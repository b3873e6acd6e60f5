"""Saved searches and rules, which the user makes of queries."""

from __future__ import annotations

from msgspec import Struct

SEARCH_ICONS = {
    "diamond": ("◆", "#"),
    "circle": ("◉", "o"),
    "square": ("■", "="),
    "triangle": ("▲", "^"),
    "heart": ("♥", "h"),
    "flag": ("⚑", "f"),
    "note": ("♪", "n"),
    "sun": ("☼", "s"),
}
"""Icons of saved searches, one cell wide: name → Unicode and ASCII form. The first is the default."""


class SavedSearch(Struct, frozen=True):
    """A query that the user saved under a name."""

    id: int
    name: str
    query: str
    icon: str = ""
    """A name in `SEARCH_ICONS`; "" for the first."""
    problem: str = ""
    """Why the query is invalid or suspended, in a sentence; else ""."""
    display_query: str = ""
    """The query with the names of sources beside their ids, for display."""


EFFECTS = ("mute", "highlight", "tag", "star", "read", "notify")


class Rule(Struct, frozen=True):
    """An automatic action on the articles that match a query."""

    id: int
    name: str
    query: str
    effect: str
    """One of `EFFECTS`."""
    tag: str = ""
    """The tag that the effect "tag" adds."""
    term: int | None = None
    """Seconds until the rule expires, from when it is made or enabled; None: never."""
    ends: int | None = None
    off: bool = False
    match_count: int = 0
    """Number of articles that it changed."""
    problem: str = ""
    """As in `SavedSearch`; `display_query` too."""
    display_query: str = ""
