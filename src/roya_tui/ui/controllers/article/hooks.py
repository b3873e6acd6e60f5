"""The hook on_open: a program that gets each article that is opened, in the background."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from roya_tui.config import Hook
from roya_tui.ui.controller import Context, Controller, background


class Hooks(Controller):
    """Runs the program for opened articles, each as often as it is opened."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._slots = asyncio.Semaphore(self._config.hooks.at_once)

    def opened(self, ids: Iterable[int]) -> None:
        """Run the program for opened articles, soon."""
        if self._config.hooks.on_open:
            for id in ids:
                self._run(id)

    @background("hooks")
    async def _run(self, id: int) -> None:
        from roya_tui.hooks import make_document, run_hook, save_outcome

        hooks = self._config.hooks
        hook = Hook("on_open", hooks.on_open)
        async with self._slots:
            document = await self._database.compute(make_document, hook, [id])
            outcome, _ = await run_hook(hook, document, hooks.timeout, self._now())
            self._database.write_soon(save_outcome, hook, outcome)
