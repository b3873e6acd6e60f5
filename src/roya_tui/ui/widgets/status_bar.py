"""The first and last line of every screen, and the base class of full screens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.style import Style
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input
from textual.worker import Worker, WorkerState

from roya_tui.layout.bidi.controls import is_rtl_line, join_isolated
from roya_tui.layout.one_line import fit_marked_line
from roya_tui.layout.styled_text import Mark
from roya_tui.presentation.key_hints import find_in_sentence
from roya_tui.presentation.pane_layout import MEDIUM, WIDE
from roya_tui.store.connection import StoreError
from roya_tui.translation import gettext
from roya_tui.ui import action_table
from roya_tui.ui.database import Interrupted
from roya_tui.ui.widgets.cells import display_text, measure
from roya_tui.ui.widgets.interface_text import InterfaceText, draw_label, draw_sentence
from roya_tui.ui.widgets.key_buttons import assemble, button, key_button, label_button

if TYPE_CHECKING:
    from roya_tui.layout.lines import Run

_COMPLETION = "completion"
"""Metadata key of a completion's number in its style."""
MESSAGE_SECONDS = 8.0
"""Seconds that a message is shown before the key hints return."""


class WayBack(NamedTuple):
    """A button for a pane or screen that is hidden: its text, and the labels of the keys that lead there."""

    text: str = ""
    keys: tuple[str, ...] = ()


