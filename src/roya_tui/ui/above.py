"""A screen that stands over the news: what they say is said there too, and what they can do already is theirs to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen
from textual.worker import Worker, WorkerState

from roya_tui.store.database import StoreError
from roya_tui.ui.library import Interrupted
from roya_tui.ui.panes import Panes
from roya_tui.ui.status import TopLine

if TYPE_CHECKING:
    from roya_tui.ui.status import BottomLine


class AboveNews(Screen[None]):
    """Shows their work and their network at the top, and says in its own bottom line what they say."""

    HORIZONTAL_BREAKPOINTS = Panes.HORIZONTAL_BREAKPOINTS
    VERTICAL_BREAKPOINTS = Panes.VERTICAL_BREAKPOINTS

    news: Panes
    bottom: BottomLine

    def __init__(self) -> None:
        super().__init__()
        self.top = TopLine()

    def reload(self) -> None:
        """Show what is there now."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self.watch(self.news.top, "work", self._worked)
        self.watch(self.news.top, "network", self._networked)
        self.watch(self.news.bottom, "said", self._heard, init=False)

    def _worked(self, work: str) -> None:
        self.top.work = work

    def _networked(self, network: str) -> None:
        self.top.network = network

    def _heard(self, said: str) -> None:
        if said:
            self.bottom.say(said)
            self.reload()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What the store could not do is told; anything else is a mistake of the program."""
        if event.state is not WorkerState.ERROR:
            return
        error = event.worker.error
        if isinstance(error, StoreError):
            self.bottom.say(error.message, 20)
        elif isinstance(error, Exception) and not isinstance(error, Interrupted):
            self.app._handle_exception(error)
