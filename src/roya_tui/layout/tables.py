"""A table block → lines: in columns if they fit, else a short record for each row."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from roya_tui.document.blocks import Block
from roya_tui.document.tables import GridCell, iter_cells
from roya_tui.layout.lines import LazyLines, Run
from roya_tui.layout.styled_text import Part
from roya_tui.layout.typesetter import TypesetLine, Typesetter
from roya_tui.layout.wrap import unbreakable_pieces, wrap

_NARROWEST_COLUMN = 3
_LONGEST_WORD = 24  # longer words may be broken, so that one URL does not turn a table into records
_COLUMN_GAP = 3
_NUMERIC = re.compile(r"[^\w]*\d[\d.,\s]*[^\w]*\w{0,3}\Z")


def layout_table(block: Block, width: int, typesetter: Typesetter, is_rtl: bool) -> Sequence[TypesetLine]:
    """Return the lines of a table."""
    widths = _column_widths(block, width - _COLUMN_GAP * (len(block.rows[0]) - 1), typesetter)
    if not widths:
        return tuple(_record_lines(block, width, typesetter, is_rtl))
    return _ColumnLines(block, widths, typesetter, is_rtl)


def _column_widths(block: Block, room: int, typesetter: Typesetter) -> list[int]:
    """Return the cells of each column; [] if their longest words do not fit."""
    least, most = [1] * len(block.rows[0]), [1] * len(block.rows[0])
    spanning: list[tuple[range, int, int]] = []
    for cell in (cell for row in iter_cells(block.rows) for cell in row):
        narrowest, widest = _cell_widths(block, cell, typesetter)
        if cell.columns == 1:
            least[cell.column] = max(least[cell.column], narrowest)
            most[cell.column] = max(most[cell.column], widest)
        else:
            spanning.append((range(cell.column, cell.column + cell.columns), narrowest, widest))
    for columns, narrowest, widest in spanning:
        _widen_columns(least, columns, narrowest)
        _widen_columns(most, columns, widest)
    if sum(most) <= room:
        return most
    spare = room - sum(least)
    if spare < 0:
        return []
    widths = list(least)
    by_need = sorted(range(len(widths)), key=lambda i: most[i] - least[i])
    for left, i in zip(range(len(widths), 0, -1), by_need, strict=True):
        more = min(most[i] - least[i], spare // left)
        widths[i] += more
        spare -= more
    return widths


def _cell_widths(block: Block, cell: GridCell, typesetter: Typesetter) -> tuple[int, int]:
    """Return the cells that a table cell needs for its longest word, and for its longest line."""
    text = block.text.string[cell.start : cell.end]
    linked = typesetter.link_numbers and any(span.link for span in block.text.iter_spans(cell.start, cell.end))
    numbers = 4 if linked else 0
    widest = max(map(typesetter.measure, text.split("\n"))) + numbers
    word = max(map(typesetter.measure, unbreakable_pieces(text)), default=0) + numbers
    return min(widest, max(min(word, _LONGEST_WORD), _NARROWEST_COLUMN)), widest


def _widen_columns(widths: list[int], columns: range, need: int) -> None:
    """Widen columns equally until a cell that spans them fits."""
    missing = need - _spanned_width(widths, columns)
    for n, column in enumerate(columns):
        widths[column] += max(0, (missing + n) // len(columns))


def _spanned_width(widths: Sequence[int], columns: range) -> int:
    return sum(widths[column] for column in columns) + _COLUMN_GAP * (len(columns) - 1)


class _Row(Struct, frozen=True):
    """A row of a table: the cells that begin in it, by column, each with its lines."""

    number: int
    start: int
    cells: Mapping[int, tuple[GridCell, Sequence[TypesetLine]]]
    height: int


class _ColumnLines(LazyLines[TypesetLine]):
    """The lines of a table in columns; row heights are known, lines are built lazily."""

    def __init__(self, block: Block, widths: Sequence[int], typesetter: Typesetter, is_rtl: bool) -> None:
        self._block = block
        self._widths = widths
        self._glyphs = typesetter.glyphs
        self._is_rtl = is_rtl
        self._numeric = [_is_numeric(block, column) for column in range(len(widths))]
        self._rows: list[_Row] = []
        self._firsts: list[int] = []
        self._count = 0
        for number, begun in enumerate(iter_cells(block.rows)):
            style = "head strong" if number < block.header_rows else ""
            cells: dict[int, tuple[GridCell, Sequence[TypesetLine]]] = {}
            for cell in begun:
                parts = typesetter.split_parts(block.text, cell.start, cell.end, block.start + cell.start, style)
                width = self._width(cell.column, cell.columns)
                cells[cell.column] = cell, typesetter.typeset_lines(parts, width, wrap, is_rtl)
            height = max((len(lines) for _, lines in cells.values()), default=1)
            end_above = max(end for _, end in block.rows[number])
            start = block.start + min((cell.start for cell in begun), default=end_above)
            self._rows.append(_Row(number, start, cells, height))
            self._firsts.append(self._count)
            self._count += height + (number == block.header_rows - 1)

    def __len__(self) -> int:
        return self._count

    def build_line(self, number: int) -> TypesetLine:
        if number >= self._count:
            raise IndexError(number)
        at = bisect_right(self._firsts, number) - 1
        row, i = self._rows[at], number - self._firsts[at]
        return self._line(row, i) if i < row.height else self._rule()

    def _width(self, column: int, columns: int) -> int:
        return _spanned_width(self._widths, range(column, column + columns))

    def _line(self, of: _Row, i: int) -> TypesetLine:
        """Return line `i` of a row: the lines of its cells side by side."""
        shown: list[TypesetLine] = []
        row: list[tuple[Run, ...]] = []
        column = 0
        while column < len(self._widths):
            cell, lines = of.cells.get(column) or (None, ())
            columns = cell.columns if cell else _spanned_columns(self._block, of.number, column)
            line = lines[i] if i < len(lines) else TypesetLine((), 0, of.start, of.start)
            to_the_right = self._is_rtl or (self._numeric[column] and columns == 1)
            row.append(_pad_cell(line, self._width(column, columns), to_the_right))
            shown += [line] if line.runs else []
            column += columns
        separator = Run(f" {self._glyphs.column} ", "table")
        _, *runs = (run for cell_runs in (row[::-1] if self._is_rtl else row) for run in (separator, *cell_runs))
        return TypesetLine(
            tuple(runs),
            self._width(0, len(self._widths)),
            min((line.start for line in shown), default=of.start),
            max((line.end for line in shown), default=of.start),
        )

    def _rule(self) -> TypesetLine:
        """Return the rule below the header."""
        rules = [self._glyphs.rule * width for width in (reversed(self._widths) if self._is_rtl else self._widths)]
        text = f"{self._glyphs.rule}{self._glyphs.crossing}{self._glyphs.rule}".join(rules)
        end = self._block.start + max(end for row in self._block.rows[: self._block.header_rows] for _, end in row)
        return TypesetLine((Run(text, "table"),), len(text), end, end)


def _spanned_columns(block: Block, number: int, column: int) -> int:
    """Return how many columns from `column` on are covered by a cell from a row above."""
    row = block.rows[number]
    return next((n for n in range(1, len(row) - column) if row[column + n] != row[column]), len(row) - column)


def _pad_cell(line: TypesetLine, width: int, to_the_right: bool) -> tuple[Run, ...]:
    if line.cells >= width:
        return line.runs
    blanks = Run(" " * (width - line.cells))
    return (blanks, *line.runs) if to_the_right else (*line.runs, blanks)


def _is_numeric(block: Block, column: int) -> bool:
    """Return whether all values of a column are numbers, with or without a sign or unit."""
    rows = (row for row in block.rows[block.header_rows :] if row.count(row[column]) == 1)
    values = [block.text.string[start:end] for start, end in (row[column] for row in rows)]
    filled = [value for value in values if value.strip()]
    return bool(filled) and all(len(value) < 20 and _NUMERIC.match(value) for value in filled)


def _record_lines(block: Block, width: int, typesetter: Typesetter, is_rtl: bool) -> Iterator[TypesetLine]:
    """Yield each cell on lines of its own, as `name: value` if there is a header.

    A rule follows each row. A cell that spans rows is repeated in each of them.
    """
    has_values = any(start < end for row in block.rows[block.header_rows :] for start, end in row)
    names = _column_names(block) if has_values else []
    heads = block.rows[: block.header_rows] if names else ()
    named = block.start + max((end for row in heads for _, end in row), default=0)
    at = block.start
    for number, row in enumerate(block.rows[len(heads) :]):
        if number:
            yield TypesetLine((Run(typesetter.glyphs.rule * min(width, 8), "table"),), min(width, 8), at, at)
        for column, (start, end) in enumerate(row):
            if start == end or (column and row[column - 1] == (start, end)):
                continue
            parts = [*typesetter.split_parts(block.text, start, end, block.start + start)]
            if names and names[column]:
                parts = [Part(f"{names[column]}: ", "head strong"), *parts]
            for line in typesetter.typeset_lines(parts, width, wrap, is_rtl):
                is_new = line.start >= at
                if at < named:  # the first line also shows the header
                    line, is_new = line._replace(start=at, end=max(line.end, named)), True
                at = max(at, line.end)
                yield line if is_new else line._replace(start=at, end=at)


def _column_names(block: Block) -> list[str]:
    """Return the header of each column; several rows are joined, the first before the others."""
    heads = block.rows[: block.header_rows]
    columns = (dict.fromkeys(block.text.string[slice(*row[i])] for row in heads) for i in range(len(block.rows[0])))
    return [", ".join(filter(None, names)).replace("\n", " ") for names in columns] if heads else []
