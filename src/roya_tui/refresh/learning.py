"""How search comes to know what a round saves: many articles together, which takes half the time of one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from roya_tui.refresh.keeper import Keeper
from roya_tui.store import wide
from roya_tui.store.database import StoreError

SECONDS = 1
"""After which search learns what was saved meanwhile, however little."""
_PATIENT = 3  # times as much is learnt, as much later, if nobody waits for it: a third less is written
_MOST_WAITING = 6_000  # articles, if nobody waits for it: while one learns, nothing is saved


class Learning:
    """Lets search learn as soon as enough waits for it. `patient` says whether nobody waits for it just now."""

    def __init__(self, keeper: Keeper, patient: Callable[[], bool]) -> None:
        self._keeper = keeper
        self._patient = patient
        self._waiting = 0
        self._enough = asyncio.Event()

    def _together(self) -> int:
        return _PATIENT if self._patient() else 1

    def expect(self, articles: int) -> None:
        """Take it that so many more articles were put off; below 0 that so many are not any longer."""
        self._waiting += articles
        if self._waiting >= (_MOST_WAITING if self._patient() else wide.AT_ONCE):
            self._enough.set()

    async def go_on(self) -> None:
        """Learn as it comes, until cancelled."""
        await self.finish()  # with what a refresh that was killed has left
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(SECONDS * self._together()):
                    await self._enough.wait()
            self._enough.clear()
            with suppress(StoreError):  # busy or full just now
                self.expect(-await self._keeper.soon(wide.catch_up_some, wide.AT_ONCE * self._together()))

    async def finish(self) -> None:
        """Learn all that was put off."""
        with suppress(StoreError):  # busy or full just now: whoever searches next catches up
            while await self._keeper.soon(wide.catch_up_some):
                pass
