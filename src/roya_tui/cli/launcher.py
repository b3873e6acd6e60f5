"""The reader itself: roya-tui without a command."""

from __future__ import annotations

import gc
import sys
from argparse import Namespace

from roya_tui.cli.session import CommandError, Session


def launch(session: Session, args: Namespace) -> int:
    """`roya-tui`: open the reader, in panes where there is a terminal for them, and plain where that is wanted."""
    if session.plain:
        from roya_tui.cli import plain

        gc.enable()
        return plain.run(session, args, _prepare(session))
    _require_terminal(session)
    query = str(session.query(args.query)) if getattr(args, "query", "") else ""
    why_not = _prepare(session)

    from roya_tui.ui import app

    return app.run(
        session.paths,
        session.config,
        program=session.program(),
        query=query,
        offline=session.offline or bool(why_not),  # what is fetched could not be saved
        greeting=f"Read-only: {why_not}" if why_not else _greeting(session),
        colors=session.terminal.colors,
        readonly=bool(why_not),
    )


def _prepare(session: Session) -> str:
    """Make the store, or bring it up to date, before the screen is drawn.

    Return "", or why it can only be read: SQLite makes a file beside it to write, which a full disk has no room for.
    Raises `StoreError` where it cannot be read either.
    """
    from roya_tui.store.connection import StoreError

    try:
        with session.store():
            return ""
    except StoreError as error:
        if not session.paths.database.exists():
            raise
        with session.store(reading=True):
            return error.short


def _greeting(session: Session) -> str:
    """Tell the first mistake in the configuration, and where to find the others."""
    if not session.problems:
        return ""
    more = len(session.problems) - 1
    return f"{session.problems[0].short}{f' ({more} more: roya-tui doctor)' if more else ''}"


def _require_terminal(session: Session) -> None:
    if not (session.terminal.interactive and _stdin_is_a_terminal()):
        instead = "roya-tui --plain, roya-tui list and roya-tui show ID work anywhere."
        raise CommandError(f"The reader needs a terminal, and this is none. {instead}")


def _stdin_is_a_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()
