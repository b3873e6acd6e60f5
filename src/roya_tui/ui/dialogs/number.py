"""The number of a link to go to."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from roya_tui.ui.dialogs.dialog import Dialog


class LinkNumber(Dialog[int]):
    """Asks for a number from 1 to `most`; answers 0 when it was left."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(0)", "Back")]

    DEFAULT_CSS = """
    LinkNumber Input { width: 40; max-width: 96%; border: round $accent; background: $surface; }
    LinkNumber Input:focus { border: round $accent; }
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def compose(self) -> ComposeResult:
        number = Input(type="integer", max_length=5, restrict=r"\d*")
        number.border_title = f"Link 1 to {self._most}"
        number.border_subtitle = "enter goes there, esc goes back"
        yield number

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        self.dismiss(int(event.value or 0))
