"""The base class of dialogs, and a command palette that is safe for fast typing."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, ClassVar, TypeVar

from textual import work
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.command import CommandInput, CommandList, CommandPalette
from textual.content import Content
from textual.events import Click
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from roya_tui.store.connection import StoreError
from roya_tui.ui.key_sequencer import KeySequencer
from roya_tui.ui.widgets.cells import display_text
from roya_tui.ui.widgets.text_input import TextInput
from roya_tui.ui.widgets.wrapped_text import wrap_sentence

SLOW_SECONDS = 0.5
"""Seconds after which a dialog shows that it is saving."""

_SCROLLBAR_COLUMNS = 2
"""Columns of the scrollbar that the text itself may cause."""

T = TypeVar("T")


class Dialog(ModalScreen[T]):
    """A centered box. Dismissing it a second time does nothing."""

    DEFAULT_CSS = """
    Dialog { align: center middle; }
    Dialog > Vertical, Dialog > VerticalScroll {
        width: 76; max-width: 96%; height: auto; border: round $accent; background: $surface; padding: 0 2;
    }
    Dialog Input { border: tall $border-blurred; margin-bottom: 0; }
    Dialog Input:focus { border: tall $primary; }
    """

    about: ClassVar[str] = "this"
    """What it saves, for messages."""
    retry_key: ClassVar[str] = "enter"
    discard_key: ClassVar[str] = "esc"

    is_saving = False
    """Whether a save is running. `KeySequencer` holds back keys until it ends."""

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        return super().dismiss(result) if self.is_current else completed_await()

    def save(self, saving: Coroutine[Any, Any, None]) -> None:
        """Run `saving`, then close. On a `StoreError`, show it and stay open with the text."""
        if self.is_saving:
            saving.close()
            return
        self.is_saving = True
        self._save(saving)

    @work(group="marks")
    async def _save(self, saving: Coroutine[Any, Any, None]) -> None:
        slow = self.set_timer(SLOW_SECONDS, lambda: self._show_text(f"Saving {self.about}…"))
        try:
            await saving
        except StoreError as error:
            self.is_saving = False
            self.on_failure()
            failure = f"Could not save {self.about}: {error.reason}." if error.reason else error.message
            self._show_text(f"{failure} Press {self.retry_key} to try again, {self.discard_key} to discard.")
            self.app.post_message(KeySequencer.SaveFailed())
        else:
            self.is_saving = False
            self.dismiss()
            self.app.post_message(KeySequencer.ListReady())
        finally:
            slow.stop()

    def on_failure(self) -> None:
        """Called after a save failed."""

    def _show_text(self, text: str) -> None:
        dialog_text = self.query_one(DialogText)
        dialog_text.display = True
        dialog_text.show_text(text)


class DialogText(Static):
    """A message of the app in a dialog of the default width."""

    DEFAULT_CSS = "DialogText { height: auto; color: $foreground 80%; }"

    def __init__(self, rtl: str, text: str = "") -> None:
        super().__init__(id="message")
        self._rtl = rtl
        self._initial_text = text

    def on_mount(self) -> None:
        self.show_text(self._initial_text)

    def show_text(self, text: str) -> None:
        """Replace the text."""
        room = min(76, self.app.size.width * 96 // 100) - 6
        if isinstance(self.parent, Widget) and self.parent.scrollable_content_region.width:  # it has been laid out
            room = min(room, self.parent.scrollable_content_region.width - self.gutter.width - _SCROLLBAR_COLUMNS)
        self.update(Content("\n".join(map(display_text, wrap_sentence(text, room, self._rtl)))))


class PaletteInput(CommandInput, TextInput):  # in this order: Textual looks for styles along the first base class
    """The input of the palette."""

    def __init__(self, rtl: str, placeholder: str) -> None:
        super().__init__(rtl=rtl, placeholder=placeholder, select_on_focus=False)


class PaletteList(CommandList):
    """The list of commands in the palette."""

    async def _on_click(self, event: Click) -> None:
        row = event.style.meta.get("option")
        if row is None or row < self.option_count:  # the clicked row may have been removed: Textual would crash
            await super()._on_click(event)


class Palette(CommandPalette):
    """Textual's palette without its crashes when keys and clicks are fast."""

    def __init__(self, rtl: str, **options: Any) -> None:
        super().__init__(**options)
        self._rtl = rtl

    def compose(self) -> ComposeResult:
        for widget in super().compose():
            match widget:
                case CommandInput():
                    yield PaletteInput(self._rtl, self._placeholder)
                case CommandList():
                    yield PaletteList()
                case _:
                    yield widget

    def dismiss(self, result: object = None) -> AwaitComplete:
        return super().dismiss(result) if self.is_current else completed_await()  # type: ignore[arg-type]

    def _select_or_command(self, event: Input.Submitted | Button.Pressed | None = None) -> None:
        if self.is_current:  # a second enter would run the command again
            super()._select_or_command(event)

    def _action_command_list(self, action: str) -> None:
        if self.query_one(CommandList).size:  # before its first layout the list has no rows
            super()._action_command_list(action)


def completed_await() -> AwaitComplete:
    """Return what `dismiss` returns, for a screen that is already closed."""
    return AwaitComplete.nothing()  # type: ignore[no-untyped-call, no-any-return]
