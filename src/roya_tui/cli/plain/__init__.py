"""The plain reader: headlines and articles as lines, commands as words. For screen readers, and where nothing can move.

Nothing is drawn: no frame, no colour, no cursor that moves, no line that changes once it is there. What is read and
marked is the same as in the panes, through the same store and the same journal.
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

PROMPT = "Command: "


def run(session: Session, args: Namespace, why_readonly: str = "") -> int:
    """`roya-tui --plain`: take commands from standard input, one a line, until there are no more.

    `why_readonly` is the reason that the database cannot be written, or "".
    """
    asks = sys.stdin is not None and sys.stdin.isatty()
    if why_readonly:
        session = replace(session, offline=True)  # what is fetched could not be saved
    with session.store(reading=bool(why_readonly)) as db:
        sitting = PlainReader(session, db, readonly=bool(why_readonly))
        with suppress(StoreError):  # where the store may not be written, nobody was here
            visits.record_use(db, session.now)
        try:
            if not (getattr(args, "plain", False) or session.config.look.plain):
                session.out.line("This terminal cannot move its cursor, so this is the plain reader.")
            if why_readonly:
                session.out.line(f"Read-only: {why_readonly}")
            sitting.begin(getattr(args, "query", ""))
            while not sitting.is_over:
                if asks:
                    session.out.prompt(PROMPT)
                line = sys.stdin.readline()
                if not line:
                    break
                sitting.handle(line)
        except KeyboardInterrupt:
            session.out.text("")
        finally:
            sitting.end()
    return SUCCESS
