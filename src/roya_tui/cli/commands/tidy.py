"""The command tidy: delete old data, and report what was deleted in one line."""

from __future__ import annotations

import os
from argparse import Namespace
from typing import TYPE_CHECKING

from msgspec.structs import asdict

from roya_tui.cli.session import BUSY, FAILURE, SUCCESS, Session
from roya_tui.text import format_count

if TYPE_CHECKING:
    from roya_tui.refresh.cleanup import CleanupResult

_BUSY = "A refresh is at work, and nothing was tidied. Try again when it is through."


def tidy(session: Session, args: Namespace) -> int:
    """`roya-tui tidy`: delete old articles, versions, pictures and records, and compact the database."""
    from roya_tui.refresh.cleanup import CleanupResult, clean_up, why_held

    paths, dry_run = session.paths, args.dry_run
    result: CleanupResult | None = CleanupResult()
    if os.path.lexists(paths.database):
        result = clean_up(paths, session.config, session.now, dry_run=dry_run, confirmed=args.yes)
    if args.json:
        session.out.json({**asdict(result or CleanupResult()), "busy": result is None, "dry_run": dry_run})
    elif result is None:
        session.out.notify(_BUSY)
    else:
        session.out.line(_summary(result, dry_run=dry_run))
    if result is None:
        return BUSY
    if result.trouble:
        session.out.notify(result.trouble)
    if result.held:
        session.out.notify(why_held(result.held))
    return FAILURE if result.trouble or result.held else SUCCESS


def _summary(done: CleanupResult, *, dry_run: bool) -> str:
    counts = [
        (done.articles, format_count(done.articles, "old article")),
        (done.revisions, format_count(done.revisions, "old version")),
        (done.pictures, f"{format_count(done.pictures, 'picture')} ({_format_size(done.freed)})"),
        (done.records, format_count(done.records, "record of nothing", "records of nothing")),
    ]
    what = ", ".join(text for count, text in counts if count)
    if dry_run:
        return f"Would let go of {what}. Nothing was changed." if what else "There is nothing to let go of."
    first = f"Let go of {what}." if what else "There was nothing to let go of."
    was = f", it had {_format_size(done.store_before)}" if done.store_after < done.store_before else ""
    return f"{first} The store has {_format_size(done.store_after)}{was}; pictures have {_format_size(done.cache)}."


def _format_size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
