"""Moving to the next unread article: in the list, and beyond its end in the next folder or source that has one."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import NamedTuple

from textual.worker import WorkerError

from roya_tui.presentation.timeline import count_expanded
from roya_tui.presentation.view import Scope, View, next_scopes
from roya_tui.query import all_of
from roya_tui.query import view as named_view
from roya_tui.store.search import results
from roya_tui.store.user_data import article_state
from roya_tui.translation import gettext
from roya_tui.ui.controller import Context, Controller, background
from roya_tui.ui.controllers.article.current_article import CurrentArticle
from roya_tui.ui.controllers.article_list import ArticleList
from roya_tui.ui.controllers.marks import Marks
from roya_tui.ui.controllers.versions import Versions

NEAR = 300
"""Headlines of the list that are checked before the database is asked for the next unread article."""


class Offer(NamedTuple):
    """Where the same key leads if it is pressed again and nothing else happens before."""

    scope: Scope
    direction: int
    view: View
    selected: int | None


class UnreadNavigation(Controller):
    """The keys that move from one unread article to the next."""

    def __init__(
        self, context: Context, article_list: ArticleList, article: CurrentArticle, marks: Marks, versions: Versions
    ) -> None:
        super().__init__(context)
        self._list = article_list
        self._article = article
        self._marks = marks
        self._versions = versions
        self._offer: Offer | None = None
        self._one_at_a_time = asyncio.Lock()
        """Held while the next unread article is searched, since the same key again depends on what was found."""

    def next(self) -> None:
        """Move to the next search hit in the article, or else to the next unread article."""
        if not self._article.go_to_hit(1):
            self._move(1)

    def previous(self) -> None:
        """Move to the previous search hit in the article, or else to the previous unread article."""
        if not self._article.go_to_hit(-1):
            self._move(-1)

    def page_down(self) -> None:
        """Scroll a page down; at the end of the article, move to the next unread one."""
        if self._versions.page_down():
            return
        if not self._panes.article_visible:
            self._headlines.action_open()
        elif self._panes.article.page_forward():
            self._marks.start_reading_timer()
        else:
            self._finish_article()
            self._move(1)

    def _finish_article(self) -> None:
        """Mark the article read: the user read it to its end and goes on."""
        reading = self._config.reading
        if reading.mark_read is not None or reading.mark_on_open:
            self._marks.mark_current_read()
        self._article.read_to_end()

    def _move(self, direction: int) -> None:
        found, is_held = self._find_near(direction), self._shell.key_is_held
        if found is not None:
            self._headlines.move_to(found)
        elif not (is_held and self._one_at_a_time.locked()):
            self._move_far(direction, may_leave=not is_held)

    def _find_near(self, direction: int) -> int | None:
        start = self._headlines.index
        if start is None:
            return None
        shown = self._headlines.timeline
        for index in range(start + direction, start + direction * NEAR, direction):
            if not 0 <= index < len(shown.ids):
                return None
            if (more_row := shown.more_rows.get(shown.ids[index])) is not None and not count_expanded(shown, index):
                if self._database.read_now(article_state.has_unmarked, more_row.ids, "read"):
                    return index
                continue
            headline = self._headlines.rows.headline_at(index)
            if headline is not None and headline.unread and not headline.hidden:
                return index
        return None

    @background("unread")
    async def _move_far(self, direction: int, *, may_leave: bool) -> None:
        async with self._one_at_a_time:
            await self._find_far(direction, may_leave=may_leave)

    async def _find_far(self, direction: int, *, may_leave: bool) -> None:
        await asyncio.shield(self._database.write(lambda db: None))  # wait for marks that are being written
        zone = self._zone
        unread = set(await self._database.read(results.find, named_view("unread"), self._now(), zone=zone))
        shown = self._headlines.timeline
        start, ids = self._headlines.index or 0, shown.ids
        span = range(start + 1, len(ids)) if direction > 0 else range(start - 1, -1, -1)
        unread |= {row for row, more_row in shown.more_rows.items() if not unread.isdisjoint(more_row.ids)}
        found = next((index for index in span if ids[index] in unread), None)
        if found is not None:
            self._headlines.move_to(found)
        elif direction > 0 and not self._headlines.when_complete(lambda: self._move(direction)):
            if self._list.is_loading:  # the rest may contain some
                self._list.request_rest()
            else:
                self._list.load_rest()
        else:
            await self._leave_list(direction, may_leave=may_leave)

    async def _leave_list(self, direction: int, *, may_leave: bool) -> None:
        """Go to the next list with unread articles if it was offered just before; otherwise offer it.

        A key that is held down only offers it.
        """
        offer, self._offer = self._offer, None
        here = (direction, self._state.view, self._headlines.current_id)
        if may_leave and offer is not None and offer[1:] == here:
            await self._go(offer)
            return
        place = await self._next_scope(direction)
        if place is not None:
            self._offer = Offer(place, *here)
            key = self._services.key("next-unread" if direction > 0 else "previous-unread")
            self._show_message(gettext("Next unread: in “{name}”. {key}: go there", name=place.title, key=key))
        elif not self._headlines.ids:
            self._show_message(gettext("No unread articles here."))
        else:
            behind = await self._next_scope(-direction)
            name = behind.title if behind is not None else ""
            if direction > 0 and name:
                self._show_message(gettext("No unread below. There are some above, in “{name}”.", name=name))
            elif direction > 0:
                self._show_message(gettext("No unread articles below."))
            elif name:
                self._show_message(gettext("No unread above. There are some below, in “{name}”.", name=name))
            else:
                self._show_message(gettext("No unread articles above."))

    async def _next_scope(self, direction: int) -> Scope | None:
        """Return the next row of the sidebar whose list has unread articles with the chosen tags."""
        if self._state.view.search_text.strip():
            return None  # a search stays where it is
        now, zone = self._now(), self._zone
        for place in next_scopes(self._panes.sidebar.model.scopes(), self._state.view.scope, direction):
            unread = all_of(named_view("unread"), self._state.view_of(place).query(now))
            if await self._database.compute(results.find, unread, now, 1, zone=zone):
                return place
        return None

    async def _go(self, offer: Offer) -> None:
        """Show another list, at its first unread article, or at its last one when going back."""
        self._list.show_view(self._state.view_of(offer.scope), stay=False)
        with suppress(WorkerError):  # the user went on to something else meanwhile
            await self._list.wait_until_loaded()
        if self._state.view.scope != offer.scope or not self._headlines.ids:
            return
        if offer.direction < 0:
            self._headlines.move_to(len(self._headlines.ids) - 1)
        headline = self._headline
        if headline is not None and not headline.unread:
            self._move(offer.direction)
        self._show_message(gettext("Now in “{name}”.", name=offer.scope.title))
