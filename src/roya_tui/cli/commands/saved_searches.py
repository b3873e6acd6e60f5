"""The command searches: list, add and remove saved searches."""

from __future__ import annotations

from argparse import Namespace

from roya_tui.cli.commands.articles import query_text
from roya_tui.cli.output import Column, fields_json
from roya_tui.cli.session import SUCCESS, USAGE_ERROR, CommandError, Session, index_pending
from roya_tui.query import all_of, by_field
from roya_tui.store.search import results, saved_searches


def manage_saved_searches(session: Session, args: Namespace) -> int:
    """`roya-tui searches`: list the saved searches, add one, or remove one."""
    if args.what == "list":
        _list(session, args.json)
    elif not args.name:
        query = " QUERY" if args.what == "add" else ""
        raise CommandError(f"A name is required: roya-tui searches {args.what} NAME{query}", USAGE_ERROR)
    elif args.what == "add":
        _add(session, args)
    else:
        _remove(session, args.name)
    return SUCCESS


def _add(session: Session, args: Namespace) -> None:
    text = query_text(args)
    if not text:
        raise CommandError("A query is required: roya-tui searches add NAME QUERY", USAGE_ERROR)
    session.query(text)
    with session.store(samples=False) as db:
        search = saved_searches.add(db, args.name, text, session.now, icon=args.icon)
    session.out.line(f"Created saved search “{search.name}”.")


def _remove(session: Session, name: str) -> None:
    with session.store(samples=False) as db:
        search = saved_searches.find(db, name, session.now)
        if search is None:
            raise CommandError(f"There is no saved search “{name}”. List them with: roya-tui searches")
        saved_searches.remove(db, search.id, session.now)
    session.out.line(f"Removed saved search “{search.name}”. Its articles are kept.")


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
    session.table(columns, rows, ("all", "unread", "search", "query"))
    if not rows and session.terminal.interactive:
        session.out.notify("No saved searches. Create one: roya-tui searches add NAME QUERY")
