"""Delete old articles, unused or excess pictures, and orphaned records."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from sqlite3 import Connection
from typing import Any

from msgspec import Struct

from roya_tui.config import Config, Paths, settings_for
from roya_tui.store import cleanup, picture_cache
from roya_tui.store.articles import offline, search_index
from roya_tui.store.connection import StoreError
from roya_tui.store.database import open_store
from roya_tui.store.sources import refresh_lock, subscriptions
from roya_tui.translation import ngettext

DAY = 24 * 60 * 60
MAX_UNCONFIRMED_PART = 10
"""At most one article in this many is deleted by age without confirmation.

A clock that is wrong by years would delete almost all, and of a small database as well.
"""
HEARTBEAT_SECONDS = 10.0


class CleanupResult(Struct, frozen=True):
    """What was deleted, or would be in a dry run. Sizes are in bytes."""

    articles: int = 0
    revisions: int = 0
    pictures: int = 0
    freed: int = 0
    """Size of the deleted pictures."""
    records: int = 0
    store_before: int = 0
    store_after: int = 0
    cache: int = 0
    """Size of the remaining pictures."""
    kept: int = 0
    """Old articles kept because they are too many to delete without `confirmed`."""
    problem: str = ""
    """A sentence on why the database could not be compacted, or ""."""


def clean_up(
    paths: Paths,
    config: Config,
    now: int,
    *,
    dry_run: bool = False,
    confirmed: bool = False,
    first: Callable[[Connection], None] = lambda _: None,
) -> CleanupResult | None:
    """Delete old data and compact the database; return None while a refresh is running.

    `first` is called before articles are deleted. `dry_run` changes nothing. More than a tenth of all articles is
    deleted only if `confirmed`. Raises StoreError, and OSError for pictures that cannot be deleted.
    """
    with closing(open_store(paths.database)) as db:
        if not refresh_lock.acquire(db, now, os.getpid()):
            return None
        try:
            with _heartbeat(paths, now):
                first(db)
                return _clean_up(db, paths, config, now, dry_run, confirmed)
        finally:
            refresh_lock.release(db, os.getpid())


@contextmanager
def _heartbeat(paths: Paths, now: int) -> Iterator[None]:
    """Renew the lock in a thread, because a large database takes longer than the lock lasts."""
    done = threading.Event()
    started = time.monotonic()

    def renew() -> None:
        with suppress(StoreError), closing(open_store(paths.database)) as db:
            while not done.wait(HEARTBEAT_SECONDS):
                with suppress(StoreError):  # during VACUUM no other process can take the lock
                    refresh_lock.renew(db, now + int(time.monotonic() - started), os.getpid())

    thread = threading.Thread(target=renew, name="heartbeat", daemon=True)
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
    count_or_delete = cleanup.count_old if dry_run else cleanup.delete_old
    kept = 0 if confirmed else too_many(db, config, now)
    articles = 0 if kept else sum(count_or_delete(db, **span) for span in _expired_spans(db, config, now))
    revisions = cleanup.trim_versions(db, delete=not dry_run)
    records = cleanup.trim_records(db, now - DAY * config.offline.days, delete=not dry_run)
    files = picture_cache.list_files(paths)
    deleted = picture_cache.select_unreferenced(files, offline.iter_picture_urls(db))
    remaining = [file for file in files if file not in deleted]
    deleted += picture_cache.select_excess(remaining, config.offline.cache)
    problem = ""
    if not dry_run:
        picture_cache.delete([*(file.path for file in deleted), *picture_cache.list_abandoned(paths, now)])
        cleanup.rebuild_tally(db)
        try:
            cleanup.compact(db, paths.database)
        except StoreError as error:
            problem = error.message
    freed = sum(file.size for file in deleted)
    cache = sum(file.size for file in files) - freed
    return CleanupResult(
        articles, revisions, len(deleted), freed, records, before, cleanup.database_size(db), cache, kept, problem
    )


def delete_old_articles(db: Connection, config: Config, now: int) -> str:
    """Delete articles older than keep.days unless they are too many; return why not, or ""."""
    if held := too_many(db, config, now):
        return explain_kept(held)
    for span in _expired_spans(db, config, now):
        cleanup.delete_old(db, **span)
    return ""


def too_many(db: Connection, config: Config, now: int) -> int:
    """Return the number of old articles if they are more than a tenth of all, else 0."""
    old = sum(cleanup.count_old(db, **span) for span in _expired_spans(db, config, now))
    return old if old * MAX_UNCONFIRMED_PART > cleanup.total(db) else 0


def explain_kept(count: int) -> str:
    """Return why old articles were kept. A narrow status line shows only the last sentence."""
    return ngettext(
        "{count:,} old article is kept: more than a tenth of all. Check the clock and [keep] days."
        " To delete: roya-tui tidy --yes.",
        "{count:,} old articles are kept: more than a tenth of all. Check the clock and [keep] days."
        " To delete: roya-tui tidy --yes.",
        count,
    )


def _expired_spans(db: Connection, config: Config, now: int) -> Iterator[dict[str, Any]]:
    """Yield arguments of `delete_old`: for each source with keep_days, then for the others."""
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
    """Delete the least recently used pictures above the limit of the cache. Raises OSError."""
    deleted = picture_cache.select_excess(picture_cache.list_files(paths), config.offline.cache)
    picture_cache.delete([*(file.path for file in deleted), *picture_cache.list_abandoned(paths, now)])
