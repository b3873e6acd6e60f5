"""Run the tasks of a `HostQueue` within the limits of each host."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from roya_tui.model import Source
from roya_tui.sources.schedule import HostQueue, P

T = TypeVar("T")


SLOW_AFTER = 3.0
"""Seconds after its start from which a request can count as slow."""
SLOW_RATE = 1_000
"""Bytes a second below which a request is slow."""


class RunningRequest:
    """A request that can be stopped while it is slow, to be sent again when no other source waits."""

    def __init__(self, source: Source, now: float) -> None:
        self.source = source
        self._started = now
        self._received = 0
        self._limit: asyncio.Timeout | None = None
        self.is_stopped = False

    def count_bytes(self, count: int) -> None:
        self._received += count

    def is_slow(self, now: float) -> bool:
        """Whether it is slow at `now`, a time of the event loop."""
        seconds = now - self._started
        return self._limit is not None and seconds >= SLOW_AFTER and self._received < SLOW_RATE * seconds

    async def run(self, request: Awaitable[T]) -> T | None:
        """Return the result of `request`, None if it was stopped."""
        try:
            async with asyncio.timeout(None) as self._limit:
                return await request
        except TimeoutError:
            if not self.is_stopped:
                raise
            return None
        finally:
            self._limit = None

    def stop(self) -> None:
        """Stop a slow request."""
        if self._limit is not None and not self.is_stopped:
            self.is_stopped = True
            self._limit.reschedule(asyncio.get_running_loop().time())


async def run_queue(
    queue: HostQueue[P],
    start: Callable[[P], Coroutine[Any, Any, None]],
    *,
    has_room: Callable[[], bool],
    wake: asyncio.Event,
    before_next: Callable[[], None] = lambda: None,
    poll_seconds: float | None = None,
) -> None:
    """Run all queued items; start more when a task ends, a pause is over or `wake` is set.

    `start` must count the item for `has_room` before it returns its coroutine. `before_next` is called before the queue
    is read, at least every `poll_seconds`. Cancelling this cancels all tasks that it started.
    """
    clock = asyncio.get_running_loop()
    running: set[asyncio.Task[None]] = set()

    def on_done(task: asyncio.Task[None]) -> None:
        running.discard(task)
        wake.set()

    async with asyncio.TaskGroup() as group:
        while queue or running:
            wake.clear()
            before_next()
            while has_room() and (item := queue.take(clock.time())):
                task = group.create_task(start(item))
                running.add(task)
                task.add_done_callback(on_done)
            pauses = (queue.seconds_until_next(clock.time()) if has_room() else None, poll_seconds)
            try:
                async with asyncio.timeout(min((pause for pause in pauses if pause is not None), default=None)):
                    await wake.wait()
            except TimeoutError:
                continue
