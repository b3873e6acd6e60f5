"""`roya-tui tags`: what tags there are, and which stand under another."""

from __future__ import annotations

from argparse import Namespace

from roya_tui.cli.output import Column
from roya_tui.cli.session import SUCCESS, CommandError, Session


def tags(session: Session, args: Namespace) -> int:
    """Merge tags or take them apart, where that is asked for; else list every tag with its counts, most first."""
    from roya_tui.store.user_data import journal, tags

    if args.merge:
        tag, other = args.merge
        with session.store(samples=False) as db:
            tags.merge(db, tag, other, session.now)
            session.out.line(journal.latest_sentence(db))
    elif args.part:
        with session.store(samples=False) as db:
            count = tags.unmerge(db, args.part, session.now)
        if not count:
            raise CommandError(f"Nothing was merged into {args.part}.")
        session.out.line(f"What was merged into {args.part} stands alone again.")
    else:
        _list(session, args.json)
    return SUCCESS


def _list(session: Session, json: bool) -> None:
    from roya_tui.store.search import results
    from roya_tui.store.user_data import tags

    with session.store(reading=True) as db:
        found = results.list_tags(db)
        merged: dict[str, list[str]] = {}
        for old, new in tags.list_aliases(db):
            merged.setdefault(new, []).append(old)
    if json:
        session.out.json(
            [
                {"tag": one.name, "articles": one.total, "unread": one.unread, "merged": merged.get(one.name, [])}
                for one in found
            ]
        )
    else:
        columns = (
            Column(align_right=True, min_width=6),
            Column(align_right=True, min_width=6),
            Column(can_shrink=True),
        )
        session.table(columns, [(str(t.total), str(t.unread), t.name) for t in found], ("all", "unread", "tag"))
