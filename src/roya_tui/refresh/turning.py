"""Giving turns: whoever may start is started, until nobody is left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from roya_tui.sources.schedule import P, Turns


async def give_turns(
    turns: Turns[P],
    begin: Callable[[P], Coroutine[Any, Any, None]],
    *,
    has_room: Callable[[], bool],
    wake: asyncio.Event,
    hear: Callable[[], None] = lambda: None,
    every: float | None = None,
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
        while turns or running:
            wake.clear()
            hear()
            while has_room() and (place := turns.take(clock.time())):
                task = group.create_task(begin(place))
                running.add(task)
                task.add_done_callback(ended)
            pauses = (turns.wait(clock.time()) if has_room() else None, every)
            try:
                async with asyncio.timeout(min((pause for pause in pauses if pause is not None), default=None)):
                    await wake.wait()
            except TimeoutError:
                continue
