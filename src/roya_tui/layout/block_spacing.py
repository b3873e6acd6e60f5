"""Space around blocks: empty lines between them, margins with bullets and bars."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from roya_tui.characters import Measure
from roya_tui.document.blocks import Block, Container
from roya_tui.layout.lines import Run

_TIGHT_PAIRS = frozenset(
    (("picture", "picture"), ("picture", "caption"), ("media", "media"), ("term", "term"), ("paragraph", "term"))
)
"""Kinds of blocks that follow each other without an empty line."""


def count_shared_containers(before: Sequence[Container], after: Sequence[Container]) -> int:
    """Return how many of the outermost containers of two blocks are the same."""
    if before is after:
        return len(after)
    pairs = zip(before, after, strict=False)
    return next((n for n, (one, other) in enumerate(pairs) if one.id != other.id), min(len(before), len(after)))


def find_loose_lists(blocks: Sequence[Block]) -> set[int]:
    """Return the ids of lists with items of several blocks, which empty lines separate."""
    loose: set[int] = set()
    for before, block in pairwise(blocks):
        if block.containers and block.containers[-1].kind == "item" and before.containers == block.containers:
            loose.add(block.containers[-1].list)
    return loose


def is_next_item(before: Block, block: Block, common: int) -> bool:
    """Return whether `block` begins the next item of a list that `before` is in."""
    if min(len(before.containers), len(block.containers)) <= common:
        return False
    one, other = before.containers[common], block.containers[common]
    return one.kind == other.kind == "item" and one.list == other.list


def needs_blank_line(before: Block, block: Block, loose: set[int]) -> bool:
    """Return whether an empty line belongs between two blocks."""
    common = count_shared_containers(before.containers, block.containers)
    if len(block.containers) > common:
        return _container_needs_blank_line(before, block, common, loose)
    if before.kind == "summary":
        return False
    if (before.kind, block.kind) in _TIGHT_PAIRS:
        follows_definition = [container.kind for container in before.containers[common : common + 1]] == ["definition"]
        return block.kind == "term" and before.kind == "paragraph" and not follows_definition
    return True


def _container_needs_blank_line(before: Block, block: Block, common: int, loose: set[int]) -> bool:
    begins = block.containers[common]
    if begins.kind == "item":
        if is_next_item(before, block, common):
            return begins.list in loose
        return common == 0 or block.containers[common - 1].kind != "item"
    if begins.kind == "definition":
        return before.kind != "term"
    return begins.kind != "indent"


class Glyphs(NamedTuple):
    """One set of symbols, each one cell wide."""

    bullets: str  # by depth; deeper lists start over
    bar: str  # beside a quotation
    rule: str
    disclosure: str  # before a <summary>
    column: str  # between the columns of a table
    crossing: str  # where a column separator meets the rule below the header
    continuation: str  # before the rest of a broken line of code


UNICODE_GLYPHS = Glyphs("•◦▪", "▎", "─", "▾", "│", "┼", "↪")
ASCII_GLYPHS = Glyphs("*-+", "|", "-", "v", "|", "+", "\\")


def choose_glyphs(ascii: bool, measure: Callable[[str], int]) -> Glyphs:
    """Return the glyphs to use: ASCII ones too if the terminal draws others two cells wide."""
    return ASCII_GLYPHS if ascii or any(measure(sign) != 1 for sign in "".join(UNICODE_GLYPHS)) else UNICODE_GLYPHS


_MIN_TEXT_WIDTH = 6


class Margin(NamedTuple):
    """Runs beside a block's first line and beside its others, of the same width."""

    first: tuple[Run, ...] = ()
    rest: tuple[Run, ...] = ()
    cells: int = 0


_NO_MARGIN = Margin()


