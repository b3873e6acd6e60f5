"""The counts in the sidebar, at the top and below the list: read in a thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace
from textual.timer import Timer

from roya_tui.model import SavedSearch
from roya_tui.query import by_field
from roya_tui.store.search import results, saved_searches
from roya_tui.store.user_data import tags
from roya_tui.translation import gettext
from roya_tui.ui.controller import Context, Controller, background
from roya_tui.ui.rows.sidebar_model import load_source_tree

COUNT_AFTER = 0.2
"""Seconds of quiet before the counts are updated."""


class Counts(Controller):
    """Updates all counts: at once after an action, otherwise after a moment of quiet."""

    def __init__(self, context: Context, on_saved_searches: Callable[[Sequence[SavedSearch]], None]) -> None:
        """`on_saved_searches` is called with the saved searches as they are now, before they are counted."""
        super().__init__(context)
        self._on_saved_searches = on_saved_searches
        self._timer: Timer | None = None
        self._merged_tags: Sequence[tuple[str, str]] = ()

    def update_soon(self) -> None:
        """Update the counts after a moment of quiet."""
        self._stop_timer()
        self._timer = self._shell.after(COUNT_AFTER, self._update)

    def update_now(self) -> None:
        """Update the counts at once: the user did something."""
        self._stop_timer()
        self._update()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()

    @background("counts", exclusive=True)
    async def _update(self) -> None:
        from roya_tui.presentation.accounts import describe_pending  # not needed for the first paint
        from roya_tui.store.sync import accounts

        count, panes, view = self._database.count, self._panes, self._state.view
        now, zone = self._now(), self._zone
        # Where all chosen tags are required, the count of another one says how many articles it leaves; where any
        # is enough, it says how many it adds.
        required = () if view.matches_any_tag else view.required_tags
        narrowed = replace(view, required_tags=required, excluded_tags=()).lenient_query(now)
        searches = await count(saved_searches.list_all, now)
        self._on_saved_searches(searches)
        counts = await count(results.count_views, now, zone=zone)
        if panes.top.counts:  # at the start everything is shown together, so that no row moves down
            panes.sidebar.show(saved_searches=searches, counts=counts)
        dot = self._services.icons.dot
        today, unread = counts["today"], counts["unread"]
        panes.top.counts = gettext("Today {today:,} {dot} Unread {unread:,}", today=today, dot=dot, unread=unread)
        panes.top.pending = describe_pending(await count(accounts.list_all))
        sources = await count(load_source_tree)
        tags = await count(results.count_tags, narrowed, now, zone=zone, excluded=view.excluded_tags)
        await self._check_merged_tags()
        panes.sidebar.show(counts=counts, saved_searches=searches, tags=tags, source_tree=sources)
        panes.headlines.frame.hidden_count = await count(results.count_hidden, view.lenient_query(now), now, zone=zone)
        panes.headlines.frame.show_counts()
        await self._count_saved_searches()

    async def _check_merged_tags(self) -> None:
        """Make the sidebar forget its tags if others were merged since, here or by another process."""
        before, self._merged_tags = self._merged_tags, await self._database.count(tags.list_aliases)
        if self._merged_tags != before:
            self._panes.sidebar.model.resets_tag_order = True

    async def _count_saved_searches(self) -> None:
        count, now, counts = self._database.count, self._now(), {}
        for search in await count(saved_searches.list_all, now):
            if not search.problem:
                counts[search.id] = await count(results.count, by_field("search", search.name), now, zone=self._zone)
        self._panes.sidebar.show(search_counts=counts)
