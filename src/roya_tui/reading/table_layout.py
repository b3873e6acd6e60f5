"""A table block → lines: columns that fit, or, where they cannot, one short record a row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from roya_tui.reading.blocks import Block
from roya_tui.reading.lines import Run
from roya_tui.reading.setting import SetLine, Setter
from roya_tui.reading.strand import Part
from roya_tui.reading.wrap import wrap

_NARROWEST_COLUMN = 3
_LONGEST_WORD = 24
"""Longer words may be cut, so that one address does not turn a table into records."""
_GAP = 3
_NUMERIC = re.compile(r"[^\w]*\d[\d.,\s]*[^\w]*\w{0,3}\Z")


def table_lines(block: Block, width: int, setter: Setter, is_rtl: bool) -> Iterator[SetLine]:
    """Return the lines of a table."""
    widths = _column_widths(block, width - _GAP * (len(block.rows[0]) - 1), setter)
    return _columns(block, widths, setter, is_rtl) if widths else _records(block, width, setter, is_rtl)


def _column_widths(block: Block, room: int, setter: Setter) -> list[int]:
    """Return how many cells each column gets; [] if there is not room for the longest word of each."""
    string, measure = block.text.string, setter.measure
    least: list[int] = []
    most: list[int] = []
    for column in zip(*block.rows, strict=True):
        texts = [string[start:end] for start, end in column]
        linked = setter.link_numbers and any(span.link for cell in column for span in block.text.within(*cell))
        numbers = 4 if linked else 0
        longest_line = max(measure(line) for text in texts for line in text.split("\n")) + numbers
        longest_word = max((measure(word) for text in texts for word in text.split()), default=0) + numbers
        most.append(max(longest_line, 1))
        least.append(min(most[-1], max(min(longest_word, _LONGEST_WORD), _NARROWEST_COLUMN)))
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


def _columns(block: Block, widths: Sequence[int], setter: Setter, is_rtl: bool) -> Iterator[SetLine]:
    signs = setter.signs
    numeric = [_is_numeric(block, column) for column in range(len(widths))]
    for number, row in enumerate(block.rows):
        is_head = block.header and number == 0
        cells = [
            _cell(block, slice, width, setter, is_rtl, "head strong" if is_head else "")
            for slice, width in zip(row, widths, strict=True)
        ]
        start, end = block.start + row[0][0], block.start + row[-1][1]
        for i in range(max(map(len, cells))):
            lines = [cell[i] if i < len(cell) else SetLine((), 0, end, end) for cell in cells]
            padded = [
                _padded(line, width, right or is_rtl) for line, width, right in zip(lines, widths, numeric, strict=True)
            ]
            runs = _between(padded[::-1] if is_rtl else padded, Run(f" {signs.column} ", "table"))
            shown = [line for line in lines if line.runs]
            yield SetLine(
                runs,
                sum(widths) + _GAP * (len(widths) - 1),
                min((line.start for line in shown), default=start),
                max((line.end for line in shown), default=start),
            )
        if is_head:
            rules = [signs.rule * width for width in (reversed(widths) if is_rtl else widths)]
            text = f"{signs.rule}{signs.crossing}{signs.rule}".join(rules)
            yield SetLine((Run(text, "table"),), len(text), end, end)


def _cell(block: Block, slice: tuple[int, int], width: int, setter: Setter, is_rtl: bool, style: str) -> list[SetLine]:
    start, end = slice
    parts = setter.parts(block.text, start, end, block.start + start, style)
    return list(setter.lines(parts, width, wrap, is_rtl))


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
    body = block.rows[1:] if block.header else block.rows
    values = [block.text.string[start:end] for start, end in (row[column] for row in body)]
    filled = [value for value in values if value.strip()]
    return bool(filled) and all(len(value) < 20 and _NUMERIC.match(value) for value in filled)


def _records(block: Block, width: int, setter: Setter, is_rtl: bool) -> Iterator[SetLine]:
    """One line or more a cell, `name: value` where the table names its columns, and a rule after each row."""
    names = block.rows[0] if block.header else ()
    body = block.rows[1:] if block.header and len(block.rows) > 1 else block.rows
    for number, row in enumerate(body):
        if number:
            at = block.start + row[0][0]
            yield SetLine((Run(setter.signs.rule * min(width, 8), "table"),), min(width, 8), at, at)
        for column, (start, end) in enumerate(row):
            if start == end:
                continue
            parts = [*setter.parts(block.text, start, end, block.start + start)]
            if column < len(names) and names is not row and names[column][0] < names[column][1]:
                a, b = names[column]
                name = block.text.string[a:b].replace("\n", " ")
                parts = [Part(f"{name}: ", "head strong"), *parts]
            yield from setter.lines(parts, width, wrap, is_rtl)
