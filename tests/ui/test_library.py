"""Whether `AsyncDatabase` notices changes of the database."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from roya_tui.store import connection, database
from roya_tui.ui.database import AsyncDatabase, Interrupted


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[AsyncDatabase]:
    database.open_store(tmp_path / "news.db").close()
    library = AsyncDatabase(tmp_path / "news.db")
    yield library
    library.close()


async def test_what_others_write_is_a_change_once(library: AsyncDatabase, tmp_path: Path) -> None:
    await library.has_changed()
    with closing(database.open_store(tmp_path / "news.db")) as other:
        connection.set_value(other, "theme", "dark")
    assert await library.has_changed()
    assert not await library.has_changed()


async def test_what_others_wrote_before_the_first_look_is_a_change(library: AsyncDatabase, tmp_path: Path) -> None:
    with closing(database.open_store(tmp_path / "news.db")) as other:
        connection.set_value(other, "theme", "dark")
    assert await library.has_changed()
    assert not await library.has_changed()


async def test_where_nobody_wrote_the_first_look_finds_no_change(library: AsyncDatabase) -> None:
    """Or else the list would be drawn anew two seconds after each start."""
    assert not await library.has_changed()


async def test_what_the_reader_writes_is_none(library: AsyncDatabase) -> None:
    """It is on the screen already: the lists would be read and drawn anew after every article."""
    await library.has_changed()
    await library.write(connection.set_value, "theme", "light")
    assert not await library.has_changed()


async def test_close_waits_for_writes_but_not_for_reads(tmp_path: Path) -> None:
    database.open_store(tmp_path / "news.db").close()
    library = AsyncDatabase(tmp_path / "news.db")
    begun, release, done = threading.Event(), threading.Event(), list[str]()

    def read_long(_: object) -> bool:
        begun.set()
        return release.wait(30)

    def write(_: object) -> None:
        time.sleep(0.2)
        done.append("write")

    reading = asyncio.create_task(library.compute(read_long))
    second = asyncio.create_task(library.compute(lambda _: done.append("second read")))
    writing = asyncio.create_task(library.write(write))
    await asyncio.to_thread(begun.wait, 30)
    library.close()
    assert done == ["write"]
    release.set()
    assert await reading
    with pytest.raises(Interrupted):
        await second
    await writing
    assert done == ["write"]
