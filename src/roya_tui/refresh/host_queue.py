"""Giving turns: whoever may start is started, until nobody is left."""

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
    """Start whoever may start, whenever someone ends or a host's pause is over, or `wake` is set.

    `begin` counts a start that `has_room` must know of before it returns; `hear` is called before each look at who is
    next, at least once in `every` seconds. Cancelled, it cancels all that it started.
    """
    clock = asyncio.get_running_loop()
    running: set[asyncio.Task[None]] = set()

    def ended(task: asyncio.Task[None]) -> None:
        running.discard(task)
        wake.set()

    async with asyncio.TaskGroup() as group:
        while queue or running:
            wake.clear()
            before_next()
            while has_room() and (place := queue.take(clock.time())):
                task = group.create_task(start(place))
                running.add(task)
                task.add_done_callback(ended)
            pauses = (queue.seconds_until_next(clock.time()) if has_room() else None, poll_seconds)
            try:
                async with asyncio.timeout(min((pause for pause in pauses if pause is not None), default=None)):
                    await wake.wait()
            except TimeoutError:
                continue
