"""The one thread that uses the store while the event loop does the network."""

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
"""Seconds between two attempts to break off what runs."""


class StoreThread:
    """Runs functions over its own connection, one after another. Raises StoreError if the store does not open."""

    def __init__(self, path: Path) -> None:
        self._thread = ThreadPoolExecutor(1, "store")
        try:
            self._db = self._thread.submit(open_store, path).result()
        except BaseException:
            self._thread.shutdown(wait=False)
            raise

    def call(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` with the connection before its arguments, and wait for it."""
        return self._thread.submit(work, self._db, *args, **kwargs).result()

    async def call_async(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same for the event loop. What is cancelled before its turn never runs."""
        return await asyncio.wrap_future(self._thread.submit(work, self._db, *args, **kwargs))

    def interrupt(self, seconds: float) -> None:
        """Break off what runs now, if it is long: its transaction is undone. Waits for at most `seconds`."""
        idle = self._thread.submit(lambda: None)
        for _ in range(int(seconds / INTERRUPT_INTERVAL)):
            with suppress(TimeoutError):
                return idle.result(INTERRUPT_INTERVAL)
            # Only a statement that runs at this very moment is broken off, so this may take several attempts.
            self._db.interrupt()

    def close(self) -> None:
        """Close the connection when what was asked for is done."""
        self._thread.submit(self._db.close).result()
        self._thread.shutdown()
