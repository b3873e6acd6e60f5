"""Plain mode, for screen readers and dumb terminals.

It never moves the cursor or changes a line. Database and undo history are those of the app.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from contextlib import suppress

from msgspec.structs import replace

from roya_tui.cli.plain.reader import PlainReader
from roya_tui.cli.session import SUCCESS, Session
from roya_tui.store.connection import StoreError
from roya_tui.store.user_data import visits
from roya_tui.translation import gettext


def run(session: Session, args: Namespace, why_readonly: str = "") -> int:
    """`roya-tui --plain`: execute commands from standard input, one a line.

    `why_readonly` is the reason that the database cannot be written, or "".
    """
    has_prompt = sys.stdin is not None and sys.stdin.isatty()
    if why_readonly:
        session = replace(session, offline=True)  # fetched articles could not be saved
    with session.store(reading=bool(why_readonly)) as db:
        reader = PlainReader(session, db, readonly=bool(why_readonly))
        with suppress(StoreError):  # read-only
            visits.record_use(db, session.now)
        try:
            if not (getattr(args, "plain", False) or session.config.look.plain):
                session.out.line(gettext("This terminal cannot move its cursor, so plain mode is used."))
            if why_readonly:
                session.out.line(gettext("Read-only: {reason}", reason=why_readonly))
            reader.begin(getattr(args, "query", ""))
            while not reader.is_over:
                if has_prompt:
                    session.out.prompt(gettext("Command:") + " ")
                line = sys.stdin.readline()
                if not line:
                    break
                reader.handle(line)
        except KeyboardInterrupt:
            session.out.text("")
        finally:
            reader.end()
    return SUCCESS
