"""What all dialogs share: how they look, and that they are left once, however fast one types."""

from __future__ import annotations

from typing import Any, TypeVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.command import CommandInput, CommandList, CommandPalette
from textual.content import Content
from textual.events import Click
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from roya_tui.ui.cells import shown
from roya_tui.ui.telling import telling
from roya_tui.ui.text_line import TextLine

T = TypeVar("T")


class Dialog(ModalScreen[T]):
    """A box in the middle. It can be dismissed twice: the second time does nothing."""

    DEFAULT_CSS = """
    Dialog { align: center middle; }
    Dialog > Vertical, Dialog > VerticalScroll {
        width: 76; max-width: 96%; height: auto; border: round $accent; background: $surface; padding: 0 2;
    }
    Dialog Input { border: tall $border-blurred; margin-bottom: 0; }
    Dialog Input:focus { border: tall $primary; }
    """

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        return super().dismiss(result) if self.is_current else nothing_to_wait_for()


class Told(Static):
    """What a dialog of the usual width says in words of ours."""

    DEFAULT_CSS = "Told { height: auto; color: $foreground 80%; }"

    def __init__(self, rtl: str, words: str = "") -> None:
        super().__init__(id="told")
        self._rtl = rtl
        self._first = words

    def on_mount(self) -> None:
        self.tell(self._first)

    def tell(self, words: str) -> None:
        """Say this, in place of what was said."""
        room = min(76, self.app.size.width * 96 // 100) - 6
        self.update(Content("\n".join(map(shown, telling(words, room, self._rtl)))))


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
