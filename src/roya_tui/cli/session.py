"""The session of a command: folders, settings, output and the database."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

from msgspec import Struct

from roya_tui.cli.output import Column, Output, Row, display_width
from roya_tui.cli.terminal import Terminal
from roya_tui.config import Config, Paths, Problem
from roya_tui.config.settings import Dates
from roya_tui.processes import python_command
from roya_tui.translation import gettext, gettext_noop

if TYPE_CHECKING:
    from sqlite3 import Connection

    from roya_tui.clock import Clock
    from roya_tui.query import Query

_MANY = 2_000
"""Articles to index from which progress is shown: that takes a fifth of a second."""

SUCCESS, FAILURE, USAGE_ERROR, SOME_FAILED, BUSY, INTERRUPTED = 0, 1, 2, 3, 4, 130


class CommandError(Exception):
    """A command failed; the message is a sentence for the user, `code` the exit code."""

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
    """Start of the session in UTC seconds."""
    home: str = ""
    """Value of --home, or ""."""
    offline: bool = False
    samples: bool = False
    """Whether the database is temporary and has only the samples."""
    plain: bool = False
    """Whether output is plain lines, for screen readers and dumb terminals."""

    @property
    def terminal(self) -> Terminal:
        return self.out.terminal

    def program(self) -> tuple[str, ...]:
        """Return the command that runs this program with the same database."""
        home = str(self.paths.data) if self.samples else self.home
        where = ("--home", home) if home else ()
        ascii = ("--ascii",) if self.config.look.ascii else ()
        return python_command("-m", "roya_tui", *where, *ascii)

    def clock(self) -> Clock:
        """Return the clock that formats times; days begin in its zone."""
        from roya_tui.clock import Clock

        dates = self.config.dates
        return Clock(dates.format, dates.zone, in_words=self.plain and dates.format == Dates().format)

    @contextmanager
    def store(self, *, samples: bool = True, reading: bool = False) -> Iterator[Connection]:
        """Open the database; add the first subscriptions (and samples) to a new one.

        With `reading`, nothing is written, and a read-only database can be opened.
        """
        from roya_tui import first_run
        from roya_tui.store.connection import StoreError
        from roya_tui.store.database import open_store
        from roya_tui.store.sources import subscriptions
        from roya_tui.store.user_data import rule_flags

        file = self.paths.database
        readonly = reading and file.exists() and not os.access(file, os.W_OK)
        try:
            with self.show_progress(gettext_noop("Updating the database: {percent} %")) as report:
                opened = open_store(file, readonly, report)
        except StoreError as error:
            if not reading or readonly or not file.exists():
                raise
            try:  # one that cannot be written, as on a full disk
                readonly, opened = True, open_store(file, readonly=True)
            except StoreError:
                raise error from None
        with closing(opened) as db:
            if not readonly and subscriptions.is_empty(db):
                folder = first_run.find_samples_folder() if samples or self.samples else None
                first_run.add_first_sources(db, self.now, folder, with_subscriptions=not self.samples)
                if folder is not None:
                    first_run.cache_sample_pictures(self.paths, folder)
            if not readonly:
                rule_flags.expire(db, self.now)
            yield db

    @contextmanager
    def show_progress(self, message: str) -> Iterator[Callable[[float], None]]:
        """Yield a function that shows progress (0 to 1) on a terminal; `message` has the placeholder `{percent}`."""
        was_shown = False

        def report(share: float) -> None:
            nonlocal was_shown
            if self.out.shows_progress:
                was_shown = True
                self.out.progress(gettext(message, percent=round(100 * share)))

        try:
            yield report
        finally:
            if was_shown:
                self.out.progress("")

    def table(self, columns: Sequence[Column], rows: Sequence[Row], heading: Row | None = None) -> None:
        """Write a table, with right-to-left text as configured."""
        self.out.table(columns, rows, self.config.reading.rtl, heading)

    def query(self, text: str) -> Query:
        """Parse a query; raises `CommandError` with a marker at the error."""
        from roya_tui.query import QueryError, parse

        try:
            return parse(text, self.now)
        except QueryError as error:
            at = " " * display_width(text[: error.position])
            raise CommandError(f"{error.full_message}\n  {text}\n  {at}^", USAGE_ERROR) from None


def index_pending(session: Session, db: Connection) -> None:
    """Index the articles that a killed refresh or an earlier version did not, before a search."""
    from roya_tui.store.articles import search_index
    from roya_tui.store.connection import StoreError

    # A read-only database keeps its incomplete index.
    message = gettext_noop("Updating the search index: {percent} %")
    with suppress(StoreError), session.show_progress(message) as report:
        total = left = search_index.count_queued(db)
        while indexed := search_index.index_batch(db):
            left -= indexed
            if total > _MANY:
                report(1 - max(left, 0) / total)


def standard_input() -> bytes:
    """Read all of standard input; raises `CommandError` if there is none."""
    if sys.stdin is None:
        raise CommandError(gettext("Standard input is closed. Use a file instead of -."))
    return sys.stdin.buffer.read()


def standard_input_line() -> str:
    """Read a line of standard input, decoded like an argument; "" if there is none."""
    return os.fsdecode(sys.stdin.buffer.readline()) if sys.stdin else ""
