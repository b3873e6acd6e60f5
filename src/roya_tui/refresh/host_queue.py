"""Run the tasks of a `HostQueue` within the limits of each host."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from roya_tui.sources.schedule import HostQueue, P


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
