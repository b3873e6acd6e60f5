"""What frames every screen. The first line: what there is, what goes on. The last: what keys do, what just happened."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static
from textual.worker import Worker, WorkerState

from roya_tui.layout.bidi.controls import join_isolated
from roya_tui.layout.one_line import fit_marked_line, fit_sentence
from roya_tui.layout.styled_text import Mark
from roya_tui.store.connection import StoreError
from roya_tui.ui import action_table
from roya_tui.ui.database import Interrupted
from roya_tui.ui.widgets.cells import display_text, measure

MESSAGE_SECONDS = 8.0
"""Seconds that a sentence stays before the keys come back."""


class TopLine(Widget):
    """The program's name, the counts, and what the refresh does or what keeps it from its work."""

    DEFAULT_CSS = "TopLine { height: 1; width: 1fr; }"

    counts: reactive[str] = reactive("")
    work: reactive[str] = reactive("")
    network: reactive[str] = reactive("")
    """What to know of the network while no refresh is at work."""

    def render(self) -> Content:
        left = Content.assemble((" Roya TUI ", "bold $accent"), ("   " + self.counts, "$foreground 75%"))
        right = Content.styled((self.work or self.network) + " ", "$secondary")
        gap = self.size.width - left.cell_length - right.cell_length
        if gap < 1:
            left = Content.styled(" Roya ", "bold $accent")
            gap = max(1, self.size.width - left.cell_length - right.cell_length)
        return Content.assemble(left, " " * gap, right)


class BottomLine(Widget):
    """What keys do here; for some seconds, what just happened."""

    DEFAULT_CSS = "BottomLine { height: 1; width: 1fr; }"

    message: reactive[str] = reactive("", always_update=True)
    """Heard each time, also where it is the same again: the store is not."""
    tip: reactive[str] = reactive("")
    """A sentence that stays until it is taken away: new articles."""
    completions: reactive[tuple[str, ...]] = reactive[tuple[str, ...]](())
    """What may be written in the line above; `chosen` is which of it tab writes next, or wrote."""
    completion_index: reactive[int] = reactive(0)
    hints: reactive[Sequence[tuple[str, str]]] = reactive[Sequence[tuple[str, str]]](())
    """Keys and words; the first pair is shown last and in any case."""

    def __init__(self, hints: Sequence[tuple[str, str]], rtl: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.set_reactive(BottomLine.hints, hints)
        self._rtl = rtl
        self._timer: Timer | None = None

    def show_message(self, sentence: str, seconds: float = MESSAGE_SECONDS) -> None:
        """Show `sentence`, and the keys again after a while."""
        if self._timer is not None:
            self._timer.stop()
        self.message = sentence
        self._timer = self.set_timer(seconds, self.clear_message)

    def clear_message(self) -> None:
        """Let the keys be seen again."""
        self.message = ""

    def render(self) -> Content:
        tip = Content.styled(f" {self.tip} ", "bold $accent") if self.tip else Content("")
        if self.message and not self.completions and measure(self.message) > self.size.width - tip.cell_length - 2:
            tip = Content("")  # it comes back with the keys
        room = self.size.width - tip.cell_length
        if self.completions:
            left = self._fit_completions(room)
        elif self.message:
            words = fit_sentence(self.message, max(10, room - 2), measure, self._rtl)
            left = Content.styled(f" {display_text(words)} ", "bold")
        else:
            left = self._fit_hints(room)
        return Content.assemble(left, " " * max(0, room - left.cell_length), tip)

    def _fit_completions(self, room: int) -> Content:
        """As many offers as there is room for, the chosen one first."""
        key = Content.styled(" tab ", "bold $primary")
        row = join_isolated(
            (*self.completions[self.completion_index :], *self.completions[: self.completion_index]), "  "
        )
        first = Mark(0, row.index("  ") if len(self.completions) > 1 else len(row), "first")
        line = fit_marked_line(row, max(10, room - key.cell_length), measure, [first], self._rtl, force_ltr=True)
        parts = ((display_text(run.text), "bold $accent" if run.style else "$foreground 75%") for run in line.runs)
        return Content.assemble(key, *parts)

    def _fit_hints(self, room: int) -> Content:
        """As many hints as there is room for, help in any case."""
        if not self.hints:
            return Content("")
        always, *others = (_format_hint(key, word) for key, word in self.hints)
        room -= always.cell_length
        kept = []
        for hint in others:
            room -= hint.cell_length
            if room < 0:
                break
            kept.append(hint)
        return Content.assemble(*kept, always)


def _format_hint(key: str, word: str) -> Content:
    return Content.assemble((f" {key}", "bold $primary"), (f" {word} ", "$foreground 70%"))


class TooSmall(Static):
    """Stands in a window where nothing else has room."""

    def __init__(self) -> None:
        super().__init__("This window is too small for the news: 40 columns and 12 lines are enough.", id="too-small")


class BaseScreen(Screen[None]):
    """A screen in all of the window. What it could not do is told in its last line."""

    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (40, "-narrow"), (80, "-medium"), (120, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (12, "-high")]

    bottom: BottomLine

    @property
    def commands(self) -> Sequence[action_table.Action]:
        """The actions that the palette offers."""
        return ()

    def call_of(self, action: action_table.Action) -> str:
        """Return the call by which the palette runs an action."""
        return action.method_name

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While the user types, keys are text."""
        if action == "do":
            action = str(parameters[0]).replace("-", "_")
        return action not in action_table.INPUT_METHODS or not isinstance(self.focused, Input)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What the store could not do is told; what another question interrupted, not; the rest is our mistake."""
        error = event.worker.error if event.state is WorkerState.ERROR else None
        if isinstance(error, StoreError):
            self.show_failure(error)
        elif isinstance(error, Exception) and not isinstance(error, Interrupted):
            self.app._handle_exception(error)

    def show_failure(self, error: StoreError) -> None:
        """Say what the store could not do."""
        self.bottom.show_message(error.short, 20)
