"""A table block → lines: in columns if they fit, else a short record for each row."""

from __future__ import annotations

import re
from abc import abstractmethod
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence, Sized
from typing import Generic, NamedTuple, TypeVar

from roya_tui.document.blocks import Block
from roya_tui.document.tables import GridCell, cells_of_row, iter_cells
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
        return _Records(block, width, typesetter, is_rtl)
    return _Columns(block, widths, typesetter, is_rtl)


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


_MAX_ROWS = 64
"""Rows kept with their line breaks, more than fit a screen."""


R = TypeVar("R", bound=Sized)


class _TableLines(LazyLines[TypesetLine], Generic[R]):
    """The lines of a table. The last few rows are kept, of all others only the numbers of their lines."""

    def __init__(self) -> None:
        self._firsts = array("I")
        self._count = 0
        self._rows: dict[int, R] = {}

    @abstractmethod
    def _build_row(self, number: int) -> R:
        """Return a row with its lines; it has no reference to the table, which would be a cycle."""

    @abstractmethod
    def _row_line(self, row: R, number: int) -> TypesetLine:
        """Return a line of a row."""

    def _row(self, number: int) -> R:
        row = self._rows.get(number)
        if row is None:
            row = self._build_row(number)
            if len(self._rows) == _MAX_ROWS:
                del self._rows[next(iter(self._rows))]
            self._rows[number] = row
        return row

    def _add_row(self) -> R:
        """Count the lines of the next row, and return them."""
        row = self._row(len(self._firsts))
        self._firsts.append(self._count)
        self._count += len(row)
        return row

    def __len__(self) -> int:
        return self._count

    def build_line(self, number: int) -> TypesetLine:
        if number >= self._count:
            raise IndexError(number)
        at = bisect_right(self._firsts, number) - 1
        return self._row_line(self._row(at), number - self._firsts[at])


class _Row(NamedTuple):
    """A row of a table in columns: the cells that begin in it, by column, each with its lines."""

    number: int
    start: int
    cells: Mapping[int, tuple[GridCell, Sequence[TypesetLine]]]
    height: int
    has_rule_below: bool

    def __len__(self) -> int:
        return self.height + self.has_rule_below


class _Columns(_TableLines[_Row]):
    """The lines of a table in columns."""

    def __init__(self, block: Block, widths: Sequence[int], typesetter: Typesetter, is_rtl: bool) -> None:
        super().__init__()
        self._block = block
        self._widths = widths
        self._typesetter = typesetter
        self._is_rtl = is_rtl
        self._numeric = _numeric_columns(block)
        for _ in range(len(block.rows)):
            self._add_row()

    def _build_row(self, number: int) -> _Row:
        block, typesetter = self._block, self._typesetter
        begun = cells_of_row(block.rows, number)
        style = "head strong" if number < block.header_rows else ""
        cells: dict[int, tuple[GridCell, Sequence[TypesetLine]]] = {}
        for cell in begun:
            parts = typesetter.split_parts(block.text, cell.start, cell.end, block.start + cell.start, style)
            width = self._width(cell.column, cell.columns)
            cells[cell.column] = cell, typesetter.typeset_lines(parts, width, wrap, self._is_rtl)
        end_above = max(end for _, end in block.rows[number])
        start = block.start + min((cell.start for cell in begun), default=end_above)
        height = max((len(lines) for _, lines in cells.values()), default=1)
        return _Row(number, start, cells, height, number == block.header_rows - 1)

    def _row_line(self, row: _Row, number: int) -> TypesetLine:
        return self._line(row, number) if number < row.height else self._rule()

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
        separator = Run(f" {self._typesetter.glyphs.column} ", "table")
        _, *runs = (run for cell_runs in (row[::-1] if self._is_rtl else row) for run in (separator, *cell_runs))
        return TypesetLine(
            tuple(runs),
            self._width(0, len(self._widths)),
            min((line.start for line in shown), default=of.start),
            max((line.end for line in shown), default=of.start),
        )

    def _rule(self) -> TypesetLine:
        """Return the rule below the header."""
        rules = [
            self._typesetter.glyphs.rule * width for width in (reversed(self._widths) if self._is_rtl else self._widths)
        ]
        text = f"{self._typesetter.glyphs.rule}{self._typesetter.glyphs.crossing}{self._typesetter.glyphs.rule}".join(
            rules
        )
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


def _numeric_columns(block: Block) -> list[bool]:
    """Return whether all values of each column are numbers, with or without a sign or unit."""
    columns = len(block.rows[0])
    is_filled, is_numeric = [False] * columns, [True] * columns
    for number in range(block.header_rows, len(block.rows)):
        row = block.rows[number]
        for column, (start, end) in enumerate(row):
            if start < end and is_numeric[column]:
                value = block.text.string[start:end]
                if value.strip() and row.count((start, end)) == 1:
                    is_filled[column] = True
                    is_numeric[column] = end - start < 20 and bool(_NUMERIC.match(value))
    return [filled and numeric for filled, numeric in zip(is_filled, is_numeric, strict=True)]


class _Records(_TableLines[Sequence[TypesetLine]]):
    """Each cell on lines of its own, as `name: value` if there is a header; a rule follows each row.

    A cell that spans rows is repeated in each of them.
    """

    def __init__(self, block: Block, width: int, typesetter: Typesetter, is_rtl: bool) -> None:
        super().__init__()
        self._block = block
        self._width = width
        self._typesetter = typesetter
        self._is_rtl = is_rtl
        header = block.rows[: block.header_rows]
        has_values = any(start < end for n in range(block.header_rows, len(block.rows)) for start, end in block.rows[n])
        self._names = _column_names(block) if has_values else []
        self._header_rows = len(header) if self._names else 0
        self._named = block.start + max((end for row in header if self._names for _, end in row), default=0)
        self._offsets = array("I", [block.start])
        """For each row: the offset in the document's text at which the rows before it end."""
        for _ in range(len(block.rows) - self._header_rows):
            row = self._add_row()
            self._offsets.append(max((line.end for line in row), default=self._offsets[-1]))

    def _build_row(self, number: int) -> Sequence[TypesetLine]:
        return tuple(self._row_lines(number, self._offsets[number]))

    def _row_line(self, row: Sequence[TypesetLine], number: int) -> TypesetLine:
        return row[number]

    def _row_lines(self, number: int, at: int) -> Iterator[TypesetLine]:
        block, typesetter = self._block, self._typesetter
        row = block.rows[number + self._header_rows]
        if number:
            cells = min(self._width, 8)
            yield TypesetLine((Run(typesetter.glyphs.rule * cells, "table"),), cells, at, at)
        for column, (start, end) in enumerate(row):
            if start == end or (column and row[column - 1] == (start, end)):
                continue
            parts = [*typesetter.split_parts(block.text, start, end, block.start + start)]
            if self._names and self._names[column]:
                parts = [Part(f"{self._names[column]}: ", "head strong"), *parts]
            for line in typesetter.typeset_lines(parts, self._width, wrap, self._is_rtl):
                is_new = line.start >= at
                if at < self._named:  # the first line also shows the header
                    line, is_new = line._replace(start=at, end=max(line.end, self._named)), True
                at = max(at, line.end)
                yield line if is_new else line._replace(start=at, end=at)


def _column_names(block: Block) -> list[str]:
    """Return the header of each column; several rows are joined, the first before the others."""
    heads = block.rows[: block.header_rows]
    columns = (dict.fromkeys(block.text.string[slice(*row[i])] for row in heads) for i in range(len(block.rows[0])))
    return [", ".join(filter(None, names)).replace("\n", " ") for names in columns] if heads else []
