"""The command tags: list, merge and unmerge tags."""

from __future__ import annotations

from argparse import Namespace

from roya_tui.cli.output import Column
from roya_tui.cli.session import SUCCESS, USAGE_ERROR, CommandError, Session
from roya_tui.store.search import results
from roya_tui.store.user_data import journal, tags


def manage_tags(session: Session, args: Namespace) -> int:
    """`roya-tui tags`: merge or unmerge tags, or list them with counts, the most frequent first."""
    match args.what, args.names:
        case "list", []:
            _list(session, args.json)
        case "merge", [tag, other]:
            with session.store(samples=False) as db:
                tags.merge(db, tag, other, session.now)
                session.out.line(journal.latest_sentence(db))
        case "unmerge", [tag]:
            with session.store(samples=False) as db:
                count = tags.unmerge(db, tag, session.now)
            if not count:
                raise CommandError(f"No tags are merged into “{tag}”.")
            session.out.line(f"Unmerged all tags from “{tag}”.")
        case "merge", _:
            raise CommandError("Two tags are required: roya-tui tags merge TAG OTHER", USAGE_ERROR)
        case "unmerge", _:
            raise CommandError("One tag is required: roya-tui tags unmerge TAG", USAGE_ERROR)
        case _:
            raise CommandError("Usage: roya-tui tags [list], tags merge TAG OTHER, tags unmerge TAG", USAGE_ERROR)
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
