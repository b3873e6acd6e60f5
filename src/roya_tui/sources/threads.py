"""Blocking work away from the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def run_in_thread(work: Callable[[], T]) -> T:
    """Run `work` in a thread of its own and return what it returns, or raise what it raises.

    The thread is a daemon: a name server or a disk that never answers cannot keep the program from ending, as
    the event loop's own pool would.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def set_outcome(result: T | None, error: Exception | None) -> None:
        if future.cancelled():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except Exception as caught:  # noqa: BLE001
            error = caught  # whatever it is, it is raised again where it is awaited
        try:
            loop.call_soon_threadsafe(set_outcome, result, error)
        except RuntimeError:
            return  # the loop has ended meanwhile, and nobody waits any more

    threading.Thread(target=run, daemon=True).start()
    return await future
