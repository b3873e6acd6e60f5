"""The contrast of colors as WCAG 2 defines it, and colors that have enough of it."""

from __future__ import annotations

from bisect import bisect_left

Rgb = tuple[int, int, int]

TEXT_RATIO, NON_TEXT_RATIO = 4.5, 3.0
"""The least contrast of text, and of icons, frames and other non-text (WCAG 2.2 AA, 1.4.3 and 1.4.11)."""
_BLACK, _WHITE = (0, 0, 0), (255, 255, 255)


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast ratio of two colors, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: Rgb) -> float:
    """Return the relative luminance of a color, from 0 to 1."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (part / 255 for part in color)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def raise_contrast(color: Rgb, background: Rgb, ratio: float) -> Rgb:
    """Return `color`, mixed with as little white or black as it needs to have `ratio` on `background`.

    This keeps its hue. A color that is lighter than the background becomes lighter if white has the ratio, and a darker
    one darker if black has it.
    """
    if contrast(color, background) >= ratio:
        return color
    targets = [_WHITE, _BLACK] if luminance(color) >= luminance(background) else [_BLACK, _WHITE]
    target = next(target for target in targets if target == targets[-1] or contrast(target, background) >= ratio)
    percent = bisect_left(
        range(100), True, key=lambda percent: contrast(_mix(color, target, percent), background) >= ratio
    )
    return _mix(color, target, percent)


def _mix(color: Rgb, target: Rgb, percent: int) -> Rgb:
    red, green, blue = (part + round((goal - part) * percent / 100) for part, goal in zip(color, target, strict=True))
    return red, green, blue
