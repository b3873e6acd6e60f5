"""`roya-tui feeds`: the saved feeds, a new one, and one less."""

from __future__ import annotations

from argparse import Namespace

from roya_tui.cli.commands.articles import query_text
from roya_tui.cli.output import Column
from roya_tui.cli.session import SUCCESS, USAGE_ERROR, CommandError, Session, index_pending


def manage_saved_searches(session: Session, args: Namespace) -> int:
    """List the saved feeds, add one below them, or remove one."""
    if args.what == "list":
        _list(session, args.json)
    elif not args.name:
        raise CommandError(f"Which feed? roya-tui feeds {args.what} NAME", USAGE_ERROR)
    elif args.what == "add":
        _add(session, args)
    else:
        _remove(session, args.name)
    return SUCCESS


def _add(session: Session, args: Namespace) -> None:
    from roya_tui.store.search import saved_searches

    text = query_text(args)
    session.query(text)
    with session.store(samples=False) as db:
        feed = saved_searches.add(db, args.name, text, session.now, icon=args.icon)
    session.out.line(f"Saved as {feed.name}.")


def _remove(session: Session, name: str) -> None:
    from roya_tui.store.search import saved_searches

    with session.store(samples=False) as db:
        feed = saved_searches.find(db, name, session.now)
        if feed is None:
            raise CommandError(f"There is no saved feed “{name}”. roya-tui feeds lists them.")
        saved_searches.remove(db, feed.id, session.now)
    session.out.line(f"Removed the feed {feed.name}; its articles stay.")


def _list(session: Session, json: bool) -> None:
    from roya_tui.query import all_of, in_saved_search, state
    from roya_tui.store.search import results, saved_searches

    with session.store(reading=True) as db:
        index_pending(session, db)
        rows = []
        for feed in saved_searches.list_all(db, session.now):
            query, zone = in_saved_search(feed.name), session.clock().zone
            total = results.count(db, query, session.now, zone=zone)
            rows.append((feed, total, results.count(db, all_of(query, state("unread")), session.now, zone=zone)))
    if json:
        session.out.json(
            [
                {
                    "name": feed.name,
                    "query": feed.query,
                    "icon": feed.icon,
                    "articles": total,
                    "unread": unread,
                    "problem": feed.problem,
                }
                for feed, total, unread in rows
            ]
        )
        return
    columns = (
        Column(align_right=True, min_width=6),
        Column(align_right=True, min_width=6),
        Column(max_width=30),
        Column(can_shrink=True),
    )
    table = [(str(total), str(unread), feed.name, feed.problem or feed.display_query) for feed, total, unread in rows]
    session.table(columns, table, ("all", "unread", "feed", "query"))
    if not rows and session.terminal.interactive:
        session.out.notify("No saved feeds yet: roya-tui feeds add NAME QUERY, or F in the reader.")
