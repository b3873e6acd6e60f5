"""Run a refresh: take the lock, plan, fetch, prefetch, clean up, and release the lock."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from roya_tui.config import Config, Paths
from roya_tui.refresh.progress import RefreshContext, RefreshProgress
from roya_tui.refresh.results import EventCallback, Priority, Summary
from roya_tui.refresh.store_thread import StoreThread
from roya_tui.signals import cancel_on_signals
from roya_tui.sources.schedule import Plan, make_plan
from roya_tui.store.articles import damage
from roya_tui.store.connection import StoreError
from roya_tui.store.credentials import saved_auth
from roya_tui.store.sources import refresh_lock, subscriptions
from roya_tui.store.user_data import stories
from roya_tui.translation import gettext, gettext_noop

if TYPE_CHECKING:
    from sqlite3 import Connection

    from httpx import AsyncClient

    from roya_tui.model import Source
    from roya_tui.refresh.parse_pool import ParsePool
    from roya_tui.refresh.refresh_run import AccountSync, AfterRefresh
    from roya_tui.sources.schedule import HostQueue

GRACE_SECONDS = 0.6
"""Seconds within which a long transaction is interrupted after a signal."""


def run(
    paths: Paths,
    config: Config,
    only: Sequence[int] = (),
    *,
    all_now: bool = False,
    anyway: bool = False,
    offline: bool = False,
    report: EventCallback,
    now: Callable[[], int],
    priorities: SimpleQueue[Priority] | None = None,
    sync: AccountSync | None = None,
    sources_too: bool = True,
) -> Summary:
    """Refresh the due sources, or those with the ids `only`. `now` returns UTC seconds.

    `sync` syncs accounts first; without `sources_too` no source is fetched then.

    `all_now` and `anyway` are as for `make_plan`. Sources put into `priorities`, from any thread, are fetched next.
    SIGINT and SIGTERM end the refresh within a second. Raises StoreError if the database cannot be used.
    """
    started = time.monotonic()
    report = _ignore_broken_pipe(report)
    store = StoreThread(paths.database)
    try:
        try:  # after the database is opened, which may write auth.toml
            config = replace(config, auth=(*config.auth, *store.call(saved_auth)))
        except StoreError as error:
            report({"event": "warning", "message": error.message})
        if not store.call(refresh_lock.acquire, now(), os.getpid()):
            report({"event": "busy", "message": gettext("Another refresh is running.")})
            return Summary(busy=True)
        try:
            if not offline:
                for id in only:
                    store.call(damage.request_refetch, id)
            sources = store.call(subscriptions.list_all)
            plan = (
                Plan()
                if not sources_too
                else make_plan(sources, config.refresh, now(), only, all_now=all_now, anyway=anyway, offline=offline)
            )
            progress = RefreshProgress(len(plan.fetch), config)
            report({"event": "started", "total": len(plan.fetch)})
            for waiting in plan.waiting:
                report(progress.record_waiting(waiting, now()))
            shared = RefreshContext(paths, config, store, progress, report, now)
            after = None if offline or config.refresh.metered else partial(_prefetch, shared, only, started)
            sync = None if offline else sync
            has_work = sync or plan.fetch or (after and store.call(_has_prefetch_work, paths, config, now(), only))
            stopped = bool(has_work) and _fetch_sources(shared, plan, priorities, after, sync)
            if not stopped:
                from roya_tui.refresh import cleanup  # late, so that no request waits for the import

                if held := store.call(cleanup.delete_old_articles, config, now()):
                    report({"event": "warning", "message": held})
                store.call(stories.expire_fingerprints, now())
                try:
                    cleanup.trim_picture_cache(paths, config, now())
                except OSError as error:
                    message = gettext_noop("Old pictures in {folder} could not be deleted: {error}.")
                    message = gettext(message, folder=paths.pictures, error=error.strerror)
                    report({"event": "warning", "message": message})
        finally:
            store.call(refresh_lock.release, os.getpid())
    finally:
        store.close()
    summary = progress.summary(time.monotonic() - started, stopped=stopped)
    report(progress.totals_event("finished", summary.seconds))
    return summary


def _has_prefetch_work(db: Connection, paths: Paths, config: Config, now: int, only: Sequence[int]) -> bool:
    """Return whether there is anything to prefetch, for example after an interrupted run."""
    from roya_tui.refresh.prefetch_plan import PrefetchPlan

    plan = PrefetchPlan(db, paths, config, now, only)
    return bool(plan.pages(db) or plan.pictures(db))


def _fetch_sources(
    context: RefreshContext,
    plan: Plan,
    priorities: SimpleQueue[Priority] | None,
    after: AfterRefresh | None,
    sync: AccountSync | None,
) -> bool:
    """Fetch the planned sources, then run `after`; return whether a signal interrupted it."""
    from roya_tui.refresh.parse_pool import ParsePool, worker_count

    has_ui = priorities is not None
    max_workers = worker_count(spare_cores=1 if has_ui else 0)

    async def work() -> bool:
        async with ParsePool(max_workers) as parsers:
            # A source that never succeeded will need parsing; the others may be unchanged.
            unread = sum(source.succeeded is None for source in plan.fetch)
            await parsers.start_workers(min(unread, 1))
            # This imports httpx while the first worker starts; a refresh without work never imports it.
            sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # its slow command-line module
            from roya_tui.refresh.refresh_run import RefreshRun

            task = asyncio.create_task(RefreshRun(context, parsers, priorities).run(plan.fetch, after, sync))
            with cancel_on_signals(task.cancel):
                try:
                    await parsers.start_workers(unread)  # the others, while the first responses arrive
                    await task
                except asyncio.CancelledError:
                    context.store.interrupt(GRACE_SECONDS)
                    return True
            return False

    return asyncio.run(work())


async def _prefetch(
    context: RefreshContext,
    only: Sequence[int],
    started: float,
    client: AsyncClient,
    parsers: ParsePool,
    previous: HostQueue[Source],
) -> None:
    """Report the totals of the sources, then fetch pages and pictures for offline reading."""
    from roya_tui.refresh.prefetch import Prefetch

    context.report(context.progress.totals_event("fetched", time.monotonic() - started))
    await Prefetch(context, only).run(client, parsers, previous)


def _ignore_broken_pipe(report: EventCallback) -> EventCallback:
    """Return `report` without BrokenPipeError, so that a closed pipe does not end the refresh."""
    is_connected = True

    def report_safely(event: dict[str, Any]) -> None:
        nonlocal is_connected
        if is_connected:
            try:
                report(event)
            except BrokenPipeError:
                is_connected = False

    return report_safely
