"""Builds the briefing from the database, for the screen and the command line."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from sqlite3 import Connection

from msgspec.structs import replace

from roya_tui.presentation.briefing import (
    TITLES,
    Briefing,
    BriefingSection,
    briefing_timeline,
    compose_briefing,
    pick_newest,
)
from roya_tui.presentation.timeline import MoreRow, Timeline, add_offers
from roya_tui.presentation.view import LAST_DAYS, PERIODS, Scope, View
from roya_tui.query import LAST_SESSION, Query, all_of, by_field
from roya_tui.store.articles import briefing
from roya_tui.store.search import results
from roya_tui.store.sources import names
from roya_tui.store.user_data import visits
from roya_tui.text import capitalize_first
from roya_tui.translation import gettext, gettext_noop

_OFFERS = {
    "today": gettext_noop("today ({count:,})"),
    LAST_SESSION: gettext_noop("since your last session ({count:,})"),
    LAST_DAYS: gettext_noop("last 7 days ({count:,})"),
}


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


def make_offers(
    db: Connection, view: View, now: int, keys: Mapping[str, str], *, zone: tzinfo | None = None
) -> Timeline:
    """Return the rows of an empty briefing: the other periods and the view Unread, with their numbers of articles.

    Those without articles are left out. `keys` are those of the actions that open the first period, and Unread.
    """
    return add_offers(Timeline(), _list_offers(db, view, now, keys, zone), view.reason_for_empty)


def _list_offers(
    db: Connection, view: View, now: int, keys: Mapping[str, str], zone: tzinfo | None
) -> Iterator[MoreRow]:
    index, key = PERIODS.index(view.scope.name), keys["briefing-since"]
    for period in (*PERIODS[index + 1 :], *PERIODS[:index]):
        if period == LAST_SESSION and visits.last_visit_end(db, now) is None:
            continue
        offered = replace(view, scope=Scope("briefing", period))
        if count := results.count(db, offered.query(now), now, zone=zone):
            text = gettext(_OFFERS[period], count=count)
            yield MoreRow(array("q"), gettext("{key}: {offer}", key=key, offer=text) if key else text, offered)
            key = ""
    offered = replace(view, scope=Scope())
    if count := results.count(db, offered.query(now), now, zone=zone):
        text = gettext("{key}: all unread articles ({count:,})", key=keys["view-unread"], count=count)
        yield MoreRow(array("q"), text, offered)


def section_title(section: BriefingSection, tags: dict[int, str]) -> str:
    """Return the title of a section."""
    name = tags.get(section.tag, "")
    return gettext(TITLES[section.kind]) if section.kind in TITLES else capitalize_first(name)


def section_query(section: BriefingSection, tags: dict[int, str], query: Query) -> Query:
    """Return the query for all articles of a section: its tag, its source, or the briefing's own query."""
    if name := tags.get(section.tag):
        return all_of(query, by_field("tag", name))
    return all_of(query, by_field("source", section.main_source)) if section.main_source else query
