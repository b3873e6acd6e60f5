"""What the person made of queries: feeds with a name, and rules."""

from __future__ import annotations

from msgspec import Struct


class SavedSearch(Struct, frozen=True):
    """A query that the person gave a name."""

    id: int
    name: str
    query: str
    icon: str = ""
    """A name of `reading.icons.ICONS`; "" for the first."""
    problem: str = ""
    """Why its query is none, or what it names that is gone, in a sentence."""
    display_query: str = ""
    """Its query with the names of sources beside their numbers, as people read it."""


EFFECTS = ("mute", "highlight", "tag", "star", "read")
"""What a rule can do."""


class Rule(Struct, frozen=True):
    """What is done by itself with the articles that a query finds."""

    id: int
    name: str
    query: str
    effect: str
    """One of `EFFECTS`."""
    tag: str = ""
    """Which one is given, if that is the effect."""
    term: int | None = None
    """Seconds for which it stands, from when it is made or switched on again; None: for good."""
    ends: int | None = None
    off: bool = False
    match_count: int = 0
    """How many articles it has acted on."""
    problem: str = ""
    """Why its query is none, or what it names that is gone, in a sentence."""
    display_query: str = ""
    """Its query with the names of sources beside their numbers, as people read it."""
