"""Encode sixel graphics: bands of six rows of pixels, drawn color by color.

Source: VT330/VT340 Programmer Reference Manual, volume 2, chapter 14.
"""

from __future__ import annotations

import re

MAX_COLORS = 128
_BAND = 6
_RUN = re.compile(rb"(.)\1{3,}", re.S)


def encode(width: int, height: int, pixels: bytes, palette: bytes) -> bytes:
    """Return the sixel sequence for `pixels`, bytes that index `palette` (RGB, 0 to 255).

    Pixels outside the picture keep the background of the terminal.
    """
    used = sorted(set(pixels))
    colors = b"".join(
        b"#%d;2;%d;%d;%d" % (number, *(round(level * 100 / 255) for level in palette[3 * number : 3 * number + 3]))
        for number in used
    )
    bands = [
        _band([pixels[y * width : (y + 1) * width] for y in range(top, min(top + _BAND, height))], width)
        for top in range(0, height, _BAND)
    ]
    return b'\x1bP0;1;0q"1;1;%d;%d' % (width, height) + colors + b"-".join(bands) + b"\x1b\\"


def _band(rows: list[bytes], width: int) -> bytes:
    """Return up to six rows as a line of characters for each color, with one bit for each row."""
    lines = []
    for number in sorted(set(b"".join(rows))):
        bits = 0
        for index, row in enumerate(rows):
            if number in row:
                # Each byte with the color becomes the bit of its row; the rows are combined as one large number.
                bits |= int.from_bytes(row.translate(_mask_table(number, 1 << index)), "big")
        text = bits.to_bytes(width, "big").translate(_CHARACTERS).rstrip(b"?")
        lines.append(b"#%d" % number + _RUN.sub(_encode_run, text))
    return b"$".join(lines)


def _mask_table(number: int, bit: int) -> bytes:
    """Return a translation table from the byte `number` to `bit` and from all others to 0."""
    return bytes(number) + bytes([bit]) + bytes(255 - number)


_CHARACTERS = bytes((value & 0x3F) + 63 for value in range(256))


def _encode_run(run: re.Match[bytes]) -> bytes:
    return b"!%d%b" % (len(run[0]), run[1])
