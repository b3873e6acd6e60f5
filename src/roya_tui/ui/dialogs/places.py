"""Saved feeds, folders and sources in the palette: what has its place in the sidebar is found by its name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import Hit, Hits, Provider
from textual.content import Content

from roya_tui.reading.oneline import from_left
from roya_tui.text import fold
from roya_tui.ui.cells import measure, shown

if TYPE_CHECKING:
    from roya_tui.ui.news import News

_KINDS = {"feed": "Saved feed", "folder": "Folder", "source": "Source"}
_MOST = 20
"""Places that are offered: whoever sees more of them types on."""
_WIDTH = 60


class Places(Provider):
    """Goes to a place of the sidebar whose name has what was typed, as find bar and tags fold it."""

    async def search(self, query: str) -> Hits:
        """Offer the places: those whose names begin so first."""
        screen, wanted = cast("News", self.screen), fold(query.strip())
        named = [(fold(place.title), place) for place in screen.places()] if wanted else []
        found = [
            (not name.startswith(wanted), at, name, place) for at, (name, place) in enumerate(named) if wanted in name
        ]
        likeness = self.matcher(wanted).match  # as actions have it, whose letters may stand far apart
        for later, _, name, place in sorted(found, key=lambda one: one[:2])[:_MOST]:
            words = shown(from_left(place.title, _WIDTH, measure, screen.config.reading.rtl, screen.signs.more))
            kind = f"{_KINDS[place.kind]} {screen.signs.dot} go there"
            score = likeness(name) + (not later)
            yield Hit(score, Content(words), partial(screen.go_to, place), place.title, kind)  # a name is no markup
