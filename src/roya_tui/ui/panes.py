"""The widgets of the main screen, which of them has the focus, which are visible, and where they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partialmethod

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import Layout, WidgetPlacement
from textual.widget import Widget

from roya_tui.presentation.pane_layout import Area, PaneLayout, Room, mirror_areas
from roya_tui.translation import gettext, is_right_to_left
from roya_tui.ui.services import Services
from roya_tui.ui.shell import Shell
from roya_tui.ui.widgets.article.article_view import ArticleView
from roya_tui.ui.widgets.article.diff_view import DiffView
from roya_tui.ui.widgets.article.page_view import PageView
from roya_tui.ui.widgets.headline_list import HeadlineList
from roya_tui.ui.widgets.search_bar import InputBar, SearchBar, TagBar
from roya_tui.ui.widgets.sidebar import Sidebar
from roya_tui.ui.widgets.status_bar import BottomLine, TooSmall, TopLine

PANES = ("sidebar", "headlines", "article")
_CHANGES = "changes"
"""The widget that is shown in place of the article."""


class PaneArrangement(Layout):
    """Places the widgets of the panes by the layout `panes`; the style sheet decides which are displayed."""

    name = "panes"

    def __init__(self, panes: PaneLayout) -> None:
        self.panes = panes

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> list[WidgetPlacement]:
        named = {"article" if child.id == _CHANGES else child.id or "": child for child in children}
        areas = self.panes.arrange(Room(size.width, size.height, named))
        if is_right_to_left():
            areas = mirror_areas(areas, size.width)
        whole = Area(0, 0, size.width, size.height)  # for the notice that the window is too small
        return [
            WidgetPlacement(
                Region(*areas.get(name, whole)), NULL_OFFSET, NULL_SPACING, child, order=int(name == "sidebar")
            )
            for name, child in named.items()
        ]


class Panes:
    """Sidebar, headlines, article, their input lines, and the lines above and below."""

    def __init__(self, services: Services, shell: Shell, on_cursor: Callable[[], None]) -> None:
        """`on_cursor` is called at once when the cursor of the list moves to another row."""
        config, clock, icons = services.config, services.clock, services.icons
        database, rtl = services.database, config.reading.rtl
        self._shell = shell
        self.arrangement = PaneArrangement(services.preferences.pane_layout(config.look.layout))
        self.top = TopLine(rtl)
        self.sidebar = Sidebar(icons, rtl, id="sidebar")
        self.tag_bar = TagBar(
            rtl=rtl, placeholder=gettext("filter the tags, + only, - exclude"), id="tag-bar", compact=True
        )
        load, members = database.headlines, database.story_ids
        self.headlines = HeadlineList(load, clock, icons, rtl, on_cursor, members, id="headlines")
        self.search_bar = SearchBar(rtl=rtl, id="find-bar", compact=True)
        recording_keys = services.key("play"), services.key("download")
        self.article = ArticleView(config, clock, services.picture_service, recording_keys, id="article")
        self.changes = DiffView(config, clock, icons.cursor, id=_CHANGES)
        example = gettext("words in this article")
        self.article_bar = InputBar(rtl=rtl, placeholder=example, id="article-bar", compact=True)
        self.tag_bar.focus_after = self.search_bar.focus_after = self.headlines
        self.article_bar.focus_after = self.article
        self.bottom = BottomLine((), rtl, self.search_bar.take)
        self._too_small = TooSmall(rtl)

    def widgets(self) -> Iterable[Widget]:
        """All widgets, in the order of the style sheet."""
        yield from (self.top, self.sidebar, self.headlines, self.article, self.changes, self.bottom)
        yield from (self.search_bar, self.tag_bar, self.article_bar, self._too_small)

    @property
    def _widgets(self) -> tuple[Widget, Widget, Widget]:
        """The widgets of the panes, in the order of `PANES`."""
        return self.sidebar, self.headlines, self.reading

    @property
    def active(self) -> str:
        """The pane that has the focus, by its name in `PANES`."""
        focused = self._shell.focused
        if focused in (self.sidebar, self.tag_bar):
            return "sidebar"
        return "article" if focused in (self.article, self.article_bar, self.changes) else "headlines"

    @property
    def shows_changes(self) -> bool:
        """Whether the article pane shows the changes of the article."""
        return self._shell.has_class("-changes")

    @property
    def reading(self) -> PageView:
        """The widget in the article pane: the article or its changes."""
        return self.changes if self.shows_changes else self.article

    @property
    def article_visible(self) -> bool:
        return self.reading.display and self.reading.size.width > 0

    @property
    def sidebar_visible(self) -> bool:
        """Whether the sidebar is shown, or will be with the next frame."""
        has_class = self._shell.has_class
        if has_class("-zen") or self.active == "sidebar":
            return not has_class("-zen")
        return has_class("-with-sidebar") and not (has_class("-briefing") and self.active == "headlines")

    @property
    def list_visible(self) -> bool:
        return self.headlines.display and self.headlines.size.width > 0

    # Where the panes are.

    @property
    def areas(self) -> dict[str, Area]:
        """The areas of the panes on the screen, as they were drawn last and as `PaneLayout` has them."""
        widgets = zip(PANES, self._widgets, strict=True)
        areas = {name: Area(*widget.region) for name, widget in widgets if widget.region}
        return mirror_areas(areas, self._shell.size.width) if is_right_to_left() else areas

    def layout_x(self, x: int) -> int:
        """Return the column of a cell of the screen as `PaneLayout` counts them: from where the interface begins."""
        return self._shell.size.width - 1 - x if is_right_to_left() else x

    @property
    def room(self) -> Room:
        """The room of the panes that are shown, or will be with the next frame."""
        drawn = Region.from_union([Region(*area) for area in self.areas.values()]) if self.areas else Region()
        widgets = zip(PANES, self._widgets, strict=True)
        return Room(drawn.width, drawn.height, [name for name, widget in widgets if widget.display])

    def fit(self, window: Size) -> None:
        """Choose which panes a window of this size has."""
        panes, (width, height) = self.arrangement.panes, window
        one_pane = panes.shows_one_pane(width, height)
        self._shell.set_class(one_pane, "-one-pane")
        self._shell.set_class(not one_pane and panes.has_sidebar(width), "-with-sidebar")

    def arrange(self, layout: PaneLayout) -> None:
        """Arrange the panes by another layout, with the next frame."""
        self.arrangement.panes = layout
        self.fit(self._shell.size)
        self.headlines.refresh(layout=True)

    # The focus.

    def _focus(self, step: int) -> None:
        self._shell.focus(self._widgets[(PANES.index(self.active) + step) % len(PANES)])

    focus_next = partialmethod(_focus, 1)
    focus_previous = partialmethod(_focus, -1)

    def toggle_zen(self) -> None:
        """Show only the article, or all panes again."""
        self._shell.set_class(not self._shell.has_class("-zen"), "-zen")
        self._shell.focus(self.reading if self._shell.has_class("-zen") else self.headlines)
