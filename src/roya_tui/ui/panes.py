"""The panes of the main screen: what stands where, which one is in use, and how they share the width."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Input

from roya_tui.config import Config
from roya_tui.reading.clock import Clock
from roya_tui.reading.headline import ASCII, UNICODE
from roya_tui.store.database import StoreError
from roya_tui.ui import hints, keys
from roya_tui.ui.album import Album
from roya_tui.ui.article import ArticlePane
from roya_tui.ui.bars import ArticleBar, FindBar, TagBar
from roya_tui.ui.changes_pane import ChangesPane
from roya_tui.ui.headlines import Headlines
from roya_tui.ui.layer import Layer
from roya_tui.ui.library import Library
from roya_tui.ui.memory import Memory
from roya_tui.ui.selecting import Selecting
from roya_tui.ui.sidebar import Sidebar
from roya_tui.ui.status import BottomLine, TooSmall, TopLine

PANES = ("sidebar", "headlines", "article")


class Panes(Layer):
    """Sidebar, headlines, article, and a line above and below. Holds no news itself."""

    AUTO_FOCUS = "#headlines"

    def __init__(
        self,
        library: Library,
        memory: Memory,
        config: Config,
        program: tuple[str, ...],
        now: Callable[[], int],
        offline: bool,
        album: Album,
    ) -> None:
        super().__init__()
        self.album = album
        self.library = library
        self._memory = memory
        self.config = config
        self._program = program
        self.now = now
        self.started = now()
        self.offline = offline
        """Whether the person wants nothing fetched."""
        self.clock = clock = Clock(config.dates.format, config.dates.zone)
        self.signs = signs = ASCII if config.look.ascii else UNICODE
        rtl = config.reading.rtl
        self.add_class("-in-headlines")
        self.top = TopLine()
        self.sidebar = Sidebar(signs, rtl, id="sidebar")
        self.tag_bar = TagBar(rtl=rtl, placeholder="narrow the tags, + only, - never", id="tag-bar", compact=True)
        self.headlines = Headlines(library.headlines, clock, signs, rtl, self.follow, library.tellings, id="headlines")
        self.find_bar = FindBar(
            rtl=rtl, placeholder="words, tag:economy, source:roya, is:unread", id="find-bar", compact=True
        )
        self.article = ArticlePane(config, clock, album, id="article")
        self.changes = ChangesPane(config, clock, signs.cursor, id="changes")
        self.article_bar = ArticleBar(placeholder="words in this article", id="article-bar", compact=True, rtl=rtl)
        self.tag_bar.home = self.find_bar.home = self.headlines
        self.article_bar.home = self.article
        self.actions = keys.with_config(config.keys, ascii=config.look.ascii)
        self.bottom = BottomLine(hints.of("headlines", self.actions), rtl)

    @property
    def program(self) -> tuple[str, ...]:
        """The command that runs this program again, on the same store and with the same wish to be offline."""
        return (*self._program, "--offline") if self.offline else self._program

    def compose(self) -> ComposeResult:
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
    def commands(self) -> list[keys.Action]:
        """What the palette offers here."""
        return [action for action in self.actions if action.place == "screen"]

    def on_descendant_focus(self) -> None:
        for name in PANES:
            self.set_class(name == self.pane, f"-in-{name}")
        self.show_hints()

    @on(Sidebar.Turned)
    def _turned(self) -> None:
        self.show_hints()

    def show_hints(self) -> None:
        """Say below what keys do here."""
        here = "typing" if isinstance(self.focused, Input) else "changes" if self.focused is self.changes else self.pane
        selecting = here in ("article", "changes") and self.reading.is_selecting
        choosing = here == "headlines" and self.headlines.chosen.ids
        if self.focused is self.tag_bar:
            here = "tags"
        elif here == "sidebar":
            here = self.sidebar.among
        here = "selecting" if selecting else "choosing" if choosing else here
        self.bottom.hints = hints.of(here, self.actions, self._lacking() if here == "article" else ())

    def _lacking(self) -> set[str]:
        """The actions for which the article has nothing."""
        lacks_pictures = not self.article.pictures and self.config.reading.pictures != "off"
        found = {"pictures": lacks_pictures, "next-link": not self.article.has_links}
        return {name for name, lacks in found.items() if lacks}

    @on(ArticlePane.Laid)
    def _laid(self) -> None:
        if self.pane == "article":
            self.show_hints()

    def tell_failure(self, error: StoreError) -> None:
        super().tell_failure(error)
        self.headlines.forget()  # a mark that was shown and could not be kept

    @property
    def pane(self) -> str:
        """Which of the panes one is in, by its name in `PANES`."""
        focused = self.focused
        if focused in (self.sidebar, self.tag_bar):
            return "sidebar"
        return "article" if focused in (self.article, self.article_bar, self.changes) else "headlines"

    @property
    def reading(self) -> Selecting:
        """What stands in the article's place: the article, or what changed in it."""
        return self.changes if self.has_class("-changes") else self.article

    @property
    def reading_in_view(self) -> bool:
        """Whether the article, or what changed in it, can be seen."""
        return self.reading.display and self.reading.size.width > 0

    @property
    def list_in_view(self) -> bool:
        """Whether the headlines can be seen."""
        return self.headlines.display and self.headlines.size.width > 0

    def action_next_pane(self) -> None:
        self._turn(1)

    def action_previous_pane(self) -> None:
        self._turn(-1)

    def _turn(self, by: int) -> None:
        panes: list[Widget] = [self.sidebar, self.headlines, self.reading]
        self.set_focus(panes[(PANES.index(self.pane) + by) % len(panes)])

    def action_zen(self) -> None:
        self.toggle_class("-zen")
        self.set_focus(self.reading if self.has_class("-zen") else self.headlines)

    def action_quit(self) -> None:
        self.app.exit()

    def action_help(self) -> None:
        from roya_tui.ui.dialogs.help import Help

        self.app.push_screen(Help(self.actions, self.config.reading.rtl))
