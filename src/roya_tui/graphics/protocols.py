"""Detect the graphics protocol of a terminal, and encode the sequences for pictures.

* kitty: https://sw.kovidgoyal.net/kitty/graphics-protocol/
* iTerm2: https://iterm2.com/documentation-images.html
* sixel: VT330/VT340 Programmer Reference Manual, volume 2, chapter 14

Sequences contain only our numbers and the pictures that the worker encoded, in base64 or as checked sixel.
"""

from __future__ import annotations

import re
import struct
import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from roya_tui.processes import is_on_web_page

PROTOCOLS = ("kitty", "iterm", "sixel")
FORMATS = {"kitty": "png", "iterm": "jpeg", "sixel": "sixel"}
CHUNK = 4096  # characters of base64 in a kitty message
IMAGE_ID = 7_021  # of our only image in kitty
_SIXEL_SEQUENCE = re.compile(rb"\x1bP[0-9;]*q[!-~]*\x1b\\")
"""Allows only sixel data: a worker that a picture took over could send other sequences."""
_KITTY_TERMINALS = frozenset(("xterm-kitty", "xterm-ghostty"))
_SIXEL_TERMINALS = ("foot", "mlterm", "yaft", "contour")
_ITERM_PROGRAMS = frozenset(("iTerm.app", "WezTerm", "mintty"))


def detect_protocol(environ: Mapping[str, str], setting: str = "auto") -> str:
    """Return one of PROTOCOLS or "", from `setting` or else from environment variables.

    The terminal is not queried, because its reply would mix with typed keys. Multiplexers get no pictures, because they
    would leave them on the screen when switching windows. Nor do web pages, whatever terminal the server is started in.
    """
    if is_on_web_page(environ):
        return ""
    if setting != "auto":
        return setting if setting in PROTOCOLS else ""
    term, program = environ.get("TERM", ""), environ.get("TERM_PROGRAM", "")
    if "TMUX" in environ or "STY" in environ or "ZELLIJ" in environ or term.startswith(("tmux", "screen")):
        return ""
    if term in _KITTY_TERMINALS or "KITTY_WINDOW_ID" in environ or program == "ghostty":
        return "kitty"
    if program in _ITERM_PROGRAMS:
        return "iterm"
    return "sixel" if term.startswith(_SIXEL_TERMINALS) else ""


class CellArea(NamedTuple):
    """An area of screen cells, from 0."""

    column: int
    row: int
    columns: int
    rows: int


def show_sequence(protocol: str, data: bytes, area: CellArea) -> str:
    """Return the sequence that shows a picture in `area` without moving the cursor."""
    match protocol:
        case "kitty":
            picture = "".join(_kitty_messages(data, area))
        case "iterm":
            options = f"size={len(data)};width={area.columns};height={area.rows};preserveAspectRatio=1"
            picture = f"\x1b]1337;File=inline=1;doNotMoveCursor=1;{options}:{b64encode(data).decode()}\x07"
        case _:
            picture = data.decode("ascii") if _SIXEL_SEQUENCE.fullmatch(data) else ""
    return f"\x1b7\x1b[{area.row + 1};{area.column + 1}H{picture}\x1b8"


def _kitty_messages(data: bytes, area: CellArea) -> Iterator[str]:
    """Yield the messages for a PNG; q=2 suppresses responses, C=1 keeps the cursor."""
    text = b64encode(data).decode()
    options = f"a=T,f=100,i={IMAGE_ID},p=1,c={area.columns},r={area.rows},C=1,q=2,"
    for start in range(0, len(text), CHUNK):
        more = int(start + CHUNK < len(text))
        yield f"\x1b_G{options}m={more};{text[start : start + CHUNK]}\x1b\\"
        options = "q=2,"


def clear_sequence(protocol: str) -> str:
    """Return the sequence that removes the picture; "" if redrawing its cells does."""
    return f"\x1b_Ga=d,d=I,i={IMAGE_ID},q=2\x1b\\" if protocol == "kitty" else ""


def cell_size() -> tuple[int, int] | None:
    """Return the pixel width and height of a cell; None if the terminal does not report it."""
    if sys.platform == "win32":
        return None
    import fcntl
    import termios

    try:
        window = fcntl.ioctl(sys.__stdout__ or 1, termios.TIOCGWINSZ, bytes(8))
    except (OSError, ValueError):
        return None
    rows, columns, width, height = struct.unpack("HHHH", window)
    if not (rows and columns and width >= columns and height >= rows):
        return None
    return width // columns, height // rows


MAX_SIXEL_COLORS = 128
_BAND = 6  # rows of pixels in a band, which is drawn color by color
_RUN = re.compile(rb"(.)\1{3,}", re.S)


def encode_sixel(width: int, height: int, pixels: bytes, palette: bytes) -> bytes:
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
