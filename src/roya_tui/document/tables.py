"""A <table> → one table block, or the blocks of its cells if it only arranges a page."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import NamedTuple

from msgspec import Struct

from roya_tui.document.blocks import Anchor, Block, CellGrid, Span, Text, TextSlice

MAX_COLUMNS = 64
_MAX_PARAGRAPHS = 3  # paragraphs in a cell; with more of them a table arranges a page
_MAX_LINES = 12  # the same in a table with header cells: paragraphs and list items
_MAX_HEADER_ROWS = 3
_VALUES = ("paragraph", "term")


class Cell(Struct, eq=False, gc=False):
    """A table cell while it is parsed."""

    header: bool = False
    columns: int = 1
    rows: int = 1
    blocks: list[Block] = []


@dataclass(slots=True)
class Table:
    """A table while it is parsed; `outer` receives its blocks, `loose` those without a cell."""

    outer: list[Block]
    loose: list[Block] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    in_head: bool = False
    """Whether a <thead> is open, in which all cells are headers."""

    def begin_row(self) -> None:
        """Begin a row."""
        self.rows.append([])

    def begin_cell(self, header: bool, columns: int, rows: int) -> Cell:
        """Begin a cell in the last row."""
        if not self.rows:
            self.begin_row()
        cell = Cell(header or self.in_head, columns, rows)
        self.rows[-1].append(cell)
        return cell

    def to_blocks(self) -> list[Block]:
        """Return the table's blocks in reading order."""
        if self._is_data_table() and (rows := build_grid(self.rows)):
            return [*self.loose, self._to_block(rows)]
        return [*self.loose, *(block for row in self.rows for cell in row for block in cell.blocks)]

    def _is_data_table(self) -> bool:
        rows = [row for row in self.rows if row]
        cells = [cell for row in rows for cell in row]
        filled = [cell for cell in cells if cell.blocks]
        most = _MAX_LINES if any(cell.header for cell in filled) else _MAX_PARAGRAPHS
        return (
            len(rows) > 1
            and any(len(row) > 1 for row in rows)
            and bool(filled)
            and all(len(cell.blocks) <= most for cell in filled)
            and all(block.kind in _VALUES for cell in filled for block in cell.blocks)
            and (most == _MAX_LINES or len({block.containers for cell in filled for block in cell.blocks}) == 1)
        )

    def _to_block(self, rows: Sequence[Sequence[Cell | None]]) -> Block:
        strings: list[str] = []
        spans: list[Span] = []
        anchors: list[Anchor] = []
        edges = array("I")
        places: dict[int, TextSlice] = {}
        """Of cells that span columns or rows, by id."""
        position = 0
        for row in rows:
            for cell in row:
                place = places.get(id(cell)) if cell else None
                if cell and not place:
                    text, inner = _join_blocks(cell.blocks)
                    strings.append(text.string)
                    spans += (span.moved(position) for span in text.spans)
                    anchors += (Anchor(name, at + position) for name, at in inner)
                    place = (position, position + len(text.string))
                    if cell.columns > 1 or cell.rows > 1:
                        places[id(cell)] = place
                    position = place[1]
                edges.extend(place or (position, position))
                strings.append("\t")
                position += 1
            strings[-1] = "\n"
        blocks = [block for row in self.rows for cell in row for block in cell.blocks]
        return Block(
            "table",
            Text("".join(strings[:-1]), tuple(spans)),
            containers=min((block.containers for block in blocks), key=len),
            rows=CellGrid(len(rows[0]), edges),
            header_rows=_count_header_rows(rows),
            rtl=blocks[0].rtl,
            anchors=tuple(anchors),
        )


def _count_header_rows(rows: Sequence[Sequence[Cell | None]]) -> int:
    """Return how many of the first rows have header cells only; 1 if all rows do."""
    count = len(list(takewhile(_is_header_row, rows[:_MAX_HEADER_ROWS])))
    return count if count < len(rows) else 1