class TopLine(Widget):
    """The app's name, the counts, and the state of the refresh or of the network."""

    DEFAULT_CSS = "TopLine { height: 1; width: 1fr; }"

    def __init__(self, rtl: str) -> None:
        super().__init__()
        self._rtl = rtl

    counts: reactive[str] = reactive("")
    work: reactive[str] = reactive("")
    playing: reactive[tuple[str, str]] = reactive(("", ""))
    """Where the recording is that plays, and its title, which is left out where it has no room."""
    download: reactive[str] = reactive("")
    """The progress of downloads."""
    network: reactive[str] = reactive("")
    """The state of the network, shown while no refresh runs."""
    pending: reactive[str] = reactive("")
    """How many changes wait for a sync, shown while no refresh runs and where it has room."""
    way: reactive[WayBack] = reactive(WayBack())

    def render(self) -> Content:
        way = Content("")
        if self.way.text:
            text = draw_label(f" {self.way.text} ", self._rtl)
            way = label_button(Content.styled(text, "bold $primary"), self.way.keys)
        width = self.size.width - way.cell_length
        name, counts = Content.styled(" Roya TUI ", "bold $accent"), draw_label(self.counts, self._rtl)
        left = assemble(name, *(Content.styled(text, "$foreground 75%") for text in ("   ", counts)))
        states = [*filter(None, (self.download, self.work or self.network))]
        if self.pending and not self.work:
            longer = "  ".join((*states, self.pending))
            states = [longer] if measure(longer) < width - left.cell_length - 2 else states
        state = draw_label("  ".join(states), self._rtl)
        right = assemble(*(Content.styled(text, "$secondary") for text in (state, " ")))
        if self.playing[0]:
            room = width - left.cell_length - right.cell_length - 4
            titled = draw_label(" ".join(self.playing), self._rtl, room) if room > len(self.playing[0]) + 10 else ""
            playing = titled or draw_label(self.playing[0], self._rtl)
            right = assemble(Content.styled(playing, "$accent"), Content("  " if state else ""), right)
        gap = width - left.cell_length - right.cell_length
        if gap < 1:  # leave out the app's name
            words = draw_label(self.counts, self._rtl, max(1, width - right.cell_length - 2))
            left = assemble(*(Content.styled(text, "$foreground 75%") for text in (" ", words)))
            gap = max(1, width - left.cell_length - right.cell_length)
        return assemble(way, left, Content(" " * gap), right)


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

    def __init__(
        self, hints: Sequence[tuple[str, str]], rtl: str, take_completion: Callable[[int], None] = lambda _: None
    ) -> None:
        """`take_completion` inserts the completion that was clicked, by its number."""
        super().__init__()
        self._take_completion = take_completion
        self.set_reactive(BottomLine.hints, hints)
        self._rtl = rtl
        self._timer: Timer | None = None
        self._message_has_keys = True

    def show_message(self, sentence: str, seconds: float = MESSAGE_SECONDS, *, has_keys: bool = True) -> None:
        """Show `sentence` for some seconds. `has_keys` is False if it has text from a feed that is not in quotes."""
        self._message_has_keys = has_keys
        if self._timer is not None:
            self._timer.stop()
        self.message = sentence
        self._timer = self.set_timer(seconds, self.clear_message)

    def clear_message(self) -> None:
        """Show the key hints again."""
        self.message = ""

    def render(self) -> Content:
        tip = Content("")
        if self.tip:
            keys = (key for hint in find_in_sentence(self.tip) for key in hint.keys)
            tip = button(Content.styled(draw_label(f" {self.tip} ", self._rtl), "bold $accent"), *keys)
        if self.message and not self.completions and measure(self.message) > self.size.width - tip.cell_length - 2:
            tip = Content("")  # it returns with the key hints
        room = self.size.width - tip.cell_length
        if self.completions:
            left = self._fit_completions(room)
        elif self.message:
            width, has_keys = max(10, room - 2), self._message_has_keys
            line = draw_sentence(self.message, width, self._rtl, "bold", has_keys=has_keys)
            left = Content.assemble(" ", line, " ")
        else:
            left = self._fit_hints(room) if self.shows_hints else Content("")
        return assemble(left, Content(" " * max(0, room - left.cell_length)), tip)

    def _fit_completions(self, room: int) -> Content:
        """Return as many completions as fit, the current one first."""
        key = button(Content.styled(" tab ", "bold $primary"), "tab")
        done = _format_hint(*self.hints[0], self._rtl) if self.hints else Content("")
        room -= done.cell_length
        numbers = [*range(len(self.completions))[self.completion_index :], *range(self.completion_index)]
        row = join_isolated([self.completions[number] for number in numbers], "  ")
        marks, end = [], 0
        for number in numbers:
            start = row.index(self.completions[number], end)
            end = start + len(self.completions[number])
            marks.append(Mark(start, end, str(number)))
        line = fit_marked_line(row, max(10, room - key.cell_length), measure, marks, self._rtl, is_rtl=is_rtl_line(row))
        left = assemble(key, Content.assemble(*map(self._format_completion, line.runs)))
        return assemble(left, Content(" " * max(1, room - left.cell_length)), done)

    def _format_completion(self, run: Run) -> Content:
        """Return a completion, which a click inserts, or the blanks between two."""
        is_first = run.style == str(self.completion_index)
        words = Content.styled(display_text(run.text), "bold $accent" if is_first else "$foreground 75%")
        return words.stylize(Style.from_meta({_COMPLETION: int(run.style)})) if run.style else words

    def on_click(self, event: events.Click) -> None:
        """Insert the completion that was clicked, or show the key hints in place of a message."""
        if not self.completions:
            self.clear_message()
        elif (number := event.style.meta.get(_COMPLETION)) is not None:
            self._take_completion(number)

    def _fit_hints(self, room: int) -> Content:
        """Return as many hints as fit, and always the first."""
        if not self.hints:
            return Content("")
        required, *optional = (_format_hint(key, word, self._rtl) for key, word in self.hints)
        room -= required.cell_length
        fitting = []
        for hint in optional:
            room -= hint.cell_length
            if room < 0:
                break
            fitting.append(hint)
        return assemble(*fitting, required)


@lru_cache(256)  # hints may change with every key
def _format_hint(key: str, word: str, rtl: str) -> Content:
    return assemble(Content(" "), key_button(key, Content.styled(draw_label(f" {word} ", rtl), "$foreground 70%")))


def available_actions(screen: Screen[Any]) -> frozenset[str]:
    """Return the actions whose keys work where the focus is."""
    bindings = (active.binding for active in screen.active_bindings.values() if active.enabled)
    return frozenset(binding.id for binding in bindings if binding.id)


class TooSmall(InterfaceText):
    """Shown instead of everything else in a window that is too small."""

    def __init__(self, rtl: str) -> None:
        text = gettext("This window is too small. Use at least 40 columns and 12 lines.")
        super().__init__(text, rtl=rtl, id="too-small")


class BaseScreen(Screen[None]):
    """A full screen that shows database errors in its last line."""

    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (40, "-narrow"), (MEDIUM, "-medium"), (WIDE, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (12, "-high")]

    bottom: BottomLine
    menu: Callable[[frozenset[str], bool], list[tuple[action_table.Action, str]]]
    """Returns the actions for what was clicked, of those that are available, and their labels. The second argument is
    whether a link was clicked."""

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
