"""Stop work in an event loop on signals, at its next await: an exception could interrupt it anywhere."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any


async def run_until_signal(work: Coroutine[Any, Any, None]) -> bool:
    """Await `work`, which a signal cancels; return whether one did."""
    task = asyncio.create_task(work)
    with cancel_on_signals(task.cancel):
        try:
            await task
        except asyncio.CancelledError:
            return True
    return False


@contextmanager
def cancel_on_signals(cancel: Callable[[], Any]) -> Iterator[None]:
    """Call `cancel` in the event loop on SIGINT, SIGTERM and SIGHUP; only in the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    names = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP
    signals = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = [signal.getsignal(which) for which in signals]
    for which in signals:
        # Windows has no loop.add_signal_handler.
        signal.signal(which, lambda *_: loop.call_soon_threadsafe(cancel))
    try:
        yield
    finally:
        for which, handler in zip(signals, before, strict=True):
            signal.signal(which, handler)
