"""Themes in the palette: each is found by its name, without a look at all of them."""

from __future__ import annotations

from functools import partial

from textual.command import Hit, Hits, Provider

_TITLE = "Change theme: "


class Looks(Provider):
    """Changes to the theme whose name has what was typed."""

    async def search(self, query: str) -> Hits:
        """Offer the themes that fit."""
        matcher, app = self.matcher(query), self.app
        for name in app.available_themes:
            title = _TITLE + name.replace("-", " ").title()
            if (score := matcher.match(title)) > 0:
                yield Hit(score, matcher.highlight(title), partial(setattr, app, "theme", name), title, "Look")
