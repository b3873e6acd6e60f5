"""The places to type: words to find, in the list or in the article, and letters that narrow the tags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.message import Message
from textual.widget import Widget

from roya_tui.ui.text_line import TextLine

if TYPE_CHECKING:
    from roya_tui.query.completion import Advice, Candidate, QueryHistory
    from roya_tui.query.vocabulary import Vocabulary


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

    @property
    def is_open(self) -> bool:
        """Whether one types in it."""
        return self.has_class("-open")

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
    """Words and fields to find: `water tag:economy -is:read`.

    tab writes what is offered, and pressed again the next of it; from an empty line up and down walk through what was
    looked for before.
    """

    DEFAULT_CSS = """
    FindBar > .input--wrong { color: $error; text-style: bold underline; }
    """

    COMPONENT_CLASSES: ClassVar = {"input--wrong"}

    BINDINGS: ClassVar = [
        Binding("tab", "take(1)", "Write what is offered", show=False, priority=True),
        Binding("shift+tab", "take(-1)", "The one before", show=False, priority=True),
    ]

    known: Vocabulary = {}
    """The names that the store knows."""
    recent: QueryHistory
    advised: Advice
    """What there is to say about what stands there: as soon as it was opened, like what was looked for before."""
    _written: tuple[Advice, str, int, str] | None = None
    """What was offered, about which text, which of it was written, and what stands there since."""

    class Chosen(Message):
        """Another of what is offered was written."""

    def recall(self, queries: Sequence[str]) -> None:
        """Know what was looked for before, the latest first."""
        from roya_tui.query.completion import (
            Advice,  # what one finds with is loaded when one does
            QueryHistory,
        )

        self.recent, self.advised = QueryHistory(queries), Advice()

    def advise(self, now: int, meant: Candidate | None = None) -> None:
        """Work out what may be written, and what is wrong; `meant` would find something where this finds nothing."""
        from roya_tui.query.completion import make_advice

        self.advised = make_advice(self.value, self.cursor_position, self.known, now)
        if meant is not None:
            self.advised = self.advised.with_correction(self.value, meant)
        self.wrong = self.advised.faulty_span
        first = next(iter(self.advised.candidates), None)
        whole = first.apply(self.value)[0].rstrip() if first and self.cursor_at_end else ""
        self._suggestion = whole if whole.startswith(self.value) else ""
        self.refresh()

    @property
    def offered(self) -> tuple[tuple[str, ...], int]:
        """What may be written here, by what it is called, and which of it was written."""
        if self._written is not None and self._written[3] == self.value:
            return tuple(candidate.label for candidate in self._written[0].candidates), self._written[2]
        return tuple(candidate.label for candidate in self.advised.candidates), 0

    def action_take(self, by: int) -> None:
        told, text, which = self.advised, self.value, 0
        if self._written is not None and self._written[3] == self.value:
            told, text, which, _ = self._written
            which = (which + by) % len(told.candidates)
        chosen = told.candidates[which] if told.candidates else told.correction
        if chosen is None:
            return
        self.value, self.cursor_position = chosen.apply(text)
        one_of_several = told.candidates and not chosen.text.endswith(":")
        self._written = (told, text, which, self.value) if one_of_several else None
        self.post_message(self.Chosen())

    def action_step(self, by: int) -> None:
        earlier = self.recent.step(self.value, -by)
        if earlier is None:
            super().action_step(by)
        else:
            self.value = earlier
            self.cursor_position = len(earlier)


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
