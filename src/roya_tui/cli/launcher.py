"""Start the app: `roya-tui` without a command."""

from __future__ import annotations

import gc
import os
import sys
from argparse import Namespace

from roya_tui.cli.session import CommandError, Session
from roya_tui.processes import is_on_web_page
from roya_tui.translation import gettext, join_sentences


def launch(session: Session, args: Namespace) -> int:
    """Run the app, or plain mode."""
    if session.plain:
        from roya_tui.cli import plain

        gc.enable()
        return plain.run(session, args, _prepare(session))
    has_input = is_on_web_page(os.environ) or (sys.stdin is not None and sys.stdin.isatty())
    if not (session.terminal.interactive and has_input):
        raise CommandError(
            gettext(
                "The app needs a terminal. Without one, use roya-tui --plain, roya-tui list or roya-tui show NUMBER."
            )
        )
    query = str(session.query(args.query)) if getattr(args, "query", "") else ""
    why_readonly = _prepare(session)

    from roya_tui.ui import app

    return app.run(
        session.paths,
        session.config,
        program=session.program(),
        query=query,
        offline=session.offline or bool(why_readonly),  # fetched articles could not be saved
        greeting=gettext("Read-only: {reason}", reason=why_readonly) if why_readonly else _greeting(session),
        colors=session.terminal.colors,
        readonly=bool(why_readonly),
    )


def _prepare(session: Session) -> str:
    """Create or migrate the database; return why it is read-only, or "".

    SQLite needs a file beside it to write, for which a full disk has no room. Raises `StoreError` if the database
    cannot be read either.
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
    """Return the first problem in the configuration, and how to list the others."""
    if not session.problems:
        return ""
    more = len(session.problems) - 1
    return join_sentences(
        session.problems[0].short, gettext("({count} more: roya-tui doctor)", count=more) if more else ""
    )
