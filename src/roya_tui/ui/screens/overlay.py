"""Screens on top of the main screen, with the same messages and the same undo."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import ClassVar

from roya_tui.ui import action_table
from roya_tui.ui.controllers.marks import Marks
from roya_tui.ui.panes import Panes
from roya_tui.ui.services import Services
from roya_tui.ui.widgets.status_bar import BaseScreen, TopLine


class OverlayScreen(BaseScreen):
    """Shows the progress and the messages of the main screen in lines of its own."""

    context: ClassVar[str]
    """Its name in `action_table.OVERLAY_ACTIONS`."""

    def __init__(self, services: Services, panes: Panes, marks: Marks, quit: Callable[[], None]) -> None:
        """`quit` ends the app."""
        super().__init__()
        self.services = services
        self._panes = panes
        self._marks = marks
        self._quit = quit
        self.top = TopLine()

    @abstractmethod
    def reload(self) -> None:
        """Show what the database has now."""

    @property
    def commands(self) -> list[action_table.Action]:
        """The actions that the palette offers."""
        available = action_table.actions_of_overlay(self.services.keymap, self.context)
        return [action for action in available if action.context in ("screen", self.context)]

    def action_help(self) -> None:
        from roya_tui.ui.dialogs.help import Help

        available = action_table.actions_of_overlay(self.services.keymap, self.context)
        self.app.push_screen(Help(available, self.services.config.reading.rtl, query=False))

    def action_undo(self) -> None:
        self._marks.undo()

    def action_redo(self) -> None:
        self._marks.redo()

    def action_quit(self) -> None:
        self._quit()

    def on_mount(self) -> None:
        self.watch(self._panes.top, "work", self._show_work)
        self.watch(self._panes.top, "network", self._show_network)
        self.watch(self._panes.bottom, "message", self._show_message, init=False)

    def _show_work(self, work: str) -> None:
        self.top.work = work

    def _show_network(self, network: str) -> None:
        self.top.network = network

    def _show_message(self, message: str) -> None:
        if message:
            self.bottom.show_message(message)
            self.reload()
