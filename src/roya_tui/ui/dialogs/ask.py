"""One line to type in, for whatever a screen wants to know."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widgets import Input

from roya_tui.layout.one_line import fit_sentence
from roya_tui.ui.cells import measure, shown
from roya_tui.ui.dialogs.dialog import Dialog, Told
from roya_tui.ui.text_line import TextLine

T = TypeVar("T")
_TITLE = 66
"""Columns of a title at most."""


class Ask(Dialog[None], Generic[T]):
    """Saves what `read` makes of the line; escape discards it.

    Shows what `read` raises as ValueError and stays open.
    """

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "Back")]

    def __init__(
        self,
        title: str,
        hint: str,
        value: str,
        read: Callable[[str], T],
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
        self._read = read
        self._rtl = rtl
        self._suggestions = suggestions

    def compose(self) -> ComposeResult:
        suggester = SuggestFromList(self._suggestions, case_sensitive=False) if self._suggestions else None
        with Vertical() as box:
            room = min(_TITLE, self.app.size.width - 10)
            box.border_title = Content(shown(fit_sentence(self._title, room, measure, self._rtl)))
            box.border_subtitle = "enter keeps it, esc goes back"
            yield TextLine(self._value, rtl=self._rtl, suggester=suggester)
            yield Told(self._rtl, self._hint)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        try:
            answer = self._read(event.value.strip())
        except ValueError as error:
            self.query_one(Told).tell(str(error))
        else:
            self.save(self._write(answer))
