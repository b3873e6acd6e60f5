"""A briefing made from the store: for the screen and the command line alike, without Textual."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from sqlite3 import Connection

from roya_tui.query import Query, both, in_source, tag
from roya_tui.reading.briefing import TITLES, Briefing, Section, compose, looked_at
from roya_tui.reading.front_page import front_page
from roya_tui.reading.timeline import Timeline
from roya_tui.store import briefing, search, source_names


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
        preferred=[id for name in prefer for id in source_names.matching(db, name)],
        left=left,
    )


def laid_out(
    db: Connection, query: Query, now: int, *, zone: tzinfo | None = None, prefer: Sequence[str] = ()
) -> Timeline:
    """Return the same as rows of a list."""
    page = briefed(db, query, now, zone=zone, prefer=prefer)
    tags = briefing.tag_names(db, [section.tag for section in page.sections if section.tag])
    return front_page(
        page,
        lambda section: title(section, tags),
        lambda section: str(query if section is None else view_of(section, tags, query)),
        source_names.labels(db),
        now,
    )


def title(section: Section, tags: dict[int, str]) -> str:
    """Return what stands above a section."""
    name = tags.get(section.tag, "")
    return TITLES.get(section.kind) or f"{name[:1].upper()}{name[1:]}"


def view_of(section: Section, tags: dict[int, str], query: Query) -> Query:
    """Return the view that holds what a section has no lines for: that of its tag or of one source, or all there is."""
    if name := tags.get(section.tag):
        return both(query, tag(name))
    return both(query, in_source(section.mostly)) if section.mostly else query
