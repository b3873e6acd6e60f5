"""Moving among the unread: in the list, and beyond its end to the next folder or source that has any."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import NamedTuple

from textual import work
from textual.worker import Worker, WorkerError

from roya_tui.query import both
from roya_tui.query import view as named_view
from roya_tui.reading.unfolding import open_at
from roya_tui.store import search, state
from roya_tui.ui import keys
from roya_tui.ui.marks import Marks
from roya_tui.ui.stops import beyond
from roya_tui.ui.view import Place, View

NEAR = 300
"""Headlines looked through on the screen's own list before the store is asked where the next unread is."""


class Offer(NamedTuple):
    """Where one more press of the key leads, if nothing else happens before."""

    place: Place
    direction: int
    view: View
    selected: int | None


class Crossing(Marks):
    """The keys that go from one unread article to the next."""

    _offer: Offer | None = None
    _loading: Worker[None] | None = None
    """What brings the headlines of the view."""

    def action_next_unread(self) -> None:
        self._to_unread(1)

    def action_previous_unread(self) -> None:
        self._to_unread(-1)

    def action_advance(self) -> None:
        if not self.reading_in_view:
            self.headlines.action_open()
        elif self.article.page_on():
            self._watch_time()
        else:
            self.read_to_its_end()
            self._to_unread(1)

    def read_to_its_end(self) -> None:
        """The article is through, and one goes on."""
        reading = self.config.reading
        if reading.mark_read is not None or reading.mark_on_open:
            self._mark_selected_read()

    def _to_unread(self, direction: int) -> None:
        """Move to the next unread, or say that there is none."""
        found = self._near_unread(direction)
        if found is None:
            self._to_far_unread(direction)
        else:
            self.headlines.move_to(found)

    def _near_unread(self, direction: int) -> int | None:
        start = self.headlines.index
        if start is None:
            return None
        shown = self.headlines.timeline
        for index in range(start + direction, start + direction * NEAR, direction):
            if not 0 <= index < len(shown.ids):
                return None
            if (pile := shown.piles.get(shown.ids[index])) is not None and not open_at(shown, index):
                if self.library.now(state.lacks, pile.ids, "read"):
                    return index
                continue
            headline = self.headlines.headline(index)
            if headline is not None and headline.unread and not headline.hidden:
                return index
        return None

    @work(exit_on_error=False, exclusive=True, group="unread")
    async def _to_far_unread(self, direction: int) -> None:
        await asyncio.shield(self.library.write(lambda db: None))  # marks on their way count
        unread = set(await self.library.read(search.find, named_view("unread"), self.now(), zone=self.clock.zone))
        shown = self.headlines.timeline
        start, ids = self.headlines.index or 0, shown.ids
        span = range(start + 1, len(ids)) if direction > 0 else range(start - 1, -1, -1)
        unread |= {row for row, pile in shown.piles.items() if not unread.isdisjoint(pile.ids)}
        found = next((index for index in span if ids[index] in unread), None)
        if found is not None:
            self.headlines.move_to(found)
        elif direction > 0 and not self.headlines.when_whole(lambda: self._to_unread(direction)):
            self._read_rest()  # there may be some in it
        else:
            await self._beyond(direction)

    def _read_rest(self) -> None:
        if self.reads_list:
            self.want_rest()
        else:
            self.load_rest()

    async def _beyond(self, direction: int) -> None:
        """Go where there is more, if that was offered just before; else say where it is."""
        offer, self._offer = self._offer, None
        here = (direction, self.view, self.headlines.selected)
        if offer is not None and offer[1:] == here:
            await self._cross(offer)
            return
        place = await self._next_place(direction)
        if place is not None:
            self._offer = Offer(place, *here)
            key = keys.key_of(self.actions, "next-unread" if direction > 0 else "previous-unread")
            self.bottom.say(f"Next unread: in {place.title}. {key} goes there.")
        elif not self.headlines.ids:
            self.bottom.say("Nothing unread here.")
        else:
            nothing, other = ("further on", "before this") if direction > 0 else ("before this", "further on")
            behind = await self._next_place(-direction)
            more = f"; {other} there is some, in {behind.title}" if behind is not None else ""
            self.bottom.say(f"Nothing unread {nothing}{more}.")

    async def _next_place(self, direction: int) -> Place | None:
        """The next place in the sidebar that has something unread with the tags that are chosen."""
        if self.view.find.strip():
            return None  # what is looked for is looked for here
        for place in beyond(self.sidebar.stops(), self.view.place, direction):
            unread = both(named_view("unread"), self._view_of(place).query(self.now()))
            if await self.library.look(search.find, unread, self.now(), 1, zone=self.clock.zone):
                return place
        return None

    def _view_of(self, place: Place) -> View:
        """A place, with the tags that are chosen here."""
        return View(place, self.view.only, self.view.never, self.view.any_tag)

    async def _cross(self, offer: Offer) -> None:
        """Show another place, at its first unread article, or at its last where one goes back."""
        self.set_view(self._view_of(offer.place), stay=False)
        if self._loading is not None:
            with suppress(WorkerError):  # one has gone on to something else meanwhile
                await self._loading.wait()
        if self.view.place != offer.place or not self.headlines.ids:
            return
        if offer.direction < 0:
            self.headlines.move_to(len(self.headlines.ids) - 1)
        headline = self._selected()
        if headline is not None and not headline.unread:
            self._to_unread(offer.direction)
        self.bottom.say(f"In {offer.place.title}.")
