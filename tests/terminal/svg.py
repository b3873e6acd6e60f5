"""A screen as SVG: each character in its cell, lines and blocks as shapes without gaps."""

from collections.abc import Iterator
from html import escape
from itertools import groupby
from unicodedata import category, east_asian_width

from pyte.screens import Char
from tests.terminal.screen import Screen

WIDE, HIGH, SIZE = 9.03, 19, 15
"""The size of a cell and of the font, in pixels."""
FONTS = "DejaVu Sans Mono, Noto Sans Hebrew, Noto Sans Mono CJK JP, Noto Sans Devanagari, DejaVu Sans"
PAPER, INK = "#14171c", "#e0e2e6"
NAMED = {
    "black": "#000000", "red": "#cd3131", "green": "#0dbc79", "brown": "#e5e510", "blue": "#2472c8",
    "magenta": "#bc3fbc", "cyan": "#11a8cd", "white": "#e5e5e5",
}  # fmt: skip

_M, _H = WIDE / 2, HIGH / 2
LINES = {
    "─": f"M0 {_H}H{WIDE}", "━": f"M0 {_H}H{WIDE}", "│": f"M{_M} 0V{HIGH}", "┼": f"M0 {_H}H{WIDE}M{_M} 0V{HIGH}",
    "╭": f"M{_M} {HIGH}V{_H + 3}Q{_M} {_H} {_M + 3} {_H}H{WIDE}",
    "╮": f"M{_M} {HIGH}V{_H + 3}Q{_M} {_H} {_M - 3} {_H}H0",
    "╰": f"M{_M} 0V{_H - 3}Q{_M} {_H} {_M + 3} {_H}H{WIDE}",
    "╯": f"M{_M} 0V{_H - 3}Q{_M} {_H} {_M - 3} {_H}H0",
}  # fmt: skip
BLOCKS = {
    "▌": (0.0, 0.0, 0.5, 1.0), "▐": (0.5, 0.0, 0.5, 1.0), "▀": (0.0, 0.0, 1.0, 0.5), "▄": (0.0, 0.5, 1.0, 0.5),
    "█": (0.0, 0.0, 1.0, 1.0), "▎": (0.0, 0.0, 0.25, 1.0), "▊": (0.0, 0.0, 0.75, 1.0), "▍": (0.0, 0.0, 0.375, 1.0),
    "▁": (0.0, 0.875, 1.0, 0.125), "▔": (0.0, 0.0, 1.0, 0.125),
}  # fmt: skip
"""The position of each block in its cell: left, top, width, height."""
_FLAGS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))


def svg(screen: Screen) -> str:
    """Return a picture of the screen."""
    rows, columns = len(screen.cells), len(screen.cells[0])
    width, height = columns * WIDE, rows * HIGH
    shapes = [shape for y, row in enumerate(screen.cells) for shape in _row(row, y * HIGH)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" font-family="{FONTS}"'
        f' font-size="{SIZE}"><rect width="100%" height="100%" fill="{PAPER}"/>{"".join(shapes)}</svg>'
    )


def emoji(screen: Screen) -> Iterator[tuple[float, float, str]]:
    """Yield left, top and text of each emoji, which SVG cannot draw in colors."""
    for y, row in enumerate(screen.cells):
        for x, char in enumerate(row):
            if is_emoji(char.data):
                yield x * WIDE, y * HIGH, char.data


def is_emoji(data: str) -> bool:
    """Whether a text is drawn as a picture two cells wide."""
    return (bool(data) and category(data[0]) in ("So", "Sk") and east_asian_width(data[0]) == "W") or data[:1] in _FLAGS


def _row(row: tuple[Char, ...], top: float) -> Iterator[str]:
    cells = list(enumerate(row))
    for paper, run in groupby(cells, key=lambda cell: _colors(cell[1])[1]):
        if paper != PAPER:
            places = [x for x, _ in run]
            yield _rectangle(places[0] * WIDE, top, len(places) * WIDE, HIGH, paper)
    for style, run in groupby(cells, key=lambda cell: _style(cell[1])):
        yield from _text(list(run), top, style)


def _text(cells: list[tuple[int, Char]], top: float, style: str) -> Iterator[str]:
    """Yield the shapes of cells with the same style: ASCII letters together, others one by one."""
    ink = _colors(cells[0][1])[0]
    if cells[0][1].underscore:
        left, wide = cells[0][0] * WIDE, len(cells) * WIDE
        yield _rectangle(left, top + HIGH - 3.5, wide, 1, ink)
    if cells[0][1].strikethrough:
        yield _rectangle(cells[0][0] * WIDE, top + HIGH / 2, len(cells) * WIDE, 1, ink)
    for is_plain, run in groupby(cells, key=lambda cell: cell[1].data.isascii() and cell[1].data != ""):
        members = list(run)
        if is_plain:
            words = "".join(char.data for _, char in members)
            if words.strip():
                yield _words(words, members[0][0] * WIDE, top, style)
            continue
        for x, char in members:
            if char.data in LINES:
                place = f"translate({x * WIDE:.2f} {top})"
                yield f'<path d="{LINES[char.data]}" transform="{place}" fill="none" stroke="{ink}"/>'
            elif char.data in BLOCKS:
                left, above, wide, high = BLOCKS[char.data]
                yield _rectangle((x + left) * WIDE, top + above * HIGH, wide * WIDE, high * HIGH, ink)
            elif char.data and not is_emoji(char.data):
                yield _words(char.data, x * WIDE, top, style)


def _words(words: str, left: float, top: float, style: str) -> str:
    return f'<text x="{left:.2f}" y="{top + 14.2:.1f}" xml:space="preserve" {style}>{escape(words)}</text>'


def _rectangle(left: float, top: float, wide: float, high: float, color: str) -> str:
    return (
        f'<rect x="{left:.2f}" y="{top:.2f}" width="{wide + 0.05:.2f}" height="{high:.2f}" fill="{color}"'
        ' shape-rendering="crispEdges"/>'
    )


def _style(char: Char) -> str:
    bold = ' font-weight="bold"' if char.bold else ""
    italic = ' font-style="italic"' if char.italics else ""
    marks = (
        f' data-m="{int(char.underscore)}{int(char.strikethrough)}"' if char.underscore or char.strikethrough else ""
    )
    return f'fill="{_colors(char)[0]}"{bold}{italic}{marks}'


def _colors(char: Char) -> tuple[str, str]:
    ink, paper = _color(char.fg, INK), _color(char.bg, PAPER)
    return (paper, ink) if char.reverse else (ink, paper)


def _color(name: str, usual: str) -> str:
    if name == "default":
        return usual
    return NAMED.get(name.removeprefix("bright"), f"#{name}")
