"""What is offered for the words to find, what is wrong in them, and what was probably meant."""

from __future__ import annotations

import contextlib
from asyncio import sleep
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual import on, work

from roya_tui.query import QueryError
from roya_tui.ui.bars import FindBar
from roya_tui.ui.comparing import Comparing
from roya_tui.ui.library import Interrupted
from roya_tui.ui.view import View

if TYPE_CHECKING:
    from roya_tui.query.completing import Candidate

ASK_AFTER = 0.2
"""Seconds without a key after which it is looked for what was meant by words that find nothing."""


class Advising(Comparing):
    """What is said below the find bar and in a list that is empty. Names and nearer words are read in threads."""

    _wrong = ""
    """What was last said about a query that is none; `_why_wrong` without the key that mends it."""
    _why_wrong = ""
    _meant: tuple[View, Candidate] | None = None
    """What was probably meant by the words of a view that finds nothing."""

    @work(exit_on_error=False, exclusive=True, group="names")
    async def learn_names(self) -> None:
        """Let the bar know what names there are to complete."""
        from roya_tui.store import names

        self.find_bar.known = await self.library.look(names.known)
        self.advise()

    @on(FindBar.Chosen)
    def advise(self) -> None:
        """Show what the word at the cursor may become."""
        bar = self.find_bar
        if not bar.is_open:
            return
        bar.advise(self.now(), self._meant_here if bar.value == self.view.find else None)
        self.bottom.offers, self.bottom.chosen = bar.offered
        if bar.advised.doubt:
            self._say_wrong(bar.advised.doubt)

    def say_wrong(self, error: QueryError) -> None:
        """Tell why the words to find are no query, unless they may become one with the next letter."""
        wrong = self.find_bar.advised.error if self.find_bar.is_open else error
        if wrong is None:
            self.hush_wrong()
        else:
            self._say_wrong(wrong.message)

    def _say_wrong(self, message: str) -> None:
        mended = self.find_bar.advised.mended if self.find_bar.is_open else None
        self._why_wrong = message
        self._wrong = message + (f" tab writes “{mended.shown}”." if mended else "")
        self.bottom.say(self._wrong)

    def take_back_the_key(self) -> None:
        """Name the key no longer that mends what is wrong: nobody types."""
        if self._wrong and self.bottom.said == self._wrong:
            self._say_wrong(self._why_wrong)

    def hush_wrong(self) -> None:
        """Say it no more, unless the words to find are a query that can find nothing."""
        if self.find_bar.is_open and self.find_bar.advised.doubt:
            self._say_wrong(self.find_bar.advised.doubt)
        elif self._wrong and self.bottom.said == self._wrong:
            self.bottom.hush()

    # What was meant.

    @property
    def _meant_here(self) -> Candidate | None:
        known = self._meant and self._meant[0] == self.view and not self.headlines.timeline.ids
        return self._meant[1] if self._meant and known else None

    def nothing_found(self, *, typing: bool) -> str:
        """What an empty list says; what was meant by words that find nothing, as soon as that is known."""
        if self.view.find.strip() and self._meant_here is None:
            self._ask_what_was_meant(self.view)
        meant = self._meant_here
        if typing and self.find_bar.advised.candidates:  # which tab writes
            meant = None
        return self.view.nothing(typing=typing, meant=meant.shown if meant else "")

    @work(exit_on_error=False, exclusive=True, group="meant")
    async def _ask_what_was_meant(self, view: View) -> None:
        from roya_tui.store import misspelt

        if self.find_bar.is_open:
            await sleep(ASK_AFTER)
        now = self.now()
        with contextlib.suppress(Interrupted):
            if view != self.view:
                return
            meant = await self.library.read(
                misspelt.meant, view.find, now, lambda text: replace(view, find=text).query(now), zone=self.clock.zone
            )
            if meant is not None and view == self.view and not self.headlines.timeline.ids:
                self._meant = view, meant
                self.headlines.say_nothing(self.nothing_found(typing=self.find_bar.is_open))
                self.advise()
