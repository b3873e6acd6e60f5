"""The places to type: words to find, in the list or in the article, and letters that narrow the tags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.message import Message
from textual.widget import Widget

from roya_tui.ui.widgets.text_input import TextInput

if TYPE_CHECKING:
    from roya_tui.query.completion import Advice, Candidate, QueryHistory
    from roya_tui.query.vocabulary import Vocabulary


class InputBar(TextInput):
    """One line to type in, shown only while it is in use; keys that it has no use for go to the list beside it."""

    DEFAULT_CSS = """
    InputBar { height: 1; border: none; padding: 0 1; display: none; background: $panel; }
    InputBar:focus { border: none; background: $panel; }
    InputBar.-open { display: block; }
    """

    BINDINGS: ClassVar = [
        Binding("escape", "leave(False)", "Back", show=False, priority=True),
        Binding("enter", "leave(True)", "Keep", show=False, priority=True),
        Binding("down", "step(1)", "Next", show=False),
        Binding("up", "step(-1)", "Previous", show=False),
    ]

    focus_after: Widget | None = None
    """Where one is again after typing."""

    class Closed(Message):
        """Typing is over; `kept`: what was typed stays in force."""

        def __init__(self, bar: InputBar, accepted: bool) -> None:
            self.bar = bar
            self.accepted = accepted
            super().__init__()

        @property
        def control(self) -> InputBar:
            return self.bar

    class Stepped(Message):
        """The list beside the bar is to move while one types."""

        def __init__(self, bar: InputBar, by: int) -> None:
            self.bar = bar
            self.by = by
            super().__init__()

        @property
        def control(self) -> InputBar:
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

    def close(self) -> None:
        """Hide the bar."""
        self.remove_class("-open")

    def action_leave(self, accepted: bool) -> None:
        """Go back at once: the next key may be on its way. What was typed before this is read before it is told."""
        self.screen.set_focus(self.focus_after)
        self.post_message(self.Closed(self, accepted))

    def action_step(self, by: int) -> None:
        self.post_message(self.Stepped(self, by))


class SearchBar(InputBar):
    """Words and fields to find: `water tag:economy -is:read`.

    tab writes what is offered, and pressed again the next of it; from an empty line up and down walk through what was
    looked for before.
    """

    DEFAULT_CSS = """
    SearchBar > .input--wrong { color: $error; text-style: bold underline; }
    """

    COMPONENT_CLASSES: ClassVar = {"input--wrong"}

    BINDINGS: ClassVar = [
        Binding("tab", "take(1)", "Write what is offered", show=False, priority=True),
        Binding("shift+tab", "take(-1)", "The one before", show=False, priority=True),
    ]

    vocabulary: Vocabulary = {}
    """The names that the store knows."""
    history: QueryHistory
    advice: Advice
    """What there is to say about what stands there: as soon as it was opened, like what was looked for before."""
    _inserted: tuple[Advice, str, int, str] | None = None
    """What was offered, about which text, which of it was written, and what stands there since."""

    class CompletionChanged(Message):
        """Another of what is offered was written."""

    def load_history(self, queries: Sequence[str]) -> None:
        """Know what was looked for before, the latest first."""
        from roya_tui.query.completion import (
            Advice,  # what one finds with is loaded when one does
            QueryHistory,
        )

        self.history, self.advice = QueryHistory(queries), Advice()

    def update_advice(self, now: int, correction: Candidate | None = None) -> None:
        """Work out what may be written, and what is wrong; `meant` would find something where this finds nothing."""
        from roya_tui.query.completion import make_advice

        self.advice = make_advice(self.value, self.cursor_position, self.vocabulary, now)
        if correction is not None:
            self.advice = self.advice.with_correction(self.value, correction)
        self.faulty_span = self.advice.faulty_span
        first = next(iter(self.advice.candidates), None)
        whole = first.apply(self.value)[0].rstrip() if first and self.cursor_at_end else ""
        self._suggestion = whole if whole.startswith(self.value) else ""
        self.refresh()

    @property
    def completions(self) -> tuple[tuple[str, ...], int]:
        """What may be written here, by what it is called, and which of it was written."""
        if self._inserted is not None and self._inserted[3] == self.value:
            return tuple(candidate.label for candidate in self._inserted[0].candidates), self._inserted[2]
        return tuple(candidate.label for candidate in self.advice.candidates), 0

    def action_take(self, by: int) -> None:
        told, text, which = self.advice, self.value, 0
        if self._inserted is not None and self._inserted[3] == self.value:
            told, text, which, _ = self._inserted
            which = (which + by) % len(told.candidates)
        chosen = told.candidates[which] if told.candidates else told.correction
        if chosen is None:
            return
        self.value, self.cursor_position = chosen.apply(text)
        one_of_several = told.candidates and not chosen.text.endswith(":")
        self._inserted = (told, text, which, self.value) if one_of_several else None
        self.post_message(self.CompletionChanged())

    def action_step(self, by: int) -> None:
        earlier = self.history.step(self.value, -by)
        if earlier is None:
            super().action_step(by)
        else:
            self.value = earlier
            self.cursor_position = len(earlier)


class ArticleSearchBar(InputBar):
    """Words to find in the article."""


class TagBar(InputBar):
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
