"""The controllers of the main screen, each given what it needs, those it builds on before it."""

from __future__ import annotations

from collections.abc import Callable

from roya_tui.ui.controller import Context
from roya_tui.ui.controllers.article.current_article import CurrentArticle
from roya_tui.ui.controllers.article.hooks import Hooks
from roya_tui.ui.controllers.article.links import Links
from roya_tui.ui.controllers.article.pages import Pages
from roya_tui.ui.controllers.article.selection import Selection
from roya_tui.ui.controllers.article_list import ArticleList
from roya_tui.ui.controllers.briefing import Briefing
from roya_tui.ui.controllers.completion import Completion
from roya_tui.ui.controllers.counts import Counts
from roya_tui.ui.controllers.export import Export
from roya_tui.ui.controllers.marks import Marks
from roya_tui.ui.controllers.notifications import Notifications
from roya_tui.ui.controllers.pane_sizes import PaneSizes
from roya_tui.ui.controllers.pictures import OpenGallery, Pictures
from roya_tui.ui.controllers.recordings.downloads import Downloads
from roya_tui.ui.controllers.recordings.playback import Playback
from roya_tui.ui.controllers.refresh import DatabaseWatch, Refresh
from roya_tui.ui.controllers.rules import Rules
from roya_tui.ui.controllers.saved_searches import SavedSearches
from roya_tui.ui.controllers.search import Search, TagFilter
from roya_tui.ui.controllers.sources import SidebarEditor, Sources
from roya_tui.ui.controllers.stories import Stories
from roya_tui.ui.controllers.tips import Tips
from roya_tui.ui.controllers.unread_navigation import UnreadNavigation
from roya_tui.ui.controllers.versions import Versions
from roya_tui.ui.hints import HintLine


class Controllers:
    """All controllers. An import or a constructor argument always points to one that is made earlier."""

    def __init__(
        self,
        context: Context,
        *,
        open_rules: Callable[[], None],
        open_gallery: OpenGallery,
        shows_source_status: Callable[[], bool],
    ) -> None:
        self.context = context
        self.panes = context.panes
        self.hints = hints = HintLine(context)
        self.pane_sizes = PaneSizes(context)
        self.completion = Completion(context)
        self.tips = tips = Tips(context)
        self.counts = counts = Counts(context, lambda known: self.saved_searches.follow(known))
        self.article_list = rows = ArticleList(context, hints, self.completion, counts)
        self.article = article = CurrentArticle(context, hints)
        self.selection = selection = Selection(context, hints, article)
        self.marks = Marks(context, counts, rows, article, selection, tips)
        self.hooks = hooks = Hooks(context)
        self.links = Links(context, article, selection, hooks)
        self.playback = Playback(context, article, self.links, self.marks)
        self.downloads = Downloads(context, counts, article, selection, self.links)
        self.pages = Pages(context, counts, article)
        self.versions = Versions(context, article, self.marks)
        self.search = Search(context, hints, self.completion, rows, article, self.versions, tips)
        self.tag_filter = TagFilter(context, rows)
        self.stories = Stories(context, rows, article, selection)
        self.briefing = Briefing(context, hints, rows)
        self.unread = UnreadNavigation(context, rows, article, self.marks, self.versions)
        self.sources = Sources(context, rows)
        self.sidebar_editor = SidebarEditor(context, rows)
        self.saved_searches = SavedSearches(context, counts, rows, self.sidebar_editor)
        self.notifications = Notifications(context)
        self.refresh = Refresh(context, counts, rows, self.sources, self.notifications, shows_source_status)
        self.database_watch = DatabaseWatch(context, counts, self.refresh)
        self.pictures = Pictures(context, article, self.links, self.refresh, open_gallery)
        self.rules = Rules(context, counts, article, open_rules)
        self.export = Export(context, rows, article, selection)
