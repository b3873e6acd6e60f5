"""Icons of saved searches, each one cell wide, with an ASCII form."""

from __future__ import annotations

ICONS = {
    "diamond": ("◆", "#"),
    "circle": ("◉", "o"),
    "square": ("■", "="),
    "triangle": ("▲", "^"),
    "heart": ("♥", "h"),
    "flag": ("⚑", "f"),
    "note": ("♪", "n"),
    "sun": ("☼", "s"),
}
"""Name → Unicode and ASCII form. The first is the default."""


def icon(name: str, *, ascii: bool) -> str:
    """Return the icon of that name, or the default for an unknown name."""
    return ICONS.get(name, next(iter(ICONS.values())))[ascii]
