"""A table block → lines: columns that fit, or, where they cannot, one short record a row."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from roya_tui.reading.blocks import Block
from roya_tui.reading.lines import Made, Run
from roya_tui.reading.setting import SetLine, Setter
from roya_tui.reading.strand import Part
from roya_tui.reading.tables import Placed, placed
from roya_tui.reading.wrap import unbreakable, wrap

_NARROWEST_COLUMN = 3
_LONGEST_WORD = 24
"""Longer words may be cut, so that one address does not turn a table into records."""
_GAP = 3
_NUMERIC = re.compile(r"[^\w]*\d[\d.,\s]*[^\w]*\w{0,3}\Z")


def table_lines(block: Block, width: int, setter: Setter, is_rtl: bool) -> Sequence[SetLine]:
    """Return the lines of a table."""
    widths = _column_widths(block, width - _GAP * (len(block.rows[0]) - 1), setter)
    return _Columns(block, widths, setter, is_rtl) if widths else tuple(_records(block, width, setter, is_rtl))


def _column_widths(block: Block, room: int, setter: Setter) -> list[int]:
    """Return how many cells each column gets; [] if there is not room for the longest word of each."""
    least, most = [1] * len(block.rows[0]), [1] * len(block.rows[0])
    spanning: list[tuple[range, int, int]] = []
    for cell in (cell for row in placed(block.rows) for cell in row):
        narrowest, widest = _needs(block, cell, setter)
        if cell.columns == 1:
            least[cell.column] = max(least[cell.column], narrowest)
            most[cell.column] = max(most[cell.column], widest)
        else:
            spanning.append((range(cell.column, cell.column + cell.columns), narrowest, widest))
    for columns, narrowest, widest in spanning:
        _widen(least, columns, narrowest)
        _widen(most, columns, widest)
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


def _needs(block: Block, cell: Placed, setter: Setter) -> tuple[int, int]:
    """Return how many cells a table's cell needs for its longest word, and for its longest line."""
    text = block.text.string[cell.start : cell.end]
    linked = setter.link_numbers and any(span.link for span in block.text.within(cell.start, cell.end))
    numbers = 4 if linked else 0
    widest = max(map(setter.measure, text.split("\n"))) + numbers
    word = max(map(setter.measure, unbreakable(text)), default=0) + numbers
    return min(widest, max(min(word, _LONGEST_WORD), _NARROWEST_COLUMN)), widest


