"""One run: the lock, the plan, the round, and an orderly end whatever happens."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from roya_tui.config import Config, Paths
from roya_tui.refresh.keeper import Keeper
from roya_tui.refresh.tally import Run, Tally
from roya_tui.refresh.values import Hurry, Summary, Tell
from roya_tui.refresh.words import waits
from roya_tui.sources.schedule import Plan, due
from roya_tui.store.accounts import saved_auth
from roya_tui.store.articles import damage
from roya_tui.store.connection import StoreError
from roya_tui.store.sources import refresh_lock, subscriptions
from roya_tui.store.user_data import stories

if TYPE_CHECKING:
    from sqlite3 import Connection

    from httpx import AsyncClient

    from roya_tui.model import Source
    from roya_tui.refresh.parsers import Parsers
    from roya_tui.refresh.round import Then
    from roya_tui.sources.schedule import Turns

GRACE = 0.6
"""Seconds that a long transaction gets to break off when we are asked to end."""


def run(
    paths: Paths,
    config: Config,
    wanted: Sequence[int],
    *,
    all_now: bool,
    offline: bool,
    tell: Tell,
    now: Callable[[], int],
    hurries: SimpleQueue[Hurry] | None,
) -> Summary:
    """See `roya_tui.refresh.run`."""
    started = time.monotonic()
    tell = _while_heard(tell)
    keeper = Keeper(paths.database)
    config = _with_accounts(keeper, config, tell)  # opening the store may have written them
    try:
        if not keeper.do(refresh_lock.acquire, now(), os.getpid()):
            tell({"event": "busy", "message": "Another refresh is at work; this one leaves it to that."})
            return Summary(busy=True)
        try:
            if not offline:
                for id in wanted:
                    keeper.do(damage.request_refetch, id)
            plan = due(
                keeper.do(subscriptions.list_all), config.refresh, now(), wanted, all_now=all_now, offline=offline
            )
            tally = Tally(len(plan.ask))
            _tell_plan(plan, tell, tally, now())
            shared = Run(paths, config, keeper, tally, tell, now)
            after = None if offline or config.refresh.metered else partial(_prefetch, shared, wanted, started)
            asks = bool(plan.ask) or (after is not None and keeper.do(_wants_more, paths, config, now(), wanted))
            stopped = asks and _go_round(shared, plan, hurries, after)
            if not stopped:
                from roya_tui.refresh import tidying  # whose store functions no request has to wait for

                if held := keeper.do(tidying.let_go, config, now()):
                    tell({"event": "warning", "message": held})
                keeper.do(stories.expire_fingerprints, now())
                _bound_pictures(paths, config, tell, now())
        finally:
            keeper.do(refresh_lock.release, os.getpid())
    finally:
        keeper.close()
    summary = tally.summary(time.monotonic() - started, stopped=stopped)
    tell(tally.whole("finished", summary.seconds))
    return summary


def _with_accounts(keeper: Keeper, config: Config, tell: Tell) -> Config:
    """Return the configuration with the accounts in auth.toml behind those of [auth]."""
    try:
        return replace(config, auth=(*config.auth, *keeper.do(saved_auth)))
    except StoreError as error:
        tell({"event": "warning", "message": error.message})
        return config


def _bound_pictures(paths: Paths, config: Config, tell: Tell, now: int) -> None:
    from roya_tui.refresh import tidying

    try:
        tidying.bound_pictures(paths, config, now)
    except OSError as error:
        tell({"event": "warning", "message": f"Old pictures in {paths.pictures} stay: {error.strerror}."})


def _tell_plan(plan: Plan, tell: Tell, tally: Tally, now: int) -> None:
    tell({"event": "started", "total": len(plan.ask)})
    for waiting in plan.wait:
        tell(tally.waiting(waiting.source, waits(waiting.why, waiting.until, now)))


def _wants_more(db: Connection, paths: Paths, config: Config, now: int, only: Sequence[int]) -> bool:
    """Return whether there is anything for the second stage: an earlier one may have been ended."""
    from roya_tui.refresh.wanting import Wanted

    return Wanted(db, paths, config, now, only).anything(db)


def _go_round(run: Run, plan: Plan, hurries: SimpleQueue[Hurry] | None, after: Then | None) -> bool:
    """Ask all of the plan, do what comes `after`, and return whether we were told to stop before the end."""
    from roya_tui.refresh.parsers import Parsers, workers

    beside_a_reader = hurries is not None
    most = workers(spare=1 if beside_a_reader else 0)

    async def work() -> bool:
        async with Parsers(most) as parsers:
            # What was never read is sure to be parsed; of the rest perhaps nothing is new.
            sure = sum(source.succeeded is None for source in plan.ask)
            await parsers.get_ready(min(sure, 1))
            # httpx comes in with this while a worker loads what it needs; a refresh with nothing to do does without.
            sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # its command line: slow, not ours
            from roya_tui.refresh.round import Round

            round = Round(run, parsers, hurries)
            task = asyncio.create_task(round.run(plan.ask, after))
            with _ended_by_signals(task.cancel):
                try:
                    await parsers.get_ready(sure)  # the other workers, while the first answers are on their way
                    await task
                except asyncio.CancelledError:
                    run.keeper.interrupt(GRACE)
                    return True
            return False

    return asyncio.run(work())


async def _prefetch(
    run: Run, wanted: Sequence[int], started: float, client: AsyncClient, parsers: Parsers, before: Turns[Source]
) -> None:
    """The second stage, of which nobody waits for the first: what came in is told before it begins."""
    from roya_tui.refresh.prefetching import Prefetch

    run.tell(run.tally.whole("fetched", time.monotonic() - started))
    await Prefetch(run, wanted).run(client, parsers, before)


@contextmanager
def _ended_by_signals(end: Callable[[], Any]) -> Iterator[None]:
    """Let SIGINT, SIGTERM and SIGHUP call `end` in the event loop; only a main thread may ask for signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    names = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP
    signals = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = [signal.getsignal(which) for which in signals]
    for which in signals:
        # Not loop.add_signal_handler, which Windows lacks.
        signal.signal(which, lambda *_: loop.call_soon_threadsafe(end))
    try:
        yield
    finally:
        for which, handler in zip(signals, before, strict=True):
            signal.signal(which, handler)


def _while_heard(tell: Tell) -> Tell:
    """Go on in silence when the reader at the other end of the pipe is gone: the refresh is worth finishing."""
    heard = True

    def carefully(event: dict[str, Any]) -> None:
        nonlocal heard
        if heard:
            try:
                tell(event)
            except BrokenPipeError:
                heard = False

    return carefully
