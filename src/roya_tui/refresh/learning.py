"""How search comes to know what a round saves: many articles together, which takes half the time of one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from sqlite3 import Connection
from sys import getsizeof

from roya_tui.refresh.keeper import Keeper
from roya_tui.store import bodies
from roya_tui.store.articles import search_index
from roya_tui.store.bodies import PreparedEntry, SearchDocument
from roya_tui.store.connection import StoreError

SECONDS = 1
"""After which search learns what was saved meanwhile, however little."""
_PATIENT_SECONDS, _PATIENT_ARTICLES = 3, 6_000  # if nobody waits for it: while search learns, nothing is saved
_MOST_REMEMBERED = 40_000_000
"""Bytes of words that are kept in memory until search learns them; those of others are made of their bodies."""


class Memory:
    """What `bodies.told` finds in some bodies, known without looking: until it is asked for once.

    `keep` is for one thread, `told` for another.
    """

    def __init__(self, most: int = _MOST_REMEMBERED) -> None:
        self._most = most
        self._known: dict[int, SearchDocument] = {}
        self._kept = self._given = 0

    @property
    def size(self) -> int:
        """Bytes of what is remembered just now."""
        return self._kept - self._given

    def keep(self, body: bytes, known: SearchDocument) -> None:
        """Remember what follows from a body, if there is room."""
        size = getsizeof(known.text)
        if self.size + size <= self._most:
            self._kept += size
            self._known[hash(body)] = known

    def told(self, feed: bytes, page: bytes | None) -> SearchDocument:
        """See `bodies.told`."""
        known = self._known.pop(hash(feed), None)
        if known is None:
            return bodies.decode_search_document(feed, page)
        self._given += getsizeof(known.text)
        return known if page is None else bodies.decode_search_document(feed, page)


class Learning:
    """Lets search learn as soon as enough waits for it. `patient` says whether nobody waits for it just now."""

    def __init__(self, keeper: Keeper, patient: Callable[[], bool]) -> None:
        self._keeper = keeper
        self._patient = patient
        self._waiting = 0
        self._enough = asyncio.Event()
        self._memory = Memory()

    def remember(self, rows: Iterable[PreparedEntry]) -> None:
        """Keep what search is to be told of rows that are about to be saved, where they bring that along."""
        for row in rows:
            if row.search_document is not None:
                self._memory.keep(row.body, row.search_document)

    @property
    def remembered(self) -> int:
        """Bytes that are kept so."""
        return self._memory.size

    def expect(self, articles: int) -> None:
        """Take it that so many more articles were put off; below 0 that so many are not any longer."""
        self._waiting += articles
        if self._waiting >= (_PATIENT_ARTICLES if self._patient() else search_index.BATCH_SIZE):
            self._enough.set()

    async def go_on(self) -> None:
        """Learn as it comes, until cancelled."""
        await self.finish()  # with what a refresh that was killed has left
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_PATIENT_SECONDS if self._patient() else SECONDS):
                    await self._enough.wait()
            self._enough.clear()
            with suppress(StoreError):  # busy or full just now
                # All beyond what may wait, since many sources are saved before the next turn to learn; else one batch.
                self.expect(-await self._keeper.soon(self._some, self._waiting - _PATIENT_ARTICLES))

    async def finish(self) -> None:
        """Learn all that was put off."""
        with suppress(StoreError):  # busy or full just now: whoever searches next catches up
            while await self._keeper.soon(self._some):
                pass

    def _some(self, db: Connection, articles: int = 0) -> int:
        """Let search learn so many, or a few more, in transactions for which nobody waits long; return how many."""
        learnt = 0
        while some := search_index.index_batch(db, decode=self._memory.told):
            learnt += some
            if learnt >= articles:
                break
        return learnt
