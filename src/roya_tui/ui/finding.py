"""Finding as one types: the bar, what it offers, what is wrong in it, and the way back."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace
from textual import on

from roya_tui.reading.timeline import Timeline
from roya_tui.ui import hints
from roya_tui.ui.advising import Advising
from roya_tui.ui.bars import Bar
from roya_tui.ui.view import View


class Spot(Struct, frozen=True):
    """A place in a list, to come back to."""

    view: View
    timeline: Timeline
    cursor: int
    top: int
    before_find: Spot | None
    """Where one began to find, if one does."""
    sources: frozenset[int]
    """All that there were: what it shows may be gone with one of them, or come back."""


class Finding(Advising):
    """The actions of the find bar. What it comes to is a `View`, as with everything that narrows the list."""

    _before_find: Spot | None = None

    def action_find(self) -> None:
        if self.pane == "article":
            self.article_bar.home = self.reading
            self.article_bar.open(self.reading.looked_for)
            return
        if self._before_find is None:
            self._before_find = self.here()
        self.find_bar.recall(self._memory.finds())
        self.find_bar.open(self.view.find)
        self.learn_names()

    # While one types.

    @on(Bar.Changed, "#find-bar")
    def _typed(self, event: Bar.Changed) -> None:
        self.advise()
        if self.find_bar.is_open and event.value != self.view.find:
            self.set_view(replace(self.view, find=event.value), stay=False)

    @on(Bar.Stepped, "#find-bar")
    def _find_stepped(self, message: Bar.Stepped) -> None:
        self.headlines.step(message.by)

    # The way back.

    @on(Bar.Left, "#find-bar")
    def _find_left(self, message: Bar.Left) -> None:
        self.find_bar.shut()
        self.bottom.offers = ()
        self.take_back_the_key()
        if self._before_find is None:
            return  # esc followed at once and was there first
        if message.kept and self.find_bar.value != self.view.find:
            self.set_view(replace(self.view, find=self.find_bar.value), stay=False)
        if message.kept and not self.find_bar.advised.error:
            self._memory.keep_finds(self.find_bar.recent.kept(self.find_bar.value))
        if not message.kept or not self.view.find.strip():
            self.leave_find()
        else:
            self.want_rest()
            self.tell_changes()

    def leave_find(self) -> None:
        """Back to the very place where finding began."""
        if self._before_find is None:
            self.set_view(replace(self.view, find=""))
            self.show_hints()
            return
        self.go_back(self._before_find)

    def show_hints(self) -> None:
        super().show_hints()
        if self.focused is self.headlines and self.view.find.strip() and not self.headlines.chosen.ids:
            self.bottom.hints = hints.of("found", self.actions)

    def here(self) -> Spot:
        """The very place where one is."""
        headlines = self.headlines
        top = headlines.scroll_offset.y
        return Spot(self.view, headlines.timeline, headlines.cursor, top, self._before_find, self._sources())

    def _sources(self) -> frozenset[int]:
        return frozenset(source.id for source in self.sidebar.sources)

    def go_back(self, spot: Spot) -> None:
        """Show again what was shown there, as it was."""
        self._before_find = spot.before_find
        self.hush_wrong()
        self.library.hurry()
        self.workers.cancel_group(self, "view")  # what was asked last may be on its way
        self.list_is_there()
        self.view = spot.view
        self.headlines.words = self._words()
        self.headlines.with_source = spot.view.place.kind != "source"
        self.headlines.show(spot.timeline)
        self.headlines.cursor = spot.cursor
        self.headlines.jump(spot.top)
        self.frame()
        self.sidebar.show(view=spot.view)
        self.show_hints()
        self.count_soon()
        if spot.sources and self._sources() != spot.sources:  # none: they were not counted yet
            self.set_view(spot.view)
        elif not spot.timeline.whole:
            self.load_rest()
