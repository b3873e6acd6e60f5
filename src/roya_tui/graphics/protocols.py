"""Which terminals show pictures in real pixels, and what to tell them: three languages for the same wish.

* kitty: https://sw.kovidgoyal.net/kitty/graphics-protocol/
* iTerm2: https://iterm2.com/documentation-images.html
* sixel: see `sixel`

What is sent is made of numbers of ours and of pictures that our worker encoded, in base64 or in sixel's own letters.
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
"""What the worker makes for each."""
CHUNK = 4096
"""Characters of base64 in one of kitty's messages."""
IMAGE_ID = 7_021
"""The number of our one image in kitty's memory."""
_SIXEL_SEQUENCE = re.compile(rb"\x1bP[0-9;]*q[!-~]*\x1b\\")
"""Whoever took the worker over could send other bytes; these draw, and nothing else."""
_KITTY_TERMINALS = frozenset(("xterm-kitty", "xterm-ghostty"))
_SIXEL_TERMINALS = ("foot", "mlterm", "yaft", "contour")
_ITERM_PROGRAMS = frozenset(("iTerm.app", "WezTerm", "mintty"))


def detect_protocol(environ: Mapping[str, str], setting: str = "auto") -> str:
    """Return one of `LANGUAGES`, "" for none: as the person says, else as the terminal is known by its environment.

    Nothing is asked of the terminal: its answer would come among the keys that are being typed. A multiplexer in
    between draws for itself, and would leave a picture behind when it turns to another window.
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
    """Cells of the screen, from 0."""

    column: int
    row: int
    columns: int
    rows: int


def show_sequence(protocol: str, data: bytes, place: CellArea) -> str:
    """Return what shows a picture over those cells and leaves the cursor where it is."""
    match protocol:
        case "kitty":
            picture = "".join(_kitty_messages(data, place))
        case "iterm":
            facts = f"size={len(data)};width={place.columns};height={place.rows};preserveAspectRatio=1"
            picture = f"\x1b]1337;File=inline=1;doNotMoveCursor=1;{facts}:{b64encode(data).decode()}\x07"
        case _:
            picture = data.decode("ascii") if _SIXEL_SEQUENCE.fullmatch(data) else ""
    return f"\x1b7\x1b[{place.row + 1};{place.column + 1}H{picture}\x1b8"


def _kitty_messages(data: bytes, place: CellArea) -> Iterator[str]:
    """A PNG in messages; q=2: no answers, C=1: the cursor stays."""
    text = b64encode(data).decode()
    facts = f"a=T,f=100,i={IMAGE_ID},p=1,c={place.columns},r={place.rows},C=1,q=2,"
    for at in range(0, len(text), CHUNK):
        more = int(at + CHUNK < len(text))
        yield f"\x1b_G{facts}m={more};{text[at : at + CHUNK]}\x1b\\"
        facts = "q=2,"


def clear_sequence(protocol: str) -> str:
    """Return what removes the picture; "" where writing over its cells does."""
    return f"\x1b_Ga=d,d=I,i={IMAGE_ID},q=2\x1b\\" if protocol == "kitty" else ""


def cell_size() -> tuple[int, int] | None:
    """Return the width and height of a cell in pixels, as the terminal tells the system; None if it does not."""
    if sys.platform == "win32":
        return None
    import fcntl
    import termios

    try:
        answer = fcntl.ioctl(sys.__stdout__ or 1, termios.TIOCGWINSZ, bytes(8))
    except (OSError, ValueError):
        return None
    rows, columns, width, height = struct.unpack("HHHH", answer)
    if not (rows and columns and width >= columns and height >= rows):
        return None
    return width // columns, height // rows
