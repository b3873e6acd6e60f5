"""`python -m tests.bench contrast`: the least contrast in each theme, as it was made and as it is drawn.

The styles are those of lists and articles: each on the plain background, on the row under the cursor of a focused and
of an unfocused list, and as a match, a mark, the focused link and the selection. Signs include the frame of the focused
pane.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from functools import reduce

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.color import Color
from textual.style import Style
from textual.theme import BUILTIN_THEMES, Theme

from roya_tui.presentation.contrast import contrast
from roya_tui.ui.themes import BASE_STYLE, TEXT_STYLES, THEMES, make_filter

ALL = {**BUILTIN_THEMES, **{theme.name: theme for theme in THEMES}}
SIGNS = frozenset("pointer unread starred changed sign thumb table rule changed-sign frame".split())
"""Styles of icons, lines and frames."""
_OTHER_STYLES = {"frame": "$primary", "dialog": "on $surface", "bar": "on $panel", "plain": ""}
_UNDER, _OVER = ("cursor", "focused", "dialog", "bar"), ("found", "mark", "current", "selected")


def drawn_styles(theme: Theme) -> Iterator[tuple[str, RichStyle, RichStyle]]:
    """Yield the names of each style, and the style before and after the filter."""
    variables = {**theme.to_color_system().generate(), **theme.variables}
    base = Style.parse(BASE_STYLE, variables)
    styles = {name: Style.parse(style, variables) for name, style in {**TEXT_STYLES, **_OTHER_STYLES}.items()}
    contrast_filter, background = make_filter(variables), Color.parse(variables["background"])
    pairs = [(name,) for name in styles]
    pairs += [(under, name) for under in _UNDER for name in styles] + [
        (name, over) for name in styles for over in _OVER
    ]
    for names in pairs:
        before = reduce(lambda under, over: under + over, (styles[name] for name in names), base).rich_style
        sample = "Harbor 5" if is_text(" ".join(names)) else "★"
        [after] = contrast_filter.apply([Segment(sample, before)], background)
        assert after.style is not None
        yield " ".join(names), before, after.style


def is_text(names: str) -> bool:
    """Return whether a style that is drawn is for text, not for icons or frames."""
    return not {*names.split()} <= {*SIGNS, *_UNDER} or {*names.split()} <= {*_UNDER}


def contrast_of(style: RichStyle) -> float:
    """Return the contrast of a style with two colors."""
    colors = [
        color.triplet for color in (style.color, style.bgcolor) if color is not None and color.triplet is not None
    ]
    return contrast(*map(tuple, colors))


def least_contrasts(theme: Theme) -> list[float]:
    """Return the least contrast of text, before and after, and of icons and frames, before and after."""
    found: list[list[float]] = [[], [], [], []]
    for names, *styles in drawn_styles(theme):
        for number, style in enumerate(styles, start=0 if is_text(names) else 2):
            found[number].append(contrast_of(style))
    return [min(ratios) for ratios in found]


def main(words: Sequence[str]) -> int:
    argparse.ArgumentParser(prog="python -m tests.bench contrast", description=__doc__).parse_args(words)
    print("| theme | text before | text | icons before | icons |\n| --- | --- | --- | --- | --- |")
    for theme in ALL.values():
        if not theme.ansi:
            print(f"| {theme.name} | {' | '.join(f'{ratio:.2f}' for ratio in least_contrasts(theme))} |", flush=True)
    return 0
