"""What every command is given: where things lie, what is set, where to write, and the store."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

from msgspec import Struct

from roya_tui.cli.output import Column, Output, display_width
from roya_tui.cli.terminal import Terminal
from roya_tui.config import Config, Paths, Problem
from roya_tui.processes import python_command

if TYPE_CHECKING:
    from pathlib import Path
    from sqlite3 import Connection

    from roya_tui.clock import Clock
    from roya_tui.query import Query
    from roya_tui.store.connection import StoreError

_MANY = 2_000
"""Articles that search learns before the program says so: that takes a fifth of a second."""

SUCCESS, FAILURE, USAGE_ERROR, SOME_FAILED, BUSY, INTERRUPTED = 0, 1, 2, 3, 4, 130


class CommandError(Exception):
    """A command cannot do what was asked; the message is a sentence for the person, `code` the exit code."""

    def __init__(self, message: str, code: int = FAILURE) -> None:
        super().__init__(message)
        self.code = code


class Session(Struct, frozen=True):
    """One run of the command line."""

    paths: Paths
    config: Config
    problems: tuple[Problem, ...]
    out: Output
    now: int
    """When it started, in UTC seconds."""
    home: str = ""
    """What --home says, "" if nothing."""
    offline: bool = False
    samples: bool = False
    """The store is a throw-away one with the samples only."""
    plain: bool = False
    """Nothing is drawn and no line changes: for screen readers, and terminals that can no more than that."""

    @property
    def terminal(self) -> Terminal:
        return self.out.terminal

    def program(self) -> tuple[str, ...]:
        """Return the command that runs this program again, on the same store; start it with `child_environment`."""
        home = str(self.paths.data) if self.samples else self.home
        where = ("--home", home) if home else ()
        return python_command("-m", "roya_tui", *where)

    def clock(self) -> Clock:
        """Return the clock that times are shown by; days begin in its zone."""
        from roya_tui.clock import Clock

        return Clock(self.config.dates.format, self.config.dates.zone)

    @contextmanager
    def store(self, *, samples: bool = True, reading: bool = False) -> Iterator[Connection]:
        """Open the store; a new one gets the first subscriptions, and the sample sources where `samples` says so.

        `reading` says that nothing is written, so that a store which may not be written is no hindrance.
        """
        from roya_tui import first_run
        from roya_tui.store.connection import StoreError
        from roya_tui.store.database import open_store
        from roya_tui.store.user_data import rule_flags

        file = self.paths.database
        readonly = reading and file.exists() and not os.access(file, os.W_OK)
        try:
            with self.show_progress("Bringing the store up to date") as tell:
                opened = open_store(file, readonly, tell)
        except StoreError as error:
            if not reading or readonly or not file.exists():
                raise
            readonly, opened = True, _open_readonly(file, error)
        with closing(opened) as db:
            if not readonly and first_run.is_new_database(db):
                folder = first_run.find_samples_folder() if samples or self.samples else None
                first_run.add_first_sources(db, self.now, folder, with_subscriptions=not self.samples)
                if folder is not None:
                    first_run.cache_sample_pictures(self.paths, folder)
            if not readonly:
                rule_flags.expire(db, self.now)
            yield db

    @contextmanager
    def show_progress(self, label: str) -> Iterator[Callable[[float], None]]:
        """Give what tells a person at a terminal how far something is that takes seconds; the line goes at the end."""
        was_shown = False

        def report(share: float) -> None:
            nonlocal was_shown
            if self.out.shows_progress:
                was_shown = True
                self.out.progress(f"{label}: {100 * share:.0f} %")

        try:
            yield report
        finally:
            if was_shown:
                self.out.progress("")

    def table(
        self, columns: Sequence[Column], rows: Sequence[Sequence[str]], heading: Sequence[str] | None = None
    ) -> None:
        """Write a table for people, right-to-left text as the configuration wants it."""
        self.out.table(columns, rows, self.config.reading.rtl, heading)

    def query(self, text: str) -> Query:
        """Read a query; raises `CannotDo` that shows where it is wrong."""
        from roya_tui.query import QueryError, parse

        try:
            return parse(text, self.now)
        except QueryError as error:
            at = " " * display_width(text[: error.position])
            raise CommandError(f"{error.full_message}\n  {text}\n  {at}^", USAGE_ERROR) from None


def _open_readonly(file: Path, error: StoreError) -> Connection:
    """Open the store that cannot be opened to write, as on a full disk; raises `why` it cannot where this fails too."""
    from roya_tui.store.connection import StoreError
    from roya_tui.store.database import open_store

    try:
        return open_store(file, readonly=True)
    except StoreError:
        raise error from None


def index_pending(session: Session, db: Connection) -> None:
    """Let search learn, before words are looked for, what a killed refresh or an earlier version left to it."""
    from roya_tui.store.articles import search_index
    from roya_tui.store.connection import StoreError

    with suppress(StoreError), session.show_progress("Bringing search up to date") as tell:
        # Where the store may not be written, search knows what it knows.
        total = left = search_index.count_queued(db)
        while learnt := search_index.index_batch(db):
            left -= learnt
            if total > _MANY:
                tell(1 - max(left, 0) / total)


def standard_input() -> bytes:
    """All of standard input; raises `CannotDo` where there is none."""
    if sys.stdin is None:
        raise CommandError("There is no standard input to read here. Name a file instead of -.")
    return sys.stdin.buffer.read()
