"""Tips about keys: each is due once, when it helps, and not if its key was used before."""

from __future__ import annotations

from collections.abc import Iterable

from roya_tui.translation import gettext_noop

TIPS = {
    "undo": gettext_noop("{key}: undo your last step, whatever it was"),
    "changes": gettext_noop("{icon} was edited since you read it. {key}: show what changed"),
    "expand": gettext_noop("Several articles about one event. {key}: show all of them"),
    "search": gettext_noop("Looking for something? {key}: search as you type"),
    "save-search": gettext_noop("{key}: save this search in the sidebar"),
}
"""The tips, by the action whose key they name."""
ABOUT_ROW = {"changes", "expand"}
"""The tips that are true only while the cursor is on its row."""
_MANY_STEPS = 10
_MANY_SEARCHES = 3


class TipChooser:
    """Decides which tip is due; `done` are the actions whose tip was shown or whose key was used."""

    def __init__(self, done: Iterable[str]) -> None:
        self.done = {*done}
        self._index = 0
        self._steps = 0
        """Rows that the cursor went down, one by one, without another key."""

    def use(self, action: str) -> bool:
        """Note that the user did `action`; return whether its tip is thereby done."""
        self._steps = 0
        return action in TIPS and self.finish(action)

    def finish(self, action: str) -> bool:
        """Note that the tip for `action` is never due again; return whether it was until now."""
        was_due = action not in self.done
        self.done.add(action)
        return was_due

    def postpone(self, action: str) -> None:
        """Note that the tip for `action` was not shown long enough to be read: it is due again."""
        self.done.discard(action)

    def after_mark(self) -> str:
        """Return the action to give a tip about after a mark, or ""."""
        return self._first_due("undo")

    def after_search(self, searches: int) -> str:
        """Return the action to give a tip about after a search, or ""; `searches` is the number of searches so far."""
        return self._first_due("save-search" if searches >= _MANY_SEARCHES else "")

    def after_move(self, index: int, *, is_changed: bool, is_story: bool) -> str:
        """Return the action to give a tip about after the cursor moved to the row `index`, or ""."""
        self._steps = self._steps + 1 if index == self._index + 1 else 0
        self._index = index
        return self._first_due(
            "changes" if is_changed else "",
            "expand" if is_story else "",
            "search" if self._steps >= _MANY_STEPS else "",
        )

    def _first_due(self, *actions: str) -> str:
        return next((action for action in actions if action and action not in self.done), "")
