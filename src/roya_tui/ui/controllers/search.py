"""Narrowing the list: by words as they are typed, and by tags."""

from __future__ import annotations

from msgspec.structs import replace

from roya_tui.translation import gettext
from roya_tui.ui import action_table
from roya_tui.ui.controller import Context, Controller
from roya_tui.ui.controllers.article.current_article import CurrentArticle
from roya_tui.ui.controllers.article_list import ArticleList
from roya_tui.ui.controllers.completion import Completion
from roya_tui.ui.controllers.tips import Tips
from roya_tui.ui.controllers.versions import Versions
from roya_tui.ui.hints import HintLine
from roya_tui.ui.widgets.search_bar import InputBar


class Search(Controller):
    """The search line: what is typed there becomes part of the view."""

    def __init__(
        self,
        context: Context,
        hints: HintLine,
        completion: Completion,
        article_list: ArticleList,
        article: CurrentArticle,
        versions: Versions,
        tips: Tips,
    ) -> None:
        super().__init__(context)
        self._bar = self._panes.search_bar
        self._hints = hints
        self._completion = completion
        self._list = article_list
        self._article = article
        self._versions = versions
        self._tips = tips

    def open(self) -> None:
        """Open the search line; in the article pane, the one that searches in the article."""
        if self._panes.active == "article":
            self._article.open_search()
            return
        if self._state.before_search is None or not self._state.view.search_text.strip():
            self._state.before_search = self._list.position()
        up = action_table.key_label("up", ascii=self._config.look.ascii)
        self._bar.load_history(self._services.preferences.search_history(), up)
        self._bar.open(self._state.view.search_text)
        self._completion.update()
        self._completion.load_names()

    def typed(self, text: str) -> None:
        self._completion.update()
        if self._bar.is_open and text != self._state.view.search_text:
            self._list.show_view(replace(self._state.view, search_text=text), stay=False)

    def close(self, message: InputBar.Closed) -> None:
        """Close the search line, and keep the results or return to the list before the search."""
        self._bar.close()
        self._panes.bottom.completions = ()
        self._completion.remove_key_from_error()
        if message.accepted and not self._bar.advice.error:
            self._services.preferences.set_search_history(self._bar.history.with_query(self._bar.value))
        if self._state.before_search is None:
            return  # the next esc, or a click on an offered list, was handled before this message
        if message.accepted and self._bar.value != self._state.view.search_text:
            self._list.show_view(replace(self._state.view, search_text=self._bar.value), stay=False)
        if not message.accepted or not self._state.view.search_text.strip():
            self._leave()
        else:
            self._list.request_rest()
            self._tips.searched()
            self._versions.summarize()

    def leave(self) -> bool:
        """Return to the list before the search; return whether it shows search results."""
        state = self._state
        if not state.view.search_text.strip() or (state.before_search is None and state.before_briefing):
            return False
        self._leave()
        return True

    def _leave(self) -> None:
        """Return to the list before the search; in another view, which was opened since, only clear the search."""
        before, view = self._state.before_search, self._state.view
        if before is None or before.view.scope != view.scope:
            self._state.before_search = None
            self._list.show_view(replace(view, search_text=""))
            self._hints.update()
        else:
            self._list.return_to(before)


class TagFilter(Controller):
    """Shows only articles with some tags, or without them: by the sidebar, the tag line, and the article's tags."""

    def __init__(self, context: Context, article_list: ArticleList) -> None:
        super().__init__(context)
        self._sidebar = self._panes.sidebar
        self._bar = self._panes.tag_bar
        self._list = article_list
        self._toggled: frozenset[str] = frozenset()
        """The tags that + and - toggled since the tag line was opened."""

    def open(self) -> None:
        """Open the line that narrows the tags of the sidebar."""
        self._toggled = frozenset()
        self._panes.bottom.clear_message()
        self._sidebar.filter_tags("", show_rare=True)
        self._shell.set_class(True, "-tagging")
        self._bar.open()

    def typed(self, text: str) -> None:
        """Show the tags that contain what is typed."""
        if self._bar.is_open:  # not what was typed just before it was closed
            self._sidebar.filter_tags(text)

    def close(self, message: InputBar.Closed) -> None:
        """Close the tag line, and require the tag under the cursor unless it was cancelled."""
        sidebar, bar, view = self._sidebar, self._bar, self._state.view
        if bar.value != sidebar.model.tag_query:
            sidebar.filter_tags(bar.value)
        tag = sidebar.current_tag
        bar.close()
        self._shell.set_class(False, "-tagging")
        sidebar.filter_tags("", show_rare=False)
        if message.accepted and not tag and bar.value.strip():
            self._show_message(gettext("No tag in this list contains “{text}”.", text=bar.value.strip()))
        elif message.accepted:
            if tag not in self._toggled or tag not in (*view.required_tags, *view.excluded_tags):
                self.toggle(tag, only=True)
            sidebar.go_to("tag", tag)

    def require(self) -> None:
        """Show only articles with the tag under the cursor of the sidebar, or all again."""
        self.toggle(self._sidebar.current_tag, only=True)

    def exclude(self) -> None:
        """Hide articles with the tag under the cursor of the sidebar, or show them again."""
        self.toggle(self._sidebar.current_tag, only=False)

    def toggle_from_bar(self, *, only: bool) -> None:
        """Do one of both while the tag line is open."""
        self._toggled |= {self._sidebar.current_tag}
        self.toggle(self._sidebar.current_tag, only=only)

    def toggle_from_article(self, tag: str) -> None:
        """Show only articles with a tag of the article, or all again."""
        self.toggle(tag, only=True)
        self._report(tag, only=True)

    def toggle(self, tag: str, *, only: bool) -> None:
        """Require a tag or exclude it; no longer if it was."""
        if not tag:
            self._show_message(gettext("Go to a tag first. t: tags"))
            return
        self._panes.bottom.clear_message()
        self._list.show_view(self._state.view.with_tag_toggled(tag, only=only))
        if not self._sidebar.display:
            self._report(tag, only=only)

    def toggle_any(self) -> None:
        """Require any of the chosen tags, or all of them."""
        view = self._state.view
        self._list.show_view(replace(view, matches_any_tag=not view.matches_any_tag))

    def _report(self, tag: str, *, only: bool) -> None:
        """Say what happened to a tag while the tags cannot be seen."""
        view = self._state.view
        if tag in view.required_tags:
            message = gettext("Showing only articles with the tag “{tag}”.", tag=tag)
        elif tag in view.excluded_tags:
            message = gettext("Excluding articles with the tag “{tag}”.", tag=tag)
        elif only:
            message = gettext("No longer filtering by the tag “{tag}”.", tag=tag)
        else:
            message = gettext("No longer excluding the tag “{tag}”.", tag=tag)
        self._show_message(message)
