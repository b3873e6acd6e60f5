"""Tips in the last line: once each, when the key that they name helps."""

from __future__ import annotations

import time

from roya_tui.presentation.timeline import count_expanded, other_count, story_index
from roya_tui.presentation.tips import ABOUT_ROW, TIPS, TipChooser
from roya_tui.translation import gettext
from roya_tui.ui.controller import Context, Controller

_READING_SECONDS = 2.0
"""A tip about a row that the cursor leaves sooner is shown again."""


class Tips(Controller):
    """Shows tips, and stores which are done."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._chooser = TipChooser(self._services.preferences.tips_done())
        self._about_row = self._sentence = ""
        """The action and the text of the tip about the row under the cursor."""
        self._since = 0.0

    def used(self, action: str) -> None:
        """Note that the user did `action`."""
        if action == self._about_row:
            self._end_row_tip()
        if self._chooser.use(action):
            self._store()

    def marked(self) -> None:
        """Show a tip after the user marked an article."""
        self._show(self._chooser.after_mark())

    def searched(self) -> None:
        """Show a tip after the user accepted a search."""
        self._show(self._chooser.after_search(len(self._services.preferences.search_history())))

    def cursor_moved(self) -> None:
        """Show a tip for the row that the user went to."""
        action, since = self._about_row, self._since
        if self._end_row_tip() and time.monotonic() - since < _READING_SECONDS:
            self._chooser.postpone(action)
            self._store()
        timeline, index, headline = self._headlines.timeline, self._headlines.index, self._headline
        if index is None or headline is None:
            return
        is_story = other_count(timeline, index) > 0 and not self.story_expanded()
        self._show(self._chooser.after_move(index, is_changed=headline.changed, is_story=is_story))

    def story_expanded(self) -> bool:
        """Note that the user expanded a story if the cursor is on one that is expanded; return whether it is."""
        timeline, index = self._headlines.timeline, self._headlines.index
        if index is None or not count_expanded(timeline, story_index(timeline, index)):
            return False
        self.used("expand")
        return True

    def _show(self, action: str) -> None:
        """Show the tip about an action, unless a message is shown: then it is due again the next time."""
        if not action or self._panes.bottom.message or self._panes.search_bar.is_open:
            return
        self._chooser.finish(action)
        self._store()
        icon = self._services.icons.changed
        sentence = gettext(TIPS[action], key=self._services.key(action), icon=icon)
        self._show_message(sentence)
        if action in ABOUT_ROW:
            self._about_row, self._sentence, self._since = action, sentence, time.monotonic()

    def _end_row_tip(self) -> bool:
        """Show the key hints in place of a tip about a row; return whether it was still shown."""
        was_shown = bool(self._about_row) and self._panes.bottom.message == self._sentence
        self._about_row = ""
        if was_shown:
            self._panes.bottom.clear_message()
        return was_shown

    def _store(self) -> None:
        self._services.preferences.set_tips_done(self._chooser.done)
