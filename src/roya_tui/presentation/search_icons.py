"""The signs that a saved feed may have, each one cell wide, with an ASCII twin."""

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
"""By their names: as they are, and in ASCII. The first is that of whoever chose none."""


def icon(name: str, *, ascii: bool) -> str:
    """Return the sign of that name; the first for a name that is none."""
    return ICONS.get(name, next(iter(ICONS.values())))[ascii]
