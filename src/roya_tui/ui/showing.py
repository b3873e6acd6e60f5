"""The view: what the list shows, read in a thread beyond its first rows."""

from __future__ import annotations

import contextlib
from asyncio import FIRST_COMPLETED, Event, Task, create_task, wait, wait_for
from collections.abc import Coroutine
from typing import Any, TypeVar

from msgspec.structs import replace
from textual import on, work
from textual.worker import Worker

from roya_tui.query import Query, QueryError
from roya_tui.query import view as named_view
from roya_tui.reading.timeline import Timeline, Totals, timeline
from roya_tui.store import search, sources
from roya_tui.store.database import StoreError
from roya_tui.ui.bars import Bar
from roya_tui.ui.briefing import Briefing
from roya_tui.ui.library import Interrupted
from roya_tui.ui.listing import AtHand, Held, Listed, listed, listed_with
from roya_tui.ui.turns import InTurn
from roya_tui.ui.view import NO_ARTICLES, View

T = TypeVar("T")
FIRST = 200
"""Headlines of a new view that are shown before the rest is known."""
COUNT_WITHIN = 0.03
"""Seconds that the first of what is found waits for how many there are, to be drawn with it."""
REST_AFTER = 0.2
"""Seconds without a key after which the rest of what is found is read: the next letter would make it useless."""


