"""A question with two answers, asked only where undo would not spare it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from roya_tui.layout.one_line import fit_sentence
from roya_tui.ui.cells import measure, shown
from roya_tui.ui.dialogs.dialog import Dialog


class Confirm(Dialog[bool]):
    """`question` in one line, `detail` of what follows, and the word for yes."""

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
            yield Static(Content(shown(words)), id="question")
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
