"""The places to type: words to find, in the list or in the article, and letters that narrow the tags."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding
from textual.message import Message
from textual.widget import Widget

from roya_tui.ui.text_line import TextLine


class Bar(TextLine):
    """One line to type in, shown only while it is in use; keys that it has no use for go to the list beside it."""

    DEFAULT_CSS = """
    Bar { height: 1; border: none; padding: 0 1; display: none; background: $panel; }
    Bar:focus { border: none; background: $panel; }
    Bar.-open { display: block; }
    """

    BINDINGS: ClassVar = [
        Binding("escape", "leave(False)", "Back", show=False, priority=True),
        Binding("enter", "leave(True)", "Keep", show=False, priority=True),
        Binding("down", "step(1)", "Next", show=False),
        Binding("up", "step(-1)", "Previous", show=False),
    ]

    home: Widget | None = None
    """Where one is again after typing."""

    class Left(Message):
        """Typing is over; `kept`: what was typed stays in force."""

        def __init__(self, bar: Bar, kept: bool) -> None:
            self.bar = bar
            self.kept = kept
            super().__init__()

        @property
        def control(self) -> Bar:
            return self.bar

    class Stepped(Message):
        """The list beside the bar is to move while one types."""

        def __init__(self, bar: Bar, by: int) -> None:
            self.bar = bar
            self.by = by
            super().__init__()

        @property
        def control(self) -> Bar:
            return self.bar

    def open(self, value: str = "") -> None:
        """Show the bar, ready to type in."""
        self.add_class("-open")
        self.value = value
        self.cursor_position = len(value)
        self.screen.set_focus(self)  # at once: the next key may be on its way

    def shut(self) -> None:
        """Hide the bar."""
        self.remove_class("-open")

    def action_leave(self, kept: bool) -> None:
        """Go back at once: the next key may be on its way. What was typed before this is read before it is told."""
        self.screen.set_focus(self.home)
        self.post_message(self.Left(self, kept))

    def action_step(self, by: int) -> None:
        self.post_message(self.Stepped(self, by))


class FindBar(Bar):
    """Words and fields to find: `water tag:economy -is:read`."""


class ArticleBar(Bar):
    """Words to find in the article."""


class TagBar(Bar):
    """Letters that narrow the tags; `+` and `-` decide about the one under the cursor."""

    BINDINGS: ClassVar = [
        Binding("+", "decide(True)", "Only this tag", show=False, priority=True),
        Binding("-", "decide(False)", "Never this tag", show=False, priority=True),
    ]

    class Decided(Message):
        """The tag under the cursor is asked for (`only`) or ruled out."""

        def __init__(self, only: bool) -> None:
            self.only = only
            super().__init__()

    def action_decide(self, only: bool) -> None:
        self.post_message(self.Decided(only))
