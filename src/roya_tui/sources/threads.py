"""Run blocking work outside the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


async def run_in_thread(work: Callable[[], T]) -> T:
    """Run `work` in a daemon thread, and return its result or raise its exception.

    Threads of the event loop's executor would keep the program from exiting while a name server or disk hangs.
    """
    future: Future[T] = Future()
    future.set_running_or_notify_cancel()  # so that cancelling the caller cannot cancel the future of a running thread

    def run() -> None:
        try:
            future.set_result(work())
        except Exception as error:  # noqa: BLE001
            future.set_exception(error)  # raised where the result is awaited

    threading.Thread(target=run, daemon=True).start()
    return await asyncio.wrap_future(future)
