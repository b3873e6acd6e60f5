"""Short dialogs: a line of text, a confirmation, a link number."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widgets import Button, Input, Static

from roya_tui.layout.one_line import fit_sentence
from roya_tui.ui.dialogs.dialog import Dialog, DialogText
from roya_tui.ui.widgets.cells import display_text, measure
from roya_tui.ui.widgets.text_input import TextInput

T = TypeVar("T")
_MAX_TITLE = 66
"""Maximum columns of a title."""


class TextPrompt(Dialog[None], Generic[T]):
    """Saves the result of `parse`; shows its ValueError and stays open. Escape discards."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "Back")]

    def __init__(
        self,
        title: str,
        hint: str,
        value: str,
        parse: Callable[[str], T],
        save: Callable[[T], Coroutine[Any, Any, None]],
        rtl: str,
        *,
        suggestions: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self._write = save
        self._title = title
        self._hint = hint
        self._value = value
        self._parse = parse
        self._rtl = rtl
        self._suggestions = suggestions

    def compose(self) -> ComposeResult:
        suggester = SuggestFromList(self._suggestions, case_sensitive=False) if self._suggestions else None
        with Vertical() as box:
            room = min(_MAX_TITLE, self.app.size.width - 10)
            box.border_title = Content(display_text(fit_sentence(self._title, room, measure, self._rtl)))
            box.border_subtitle = "enter keeps it, esc goes back"
            yield TextInput(self._value, rtl=self._rtl, suggester=suggester)
            yield DialogText(self._rtl, self._hint)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        try:
            value = self._parse(event.value.strip())
        except ValueError as error:
            self.query_one(DialogText).show_text(str(error))
        else:
            self.save(self._write(value))


class Confirm(Dialog[bool]):
    """A question with a line of detail, and buttons for yes and no."""

    BINDINGS: ClassVar = [
        ("y", "answer(True)", "Yes"),
        ("n,escape,q", "answer(False)", "No"),
        ("left,right,h,l", "app.focus_next", "Other answer"),
    ]

    DEFAULT_CSS = """
    Confirm > Vertical { width: 60; max-width: 94%; }
    Confirm #question { text-style: bold; margin: 1 0; }
    Confirm Horizontal { height: auto; align-horizontal: right; margin-top: 1; }
    Confirm Button { margin-left: 1; min-width: 10; }
    """

    def __init__(self, question: str, detail: str, yes: str, rtl: str) -> None:
        super().__init__()
        self._rtl = rtl
        self._question = question
        self._detail = detail
        self._yes = yes

    def compose(self) -> ComposeResult:
        words = fit_sentence(self._question, min(54, self.app.size.width - 10), measure, self._rtl)
        with Vertical():
            yield Static(Content(display_text(words)), id="question")
            yield Static(Content(self._detail))
            with Horizontal():
                yield Button("Keep (n)", id="no", compact=True)
                yield Button(f"{self._yes} (y)", id="yes", variant="warning", compact=True)

    def on_mount(self) -> None:
        self.query_one("#yes", Button).focus()

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")


class LinkNumber(Dialog[int]):
    """Asks for a number from 1 to `last`; returns 0 if it was canceled."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(0)", "Back")]

    DEFAULT_CSS = """
    LinkNumber Input { width: 40; max-width: 96%; border: round $accent; background: $surface; }
    LinkNumber Input:focus { border: round $accent; }
    """

    def __init__(self, last: int) -> None:
        super().__init__()
        self._last = last

    def compose(self) -> ComposeResult:
        number = Input(type="integer", max_length=5, restrict=r"\d*")
        number.border_title = f"Link 1 to {self._last}"
        number.border_subtitle = "enter goes there, esc goes back"
        yield number

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        self.dismiss(int(event.value or 0))
