"""The first and last line of every screen, and the base class of full screens."""

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
from roya_tui.layout.one_line import fit_ltr_line, fit_marked_line, fit_sentence
from roya_tui.layout.styled_text import Mark
from roya_tui.store.connection import StoreError
from roya_tui.translation import gettext
from roya_tui.ui import action_table
from roya_tui.ui.database import Interrupted
from roya_tui.ui.widgets.cells import display_text, measure

MESSAGE_SECONDS = 8.0
"""Seconds that a message is shown before the key hints return."""


class TopLine(Widget):
    """The app's name, the counts, and the state of the refresh or of the network."""

    DEFAULT_CSS = "TopLine { height: 1; width: 1fr; }"

    counts: reactive[str] = reactive("")
    work: reactive[str] = reactive("")
    network: reactive[str] = reactive("")
    """The state of the network, shown while no refresh runs."""

    def render(self) -> Content:
        left = Content.assemble((" Roya TUI ", "bold $accent"), ("   " + self.counts, "$foreground 75%"))
        right = Content.styled((self.work or self.network) + " ", "$secondary")
        gap = self.size.width - left.cell_length - right.cell_length
        if gap < 1:  # leave out the app's name
            words = fit_ltr_line(self.counts, max(1, self.size.width - right.cell_length - 2), measure)
            left = Content.styled(f" {display_text(words)}", "$foreground 75%")
            gap = max(1, self.size.width - left.cell_length - right.cell_length)
        return Content.assemble(left, " " * gap, right)


class BottomLine(Widget):
    """Key hints, and for some seconds a message."""

    DEFAULT_CSS = "BottomLine { height: 1; width: 1fr; }"

    message: reactive[str] = reactive("", always_update=True)
    """Notifies watchers even if the text is the same, since the database has changed again."""
    tip: reactive[str] = reactive("")
    """A notice that stays until it is cleared, such as new articles."""
    completions: reactive[tuple[str, ...]] = reactive[tuple[str, ...]](())
    """Completions for the search bar."""
    completion_index: reactive[int] = reactive(0)
    """The completion that tab inserts next or has inserted."""
    hints: reactive[Sequence[tuple[str, str]]] = reactive[Sequence[tuple[str, str]]](())
    """Keys and what they do; the first pair is always shown, last in the line."""
    shows_hints: reactive[bool] = reactive(True)
    """False while a dialog is open, which shows its own keys."""

    def __init__(self, hints: Sequence[tuple[str, str]], rtl: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.set_reactive(BottomLine.hints, hints)
        self._rtl = rtl
        self._timer: Timer | None = None

    def show_message(self, sentence: str, seconds: float = MESSAGE_SECONDS) -> None:
        """Show `sentence` for some seconds."""
        if self._timer is not None:
            self._timer.stop()
        self.message = sentence
        self._timer = self.set_timer(seconds, self.clear_message)

    def clear_message(self) -> None:
        """Show the key hints again."""
        self.message = ""

    def render(self) -> Content:
        tip = Content.styled(f" {self.tip} ", "bold $accent") if self.tip else Content("")
        if self.message and not self.completions and measure(self.message) > self.size.width - tip.cell_length - 2:
            tip = Content("")  # it returns with the key hints
        room = self.size.width - tip.cell_length
        if self.completions:
            left = self._fit_completions(room)
        elif self.message:
            words = fit_sentence(self.message, max(10, room - 2), measure, self._rtl)
            left = Content.styled(f" {display_text(words)} ", "bold")
        else:
            left = self._fit_hints(room) if self.shows_hints else Content("")
        return Content.assemble(left, " " * max(0, room - left.cell_length), tip)

    def _fit_completions(self, room: int) -> Content:
        """Return as many completions as fit, the current one first."""
        key = Content.styled(" tab ", "bold $primary")
        row = join_isolated(
            (*self.completions[self.completion_index :], *self.completions[: self.completion_index]), "  "
        )
        first = Mark(0, row.index("  ") if len(self.completions) > 1 else len(row), "first")
        line = fit_marked_line(row, max(10, room - key.cell_length), measure, [first], self._rtl, force_ltr=True)
        parts = ((display_text(run.text), "bold $accent" if run.style else "$foreground 75%") for run in line.runs)
        return Content.assemble(key, *parts)

    def _fit_hints(self, room: int) -> Content:
        """Return as many hints as fit, and always the first."""
        if not self.hints:
            return Content("")
        required, *optional = (_format_hint(key, word) for key, word in self.hints)
        room -= required.cell_length
        fitting = []
        for hint in optional:
            room -= hint.cell_length
            if room < 0:
                break
            fitting.append(hint)
        return Content.assemble(*fitting, required)


def _format_hint(key: str, word: str) -> Content:
    return Content.assemble((f" {key}", "bold $primary"), (f" {word} ", "$foreground 70%"))


class TooSmall(Static):
    """Shown instead of everything else in a window that is too small."""

    def __init__(self) -> None:
        super().__init__(gettext("This window is too small. Use at least 40 columns and 12 lines."), id="too-small")


class BaseScreen(Screen[None]):
    """A full screen that shows database errors in its last line."""

    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (40, "-narrow"), (80, "-medium"), (120, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (12, "-high")]

    bottom: BottomLine

    @property
    def commands(self) -> Sequence[action_table.Action]:
        """The actions that the palette offers."""
        return ()

    def call_of(self, action: action_table.Action) -> str:
        """Return the method name with which the palette runs an action."""
        return action.method_name

    def on_screen_suspend(self) -> None:
        self.bottom.shows_hints = False

    def on_screen_resume(self) -> None:
        self.bottom.shows_hints = True

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable actions that would take text keys while the user types."""
        if action == "do":
            action = str(parameters[0]).replace("-", "_")
        return action not in action_table.INPUT_METHODS or not isinstance(self.focused, Input)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show database errors, ignore interrupted queries, raise other exceptions as bugs."""
        error = event.worker.error if event.state is WorkerState.ERROR else None
        if isinstance(error, StoreError):
            self.show_failure(error)
        elif isinstance(error, Exception) and not isinstance(error, Interrupted):
            self.app._handle_exception(error)

    def show_failure(self, error: StoreError) -> None:
        """Show a database error in the last line."""
        self.bottom.show_message(error.short, 20)
