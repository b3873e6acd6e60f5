"""The main screen: composes the panes, holds the state and the controllers, and routes messages to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partialmethod
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.command import Provider
from textual.layout import Layout
from textual.worker import Worker

from roya_tui.model import Article, Picture
from roya_tui.presentation.view import View
from roya_tui.store.connection import StoreError
from roya_tui.store.search import saved_searches
from roya_tui.translation import gettext
from roya_tui.ui import action_table, hints
from roya_tui.ui.controller import Context
from roya_tui.ui.controllers import Controllers
from roya_tui.ui.panes import Panes
from roya_tui.ui.services import Services
from roya_tui.ui.shell import Shell
from roya_tui.ui.state import ReaderState
from roya_tui.ui.widgets.article.article_view import ArticleView
from roya_tui.ui.widgets.article.diff_view import DiffView
from roya_tui.ui.widgets.article.page_links import PageLinks
from roya_tui.ui.widgets.article.page_pictures import PagePictures
from roya_tui.ui.widgets.article.page_selection import PageSelection
from roya_tui.ui.widgets.article.page_view import PageView
from roya_tui.ui.widgets.headline_list import HeadlineList
from roya_tui.ui.widgets.row_list import RowList
from roya_tui.ui.widgets.search_bar import InputBar, SearchBar, TagBar
from roya_tui.ui.widgets.sidebar import Sidebar
from roya_tui.ui.widgets.status_bar import BaseScreen, BottomLine


def _command_provider() -> type[Provider]:
    from roya_tui.ui.dialogs.palette import MainCommands

    return MainCommands


class MainScreen(BaseScreen):
    """Sidebar, headlines and article. Holds no logic: each message and key goes to one controller."""

    AUTO_FOCUS = "#headlines"
    BINDINGS: ClassVar = action_table.make_bindings("screen")
    COMMANDS: ClassVar = {_command_provider}

    def __init__(self, services: Services, *, view: View | None, offline: bool, greeting: str) -> None:
        super().__init__()
        self.add_class("-in-headlines", "-with-sidebar")  # as in a wide window, until its size is known
        self.services = services
        config, preferences = services.config, services.preferences
        self.state = ReaderState(view or View(), preferences.groups_stories(config.reading.group_stories), offline)
        shell = Shell(self)
        self.panes = panes = Panes(services, shell, self._cursor_moved)
        self.top, self.bottom = panes.top, panes.bottom
        self.sidebar, self.headlines, self.article = panes.sidebar, panes.headlines, panes.article
        self.bottom.set_reactive(
            BottomLine.hints, hints.hints_for("headlines", services.keymap, ("expand", "play", "download", "back"))
        )
        self.article.set_width(preferences.text_width(config.reading.width))
        self.headlines.line_mode.set(preferences.row_mode(config.look.rows))
        self.controllers = Controllers(
            Context(services, self.state, panes, shell),
            open_rules=self.open_rules,
            open_gallery=self._open_gallery,
            shows_source_status=lambda: self._source_status_open,
        )
        self.menu = self.controllers.hints.menu
        self._greeting = greeting
        self._source_status_open = False

    @property
    def layout(self) -> Layout:
        return self.panes.arrangement

    def compose(self) -> ComposeResult:
        yield from self.panes.widgets()

    def on_mount(self) -> None:
        """Show the first headlines; the article and the counts follow when those are drawn."""
        controllers = self.controllers
        self.screen_layout_refresh_signal.subscribe(self, lambda _: controllers.hints.show_way_back())
        self.sidebar.model.collapsed = frozenset(self.services.preferences.collapsed_folders())
        self.sidebar.show(saved_searches=self.services.database.read_now(saved_searches.list_unchecked))
        controllers.article_list.show_first()
        controllers.counts.update_soon()
        self.call_after_refresh(controllers.hints.show_way_back)
        if self._greeting:
            self.bottom.show_message(self._greeting, 20)
        controllers.database_watch.start()
        controllers.rules.start()
        controllers.refresh.start()
        controllers.article.start()

    # Keys.

    def action_do(self, name: str) -> None:
        """Call the handler of the action called `name`."""
        action = next(action for action in action_table.ACTIONS if action.name == name)
        self.controllers.tips.used(name)
        self.handler(action)()

    def handler(self, action: action_table.Action) -> Callable[[], object]:
        """Return the method that an action of this screen names."""
        owner, _, method = action.handler.partition(".")
        handler: Callable[[], object] = getattr(self if owner == "screen" else getattr(self.controllers, owner), method)
        return handler

    def call_of(self, action: action_table.Action) -> str:
        return action_table.call_of(action, "screen")

    @property
    def commands(self) -> list[action_table.Action]:
        return [action for action in self.services.keymap if action.context == "screen"]

    @property
    def awaits_list(self) -> bool:
        """Whether keys must wait because the list is being replaced."""
        return self.controllers.article_list.is_pending

    def _go_back(self, *, to_sidebar: bool) -> None:
        """Go back one step: do the first of these that has something to leave.

        With nothing left to leave, go `to_sidebar`, or stay in the list and show how to go elsewhere.
        """
        controllers, headlines, key = self.controllers, self.headlines, self.services.key
        in_article = (controllers.versions.leave, controllers.article.leave, controllers.pages.leave)
        in_list = (headlines.stories.collapse, controllers.search.leave, controllers.briefing.leave)
        if self.panes.active == "article" and any(leave() for leave in in_article):
            return
        if self.has_class("-zen"):
            self.panes.toggle_zen()
        elif self.panes.active != "headlines":
            self.set_focus(headlines)
        elif headlines.selection.ids:
            headlines.selection.clear()
        elif any(leave() for leave in in_list):
            return
        elif to_sidebar:
            self.set_focus(self.sidebar)
        elif not self.bottom.message:
            hint = gettext("{left}: sidebar   {quit}: quit", left=key("collapse"), quit=key("quit"))
            self.bottom.show_message(hint, 3)

    leave = partialmethod(_go_back, to_sidebar=False)
    collapse = partialmethod(_go_back, to_sidebar=True)

    def edit_row(self) -> None:
        """Change the saved search, tag, folder or source in the sidebar."""
        any(edit() for edit in (self.controllers.saved_searches.edit_row, self.controllers.sidebar_editor.edit_row))

    def remove_row(self) -> None:
        """Remove the saved search, tag, folder or source."""
        controllers = self.controllers
        of_row = (controllers.saved_searches.remove_row, controllers.sidebar_editor.remove_row)
        any(remove() for remove in (*of_row, controllers.sources.ask_to_remove))

    def stop(self) -> None:
        """Stop fetching pages, or else what plays, or else downloads, or else the refresh."""
        controllers = self.controllers
        on_air = (controllers.pages.stop_fetching, controllers.playback.stop, controllers.downloads.stop)
        any(stop() for stop in (*on_air, controllers.refresh.stop))

    def suspend(self) -> None:
        """Stop the process, so that the shell has the terminal until its command `fg`."""
        self.app.action_suspend_process()

    def quit(self) -> None:
        """Stop the background work, store what must be stored, and exit."""
        controllers = self.controllers
        controllers.briefing.note_use()
        controllers.pages.cancel()
        controllers.article.store_position()
        controllers.playback.leave()
        controllers.downloads.leave()
        controllers.refresh.terminate()
        controllers.pane_sizes.leave_border()
        self.app.exit()

    # Screens on top.

    def show_help(self) -> None:
        from roya_tui.ui.dialogs.help import open_help

        open_help(self, self.services.keymap, self.services.config.reading.rtl)

    def open_rules(self) -> None:
        from roya_tui.ui.screens.rules import RulesScreen

        if self.is_current:
            self.app.push_screen(RulesScreen(self.controllers, self.action_do))

    def open_accounts(self) -> None:
        from roya_tui.ui.screens.accounts import AccountsScreen

        if self.is_current:
            self.app.push_screen(AccountsScreen(self.controllers, self.action_do))

    def open_source_status(self) -> None:
        """Show the status of all sources, with the cursor on the one selected in the sidebar."""
        from roya_tui.ui.screens.source_status import SourceStatusScreen

        if not self.is_current:
            return
        row = self.sidebar.current if self.panes.active == "sidebar" else None
        source_id = row.id if row is not None else 0
        self._source_status_open = True
        screen = SourceStatusScreen(self.controllers, self.action_do, source_id)
        self.app.push_screen(screen, self._source_status_closed)

    def _source_status_closed(self, _: None) -> None:
        self._source_status_open = False

    def _open_gallery(self, article: Article, pictures: Sequence[Picture], number: int) -> None:
        from roya_tui.ui.screens.gallery import Gallery

        self.app.push_screen(Gallery(self.controllers, self.action_do, article, pictures, number))

    # The current article.

    def _cursor_moved(self) -> None:
        """Update everything that depends on the current article. The order matters."""
        controllers, state = self.controllers, self.state
        selected, before = self.headlines.current_id, state.current_article
        controllers.versions.close_for_other_article()
        if controllers.pages.close_for_other_article():
            controllers.article.show_current()
            if before not in (None, selected):  # the user did not choose the first article
                controllers.marks.start_reading_timer()
            state.current_article = selected
        controllers.pictures.fetch_soon()
        controllers.versions.clear_summary()
        controllers.versions.summarize()
        controllers.briefing.cursor_moved(by_user=before is not None)
        if before not in (None, selected):
            controllers.tips.cursor_moved()

    @on(RowList.Opened, "#headlines")
    def _article_opened(self) -> None:
        controllers = self.controllers
        controllers.versions.close()
        controllers.pictures.fetch_soon()
        controllers.pages.fetch_full_text_of_opened()
        if (opened := self.headlines.current_id) is not None:
            controllers.hooks.opened([opened])
        controllers.marks.opened()  # last, since the others depend on the focus

    # The window and the mouse.

    def on_resize(self, event: events.Resize) -> None:
        self.panes.fit(event.size)

    def on_screen_suspend(self) -> None:
        self.controllers.pane_sizes.leave_border()

    def _forward_event(self, event: events.Event) -> None:
        """Handle the mouse on a border first: there it must not move the focus, a cursor or a selection."""
        if not (isinstance(event, events.MouseEvent) and self.controllers.pane_sizes.handle_mouse(event)):
            super()._forward_event(event)

    # Messages of the widgets.

    def on_descendant_focus(self) -> None:
        self.controllers.hints.focus_changed()

    @on(Worker.StateChanged)
    def _worker_changed(self, event: Worker.StateChanged) -> None:
        if event.worker.is_finished:
            self.controllers.article_list.worker_finished(event.worker)

    @on(HeadlineList.SelectionChanged)
    def _selection_changed(self) -> None:
        self.controllers.selection.changed()
        self.controllers.tips.story_expanded()

    @on(HeadlineList.MoreRequested)
    def _count_opened(self, message: HeadlineList.MoreRequested) -> None:
        self.controllers.briefing.open_row(message.more_row)

    @on(Sidebar.RowGroupChanged)
    def _sidebar_row_changed(self) -> None:
        self.controllers.hints.update()

    @on(Sidebar.CollapsedChanged)
    def _folders_collapsed(self) -> None:
        self.services.preferences.set_collapsed_folders(self.sidebar.model.collapsed)

    @on(Sidebar.ScopeChosen)
    def _scope_chosen(self, message: Sidebar.ScopeChosen) -> None:
        self.controllers.saved_searches.go_to(message.scope)

    @on(Sidebar.TagToggled)
    def _tag_toggled(self, message: Sidebar.TagToggled) -> None:
        self.controllers.tag_filter.toggle(message.tag, only=True)

    @on(Sidebar.AnyAllToggled)
    def _any_toggled(self) -> None:
        self.controllers.tag_filter.toggle_any()

    @on(Sidebar.SavedSearchMoved)
    def _saved_search_moved(self, message: Sidebar.SavedSearchMoved) -> None:
        self.controllers.saved_searches.move(message.id, message.by)

    @on(InputBar.Changed, "#find-bar")
    def _search_typed(self, event: InputBar.Changed) -> None:
        self.controllers.search.typed(event.value)

    @on(InputBar.Stepped, "#find-bar")
    def _search_stepped(self, message: InputBar.Stepped) -> None:
        self.headlines.step(message.by)

    @on(InputBar.Closed, "#find-bar")
    def _search_closed(self, message: InputBar.Closed) -> None:
        self.controllers.article_list.update_empty_text()
        self.controllers.search.close(message)

    @on(SearchBar.CompletionChanged)
    def _completion_chosen(self) -> None:
        self.controllers.completion.update()

    @on(InputBar.Changed, "#tag-bar")
    def _tag_typed(self, event: InputBar.Changed) -> None:
        self.controllers.tag_filter.typed(event.value)

    @on(InputBar.Stepped, "#tag-bar")
    def _tag_stepped(self, message: InputBar.Stepped) -> None:
        self.sidebar.step_tag(message.by)

    @on(InputBar.Closed, "#tag-bar")
    def _tag_bar_closed(self, message: InputBar.Closed) -> None:
        self.controllers.tag_filter.close(message)

    @on(TagBar.Decided)
    def _tag_decided(self, message: TagBar.Decided) -> None:
        self.controllers.tag_filter.toggle_from_bar(only=message.only)

    @on(InputBar.Changed, "#article-bar")
    def _article_search_typed(self, event: InputBar.Changed) -> None:
        self.controllers.article.search(event.value)

    @on(InputBar.Stepped, "#article-bar")
    def _article_search_stepped(self, message: InputBar.Stepped) -> None:
        self.controllers.article.go_to_hit(message.by)

    @on(InputBar.Closed, "#article-bar")
    def _article_search_closed(self, message: InputBar.Closed) -> None:
        self.controllers.article.close_search(message)

    @on(ArticleView.PageChanged)
    def _article_laid_out(self) -> None:
        if self.panes.active == "article":
            self.controllers.hints.update()

    @on(PageLinks.LinkOpened)
    def _link_opened(self, message: PageLinks.LinkOpened) -> None:
        self.controllers.links.open(message.url)

    @on(PageLinks.TagOpened)
    def _article_tag_chosen(self, message: PageLinks.TagOpened) -> None:
        self.controllers.tag_filter.toggle_from_article(message.tag)

    @on(PageLinks.MemberOpened)
    def _member_chosen(self, message: PageLinks.MemberOpened) -> None:
        self.headlines.stories.go_to_member(message.article_id)

    @on(PagePictures.Opened)
    def _picture_opened(self, message: PagePictures.Opened) -> None:
        self.controllers.pictures.show_number(message.number)

    @on(PageSelection.Toggled)
    def _words_selection_changed(self) -> None:
        self.controllers.article.selection_changed()

    @on(PageSelection.MadeWithMouse)
    def _words_selected(self) -> None:
        self.controllers.article.words_selected()

    @on(PageView.Reported)
    def _page_reported(self, message: PageView.Reported) -> None:
        self.bottom.show_message(message.text)

    @on(DiffView.VersionRequested)
    def _version_requested(self, message: DiffView.VersionRequested) -> None:
        self.controllers.versions.compare_with(message.base)

    def show_failure(self, error: StoreError) -> None:
        super().show_failure(error)
        self.headlines.rows.invalidate()  # it may show a mark that could not be stored
