"""What all dialogs share: they are left once, however fast one types."""

from __future__ import annotations

from typing import Any, TypeVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.command import CommandInput, CommandList, CommandPalette
from textual.events import Click
from textual.screen import ModalScreen
from textual.widgets import Button, Input

from roya_tui.ui.text_line import TextLine

T = TypeVar("T")


class Dialog(ModalScreen[T]):
    """A modal that can be dismissed twice: the second time does nothing."""

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        return super().dismiss(result) if self.is_current else nothing_to_wait_for()


class PaletteLine(CommandInput, TextLine):  # in this order: Textual looks for its styles along the first
    """What one types into the palette."""

    def __init__(self, rtl: str, placeholder: str) -> None:
        super().__init__(rtl=rtl, placeholder=placeholder, select_on_focus=False)


class PaletteRows(CommandList):
    """What the palette offers."""

    async def _on_click(self, event: Click) -> None:
        row = event.style.meta.get("option")
        if row is None or row < self.option_count:  # what was clicked may be gone: Textual would end the program
            await super()._on_click(event)


class Palette(CommandPalette):
    """Textual's palette, made to stand keys and clicks that are faster than it: by itself it ends the program then."""

    def __init__(self, rtl: str, **options: Any) -> None:
        super().__init__(**options)
        self._rtl = rtl

    def compose(self) -> ComposeResult:
        for widget in super().compose():
            match widget:
                case CommandInput():
                    yield PaletteLine(self._rtl, self._placeholder)
                case CommandList():
                    yield PaletteRows()
                case _:
                    yield widget

    def dismiss(self, result: object = None) -> AwaitComplete:
        return super().dismiss(result) if self.is_current else nothing_to_wait_for()  # type: ignore[arg-type]

    def _select_or_command(self, event: Input.Submitted | Button.Pressed | None = None) -> None:
        if self.is_current:  # a second enter would run the command again
            super()._select_or_command(event)

    def _action_command_list(self, action: str) -> None:
        if self.query_one(CommandList).size:  # before its first layout it knows of no rows
            super()._action_command_list(action)


def nothing_to_wait_for() -> AwaitComplete:
    """What dismissing answers where there is nothing to dismiss."""
    return AwaitComplete.nothing()  # type: ignore[no-untyped-call, no-any-return]
