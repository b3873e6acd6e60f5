"""The panes of the main screen: its widgets, which one has the focus, and which can be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.widget import Widget

from roya_tui.ui.article import ArticlePane
from roya_tui.ui.bars import ArticleBar, FindBar, TagBar
from roya_tui.ui.changes_pane import ChangesPane
from roya_tui.ui.headlines import Headlines
from roya_tui.ui.selecting import Selecting
from roya_tui.ui.services import Services
from roya_tui.ui.shell import Shell
from roya_tui.ui.sidebar import Sidebar
from roya_tui.ui.status import BottomLine, TooSmall, TopLine

PANES = ("sidebar", "headlines", "article")


class Panes:
    """Sidebar, headlines, article, their input lines, and the lines above and below."""

    def __init__(self, services: Services, shell: Shell, on_cursor: Callable[[], None]) -> None:
        """`on_cursor` is called at once when the cursor of the list moves to another row."""
        config, clock, signs = services.config, services.clock, services.signs
        library, rtl = services.library, config.reading.rtl
        self._shell = shell
        self.top = TopLine()
        self.sidebar = Sidebar(signs, rtl, id="sidebar")
        self.tag_bar = TagBar(rtl=rtl, placeholder="narrow the tags, + only, - never", id="tag-bar", compact=True)
        self.headlines = Headlines(library.headlines, clock, signs, rtl, on_cursor, library.tellings, id="headlines")
        self.find_bar = FindBar(
            rtl=rtl, placeholder="words, tag:economy, source:roya, is:unread", id="find-bar", compact=True
        )
        self.article = ArticlePane(config, clock, services.album, id="article")
        self.changes = ChangesPane(config, clock, signs.cursor, id="changes")
        self.article_bar = ArticleBar(placeholder="words in this article", id="article-bar", compact=True, rtl=rtl)
        self.tag_bar.home = self.find_bar.home = self.headlines
        self.article_bar.home = self.article
        self.bottom = BottomLine((), rtl)

    def widgets(self) -> Iterable[Widget]:
        """All widgets, in the order of the style sheet."""
        yield self.top
        yield self.sidebar
        yield self.headlines
        yield self.article
        yield self.changes
        yield self.bottom
        yield self.find_bar
        yield self.tag_bar
        yield self.article_bar
        yield TooSmall()

    @property
    def active(self) -> str:
        """The pane that has the focus, by its name in `PANES`."""
        focused = self._shell.focused
        if focused in (self.sidebar, self.tag_bar):
            return "sidebar"
        return "article" if focused in (self.article, self.article_bar, self.changes) else "headlines"

    @property
    def shows_changes(self) -> bool:
        """Whether the article pane shows what changed."""
        return self._shell.has_class("-changes")

    @property
    def reading(self) -> Selecting:
        """The widget in the article's place: the article, or what changed in it."""
        return self.changes if self.shows_changes else self.article

    @property
    def article_visible(self) -> bool:
        """Whether the article, or what changed in it, can be seen."""
        return self.reading.display and self.reading.size.width > 0

    @property
    def list_visible(self) -> bool:
        """Whether the headlines can be seen."""
        return self.headlines.display and self.headlines.size.width > 0

    def focus_next(self) -> None:
        """Focus the next pane."""
        self._focus(1)

    def focus_previous(self) -> None:
        """Focus the previous pane."""
        self._focus(-1)

    def _focus(self, step: int) -> None:
        panes: list[Widget] = [self.sidebar, self.headlines, self.reading]
        self._shell.focus(panes[(PANES.index(self.active) + step) % len(panes)])

    def toggle_zen(self) -> None:
        """Show only the article, or all panes again."""
        self._shell.set_class(not self._shell.has_class("-zen"), "-zen")
        self._shell.focus(self.reading if self._shell.has_class("-zen") else self.headlines)
