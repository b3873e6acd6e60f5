"""The store as the screen uses it: small reads at once, long reads and writes in threads of their own.

SQLite lets readers go on while another process writes; a write may have to wait for it, so no write runs on the
event loop. Each thread has a connection of its own.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from roya_tui.model import Article, Headline
from roya_tui.store.articles import lookup, search_index
from roya_tui.store.connection import StoreError
from roya_tui.store.database import LONG_LIST_CACHE_KIB, open_low_memory
from roya_tui.store.user_data import journal, stories

P = ParamSpec("P")
T = TypeVar("T")

READ_CLOSE_SECONDS = 0.3
"""Seconds that closing waits for reads that work something out, which nothing can break off."""


class Interrupted(Exception):
    """A read was broken off, since its answer is no longer wanted."""


class DbThread:
    """One thread with one connection: what is asked runs in order."""

    def __init__(
        self,
        path: Path,
        name: str,
        *,
        readonly: bool = False,
        completes_pending: bool = False,
        reads_long_lists: bool = False,
    ) -> None:
        """With `keeps`, what was asked is done even if whoever asked is gone: leaving the program loses no mark.

        `lists`: it reads long lists.
        """
        opening = partial(open_low_memory, path, readonly=readonly)
        self._open = partial(opening, LONG_LIST_CACHE_KIB) if reads_long_lists else opening
        self._completes_pending = completes_pending
        self._is_closing = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._db: sqlite3.Connection | None = None

    async def run(self, job: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kw: P.kwargs) -> T:
        def run() -> T:
            if self._is_closing and not self._completes_pending:
                raise Interrupted
            if self._db is None:
                self._db = self._open()
            try:
                return job(self._db, *args, **kw)
            except StoreError as error:
                if getattr(error.__cause__, "sqlite_errorname", "") == "SQLITE_INTERRUPT":
                    raise Interrupted from error
                raise

        answer = asyncio.get_running_loop().run_in_executor(self._thread, run)
        return await (asyncio.shield(answer) if self._completes_pending else answer)

    def interrupt(self) -> None:
        """Break off the statement that runs now: its answer is no longer wanted."""
        if self._db is not None:
            self._db.interrupt()

    def run_soon(self, job: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kw: P.kwargs) -> None:
        """Ask for what nobody waits for; on a full disk it is left undone."""

        async def quietly() -> None:
            with suppress(StoreError):
                await self.run(job, *args, **kw)

        asyncio.get_running_loop().create_task(quietly())

    def close(self) -> Future[None]:
        """Close the connection once what was asked is done; reads that have not begun are dropped."""

        def shut() -> None:
            if self._db is not None:
                self._db.close()

        self._is_closing = True
        if not self._completes_pending:
            self.interrupt()
        closed = self._thread.submit(shut)
        self._thread.shutdown(wait=False)
        return closed


class AsyncDatabase:
    """Reads headlines and articles; runs queries and writes beside the event loop."""

    def __init__(self, path: Path, *, readonly: bool = False) -> None:
        """With `readonly`, whatever writes raises `StoreError`."""
        self._db = open_low_memory(path, readonly=readonly)
        self._first_version = _data_version(self._db)
        self._version: int | None = None
        self._has_indexed = False
        self._read_thread = DbThread(path, "reads", readonly=readonly, reads_long_lists=True)
        self._count_thread = DbThread(path, "counts", readonly=readonly)
        self._compute_thread = DbThread(path, "looks", readonly=readonly)
        self._write_thread = DbThread(path, "writes", readonly=readonly, completes_pending=True)

    def headlines(self, ids: Sequence[int]) -> list[Headline]:
        """The headlines of these ids, in their order: a page takes about a millisecond."""
        return lookup.load_headlines(self._db, ids)

    def article(self, id: int) -> Article | None:
        """The whole article, None if it is gone."""
        return lookup.load_article(self._db, id)

    def story_ids(self, id: int) -> list[int]:
        """All articles that tell the same story as this one, the best first; none where it is in no story."""
        return [telling.id for telling in stories.find_members(self._db, [id])]

    def read_now(self, job: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """Run a read that is known to be quick, on the event loop."""
        return job(self._db, *args, **kw)

    async def read(self, job: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """Run a query that may take long."""
        return await self._read_thread.run(job, *args, **kw)

    def interrupt(self) -> None:
        """Break off the query and the count that run: others are wanted now. Where they are awaited they raise
        `Interrupted`."""
        self._read_thread.interrupt()
        self._count_thread.interrupt()

    async def count(self, job: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """Run a count, behind other counts but not in the way of queries."""
        return await self._count_thread.run(job, *args, **kw)

    async def compute(self, job: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """Read and work out something about one article, which may take long and which nothing breaks off."""
        return await self._compute_thread.run(job, *args, **kw)

    async def write(self, job: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """Run a write; writes keep the order in which they were asked."""
        return await self._write_thread.run(job, *args, **kw)

    async def write_step(
        self, job: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kw: P.kwargs
    ) -> tuple[T, str]:
        """Run a write that is a step of the journal, and return with what it gives the sentence that tells it."""

        def run_step(db: sqlite3.Connection) -> tuple[T, str]:
            return job(db, *args, **kw), journal.latest_sentence(db)

        return await self._write_thread.run(run_step)

    def write_soon(self, job: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kw: P.kwargs) -> None:
        """Run a write that nobody waits for, in its turn."""
        self._write_thread.run_soon(job, *args, **kw)

    async def index_pending(self) -> None:
        """Let search learn what a refresh that was killed, or an earlier version, left to it: between other writes."""
        with suppress(StoreError):
            while await self.write(search_index.index_batch):
                self._has_indexed = True

    @property
    def version(self) -> int:
        """A number that is another one whenever the store was changed, by this reader or by others."""
        return _data_version(self._db)

    async def has_changed(self) -> bool:
        """Whether the store was changed since this was last asked: by others, or by rules over what search learnt.

        All of our own writes are made over one connection, which SQLite tells of those of all others. The first
        time nobody knows whose writes there were, if there were any.
        """
        before, self._version = self._version, await self.write(_data_version)
        caught_up, self._has_indexed = self._has_indexed, False
        return caught_up or (self.version != self._first_version if before is None else before != self._version)

    def close(self) -> None:
        """Let the writes that were asked finish, then close everything; not waiting long for reads."""
        reads = [desk.close() for desk in (self._read_thread, self._count_thread, self._compute_thread)]
        self._write_thread.close().result()
        wait(reads, READ_CLOSE_SECONDS)
        self._db.close()


def _data_version(db: sqlite3.Connection) -> int:
    """A number that is another one whenever another connection has changed the store."""
    return int(db.execute("PRAGMA data_version").fetchone()[0])
