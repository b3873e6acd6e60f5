"""Index saved articles for search in batches, in half the time of indexing each alone."""

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
"""Longest seconds until saved articles are indexed."""
_IDLE_DELAY_SECONDS, _IDLE_BATCH_ARTICLES = 3, 6_000  # fewer, larger batches: while one is indexed, nothing is saved
_MAX_CACHE_BYTES = 40_000_000
"""Bytes of search documents in memory; others are decoded again from their bodies."""


class SearchDocumentCache:
    """Keeps the search documents of bodies until each is used once.

    One thread may call `add` while another calls `search_document`.
    """

    def __init__(self, max_bytes: int = _MAX_CACHE_BYTES) -> None:
        self._max_bytes = max_bytes
        self._documents: dict[int, SearchDocument] = {}
        self._added_bytes = self._removed_bytes = 0

    @property
    def size(self) -> int:
        """Bytes of text in the cache."""
        return self._added_bytes - self._removed_bytes

    def add(self, body: bytes, document: SearchDocument) -> None:
        """Keep the search document of a body, if there is room."""
        size = getsizeof(document.text)
        if self.size + size <= self._max_bytes:
            self._added_bytes += size
            self._documents[hash(body)] = document

    def search_document(self, feed: bytes, page: bytes | None) -> SearchDocument:
        """Return the result of `bodies.decode_search_document`, from the cache if possible."""
        document = self._documents.pop(hash(feed), None)
        if document is not None:
            self._removed_bytes += getsizeof(document.text)
            if page is None:
                return document
        return bodies.decode_search_document(feed, page)


class SearchIndexer:
    """Indexes articles once enough wait: more while `is_idle()`, when no search needs them."""

    def __init__(self, store: StoreThread, is_idle: Callable[[], bool]) -> None:
        self._store = store
        self._is_idle = is_idle
        self._waiting = 0
        self._batch_ready = asyncio.Event()
        self._cache = SearchDocumentCache()

    def cache(self, rows: Iterable[PreparedEntry]) -> None:
        """Cache the search documents of rows that are about to be saved, if they have any."""
        for row in rows:
            if row.search_document is not None:
                self._cache.add(row.body, row.search_document)

    @property
    def cached_bytes(self) -> int:
        """Bytes of cached search documents."""
        return self._cache.size

    def add_waiting(self, articles: int) -> None:
        """Change the number of articles that wait to be indexed."""
        self._waiting += articles
        if self._waiting >= (_IDLE_BATCH_ARTICLES if self._is_idle() else search_index.BATCH_SIZE):
            self._batch_ready.set()

    async def run(self) -> None:
        """Index batches until cancelled."""
        await self.finish()  # articles left by a refresh that was killed
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_IDLE_DELAY_SECONDS if self._is_idle() else MAX_DELAY_SECONDS):
                    await self._batch_ready.wait()
            self._batch_ready.clear()
            with suppress(StoreError):  # database busy or disk full
                # All beyond the idle batch, since many sources are saved before the next run; else one batch.
                self.add_waiting(-await self._store.call_async(self._index_some, self._waiting - _IDLE_BATCH_ARTICLES))

    async def finish(self) -> None:
        """Index all waiting articles."""
        with suppress(StoreError):  # database busy or disk full: the next search indexes the rest
            while await self._store.call_async(self._index_some):
                pass

    def _index_some(self, db: Connection, articles: int = 0) -> int:
        """Index at least `articles` in short transactions, at least one batch; return how many."""
        indexed = 0
        while count := search_index.index_batch(db, decode=self._cache.search_document):
            indexed += count
            if indexed >= articles:
                break
        return indexed
