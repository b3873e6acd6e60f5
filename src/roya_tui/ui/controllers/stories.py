"""Stories: one row for each or one for each article, and grouping articles by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from sqlite3 import Connection

from roya_tui.store.user_data import stories
from roya_tui.ui.controllers.article import CurrentArticle
from roya_tui.ui.controllers.article_list import ArticleList
from roya_tui.ui.controllers.selection import Selection
from roya_tui.ui.panes import Panes
from roya_tui.ui.services import Services
from roya_tui.ui.shell import Shell, background
from roya_tui.ui.state import ReaderState

MOST_GROUPED = 200
"""Articles that a key makes one story: more were selected for something else."""


class Stories:
    """Groups articles about one event behind one row."""

    def __init__(
        self,
        services: Services,
        state: ReaderState,
        panes: Panes,
        shell: Shell,
        article_list: ArticleList,
        article: CurrentArticle,
        selection: Selection,
    ) -> None:
        self._services = services
        self._state = state
        self._panes = panes
        self.shell = shell
        self._list = article_list
        self._article = article
        self._selection = selection

    def toggle(self) -> None:
        """Show a row for each story, or for each article."""
        state, bottom = self._state, self._panes.bottom
        if state.shows_briefing:
            bottom.show_message("A briefing has one line for each story.")
            return
        state.group_stories = not state.group_stories
        self._services.preferences.set_groups_stories(self._services.config.reading.fold, state.group_stories)
        self._list.regroup()
        bottom.show_message("A row for each story." if state.group_stories else "A row for each article.")

    def group(self) -> None:
        """Make one story of the selected articles."""
        ids, bottom = self._selection.ids(), self._panes.bottom
        if len(ids) < 2:
            bottom.show_message("Select what tells one story first: v selects a headline.")
            return
        if len(ids) > MOST_GROUPED:
            bottom.show_message(f"These are {len(ids):,}: a story is made of {MOST_GROUPED} at most.")
            return
        self._selection.clear()
        self._change(stories.group, ids, "These are one story already.")

    def ungroup(self) -> None:
        """Expand the story under the cursor, or take the article out of its story."""
        headlines = self._panes.headlines
        on_row = not self._selection.ids() and headlines.index is not None and self._panes.active == "headlines"
        if on_row and headlines.expand_story():
            self._panes.bottom.show_message("The same key takes this article out of the story.")
        elif ids := self._selection.targets():
            self._selection.clear()
            self._change(stories.ungroup, ids, "It is in no story.")

    @background("marks")
    async def _change(
        self, change: Callable[[Connection, Sequence[int], int], int], ids: list[int], nothing: str
    ) -> None:
        changed, step = await self._services.database.write_step(change, ids, self._services.now())
        if changed:
            self._panes.bottom.show_message(f"{step} u undoes.")
            self._list.regroup()
            self._article.show_again()
        else:
            self._panes.bottom.show_message(nothing)
