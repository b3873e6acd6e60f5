"""One round over all due sources: many fetched at once, parsed in other processes, saved one after another."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from queue import SimpleQueue
from typing import Any

import httpx
from msgspec.structs import replace

from roya_tui.model import Failure, SaveResult, Source
from roya_tui.refresh import outcomes
from roya_tui.refresh.host_queue import run_queue
from roya_tui.refresh.network import NetworkState
from roya_tui.refresh.outcomes import RequestCost
from roya_tui.refresh.pages import hold_host
from roya_tui.refresh.parse_pool import LARGE_BYTES, ParsePool
from roya_tui.refresh.progress import RefreshContext, waiting_message
from roya_tui.refresh.results import Priority
from roya_tui.refresh.search_indexing import SearchIndexer
from roya_tui.refresh.story_clustering import StoryClusterer
from roya_tui.sources import local_files, schedule
from roya_tui.sources.hosts import is_local_host
from roya_tui.sources.http.client import Request, Response, fetch, make_client
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

HEARTBEAT_SECONDS = 10
PRIORITY_POLL_SECONDS = 0.2
"""After which a person who asks for a source is heard, whoever else is slow to answer."""
CLUSTER_SECONDS = 2
"""For which new articles are sorted into stories, the latest first; the next refresh sorts what is left."""
MAX_HELD_BYTES = 64_000_000
"""Bytes of fetched documents and of words for search that may wait; more are fetched when some are saved and learnt."""
MAX_PARSED_SOURCES = 16
"""Sources whose rows may be in memory before they are saved."""
OFFLINE_SINCE = "without a network since"
"""Under this name the store knows since when refreshes have found no network; "" if the last one did."""

AfterRefresh = Callable[[httpx.AsyncClient, ParsePool, HostQueue[Source]], Awaitable[None]]
"""Goes on where a round ends: with its connections, its workers, and the turns that its hosts had."""


class RefreshRun:
    """Asks each source once. Nothing that one of them does keeps another from its turn."""

    def __init__(
        self, context: RefreshContext, parsers: ParsePool, priorities: SimpleQueue[Priority] | None = None
    ) -> None:
        _, self._config, self._store, self._progress, self._report, self._now = context
        self._limits = context.config.refresh
        self._parsers = parsers
        self._priorities = priorities or SimpleQueue()
        alone = priorities is None
        self._has_listener = not alone
        # Nobody looks for words in what is not there yet: articles go first, as long as any wait for workers or store.
        self._indexer = SearchIndexer(context.store, lambda: alone and (parsers.is_busy or self._parsed.locked()))
        self._in_flight: dict[int, Source] = {}
        """Who is asked just now, by their numbers, the longest first."""
        self._held_bytes = 0
        self._parsed = asyncio.Semaphore(MAX_PARSED_SOURCES)
        self._large = asyncio.Lock()
        self._unexplained: list[tuple[Source, Failure, RequestCost]] = []
        self._wake = asyncio.Event()

    async def run(self, due: Sequence[Source], after: AfterRefresh | None = None) -> None:
        """Ask all of `due`, and do what comes `then`, with the same connections and workers.

        Cancelled, it leaves each source either saved or as it was.
        """
        self._queue = HostQueue(due, self._limits.per_host, self._limits.spacing)
        self._hosts = {schedule.source_host(source) for source in due}
        self._network = NetworkState(int(await self._store.call_async(connection.get_value, OFFLINE_SINCE) or 0))
        before = await self._store.call_async(lookup.newest_id)
        async with make_client(self._limits) as self._client:
            round = asyncio.current_task()
            assert round is not None
            async with asyncio.TaskGroup() as group:
                beats = group.create_task(self._heartbeat(round))
                learning = group.create_task(self._indexer.run())
                if due:
                    self._report(self._progress.progress_event(self._slowest()))
                await run_queue(
                    self._queue,
                    self._begin,
                    has_room=self._has_room,
                    wake=self._wake,
                    before_next=self._apply_priorities,
                    poll_seconds=PRIORITY_POLL_SECONDS if self._has_listener else None,
                )
                away = await self._decide_unexplained()
                learning.cancel()
                await self._indexer.finish()
                self._progress.set_muted(await self._store.call_async(rule_flags.count_muted_after, before))
                await self._cluster_stories()
                if after is not None and not away:
                    await after(self._client, self._parsers, self._queue)
                beats.cancel()

    def _apply_priorities(self) -> None:
        while not self._priorities.empty():
            id, now = self._priorities.get()
            if not self._queue.prioritize(id) and now and id not in self._in_flight:
                self._fetch_now(id)

    def _fetch_now(self, id: int) -> None:
        """Give one a turn that was not due, or had its turn before: a person waits for it, and all others can."""
        self._store.call(damage.request_refetch, id)
        plan = schedule.make_plan(self._store.call(subscriptions.list_all), self._limits, self._now(), [id])
        for waiting in plan.waiting:
            self._report(
                self._progress.record_waiting(
                    waiting.source, waiting_message(waiting.reason, waiting.until, self._now())
                )
            )
        for source in plan.fetch:
            self._hosts.add(schedule.source_host(source))
            self._queue.add(source)
            self._progress.add_sources(1)
            self._report(self._progress.progress_event(self._slowest()))

    def _begin(self, source: Source) -> Coroutine[Any, Any, None]:
        self._in_flight[source.id] = source
        return self._process(source)

    def _has_room(self) -> bool:
        at_once = 1 if self._network.is_probing else self._limits.at_once
        return len(self._in_flight) < at_once and self._held_bytes + self._indexer.cached_bytes < MAX_HELD_BYTES

    async def _process(self, source: Source) -> None:
        """Take one source from its address to the store, and tell how it went."""
        failed: Failure | None
        clock = asyncio.get_running_loop()
        cost, began = RequestCost(), clock.time()
        try:
            got = await self._fetch_and_release(source)
            documents = outcomes.raw_documents(got)
            cost = RequestCost(round((clock.time() - began) * 1000), sum(one.received_bytes for one in documents))
            with self._holding(sum(len(one.data) for one in documents)):
                failed = got if isinstance(got, Failure) else await self._save(source, got, cost)
        except StoreError as error:
            failed = Failure("save", f"{source.label} was read but not saved. {error.message}")
        except Exception as error:  # noqa: BLE001
            # Our own mistake, met by one source: the others are still worth their turn.
            failed = Failure("mistake", f"{source.label} met a mistake in roya-tui ({one_line(repr(error))}).")
        if failed and self._network.explains(source, failed):
            self._unexplained.append((source, failed, cost))
            return
        if failed:
            await self._record_failure(source, failed, cost)
        self._report_done()

    def _report_done(self) -> None:
        self._report(self._progress.record_done(self._slowest()))

    def _slowest(self) -> str:
        """Whose answer takes longest, or else the host whose next turn is due; "" when all have answered."""
        asked = next(iter(self._in_flight.values()), None)
        return self._queue.next_host if asked is None else schedule.source_host(asked) or asked.label

    @contextmanager
    def _holding(self, size: int) -> Iterator[None]:
        """Count what is in memory until it is saved."""
        self._held_bytes += size
        try:
            yield
        finally:
            self._held_bytes -= size

    # Getting

    async def _fetch_and_release(self, source: Source) -> Response | LocalFiles | Failure:
        try:
            got = await self._fetch(source)
            self._update_network(source, got if isinstance(got, Failure) else None)
            if isinstance(got, Failure) and got.retry_at is not None:
                for name in {schedule.source_host(source), got.host} - {""}:
                    self._hold_host(name, got.retry_at)
            return got
        finally:
            self._queue.release(source)
            del self._in_flight[source.id]
            self._wake.set()

    async def _fetch(self, source: Source) -> Response | LocalFiles | Failure:
        if source.is_local:
            return await run_in_thread(
                lambda: local_files.read(
                    source.url,
                    label=source.label,
                    stat_hash=source.modified,
                    body_hash=source.body_hash,
                    max_bytes=self._limits.max_bytes,
                )
            )
        return await fetch(
            self._client,
            Request(
                source.url,
                source.label,
                self._now(),
                etag=source.etag,
                modified=source.modified,
                body_hash=source.body_hash,
                private_hosts=self._limits.inside,
                auth=self._config.auth,
                timeout=self._limits.timeout,
                max_bytes=self._limits.max_bytes,
            ),
        )

    def _hold_host(self, host: str, until: int) -> None:
        """Leave a host alone that asked for it: its other sources have no turn in this round."""
        for other in self._queue.drop_host(host):
            self._report(
                self._progress.record_waiting(
                    other, waiting_message(schedule.retry_after_reason(host), until, self._now())
                )
            )
            self._report_done()

    # The network

    def _update_network(self, source: Source, failed: Failure | None) -> None:
        """Take in what an answer says about the network; without one, only what is nearby keeps its turn."""
        there, away = self._network.is_up, self._network.is_down
        self._network.record(source, failed)
        if self._network.is_up and not there and self._network.since:
            self._report({"event": "online"})
        if self._network.is_down and not away:
            for name in self._hosts:
                if name and not is_local_host(name):
                    self._progress.add_waiting(len(self._queue.drop_host(name)))
            self._report_offline()

    def _report_offline(self) -> None:
        self._report(self._progress.record_offline(self._network.next_retry(self._now())))

    async def _decide_unexplained(self) -> bool:
        """Now that all had their turn: those that could not be reached lacked a network, or have failed themselves.

        Returns whether there is no network.
        """
        network = self._network
        away = network.is_down_at_end
        if away and not network.is_down:
            self._report_offline()
        for source, failed, cost in self._unexplained:
            if away:
                self._progress.add_waiting(1)
            elif failed.kind == "offline" and network.is_up:
                alone = Failure("dns", f"{source.label} cannot be reached, though others can.")
                await self._record_failure(source, alone, cost)
            else:
                await self._record_failure(source, failed, cost)
            self._report_done()
        since = (network.since or self._now()) if away else 0 if network.is_up else network.since
        if since != network.since:
            with suppress(StoreError):  # then the next one finds out by itself
                await self._store.call_async(connection.set_value, OFFLINE_SINCE, str(since or ""))
        return away

    # Keeping

    async def _save(self, source: Source, response: Response | LocalFiles, cost: RequestCost) -> Failure | None:
        """Parse what is new in an answer and save it, or say why it cannot be. Raises StoreError."""
        outcome = outcomes.success_outcome(response, source, cost, self._limits, self._now())
        if response.not_modified:
            await self._store.call_async(checks.record, source.id, outcome)
            saved = SaveResult()
        else:
            try:
                job = outcomes.make_job(source, response, self._config, outcome.at)
            except KeyError as error:
                return Failure("mapping", f"{source.label} cannot be read. {error.args[0]}")
            # Large documents go one by one, so that small ones need not wait until all of them are through.
            async with self._large if job.size > LARGE_BYTES else nullcontext(), self._parsed:
                parsed = await self._parsers.parse(job, source.label)
                if isinstance(parsed, Failure):
                    return replace(
                        parsed, message=parsed.message + outcomes.captive_portal_hint(source, response, parsed)
                    )
                following = outcomes.next_check(response, source, parsed.feed, self._limits, outcome.at)
                outcome = replace(outcome.with_feed(parsed.feed), next_check=following)
                self._indexer.cache(parsed.rows)
                saved = await self._store.call_async(outcomes.save_parsed, source, parsed, outcome)
        self._indexer.add_waiting(len(saved.new) + len(saved.changed))
        message = await self._follow_move(source, outcome)
        self._report(self._progress.record_saved(source, saved, message))
        return None

    async def _follow_move(self, source: Source, outcome: CheckResult) -> str:
        """Move a source whose address moved for good, once two refreshes running have been told so."""
        if not outcome.moved_to or outcome.moved_to != source.moved_to:
            return ""
        if not await self._store.call_async(checks.change_address, source.id, outcome.moved_to):
            return f"{source.label} has moved to an address that you have as another source already."
        return f"{source.label} has moved for good; it is read at its new address from now on."

    async def _record_failure(self, source: Source, failed: Failure, cost: RequestCost) -> None:
        """Keep a failure and tell it, with the time of the next attempt."""
        outcome = outcomes.failure_outcome(source, failed, cost, random.random(), self._now())
        message = outcome.error
        try:
            await self._store.call_async(checks.record, source.id, outcome)
            if failed.retry_at is not None and failed.host not in ("", schedule.source_host(source)):
                await self._store.call_async(hold_host, failed.host, failed.retry_at)
        except StoreError as error:
            message = f"{failed.message} {error.message}" if failed.kind != "save" else failed.message
        self._report(self._progress.record_failed(source, replace(failed, message=message)))

    async def _cluster_stories(self) -> None:
        """Sort what came in into stories, for a bounded time: the next refresh sorts what is left."""
        sorting, clock = StoryClusterer(), asyncio.get_running_loop()
        until = clock.time() + CLUSTER_SECONDS
        with suppress(StoreError):  # busy or full just now
            while await self._store.call_async(sorting.cluster_some) and clock.time() < until:
                pass

    async def _heartbeat(self, run_task: asyncio.Task[None]) -> None:
        """Show others that we are alive; end the round if another took over meanwhile (this machine may have slept)."""
        ours = True
        while ours:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            with suppress(StoreError):  # busy or full just now: a later beat is early enough
                ours = await self._store.call_async(refresh_lock.renew, self._now(), os.getpid())
        run_task.cancel()