class Margins:
    """The margins of one document."""

    def __init__(self, blocks: Sequence[Block], width: int, measure: Measure, glyphs: Glyphs) -> None:
        self._room = width - max(_MIN_TEXT_WIDTH, width // 2)
        self._measure = measure
        self._glyphs = glyphs
        self._begun: set[int] = set()
        self._containers: tuple[Container, ...] = ()
        self._is_rtl = False
        self._margin = _NO_MARGIN
        self._number_cells: dict[int, int] = {}
        for item in (container for block in blocks for container in block.containers if container.marker):
            self._number_cells[item.list] = max(self._number_cells.get(item.list, 0), measure(item.marker))

    def begin_containers(self, block: Block) -> int:
        """Return which containers begin with a block, a bit for each; blocks come in order, each once."""
        begun = self._begun
        bits = sum([1 << n for n, container in enumerate(block.containers) if container.id not in begun])
        begun.update([container.id for container in block.containers])
        return bits

    def margin_of(self, block: Block, is_rtl: bool, begins: int) -> Margin:
        """Return the margin of a block; `begins` is from `begin_containers`, as a bullet is drawn only once."""
        if not block.containers:
            return _NO_MARGIN
        if not begins and block.containers is self._containers and is_rtl == self._is_rtl:
            return Margin(self._margin.rest, self._margin.rest, self._margin.cells)
        kept = self._fitting_containers(block.containers)
        begins >>= len(block.containers) - len(kept)
        first = [self._marker_run(kept[n], block, is_rtl, bool(begins >> n & 1)) for n in range(len(kept))]
        rest = [self._marker_run(container, block, is_rtl, False) for container in kept]
        self._containers, self._is_rtl = block.containers, is_rtl
        self._margin = self._order_runs(kept, first, rest, is_rtl)
        return self._margin

    def margin_between(self, before: Block, block: Block, is_rtl: bool) -> Margin:
        """Return the margin of the empty line between two blocks: the bars of shared quotations."""
        shared = count_shared_containers(before.containers, block.containers)
        kept = self._fitting_containers(block.containers)
        kept = kept[: max(0, shared - len(block.containers) + len(kept))]
        while kept and kept[-1].kind != "quote":
            kept = kept[:-1]
        runs = [self._marker_run(container, block, is_rtl, False) for container in kept]
        return self._order_runs(kept, runs, runs, is_rtl)

    def _order_runs(self, kept: Sequence[Container], first: list[Run], rest: list[Run], is_rtl: bool) -> Margin:
        step = -1 if is_rtl else 1
        return Margin(tuple(first[::step]), tuple(rest[::step]), sum(map(self._cells, kept)))

    def _fitting_containers(self, containers: Sequence[Container]) -> Sequence[Container]:
        """Return the innermost containers that leave enough room for the text."""
        room = self._room
        for i in range(len(containers) - 1, -1, -1):
            room -= self._cells(containers[i])
            if room < 0:
                return containers[i + 1 :]
        return containers

    def _cells(self, container: Container) -> int:
        return self._number_cells[container.list] + 1 if container.marker else 2

    def _marker_run(self, container: Container, block: Block, is_rtl: bool, begins: bool) -> Run:
        text, style = "", ""
        if container.kind == "quote":
            text, style = self._glyphs.bar, "sign"
        elif begins and container.marker:
            text, style = f".{container.marker[:-1]}" if is_rtl else container.marker, "sign"
        elif begins and container.kind == "item":
            depth = sum(outer.kind == "item" for outer in block.containers[: block.containers.index(container)])
            text, style = self._glyphs.bullets[depth % len(self._glyphs.bullets)], "sign"
        elif begins and container.kind == "details":
            text, style = self._glyphs.disclosure, "sign"
        blanks = " " * (self._cells(container) - self._measure(text) - 1)
        if container.marker:  # numbers are aligned at their ends
            return Run(f" {text}{blanks}" if is_rtl else f"{blanks}{text} ", style)
        return Run(f" {blanks}{text}" if is_rtl else f"{text}{blanks} ", style)
