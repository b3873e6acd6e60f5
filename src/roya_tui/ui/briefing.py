"""The briefing: a page of headlines in the place of all panes, and the way back."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on

from roya_tui.query import VISIT, Query
from roya_tui.reading.timeline import Timeline
from roya_tui.ui import hints, keys
from roya_tui.ui.finding import Finding, Spot
from roya_tui.ui.folding import Folding
from roya_tui.ui.headlines import Headlines
from roya_tui.ui.view import Place, View

TODAY = "today"
_LABELS = {TODAY: "Briefing, today", VISIT: "Briefing, since your last visit"}
_NOTHING = {TODAY: "Nothing unread from today.", VISIT: "Nothing unread since your last visit."}
NOTE_USE_EVERY = 300
"""Seconds after which it is noted anew that someone reads."""


class Briefing(Folding, Finding):
    """A view whose list is a front page. What one does to headlines is done to its lines, too.

    What is done to several articles (`Choosing`, below `Folding`) goes before what is done to the one at hand.
    """

    _spots: Sequence[Spot] = ()
    """Where one came from: from a list to the briefing, and from there to what one of its lines counts."""
    _since = TODAY
    _used: int | None = None
    _counts = False
    """Whether the cursor is on a row that counts articles."""

    @property
    def briefs(self) -> bool:
        """Whether the list is the briefing."""
        return self.view.place.kind == "briefing" and not self.view.find.strip()

    # There and back.

    def action_briefing(self) -> None:
        if any(spot.view.place.kind == "briefing" for spot in self._spots) or self.view.place.kind == "briefing":
            self.leave_briefing()
        else:
            self._go_from(self.here(), self._page())
            self._before_find = None

    def action_briefing_since(self) -> None:
        """Of today, or since the last visit."""
        if self.view.place.kind == "briefing":
            self._since = VISIT if self._since == TODAY else TODAY
            spots = self._spots
            self._show_nothing()
            self.set_view(self._page(), stay=False)
            self._spots = spots
            self.set_focus(self.headlines)
        else:
            self._since = VISIT
            self.action_briefing()

    def _page(self) -> View:
        return View(Place("briefing", self._since, label=_LABELS[self._since]))

    def _go_from(self, here: Spot, view: View) -> None:
        spots = self._spots
        self._show_nothing()
        self.set_view(view, stay=False)
        self._spots = (*spots, here)
        self.set_focus(self.headlines)

    def _show_nothing(self) -> None:
        """Until the page is there, keys are for none of what was shown before. What they do on it is told at once."""
        self.bottom.hush()
        self.headlines.empty_words = ""
        self.headlines.show(Timeline())

    def leave_briefing(self) -> bool:
        """Go back to where one came from; False if that is nowhere."""
        if not self._spots and self.view.place.kind != "briefing":
            return False
        if self._spots:
            *spots, last = self._spots
            self.go_back(last)
            self._spots = tuple(spots)
        else:
            self.set_view(View())
        self.set_focus(self.headlines)
        return True

    def forget_spots(self) -> None:
        """One went elsewhere, and does not come back from there."""
        self._spots = ()

    @on(Headlines.Led)
    def _led(self, message: Headlines.Led) -> None:
        pile = message.pile
        self._go_from(self.here(), View(Place("query", pile.query, label=pile.label)))
        key = keys.key_of(self.actions, "back")
        self.bottom.say(f"{key} goes back to the briefing.")

    # What it shows.

    async def briefing_of(self, view: View, query: Query) -> Timeline | None:
        """The rows of a view that is a briefing; None for any other."""
        if not self.briefs:
            return None
        from roya_tui.ui.briefed import laid_out

        prefer = self.config.reading.prefer
        return await self.library.read(laid_out, query, self.now(), zone=self.clock.zone, prefer=prefer)

    def frame(self) -> None:
        if self.has_class("-briefing") is not self.briefs:
            self.toggle_class("-briefing")
            self.show_hints()

    def no_briefing(self) -> str:
        """What an empty one says."""
        key = keys.key_of(self.actions, "briefing-since")
        other = "since your last visit" if self._since == TODAY else "of today"
        return f"{_NOTHING[self._since]} {key} shows what is new {other}, esc goes back."

    def fold_anew(self) -> None:
        if self.briefs:
            self.set_view(self.view)
        else:
            super().fold_anew()

    def action_fold_stories(self) -> None:
        if self.briefs:
            self.bottom.say("A briefing has one line for each story.")
        else:
            super().action_fold_stories()

    def show_hints(self) -> None:
        super().show_hints()
        if self.focused is not self.headlines or self.headlines.chosen.ids:
            return
        if self.headlines.pile is not None:
            self.bottom.hints = hints.of("counting", self.actions)
        elif self.briefs:
            self.bottom.hints = hints.of("briefing", self.actions)

    # When it is that someone reads.

    def follow(self) -> None:
        begun = self._came_to is not None  # the start has better things to do than to write
        super().follow()
        counting = self.headlines.pile is not None
        if counting is not self._counts:
            self._counts = counting
            self.show_hints()
        if begun and (self._used is None or not 0 <= self.now() - self._used < NOTE_USE_EVERY):
            self._note_use()

    def action_quit(self) -> None:
        self._note_use()
        super().action_quit()

    def _note_use(self) -> None:
        from roya_tui.store import visits

        self._used = self.now()
        self.library.write_soon(visits.used, self._used)
