"""A screen that stands over the news: what they say is said there too, and what they can do already is theirs to do."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from roya_tui.ui import keys
from roya_tui.ui.status import Framed, TopLine

if TYPE_CHECKING:
    from roya_tui.ui.marks import Marks


class AboveNews(Framed):
    """Shows their work and their network at the top, and says in its own bottom line what they say."""

    here: ClassVar[str]
    """What it is called in `keys.ELSEWHERE`."""
    news: Marks

    def __init__(self) -> None:
        super().__init__()
        self.top = TopLine()

    @abstractmethod
    def reload(self) -> None:
        """Show what is there now."""

    @property
    def commands(self) -> list[keys.Action]:
        """What the palette offers here."""
        return [action for action in keys.there(self.news.actions, self.here) if action.place in ("screen", self.here)]

    def action_help(self) -> None:
        from roya_tui.ui.dialogs.help import Help

        actions = keys.there(self.news.actions, self.here)
        self.app.push_screen(Help(actions, self.news.config.reading.rtl, query=False))

    def action_undo(self) -> None:
        self.news.action_undo()

    def action_redo(self) -> None:
        self.news.action_redo()

    def action_quit(self) -> None:
        self.news.action_quit()

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
