"""The command tidy: delete old data, and report what was deleted in one line."""

from __future__ import annotations

import os
from argparse import Namespace
from sqlite3 import Connection
from typing import TYPE_CHECKING

from msgspec.structs import asdict

from roya_tui.cli.session import BUSY, FAILURE, SUCCESS, Session
from roya_tui.translation import gettext, join_list, ngettext

if TYPE_CHECKING:
    from roya_tui.refresh.cleanup import CleanupResult


def tidy(session: Session, args: Namespace) -> int:
    """`roya-tui tidy`: delete old articles, versions, pictures and records, and compact the database."""
    from roya_tui.episodes import cleanup, files
    from roya_tui.refresh.cleanup import CleanupResult, clean_up, explain_kept

    folder = files.find_folder(session.paths, session.config)
    episodes: list[files.StoredFile] = []

    def clean_up_episodes(db: Connection) -> None:
        episodes.extend(cleanup.find_unused(db, folder, session.now))
        if not dry_run:
            cleanup.clean_up(db, folder, session.now)

    paths, dry_run = session.paths, args.dry_run
    result: CleanupResult | None = CleanupResult()
    if os.path.lexists(paths.database):
        result = clean_up(
            paths, session.config, session.now, dry_run=dry_run, confirmed=args.yes, first=clean_up_episodes
        )
    unused, unused_bytes = len(episodes), sum(file.size for file in episodes)
    if args.json:
        sizes = {"episodes": unused, "episodes_freed": unused_bytes}
        session.out.json({**asdict(result or CleanupResult()), **sizes, "busy": result is None, "dry_run": dry_run})
    elif result is None:
        session.out.notify(gettext("Another refresh is running. Nothing was cleaned up; try again later."))
    else:
        session.out.line(_summary(result, unused, unused_bytes, dry_run=dry_run))
    if result is None:
        return BUSY
    if result.problem:
        session.out.notify(result.problem)
    if result.kept:
        session.out.notify(explain_kept(result.kept))
    return FAILURE if result.problem or result.kept else SUCCESS


def _summary(done: CleanupResult, episodes: int, episode_bytes: int, *, dry_run: bool) -> str:
    freed, before, after, cache, recorded = (
        gettext("{size:,.1f} MB", size=size / 1e6)
        for size in (done.freed, done.store_before, done.store_after, done.cache, episode_bytes)
    )
    pictures = done.pictures
    counts = (
        (done.articles, ngettext("{count:,} old article", "{count:,} old articles", done.articles)),
        (done.revisions, ngettext("{count:,} old version", "{count:,} old versions", done.revisions)),
        (pictures, ngettext("{count:,} picture ({size})", "{count:,} pictures ({size})", pictures, size=freed)),
        (episodes, ngettext("{count:,} episode ({size})", "{count:,} episodes ({size})", episodes, size=recorded)),
        (done.records, ngettext("{count:,} orphaned record", "{count:,} orphaned records", done.records)),
    )
    items = join_list(text for count, text in counts if count)
    if not items:
        deleted = gettext("Nothing to delete.")
    elif dry_run:
        deleted = gettext("Would delete: {items}. (dry run)", items=items)
    else:
        deleted = gettext("Deleted: {items}.", items=items)
    if dry_run:
        return deleted
    if done.store_after < done.store_before:
        sizes = gettext(
            "Database: {size} (before: {before}), pictures: {cache}.", size=after, before=before, cache=cache
        )
    else:
        sizes = gettext("Database: {size}, pictures: {cache}.", size=after, cache=cache)
    return f"{deleted} {sizes}"
