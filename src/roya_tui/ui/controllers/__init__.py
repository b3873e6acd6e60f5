"""The controllers of the main screen, each given what it needs, those it builds on before it."""

from __future__ import annotations

from collections.abc import Callable

from roya_tui.ui.controllers.article import CurrentArticle
from roya_tui.ui.controllers.article_list import ArticleList
from roya_tui.ui.controllers.briefing import Briefing
from roya_tui.ui.controllers.completion import Completion
from roya_tui.ui.controllers.counts import Counts
from roya_tui.ui.controllers.export import Export
from roya_tui.ui.controllers.links import Links
from roya_tui.ui.controllers.marks import Marks
from roya_tui.ui.controllers.pages import Pages
from roya_tui.ui.controllers.pictures import OpenGallery, Pictures
from roya_tui.ui.controllers.refresh import DatabaseWatch, Refresh
from roya_tui.ui.controllers.rules import Rules
from roya_tui.ui.controllers.saved_searches import SavedSearches
from roya_tui.ui.controllers.search import Search, TagFilter
from roya_tui.ui.controllers.selection import Selection
from roya_tui.ui.controllers.sources import SidebarEditor, Sources
from roya_tui.ui.controllers.stories import Stories
from roya_tui.ui.controllers.unread_navigation import UnreadNavigation
from roya_tui.ui.controllers.versions import Versions
from roya_tui.ui.hints import HintLine
from roya_tui.ui.panes import Panes
from roya_tui.ui.services import Services
from roya_tui.ui.shell import Shell
from roya_tui.ui.state import ReaderState


class Controllers:
    """All controllers. An import or a constructor argument always points to one that is made earlier."""

    def __init__(
        self,
        services: Services,
        state: ReaderState,
        panes: Panes,
        shell: Shell,
        *,
        open_rules: Callable[[], None],
        open_gallery: OpenGallery,
        shows_source_status: Callable[[], bool],
    ) -> None:
        self.panes = panes
        self.hints = hints = HintLine(services, state, panes, shell)
        self.completion = Completion(services, state, panes, shell)
        self.counts = counts = Counts(services, state, panes, shell, lambda known: self.saved_searches.follow(known))
        self.article_list = rows = ArticleList(services, state, panes, shell, hints, self.completion, counts)
        self.article = article = CurrentArticle(services, state, panes, shell, hints)
        self.selection = selection = Selection(panes, hints, article)
        self.marks = Marks(services, state, panes, shell, counts, rows, article, selection)
        self.links = Links(services, state, panes, shell, article, selection)
        self.pages = Pages(services, state, panes, shell, counts, article)
        self.versions = Versions(services, panes, shell, article, self.marks)
        self.search = Search(services, state, panes, hints, self.completion, rows, article, self.versions)
        self.tag_filter = TagFilter(state, panes, shell, rows)
        self.stories = Stories(services, state, panes, shell, rows, article, selection)
        self.briefing = Briefing(services, state, panes, shell, hints, rows)
        self.unread = UnreadNavigation(services, state, panes, shell, rows, article, self.marks, self.versions)
        self.sources = Sources(services, state, panes, shell, rows)
        self.sidebar_editor = SidebarEditor(services, state, panes, shell, rows)
        self.saved_searches = SavedSearches(services, state, panes, shell, counts, rows, self.sidebar_editor)
        self.refresh = Refresh(services, state, panes, shell, counts, rows, self.sources, shows_source_status)
        self.database_watch = DatabaseWatch(services, panes, shell, counts, self.refresh)
        self.pictures = Pictures(services, state, panes, shell, article, self.links, self.refresh, open_gallery)
        self.rules = Rules(services, panes, shell, counts, article, open_rules)
        self.export = Export(services, state, panes, shell, rows, article, selection)
