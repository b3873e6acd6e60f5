"""Contrast ratios of WCAG, and colors that are changed until they have enough."""

import colorsys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roya_tui.presentation.contrast import NON_TEXT_RATIO, TEXT_RATIO, Rgb, contrast, raise_contrast

COLORS = st.tuples(*[st.integers(0, 255)] * 3)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ((0, 0, 0), (255, 255, 255), 21.0),
        ((119, 119, 119), (255, 255, 255), 4.48),
        ((118, 118, 118), (255, 255, 255), 4.54),
        ((255, 0, 0), (255, 255, 255), 4.0),
        ((255, 255, 255), (0, 0, 255), 8.59),
        ((10, 20, 30), (10, 20, 30), 1.0),
    ],
)
def test_contrast_is_as_wcag_defines_it(one: Rgb, other: Rgb, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


@given(COLORS, COLORS, st.sampled_from([NON_TEXT_RATIO, TEXT_RATIO]))
def test_raised_color_has_the_ratio_on_every_background(color: Rgb, background: Rgb, ratio: float) -> None:
    raised = raise_contrast(color, background, ratio)
    assert contrast(raised, background) >= ratio
    if contrast(color, background) >= ratio:
        assert raised == color


def test_raised_color_keeps_its_hue_and_its_side_and_changes_no_more_than_needed() -> None:
    for color, background, lighter in [
        ((0x26, 0x8B, 0xD2), (0x00, 0x2B, 0x36), True),
        ((0xFE, 0xA6, 0x2B), (0xE0, 0xE0, 0xE0), False),
    ]:
        raised = raise_contrast(color, background, 6.0)
        assert colorsys.rgb_to_hls(*raised)[0] == pytest.approx(colorsys.rgb_to_hls(*color)[0], abs=0.02)
        assert (sum(raised) > sum(color)) is lighter
        assert contrast(raised, background) < 6.3


def test_color_goes_to_the_other_side_where_its_own_has_not_enough() -> None:
    assert sum(raise_contrast((190, 190, 190), (180, 180, 180), TEXT_RATIO)) < 3 * 180, "white has only 2.1 here"
