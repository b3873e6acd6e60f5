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
from roya_tui.refresh import answered
from roya_tui.refresh.answered import Cost
from roya_tui.refresh.learning import Learning
from roya_tui.refresh.network import Network
from roya_tui.refresh.pages import hold
from roya_tui.refresh.parsers import LARGE, Parsers
from roya_tui.refresh.sorting import Sorting
from roya_tui.refresh.tally import Run
from roya_tui.refresh.turning import give_turns
from roya_tui.refresh.values import Hurry
from roya_tui.refresh.words import waits
from roya_tui.sources import local, schedule
from roya_tui.sources.fetch import Answer, Request, client, fetch
from roya_tui.sources.local import Files
from roya_tui.sources.schedule import Turns
from roya_tui.sources.web.addresses import local_by_itself
from roya_tui.sources.web.apart import apart
from roya_tui.store import connection
from roya_tui.store.articles import damage, lookup
from roya_tui.store.connection import StoreError
from roya_tui.store.sources import checks, refresh_lock, subscriptions
from roya_tui.store.sources.checks import CheckResult
from roya_tui.store.user_data import rule_flags
from roya_tui.text import one_line

BEAT_SECONDS = 10
HEAR_SECONDS = 0.2
"""After which a person who asks for a source is heard, whoever else is slow to answer."""
SORT_SECONDS = 2
"""For which new articles are sorted into stories, the latest first; the next refresh sorts what is left."""
MOST_HELD = 64_000_000
"""Bytes of fetched documents and of words for search that may wait; more are fetched when some are saved and learnt."""
MOST_PARSED = 16
"""Sources whose rows may be in memory before they are saved."""
WITHOUT_NETWORK = "without a network since"
"""Under this name the store knows since when refreshes have found no network; "" if the last one did."""

Then = Callable[[httpx.AsyncClient, Parsers, Turns[Source]], Awaitable[None]]
"""Goes on where a round ends: with its connections, its workers, and the turns that its hosts had."""


