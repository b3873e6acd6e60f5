"""The command tidy: what is not wanted any more goes, and one line says what that was."""

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
    """`roya-tui tidy`: let go of what is not wanted any more, and make the store small."""
    from roya_tui.refresh.cleanup import CleanupResult, clean_up, why_held

    dry_run, confirmed = args.dry_run, args.yes
    there = os.path.lexists(session.paths.database)
    paths, config, now = session.paths, session.config, session.now
    done = clean_up(paths, config, now, dry_run=dry_run, confirmed=confirmed) if there else CleanupResult()
    if args.json:
        session.out.json({**asdict(done or CleanupResult()), "busy": done is None, "dry_run": dry_run})
    elif done is None:
        session.out.notify(_BUSY)
    else:
        session.out.line(_summary(done, dry_run=dry_run))
    if done is not None and done.trouble:
        session.out.notify(done.trouble)
    if done is not None and done.held:
        session.out.notify(why_held(done.held))
    return BUSY if done is None else FAILURE if done.trouble or done.held else SUCCESS


def _summary(done: CleanupResult, *, dry_run: bool) -> str:
    gone = [
        (done.articles, format_count(done.articles, "old article")),
        (done.revisions, format_count(done.revisions, "old version")),
        (done.pictures, f"{format_count(done.pictures, 'picture')} ({_format_size(done.freed)})"),
        (done.records, format_count(done.records, "record of nothing", "records of nothing")),
    ]
    what = ", ".join(told for count, told in gone if count)
    if dry_run:
        return f"Would let go of {what}. Nothing was changed." if what else "There is nothing to let go of."
    first = f"Let go of {what}." if what else "There was nothing to let go of."
    was = f", it had {_format_size(done.store_before)}" if done.store_after < done.store_before else ""
    return f"{first} The store has {_format_size(done.store_after)}{was}; pictures have {_format_size(done.cache)}."


def _format_size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
