"""Builds the briefing from the database, for the screen and the command line."""

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
from roya_tui.query import Query, all_of, by_field
from roya_tui.store.articles import briefing
from roya_tui.store.search import results
from roya_tui.store.sources import names
from roya_tui.translation import gettext


def make_briefing(
    db: Connection, query: Query, now: int, *, zone: tzinfo | None = None, prefer: Sequence[str] = ()
) -> Briefing:
    """Return the briefing of the articles that match `query`."""
    newest, skipped = pick_newest(*results.find_with_sources(db, query, now, zone=zone))
    candidates = briefing.load_candidates(db, newest)
    return compose_briefing(
        candidates,
        rare=briefing.find_infrequent(db, {article.source_id for article in candidates}, now),
        names=lambda ids: briefing.load_tag_names(db, ids),
        preferred=[id for name in prefer for id in names.find_sources(db, name)],
        skipped=skipped,
    )


def make_timeline(
    db: Connection, query: Query, now: int, *, zone: tzinfo | None = None, prefer: Sequence[str] = ()
) -> Timeline:
    """Return the briefing as rows of a list."""
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
    """Return the title of a section."""
    name = tags.get(section.tag, "")
    return gettext(TITLES[section.kind]) if section.kind in TITLES else f"{name[:1].upper()}{name[1:]}"


def section_query(section: BriefingSection, tags: dict[int, str], query: Query) -> Query:
    """Return the query for all articles of a section: its tag, its source, or the briefing's own query."""
    if name := tags.get(section.tag):
        return all_of(query, by_field("tag", name))
    return all_of(query, by_field("source", section.main_source)) if section.main_source else query
