"""A briefing made from the store: for the screen and the command line alike, without Textual."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from sqlite3 import Connection

from roya_tui.query import VISIT, Query, both, came, since, tag, view
from roya_tui.reading.briefing import TITLES, Briefing, Section, compose, looked_at
from roya_tui.store import briefing, search, sources

TODAY = "today"


def asked(when: str) -> Query:
    """Return what a briefing is about: what is unread of today, what came in since the last visit, or what is not
    older than `when`. Raises QueryError for a time that is none."""
    return both(view("unread"), came(VISIT) if when == VISIT else since(when))


def briefed(
    db: Connection, query: Query, now: int, *, zone: tzinfo | None = None, prefer: Sequence[str] = ()
) -> Briefing:
    """Return what `query` finds as a page."""
    looked, left = looked_at(*search.sourced(db, query, now, zone=zone))
    pieces = briefing.pieces(db, looked)
    return compose(
        pieces,
        seldom=briefing.seldom(db, {piece.source_id for piece in pieces}, now),
        names=lambda ids: briefing.tag_names(db, ids),
        preferred=[id for name in prefer for id in sources.matching(db, name)],
        left=left,
    )


def title(section: Section, tags: dict[int, str]) -> str:
    """Return what stands above a section."""
    name = tags.get(section.tag, "")
    return TITLES.get(section.kind) or f"{name[:1].upper()}{name[1:]}"


def view_of(section: Section, tags: dict[int, str], query: Query) -> Query:
    """Return the view that holds all of a section: that of its tag, or of the whole briefing."""
    name = tags.get(section.tag)
    return both(query, tag(name)) if name else query
