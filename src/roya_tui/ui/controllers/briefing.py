"""The briefing: a page of headlines in the list, and the way back."""

from __future__ import annotations

from roya_tui.presentation.timeline import MoreRow, Timeline
from roya_tui.presentation.view import Scope, View
from roya_tui.query import LAST_SESSION
from roya_tui.translation import gettext, gettext_noop
from roya_tui.ui.controller import Context, Controller
from roya_tui.ui.controllers.article_list import ArticleList
from roya_tui.ui.hints import HintLine
from roya_tui.ui.state import ListPosition

TODAY = "today"
_LABELS = {TODAY: gettext_noop("Briefing, today"), LAST_SESSION: gettext_noop("Briefing, since your last session")}
NOTE_USE_EVERY = 300
"""Seconds after which the time of use is stored again."""


class Briefing(Controller):
    """Opens the briefing, of today or since your last session, and stores when the app is used."""

    def __init__(self, context: Context, hints: HintLine, article_list: ArticleList) -> None:
        super().__init__(context)
        self._hints = hints
        self._list = article_list
        self._since = TODAY
        self._used_at: int | None = None

    def toggle(self) -> None:
        """Show the briefing, or return from it."""
        came_from = (position.view for position in self._state.before_briefing)
        if any(view.scope.kind == "briefing" for view in (*came_from, self._state.view)):
            self.leave()
        else:
            self._go_to(self._view(), self._list.position())
            self._state.before_search = None

    def toggle_since(self) -> None:
        """Show the briefing of today, or since the last session."""
        state = self._state
        if state.view.scope.kind == "briefing":
            self._since = LAST_SESSION if self._since == TODAY else TODAY
            self._go_to(self._view())
        else:
            self._since = LAST_SESSION
            self.toggle()

    def _view(self) -> View:
        return View(Scope("briefing", self._since, label=gettext(_LABELS[self._since])))

    def _go_to(self, view: View, *before: ListPosition) -> None:
        """Show a view; the list is empty until it is loaded, so that no key acts on the previous one."""
        positions = (*self._state.before_briefing, *before)
        self._panes.bottom.clear_message()
        self._headlines.rows.empty_text = ""
        self._headlines.show(Timeline())
        self._list.show_view(view, stay=False)
        self._state.before_briefing = positions
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

    def open_count(self, row: MoreRow) -> None:
        """Show the articles that a row of the briefing counts."""
        self._go_to(View(Scope("query", row.query, label=row.label)), self._list.position())
        self._show_message(gettext("{key}: back to the briefing", key=self._services.key("back")))

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
