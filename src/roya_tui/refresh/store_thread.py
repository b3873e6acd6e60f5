"""A thread that uses the database while the event loop uses the network."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from roya_tui.store.database import open_store

P = ParamSpec("P")
T = TypeVar("T")
Work = Callable[Concatenate[sqlite3.Connection, P], T]

INTERRUPT_INTERVAL = 0.005
"""Seconds between two attempts to interrupt a statement."""


class StoreThread:
    """Runs functions one by one with its own connection. Raises StoreError on opening it."""

    def __init__(self, path: Path) -> None:
        self._thread = ThreadPoolExecutor(1, "store")
        try:
            self._db = self._thread.submit(open_store, path).result()
        except BaseException:
            self._thread.shutdown(wait=False)
            raise

    def call(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work(connection, …)` and wait for its result."""
        return self._thread.submit(work, self._db, *args, **kwargs).result()

    async def call_async(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work(connection, …)` without blocking the event loop. Cancelling prevents a start."""
        return await asyncio.wrap_future(self._thread.submit(work, self._db, *args, **kwargs))

    def interrupt(self, seconds: float) -> None:
        """Interrupt the running function, so that it rolls back; wait at most `seconds`."""
        idle = self._thread.submit(lambda: None)
        for _ in range(int(seconds / INTERRUPT_INTERVAL)):
            with suppress(TimeoutError):
                return idle.result(INTERRUPT_INTERVAL)
            # This interrupts only a statement that runs at this moment, so it may take several attempts.
            self._db.interrupt()

    def close(self) -> None:
        """Close the connection after all pending functions."""
        self._thread.submit(self._db.close).result()
        self._thread.shutdown()
