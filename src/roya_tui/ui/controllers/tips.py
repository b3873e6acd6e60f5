"""Tips in the last line: once each, when the key that they name helps."""

from __future__ import annotations

from roya_tui.presentation.timeline import count_expanded, other_count, story_index
from roya_tui.presentation.tips import TIPS, TipChooser
from roya_tui.translation import gettext
from roya_tui.ui.controller import Context, Controller


class Tips(Controller):
    """Shows tips, and stores which are done."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._chooser = TipChooser(self._services.preferences.tips_done())

    def used(self, action: str) -> None:
        """Note that the user did `action`."""
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
        timeline, index, headline = self._headlines.timeline, self._headlines.index, self._headline
        if index is None or headline is None:
            return
        is_story = other_count(timeline, index) > 0
        if is_story and count_expanded(timeline, story_index(timeline, index)):
            is_story = False
            self.used("expand")
        self._show(self._chooser.after_move(index, is_changed=headline.changed, is_story=is_story))

    def _show(self, action: str) -> None:
        """Show the tip about an action, unless a message is shown: then it is due again the next time."""
        if not action or self._panes.bottom.message or self._panes.search_bar.is_open:
            return
        self._chooser.finish(action)
        self._store()
        icon = self._services.icons.changed
        self._show_message(gettext(TIPS[action], key=self._services.key(action), icon=icon))

    def _store(self) -> None:
        self._services.preferences.set_tips_done(self._chooser.done)
