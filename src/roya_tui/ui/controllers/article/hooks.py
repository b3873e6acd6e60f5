"""The hook on_open: a program that gets each article that is opened, in the background."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from roya_tui.config import Hook
from roya_tui.ui.controller import Context, Controller, background

MAX_WAITING = 50
"""Opened articles that wait for the program; of more, the earliest are left out."""


class Hooks(Controller):
    """Runs the program for opened articles, each as often as it is opened."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._waiting = deque[int](maxlen=MAX_WAITING)
        self._running = 0

    def opened(self, ids: Iterable[int]) -> None:
        """Run the program for opened articles, soon."""
        if self._config.hooks.on_open:
            self._waiting += ids
            if self._running < self._config.hooks.at_once:
                self._run()

    @background("hooks")
    async def _run(self) -> None:
        from roya_tui.hooks import make_document, run_hook, save_outcome

        hooks = self._config.hooks
        hook = Hook("on_open", hooks.on_open)
        self._running += 1
        try:
            while self._waiting:
                document = await self._database.compute(make_document, hook, [self._waiting.popleft()], {})
                run = await run_hook(hook, document, hooks.timeout, self._now())
                self._database.write_soon(save_outcome, hook, run.outcome)
        finally:
            self._running -= 1
