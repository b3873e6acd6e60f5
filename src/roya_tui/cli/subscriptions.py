"""The commands that carry subscriptions: import, export."""

from __future__ import annotations

import os.path
from argparse import Namespace
from pathlib import Path

from msgspec.structs import replace

from roya_tui.cli.session import COULD_NOT, DONE, CannotDo, Session, standard_input
from roya_tui.text import format_count, one_line

_COMPLAINTS = 10
"""How many lines of a list that were not taken over are told one by one."""


def take_over(session: Session, wanted: Namespace) -> int:
    """`roya-tui import`: subscribe to all that a list of subscriptions holds; nothing is fetched."""
    from roya_tui.cli import everything
    from roya_tui.sources import opml
    from roya_tui.sources.web.addresses import places_inside
    from roya_tui.store.sources import subscriptions

    data = _bytes(wanted.file)
    if everything.is_everything(data):
        with session.store(samples=False) as db:
            for line in everything.take_over(db, data, session.now).splitlines():
                session.out.line(line)
        return DONE
    try:
        found = opml.read(data)
    except opml.NotSubscriptions as error:
        raise CannotDo(f"{wanted.file}: {error}") from None

    with session.store(samples=False) as db:
        new = subscriptions.add_all(db, found.called, session.now, "Imported")

    told = [f"{new:,} added", f"{len(found.feeds) - new:,} already there"]
    if found.twice:
        told.append(f"{len(found.twice):,} twice in the list")
    if found.problems:
        told.append(f"{len(found.problems):,} not taken over")
    session.out.line(", ".join(told) + (":" if found.problems else "."))
    for problem in found.problems[:_COMPLAINTS]:
        session.out.line(problem, indent=2)
    if len(found.problems) > _COMPLAINTS:
        session.out.line(f"… and {len(found.problems) - _COMPLAINTS:,} more", indent=2)
    if found.several_tags:
        session.out.line(f"{format_count(found.several_tags, 'feed')} had several tags; the first became the folder.")
    if inside := places_inside(feed.url for feed in found.feeds):
        session.out.line(f"In your own network, and asked there: {', '.join(map(one_line, inside))}.")
    if new and session.terminal.interactive:
        session.out.tell("roya-tui refresh fetches them.")
    return DONE if found.feeds or not found.problems else COULD_NOT


def _bytes(file: str) -> bytes:
    if file == "-":
        return standard_input()
    try:
        return Path(os.path.expanduser(file)).read_bytes()
    except OSError as error:
        raise CannotDo(f"{one_line(file)} cannot be read: {error.strerror or error}.") from None


def export(session: Session, wanted: Namespace) -> int:
    """`roya-tui export`: the subscriptions as OPML, without samples, saved pages and what lies on this machine."""
    from roya_tui.cli import everything
    from roya_tui.cli.writing import write
    from roya_tui.sources import opml
    from roya_tui.sources.web.addresses import shown
    from roya_tui.store.accounts import saved_auth
    from roya_tui.store.sources import subscriptions

    with session.store(samples=False, reading=True) as db:
        found = [source for source in subscriptions.list_all(db) if not (source.sample or source.is_saved_pages)]
        saved = {account.address_prefix for account in saved_auth(db)}
        ours = [source for source in found if not source.is_local]
        shared = [replace(source, url=shown(source.url)) for source in ours]
        document, what = opml.write(shared), f"{len(shared):,} subscriptions"
        if wanted.everything:
            document, what = everything.written(db, shared, session.now)
    secret = sum(source.url in saved for source in ours)
    if wanted.file == "-":
        session.out.bytes(document)
    else:
        write(Path(wanted.file), lambda file: file.write(document), force=wanted.force, secret=True)
        session.out.line(f"Wrote {what} to {wanted.file}.")
    left_out = len(found) - len(shared)
    if left_out == 1:
        session.out.tell("1 local file or folder was left out: other machines lack it.")
    elif left_out:
        session.out.tell(f"{left_out:,} local files and folders were left out: other machines lack them.")
    if secret:
        what = "The password of 1 source" if secret == 1 else f"The passwords of {secret:,} sources"
        session.out.tell(f"{what} stayed here: lists are made to be shared.")
    return DONE
