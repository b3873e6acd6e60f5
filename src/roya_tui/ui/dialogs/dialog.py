"""What all dialogs share: they are left once, however fast one types."""

from __future__ import annotations

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.command import CommandList, CommandPalette
from textual.screen import ModalScreen
from textual.widgets import Button, Input

T = TypeVar("T")


class Dialog(ModalScreen[T]):
    """A modal that can be dismissed twice: the second time does nothing."""

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        return super().dismiss(result) if self.is_current else nothing_to_wait_for()


class Palette(CommandPalette):
    """Textual's palette, made to stand keys that come faster than it draws: by itself it ends the program then."""

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
