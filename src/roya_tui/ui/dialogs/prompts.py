"""Dialogs that ask for lines of text, for a confirmation or for a link number."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from roya_tui.layout.bidi.controls import isolate
from roya_tui.model import SEARCH_ICONS
from roya_tui.translation import gettext, gettext_noop, is_right_to_left
from roya_tui.ui.dialogs.dialog import Dialog, DialogText
from roya_tui.ui.widgets.cells import measure
from roya_tui.ui.widgets.interface_text import InterfaceText, draw_hints, draw_label
from roya_tui.ui.widgets.text_input import TextInput

T = TypeVar("T")
QUERY_EXAMPLE = "tag:economy is:unread"
_MAX_TITLE = 66
"""Maximum columns of a title."""


class TextPrompt(Dialog[None], Generic[T]):
    """Saves the result of `parse`; shows its ValueError and stays open. Escape discards."""

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
        super().__init__(rtl)
        self._write = save
        self._title = title
        self._hint = hint
        self._value = value
        self._parse = parse
        self._suggestions = suggestions

    def compose(self) -> ComposeResult:
        suggester = SuggestFromList(self._suggestions, case_sensitive=False) if self._suggestions else None
        with Vertical() as box:
            box.border_title = self._fit(self._title, min(_MAX_TITLE, self.app.size.width - 10))
            box.border_subtitle = draw_hints(gettext("enter save   esc cancel"), self._rtl)
            yield TextInput(self._value, rtl=self._rtl, suggester=suggester)
            yield DialogText(self._rtl, self._hint)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        try:
            value = self._parse(event.value.strip())
        except ValueError as error:
            self._show_text(str(error))
        else:
            self.save(self._write(value))


class FormDialog(Dialog[None], Generic[T]):
    """Saves what is typed in several lines; shows the error in it and stays open."""

    key_help: ClassVar[str] = gettext_noop("enter save   tab next   esc cancel")

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,down", "app.focus_next", priority=True),  # not deferred: the next key is for that line
        Binding("shift+tab,up", "app.focus_previous", priority=True),
    ]

    DEFAULT_CSS = """
    FormDialog Static { height: auto; color: $foreground 80%; }
    FormDialog Input { border: none; height: 1; padding: 0; background: $panel; }
    FormDialog Input:focus { border: none; background: $primary 28%; }
    """

    def __init__(
        self, title: str, validate: Callable[[T], str], save: Callable[[T], Coroutine[Any, Any, None]], rtl: str
    ) -> None:
        """`validate` returns an error, or ""."""
        super().__init__(rtl)
        self._title = title
        self._validate = validate
        self._write = save

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(draw_label(self._title, self._rtl))
            box.border_subtitle = draw_hints(gettext(self.key_help), self._rtl)
            yield from self.fields()
            yield DialogText(self._rtl)

    @abstractmethod
    def fields(self) -> Iterable[Widget]:
        """Yield the labels and the lines."""

    @abstractmethod
    def read(self) -> T:
        """Return what was typed. Raises ValueError, with the line focused, if it is invalid."""

    def value(self, field: str) -> str:
        """Return the text of a line, by its id."""
        return self.query_one(f"#{field}", Input).value.strip()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            value = self.read()
            problem = self._validate(value)
        except ValueError as error:
            problem = str(error)
        if problem:
            self._show_text(problem)
        else:
            self.save(self._write(value))


SavedSearchInput = tuple[str, str, str]
"""Name, query and icon."""


class SavedSearchDialog(FormDialog[SavedSearchInput]):
    """Asks for the name, the query and the icon of a saved search."""

    DEFAULT_CSS = "SavedSearchDialog Input { margin: 0 0 1 0; }"

    def __init__(
        self,
        title: str,
        search: SavedSearchInput,
        validate: Callable[[SavedSearchInput], str],
        save: Callable[[SavedSearchInput], Coroutine[Any, Any, None]],
        rtl: str,
        *,
        ascii: bool,
    ) -> None:
        super().__init__(title, validate, save, rtl)
        self._search = search
        self._ascii = ascii

    def fields(self) -> Iterable[Widget]:
        name, query, icon = self._search
        labels = [isolate(f"{variants[self._ascii]} {word}") for word, variants in SEARCH_ICONS.items()]
        label, blank = gettext("Icon:") + " ", "\u00a0" if is_right_to_left() else " "
        rows = f"\n{blank * measure(label)}".join("  ".join(labels[n : n + 4]) for n in range(0, len(labels), 4))
        yield InterfaceText(gettext("Name"), rtl=self._rtl)
        yield TextInput(name, rtl=self._rtl, id="name")
        yield InterfaceText(gettext("Query, such as {example}", example=QUERY_EXAMPLE), rtl=self._rtl)
        yield TextInput(query, rtl=self._rtl, id="query", select_on_focus=False)
        yield InterfaceText(label + rows, rtl=self._rtl)
        yield TextInput(icon, rtl=self._rtl, id="icon", suggester=SuggestFromList(SEARCH_ICONS, case_sensitive=False))

    def on_mount(self) -> None:
        self.query_one("#name").focus()

    def read(self) -> SavedSearchInput:
        icon = self.value("icon")
        if icon and icon.casefold() not in SEARCH_ICONS:
            raise ValueError(gettext("“{icon}” is not an icon. Type one of the names above.", icon=icon))
        return self.value("name"), self.value("query"), icon.casefold()


class Confirm(Dialog[bool]):
    """A question with a line of detail, and buttons for yes and no."""

    BINDINGS: ClassVar = [
        ("y", "answer(True)"),
        ("n,escape,q", "answer(False)"),
        ("left,right,h,l", "app.focus_next"),
    ]

    DEFAULT_CSS = """
    Confirm > Vertical { width: 60; max-width: 94%; }
    Confirm #question { text-style: bold; margin: 1 0; }
    Confirm Horizontal { height: auto; align-horizontal: right; margin-top: 1; }
    Confirm Button { margin-left: 1; min-width: 10; }
    """

    def __init__(self, question: str, detail: str, yes: str, rtl: str) -> None:
        """`yes` is the text of the button, with its key, "(y)"."""
        super().__init__(rtl)
        self._question = question
        self._detail = detail
        self._yes = yes

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(self._fit(self._question, min(54, self.app.size.width - 10)), id="question")
            yield InterfaceText(self._detail, rtl=self._rtl)
            with Horizontal():
                no = Button(draw_label(gettext("Cancel (n)"), self._rtl), id="no", compact=True)
                yes = Button(draw_label(self._yes, self._rtl), id="yes", variant="warning", compact=True)
                yield from (yes, no) if is_right_to_left() else (no, yes)

    def on_mount(self) -> None:
        self.query_one("#yes", Button).focus()

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")


class LinkNumber(Dialog[int]):
    """Asks for a number from 1 to `last`; returns None if it was canceled."""

    DEFAULT_CSS = """
    LinkNumber Input { width: 40; max-width: 96%; border: round $accent; background: $surface; }
    LinkNumber Input:focus { border: round $accent; }
    """

    def __init__(self, last: int, rtl: str) -> None:
        super().__init__(rtl)
        self._last = last

    def compose(self) -> ComposeResult:
        number = TextInput(rtl=self._rtl, type="integer", max_length=5, restrict=r"\d*")
        number.border_title = Content(draw_label(gettext("Link 1 to {last}", last=self._last), self._rtl))
        number.border_subtitle = draw_hints(gettext("enter go   esc cancel"), self._rtl)
        yield number

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        self.dismiss(int(event.value or 0))
