"""Asynchronous access to the database: quick reads on the event loop, long reads and all writes in threads.

SQLite readers continue while another process writes, but a write may have to wait for it, so no write runs on the
event loop. Each thread has its own connection.
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
"""Seconds that closing waits for reads that compute in Python, which cannot be interrupted."""


class Interrupted(Exception):
    """A read was interrupted, since its result is no longer needed."""


class DbThread:
    """One thread with one connection, which runs jobs in order."""

    def __init__(
        self, path: Path, name: str, *, readonly: bool, completes_pending: bool = False, reads_long_lists: bool = False
    ) -> None:
        """With `completes_pending`, jobs run even if their caller was cancelled or the app exits: no mark is lost.

        `reads_long_lists` gives the connection a larger cache.
        """
        opening = partial(open_low_memory, path, readonly=readonly)
        self._open = partial(opening, LONG_LIST_CACHE_KIB) if reads_long_lists else opening
        self._completes_pending = completes_pending
        self._is_closing = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._db: sqlite3.Connection | None = None

    async def run(self, job: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """Run `job` in the thread and return its result. Raises Interrupted."""

        def run() -> T:
            if self._is_closing and not self._completes_pending:
                raise Interrupted
            if self._db is None:
                self._db = self._open()
            try:
                return job(self._db, *args, **kw)
            except StoreError as error:
                if error.code == "SQLITE_INTERRUPT":
                    raise Interrupted from error
                raise

        result = asyncio.get_running_loop().run_in_executor(self._thread, run)
        return await (asyncio.shield(result) if self._completes_pending else result)

    def interrupt(self) -> None:
        """Interrupt the statement that runs now."""
        if self._db is not None:
            self._db.interrupt()

    def close(self) -> Future[None]:
        """Close the connection after the pending writes; reads that have not started are dropped."""

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
    """Reads headlines and articles, and runs queries and writes in threads."""

    def __init__(self, path: Path, *, readonly: bool = False) -> None:
        """With `readonly`, every write raises `StoreError`."""
        self._db = open_low_memory(path, readonly=readonly)
        self._first_version = _data_version(self._db)
        self._version: int | None = None
        self._has_indexed = False
        self._read_thread = DbThread(path, "reads", readonly=readonly, reads_long_lists=True)
        self._count_thread = DbThread(path, "counts", readonly=readonly)
        self._compute_thread = DbThread(path, "looks", readonly=readonly)
        self._write_thread = DbThread(path, "writes", readonly=readonly, completes_pending=True)
        self.read = self._read_thread.run
        """Run a query that may take long. Raises Interrupted."""
        self.count = self._count_thread.run
        """Run a count after other counts, without delaying queries. Raises Interrupted."""
        self.compute = self._compute_thread.run
        """Run a long read about one article, which `interrupt` does not stop."""
        self.write = self._write_thread.run
        """Run a write; writes run in the order of their calls."""

    def headlines(self, ids: Sequence[int]) -> list[Headline]:
        """Return the headlines of `ids` in their order; a page takes about a millisecond.

        Articles on a damaged page are left out like deleted ones, so that the app can show the others.
        """
        try:
            return lookup.load_headlines(self._db, ids)
        except StoreError as error:
            if not _is_damage(error):
                raise
            return [] if len(ids) == 1 else [headline for id in ids for headline in self.headlines([id])]

    def article(self, id: int) -> Article | None:
        """Return the article with its text; None if it is deleted, or on a damaged page."""
        try:
            return lookup.load_article(self._db, id)
        except StoreError as error:
            if not _is_damage(error):
                raise
            return None

    def story_ids(self, id: int) -> list[int]:
        """Return the articles in the same story, the best first; [] if the article is in no story."""
        return [member.id for member in stories.find_members(self._db, [id])]

    def read_now(self, job: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """Run a quick read on the event loop."""
        return job(self._db, *args, **kw)

    def interrupt(self) -> None:
        """Interrupt the running query and count, which then raise `Interrupted`."""
        self._read_thread.interrupt()
        self._count_thread.interrupt()

    async def write_step(
        self, job: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kw: P.kwargs
    ) -> tuple[T, str]:
        """Run a write that is a journal step; return its result and the sentence that describes the step."""

        def run_step(db: sqlite3.Connection) -> tuple[T, str]:
            return job(db, *args, **kw), journal.latest_sentence(db)

        return await self._write_thread.run(run_step)

    def write_soon(self, job: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kw: P.kwargs) -> None:
        """Run a write in order, without waiting for it; errors such as a full disk are ignored."""

        async def write() -> None:
            with suppress(StoreError):
                await self.write(job, *args, **kw)

        asyncio.get_running_loop().create_task(write())

    async def index_pending(self) -> None:
        """Index in batches, between other writes, what a killed refresh or an older version left unindexed."""
        with suppress(StoreError):
            while await self.write(search_index.index_batch):
                self._has_indexed = True

    @property
    def version(self) -> int:
        """A number that changes whenever any connection of any process changes the database."""
        return _data_version(self._db)

    async def has_changed(self) -> bool:
        """Return whether another process, or rules after indexing, changed the database since the last call.

        All writes of this process use one connection, whose `data_version` counts only the writes of others. The first
        call cannot distinguish them and reports any write.
        """
        before, self._version = self._version, await self.write(_data_version)
        has_indexed, self._has_indexed = self._has_indexed, False
        return has_indexed or (self.version != self._first_version if before is None else before != self._version)

    def close(self) -> None:
        """Finish the pending writes, then close all connections; waits only briefly for reads."""
        reads = [thread.close() for thread in (self._read_thread, self._count_thread, self._compute_thread)]
        self._write_thread.close().result()
        wait(reads, READ_CLOSE_SECONDS)
        self._db.close()


def _is_damage(error: StoreError) -> bool:
    return error.code.startswith("SQLITE_CORRUPT")


def _data_version(db: sqlite3.Connection) -> int:
    """Return a number that changes whenever another connection changes the database."""
    return int(db.execute("PRAGMA data_version").fetchone()[0])
