"""The state of the main screen that its controllers share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from roya_tui.model import Article
from roya_tui.presentation.timeline import Timeline
from roya_tui.presentation.view import Scope, View
from roya_tui.query import highlight_words
from roya_tui.store.bodies import PreparedEntry


class ListPosition(Struct, frozen=True):
    """A position in a list of headlines, to come back to."""

    view: View
    timeline: Timeline
    cursor: int
    top: int
    """The first line in view."""
    has_two_lines: bool
    """Whether articles had two lines."""
    before_search: ListPosition | None
    """Where the search began, if it shows search results."""
    sources: frozenset[int]
    """All sources at that time: the list may need to be loaded again if one was added or removed since."""


class OpenPage(Struct, frozen=True):
    """A web page that is read in place of the article, and what was shown before it."""

    page: PreparedEntry
    before: Article
    line: int
    link: int


@dataclass
class ReaderState:
    """The state that controllers share. Only the article list changes `view`."""

    view: View
    group_stories: bool
    """Whether a story has one row."""
    offline: bool
    """Whether the user turned fetching off."""
    current_article: int | None = None
    """The article that the cursor moved to last."""
    newest_article: int = 0
    """The newest article when new articles were loaded last."""
    pages: list[OpenPage] = field(default_factory=list)
    """The web pages that are read in place of the article, the current one last."""
    excerpts: set[int] = field(default_factory=set)
    """Articles that are shown with the feed's text although their full text is stored."""
    before_search: ListPosition | None = None
    before_briefing: Sequence[ListPosition] = ()
    """The lists to go back to: from the briefing, and from a list that a row of it, or of a search, opened."""

    @property
    def shows_briefing(self) -> bool:
        return self.view.scope.kind == "briefing" and not self.view.search_text.strip()

    def view_of(self, scope: Scope) -> View:
        """Return a view of `scope` with the selected tags."""
        return View(scope, self.view.required_tags, self.view.excluded_tags, self.view.matches_any_tag)

    def search_words(self, now: int) -> tuple[str, ...]:
        """Return the words that the view's query searches for."""
        return highlight_words(self.view.lenient_query(now))
