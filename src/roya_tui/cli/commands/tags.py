"""The command tags: list, merge and unmerge tags."""

from __future__ import annotations

from argparse import Namespace

from roya_tui.cli.output import Column
from roya_tui.cli.session import SUCCESS, CommandError, Session
from roya_tui.store.search import results
from roya_tui.store.user_data import journal, tags


def manage_tags(session: Session, args: Namespace) -> int:
    """`roya-tui tags`: merge or unmerge tags, or list them with counts, the most frequent first."""
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
    with session.store(reading=True) as db:
        found = results.list_tags(db)
        merged: dict[str, list[str]] = {}
        for old, new in tags.list_aliases(db):
            merged.setdefault(new, []).append(old)
    if json:
        session.out.json(
            [
                {"tag": tag.name, "articles": tag.total, "unread": tag.unread, "merged": merged.get(tag.name, [])}
                for tag in found
            ]
        )
    else:
        number = Column(align_right=True, min_width=6)
        rows = [(str(tag.total), str(tag.unread), tag.name) for tag in found]
        session.table((number, number, Column(can_shrink=True)), rows, ("all", "unread", "tag"))
