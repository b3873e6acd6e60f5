"""Saved feeds, folders and sources in the palette: what has its place in the sidebar is found by its name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol, cast

from textual.command import Hit, Hits, Provider
from textual.content import Content

from roya_tui.layout.one_line import fit_ltr_line
from roya_tui.text import fold
from roya_tui.ui.cells import measure, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from roya_tui.ui.services import Services
    from roya_tui.ui.view import Place

_KINDS = {"feed": "Saved feed", "folder": "Folder", "source": "Source"}
_MOST = 20
"""Places that are offered: whoever sees more of them types on."""
_WIDTH = 60


class HasPlaces(Protocol):
    """A screen with a sidebar."""

    services: Services

    def places(self) -> Sequence[Place]: ...

    def go_to(self, place: Place) -> None: ...


class Places(Provider):
    """Goes to a place of the sidebar whose name has what was typed, as find bar and tags fold it."""

    async def search(self, query: str) -> Hits:
        """Offer the places: those whose names begin so first."""
        screen, wanted = cast("HasPlaces", self.screen), fold(query.strip())
        named = [(fold(place.title), place) for place in screen.places()] if wanted else []
        found = [
            (not name.startswith(wanted), at, name, place) for at, (name, place) in enumerate(named) if wanted in name
        ]
        likeness = self.matcher(wanted).match  # as actions have it, whose letters may stand far apart
        for later, _, name, place in sorted(found, key=lambda one: one[:2])[:_MOST]:
            words = shown(
                fit_ltr_line(
                    place.title, _WIDTH, measure, screen.services.config.reading.rtl, screen.services.signs.ellipsis
                )
            )
            kind = f"{_KINDS[place.kind]} {screen.services.signs.dot} go there"
            score = likeness(name) + (not later)
            yield Hit(score, Content(words), partial(screen.go_to, place), place.title, kind)  # a name is no markup