class Round:
    """Asks each source once. Nothing that one of them does keeps another from its turn."""

    def __init__(self, run: Run, parsers: Parsers, hurries: SimpleQueue[Hurry] | None = None) -> None:
        _, self._config, self._keeper, self._tally, self._tell, self._now = run
        self._limits = run.config.refresh
        self._parsers = parsers
        self._hurries = hurries or SimpleQueue()
        alone = hurries is None
        self._is_told = not alone
        # Nobody looks for words in what is not there yet: articles go first, as long as any wait for workers or store.
        self._learning = Learning(run.keeper, lambda: alone and (parsers.busy or self._parsed.locked()))
        self._asked: dict[int, Source] = {}
        """Who is asked just now, by their numbers, the longest first."""
        self._held = 0
        self._parsed = asyncio.Semaphore(MOST_PARSED)
        self._large = asyncio.Lock()
        self._missed: list[tuple[Source, Failure, Cost]] = []
        self._wake = asyncio.Event()

    async def run(self, due: Sequence[Source], then: Then | None = None) -> None:
        """Ask all of `due`, and do what comes `then`, with the same connections and workers.

        Cancelled, it leaves each source either saved or as it was.
        """
        self._turns = Turns(due, self._limits.per_host, self._limits.spacing)
        self._hosts = {schedule.host(source) for source in due}
        self._network = Network(int(await self._keeper.soon(connection.get_value, WITHOUT_NETWORK) or 0))
        before = await self._keeper.soon(lookup.newest_id)
        async with client(self._limits) as self._client:
            round = asyncio.current_task()
            assert round is not None
            async with asyncio.TaskGroup() as group:
                beats = group.create_task(self._beat(round))
                learning = group.create_task(self._learning.go_on())
                if due:
                    self._tell(self._tally.far(self._waited_for()))
                await give_turns(
                    self._turns,
                    self._begin,
                    has_room=self._has_room,
                    wake=self._wake,
                    hear=self._hear_hurries,
                    every=HEAR_SECONDS if self._is_told else None,
                )
                away = await self._judge_the_network()
                learning.cancel()
                await self._learning.finish()
                self._tally.hid(await self._keeper.soon(rule_flags.count_muted_after, before))
                await self._sort_into_stories()
                if then is not None and not away:
                    await then(self._client, self._parsers, self._turns)
                beats.cancel()

    def _hear_hurries(self) -> None:
        while not self._hurries.empty():
            id, now = self._hurries.get()
            if not self._turns.hurry(id) and now and id not in self._asked:
                self._ask_now(id)

    def _ask_now(self, id: int) -> None:
        """Give one a turn that was not due, or had its turn before: a person waits for it, and all others can."""
        self._keeper.do(damage.request_refetch, id)
        plan = schedule.due(self._keeper.do(subscriptions.list_all), self._limits, self._now(), [id])
        for waiting in plan.wait:
            self._tell(self._tally.waiting(waiting.source, waits(waiting.why, waiting.until, self._now())))
        for source in plan.ask:
            self._hosts.add(schedule.host(source))
            self._turns.add(source)
            self._tally.wanted(1)
            self._tell(self._tally.far(self._waited_for()))

    def _begin(self, source: Source) -> Coroutine[Any, Any, None]:
        self._asked[source.id] = source
        return self._one(source)

    def _has_room(self) -> bool:
        at_once = 1 if self._network.probing else self._limits.at_once
        return len(self._asked) < at_once and self._held + self._learning.remembered < MOST_HELD

    async def _one(self, source: Source) -> None:
        """Take one source from its address to the store, and tell how it went."""
        failed: Failure | None
        clock = asyncio.get_running_loop()
        cost, began = Cost(), clock.time()
        try:
            got = await self._get_in_turn(source)
            documents = answered.documents(got)
            cost = Cost(round((clock.time() - began) * 1000), sum(one.came for one in documents))
            with self._holding(sum(len(one.packed) for one in documents)):
                failed = got if isinstance(got, Failure) else await self._keep(source, got, cost)
        except StoreError as error:
            failed = Failure("save", f"{source.label} was read but not saved. {error.message}")
        except Exception as error:  # noqa: BLE001
            # Our own mistake, met by one source: the others are still worth their turn.
            failed = Failure("mistake", f"{source.label} met a mistake in roya-tui ({one_line(repr(error))}).")
        if failed and self._network.explains(source, failed):
            self._missed.append((source, failed, cost))
            return
        if failed:
            await self._give_up(source, failed, cost)
        self._step()

    def _step(self) -> None:
        self._tell(self._tally.step(self._waited_for()))

    def _waited_for(self) -> str:
        """Whose answer takes longest, or else the host whose next turn is due; "" when all have answered."""
        asked = next(iter(self._asked.values()), None)
        return self._turns.next_host if asked is None else schedule.host(asked) or asked.label

    @contextmanager
    def _holding(self, size: int) -> Iterator[None]:
        """Count what is in memory until it is saved."""
        self._held += size
        try:
            yield
        finally:
            self._held -= size

    # Getting

    async def _get_in_turn(self, source: Source) -> Answer | Files | Failure:
        try:
            got = await self._get(source)
            self._learn(source, got if isinstance(got, Failure) else None)
            if isinstance(got, Failure) and got.retry_at is not None:
                for name in {schedule.host(source), got.host} - {""}:
                    self._hold(name, got.retry_at)
            return got
        finally:
            self._turns.done(source)
            del self._asked[source.id]
            self._wake.set()

    async def _get(self, source: Source) -> Answer | Files | Failure:
        if source.is_local:
            return await apart(
                lambda: local.read(
                    source.url,
                    label=source.label,
                    stamp=source.modified,
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
                inside=self._limits.inside,
                auth=self._config.auth,
                timeout=self._limits.timeout,
                max_bytes=self._limits.max_bytes,
            ),
        )

    def _hold(self, host: str, until: int) -> None:
        """Leave a host alone that asked for it: its other sources have no turn in this round."""
        for other in self._turns.drop(host):
            self._tell(self._tally.waiting(other, waits(schedule.asked_to_wait(host), until, self._now())))
            self._step()

    # The network

    def _learn(self, source: Source, failed: Failure | None) -> None:
        """Take in what an answer says about the network; without one, only what is nearby keeps its turn."""
        there, away = self._network.there, self._network.away
        self._network.learn(source, failed)
        if self._network.there and not there and self._network.since:
            self._tell({"event": "online"})
        if self._network.away and not away:
            for name in self._hosts:
                if name and not local_by_itself(name):
                    self._tally.unasked(len(self._turns.drop(name)))
            self._tell_offline()

    def _tell_offline(self) -> None:
        self._tell(self._tally.offline_until(self._network.next_try(self._now())))

    async def _judge_the_network(self) -> bool:
        """Now that all had their turn: those that could not be reached lacked a network, or have failed themselves.

        Returns whether there is no network.
        """
        network = self._network
        away = network.away_after_all
        if away and not network.away:
            self._tell_offline()
        for source, failed, cost in self._missed:
            if away:
                self._tally.unasked(1)
            elif failed.kind == "offline" and network.there:
                alone = Failure("dns", f"{source.label} cannot be reached, though others can.")
                await self._give_up(source, alone, cost)
            else:
                await self._give_up(source, failed, cost)
            self._step()
        since = (network.since or self._now()) if away else 0 if network.there else network.since
        if since != network.since:
            with suppress(StoreError):  # then the next one finds out by itself
                await self._keeper.soon(connection.set_value, WITHOUT_NETWORK, str(since or ""))
        return away

    # Keeping

    async def _keep(self, source: Source, got: Answer | Files, cost: Cost) -> Failure | None:
        """Parse what is new in an answer and save it, or say why it cannot be. Raises StoreError."""
        outcome = answered.good(got, source, cost, self._limits, self._now())
        if got.unchanged:
            await self._keeper.soon(checks.record, source.id, outcome)
            saved = SaveResult()
        else:
            try:
                job = answered.job(source, got, self._config, outcome.at)
            except KeyError as error:
                return Failure("mapping", f"{source.label} cannot be read. {error.args[0]}")
            # Large documents go one by one, so that small ones need not wait until all of them are through.
            async with self._large if job.size > LARGE else nullcontext(), self._parsed:
                parsed = await self._parsers.parse(job, source.label)
                if isinstance(parsed, Failure):
                    return replace(parsed, message=parsed.message + answered.perhaps_a_portal(source, got, parsed))
                following = answered.next_check(got, source, parsed.feed, self._limits, outcome.at)
                outcome = replace(outcome.with_feed(parsed.feed), next_check=following)
                self._learning.remember(parsed.rows)
                saved = await self._keeper.soon(answered.save, source, parsed, outcome)
        self._learning.expect(len(saved.new) + len(saved.changed))
        message = await self._follow(source, outcome)
        self._tell(self._tally.saved(source, saved, message))
        return None

    async def _follow(self, source: Source, outcome: CheckResult) -> str:
        """Move a source whose address moved for good, once two refreshes running have been told so."""
        if not outcome.moved_to or outcome.moved_to != source.moved_to:
            return ""
        if not await self._keeper.soon(checks.change_address, source.id, outcome.moved_to):
            return f"{source.label} has moved to an address that you have as another source already."
        return f"{source.label} has moved for good; it is read at its new address from now on."

    async def _give_up(self, source: Source, failed: Failure, cost: Cost) -> None:
        """Keep a failure and tell it, with the time of the next attempt."""
        outcome = answered.bad(source, failed, cost, random.random(), self._now())
        message = outcome.error
        try:
            await self._keeper.soon(checks.record, source.id, outcome)
            if failed.retry_at is not None and failed.host not in ("", schedule.host(source)):
                await self._keeper.soon(hold, failed.host, failed.retry_at)
        except StoreError as error:
            message = f"{failed.message} {error.message}" if failed.kind != "save" else failed.message
        self._tell(self._tally.failed(source, replace(failed, message=message)))

    async def _sort_into_stories(self) -> None:
        """Sort what came in into stories, for a bounded time: the next refresh sorts what is left."""
        sorting, clock = Sorting(), asyncio.get_running_loop()
        until = clock.time() + SORT_SECONDS
        with suppress(StoreError):  # busy or full just now
            while await self._keeper.soon(sorting.some) and clock.time() < until:
                pass

    async def _beat(self, round: asyncio.Task[None]) -> None:
        """Show others that we are alive; end the round if another took over meanwhile (this machine may have slept)."""
        ours = True
        while ours:
            await asyncio.sleep(BEAT_SECONDS)
            with suppress(StoreError):  # busy or full just now: a later beat is early enough
                ours = await self._keeper.soon(refresh_lock.renew, self._now(), os.getpid())
        round.cancel()