def _widen(widths: list[int], columns: range, need: int) -> None:
    """Widen columns, each by as much, until a cell that spans them finds room."""
    missing = need - _spanned(widths, columns)
    for n, column in enumerate(columns):
        widths[column] += max(0, (missing + n) // len(columns))


def _spanned(widths: Sequence[int], columns: range) -> int:
    return sum(widths[column] for column in columns) + _GAP * (len(columns) - 1)


class _Row(Struct, frozen=True):
    """A row of a table: the cells that begin in it, by their column, each with its lines."""

    number: int
    start: int
    cells: Mapping[int, tuple[Placed, Sequence[SetLine]]]
    height: int


class _Columns(Made[SetLine]):
    """The lines of a table in columns: how high each row is is known, a line is put together when it is asked for."""

    def __init__(self, block: Block, widths: Sequence[int], setter: Setter, is_rtl: bool) -> None:
        self._block = block
        self._widths = widths
        self._signs = setter.signs
        self._is_rtl = is_rtl
        self._numeric = [_is_numeric(block, column) for column in range(len(widths))]
        self._rows: list[_Row] = []
        self._firsts: list[int] = []
        self._known = 0
        for number, begun in enumerate(placed(block.rows)):
            style = "head strong" if number < block.header else ""
            cells = {
                cell.column: (cell, _cell(block, cell, self._width(cell.column, cell.columns), setter, is_rtl, style))
                for cell in begun
            }
            height = max((len(lines) for _, lines in cells.values()), default=1)
            start = min((block.start + cell.start for cell in begun), default=_row_start(block, number))
            self._rows.append(_Row(number, start, cells, height))
            self._firsts.append(self._known)
            self._known += height + (number == block.header - 1)

    def __len__(self) -> int:
        return self._known

    def made(self, number: int) -> SetLine:
        if number >= self._known:
            raise IndexError(number)
        at = bisect_right(self._firsts, number) - 1
        row, i = self._rows[at], number - self._firsts[at]
        return self._line(row, i) if i < row.height else self._rule()

    def _width(self, column: int, columns: int) -> int:
        return _spanned(self._widths, range(column, column + columns))

    def _line(self, of: _Row, i: int) -> SetLine:
        """Return the line of that number of a row: the lines of its cells beside each other."""
        shown: list[SetLine] = []
        row: list[tuple[Run, ...]] = []
        column = 0
        while column < len(self._widths):
            cell, lines = of.cells.get(column) or (None, ())
            columns = cell.columns if cell else _columns_held(self._block, of.number, column)
            line = lines[i] if i < len(lines) else SetLine((), 0, of.start, of.start)
            to_the_right = self._is_rtl or (self._numeric[column] and columns == 1)
            row.append(_padded(line, self._width(column, columns), to_the_right))
            shown += [line] if line.runs else []
            column += columns
        return SetLine(
            _between(row[::-1] if self._is_rtl else row, Run(f" {self._signs.column} ", "table")),
            self._width(0, len(self._widths)),
            min((line.start for line in shown), default=of.start),
            max((line.end for line in shown), default=of.start),
        )

    def _rule(self) -> SetLine:
        """Return the rule below the head."""
        rules = [self._signs.rule * width for width in (reversed(self._widths) if self._is_rtl else self._widths)]
        text = f"{self._signs.rule}{self._signs.crossing}{self._signs.rule}".join(rules)
        end = self._block.start + max(end for row in self._block.rows[: self._block.header] for _, end in row)
        return SetLine((Run(text, "table"),), len(text), end, end)


def _columns_held(block: Block, number: int, column: int) -> int:
    """Return how many columns from `column` on a cell of a row above takes."""
    row = block.rows[number]
    return next((n for n in range(1, len(row) - column) if row[column + n] != row[column]), len(row) - column)


def _row_start(block: Block, number: int) -> int:
    """Return where a row is in the document's text in which no cell begins: where the one above ends."""
    return block.start + max(end for _, end in block.rows[number])


def _cell(block: Block, cell: Placed, width: int, setter: Setter, is_rtl: bool, style: str) -> Sequence[SetLine]:
    parts = setter.parts(block.text, cell.start, cell.end, block.start + cell.start, style)
    return setter.lines(parts, width, wrap, is_rtl)


def _padded(line: SetLine, width: int, to_the_right: bool) -> tuple[Run, ...]:
    if line.cells >= width:
        return line.runs
    blanks = Run(" " * (width - line.cells))
    return (blanks, *line.runs) if to_the_right else (*line.runs, blanks)


def _between(cells: Sequence[tuple[Run, ...]], separator: Run) -> tuple[Run, ...]:
    runs: list[Run] = [*cells[0]]
    for cell in cells[1:]:
        runs += (separator, *cell)
    return tuple(runs)


def _is_numeric(block: Block, column: int) -> bool:
    """Tell whether all values of a column are numbers, perhaps with a sign, currency or unit."""
    rows = (row for row in block.rows[block.header :] if row.count(row[column]) == 1)
    values = [block.text.string[start:end] for start, end in (row[column] for row in rows)]
    filled = [value for value in values if value.strip()]
    return bool(filled) and all(len(value) < 20 and _NUMERIC.match(value) for value in filled)


def _records(block: Block, width: int, setter: Setter, is_rtl: bool) -> Iterator[SetLine]:
    """One line or more a cell, `name: value` where the table names its columns, and a rule after each row.

    A cell that spans rows is said again in each of them.
    """
    names = _names(block) if any(start < end for row in block.rows[block.header :] for start, end in row) else []
    named = block.start + max((end for row in block.rows[: len(names) and block.header] for _, end in row), default=0)
    at = block.start
    for number, row in enumerate(block.rows[block.header if names else 0 :]):
        if number:
            yield SetLine((Run(setter.signs.rule * min(width, 8), "table"),), min(width, 8), at, at)
        for column, (start, end) in enumerate(row):
            if start == end or (column and row[column - 1] == (start, end)):
                continue
            parts = [*setter.parts(block.text, start, end, block.start + start)]
            if names and names[column]:
                parts = [Part(f"{names[column]}: ", "head strong"), *parts]
            for line in setter.lines(parts, width, wrap, is_rtl):
                is_new = line.start >= at
                if at < named:  # the first line shows the names too
                    line, is_new = line._replace(start=at, end=max(line.end, named)), True
                at = max(at, line.end)
                yield line if is_new else line._replace(start=at, end=at)


def _names(block: Block) -> list[str]:
    """Return what the first rows call each column: of several the more general first."""
    heads = block.rows[: block.header]
    said = (dict.fromkeys(block.text.string[slice(*row[i])] for row in heads) for i in range(len(block.rows[0])))
    return [", ".join(filter(None, names)).replace("\n", " ") for names in said] if heads else []
