"""Counts of all that the screen counts: made in a thread, at once after what one did, else after a moment of quiet."""

from __future__ import annotations

from msgspec.structs import replace
from textual import work
from textual.timer import Timer

from roya_tui.store import saved, search
from roya_tui.ui.saving import Saving
from roya_tui.ui.shelf import shelved

COUNT_AFTER = 0.2
"""Seconds of quiet before the counts are made anew."""
LOOK_EVERY = 2.0
"""Seconds between two looks at whether the store was changed."""


class Counting(Saving):
    """Counts anew, also when others wrote to the store."""

    _counting: Timer | None = None
    _changed_by_others = False
    """Whether others wrote to the store just now."""
    _told_by_nobody = False
    """Whether something of what they wrote may be news that nobody told of yet."""

    def watch_store(self) -> None:
        """Look now and then at whether others wrote to the store; for the first time before this reader writes."""
        self.call_after_refresh(self._look_for_changes)
        self.set_interval(LOOK_EVERY, self._look_for_changes)

    @work(exit_on_error=False, exclusive=True, group="changes")
    async def _look_for_changes(self) -> None:
        """Show what others changed in the store: another reader, a refresh, the command line."""
        if await self.library.changed():
            self.headlines.forget()
            self.count_soon()
            self._changed_by_others = self._told_by_nobody = True
        elif self._changed_by_others:
            self._changed_by_others = False
            self.run_worker(self.library.catch_up())  # it may have been a refresh that was killed
        if self._told_by_nobody and self.is_current:
            await self.tell_what_others_fetched()
            self._told_by_nobody = False

    def count_soon(self) -> None:
        self._stop_counting()
        self._counting = self.set_timer(COUNT_AFTER, self._count)

    def count_now(self) -> None:
        self._stop_counting()
        self._count()

    def _stop_counting(self) -> None:
        if self._counting is not None:
            self._counting.stop()

    @work(exit_on_error=False, exclusive=True, group="counts")
    async def _count(self) -> None:
        now, zone = self.now(), self.clock.zone
        # Where all chosen tags are asked for, another one narrows further, and its number says to how many; where any
        # is, it adds its own.
        view = self.view
        narrowed = replace(view, only=() if view.any_tag else view.only, never=()).asked(now)
        feeds = await self.library.count(saved.feeds, now)
        self.follow_feed(feeds)
        counts = await self.library.count(search.view_counts, now, zone=zone)
        if self.top.counts:  # at the start all comes together, so that nothing moves down
            self.sidebar.show(feeds=feeds, counts=counts)
        self.top.counts = f"Today {counts['today']:,} {self.signs.dot} Unread {counts['unread']:,}"
        known = await self.library.count(shelved)
        tags = await self.library.count(search.tag_counts, narrowed, now, zone=zone, never=view.never)
        await self.follow_aliases()
        self.sidebar.show(counts=counts, feeds=feeds, tags=tags, sources=known)
        self.headlines.hidden = await self.library.count(search.count_hidden, view.asked(now), now, zone=zone)
        self.headlines.say_how_many()
        await self.count_feeds()
