"""Saved feeds: what is shown becomes one, it is changed, moved and let go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual import on, work

from roya_tui.model import SavedFeed
from roya_tui.query import QueryError, found, in_feed
from roya_tui.store import saved, search
from roya_tui.ui.filing import Filing
from roya_tui.ui.shelf import feed_place
from roya_tui.ui.sidebar import Sidebar
from roya_tui.ui.view import Place, View

if TYPE_CHECKING:
    from roya_tui.ui.dialogs.feed import Feed


class Saving(Filing):
    """What one does to saved feeds. `u` takes each of it back."""

    # Making and changing.

    def action_save_feed(self) -> None:
        """Save what the list shows: its place, tags, words and order."""
        # What was typed last may not be in the view yet: keys come faster than messages.
        view = replace(self.view, find=self.find_bar.value) if self.find_bar.is_open else self.view
        try:
            query = view.query(self.now())
        except QueryError as error:
            self.bottom.say(error.message)
            return
        place = view.place
        if place.kind == "feed" and view == View(place, order=view.order):
            self.bottom.say(f"{place.label} is saved already; in the sidebar, c changes it.")
            return
        from roya_tui.store import named

        asked = [term.value for term in found(query) if term.field in ("", "tag", "title", "author")]
        self._edit(None, (" ".join(asked) or place.title, self.library.now(named.shown, str(query), self.now()), ""))

    def action_change_row(self) -> None:
        """Change what stands under the cursor of the sidebar, or else the feed that is shown."""
        feed = self._feed_at_hand()
        if feed is None:
            super().action_change_row()
        else:
            self._edit(feed, (feed.name, feed.shown, feed.icon))

    def _feed_at_hand(self) -> SavedFeed | None:
        row = self.sidebar.current if self.pane == "sidebar" else None
        place = self.view.place
        wanted = row.source if row and row.kind == "feed" else place.source if not row and place.kind == "feed" else 0
        return next((feed for feed in self.sidebar.feeds if feed.id == wanted), None)

    def _edit(self, feed: SavedFeed | None, proposed: Feed) -> None:
        from roya_tui.ui.dialogs.feed import FeedDialog

        def wrong(answer: Feed) -> str:
            name, query, _ = answer
            return self.library.now(saved.wrong, name, query, self.now(), but=feed.id if feed else 0)

        async def save(answer: Feed) -> None:
            await self._keep(feed, answer)

        title = "Change a saved feed" if feed else "Save as a feed"
        ascii = self.config.look.ascii
        self.app.push_screen(FeedDialog(title, proposed, wrong, save, self.config.reading.rtl, ascii=ascii))

    async def _keep(self, feed: SavedFeed | None, answer: Feed) -> None:
        name, query, icon = answer
        now = self.now()
        if feed is None:
            kept = await self.library.write(saved.add, name, query, now, icon=icon)
            self.bottom.say(f"Saved as {kept.name}, under Saved feeds. u undoes.")
        else:
            kept, said = await self.library.do(saved.change, feed.id, now, name=name, query=query, icon=icon)
            same = (kept.name, kept.query, kept.icon) == (feed.name, feed.query, feed.icon)
            self.bottom.say("Nothing changed." if same else f"{said} u undoes.")
        await self.show_feeds()
        if feed is None or self.view.place == feed_place(feed):
            self.set_view(View(feed_place(kept)), hold=True)

    @on(Sidebar.FeedMoved)
    @work(exit_on_error=False, group="marks")
    async def _feed_moved(self, message: Sidebar.FeedMoved) -> None:
        if await self.library.write(saved.move, message.feed, message.by, self.now()):
            await self.show_feeds()

    def action_remove(self) -> None:
        feed = self._feed_at_hand()
        if feed is not None and self.pane == "sidebar":
            self._remove_feed(feed)
        else:
            super().action_remove()

    @work(exit_on_error=False, group="marks")
    async def _remove_feed(self, feed: SavedFeed) -> None:
        await self.library.write(saved.remove, feed.id, self.now())
        await self.show_feeds()
        named = await self.still_named("feed", feed.name)
        self.bottom.say(f"Removed the feed {feed.name}{f'.{named}' if named else '; its articles stay.'} u undoes.")
        if self.view.place == feed_place(feed):
            self.set_view(View(Place()))

    # Showing.

    def is_broken(self, place: Place) -> bool:
        """Whether a place is a feed that shows nothing since its query is none; says why."""
        feed = next((feed for feed in self.sidebar.feeds if place.kind == "feed" and feed.id == place.source), None)
        if feed is None:
            return False
        # What is wrong in all of them is found out after the start: of this one it must be known now.
        problem = feed.problem or self.library.now(saved.wrong, feed.name, feed.query, self.now(), but=feed.id)
        if problem:
            self.bottom.say(f"{problem} c changes the feed.")
        return bool(problem)

    def follow_feed(self, feeds: Sequence[SavedFeed]) -> None:
        """Show what the feed in the list has become: what it names may be called something else now. One that is gone,
        as when its saving is undone, is what it asks for."""
        place = self.view.place
        if place.kind != "feed":
            return
        asked = Place("query", place.name, label=place.name)
        known = next((feed_place(feed) for feed in feeds if feed.id == place.source), asked)
        if known != place:
            self.set_view(replace(self.view, place=known), hold=True)

    async def show_feeds(self) -> None:
        """Show the feeds as the store has them now; their counts follow."""
        feeds = await self.library.write(saved.feeds, self.now())
        self.count_now()  # one that is under way knows those of before
        self.sidebar.show(feeds=feeds)

    async def count_feeds(self) -> None:
        """Count what each feed holds, after all other counts."""
        now, counts = self.now(), {}
        feeds = await self.library.count(saved.feeds, now)
        for feed in feeds:
            if not feed.problem:
                counts[feed.id] = await self.library.count(search.count, in_feed(feed.name), now, zone=self.clock.zone)
        self.sidebar.show(feed_counts=counts)
