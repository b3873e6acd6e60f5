"""The commands import and export, for subscriptions and backups."""

from __future__ import annotations

import os.path
from argparse import Namespace
from pathlib import Path

from msgspec.structs import replace

from roya_tui.cli import backup
from roya_tui.cli.output_file import write_file
from roya_tui.cli.session import FAILURE, SUCCESS, CommandError, Session, standard_input
from roya_tui.sources import subscription_lists
from roya_tui.sources.hosts import display_url, private_hosts
from roya_tui.store.accounts import saved_auth
from roya_tui.store.sources import subscriptions
from roya_tui.text import format_count, one_line

_MAX_PROBLEMS = 10
"""Maximum number of invalid lines of a list that are printed."""


def import_subscriptions(session: Session, args: Namespace) -> int:
    """`roya-tui import`: add the subscriptions in a list, or restore a backup, without fetching."""
    data = _read_file(args.file)
    if backup.is_backup(data):
        with session.store(samples=False) as db:
            for line in backup.restore_backup(db, data, session.now).splitlines():
                session.out.line(line)
        return SUCCESS
    try:
        found = subscription_lists.read(data)
    except subscription_lists.NotASubscriptionList as error:
        raise CommandError(f"{args.file}: {error}") from None

    with session.store(samples=False) as db:
        new = subscriptions.add_all(db, found.named_sources, session.now, "Imported")
    counts = [f"{new:,} added", f"{len(found.sources) - new:,} already there"]
    if found.duplicates:
        counts.append(f"{len(found.duplicates):,} twice in the list")
    if found.problems:
        counts.append(f"{len(found.problems):,} not taken over")
    session.out.line(", ".join(counts) + (":" if found.problems else "."))
    for problem in found.problems[:_MAX_PROBLEMS]:
        session.out.line(problem, indent=2)
    if len(found.problems) > _MAX_PROBLEMS:
        session.out.line(f"… and {len(found.problems) - _MAX_PROBLEMS:,} more", indent=2)
    if found.multi_tag_count:
        feeds = format_count(found.multi_tag_count, "feed")
        session.out.line(f"{feeds} had several tags; the first became the folder.")
    if hosts := private_hosts(feed.url for feed in found.sources):
        session.out.line(f"In your own network, and asked there: {', '.join(map(one_line, hosts))}.")
    if new and session.terminal.interactive:
        session.out.notify("roya-tui refresh fetches them.")
    return SUCCESS if found.sources or not found.problems else FAILURE


def _read_file(file: str) -> bytes:
    if file == "-":
        return standard_input()
    try:
        return Path(os.path.expanduser(file)).read_bytes()
    except OSError as error:
        raise CommandError(f"{one_line(file)} cannot be read: {error.strerror or error}.") from None


def export_subscriptions(session: Session, args: Namespace) -> int:
    """`roya-tui export`: write subscriptions as OPML, or a backup."""
    with session.store(samples=False, reading=True) as db:
        found = [source for source in subscriptions.list_all(db) if not (source.sample or source.is_saved_pages)]
        accounts = {account.address_prefix for account in saved_auth(db)}
        remote = [source for source in found if not source.is_local]
        shared = [replace(source, url=display_url(source.url)) for source in remote]
        if args.everything:
            document, what = backup.write_backup(db, shared, session.now)
        else:
            document, what = subscription_lists.write(shared), f"{len(shared):,} subscriptions"
    secret = sum(source.url in accounts for source in remote)
    if args.file == "-":
        session.out.bytes(document)
    else:
        write_file(Path(args.file), lambda file: file.write(document), force=args.force, secret=True)
        session.out.line(f"Wrote {what} to {args.file}.")
    if left_out := len(found) - len(shared):
        files = "1 local file or folder was" if left_out == 1 else f"{left_out:,} local files and folders were"
        session.out.notify(f"{files} left out: other machines lack {'it' if left_out == 1 else 'them'}.")
    if secret:
        what = "The password of 1 source" if secret == 1 else f"The passwords of {secret:,} sources"
        session.out.notify(f"{what} stayed here: lists are made to be shared.")
    return SUCCESS
