"""Stories: one row for each or one for each article, and grouping articles by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from sqlite3 import Connection

from roya_tui.store.user_data import stories
from roya_tui.translation import gettext, join_sentences
from roya_tui.ui.controller import Context, Controller, background
from roya_tui.ui.controllers.article.current_article import CurrentArticle
from roya_tui.ui.controllers.article.selection import Selection
from roya_tui.ui.controllers.article_list import ArticleList

MOST_GROUPED = 200
"""Articles that a key makes one story: more were selected for something else."""


class Stories(Controller):
    """Groups articles about one event behind one row."""

    def __init__(
        self, context: Context, article_list: ArticleList, article: CurrentArticle, selection: Selection
    ) -> None:
        super().__init__(context)
        self._list = article_list
        self._article = article
        self._selection = selection

    def toggle(self) -> None:
        """Show a row for each story, or for each article."""
        state = self._state
        if state.shows_briefing:
            self._show_message(gettext("A briefing always has one row per story."))
            return
        state.group_stories = not state.group_stories
        self._services.preferences.set_groups_stories(self._config.reading.group_stories, state.group_stories)
        self._list.regroup()
        self._show_message(gettext("One row per story.") if state.group_stories else gettext("One row per article."))

    def group(self) -> None:
        ids = self._selection.ids()
        if len(ids) < 2:
            self._show_message(gettext("Select two or more articles first. v: select"))
            return
        if len(ids) > MOST_GROUPED:
            self._show_message(gettext("A story can have at most {limit} articles.", limit=MOST_GROUPED))
            return
        self._headlines.selection.clear()
        self._change(stories.group, ids, gettext("These articles are already one story."))

    def ungroup(self) -> None:
        """Expand the story under the cursor, or take the article out of its story."""
        headlines = self._headlines
        on_row = not self._selection.ids() and headlines.index is not None and self._panes.active == "headlines"
        if on_row and headlines.stories.expand():
            self._show_message(gettext("Same key: remove this article from its story"))
        elif ids := self._selection.targets():
            self._headlines.selection.clear()
            self._change(stories.ungroup, ids, gettext("This article is not in a story."))

    @background("marks")
    async def _change(
        self, change: Callable[[Connection, Sequence[int], int], int], ids: list[int], nothing: str
    ) -> None:
        changed, step = await self._database.write_step(change, ids, self._now())
        if changed:
            self._show_message(join_sentences(step, gettext("u: undo")))
            self._list.regroup()
            self._article.show_again()
        else:
            self._show_message(nothing)
