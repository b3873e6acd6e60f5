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
from roya_tui.store.credentials import saved_auth
from roya_tui.store.sources import subscriptions
from roya_tui.text import one_line
from roya_tui.translation import gettext, ngettext

_MAX_PROBLEMS = 10
"""Maximum number of invalid lines of a list that are printed."""


def import_subscriptions(session: Session, args: Namespace) -> int:
    """`roya-tui import`: add the subscriptions in a list, or restore a backup, without fetching."""
    data = _read_file(args.file)
    if backup.is_backup(data):
        from roya_tui.sources.json.news_api import PRESETS  # slow to import

        mappings = {*session.config.mappings, *PRESETS}
        with session.store(samples=False) as db:
            for line in backup.restore_backup(db, data, session.now, mappings).splitlines():
                session.out.line(line)
        return SUCCESS
    try:
        found = subscription_lists.read(data)
    except subscription_lists.NotASubscriptionList as error:
        raise CommandError(f"{args.file}: {error}") from None

    with session.store(samples=False) as db:
        new = subscriptions.add_all(db, found.named_sources, session.now, imported=True)
    counts = [
        ngettext("Added {count:,} source.", "Added {count:,} sources.", new),
        gettext("Already exist: {count:,}.", count=len(found.sources) - new),
    ]
    if found.duplicates:
        counts.append(gettext("Duplicates in the list: {count:,}.", count=len(found.duplicates)))
    if found.problems:
        counts.append(gettext("Could not be imported: {count:,}.", count=len(found.problems)))
    session.out.line(" ".join(counts))
    for problem in found.problems[:_MAX_PROBLEMS]:
        session.out.line(problem, indent=2)
    if len(found.problems) > _MAX_PROBLEMS:
        session.out.line(gettext("… and {count:,} more", count=len(found.problems) - _MAX_PROBLEMS), indent=2)
    if found.multi_tag_count:
        text = ngettext(
            "{count:,} source had several tags. The first one is now its folder.",
            "{count:,} sources had several tags. The first one is now the folder.",
            found.multi_tag_count,
        )
        session.out.line(text)
    if hosts := private_hosts(feed.url for feed in found.sources):
        names = ", ".join(map(one_line, hosts))
        session.out.line(gettext("Sources in your private network, which are fetched, too: {hosts}.", hosts=names))
    if new and session.terminal.interactive:
        session.out.notify(gettext("Run roya-tui refresh to fetch them."))
    return SUCCESS if found.sources or not found.problems else FAILURE


def _read_file(file: str) -> bytes:
    if file == "-":
        return standard_input()
    try:
        return Path(os.path.expanduser(file)).read_bytes()
    except OSError as error:
        reason = error.strerror or error
        message = gettext("Could not read {file}: {reason}. Check the path.", file=one_line(file), reason=reason)
        raise CommandError(message) from None


def _fits_newsboat(path: str) -> bool:
    """Whether newsboat's urls file can have a local source: a file, or one that is missing now."""
    return not os.path.isdir(path) and one_line(path) == path


def export_subscriptions(session: Session, args: Namespace) -> int:
    """`roya-tui export`: write subscriptions as OPML or as newsboat's urls, or a backup."""
    with session.store(samples=False, reading=True) as db:
        found = [source for source in subscriptions.list_all(db) if not (source.sample or source.is_saved_pages)]
        accounts = {account.address_prefix for account in saved_auth(db)}
        remote = [source for source in found if not source.is_local]
        shared = [replace(source, url=display_url(source.url)) for source in remote]
        if args.newsboat:
            files = [source for source in found if source.is_local and _fits_newsboat(source.url)]
            shared += [replace(source, url=f"file://{source.url}") for source in files]
            document = subscription_lists.write_newsboat(shared)
        elif args.everything:
            document, pages, articles = backup.write_backup(db, shared, session.now)
        else:
            document = subscription_lists.write(shared)
    secret = sum(source.url in accounts for source in remote)
    if args.file == "-":
        session.out.bytes(document)
    else:
        write_file(Path(args.file), lambda file: file.write(document), force=args.force, secret=True)
        count, file = len(shared), args.file
        message = ngettext(
            "Exported {count:,} source to {file}.", "Exported {count:,} sources to {file}.", count, file=file
        )
        if args.everything:
            contents = gettext(
                "Saved pages: {pages:,}, articles with your data: {articles:,}.", pages=pages, articles=articles
            )
            message = f"{message} {contents}"
        session.out.line(message)
    if left_out := len(found) - len(shared):
        if args.newsboat:
            message = ngettext(
                "{count:,} folder of files was left out, because newsboat reads no folders.",
                "{count:,} folders of files were left out, because newsboat reads no folders.",
                left_out,
            )
        else:
            message = ngettext(
                "{count:,} local file or folder was left out, because other computers do not have it.",
                "{count:,} local files or folders were left out, because other computers do not have them.",
                left_out,
            )
        session.out.notify(message)
    if secret:
        message = ngettext(
            "The password of {count:,} source was left out, so that you can share the file.",
            "The passwords of {count:,} sources were left out, so that you can share the file.",
            secret,
        )
        session.out.notify(message)
    return SUCCESS
