"""Input bars: search in the list or in the article, and a filter for tags."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.message import Message
from textual.widget import Widget

from roya_tui.translation import gettext
from roya_tui.ui.widgets.cells import measure
from roya_tui.ui.widgets.text_input import TextInput

if TYPE_CHECKING:
    from roya_tui.query.completion import Advice, Candidate, QueryHistory
    from roya_tui.query.vocabulary import Vocabulary


NOTES_FROM = 100
"""Columns from which fields are listed with what follows them; in fewer, more fields fit without."""
KEY_CELLS = 18
"""Columns beside the list of fields, for keys."""


class InputBar(TextInput):
    """A one-line input, shown only while it is open; up and down move in the list beside it."""

    DEFAULT_CSS = """
    InputBar { height: 1; border: none; padding: 0 1; display: none; background: $panel; }
    InputBar:focus { border: none; background: $panel; }
    InputBar.-open { display: block; }
    """

    BINDINGS: ClassVar = [
        Binding("escape", "leave(False)", priority=True),
        Binding("enter", "leave(True)", priority=True),
        Binding("down", "step(1)"),
        Binding("up", "step(-1)"),
    ]

    focus_after: Widget | None = None
    """The widget that gets the focus when the bar closes."""

    class Closed(Message):
        """Typing ended; `accepted` is false after escape."""

        def __init__(self, bar: InputBar, accepted: bool) -> None:
            self.bar = bar
            self.accepted = accepted
            super().__init__()

        @property
        def control(self) -> InputBar:
            return self.bar

    class Stepped(Message):
        """The cursor of the list beside the bar should move by `by` rows."""

        def __init__(self, bar: InputBar, by: int) -> None:
            self.bar = bar
            self.by = by
            super().__init__()

        @property
        def control(self) -> InputBar:
            return self.bar

    @property
    def is_open(self) -> bool:
        """Whether the bar is shown."""
        return self.has_class("-open")

    def open(self, value: str = "") -> None:
        """Show the bar and focus it."""
        self.add_class("-open")
        self.value = value
        self.cursor_position = len(value)
        self.screen.set_focus(self)  # not deferred: the next key may already be queued

    def close(self) -> None:
        """Hide the bar."""
        self.remove_class("-open")

    def action_leave(self, accepted: bool) -> None:
        """Move the focus at once, for the next key; `Closed` follows the keys before it."""
        self.screen.set_focus(self.focus_after)
        self.post_message(self.Closed(self, accepted))

    def action_step(self, by: int) -> None:
        self.post_message(self.Stepped(self, by))


class SearchBar(InputBar):
    """The query of the list, such as `water tag:economy -is:read`.

    tab inserts the first completion, and pressed again the next one. From an empty line, up and down go through
    earlier queries.
    """

    DEFAULT_CSS = """
    SearchBar > .input--wrong { color: $error; text-style: bold underline; }
    """

    COMPONENT_CLASSES: ClassVar = {"input--wrong"}

    BINDINGS: ClassVar = [
        Binding("tab", "take(1)", priority=True),
        Binding("shift+tab", "take(-1)", priority=True),
    ]

    vocabulary: Vocabulary = {}
    """The names in the database that can be completed."""
    history: QueryHistory
    advice: Advice
    """Completions and errors of the query. Like `history`, set by `load_history`."""
    _inserted: tuple[Advice, str, int, str] | None = None
    """The last completion: advice, text before it, index of the candidate, text after it."""

    class CompletionChanged(Message):
        """Another completion was inserted."""

    def load_history(self, queries: Sequence[str], key: str) -> None:
        """Set the earlier queries, the latest first, and the label of the key that recalls them."""
        from roya_tui.query.completion import Advice, QueryHistory  # imported late, for a fast start

        if queries:
            self.placeholder = gettext("words, or a field below   {key}: earlier searches", key=key)
        else:
            self.placeholder = gettext("words, or a field below")
        self.history, self.advice = QueryHistory(queries), Advice()

    def update_advice(self, now: int, correction: Candidate | None = None) -> None:
        """Compute completions and errors; `correction` is for a query without matches."""
        from roya_tui.query.completion import make_advice

        self.advice = make_advice(self.value, self.cursor_position, self.vocabulary, now)
        if correction is not None:
            self.advice = self.advice.with_correction(self.value, correction)
        self.faulty_span = self.advice.faulty_span
        first = next(iter(self.advice.candidates), None)
        completed = first.apply(self.value)[0].rstrip() if first and self.value and self.cursor_at_end else ""
        self._suggestion = completed if completed.startswith(self.value) else ""
        self.refresh()

    @property
    def completions(self) -> tuple[tuple[str, ...], int]:
        """The labels of the completions, and the index of the one that was inserted."""
        if self._inserted is not None and self._inserted[3] == self.value:
            return tuple(candidate.label for candidate in self._inserted[0].candidates), self._inserted[2]
        if self.value:
            return tuple(candidate.label for candidate in self.advice.candidates), 0
        width = self.screen.size.width  # the bar itself may not be laid out yet
        has_notes = width >= NOTES_FROM
        fields = [f"{field.label} {field.note}" if has_notes else field.label for field in self.advice.candidates]
        ends = accumulate(measure(field) + 2 for field in fields)
        return tuple(field for field, end in zip(fields, ends, strict=True) if end < width - KEY_CELLS), 0

    def action_take(self, by: int) -> None:
        is_inserted = self._inserted is not None and self._inserted[3] == self.value
        names, index = self.completions
        self.take((index + by) % len(names) if is_inserted else 0)

    def take(self, index: int) -> None:
        """Insert a completion, in place of the one inserted before."""
        advice, text = self.advice, self.value
        if self._inserted is not None and self._inserted[3] == self.value:
            advice, text, _, _ = self._inserted
        candidate = advice.candidates[index] if advice.candidates else advice.correction
        if candidate is None:
            return
        self.value, self.cursor_position = candidate.apply(text)
        can_cycle = advice.candidates and not candidate.text.endswith(":")
        self._inserted = (advice, text, index, self.value) if can_cycle else None
        self.post_message(self.CompletionChanged())

    def action_step(self, by: int) -> None:
        earlier = self.history.step(self.value, -by)
        if earlier is None:
            super().action_step(by)
        else:
            self.value = earlier
            self.cursor_position = len(earlier)


class TagBar(InputBar):
    """Filters the tags; `+` and `-` require or exclude the tag under the cursor."""

    BINDINGS: ClassVar = [
        Binding("+", "decide(True)", priority=True),
        Binding("-", "decide(False)", priority=True),
    ]

    class Decided(Message):
        """The tag under the cursor was required (`only`) or excluded."""

        def __init__(self, only: bool) -> None:
            self.only = only
            super().__init__()

    def action_decide(self, only: bool) -> None:
        self.post_message(self.Decided(only))
