"""Stores of invented articles in any size, made through the store's own doors and kept for the next time."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

from tests.bench import invented

from roya_tui import model, query
from roya_tui.store import bodies, database
from roya_tui.store.articles import ingestion, search_index
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state

_READ_EVERY, _STARRED_EVERY = 7, 97
"""One article in so many is read, or starred."""


def home(work: Path, size: int, now: int, tell: Callable[[str], None]) -> Path:
    """A home folder whose store holds `size` articles, the newest from `now`; made unless there is one already."""
    folder = work / f"home-{size}"
    if (folder / "made-by").is_file() and (folder / "made-by").read_text() == _maker():
        _bring_up_to_date(folder)
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tell(f"Making a store of {size:,} articles…")
    db = database.open_store(folder / "news.db")
    _fill(db, size, now)
    _mark(db, size, now)
    db.close()
    (folder / "made-by").write_text(_maker())
    return folder


def _bring_up_to_date(folder: Path) -> None:
    db = database.open_store(folder / "news.db")
    search_index.index_queue(db)
    db.close()


def copy(folder: Path, work: Path) -> Path:
    """A copy of a home folder, for what changes the store."""
    other = work / f"{folder.name}-copy"
    shutil.rmtree(other, ignore_errors=True)
    shutil.copytree(folder, other)
    return other


def _maker() -> str:
    """What a made store depends on: the code that makes it. Other tables it gets when it is opened, as any store."""
    files = (invented.__file__, __file__)
    return hashlib.sha256(b"".join(Path(file).read_bytes() for file in files)).hexdigest()


def prepared(source: int, total: int, now: int) -> list[bodies.PreparedEntry]:
    """The articles of one source, newest first as feeds have them, made ready to save."""
    numbers = range(source, total, invented.SOURCES)
    return [ingestion.prepare(invented.entry(number, total, now)) for number in reversed(numbers)]


def _fill(db: sqlite3.Connection, size: int, now: int) -> None:
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        for number, rows in _in_order(workers, size, now):
            new = invented.source(number)
            kept = subscriptions.add(db, new, now)
            ingestion.save(db, kept.id, model.Feed(format="made", title=new.name), rows, now)


def _in_order(workers: ProcessPoolExecutor, size: int, now: int) -> Iterator[tuple[int, list[bodies.PreparedEntry]]]:
    """Each source's number and articles; a few sources ahead at most, so that memory stays small."""
    ahead: list[tuple[int, Future[list[bodies.PreparedEntry]]]] = []
    for number in range(invented.SOURCES):
        ahead.append((number, workers.submit(prepared, number, size, now)))
        if len(ahead) > 4:
            first, rows = ahead.pop(0)
            yield first, rows.result()
    for first, rows in ahead:
        yield first, rows.result()


def _mark(db: sqlite3.Connection, size: int, now: int) -> None:
    """The person has read some articles, though none of the newest, and starred a few."""
    older = results.find(db, query.Query(sort="oldest"), now)[: size * 9 // 10]
    article_state.mark(db, older[::_READ_EVERY], now, read=True)
    article_state.mark(db, older[::_STARRED_EVERY], now, starred=True)
