"""What stands beside text: bullets, numbers, bars of quotations, and where empty lines go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from roya_tui.reading import gaps
from roya_tui.reading.blocks import Block, Inside
from roya_tui.reading.lines import Run
from roya_tui.reading.scripts import Measure
from roya_tui.reading.signs import Signs

_NARROWEST_TEXT = 6


class Margin(NamedTuple):
    """Runs beside a block's first line and beside its others; both take the same cells."""

    first: tuple[Run, ...] = ()
    rest: tuple[Run, ...] = ()
    cells: int = 0


_NONE = Margin()


class Margins:
    """The margins of one document at one width; asked for block after block, since a bullet is drawn only once."""

    def __init__(self, blocks: Sequence[Block], width: int, measure: Measure, signs: Signs) -> None:
        self._room = width - max(_NARROWEST_TEXT, width // 2)
        self._measure = measure
        self._signs = signs
        self._begun: set[int] = set()
        self._inside: tuple[Inside, ...] = ()
        self._is_rtl = False
        self._margin = _NONE
        self._loose = gaps.loose_lists(blocks)
        self._number_cells: dict[int, int] = {}
        for inside in (inside for block in blocks for inside in block.inside if inside.marker):
            self._number_cells[inside.list] = max(self._number_cells.get(inside.list, 0), measure(inside.marker))

    def parts(self, before: Block, block: Block) -> bool:
        """Tell whether an empty line belongs between two blocks."""
        return gaps.parted(before, block, self._loose)

    def beside(self, block: Block, is_rtl: bool) -> Margin:
        """Return the margin of a block."""
        if not block.inside:
            return _NONE
        if block.inside is self._inside and is_rtl == self._is_rtl:
            return Margin(self._margin.rest, self._margin.rest, self._margin.cells)
        kept = self._kept(block.inside)
        first = [self._sign(inside, block, is_rtl, inside.id not in self._begun) for inside in kept]
        rest = [self._sign(inside, block, is_rtl, False) for inside in kept]
        self._begun.update(inside.id for inside in block.inside)
        self._inside, self._is_rtl, self._margin = block.inside, is_rtl, self._ordered(kept, first, rest, is_rtl)
        return self._margin

    def between(self, before: Block, block: Block, is_rtl: bool) -> Margin:
        """Return the margin of the empty line between two blocks: the bars of the quotations that both stand in."""
        shared = gaps.shared(before, block)
        kept = self._kept(block.inside)
        kept = kept[: max(0, shared - len(block.inside) + len(kept))]
        while kept and kept[-1].kind != "quote":
            kept = kept[:-1]
        runs = [self._sign(inside, block, is_rtl, False) for inside in kept]
        return self._ordered(kept, runs, runs, is_rtl)

    def _ordered(self, kept: Sequence[Inside], first: list[Run], rest: list[Run], is_rtl: bool) -> Margin:
        step = -1 if is_rtl else 1
        return Margin(tuple(first[::step]), tuple(rest[::step]), sum(map(self._cells, kept)))

    def _kept(self, insides: Sequence[Inside]) -> Sequence[Inside]:
        """Return the innermost of what a block stands in, as many as leave its text room enough."""
        room = self._room
        for i in range(len(insides) - 1, -1, -1):
            room -= self._cells(insides[i])
            if room < 0:
                return insides[i + 1 :]
        return insides

    def _cells(self, inside: Inside) -> int:
        return self._number_cells[inside.list] + 1 if inside.marker else 2

    def _sign(self, inside: Inside, block: Block, is_rtl: bool, begins: bool) -> Run:
        text, style = "", ""
        if inside.kind == "quote":
            text, style = self._signs.bar, "sign"
        elif begins and inside.marker:
            text, style = f".{inside.marker[:-1]}" if is_rtl else inside.marker, "sign"
        elif begins and inside.kind == "item":
            depth = sum(outer.kind == "item" for outer in block.inside[: block.inside.index(inside)])
            text, style = self._signs.bullets[depth % len(self._signs.bullets)], "sign"
        elif begins and inside.kind == "details":
            text, style = self._signs.fold, "sign"
        blanks = " " * (self._cells(inside) - self._measure(text) - 1)
        if inside.marker:  # numbers end above each other
            return Run(f" {text}{blanks}" if is_rtl else f"{blanks}{text} ", style)
        return Run(f" {blanks}{text}" if is_rtl else f"{text}{blanks} ", style)