class Showing(Briefing):
    """Shows a view: its first headlines as soon as they are known, then all of it."""

    _rest_wanted: Event
    """Nobody types any more: what is found is to be shown with all that belongs to it."""
    _awaits_first = False
    """Whether another view is to be shown than the one that is."""

    def show_first(self) -> None:
        """Show what the reader starts with: its first headlines there and then, the rest once those are drawn."""
        self.view = replace(self.view, order=self.view.order or self._memory.order(self.view.place))
        now = self.now()
        first = self.library.now(listed, self.view.query(now), now, FIRST, making=self.listing)
        self.show_listed(first, stay=False)
        if not first.whole:
            self.call_after_refresh(self._go_on, self.view)  # its thread would take turns with the first paint

    def set_view(self, view: View, *, stay: bool = True, hold: bool = False) -> None:
        if view.place != self.view.place and not view.order:
            view = replace(view, order=self._memory.order(view.place))
        before, self.view = self.view, view
        hold = hold and not self._awaits_first  # the cursor is in a list that is about to go
        if view.place != before.place:
            self.forget_spots()
            self.taken_in()
        self.library.hurry()
        self._loading = self._load(view, stay, hold)
        self._awaits_first = self._awaits_first or view != before
        if replace(before, find="") != replace(view, find=""):  # the sidebar says nothing of words to find
            self.sidebar.show(view=view)
        self.count_soon()

    @work(exit_on_error=False, exclusive=True, group="view")
    async def _load(self, view: View, stay: bool, hold: bool) -> None:
        """Show the first screens of the view as soon as they are known, then all of it."""
        try:
            query = view.query(self.now())
        except QueryError as error:
            from roya_tui.query.unfinished import so_far

            self.say_wrong(error)
            if not so_far(view.find, self.now()):
                return
            query = view.asked(self.now())  # only its end is yet to be typed
        else:
            self.hush_wrong()
        selected = self.headlines.selected
        with contextlib.suppress(Interrupted):
            if (page := await self.briefing_of(view, query)) is not None:
                self._show(page, stay)
                return
            if query.order == "relevance" and not hold and not (stay and await self._finds(query, selected)):
                await self._show_the_best(query)
                return
            found = await self._first_of(view, query, stay, hold)
            # All of it is asked for while the first rows are drawn.
            everything = (
                None if found.whole else _beside(self.library.read(listed, query, self.now(), making=self.listing))
            )
            self.show_listed(found, stay)
            if everything is not None:
                await self._expect(everything, query)
                self._extend(await everything)

    async def _first_of(self, view: View, query: Query, stay: bool, hold: bool) -> Listed:
        """The first of what a view asks for, with the place of the cursor's article where it is to `stay` there."""
        now = self.now()
        if hold:
            return await self.library.read(listed, query, now, held=self._held(), making=self.listing)
        # Where tags or facts are asked for the first ones take as long as all; the best by their words do not.
        if (view.only or view.find.strip()) and query.order != "relevance":
            return await self.library.read(listed, query, now, making=self.listing)
        at_hand = self._at_hand() if stay else None
        return await self.library.read(listed_with, query, now, FIRST, at_hand, making=self.listing)

    async def _finds(self, query: Query, id: int | None) -> bool:
        found = [] if id is None else await self.library.read(search.found_among, query, [id], self.now())
        return bool(found)

    async def _expect(self, everything: Task[Listed], query: Query) -> None:
        """Say how many there will be, where reading them takes longer than counting them."""
        counting = _beside(self._count_all(query, self.now()))
        await wait([everything, counting], return_when=FIRST_COMPLETED)
        if everything.done():
            counting.cancel()
        else:
            self.headlines.expect(counting.result())

    async def _show_the_best(self, query: Query) -> None:
        """Show the first of what is found by its words, and how many there are; the others once nobody types."""
        self._rest_wanted.clear()
        now = self.now()
        counting = _beside(self._count_all(query, now))
        found = await self.library.read(listed, query, now, FIRST, making=self.listing)
        if found.whole:
            counting.cancel()
            self.show_listed(found, stay=False)
            return
        await wait([counting], timeout=COUNT_WITHIN)
        if counting.done():
            self._show(replace(self._timeline(found), totals=counting.result()), stay=False)
        else:
            self.show_listed(found, stay=False)
            self.headlines.expect(await counting)
        if self.find_bar.is_open:
            with contextlib.suppress(TimeoutError):
                await wait_for(self._rest_wanted.wait(), REST_AFTER)
        self._extend(await self.library.read(listed, query, now, making=self.listing))

    async def _count_all(self, query: Query, now: int) -> Totals | None:
        """How many `query` finds; None where that is no longer asked, or cannot be known: some may have no row."""
        capping = self.listing.capping
        with contextlib.suppress(Interrupted, StoreError):
            caps = await self.library.count(sources.caps, capping.wished) if capping else {}
            if caps:
                return None
            return Totals(
                *await self.library.count(search.count_rows, query, now, zone=self.clock.zone, fold=self.folding)
            )
        return None

    def want_rest(self) -> None:
        self._rest_wanted.set()

    def _held(self) -> Held | None:
        """The article of the cursor, to stay where it is."""
        index = self.headlines.index
        headline = None if index is None else self.headlines.headline(index)
        return (
            None
            if headline is None or headline.hidden or index is None
            else Held(headline.id, headline.at, index, self._by_day)
        )

    def _at_hand(self) -> AtHand | None:
        """The article of the cursor, and its place in time where the list goes by that."""
        index = self.headlines.index
        headline = None if index is None else self.headlines.headline(index)
        return None if headline is None else AtHand(headline.id, headline.at if self.headlines.timeline.days else None)

    def show_listed(self, found: Listed, stay: bool) -> None:
        self._show(self._timeline(found), stay)

    def _show(self, shown: Timeline, stay: bool) -> None:
        headlines = self.headlines
        headlines.empty_words = "" if shown.ids else self._nothing(typing=self.find_bar.is_open)
        headlines.words = self._words()
        headlines.with_source = self.view.place.kind != "source"
        headlines.show(shown, stay=stay)
        self.frame()
        self.list_is_there()

    def _extend(self, found: Listed) -> None:
        self.headlines.extend(self._timeline(found))
        self.frame()

    def _go_on(self, begun: View) -> None:
        if self.view is begun:
            self.load_rest()

    def load_rest(self) -> None:
        self._loading = self._load_rest()

    @property
    def reads_list(self) -> bool:
        return self._loading is not None and not self._loading.is_finished

    @property
    def awaits_list(self) -> bool:
        return self.reads_list and (self._awaits_first or self.headlines.awaits_whole)

    def list_is_there(self) -> None:
        self._awaits_first = False
        self.app.post_message(InTurn.Arrived())

    @on(Worker.StateChanged)
    def _read(self, event: Worker.StateChanged) -> None:
        if event.worker is self._loading and event.worker.is_finished:
            self.list_is_there()

    @work(exit_on_error=False, exclusive=True, group="view")
    async def _load_rest(self) -> None:
        with contextlib.suppress(Interrupted):
            now = self.now()
            self._extend(await self.library.read(listed, self.view.asked(now), now, making=self.listing))

    @property
    def _by_day(self) -> bool:
        return self.view.asked(self.now()).order in ("newest", "oldest")

    def _timeline(self, found: Listed) -> Timeline:
        laid = timeline(found.ids, found.times, self.headlines.clock, self.now(), by_day=self._by_day)
        return replace(
            laid, others=found.others, every=found.every, times=found.all_times, whole=found.whole, piles=found.piles
        )

    def frame(self) -> None:
        super().frame()
        self.headlines.heading = self.view.title(self.signs.never, self.signs.dot)
        self.headlines.say_where()
        self.headlines.say_how_many()

    @on(Bar.Left, "#find-bar")
    def _nothing_kept(self) -> None:
        """Name the key without the one that was pressed just now."""
        if not self.headlines.timeline.ids:
            self.headlines.say_nothing(self._nothing(typing=False))

    def _nothing(self, *, typing: bool) -> str:
        """What an empty list says, while one types what to find or later."""
        if not self.library.now(search.find, named_view("all"), self.now(), 1):
            return NO_ARTICLES
        return self.no_briefing() if self.briefs else self.nothing_found(typing=typing)


def _beside(asking: Coroutine[Any, Any, T]) -> Task[T]:
    """Ask something while something else is done. Who has gone on meanwhile is not told that it was broken off."""
    task = create_task(asking)
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    return task
