"""The two themes of the app, the styles of text in lists and articles, and their contrast."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, reduce
from typing import TYPE_CHECKING, Any

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.color import Color
from textual.filter import LineFilter
from textual.style import Style
from textual.theme import BUILTIN_THEMES, Theme

from roya_tui.graphics.half_blocks import UPPER_HALF
from roya_tui.presentation.contrast import NON_TEXT_RATIO, TEXT_RATIO, raise_contrast

if TYPE_CHECKING:
    from roya_tui.config.user_themes import UserTheme

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

AUTO = "auto"
"""The theme for the background of the terminal."""
_NAMED = {**BUILTIN_THEMES, **{theme.name: theme for theme in THEMES}}
NAMES = frozenset({AUTO, *_NAMED})
"""The valid values of `[look] theme`, beside themes from files."""
BASES = frozenset(name for name, theme in _NAMED.items() if not theme.ansi)
"""The themes on which themes from files can be based."""


def make_theme(user_theme: UserTheme) -> Theme:
    """Return the theme of a file for Textual."""
    base = _NAMED[user_theme.base]
    colors: dict[str, Any] = dict(user_theme.colors)
    variables = {**base.variables, **{name: colors.pop(name) for name in tuple(colors) if "-" in name}}
    dark = base.dark if user_theme.dark is None else user_theme.dark
    return replace(base, name=user_theme.name, dark=dark, variables=variables, **colors)


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
    "notice": "$foreground 60%",
    "thumb": "$foreground 40%",
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


def make_filter(variables: Mapping[str, str]) -> LineFilter:
    """Return the filter that makes all that is drawn in a theme with these `variables` readable."""
    background, frame = Color.parse(variables["background"]), Color.parse(variables["border-blurred"])
    return ContrastFilter(frame.rich_color) if background.ansi is None else TerminalColorFilter()


def raise_thumbs(variables: dict[str, str]) -> None:
    """Give Textual's scrollbars enough contrast; they are drawn as blanks, which the filter does not change."""
    for state in ("", "-hover", "-active"):
        thumb, track = f"scrollbar{state}", Color.parse(variables[f"scrollbar-background{state}"])
        if track.ansi is None:
            raised = raise_contrast((track + Color.parse(variables[thumb])).rgb, track.rgb, NON_TEXT_RATIO)
            variables[thumb] = Color(*raised).hex


class ContrastFilter(LineFilter):
    """Gives text, icons and frames the contrast of WCAG AA, in each theme and widget.

    Colors with enough contrast stay as they are, and so do pictures and the frames of panes without the focus.
    """

    def __init__(self, frame: RichColor) -> None:
        """`frame` is the color of frames without the focus."""
        super().__init__()
        self._frame = frame

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        under, frame = background.rich_color, self._frame
        drawn = []
        for segment in segments:
            text, style, _ = segment
            if style is not None and not text.isspace() and UPPER_HALF not in text:
                is_text = _NON_TEXT.fullmatch(text) is None
                if is_text or style.color != frame:
                    readable = raise_style(style, under, TEXT_RATIO if is_text else NON_TEXT_RATIO)
                    segment = segment if readable is style else Segment(text, readable)
            drawn.append(segment)
        return drawn


_NON_TEXT = re.compile(r"\W*")
"""Characters that are not letters or digits: icons and frames."""


@lru_cache(4096)
def raise_style(style: RichStyle, under: RichColor, ratio: float) -> RichStyle:
    """Return `style` with at least `ratio` between its color and its background, which is `under` if it has none."""
    color, background = style.color, style.bgcolor or under
    if color is None or color.triplet is None or background.triplet is None:
        return style
    raised = raise_contrast(color.triplet, background.triplet, ratio)
    return style if raised == color.triplet else style + RichStyle(color=RichColor.from_rgb(*raised))


class FilterChain(LineFilter):
    """Applies several filters, one after the other."""

    def __init__(self, filters: Sequence[LineFilter]) -> None:
        super().__init__()
        self.filters = filters

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return reduce(lambda drawn, line_filter: line_filter.apply(drawn, background), self.filters, segments)


class TerminalColorFilter(LineFilter):
    """Makes ANSI themes readable, whose colors only the terminal knows.

    Nothing is dimmed. Text has its color on the default background only; on any other both are the default colors in
    reverse video.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment if style is None or UPPER_HALF in text else Segment(text, _plain_background(style))
            for segment in segments
            for text, style, _ in (segment,)
        ]


_NOT_DIM = RichStyle(dim=False)
_REVERSED = RichStyle(color="default", bgcolor="default", reverse=True)


@lru_cache(1024)
def _plain_background(style: RichStyle) -> RichStyle:
    plain = style + _NOT_DIM if style.dim else style
    is_plain = not style.reverse and (style.bgcolor is None or style.bgcolor.is_default)
    return plain if is_plain else plain + _REVERSED
