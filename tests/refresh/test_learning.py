"""What parse workers have found for search already is used once, and only for the very text that it was found in."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest
from tests.refresh.conftest import Desk
from tests.servers import Server, rss

from roya_tui.model import Entry
from roya_tui.refresh.search_indexing import SearchDocumentCache, SearchIndexer
from roya_tui.refresh.store_thread import StoreThread
from roya_tui.store import bodies

OLIVES = bodies.prepare(Entry(guid="1", title="Olives", content="<p>Harvest</p>"), with_search_document=True)
WHEAT = bodies.prepare(Entry(guid="1", title="Wheat", content="<p>Sown</p>"), with_search_document=True)
PAGE = bodies.pack_page("<p>All of it</p>", [])


def test_what_is_remembered_is_what_the_body_says() -> None:
    memory = SearchDocumentCache()
    for row in (OLIVES, WHEAT):
        assert row.search_document is not None
        memory.add(row.body, row.search_document)
    assert memory.search_document(OLIVES.body, None) is OLIVES.search_document
    assert memory.search_document(OLIVES.body, None) == OLIVES.search_document, "and no more than once"
    assert memory.search_document(WHEAT.body, PAGE).text == "sown all of it", "a page came meanwhile"


def test_what_there_is_no_room_for_is_read_from_the_body() -> None:
    memory = SearchDocumentCache(max_bytes=1)
    assert OLIVES.search_document is not None
    memory.add(OLIVES.body, OLIVES.search_document)
    told = memory.search_document(OLIVES.body, None)
    assert told == OLIVES.search_document
    assert told is not OLIVES.search_document


def test_a_first_look_reads_no_text_twice(desk: Desk, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    source = desk.add(server.serve("/rss", rss(*((f"{n}", f"Olives {n}", "harvest") for n in range(20)))))
    read: list[bytes] = []
    monkeypatch.setattr(bodies, "decode_search_document", lambda feed, page: read.append(feed))
    desk.refresh(source)
    assert len(desk.found("harvest")) == 20
    assert not read


class Store:
    """Counts how often search may learn; there is something to learn each time but the first."""

    def __init__(self) -> None:
        self.times = 0

    async def call_async(self, work: object, *_: object) -> int:
        self.times += 1
        return 500 if self.times > 1 else 0


@pytest.mark.parametrize(("saved", "patient", "times"), [(600, False, 2), (600, True, 1), (6_400, True, 2)])
async def test_search_lets_articles_go_first_while_workers_have_any(saved: int, patient: bool, times: int) -> None:
    store = Store()
    learning = SearchIndexer(cast("StoreThread", store), lambda: patient)
    task = asyncio.create_task(learning.run())
    learning.add_waiting(saved)
    for _ in range(20):
        await asyncio.sleep(0)
    task.cancel()
    assert store.times == times
