"""Fetch due sources concurrently, parse them in workers, and save them one by one."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import nullcontext, suppress
from functools import partial
from queue import SimpleQueue
from typing import Any

import httpx
from msgspec.structs import replace

from roya_tui.local_network import is_local_host
from roya_tui.model import Failure, SaveResult, Source, display_address
from roya_tui.presentation.source_status import TimeContext
from roya_tui.refresh import outcomes
from roya_tui.refresh.host_queue import RunningRequest, run_queue
from roya_tui.refresh.network import NetworkState
from roya_tui.refresh.outcomes import RequestCost
from roya_tui.refresh.pages import hold_host
from roya_tui.refresh.parse_pool import LARGE_BYTES, ParsePool
from roya_tui.refresh.progress import RefreshContext
from roya_tui.refresh.results import Priority
from roya_tui.refresh.search_indexing import SearchIndexer
from roya_tui.refresh.story_clustering import StoryClusterer
from roya_tui.sources import local_files, schedule
from roya_tui.sources.hosts import host_of
from roya_tui.sources.http.client import Response, fetch, make_client, make_request
from roya_tui.sources.local_files import LocalFiles
from roya_tui.sources.schedule import HostQueue
from roya_tui.sources.threads import run_in_thread
from roya_tui.store import connection
from roya_tui.store.articles import damage, lookup
from roya_tui.store.connection import StoreError
from roya_tui.store.sources import checks, refresh_lock, subscriptions
from roya_tui.store.sources.checks import CheckResult
from roya_tui.store.user_data import rule_flags
from roya_tui.text import one_line
from roya_tui.translation import gettext, gettext_noop, quote

HEARTBEAT_SECONDS = 10
POLL_SECONDS = 0.2
"""Most seconds before a prioritized source or a slow request is noticed."""
CLUSTER_SECONDS = 2
"""Seconds for clustering new articles, latest first; the next refresh continues."""
MAX_HELD_BYTES = 64_000_000
"""Bytes of fetched documents and search documents in memory; above that, fetching pauses."""
MAX_PARSED_SOURCES = 16
"""Sources whose rows may be in memory at once."""
OFFLINE_SINCE = "without a network since"
"""Database key for when refreshes first found no network (UTC seconds), or ""."""
_TIME_DIGITS = 11
"""Most digits of a time in UTC seconds; more are damage."""

AfterRefresh = Callable[[httpx.AsyncClient, ParsePool, HostQueue[Source]], Awaitable[None]]
"""Runs after the sources, with the same connections, workers and host pauses."""

AccountSync = Callable[[RefreshContext, httpx.AsyncClient, ParsePool, Callable[[int], None]], Awaitable[None]]
"""Syncs accounts before the sources. The last argument receives how many articles wait to be indexed."""


class RefreshRun:
    """Fetches each source once. The failure of a source does not affect the others."""

    def __init__(
        self, context: RefreshContext, parsers: ParsePool, priorities: SimpleQueue[Priority] | None = None
    ) -> None:
        self._context = context
        _, self._config, self._store, self._progress, self._report, self._now = context
        self._limits = context.config.refresh
        self._parsers = parsers
        self._priorities = priorities or SimpleQueue()
        self._has_ui = priorities is not None
        # Without a UI nobody searches meanwhile: articles are saved first while any wait for a worker or the database.
        self._indexer = SearchIndexer(
            context.store, lambda: not self._has_ui and (parsers.is_busy or self._parsed.locked())
        )
        self._in_flight: dict[int, RunningRequest] = {}
        """Sources being fetched, by id, the longest first."""
        self._stopped: list[Source] | None = []
        """Sources whose slow request was stopped; None once no other source waits, so that none is stopped."""
        self._held_bytes = 0
        self._parsed = asyncio.Semaphore(MAX_PARSED_SOURCES)
        self._large = asyncio.Lock()
        self._unexplained: list[tuple[Source, Failure, RequestCost]] = []
        self._wake = asyncio.Event()

    async def run(
        self, due: Sequence[Source], after: AfterRefresh | None = None, sync: AccountSync | None = None
    ) -> None:
        """Run `sync`, fetch all of `due` and run `after`. Cancelling leaves each source saved or unchanged."""
        self._due = {source.id for source in due}
        self._queue = HostQueue(due, self._limits.per_host, self._limits.spacing)
        self._remote_hosts = _remote_hosts(due)
        self._network = NetworkState(_seconds(await self._store.call_async(connection.get_value, OFFLINE_SINCE)))
        samples_added = await self._store.call_async(connection.get_value, subscriptions.SAMPLES_ADDED)
        self._first_run = _seconds(samples_added)
        before = await self._store.call_async(lookup.newest_id)
        async with make_client(self._limits) as self._client:
            run_task = asyncio.current_task()
            assert run_task is not None
            async with asyncio.TaskGroup() as group:
                heartbeat = group.create_task(self._heartbeat(run_task))
                indexing = group.create_task(self._indexer.run())
                if sync is not None:
                    await sync(self._context, self._client, self._parsers, self._indexer.add_waiting)
                    self._add_subscribed(await self._store.call_async(subscriptions.list_all))
                if due:
                    self._report(self._progress.progress_event(self._slowest()))
                await self._run_queue()
                if stopped := self._stopped:
                    self._stopped = None
                    for source in reversed(stopped):
                        self._queue.add(source)
                    await self._run_queue()
                is_offline = await self._decide_unexplained()
                indexing.cancel()
                await self._indexer.finish()
                muted = await self._store.call_async(rule_flags.count_muted_after, before)
                self._progress.counts["muted"] = muted
                if event := await self._store.call_async(self._progress.notification_event, before, self._now()):
                    self._report(event)
                await self._cluster_stories()
                if after is not None and not is_offline:
                    await after(self._client, self._parsers, self._queue)
                heartbeat.cancel()

    def _add_subscribed(self, sources: Sequence[Source]) -> None:
        """Queue the sources that the sync of an account has added."""
        added = [one for one in sources if one.account_id is not None and one.checked is None]
        for source in schedule.make_plan(added, self._limits, self._now()).fetch:
            if source.id not in self._due:
                self._queue.add(source)
                self._progress.total += 1

    async def _run_queue(self) -> None:
        await run_queue(
            self._queue,
            self._begin,
            has_room=self._has_room,
            wake=self._wake,
            before_next=self._before_next,
            poll_seconds=POLL_SECONDS,
        )

    def _before_next(self) -> None:
        self._apply_priorities()
        if self._stopped is not None and self._queue and len(self._in_flight) >= self._limits.at_once:
            # The oldest slow requests continue, up to half of the limit; the others are sent again at the end.
            now = asyncio.get_running_loop().time()
            slow = [running for running in self._in_flight.values() if running.is_slow(now)]
            for running in slow[max(self._limits.at_once // 2, 1) :]:
                running.stop()

    def _apply_priorities(self) -> None:
        while not self._priorities.empty():
            id, now, anyway = self._priorities.get()
            if stopped := next((source for source in self._stopped or () if source.id == id), None):
                self._stopped = [source for source in self._stopped or () if source is not stopped]
                self._queue.add(stopped)
            elif not self._queue.prioritize(id) and now and id not in self._in_flight:
                self._fetch_now(id, anyway=anyway)

    def _fetch_now(self, id: int, *, anyway: bool) -> None:
        """Queue a source that is not due or was fetched already."""
        self._store.call(damage.request_refetch, id)
        sources, now = self._store.call(subscriptions.list_all), self._now()
        plan = schedule.make_plan(sources, self._limits, now, [id], anyway=anyway)
        for waiting in plan.waiting:
            self._report(self._progress.record_waiting(waiting, self._now()))
        self._remote_hosts |= _remote_hosts(plan.fetch)
        for source in plan.fetch:
            self._queue.add(source)
            self._progress.total += 1
            self._report(self._progress.progress_event(self._slowest()))

    def _begin(self, source: Source) -> Coroutine[Any, Any, None]:
        self._in_flight[source.id] = running = RunningRequest(source, asyncio.get_running_loop().time())
        return self._process(running)

    def _has_room(self) -> bool:
        max_requests = 1 if self._network.is_probing else self._limits.at_once
        return len(self._in_flight) < max_requests and self._held_bytes + self._indexer.cached_bytes < MAX_HELD_BYTES

    async def _process(self, running: RunningRequest) -> None:
        """Fetch, parse and save a source, and report the outcome."""
        source, failed = running.source, None
        clock = asyncio.get_running_loop()
        cost, started = RequestCost(), clock.time()
        try:
            result = await self._fetch_and_release(running)
            if result is None:
                return
            documents = () if isinstance(result, Failure) else result.documents
            received = sum(document.received_bytes for document in documents)
            cost = RequestCost(round((clock.time() - started) * 1000), received)
            size = sum(len(document.data) for document in documents)
            self._held_bytes += size
            try:
                failed = result if isinstance(result, Failure) else await self._save(source, result, cost)
            finally:
                self._held_bytes -= size
        except StoreError as error:
            not_saved = gettext("{source} was fetched but not saved.", source=quote(source.label))
            failed = Failure("save", f"{not_saved} {error.message}")
        except Exception as error:  # noqa: BLE001
            # A bug of ours must not keep the other sources from being fetched.
            message = gettext_noop("{source} could not be processed because of a bug in roya-tui ({error}).")
            values = {"source": quote(source.label), "error": one_line(repr(error))}
            failed = Failure("bug", gettext(message, **values))
        if failed and self._network.explains(source, failed):
            self._unexplained.append((source, failed, cost))
            return
        if failed:
            await self._record_failure(source, failed, cost)
        self._report_done()

    def _report_done(self) -> None:
        self._report(self._progress.record_done(self._slowest()))

    def _slowest(self) -> str:
        """Return the host of the longest request, else the next host in the queue, else ""."""
        if not self._in_flight:
            return self._queue.next_host
        slowest = next(iter(self._in_flight.values())).source
        return schedule.source_host(slowest) or slowest.label

    async def _fetch_and_release(self, running: RunningRequest) -> Response | LocalFiles | Failure | None:
        """Fetch a source; return None if it was stopped, to be fetched again at the end."""
        source = running.source
        try:
            result = await self._fetch(running)
            if result is None:
                if self._stopped is not None:
                    self._stopped.append(source)
                return None
            failed = result if isinstance(result, Failure) else None
            self._update_network(source, failed)
            if failed and failed.retry_at is not None:
                for host in {schedule.source_host(source), failed.host} - {""}:
                    self._hold_host(host, failed.retry_at)
            return result
        finally:
            self._queue.release(source)
            del self._in_flight[source.id]
            self._wake.set()

    async def _fetch(self, running: RunningRequest) -> Response | LocalFiles | Failure | None:
        source = running.source
        if source.sample:  # read in full, since it may have more by now
            if not self._first_run:  # from an earlier version, with other dates
                return LocalFiles(not_modified=True)
            source = replace(source, modified="", body_hash="")
        if source.is_local:
            read = partial(local_files.read, source.url, label=quote(source.label), max_bytes=self._limits.max_bytes)
            return await run_in_thread(partial(read, stat_hash=source.modified, body_hash=source.body_hash))
        request = make_request(self._config, source.url, quote(source.label), self._now())
        validators = {"etag": source.etag, "modified": source.modified, "body_hash": source.body_hash}
        request = replace(request, **validators, on_bytes=running.count_bytes)
        return await running.run(fetch(self._client, request))

    def _hold_host(self, host: str, until: int) -> None:
        """Drop the other sources of a host that sent Retry-After from this refresh."""
        stopped = [source for source in self._stopped or () if schedule.source_host(source) == host]
        if stopped:
            self._stopped = [source for source in self._stopped or () if source not in stopped]
        for other in (*self._queue.drop_host(host), *stopped):
            waiting = schedule.wait_for_host(other, until, self._limits, self._now())
            self._report(self._progress.record_waiting(waiting, self._now()))
            self._report_done()

    def _update_network(self, source: Source, failed: Failure | None) -> None:
        """Record an outcome; once the network is down, keep only local hosts in the queue."""
        was_up, was_down = self._network.is_up, self._network.is_down
        self._network.record(source, failed)
        if self._network.is_up and not was_up and self._network.since:
            self._report({"event": "online"})
        if self._network.is_down and not was_down:
            for host in self._remote_hosts:
                self._progress.counts["waiting"] += len(self._queue.drop_host(host))
            self._report_offline()

    def _report_offline(self) -> None:
        self._report(self._progress.record_offline(self._network.next_retry(self._now())))

    async def _decide_unexplained(self) -> bool:
        """Decide whether there is no network, and record the failures that it does not explain."""
        network = self._network
        is_offline = network.is_down_at_end
        if is_offline and not network.is_down:
            self._report_offline()
        for source, failed, cost in self._unexplained:
            if is_offline:
                self._progress.counts["waiting"] += 1
            else:
                if failed.kind == "offline" and network.is_up:
                    message = gettext_noop("{source} could not be reached, but other sources could.")
                    failed = Failure("dns", gettext(message, source=quote(source.label)))
                await self._record_failure(source, failed, cost)
            self._report_done()
        since = (network.since or self._now()) if is_offline else 0 if network.is_up else network.since
        if since != network.since:
            with suppress(StoreError):  # the next refresh detects it again
                await self._store.call_async(connection.set_value, OFFLINE_SINCE, str(since or ""))
        return is_offline

    async def _save(self, source: Source, response: Response | LocalFiles, cost: RequestCost) -> Failure | None:
        """Parse a response and save it, or return why that failed. Raises StoreError."""
        outcome = outcomes.success_outcome(response, source, cost, self._now())
        if response.not_modified:
            await self._store.call_async(checks.record, source.id, outcome)
            saved = SaveResult()
        else:
            try:
                first_run = self._first_run if source.sample else None
                job = outcomes.make_job(source, response, self._config, outcome.at, first_run)
            except KeyError as error:
                message = gettext("{source} could not be read.", source=quote(source.label))
                return Failure("mapping", f"{message} {error.args[0]}")
            # Large documents are parsed one by one, so that small ones do not wait for all of them.
            async with self._large if job.size > LARGE_BYTES else nullcontext(), self._parsed:
                parsed = await self._parsers.parse(job, quote(source.label))
                if isinstance(parsed, Failure):
                    hint = outcomes.captive_portal_hint(source, response, parsed)
                    return replace(parsed, message=parsed.message + hint)
                earliest = outcomes.earliest_check_after(response, source, parsed.feed, outcome.at)
                outcome = replace(outcome.with_feed(parsed.feed), next_check=earliest)
                self._indexer.cache(parsed.rows)
                saved = await self._store.call_async(outcomes.save_parsed, source, parsed, outcome)
        self._indexer.add_waiting(len(saved.new) + len(saved.changed))
        message = await self._follow_move(source, outcome)
        self._report(self._progress.record_saved(source, saved, message))
        return None

    async def _follow_move(self, source: Source, outcome: CheckResult) -> str:
        """Change the URL of a source after two consecutive permanent redirects to the same place."""
        if not outcome.moved_to or outcome.moved_to != source.moved_to:
            return ""
        names = {"source": quote(source.label), "address": display_address(outcome.moved_to)}
        if other := await self._store.call_async(checks.change_address, source.id, outcome.moved_to):
            return gettext("{source} moved to {address}, the address of {other}.", **names, other=quote(other))
        return gettext("{source} moved to {address} and is now checked there.", **names)

    async def _record_failure(self, source: Source, failed: Failure, cost: RequestCost) -> None:
        """Save and report a failure, with the time of the next attempt."""
        outcome = outcomes.failure_outcome(
            source, failed, cost, random.random(), TimeContext(self._now(), self._progress.clock)
        )
        message = outcome.error
        try:
            await self._store.call_async(checks.record, source.id, outcome)
            if failed.retry_at is not None and failed.host not in ("", schedule.source_host(source)):
                await self._store.call_async(hold_host, failed.host, failed.retry_at)
        except StoreError as error:
            message = f"{failed.message} {error.message}" if failed.kind != "save" else failed.message
        self._report(self._progress.record_failed(source, replace(failed, message=message)))

    async def _cluster_stories(self) -> None:
        """Cluster new articles into stories, for at most about CLUSTER_SECONDS."""
        clusterer, clock = StoryClusterer(), asyncio.get_running_loop()
        until = clock.time() + CLUSTER_SECONDS
        with suppress(StoreError):  # database busy or disk full
            while await self._store.call_async(clusterer.cluster_some) and clock.time() < until:
                pass

    async def _heartbeat(self, run_task: asyncio.Task[None]) -> None:
        """Renew the lock; cancel the run if another process took it, as after a suspend."""
        has_lock = True
        while has_lock:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            with suppress(StoreError):  # database busy or disk full: the next renewal is early enough
                has_lock = await self._store.call_async(refresh_lock.renew, self._now(), os.getpid())
        run_task.cancel()


def _remote_hosts(sources: Iterable[Source]) -> set[str]:
    """Return the hosts (with their ports) of `sources` that are not in the local network."""
    remote = (source for source in sources if not source.is_local and not is_local_host(host_of(source.url)))
    return {schedule.source_host(source) for source in remote}


def _seconds(stored: str) -> int:
    """Return a time that is stored as text, in UTC seconds; 0 if there is none or it is damaged."""
    return int(stored) if stored.isdecimal() and len(stored) <= _TIME_DIGITS else 0
