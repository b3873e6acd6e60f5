"""What stands beside text: bullets, numbers, bars of quotations, and where empty lines go."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from roya_tui.reading.blocks import Block, Inside
from roya_tui.reading.lines import Run
from roya_tui.reading.signs import Signs
from roya_tui.reading.wrap import Measure

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
        self._loose = _loose_lists(blocks)
        self._number_cells: dict[int, int] = {}
        for inside in (inside for block in blocks for inside in block.inside if inside.marker):
            self._number_cells[inside.list] = max(self._number_cells.get(inside.list, 0), measure(inside.marker))

    def parts(self, before: Block, block: Block) -> bool:
        """Tell whether an empty line belongs between two blocks."""
        if not block.inside and not before.inside:
            close = (("picture", "picture"), ("picture", "caption"), ("media", "media"), ("term", "term"))
            return (before.kind, block.kind) not in close
        shared = _shared(before, block)
        if len(block.inside) > shared:
            begins = block.inside[shared]
            if begins.kind == "item":
                lists = {inside.list for inside in before.inside if inside.kind == "item"}
                if begins.list in lists:
                    return begins.list in self._loose
                return shared == 0 or block.inside[shared - 1].kind != "item"
            if begins.kind in ("definition", "indent"):
                return before.kind != "term" and begins.kind == "definition"
            return True
        return not (before.kind == "summary" or block.kind == "term" or before.kind == block.kind == "picture")

    def beside(self, block: Block, is_rtl: bool) -> Margin:
        """Return the margin of a block."""
        if not block.inside:
            return _NONE
        kept = self._kept(block.inside)
        first = [self._sign(inside, block, is_rtl, inside.id not in self._begun) for inside in kept]
        rest = [self._sign(inside, block, is_rtl, False) for inside in kept]
        self._begun.update(inside.id for inside in block.inside)
        if is_rtl:
            first.reverse()
            rest.reverse()
        return Margin(tuple(first), tuple(rest), sum(self._cells(inside) for inside in kept))

    def between(self, before: Block, block: Block, is_rtl: bool) -> Margin:
        """Return the margin of the empty line between two blocks: the bars of the quotations that both stand in."""
        both = {inside.id for inside in before.inside[: _shared(before, block)]}
        kept = [inside for inside in self._kept(block.inside) if inside.id in both]
        while kept and kept[-1].kind != "quote":
            kept.pop()
        if not kept:
            return _NONE
        runs = [self._sign(inside, block, is_rtl, False) for inside in kept]
        if is_rtl:
            runs.reverse()
        return Margin(tuple(runs), tuple(runs), sum(self._cells(inside) for inside in kept))

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
            text, style = self._signs.bar, "bar"
        elif begins and inside.marker:
            text, style = f".{inside.marker[:-1]}" if is_rtl else inside.marker, "bullet"
        elif begins and inside.kind == "item":
            depth = sum(outer.kind == "item" for outer in block.inside[: block.inside.index(inside)])
            text, style = self._signs.bullets[depth % len(self._signs.bullets)], "bullet"
        elif begins and inside.kind == "details":
            text, style = self._signs.fold, "bullet"
        blanks = " " * (self._cells(inside) - self._measure(text) - 1)
        if inside.marker:  # numbers end above each other
            return Run(f" {text}{blanks}" if is_rtl else f"{blanks}{text} ", style)
        return Run(f" {blanks}{text}" if is_rtl else f"{text}{blanks} ", style)


def _shared(before: Block, block: Block) -> int:
    """Return how many of the outermost insides two blocks have in common."""
    count = 0
    for one, other in zip(before.inside, block.inside, strict=False):
        if one.id != other.id:
            break
        count += 1
    return count


def _loose_lists(blocks: Sequence[Block]) -> set[int]:
    """Return the lists that have an item of more than one block, so that its items need empty lines between them."""
    loose: set[int] = set()
    for before, block in pairwise(blocks):
        if block.inside and block.inside[-1].kind == "item" and before.inside == block.inside:
            loose.add(block.inside[-1].list)
    return loose
