"""The command searches: list, add and remove saved searches."""

from __future__ import annotations

from argparse import Namespace

from roya_tui.cli.commands.articles import query_text
from roya_tui.cli.output import Column
from roya_tui.cli.session import SUCCESS, USAGE_ERROR, CommandError, Session, index_pending
from roya_tui.export.json_values import fields_json
from roya_tui.query import all_of, by_field
from roya_tui.store.search import results, saved_searches
from roya_tui.translation import gettext


def manage_saved_searches(session: Session, args: Namespace) -> int:
    """`roya-tui searches`: list the saved searches, add one, or remove one."""
    match args.what:
        case "add":
            _add(session, args)
        case "remove":
            _remove(session, args.name)
        case _:
            _list(session, args.json)
    return SUCCESS


def _add(session: Session, args: Namespace) -> None:
    text = query_text(args)
    if not text:
        example = "roya-tui searches add Morning 'is:unread since:1d'"
        raise CommandError(gettext("A query is required. Example: {example}", example=example), USAGE_ERROR)
    session.query(text)
    with session.store(samples=False) as db:
        search = saved_searches.add(db, args.name, text, session.now, icon=args.icon)
    session.out.line(gettext("Created saved search “{name}”.", name=search.name))


def _remove(session: Session, name: str) -> None:
    with session.store(samples=False) as db:
        search = saved_searches.find(db, name, session.now)
        if search is None:
            raise CommandError(
                gettext("There is no saved search “{name}”. Run roya-tui searches to list them.", name=name)
            )
        saved_searches.remove(db, search.id, session.now)
    session.out.line(gettext("Removed saved search “{name}”. Its articles are kept.", name=search.name))


def _list(session: Session, json: bool) -> None:
    with session.store(reading=True) as db:
        index_pending(session, db)
        facts, rows, zone = [], [], session.clock().zone
        for search in saved_searches.list_all(db, session.now):
            query = by_field("search", search.name)
            total = results.count(db, query, session.now, zone=zone)
            unread = results.count(db, all_of(query, by_field("is", "unread")), session.now, zone=zone)
            facts.append(
                fields_json(search, "name", "query", "icon", "problem") | {"articles": total, "unread": unread}
            )
            rows.append((str(total), str(unread), search.name, search.problem or search.display_query))
    if json:
        session.out.json(facts)
        return
    number = Column(align_right=True, min_width=6)
    columns = (number, number, Column(max_width=30), Column(can_shrink=True))
    session.table(columns, rows, (gettext("all"), gettext("unread"), gettext("search"), gettext("query")))
    if not rows and session.terminal.interactive:
        session.out.notify(gettext("No saved searches. Add one: roya-tui searches add NAME QUERY"))