def _is_header_row(row: Sequence[Cell | None]) -> bool:
    filled = [cell for cell in row if cell and cell.blocks]
    return bool(filled) and all(cell.header for cell in filled)


def build_grid(rows: Sequence[Sequence[Cell]]) -> list[list[Cell | None]]:
    """Return a full rectangle, spanning cells repeated; [] above `MAX_COLUMNS`."""
    result: list[list[Cell | None]] = []
    held: dict[int, tuple[Cell, int]] = {}  # column → the cell from above that covers it, and for how many more rows
    for row in rows:
        if not row:
            continue
        line: dict[int, Cell] = {column: cell for column, (cell, _) in held.items()}
        held = {column: (cell, left - 1) for column, (cell, left) in held.items() if left > 1}
        column = 0
        for cell in row:
            while column in line:
                column += 1
            if column >= MAX_COLUMNS:
                return []
            for spanned in range(column, min(column + cell.columns, MAX_COLUMNS)):
                if spanned in line:
                    break  # a cell from above keeps its column
                line[spanned] = cell
                if cell.rows > 1:
                    held[spanned] = (cell, cell.rows - 1)
            column += 1
        result.append([line.get(i) for i in range(max(line) + 1)])
    width = max(map(len, result), default=0)
    return _drop_empty_columns([row + [None] * (width - len(row)) for row in result])


def _drop_empty_columns(rows: list[list[Cell | None]]) -> list[list[Cell | None]]:
    """Drop columns in which no cell begins, as where a colspan reaches too far."""
    begun = {row.index(cell) for row in rows for cell in row if cell is not None}
    return rows if not rows or len(begun) == len(rows[0]) else [[row[i] for i in sorted(begun)] for row in rows]


class GridCell(NamedTuple):
    """A cell where it begins: its column, its spans, and its start and end in the text."""

    column: int
    columns: int
    rows: int
    start: int
    end: int


def iter_cells(rows: CellGrid) -> Iterator[list[GridCell]]:
    """Yield for each row of a table block the cells that begin in it."""
    above: Sequence[TextSlice] = ()
    row: Sequence[TextSlice] = rows[0] if rows else ()
    for y in range(len(rows)):
        below = rows[y + 1] if y + 1 < len(rows) else ()
        yield _cells_of_row(rows, y, above, row, below)
        above, row = row, below


def cells_of_row(rows: CellGrid, y: int) -> list[GridCell]:
    """Return the cells that begin in row `y` of a table block."""
    below = rows[y + 1] if y + 1 < len(rows) else ()
    return _cells_of_row(rows, y, rows[y - 1] if y else (), rows[y], below)


def _cells_of_row(
    rows: CellGrid,
    y: int,
    above: Sequence[TextSlice],
    row: Sequence[TextSlice],
    below: Sequence[TextSlice],
) -> list[GridCell]:
    cells: list[GridCell] = []
    column = 0
    while column < len(row):
        ends = row[column]
        until = column + 1
        while until < len(row) and row[until] == ends:
            until += 1
        if not above or above[column] != ends:
            down = 1
            if below and below[column] == ends:
                down = 2
                while y + down < len(rows) and rows.cell(y + down, column) == ends:
                    down += 1
            cells.append(GridCell(column, until - column, down, *ends))
        column = until
    return cells


def _join_blocks(blocks: Sequence[Block]) -> tuple[Text, list[Anchor]]:
    """Return the blocks of a cell as one text, each on its own line, and their anchors."""
    if len(blocks) == 1:
        return blocks[0].text, list(blocks[0].anchors)
    spans: list[Span] = []
    anchors: list[Anchor] = []
    position = 0
    for block in blocks:
        spans += (span.moved(position) for span in block.text.spans)
        anchors += (Anchor(name, at + position) for name, at in block.anchors)
        position += len(block.text.string) + 1
    return Text("\n".join(block.text.string for block in blocks), tuple(spans)), anchors
