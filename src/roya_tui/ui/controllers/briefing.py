"""The briefing: a page of headlines in the list, and the way back."""

from __future__ import annotations

from roya_tui.presentation.timeline import MoreRow, Timeline
from roya_tui.presentation.view import PERIODS, Scope, View
from roya_tui.query import LAST_SESSION
from roya_tui.translation import gettext
from roya_tui.ui.controller import Context, Controller
from roya_tui.ui.controllers.article_list import ArticleList
from roya_tui.ui.hints import HintLine
from roya_tui.ui.state import ListPosition

NOTE_USE_EVERY = 300
"""Seconds after which the time of use is stored again."""


class Briefing(Controller):
    """Opens the briefing of a period and the lists that rows offer; stores when the app is used."""

    def __init__(self, context: Context, hints: HintLine, article_list: ArticleList) -> None:
        super().__init__(context)
        self._hints = hints
        self._list = article_list
        self._since = PERIODS[0]
        self._used_at: int | None = None

    def toggle(self) -> None:
        """Show the briefing, or return from it."""
        came_from = (position.view for position in self._state.before_briefing)
        if any(map(_is_briefing, (*came_from, self._state.view))):
            self.leave()
        else:
            self._go_to(View(Scope("briefing", self._since)), self._list.position())

    def next_period(self) -> None:
        """Show the briefing of the next period; of the first one offered if the briefing is empty."""
        if not _is_briefing(view := self._state.view):
            self._since = self._period_after(PERIODS[0])
            self.toggle()
            return
        following = View(Scope("briefing", self._period_after(view.scope.name)))
        listed = (row.view for row in self._headlines.timeline.more_rows.values() if row.view is not None)
        self._open_briefing(next(filter(_is_briefing, listed), following))

    def _period_after(self, period: str) -> str:
        """Return the next period; the last session is left out if there was none."""
        from roya_tui.store.user_data import visits

        following = PERIODS[(PERIODS.index(period) + 1) % len(PERIODS)]
        if following == LAST_SESSION and self._database.read_now(visits.last_visit_end, self._now()) is None:
            return self._period_after(following)
        return following

    def _open_briefing(self, view: View) -> None:
        self._since = view.scope.name
        self._go_to(view)

    def _go_to(self, view: View, *before: ListPosition) -> None:
        """Show a view; the list is empty until it is loaded, so that no key acts on the previous one."""
        positions = (*self._state.before_briefing, *before)
        self._panes.bottom.clear_message()
        self._headlines.rows.empty_text = ""
        self._headlines.show(Timeline())
        self._list.show_view(view, stay=False)
        self._state.before_briefing = positions
        self._state.before_search = None
        self._shell.focus(self._headlines)

    def leave(self) -> bool:
        """Return to where the briefing, or a list in it, was opened; return whether it was."""
        state = self._state
        if not state.before_briefing and state.view.scope.kind != "briefing":
            return False
        if state.before_briefing:
            *positions, last = state.before_briefing
            self._list.return_to(last)
            state.before_briefing = tuple(positions)
        else:
            self._list.show_view(View())
        self._shell.focus(self._headlines)
        return True

    def open_row(self, row: MoreRow) -> None:
        """Show the list that a row counts or offers."""
        if row.view is None:
            return
        if _is_briefing(row.view):
            self._open_briefing(row.view)
            return
        before, bar = self._state.view, self._panes.search_bar
        if bar.is_open:  # the row was clicked
            bar.action_leave(True)
        self._go_to(row.view, self._list.position())
        back = self._services.key("back")
        if _is_briefing(before):
            self._show_message(gettext("{key}: back to the briefing", key=back))
        else:
            self._show_message(gettext("{key}: back to “{name}”", key=back, name=before.scope.title))

    # When the app is used.

    def cursor_moved(self, *, by_user: bool) -> None:
        """Show the keys for the row, and store from time to time that the app is used."""
        self._hints.cursor_moved()
        now = self._now()
        if by_user and (self._used_at is None or not 0 <= now - self._used_at < NOTE_USE_EVERY):
            self.note_use()

    def note_use(self) -> None:
        """Store that the app is used now: the start of "since your last session"."""
        from roya_tui.store.user_data import visits

        self._used_at = self._now()
        self._database.write_soon(visits.record_use, self._used_at)


def _is_briefing(view: View) -> bool:
    return view.scope.kind == "briefing"
