"""Detect the graphics protocol of a terminal, and encode the sequences for pictures.

* kitty: https://sw.kovidgoyal.net/kitty/graphics-protocol/
* iTerm2: https://iterm2.com/documentation-images.html
* sixel: see `sixel`

Sequences contain only our numbers and the pictures that the worker encoded, in base64 or as checked sixel.
"""

from __future__ import annotations

import re
import struct
import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import NamedTuple

PROTOCOLS = ("kitty", "iterm", "sixel")
FORMATS = {"kitty": "png", "iterm": "jpeg", "sixel": "sixel"}
"""The file format of each protocol."""
CHUNK = 4096
"""Characters of base64 in a kitty message."""
IMAGE_ID = 7_021
"""The id of our only image in kitty."""
_SIXEL_SEQUENCE = re.compile(rb"\x1bP[0-9;]*q[!-~]*\x1b\\")
"""Allows only sixel data: a worker that a picture took over could send other sequences."""
_KITTY_TERMINALS = frozenset(("xterm-kitty", "xterm-ghostty"))
_SIXEL_TERMINALS = ("foot", "mlterm", "yaft", "contour")
_ITERM_PROGRAMS = frozenset(("iTerm.app", "WezTerm", "mintty"))


def detect_protocol(environ: Mapping[str, str], setting: str = "auto") -> str:
    """Return one of PROTOCOLS or "", from `setting` or else from environment variables.

    The terminal is not queried, because its reply would mix with typed keys. Multiplexers get no pictures, because they
    would leave them on the screen when switching windows.
    """
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
