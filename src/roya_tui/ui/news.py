"""The one main screen: all layers together, and the keys that belong to none of them."""

from __future__ import annotations

from asyncio import Event
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual import on

from roya_tui.config import Config
from roya_tui.store import saved
from roya_tui.ui import keys
from roya_tui.ui.album import Album
from roya_tui.ui.counting import Counting
from roya_tui.ui.library import Library
from roya_tui.ui.memory import Memory
from roya_tui.ui.narrowing import Narrowing
from roya_tui.ui.outgoing import Outgoing
from roya_tui.ui.picturing import Picturing
from roya_tui.ui.ruling import Ruling
from roya_tui.ui.saving import Saving
from roya_tui.ui.showing import Showing
from roya_tui.ui.sidebar import Sidebar
from roya_tui.ui.view import ORDER_NAMES, ORDERS, Place, View

if TYPE_CHECKING:
    from textual.command import Provider

    from roya_tui.ui.health import SourcesScreen


def _places() -> type[Provider]:
    from roya_tui.ui.dialogs.places import Places

    return Places


def _looks() -> type[Provider]:
    from roya_tui.ui.dialogs.looks import Looks

    return Looks


class News(Showing, Counting, Narrowing, Ruling, Saving, Outgoing, Picturing):
    """All layers in one: `Showing` shows a view, `Counting` counts, `Narrowing` is about places and tags, `Marks` about
    articles, `Sourcing` sources, `Refreshing` what is fetched, `Visiting` pages, `Picturing` pictures, `Comparing`
    versions, `Finding` words to find, `Choosing` many articles at once, `Folding` stories, `Crossing` the way from
    unread to unread, `Saving` saved feeds, `Ruling` rules, `Outgoing` what leaves, `Briefing` the page of what is
    new."""

    BINDINGS: ClassVar = keys.bindings("screen")
    COMMANDS: ClassVar = {_places, _looks}

    def __init__(
        self,
        library: Library,
        memory: Memory,
        config: Config,
        program: tuple[str, ...],
        now: Callable[[], int],
        *,
        view: View | None = None,
        offline: bool = False,
        greeting: str = "",
        album: Album | None = None,
    ) -> None:
        super().__init__(library, memory, config, program, now, offline, album or Album())
        self.view = view or View()
        self._rest_wanted = Event()
        self.folding = memory.folding(config.reading.fold)
        self.article.set_width(memory.width(config.reading.width))
        self._greeting = greeting
        self._fares: SourcesScreen | None = None
        """The screen of the sources' health, if it was looked at."""

    def on_mount(self) -> None:
        """Show the first headlines; the article and the counts follow once those are drawn."""
        self.sidebar.fold(self._memory.folded())
        self.sidebar.show(feeds=self.library.now(saved.written))
        self.show_first()
        self.count_soon()
        if self._greeting:
            self.bottom.say(self._greeting, 20)
        self.watch_store()
        self.watch_ends()
        self.start_refresh_on_start()

    def action_order(self) -> None:
        if self.briefs:
            self.bottom.say("A briefing is in an order of its own.")
            return
        order = self.view.order or "newest"
        order = ORDERS[(ORDERS.index(order) + 1) % len(ORDERS)] if order in ORDERS else ORDERS[0]
        self._memory.keep_order(self.view.place, order)
        self.set_view(replace(self.view, order=order))
        self.bottom.say(f"Sorted {ORDER_NAMES[order]}.")

    def action_take_in(self) -> None:
        """Show what came in since the view was made."""
        self.taken_in()
        self.set_view(self.view, hold=True)

    def _go(self, name: str) -> None:
        """To one of the five views; words that are being looked for are looked for there."""
        place = Place(name=name)
        self.set_view(View(place, find=self.view.find), hold=place == self.view.place)
        self.sidebar.go_to_place()
        self.set_focus(self.headlines)

    def action_view_unread(self) -> None:
        self._go("unread")

    def action_view_all(self) -> None:
        self._go("all")

    def action_view_starred(self) -> None:
        self._go("starred")

    def action_view_updated(self) -> None:
        self._go("updated")

    def action_view_today(self) -> None:
        self._go("today")

    @on(Sidebar.Folded)
    def _folded(self, message: Sidebar.Folded) -> None:
        self._memory.keep_folded(message.folders)

    def action_back(self) -> None:
        if self.pane == "article" and self.leave():
            return
        if self.has_class("-zen"):
            self.action_zen()
        elif self.pane in ("article", "sidebar"):
            self.set_focus(self.headlines)
        elif self.headlines.chosen.ids:
            self.headlines.let_go()
        elif self.headlines.fold():
            pass
        elif self.view.find.strip():
            self.leave_find()
        elif not self.leave_briefing():
            self.set_focus(self.sidebar)

    def action_health(self) -> None:
        """How all sources fare; from the sidebar, beginning with the one at hand."""
        from roya_tui.ui.health import SourcesScreen

        if self.is_current:
            row = self.sidebar.current if self.pane == "sidebar" else None
            self._fares = SourcesScreen(self, row.source if row is not None else 0)
            self.app.push_screen(self._fares)

    @property
    def shows_sources(self) -> bool:
        return self._fares is not None and self._fares.is_attached
