"""The command tidy: what is not wanted any more goes, and one line says what that was."""

from __future__ import annotations

import os
from argparse import Namespace
from typing import TYPE_CHECKING

from msgspec.structs import asdict

from roya_tui.cli.session import BUSY, COULD_NOT, DONE, Session
from roya_tui.text import format_count

if TYPE_CHECKING:
    from roya_tui.refresh.tidying import Tidied

_BUSY = "A refresh is at work, and nothing was tidied. Try again when it is through."


def tidy(session: Session, wanted: Namespace) -> int:
    """`roya-tui tidy`: let go of what is not wanted any more, and make the store small."""
    from roya_tui.refresh.tidying import Tidied, tidy, why_held

    dry_run, confirmed = wanted.dry_run, wanted.yes
    there = os.path.lexists(session.paths.database)
    paths, config, now = session.paths, session.config, session.now
    done = tidy(paths, config, now, dry_run=dry_run, confirmed=confirmed) if there else Tidied()
    if wanted.json:
        session.out.json({**asdict(done or Tidied()), "busy": done is None, "dry_run": dry_run})
    elif done is None:
        session.out.tell(_BUSY)
    else:
        session.out.line(_told(done, dry_run=dry_run))
    if done is not None and done.trouble:
        session.out.tell(done.trouble)
    if done is not None and done.held:
        session.out.tell(why_held(done.held))
    return BUSY if done is None else COULD_NOT if done.trouble or done.held else DONE


def _told(done: Tidied, *, dry_run: bool) -> str:
    gone = [
        (done.articles, format_count(done.articles, "old article")),
        (done.revisions, format_count(done.revisions, "old version")),
        (done.pictures, f"{format_count(done.pictures, 'picture')} ({_size(done.freed)})"),
        (done.records, format_count(done.records, "record of nothing", "records of nothing")),
    ]
    what = ", ".join(told for count, told in gone if count)
    if dry_run:
        return f"Would let go of {what}. Nothing was changed." if what else "There is nothing to let go of."
    first = f"Let go of {what}." if what else "There was nothing to let go of."
    was = f", it had {_size(done.store_before)}" if done.store_after < done.store_before else ""
    return f"{first} The store has {_size(done.store_after)}{was}; pictures have {_size(done.cache)}."


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
