"""Which articles an action is about: the selected ones, or else the one that is read."""

from __future__ import annotations

from roya_tui.model import Headline
from roya_tui.presentation.timeline import collect_ids
from roya_tui.translation import gettext, gettext_noop
from roya_tui.ui.controller import Context, Controller
from roya_tui.ui.controllers.article.current_article import CurrentArticle
from roya_tui.ui.hints import HintLine

_NOT_SAVED = gettext_noop("This page is not saved as an article. K: save it")
_DELETED = gettext_noop("This article was deleted. j: next article")


def missing(headline: Headline | None) -> str:
    """Return why there is no stored article to act on."""
    if headline is None:
        return gettext("Go to an article first.")
    return gettext(_NOT_SAVED if headline.id <= 0 else _DELETED)


class Selection(Controller):
    """Chooses the articles of an action: in the article pane its article, elsewhere the selection, if any."""

    def __init__(self, context: Context, hints: HintLine, article: CurrentArticle) -> None:
        super().__init__(context)
        self._hints = hints
        self._article = article

    def changed(self) -> None:
        """Show the keys for the selection."""
        if self._headlines.selection.ids:
            self._panes.bottom.clear_message()
        self._hints.update()

    def ids(self) -> list[int]:
        """Return the selected articles, those of the list in its order; none in the article pane."""
        if self._panes.active == "article":
            return []
        headlines = self._headlines
        return headlines.selection.ordered(collect_ids(headlines.timeline))

    def several(self) -> list[int]:
        """Return the selected articles, or those that the row under the cursor counts; none for a headline."""
        more_row = self._headlines.more_row if self._panes.active == "headlines" else None
        return self.ids() or ([] if more_row is None else list(more_row.ids))

    def targets(self) -> list[int]:
        """Return the articles that the next action is about; says why if there is none."""
        if several := self.several():
            return several
        headline = self._article.target
        if headline is None or headline.id <= 0:
            self._show_message(missing(headline))
            return []
        return [headline.id]
