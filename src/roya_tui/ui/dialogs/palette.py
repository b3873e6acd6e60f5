"""The command palette, safe for fast typing, with saved searches, folders, sources and themes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, cast

from textual import on
from textual.app import App, ComposeResult
from textual.await_complete import AwaitComplete
from textual.command import Command, CommandInput, CommandList, CommandPalette, Hit, Hits, Provider
from textual.content import Content
from textual.events import Click
from textual.filter import LineFilter
from textual.markup import escape
from textual.theme import Theme
from textual.visual import Visual
from textual.widgets import Button, Input
from textual.widgets.option_list import Option

from roya_tui.layout.one_line import clip, fit_interface_line
from roya_tui.text import fold
from roya_tui.translation import gettext, gettext_noop, is_right_to_left
from roya_tui.ui.dialogs.dialog import completed_await
from roya_tui.ui.themes import AUTO
from roya_tui.ui.widgets.cells import display_text, measure
from roya_tui.ui.widgets.interface_text import draw_content
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


class HasThemes(Protocol):
    """An app that can show a theme before it is chosen."""

    @property
    def available_themes(self) -> Mapping[str, Theme]: ...

    @property
    def chosen_theme(self) -> str: ...

    def load_themes(self) -> object: ...

    def show_theme(self, name: str = "") -> None: ...

    def choose_theme(self, name: str) -> None: ...


@dataclass
class ThemeHit(Hit):
    """A theme, which is shown while its row is highlighted."""

    theme: str = ""


def _find_themes(provider: Provider, query: str, name_theme: Callable[[str], str], help: str = "") -> Iterator[Hit]:
    """Yield the themes whose names match `query`, or all without a query."""
    app, matcher = cast("HasThemes", provider.app), provider.matcher(query)
    for name in (AUTO, *sorted(app.available_themes)):
        title = escape(name_theme(name))
        if (score := matcher.match(title) if query else 1.0) > 0:
            prompt = matcher.highlight(title) if query else Content(title)
            yield ThemeHit(score, prompt, partial(app.choose_theme, name), title, help, name)


class MainCommands(Provider):
    """Finds saved searches, folders, sources and themes by name."""

    async def startup(self) -> None:
        cast("HasThemes", self.app).load_themes()

    async def search(self, query: str) -> Hits:
        themes = _find_themes(self, query, _command_for_theme, escape(gettext("Look")))
        for hit in (*self._find_scopes(query), *themes):
            yield hit

    def _find_scopes(self, query: str) -> Iterator[Hit]:
        """Yield scopes whose folded names contain `query`, those that start with it first."""
        screen, text = cast("HasScopes", self.screen), fold(query.strip())
        names = [(fold(row.scope.title), row.scope) for row in screen.sidebar.model.scopes()] if text else []
        hits = [(not name.startswith(text), name, scope) for name, scope in names if text in name]
        match = self.matcher(text).match  # the same scores as for actions
        rtl, icons = screen.services.config.reading.rtl, screen.services.icons
        for is_inside, name, scope in sorted(hits, key=lambda hit: hit[0])[:_MAX_SCOPES]:
            if is_right_to_left():  # the list orders it
                title = clip(scope.title, _MAX_WIDTH, measure, icons.ellipsis)
            else:
                title = display_text(fit_interface_line(scope.title, _MAX_WIDTH, measure, rtl, icons.ellipsis))
            score = match(name) + (not is_inside)
            go_to = partial(screen.sidebar.post_message, Sidebar.ScopeChosen(scope))
            # Names and messages are not markup.
            yield Hit(score, Content(title), go_to, scope.title, escape(gettext(_SCOPE_HELP[scope.kind])))


def _command_for_theme(name: str) -> str:
    return gettext("Change theme: {name}", name=name.replace("-", " ").title())


class Themes(Provider):
    """Lists themes, and finds them by name."""

    async def startup(self) -> None:
        cast("HasThemes", self.app).load_themes()

    async def discover(self) -> Hits:
        for hit in _find_themes(self, "", _name_theme):
            yield hit

    async def search(self, query: str) -> Hits:
        for hit in _find_themes(self, query, _name_theme):
            yield hit


def _name_theme(name: str) -> str:
    return gettext("auto: follow the terminal") if name == AUTO else name


class PaletteInput(CommandInput, TextInput):  # in this order: Textual looks for styles along the first base class
    """The input of the palette."""

    def __init__(self, rtl: str, placeholder: str) -> None:
        super().__init__(rtl=rtl, placeholder=placeholder, select_on_focus=False)


class PaletteList(CommandList):
    """The list of commands in the palette."""

    def __init__(self, rtl: str) -> None:
        super().__init__()
        self._rtl = rtl

    def _get_visual(self, option: Option) -> Visual:
        """Return the rows of a command; those of a right-to-left interface are ordered for drawing."""
        if option._visual is None and is_right_to_left() and isinstance(option.prompt, Content):
            option._visual = draw_content(option.prompt, self._rtl)
        return super()._get_visual(option)

    async def _on_click(self, event: Click) -> None:
        row = event.style.meta.get("option")
        if row is not None and row >= self.option_count:  # it has been removed: Textual would crash
            event.prevent_default()

    def watch__mouse_hovering_over(self, row: int | None) -> None:
        """Highlight the row under the mouse, as the arrow keys do."""
        if row is not None and row < self.option_count and not self.get_option_at_index(row).disabled:
            self.highlighted = row


class Palette(CommandPalette):
    """Textual's palette without its crashes when keys and clicks are fast; it shows themes before they are chosen."""

    def __init__(self, rtl: str, **options: Any) -> None:
        super().__init__(**options)
        self._rtl = rtl

    def compose(self) -> ComposeResult:
        for widget in super().compose():
            match widget:
                case CommandInput():
                    yield PaletteInput(self._rtl, self._placeholder)
                case CommandList():
                    yield PaletteList(self._rtl)
                case _:
                    yield widget

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Leave the screen behind the palette dim; this does not apply to the palette's widgets."""
        return App.get_line_filters(self.app)

    @property
    def _themes(self) -> HasThemes:
        return cast("HasThemes", self.app)

    @on(CommandList.OptionHighlighted)
    def _show_highlighted_theme(self, event: CommandList.OptionHighlighted) -> None:
        if self.is_current:
            self._themes.show_theme(_theme_of(event.option))

    def _refresh_command_list(self, command_list: CommandList, commands: list[Command], clear_current: bool) -> None:
        """List other commands. The first is highlighted, but its theme would flicker while you type."""
        with self.prevent(CommandList.OptionHighlighted):
            super()._refresh_command_list(command_list, commands, clear_current)
        self._themes.show_theme()

    def dismiss(self, result: object = None) -> AwaitComplete:
        """Close, and show the chosen theme again, unless another one was selected."""
        if not self.is_current:
            return completed_await()
        if not isinstance(self._selected_command, ThemeHit):
            self._themes.show_theme()
        return super().dismiss(result)  # type: ignore[arg-type]

    def _select_or_command(self, event: Input.Submitted | Button.Pressed | None = None) -> None:
        if self.is_current:  # a second enter would run the command again
            super()._select_or_command(event)

    def _action_command_list(self, action: str) -> None:
        if self.query_one(CommandList).size:  # before its first layout the list has no rows
            super()._action_command_list(action)


class ThemePalette(Palette):
    """The palette with themes only, beside the screen that shows them."""

    DEFAULT_CSS = """
    ThemePalette { background: transparent; align-horizontal: right; }
    ThemePalette > Vertical { width: 40; max-width: 60%; }
    """

    def __init__(self, rtl: str) -> None:
        super().__init__(rtl, providers=[Themes], placeholder=gettext("Search for themes…"))

    def _refresh_command_list(self, command_list: CommandList, commands: list[Command], clear_current: bool) -> None:
        """List other themes; highlight the chosen one, or show the first one that was searched for."""
        super()._refresh_command_list(command_list, commands, clear_current)
        if self.query_one(PaletteInput).value.strip():
            self._themes.show_theme(_theme_of(command_list.highlighted_option))
        else:
            chosen = self._themes.chosen_theme
            rows = (row for row, option in enumerate(command_list.options) if _theme_of(option) == chosen)
            command_list.highlighted = next(rows, 0)


def _theme_of(option: Option | None) -> str:
    """Return the theme of a row, "" if it is another command."""
    return option.hit.theme if isinstance(option, Command) and isinstance(option.hit, ThemeHit) else ""
