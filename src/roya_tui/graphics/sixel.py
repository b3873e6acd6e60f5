"""Sixel, the pictures of DEC's terminals: six rows of pixels a line, each colour drawn over the last.

The language is that of the VT330/VT340 Programmer Reference Manual, volume 2, chapter 14.
"""

from __future__ import annotations

import re

MAX_COLORS = 128
_BAND = 6
_RUN = re.compile(rb"(.)\1{3,}", re.S)


def encode(width: int, height: int, pixels: bytes, palette: bytes) -> bytes:
    """Return what draws `pixels`, a byte each: its place in `palette`, which has three bytes a colour (0 to 255).

    Begins with the introducer (DCS) and ends with the terminator; background that no pixel covers is left as it is.
    """
    used = sorted(set(pixels))
    colours = b"".join(
        b"#%d;2;%d;%d;%d" % (number, *(round(level * 100 / 255) for level in palette[3 * number : 3 * number + 3]))
        for number in used
    )
    bands = [
        _band([pixels[y * width : (y + 1) * width] for y in range(top, min(top + _BAND, height))], width)
        for top in range(0, height, _BAND)
    ]
    return b'\x1bP0;1;0q"1;1;%d;%d' % (width, height) + colours + b"-".join(bands) + b"\x1b\\"


def _band(rows: list[bytes], width: int) -> bytes:
    """Six rows or fewer: for each of their colours a line of signs, each with a bit a row."""
    lines = []
    for number in sorted(set(b"".join(rows))):
        bits = 0
        for place, row in enumerate(rows):
            if number in row:
                # Each byte of a row becomes the row's bit where it has the colour; whole rows are joined as one number.
                bits |= int.from_bytes(row.translate(_mask_table(number, 1 << place)), "big")
        signs = bits.to_bytes(width, "big").translate(_SIGNS).rstrip(b"?")
        lines.append(b"#%d" % number + _RUN.sub(_encode_run, signs))
    return b"$".join(lines)


def _mask_table(number: int, bit: int) -> bytes:
    """A table that makes `bit` of one byte, and nothing of all others."""
    return bytes(number) + bytes([bit]) + bytes(255 - number)


_SIGNS = bytes((value & 0x3F) + 63 for value in range(256))


def _encode_run(run: re.Match[bytes]) -> bytes:
    return b"!%d%b" % (len(run[0]), run[1])
