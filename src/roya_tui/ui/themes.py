"""The two themes of the app, and the styles of text in lists and articles."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

from rich.style import Style as RichStyle
from textual.style import Style
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
"""The valid values of `[look] theme`."""


def detect_theme(environ: Mapping[str, str]) -> str:
    """Return the theme for the background in COLORFGBG, whose last number is 7 or 15 if it is light."""
    background = environ.get("COLORFGBG", "").rpartition(";")[2]
    return LIGHT.name if background in ("7", "15") else DARK.name


BASE_STYLE = "$foreground on $background"

TEXT_STYLES = {
    # Rows of the lists.
    "pointer": "bold $primary",
    "unread": "$accent",
    "starred": "bold $secondary",
    "changed": "bold $success",
    "time": "$foreground 62%",
    "source": "$primary",
    "title": "bold",
    "highlighted": "bold $warning",
    "story": "not bold $secondary",
    "read-title": "$foreground 62%",
    "found": "underline on $accent 30%",
    "kept": "$foreground 50%",
    "day": "bold $secondary",
    "empty": "$foreground 70%",
    "header": "bold $secondary",
    "active": "bold $accent",
    "never": "$error",
    "count": "$foreground 62%",
    "sign": "$accent",
    "failed": "$warning",
    "dim": "$foreground 60%",
    "thumb": "$border-blurred",
    # The row under the cursor, in a focused and an unfocused list.
    "focused": "on $primary 28%",
    "cursor": "on $panel",
    # The head of an article.
    "headline": "bold $accent",
    "author": "italic $foreground 75%",
    "date": "$foreground 75%",
    "facts": "$foreground 60%",
    "also": "$foreground 75%",
    "own": "$primary",
    "note": "$secondary",
    # Its text.
    "heading": "bold $secondary",
    "head": "bold",
    "table": "$foreground 40%",
    "place": "$foreground 50% on $panel",
    "picture": "$foreground 75%",
    "media": "$foreground 75%",
    "strong": "bold",
    "em": "italic",
    "code": "$success on $panel",
    "keyword": "bold $accent",
    "comment": "italic $foreground 62%",
    "string": "$success",
    "literal": "$warning",
    "definition": "bold $secondary",
    "strike": "strike",
    "underline": "underline",
    "small": "$foreground 80%",
    "link": "underline $primary",
    "number": "not underline $foreground 55%",
    "quote": "italic $foreground 85%",
    "caption": "italic $foreground 75%",
    "rule": "$foreground 40%",
    "term": "bold",
    "summary": "bold",
    "mark": "bold on $accent 30%",
    "selected": "reverse",
    "tag": "underline",
    # Changes: words, blocks, the sign beside lines with changed words, the summary.
    "added": "underline $success",
    "removed": "strike $error",
    "added-block": "$success",
    "removed-block": "$error",
    "moved": "$secondary",
    "changed-sign": "bold $accent",
    "diff-summary": "bold",
    "current": "reverse",
}
"""Textual styles by name. A name that is missing here looks like plain text."""


def resolve_style(names: str) -> RichStyle:
    """Return the style of space-separated `names`, later ones over earlier ones. Requires a running app."""
    styles = (Style.parse(TEXT_STYLES[name]) for name in names.split() if name in TEXT_STYLES)
    return reduce(lambda under, over: under + over, styles, Style.parse(BASE_STYLE)).rich_style


class StyleTable(dict[str, RichStyle]):
    """Cache of `resolve_style` by names; to be cleared when the theme changes."""

    def __missing__(self, names: str) -> RichStyle:
        style = self[names] = resolve_style(names)
        return style
