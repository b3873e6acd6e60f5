"""What a rule would catch, told while one makes it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from textual import work
from textual.content import Content
from textual.widgets import Static

from roya_tui.layout.one_line import fit_line, fit_ltr_line
from roya_tui.presentation.rules import describe_exceptions, describe_matches
from roya_tui.store.rules import Preview
from roya_tui.ui.cells import measure, shown

_LINES = 4
QUIET = 0.15
"""Seconds without a key after which it is asked for."""
Look = Callable[[str, str], Awaitable[Preview | str]]
"""What a query would catch with an effect, or why it cannot be asked."""


class WouldCatch(Static):
    """A line that says how many, and the newest of them below it."""

    DEFAULT_CSS = """
    WouldCatch { height: 4; color: $foreground 80%; margin: 1 0; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self, look: Look, rtl: str, more: str, *, id: str | None = None) -> None:
        """`more` stands where a line is cut."""
        super().__init__("", id=id)
        self._more = more
        self._look = look
        self._rtl = rtl
        self._effect = ""
        self._found: Preview | str = ""

    @work(exit_on_error=False, exclusive=True, group="preview")
    async def ask(self, query: str, effect: str, after: float = 0) -> None:
        """Tell what `query` would catch; after so many seconds, if nothing else is asked meanwhile."""
        await asyncio.sleep(after)
        found = await self._look(query, effect)
        self._effect, self._found = effect, found
        if self.is_attached:
            self.update(self._told(self._found))

    def on_resize(self) -> None:
        """Tell it anew: the answer may come before there is a width, when keys come in one burst."""
        self.update(self._told(self._found))

    def _told(self, found: Preview | str) -> Content:
        width = max(20, self.content_size.width)
        if isinstance(found, str):
            return Content(shown(fit_ltr_line(found, width, measure, self._rtl, self._more)))
        told = describe_matches(found.count, found.total) + (":" if found.newest else ".")
        lines = [(fit_ltr_line(told, width, measure, self._rtl, self._more), "")]
        if more := describe_exceptions(self._effect, found.already_done, found.exempt):
            lines.append((fit_ltr_line(f"  {more}", width, measure, self._rtl, self._more), ""))
        for headline in found.newest[: _LINES - len(lines)]:
            text, from_right = fit_line(headline.title, width - 2, measure, self._rtl, self._more)
            gap = " " * (width - 2 - measure(text) if from_right else 0)
            lines.append((f"  {gap}{shown(text)}", "$foreground 60%"))
        return Content("\n").join(Content.styled(text, style) for text, style in lines)
