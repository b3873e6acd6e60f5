"""The command palette, safe for fast typing, with saved searches, folders, sources and themes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, cast

from textual.app import App, ComposeResult
from textual.await_complete import AwaitComplete
from textual.command import CommandInput, CommandList, CommandPalette, Hit, Hits, Provider
from textual.content import Content
from textual.events import Click
from textual.filter import LineFilter
from textual.markup import escape
from textual.widgets import Button, Input

from roya_tui.layout.one_line import fit_ltr_line
from roya_tui.text import fold
from roya_tui.translation import gettext, gettext_noop
from roya_tui.ui.dialogs.dialog import completed_await
from roya_tui.ui.widgets.cells import display_text, measure
from roya_tui.ui.widgets.sidebar import Sidebar
from roya_tui.ui.widgets.text_input import TextInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from roya_tui.ui.services import Services

_SCOPE_HELP = {
    "search": gettext_noop("Open this saved search"),
    "folder": gettext_noop("Open this folder"),
    "source": gettext_noop("Open this source"),
}
_MAX_SCOPES = 20
_MAX_WIDTH = 60


class HasScopes(Protocol):
    """A screen with a sidebar."""

    services: Services
    sidebar: Sidebar


class MainCommands(Provider):
    """Finds saved searches, folders, sources and themes by name."""

    async def search(self, query: str) -> Hits:
        for hit in (*self._find_scopes(query), *self._find_themes(query)):
            yield hit

    def _find_scopes(self, query: str) -> Iterator[Hit]:
        """Yield scopes whose folded names contain `query`, those that start with it first."""
        screen, text = cast("HasScopes", self.screen), fold(query.strip())
        names = [(fold(row.scope.title), row.scope) for row in screen.sidebar.model.scopes()] if text else []
        hits = [(not name.startswith(text), name, scope) for name, scope in names if text in name]
        match = self.matcher(text).match  # the same scores as for actions
        rtl, icons = screen.services.config.reading.rtl, screen.services.icons
        for is_inside, name, scope in sorted(hits, key=lambda hit: hit[0])[:_MAX_SCOPES]:
            title = display_text(fit_ltr_line(scope.title, _MAX_WIDTH, measure, rtl, icons.ellipsis))
            score = match(name) + (not is_inside)
            go_to = partial(screen.sidebar.post_message, Sidebar.ScopeChosen(scope))
            # Names and messages are not markup.
            yield Hit(score, Content(title), go_to, scope.title, escape(gettext(_SCOPE_HELP[scope.kind])))

    def _find_themes(self, query: str) -> Iterator[Hit]:
        matcher, app = self.matcher(query), self.app
        for name in app.available_themes:
            title = escape(gettext("Change theme: {name}", name=name.replace("-", " ").title()))
            if (score := matcher.match(title)) > 0:
                change, help = partial(setattr, app, "theme", name), escape(gettext("Look"))
                yield Hit(score, matcher.highlight(title), change, title, help)


class PaletteInput(CommandInput, TextInput):  # in this order: Textual looks for styles along the first base class
    """The input of the palette."""

    def __init__(self, rtl: str, placeholder: str) -> None:
        super().__init__(rtl=rtl, placeholder=placeholder, select_on_focus=False)


class PaletteList(CommandList):
    """The list of commands in the palette."""

    async def _on_click(self, event: Click) -> None:
        row = event.style.meta.get("option")
        if row is not None and row >= self.option_count:  # it has been removed: Textual would crash
            event.prevent_default()


class Palette(CommandPalette):
    """Textual's palette without its crashes when keys and clicks are fast."""

    def __init__(self, rtl: str, **options: Any) -> None:
        super().__init__(**options)
        self._rtl = rtl

    def compose(self) -> ComposeResult:
        for widget in super().compose():
            match widget:
                case CommandInput():
                    yield PaletteInput(self._rtl, self._placeholder)
                case CommandList():
                    yield PaletteList()
                case _:
                    yield widget

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Leave the screen behind the palette dim; this does not apply to the palette's widgets."""
        return App.get_line_filters(self.app)

    def dismiss(self, result: object = None) -> AwaitComplete:
        return super().dismiss(result) if self.is_current else completed_await()  # type: ignore[arg-type]

    def _select_or_command(self, event: Input.Submitted | Button.Pressed | None = None) -> None:
        if self.is_current:  # a second enter would run the command again
            super()._select_or_command(event)

    def _action_command_list(self, action: str) -> None:
        if self.query_one(CommandList).size:  # before its first layout the list has no rows
            super()._action_command_list(action)
