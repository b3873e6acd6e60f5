"""Providers for the command palette: saved searches, folders, sources and themes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol, cast

from textual.command import Hit, Hits, Provider
from textual.content import Content

from roya_tui.layout.one_line import fit_ltr_line
from roya_tui.text import fold
from roya_tui.ui.widgets.cells import display_text, measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from roya_tui.presentation.view import Scope
    from roya_tui.ui.services import Services

_SCOPE_KINDS = {"feed": "Saved feed", "folder": "Folder", "source": "Source"}
_MAX_SCOPES = 20
_MAX_WIDTH = 60


class HasScopes(Protocol):
    """A screen with a sidebar."""

    services: Services

    def scopes(self) -> Sequence[Scope]: ...

    def go_to(self, scope: Scope) -> None: ...


class ScopeCommands(Provider):
    """Finds saved searches, folders and sources by name, with letters folded as in searches."""

    async def search(self, query: str) -> Hits:
        """Yield scopes whose names contain `query`, those that start with it first."""
        screen, text = cast("HasScopes", self.screen), fold(query.strip())
        scopes = [(fold(scope.title), scope) for scope in screen.scopes()] if text else []
        hits = [(not name.startswith(text), name, scope) for name, scope in scopes if text in name]
        match = self.matcher(text).match  # the same scores as for actions
        rtl, icons = screen.services.config.reading.rtl, screen.services.icons
        for is_inside, name, scope in sorted(hits, key=lambda hit: hit[0])[:_MAX_SCOPES]:
            title = display_text(fit_ltr_line(scope.title, _MAX_WIDTH, measure, rtl, icons.ellipsis))
            kind = f"{_SCOPE_KINDS[scope.kind]} {icons.dot} go there"
            score = match(name) + (not is_inside)
            yield Hit(score, Content(title), partial(screen.go_to, scope), scope.title, kind)  # names are not markup


_TITLE_PREFIX = "Change theme: "


class ThemeCommands(Provider):
    """Finds themes by name."""

    async def search(self, query: str) -> Hits:
        """Yield the themes that match `query`."""
        matcher, app = self.matcher(query), self.app
        for name in app.available_themes:
            title = _TITLE_PREFIX + name.replace("-", " ").title()
            if (score := matcher.match(title)) > 0:
                yield Hit(score, matcher.highlight(title), partial(setattr, app, "theme", name), title, "Look")
