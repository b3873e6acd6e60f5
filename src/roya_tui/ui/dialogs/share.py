"""Which of the person's own commands to hand an article to; where there are none, how to make one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from roya_tui.config import ShareCommand
from roya_tui.layout.one_line import fit_ltr_line
from roya_tui.ui.cells import measure, shown
from roya_tui.ui.dialogs.dialog import Dialog

NONE = """No command is set yet. In config.toml, such as:

[share]
mail = ["xdg-email", "--subject", "{title}",
        "--body", "{url}"]

The guide tells more, under Taking along."""

ROOM = 48
"""Columns at most of a name, and of a program's path."""


class Share(Dialog[ShareCommand]):
    """Answers with the command that is chosen, by cursor or by its number; None when it was left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,q,h,left", "dismiss(None)", "Back"),
        ("j", "step('down')", "Down"),
        ("k", "step('up')", "Up"),
    ]

    DEFAULT_CSS = """
    Share > Vertical { width: 56; max-height: 92%; }
    Share OptionList { height: auto; max-height: 14; border: none; padding: 0; background: $surface; }
    Share OptionList:focus { border: none; }
    """

    def __init__(self, commands: Sequence[ShareCommand], rtl: str) -> None:
        super().__init__()
        self._commands = commands
        self._rtl = rtl

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Hand it to"
            box.border_subtitle = "enter or its number, esc goes back" if self._commands else "esc closes"
            if self._commands:
                yield OptionList(*(Option(self._row(number)) for number in range(len(self._commands))))
            else:
                yield Static(Content(NONE))

    def _row(self, number: int) -> Content:
        command = self._commands[number]
        key = str(number + 1) if number < 9 else " "
        name, program = (shown(fit_ltr_line(text, ROOM, measure, self._rtl)) for text in (command.name, command.run[0]))
        return Content.assemble((f"{key} ", "bold"), f"{name}  ({program})")

    def action_step(self, way: str) -> None:
        if self._commands:
            getattr(self.query_one(OptionList), f"action_cursor_{way}")()

    def on_key(self, event: events.Key) -> None:
        if event.character and event.character in "123456789" and int(event.character) <= len(self._commands):
            event.stop()
            self.dismiss(self._commands[int(event.character) - 1])

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._commands[event.option_index])
