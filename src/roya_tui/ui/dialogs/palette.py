"""Saved feeds, folders and sources in the palette: what has its place in the sidebar is found by its name."""

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
"""Places that are offered: whoever sees more of them types on."""
_MAX_WIDTH = 60


class HasScopes(Protocol):
    """A screen with a sidebar."""

    services: Services

    def scopes(self) -> Sequence[Scope]: ...

    def go_to(self, scope: Scope) -> None: ...


class ScopeCommands(Provider):
    """Goes to a place of the sidebar whose name has what was typed, as find bar and tags fold it."""

    async def search(self, query: str) -> Hits:
        """Offer the places: those whose names begin so first."""
        screen, wanted = cast("HasScopes", self.screen), fold(query.strip())
        named = [(fold(place.title), place) for place in screen.scopes()] if wanted else []
        found = [
            (not name.startswith(wanted), at, name, place) for at, (name, place) in enumerate(named) if wanted in name
        ]
        likeness = self.matcher(wanted).match  # as actions have it, whose letters may stand far apart
        for later, _, name, place in sorted(found, key=lambda one: one[:2])[:_MAX_SCOPES]:
            words = display_text(
                fit_ltr_line(
                    place.title, _MAX_WIDTH, measure, screen.services.config.reading.rtl, screen.services.icons.ellipsis
                )
            )
            kind = f"{_SCOPE_KINDS[place.kind]} {screen.services.icons.dot} go there"
            score = likeness(name) + (not later)
            yield Hit(score, Content(words), partial(screen.go_to, place), place.title, kind)  # a name is no markup


_TITLE_PREFIX = "Change theme: "


class ThemeCommands(Provider):
    """Changes to the theme whose name has what was typed."""

    async def search(self, query: str) -> Hits:
        """Offer the themes that fit."""
        matcher, app = self.matcher(query), self.app
        for name in app.available_themes:
            title = _TITLE_PREFIX + name.replace("-", " ").title()
            if (score := matcher.match(title)) > 0:
                yield Hit(score, matcher.highlight(title), partial(setattr, app, "theme", name), title, "Look")
