"""The command briefing: new and unread articles on one page, as text, Markdown or JSON."""

from __future__ import annotations

import shlex
from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from roya_tui.cli.output import Column
from roya_tui.cli.session import SUCCESS, Session, index_pending
from roya_tui.export.json_values import headline_json, iso_time
from roya_tui.model import Headline
from roya_tui.presentation.briefing import Briefing, BriefingLine, BriefingSection
from roya_tui.presentation.view import Scope
from roya_tui.query import Query
from roya_tui.store.articles import briefing, lookup
from roya_tui.store.sources.names import load_labels
from roya_tui.translation import gettext, join_list, ngettext
from roya_tui.ui.rows.briefing_page import make_briefing, section_query, section_title

_ID_COLUMN, _TIME_COLUMN = Column(align_right=True, min_width=5), Column(min_width=5)
_COLUMNS = (_ID_COLUMN, _TIME_COLUMN, Column(min_width=12, max_width=24), Column(can_shrink=True))
_MAX_NAMED = 4
"""Sources of a story that are listed by name."""


class _SectionView(Struct, frozen=True):
    """A section of the briefing with its title, query and names."""

    title: str
    section: BriefingSection
    query: str
    """The query that matches the whole section."""
    tag: str
    main_source: str
    """The source of all articles that are not listed, if it is only one."""
    lines: tuple[tuple[Headline, BriefingLine, tuple[str, ...]], ...]
    """Each headline, with the names of the sources in its story."""


def show_briefing(session: Session, args: Namespace) -> int:
    """`roya-tui briefing`: write the unread articles since `args.since`."""
    page, sections = _load(session, args.since)
    if args.json:
        session.out.json(_to_json(session, args.since, page, sections))
    elif args.markdown:
        session.out.text(_to_markdown(session, args.since, page, sections))
    elif page.sections:
        _print_text(session, args.since, page, sections)
    else:
        session.out.line(_summary(args.since, page))
    return SUCCESS


def _load(session: Session, since: str) -> tuple[Briefing, list[_SectionView]]:
    query, zone = _query(session, since), session.clock().zone
    with session.store(reading=True) as db:
        index_pending(session, db)
        page = make_briefing(db, query, session.now, zone=zone, prefer=session.config.reading.prefer)
        labels = load_labels(db)
        tags = briefing.load_tag_names(db, [section.tag for section in page.sections if section.tag])
        ids = [line.id for section in page.sections for line in section.lines]
        headlines = {headline.id: headline for headline in lookup.load_headlines(db, ids)}
    return page, [
        _SectionView(
            section_title(section, tags),
            section,
            str(section_query(section, tags, query)),
            tags.get(section.tag, ""),
            labels.get(section.main_source, ""),
            tuple(
                (headline, line, tuple(labels.get(id, headline.source) for id in line.sources))
                for line in section.lines
                for headline in (headlines[line.id],)
            ),
        )
        for section in page.sections
    ]


def _query(session: Session, since: str) -> Query:
    return Scope("briefing", since).query(session.now)


def _summary(since: str, page: Briefing) -> str:
    count = page.article_count
    if not count:
        return gettext("Briefing: no unread articles.")
    match since:
        case "today":
            message = ngettext("{count:,} unread article from today.", "{count:,} unread articles from today.", count)
        case "session":
            message = ngettext(
                "{count:,} unread article since your last session.",
                "{count:,} unread articles since your last session.",
                count,
            )
        case _:
            message = ngettext(
                "{count:,} unread article since {time}.", "{count:,} unread articles since {time}.", count, time=since
            )
    return message + " " + gettext("Sources: {count:,}.", count=page.sources)


def _heading(session: Session) -> str:
    clock = session.clock()
    return gettext("Briefing, {date}", date=clock.full_date(clock.day(session.now)))


def _more_line(count: int, query: str, source: str = "") -> str:
    command = f"roya-tui list {shlex.quote(query)}"
    if source:
        return gettext("{count:,} more from {source}: {command}", count=count, source=source, command=command)
    return gettext("{count:,} more: {command}", count=count, command=command)


def _print_text(session: Session, since: str, page: Briefing, sections: Sequence[_SectionView]) -> None:
    out = session.out
    out.line(_heading(session))
    out.line(_summary(since, page))
    for view in sections:
        out.line()
        session.table((Column(),), [(view.title,)])  # a table, for right-to-left text
        rows = []
        for headline, line, names in view.lines:
            count, sources, when = _line_facts(session, headline, line, names)
            rows.append((str(headline.id), when, sources, f"{headline.title}{count}"))
        session.table(_COLUMNS, rows)
        if view.section.more:
            out.line(f"+ {_more_line(len(view.section.more), view.query, view.main_source)}", indent=5)
    if page.skipped:
        out.line()
        out.line(f"+ {_more_line(len(page.skipped), str(_query(session, since)))}")


def _line_facts(session: Session, headline: Headline, line: BriefingLine, names: Sequence[str]) -> tuple[str, str, str]:
    """Return the number of articles in the story, if there are several, the sources, and the time."""
    count = f" ({line.member_count:,})" if line.member_count > 1 else ""
    more = len(names) - _MAX_NAMED
    sources = join_list(names[:_MAX_NAMED]) + (f" +{more}" if more > 0 else "")
    return count, sources, session.clock().brief(headline.at, session.now, headline.at_zone, headline.form).strip()


def _to_markdown(session: Session, since: str, page: Briefing, sections: Sequence[_SectionView]) -> str:
    from roya_tui.export.markdown import escape, make_link

    parts = [f"# {_heading(session)}", _summary(since, page)]
    for view in sections:
        parts.append(f"## {escape(view.title)}")
        lines = []
        for headline, line, names in view.lines:
            count, sources, when = _line_facts(session, headline, line, names)
            lines.append(f"* {make_link(headline.title, headline.url)}{count} — {escape(sources)}, {when}")
        parts.append("\n".join(lines))
        if view.section.more:
            parts.append(escape(_more_line(len(view.section.more), view.query, view.main_source)))
    if page.skipped:
        parts.append(escape(_more_line(len(page.skipped), str(_query(session, since)))))
    return "\n\n".join(parts) + "\n"


def _to_json(session: Session, since: str, page: Briefing, sections: Sequence[_SectionView]) -> dict[str, Any]:
    return {
        "at": iso_time(session.now),
        "since": since,
        "unread": page.article_count,
        "sources": page.sources,
        "sections": [
            {
                "kind": view.section.kind,
                "title": view.title,
                "tag": view.tag,
                "query": view.query,
                "headlines": [
                    headline_json(headline) | {"covers": line.member_count, "sources": list(names)}
                    for headline, line, names in view.lines
                ],
                "more": len(view.section.more),
                "more_from": view.main_source,
            }
            for view in sections
        ],
        "more": len(page.skipped),
    }
