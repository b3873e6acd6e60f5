"""Every theme is readable: text has a contrast of 4.5, and icons and frames have 3, on all screens."""

import re

import pytest
from rich.segment import Segment
from tests.bench import contrast
from tests.ui.conftest import RunningApp
from textual.color import Color
from textual.screen import Screen

from roya_tui.ui import themes

TEXT, SIGN = 4.5, 3.0
RGB_THEMES = [theme for theme in contrast.ALL.values() if not theme.ansi]
ANSI_THEMES = [theme for theme in contrast.ALL.values() if theme.ansi]


@pytest.mark.parametrize("theme", RGB_THEMES, ids=lambda theme: theme.name)
def test_styles_of_lists_and_articles_have_enough_contrast(theme: themes.Theme) -> None:
    for names, before, after in contrast.drawn_styles(theme):
        wanted = TEXT if contrast.is_text(names) else SIGN
        assert contrast.contrast_of(after) >= wanted, names
        if contrast.contrast_of(before) >= wanted:
            assert after == before, f"{names} had enough"


@pytest.mark.parametrize("theme", ANSI_THEMES, ids=lambda theme: theme.name)
def test_ansi_themes_use_colors_only_on_the_default_background_and_dim_nothing(theme: themes.Theme) -> None:
    for names, _, after in contrast.drawn_styles(theme):
        assert after.bgcolor is not None
        assert after.color is not None
        assert after.bgcolor.is_default, names
        assert after.color.is_default or not after.reverse, names
        assert not after.dim, names


SCREENS = {
    "list": ["v", "j"],
    "article": ["enter", "]", "v", "w"],
    "search": ["/", *"harbor wat:x"],
    "dialog": ["a"],
    "input": ["a", *"exa"],
    "help": ["?"],
    "source status": ["S"],
    "palette": ["ctrl+p", "down"],
}
"""Keys that show each screen."""


@pytest.mark.parametrize("keys", SCREENS.values(), ids=SCREENS)
async def test_all_that_a_screen_shows_is_readable_in_every_theme(app: RunningApp, keys: list[str]) -> None:
    await app.press(*keys)
    await app.wait_until(lambda: shown_runs(app.screen))
    for theme in RGB_THEMES:
        app.textual.theme = theme.name
        await app.wait_idle()
        assert find_unreadable(app.screen) == [], theme.name
        background = app.screen.styles.background.with_alpha(1).hex
        assert background == app.textual.theme_variables["background"], "the screen has the theme"


def find_unreadable(screen: Screen[object]) -> list[str]:
    """Return what a screen shows with too little contrast, except frames without the focus."""
    frame = Color.parse(screen.app.theme_variables["border-blurred"]).rich_color
    return [
        f"{text!r} {style}"
        for text, style, _ in shown_runs(screen)
        if style is not None
        and style.color not in (None, frame)
        and contrast.contrast_of(style) < (TEXT if re.search(r"\w", text) else SIGN)
    ]


def shown_runs(screen: Screen[object]) -> list[Segment]:
    """Return what the widgets of a screen show, with their frames; a screen behind a dialog is not part of it."""
    lines = screen._compositor.render_strips()
    shown = screen._compositor.visible_widgets.items()
    regions = [region.intersection(clip) for widget, (region, clip) in shown if widget is not screen]
    return [
        run
        for region in regions
        for line in lines[region.y : region.bottom]
        for run in line.crop(region.x, region.right)
        if not run.text.isspace()
    ]
