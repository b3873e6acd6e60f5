"""Two themes of our own: ink on night, and ink on paper."""

from __future__ import annotations

from collections.abc import Mapping

from textual.theme import BUILTIN_THEMES, Theme

DARK = Theme(
    name="roya-dark",
    primary="#7fb4ca",
    secondary="#c8a66b",
    accent="#e6b450",
    warning="#e0a458",
    error="#e46876",
    success="#98bb6c",
    foreground="#d7d4cc",
    background="#14171c",
    surface="#191d23",
    panel="#232831",
    dark=True,
    variables={"border-blurred": "#3a414d", "input-selection-background": "#7fb4ca 35%"},
)

LIGHT = Theme(
    name="roya-light",
    primary="#1f5f7a",
    secondary="#7a5b1d",
    accent="#9a5b00",
    warning="#8a5200",
    error="#a8323e",
    success="#3f6b1f",
    foreground="#22262b",
    background="#faf7f0",
    surface="#f4f0e6",
    panel="#e7e1d3",
    dark=False,
    variables={"border-blurred": "#cfc7b5", "input-selection-background": "#1f5f7a 25%"},
)

THEMES = (DARK, LIGHT)

NAMES = frozenset({"auto", *BUILTIN_THEMES, *(theme.name for theme in THEMES)})
"""What `look.theme` may be."""


def fitting(environ: Mapping[str, str]) -> str:
    """The theme for this terminal, as far as it tells: COLORFGBG ends with its background's colour (7, 15: light)."""
    background = environ.get("COLORFGBG", "").rpartition(";")[2]
    return LIGHT.name if background in ("7", "15") else DARK.name
