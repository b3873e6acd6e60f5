"""The sixel that we write, read by a reader of its own."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from roya_tui.graphics.protocols import encode_sixel


def decoded(data: bytes) -> tuple[int, int, list[tuple[int, ...] | None]]:
    """Read a sixel picture: width, height, and the colour of each pixel in parts of a hundred."""
    text = data.decode("ascii")
    assert text.startswith("\x1bP")
    assert text.endswith("\x1b\\")
    assert "\x1b" not in text[2:-2]
    head = re.match(r'\x1bP[0-9;]*q"1;1;(\d+);(\d+)', text)
    assert head
    width, height = int(head[1]), int(head[2])
    pixels: list[tuple[int, ...] | None] = [None] * (width * height)
    palette: dict[int, tuple[int, ...]] = {}
    x = top = colour = 0
    for number, levels, count, sign, step in re.findall(
        r"#(\d+)((?:;\d+)*)|(?:!(\d+))?([?-~])|([$-])", text[head.end() : -2]
    ):
        if number:
            colour = int(number)
            if levels:
                palette[colour] = tuple(map(int, levels.split(";")[2:]))
        elif sign:
            for _ in range(int(count or 1)):
                for row in range(6):
                    if ord(sign) - 63 >> row & 1:
                        assert pixels[(top + row) * width + x] is None, "no pixel is drawn twice"
                        pixels[(top + row) * width + x] = palette[colour]
                x += 1
        else:
            x, top = 0, top + 6 * (step == "-")
    return width, height, pixels


@given(st.integers(1, 40), st.integers(1, 20), st.integers(1, 128), st.randoms(use_true_random=False))
def test_every_pixel_has_its_colour(width: int, height: int, colours: int, random: object) -> None:
    pixels = bytes(random.randrange(colours) for _ in range(width * height))  # type: ignore[attr-defined]
    palette = bytes(random.randrange(256) for _ in range(3 * colours))  # type: ignore[attr-defined]
    wide, high, seen = decoded(encode_sixel(width, height, pixels, palette))
    assert (wide, high) == (width, height)
    wanted = [tuple(round(level * 100 / 255) for level in palette[3 * p : 3 * p + 3]) for p in pixels]
    assert seen == wanted


def test_a_surface_of_one_colour_is_short() -> None:
    assert len(encode_sixel(1000, 600, bytes(600_000), bytes(3))) < 1500
