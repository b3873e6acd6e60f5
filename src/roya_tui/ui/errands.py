"""Pages on their way, one after another, each fetched by a process of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from roya_tui.ui.child import Child


class Errand(Struct, frozen=True):
    """A page to be fetched: that of an article, or one that a link of it leads to."""

    article: int
    link: str = ""
    keep: bool = False
    """Whether it is to be saved, and not shown."""


class Errands:
    """Those that wait for their turn, the first of which is on its way."""

    def __init__(self, program: Callable[[], tuple[str, ...]], changed: Callable[[], None]) -> None:
        """`program` is the command that fetches; `changed` is called when there are others."""
        self._program = program
        self._changed = changed
        self._waiting: list[Errand] = []
        self._child: Child | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, errand: Errand) -> bool:
        return errand in self._waiting

    def add(self, errand: Errand) -> None:
        """Let one wait for its turn."""
        self._waiting.append(errand)
        self._changed()

    def drop(self, unwanted: Callable[[Errand], bool]) -> None:
        """Let go of those that are `unwanted`; what is on its way is stopped."""
        first = self._waiting[:1]
        self._waiting = [errand for errand in self._waiting if not unwanted(errand)]
        if self._child is not None and self._waiting[:1] != first:
            self._child.stop()
        self._changed()

    def is_first(self, errand: Errand) -> bool:
        """Whether it is still the turn of this one."""
        return self._waiting[:1] == [errand]

    async def run(self, take: Callable[[Errand, dict[str, Any]], Awaitable[None]]) -> None:
        """Go all of them, and let `take` have what each comes to: what the program told last, and a page's JSON as
        `page`; {} where it told nothing."""
        while self._waiting:
            errand = self._waiting[0]
            try:
                answer = await self._go(errand)
                if self.is_first(errand):
                    await take(errand, answer)
            finally:
                if self.is_first(errand):
                    self._waiting.pop(0)
                self._changed()

    async def _go(self, errand: Errand) -> dict[str, Any]:
        link = (f"--link={errand.link}",) if errand.link else ()
        self._child = Child(self._program(), "show", str(errand.article), "--events", *link)
        parts, last = [], {}
        async for event in self._child.events():
            if event.get("event") == "part":
                parts.append(str(event["json"]))
            else:
                last = event
        return last | {"page": "".join(parts)} if parts else last
