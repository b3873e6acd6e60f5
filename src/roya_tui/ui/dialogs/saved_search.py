"""The dialog that edits a saved search: its name, query and icon."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from roya_tui.model import SEARCH_ICONS
from roya_tui.ui.dialogs.dialog import Dialog, DialogText
from roya_tui.ui.widgets.text_input import TextInput

SavedSearchInput = tuple[str, str, str]
"""Name, query and icon."""


class SavedSearchDialog(Dialog[None]):
    """Saves a saved search; shows the error that `validate` returns and stays open."""

    about = "the saved search"

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss(None)", "Back"),
        Binding("tab,down", "app.focus_next", "Next", priority=True),  # not deferred: the next key is for that line
        Binding("shift+tab,up", "app.focus_previous", "Previous", priority=True),
    ]

    DEFAULT_CSS = """
    SavedSearchDialog Static { height: auto; color: $foreground 80%; }
    SavedSearchDialog Input { border: none; height: 1; padding: 0; margin: 0 0 1 0; background: $panel; }
    SavedSearchDialog Input:focus { border: none; background: $primary 28%; }
    """

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
        super().__init__()
        self._write = save
        self._title = title
        self._search = search
        self._validate = validate
        self._rtl = rtl
        self._ascii = ascii

    def compose(self) -> ComposeResult:
        name, query, icon = self._search
        labels = [f"{variants[self._ascii]} {word}" for word, variants in SEARCH_ICONS.items()]
        rows = "\n      ".join("  ".join(labels[n : n + 4]) for n in range(0, len(labels), 4))
        with Vertical() as box:
            box.border_title = Content(self._title)
            box.border_subtitle = "enter saves it, tab goes on, esc goes back"
            yield Static("Name")
            yield TextInput(name, rtl=self._rtl, id="name")
            yield Static("Query: what it shows")
            yield TextInput(query, rtl=self._rtl, id="query", select_on_focus=False)
            yield Static(Content(f"Sign: {rows}"))
            yield TextInput(
                icon, rtl=self._rtl, id="icon", suggester=SuggestFromList(SEARCH_ICONS, case_sensitive=False)
            )
            yield DialogText(self._rtl)

    def on_mount(self) -> None:
        self.query_one("#name").focus()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        name, query, icon = (self.query_one(f"#{part}", Input).value.strip() for part in ("name", "query", "icon"))
        search = (name, query, icon.casefold())
        problem = self._validate(search)
        if icon and icon.casefold() not in SEARCH_ICONS:
            problem = f"“{icon}” is none of the signs."
        if problem:
            self.query_one(DialogText).show_text(problem)
        else:
            self.save(self._write(search))
