"""Search documents that parse workers prepared are used once, and only for the same text."""

import asyncio
from typing import cast

import pytest
from tests.refresh.conftest import App
from tests.servers import Server, rss

from roya_tui.model import Entry
from roya_tui.refresh.search_indexing import SearchDocumentCache, SearchIndexer
from roya_tui.refresh.store_thread import StoreThread
from roya_tui.store import bodies

OLIVES = bodies.prepare(Entry(guid="1", title="Olives", content="<p>Harvest</p>"), with_search_document=True)
WHEAT = bodies.prepare(Entry(guid="1", title="Wheat", content="<p>Sown</p>"), with_search_document=True)
PAGE = bodies.pack_page("<p>All of it</p>", [])


def test_cache_returns_search_documents_once_and_only_for_the_same_text() -> None:
    cache = SearchDocumentCache()
    for row in (OLIVES, WHEAT):
        assert row.search_document is not None
        cache.add(row.body, row.search_document)
    assert cache.search_document(OLIVES.body, None) is OLIVES.search_document
    assert cache.search_document(OLIVES.body, None) == OLIVES.search_document, "and no more than once"
    assert cache.search_document(WHEAT.body, PAGE).text == "sown all of it", "a page came meanwhile"


def test_cache_omits_what_exceeds_its_size() -> None:
    cache = SearchDocumentCache(max_bytes=1)
    assert OLIVES.search_document is not None
    cache.add(OLIVES.body, OLIVES.search_document)
    read = cache.search_document(OLIVES.body, None)
    assert read == OLIVES.search_document
    assert read is not OLIVES.search_document


def test_first_refresh_reads_no_text_twice(app: App, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    source = app.add(server.serve("/rss", rss(*((f"{n}", f"Olives {n}", "harvest") for n in range(20)))))
    read: list[bytes] = []
    monkeypatch.setattr(bodies, "decode_search_document", lambda feed, page: read.append(feed))
    app.refresh(source)
    assert len(app.found("harvest")) == 20
    assert not read


class StoreThreadStub:
    """Counts calls of the indexer; each but the first indexes 500 articles."""

    def __init__(self) -> None:
        self.times = 0

    async def call_async(self, work: object, *_: object) -> int:
        self.times += 1
        return 500 if self.times > 1 else 0


@pytest.mark.parametrize(("saved", "has_priority", "times"), [(600, False, 2), (600, True, 1), (6_400, True, 2)])
async def test_indexing_waits_while_workers_parse(saved: int, has_priority: bool, times: int) -> None:
    store = StoreThreadStub()
    indexer = SearchIndexer(cast("StoreThread", store), lambda: has_priority)
    task = asyncio.create_task(indexer.run())
    indexer.add_waiting(saved)
    for _ in range(20):
        await asyncio.sleep(0)
    task.cancel()
    assert store.times == times
