"""Letting go of what is not wanted any more: old articles, pictures beyond their bound, records of nothing."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from msgspec import Struct

from roya_tui.config import Config, Paths, settings_for
from roya_tui.store import cleanup, picture_cache
from roya_tui.store.articles import offline, search_index
from roya_tui.store.connection import StoreError
from roya_tui.store.database import open_store
from roya_tui.store.sources import refresh_lock, subscriptions

DAY = 24 * 60 * 60
MOST_SHARE = 10
"""One in so many articles may be deleted for their age without being asked: a clock that is wrong by years would delete
almost all. There is no smaller number that is always allowed, since a small database can be lost as well."""
HEARTBEAT_SECONDS = 10.0


class CleanupResult(Struct, frozen=True):
    """What was let go, or would be. Sizes are in bytes."""

    articles: int = 0
    revisions: int = 0
    pictures: int = 0
    freed: int = 0
    """What those pictures had."""
    records: int = 0
    store_before: int = 0
    store_after: int = 0
    cache: int = 0
    """What the pictures have that are left."""
    held: int = 0
    """Old articles that are too many to delete without `confirmed`."""
    trouble: str = ""
    """Why the store could not be made smaller, as a sentence."""


def clean_up(
    paths: Paths, config: Config, now: int, *, dry_run: bool = False, confirmed: bool = False
) -> CleanupResult | None:
    """Let go of all that is not wanted any more, and make the store small; None while a refresh is at work.

    With `dry_run` nothing is changed. More than a tenth of all articles is only deleted where `confirmed`.
    Raises StoreError, and OSError for pictures that cannot be deleted.
    """
    with closing(open_store(paths.database)) as db:
        if not refresh_lock.acquire(db, now, os.getpid()):
            return None
        try:
            with _heartbeat(paths, now):
                return _clean_up(db, paths, config, now, dry_run, confirmed)
        finally:
            refresh_lock.release(db, os.getpid())


@contextmanager
def _heartbeat(paths: Paths, now: int) -> Iterator[None]:
    """Show others that we are alive: a large store may take longer to tidy than a lock lasts without a sign."""
    done = threading.Event()
    started = time.monotonic()

    def beat() -> None:
        with suppress(StoreError), closing(open_store(paths.database)) as db:
            while not done.wait(HEARTBEAT_SECONDS):
                with suppress(StoreError):  # while all of the store is written anew, nobody else takes the lock either
                    refresh_lock.renew(db, now + int(time.monotonic() - started), os.getpid())

    thread = threading.Thread(target=beat, name="beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _clean_up(db: Connection, paths: Paths, config: Config, now: int, dry_run: bool, confirmed: bool) -> CleanupResult:
    if not dry_run:
        search_index.index_queue(db)
    before = cleanup.database_size(db)
    letting_go = cleanup.count_old if dry_run else cleanup.delete_old
    held = 0 if confirmed else too_many(db, config, now)
    articles = 0 if held else sum(letting_go(db, **span) for span in _expired_spans(db, config, now))
    revisions = cleanup.trim_versions(db, delete=not dry_run)
    records = cleanup.trim_records(db, now - DAY * config.offline.days, delete=not dry_run)
    files = picture_cache.list_files(paths)
    gone = picture_cache.select_unreferenced(files, offline.iter_picture_urls(db))
    left = [file for file in files if file not in gone]
    gone += picture_cache.select_excess(left, config.offline.cache)
    trouble = ""
    if not dry_run:
        picture_cache.delete([*(file.path for file in gone), *picture_cache.list_abandoned(paths, now)])
        cleanup.rebuild_tally(db)
        trouble = _compact(db, paths.database)
    freed = sum(file.size for file in gone)
    cache = sum(file.size for file in files) - freed
    return CleanupResult(
        articles, revisions, len(gone), freed, records, before, cleanup.database_size(db), cache, held, trouble
    )


def _compact(db: Connection, file: Path) -> str:
    """Make the store small; return why that could not be, "" if it was. What was let go before that stays so."""
    try:
        cleanup.compact(db, file)
    except StoreError as error:
        return error.message
    return ""


def delete_old_articles(db: Connection, config: Config, now: int) -> str:
    """Delete the articles that are older than config.toml wants them kept.

    Where these are too many for doing so unasked, none is deleted; return why, as a sentence, else "".
    """
    if held := too_many(db, config, now):
        return why_held(held)
    for span in _expired_spans(db, config, now):
        cleanup.delete_old(db, **span)
    return ""


def too_many(db: Connection, config: Config, now: int) -> int:
    """Return how many articles are too old, if that is more than a tenth of all, else 0."""
    old = sum(cleanup.count_old(db, **span) for span in _expired_spans(db, config, now))
    return old if old * MOST_SHARE > cleanup.total(db) else 0


def why_held(count: int) -> str:
    """Return why articles were not deleted. A narrow status line cuts all but the last sentence."""
    articles = "1 old article is kept: it is" if count == 1 else f"{count:,} old articles are kept: they are"
    return f"{articles} more than a tenth of all. Check the clock and keep.days. To delete: roya-tui tidy --yes."


def _expired_spans(db: Connection, config: Config, now: int) -> Iterator[dict[str, Any]]:
    """Yield what is too old, as `forget` takes it: first by the sources that have days of their own."""
    if not config.keep.days and not config.sources:
        return
    own = {source.id: settings_for(config, source).keep_days for source in subscriptions.list_all(db)}
    own = {id: days for id, days in own.items() if days is not None}
    for id, days in own.items():
        if days:
            yield {"before": now - days * DAY, "source": id}
    if config.keep.days:
        yield {"before": now - config.keep.days * DAY, "except_sources": tuple(own)}


def trim_picture_cache(paths: Paths, config: Config, now: int) -> None:
    """Delete the pictures that go beyond what the cache may have, the oldest use first. Raises OSError."""
    files = picture_cache.list_files(paths)
    gone = picture_cache.select_excess(files, config.offline.cache)
    picture_cache.delete([*(file.path for file in gone), *picture_cache.list_abandoned(paths, now)])
