"""A <table> as the parser meets it → one table block, or its blocks one after the other if it only arranges a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from roya_tui.reading.blocks import Block, Span, Text

MOST_COLUMNS = 64
_MOST_PARAGRAPHS = 3
"""A cell with more of them holds a page's part, not a value."""


@dataclass(slots=True)
class Cell:
    """A table cell while it is being read."""

    header: bool = False
    columns: int = 1
    rows: int = 1
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """A table while it is being read. `outer` is where its blocks will go, `loose` what stood in no cell."""

    outer: list[Block]
    loose: list[Block] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    in_head: bool = False
    """Whether a <thead> is open: its cells are headers, whatever they call themselves."""

    def row(self) -> None:
        """Begin a row."""
        self.rows.append([])

    def cell(self, header: bool, columns: int, rows: int) -> Cell:
        """Begin a cell in the last row."""
        if not self.rows:
            self.row()
        cell = Cell(header or self.in_head, columns, rows)
        self.rows[-1].append(cell)
        return cell

    def blocks(self) -> list[Block]:
        """Return what the table comes to, in reading order."""
        rows = grid(self.rows) if self._holds_values() else []
        if rows:
            return [*self.loose, self._as_block(rows)]
        return [*self.loose, *(block for row in self.rows for cell in row for block in cell.blocks)]

    def _holds_values(self) -> bool:
        rows = [row for row in self.rows if row]
        cells = [cell for row in rows for cell in row]
        filled = [cell for cell in cells if cell.blocks]
        return (
            len(rows) > 1
            and any(len(row) > 1 for row in rows)
            and bool(filled)
            and all(len(cell.blocks) <= _MOST_PARAGRAPHS for cell in filled)
            and all(block.kind == "paragraph" for cell in filled for block in cell.blocks)
            and len({block.inside for cell in filled for block in cell.blocks}) == 1
        )

    def _as_block(self, rows: Sequence[Sequence[Text]]) -> Block:
        strings: list[str] = []
        spans: list[Span] = []
        slices: list[tuple[tuple[int, int], ...]] = []
        position = 0
        for row in rows:
            ends: list[tuple[int, int]] = []
            for text in row:
                strings.append(text.string)
                spans += (replace(s, start=s.start + position, end=s.end + position) for s in text.spans)
                ends.append((position, position + len(text.string)))
                strings.append("\t")
                position += len(text.string) + 1
            strings[-1] = "\n"
            slices.append(tuple(ends))
        first = next(row for row in self.rows if row)
        model = next(block for row in self.rows for cell in row for block in cell.blocks)
        return Block(
            "table",
            Text("".join(strings[:-1]), tuple(spans)),
            inside=model.inside,
            rows=tuple(slices),
            header=all(cell.header for cell in first),
            rtl=model.rtl,
        )


def grid(rows: Sequence[Sequence[Cell]]) -> list[list[Text]]:
    """Return the texts of cells as a full rectangle: a cell that spans columns or rows stands in the first of them.

    A grid of more than `MOST_COLUMNS` is no table for people: [].
    """
    result: list[list[Text]] = []
    held: dict[int, int] = {}  # column → how many rows below are taken by a cell above
    for row in rows:
        if not row:
            continue
        texts: dict[int, Text] = {}
        taken = {column for column, left in held.items() if left}
        held = {column: left - 1 for column, left in held.items() if left > 1}
        column = 0
        for cell in row:
            while column in taken:
                column += 1
            if column >= MOST_COLUMNS:
                return []
            texts[column] = _joined(cell.blocks)
            for spanned in range(column, min(column + cell.columns, MOST_COLUMNS)):
                if cell.rows > 1:
                    held[spanned] = cell.rows - 1
            column += cell.columns
        result.append([texts.get(i, Text()) for i in range(max(texts) + 1)])
    width = max(map(len, result), default=0)
    return [row + [Text()] * (width - len(row)) for row in result]


def _joined(blocks: Sequence[Block]) -> Text:
    """Return the paragraphs of a cell as one text, each on its own line."""
    if len(blocks) == 1:
        return blocks[0].text
    spans: list[Span] = []
    position = 0
    for block in blocks:
        spans += (replace(s, start=s.start + position, end=s.end + position) for s in block.text.spans)
        position += len(block.text.string) + 1
    return Text("\n".join(block.text.string for block in blocks), tuple(spans))
