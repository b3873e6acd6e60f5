"""A briefing made from the store: for the screen and the command line alike, without Textual."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from sqlite3 import Connection

from roya_tui.presentation.briefing import (
    TITLES,
    Briefing,
    BriefingSection,
    briefing_timeline,
    compose_briefing,
    pick_newest,
)
from roya_tui.presentation.timeline import Timeline
from roya_tui.query import Query, all_of, in_source, tag
from roya_tui.store.articles import briefing
from roya_tui.store.search import results
from roya_tui.store.sources import names


def make_briefing(
    db: Connection, query: Query, now: int, *, zone: tzinfo | None = None, prefer: Sequence[str] = ()
) -> Briefing:
    """Return what `query` finds as a page."""
    looked, left = pick_newest(*results.find_with_sources(db, query, now, zone=zone))
    pieces = briefing.load_candidates(db, looked)
    return compose_briefing(
        pieces,
        seldom=briefing.find_infrequent(db, {piece.source_id for piece in pieces}, now),
        names=lambda ids: briefing.load_tag_names(db, ids),
        preferred=[id for name in prefer for id in names.find_sources(db, name)],
        skipped=left,
    )


def make_timeline(
    db: Connection, query: Query, now: int, *, zone: tzinfo | None = None, prefer: Sequence[str] = ()
) -> Timeline:
    """Return the same as rows of a list."""
    page = make_briefing(db, query, now, zone=zone, prefer=prefer)
    tags = briefing.load_tag_names(db, [section.tag for section in page.sections if section.tag])
    return briefing_timeline(
        page,
        lambda section: section_title(section, tags),
        lambda section: str(query if section is None else section_query(section, tags, query)),
        names.load_labels(db),
        now,
    )


def section_title(section: BriefingSection, tags: dict[int, str]) -> str:
    """Return what stands above a section."""
    name = tags.get(section.tag, "")
    return TITLES.get(section.kind) or f"{name[:1].upper()}{name[1:]}"


def section_query(section: BriefingSection, tags: dict[int, str], query: Query) -> Query:
    """Return the view that holds what a section has no lines for: that of its tag or of one source, or all there is."""
    if name := tags.get(section.tag):
        return all_of(query, tag(name))
    return all_of(query, in_source(section.main_source)) if section.main_source else query
