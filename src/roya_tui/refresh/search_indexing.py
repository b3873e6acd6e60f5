"""How search comes to know what a round saves: many articles together, which takes half the time of one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from sqlite3 import Connection
from sys import getsizeof

from roya_tui.refresh.store_thread import StoreThread
from roya_tui.store import bodies
from roya_tui.store.articles import search_index
from roya_tui.store.bodies import PreparedEntry, SearchDocument
from roya_tui.store.connection import StoreError

MAX_DELAY_SECONDS = 1
"""After which search learns what was saved meanwhile, however little."""
_IDLE_DELAY_SECONDS, _IDLE_BATCH_ARTICLES = 3, 6_000  # if nobody waits for it: while search learns, nothing is saved
_MAX_CACHE_BYTES = 40_000_000
"""Bytes of words that are kept in memory until search learns them; those of others are made of their bodies."""


class SearchDocumentCache:
    """What `bodies.told` finds in some bodies, known without looking: until it is asked for once.

    `keep` is for one thread, `told` for another.
    """

    def __init__(self, max_bytes: int = _MAX_CACHE_BYTES) -> None:
        self._max_bytes = max_bytes
        self._documents: dict[int, SearchDocument] = {}
        self._added_bytes = self._removed_bytes = 0

    @property
    def size(self) -> int:
        """Bytes of what is remembered just now."""
        return self._added_bytes - self._removed_bytes

    def add(self, body: bytes, known: SearchDocument) -> None:
        """Remember what follows from a body, if there is room."""
        size = getsizeof(known.text)
        if self.size + size <= self._max_bytes:
            self._added_bytes += size
            self._documents[hash(body)] = known

    def search_document(self, feed: bytes, page: bytes | None) -> SearchDocument:
        """See `bodies.told`."""
        known = self._documents.pop(hash(feed), None)
        if known is None:
            return bodies.decode_search_document(feed, page)
        self._removed_bytes += getsizeof(known.text)
        return known if page is None else bodies.decode_search_document(feed, page)


class SearchIndexer:
    """Lets search learn as soon as enough waits for it. `patient` says whether nobody waits for it just now."""

    def __init__(self, store: StoreThread, is_idle: Callable[[], bool]) -> None:
        self._store = store
        self._is_idle = is_idle
        self._waiting = 0
        self._batch_ready = asyncio.Event()
        self._cache = SearchDocumentCache()

    def cache(self, rows: Iterable[PreparedEntry]) -> None:
        """Keep what search is to be told of rows that are about to be saved, where they bring that along."""
        for row in rows:
            if row.search_document is not None:
                self._cache.add(row.body, row.search_document)

    @property
    def cached_bytes(self) -> int:
        """Bytes that are kept so."""
        return self._cache.size

    def add_waiting(self, articles: int) -> None:
        """Take it that so many more articles were put off; below 0 that so many are not any longer."""
        self._waiting += articles
        if self._waiting >= (_IDLE_BATCH_ARTICLES if self._is_idle() else search_index.BATCH_SIZE):
            self._batch_ready.set()

    async def run(self) -> None:
        """Learn as it comes, until cancelled."""
        await self.finish()  # with what a refresh that was killed has left
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_IDLE_DELAY_SECONDS if self._is_idle() else MAX_DELAY_SECONDS):
                    await self._batch_ready.wait()
            self._batch_ready.clear()
            with suppress(StoreError):  # busy or full just now
                # All beyond what may wait, since many sources are saved before the next turn to learn; else one batch.
                self.add_waiting(-await self._store.call_async(self._index_some, self._waiting - _IDLE_BATCH_ARTICLES))

    async def finish(self) -> None:
        """Learn all that was put off."""
        with suppress(StoreError):  # busy or full just now: whoever searches next catches up
            while await self._store.call_async(self._index_some):
                pass

    def _index_some(self, db: Connection, articles: int = 0) -> int:
        """Let search learn so many, or a few more, in transactions for which nobody waits long; return how many."""
        learnt = 0
        while some := search_index.index_batch(db, decode=self._cache.search_document):
            learnt += some
            if learnt >= articles:
                break
        return learnt
