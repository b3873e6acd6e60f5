"""`AsyncDatabase`: whether it notices changes of the database, and what closing waits for."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.bench.corruption import fill, pages_of

from roya_tui.store import connection
from roya_tui.store.database import open_store
from roya_tui.ui.database import AsyncDatabase, Interrupted


@pytest.fixture
async def async_database(database: Path) -> AsyncIterator[AsyncDatabase]:
    async_database = AsyncDatabase(database)
    yield async_database
    async_database.close()


@pytest.mark.parametrize("checked_before", [True, False])
async def test_write_of_another_program_is_a_change(
    async_database: AsyncDatabase, database: Path, checked_before: bool
) -> None:
    if checked_before:
        assert not await async_database.has_changed(), "else the list would be redrawn after each start"
    with closing(open_store(database)) as other:
        connection.set_value(other, "theme", "dark")
    assert await async_database.has_changed()
    assert not await async_database.has_changed()


async def test_own_write_is_not_a_change(async_database: AsyncDatabase) -> None:
    """It is on the screen already: the list would be loaded and drawn again after every article."""
    await async_database.has_changed()
    await async_database.write(connection.set_value, "theme", "light")
    assert not await async_database.has_changed()


async def test_close_waits_for_writes_but_not_for_reads(database: Path) -> None:
    async_database = AsyncDatabase(database)
    begun, release, done = threading.Event(), threading.Event(), list[str]()

    def read_long(_: object) -> bool:
        begun.set()
        return release.wait(30)

    def write(_: object) -> None:
        time.sleep(0.2)
        done.append("write")

    reading = asyncio.create_task(async_database.compute(read_long))
    second = asyncio.create_task(async_database.compute(lambda _: done.append("second read")))
    writing = asyncio.create_task(async_database.write(write))
    await asyncio.to_thread(begun.wait, 30)
    async_database.close()
    assert done == ["write"]
    release.set()
    assert await reading
    with pytest.raises(Interrupted):
        await second
    await writing
    assert done == ["write"]


def test_app_reads_articles_beside_a_damaged_page(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    fill(path, 300)
    page = pages_of(path, "article")[-1] * 16_384
    with path.open("r+b") as file:
        file.seek(page)
        file.write(bytes(16_384))
    database = AsyncDatabase(path)
    ids = range(1, 300 + 1)
    readable = {headline.id for headline in database.headlines(ids)}
    assert 150 < len(readable) < 300
    for id in (min(readable), min({*ids} - readable)):
        assert (database.article(id) is not None) == (id in readable)
    database.close()
