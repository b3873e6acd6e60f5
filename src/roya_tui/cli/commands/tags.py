"""The command tags: list, merge and unmerge tags."""

from __future__ import annotations

from argparse import Namespace

from roya_tui.cli.output import Column
from roya_tui.cli.session import SUCCESS, CommandError, Session
from roya_tui.store.search import results
from roya_tui.store.user_data import journal, tags
from roya_tui.translation import gettext


def manage_tags(session: Session, args: Namespace) -> int:
    """`roya-tui tags`: merge or unmerge tags, or list them with counts, the most frequent first."""
    match args.what:
        case "merge":
            with session.store(samples=False) as db:
                tags.merge(db, args.name, args.other, session.now)
                session.out.line(journal.latest_sentence(db))
        case "unmerge":
            with session.store(samples=False) as db:
                count = tags.unmerge(db, args.name, session.now)
            if not count:
                raise CommandError(gettext("No tags are merged into “{tag}”.", tag=args.name))
            session.out.line(gettext("Unmerged all tags from “{tag}”.", tag=args.name))
        case _:
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
        heading = (gettext("all"), gettext("unread"), gettext("tag"))
        session.table((number, number, Column(can_shrink=True)), rows, heading)
