"""Compute the difference between two documents: block by block, then word by word.

The time is bounded: 300 KB take a tenth of a second. Beyond the budget, the rest counts as removed and added.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from msgspec import Struct

from roya_tui.document.blocks import Block, Document
from roya_tui.normalization import normalize_for_comparison
from roya_tui.versions.block_alignment import align_blocks, compared_blocks
from roya_tui.versions.sequences import Budget, Match, find_matches
from roya_tui.versions.word_diff import Edit, Vocabulary, diff_words

_MAX_ROWS_AHEAD = 20
"""Rows of a table searched for the changed form of a row."""


class RowChange(Struct, frozen=True):
    """A table row: its indexes in the old and the new table, and the edits of its cells."""

    old: int | None
    new: int | None
    cells: tuple[tuple[Edit, ...], ...] = ()


class BlockChange(Struct, frozen=True):
    """A block in both versions; at least one of `old` and `new` is not None."""

    old: Block | None
    new: Block | None
    moved: int = 0
    """1: moved down, -1: moved up."""
    edits: tuple[Edit, ...] = ()
    rows: tuple[RowChange, ...] = ()
    """All rows of a changed table, in order."""

    @property
    def kind(self) -> str:
        """`same`, `added`, `removed`, `changed` (and perhaps moved), or `moved`."""
        if self.old is None:
            return "added"
        if self.new is None:
            return "removed"
        if self.edits or self.rows:
            return "changed"
        return "moved" if self.moved else "same"

    @property
    def all_edits(self) -> Iterator[Edit]:
        """The edits of its text and of its cells."""
        yield from self.edits
        for row in self.rows:
            for cell in row.cells:
                yield from cell


class Diff(Struct, frozen=True):
    """The changes of the title and of the blocks, in the order of the newer text."""

    old: Document
    new: Document
    old_title: str
    new_title: str
    title_edits: tuple[Edit, ...] = ()
    block_changes: tuple[BlockChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.title_edits) or any(step.kind != "same" for step in self.block_changes)


def diff_documents(old_title: str, old: Document, new_title: str, new: Document) -> Diff:
    """Return the difference between two versions; trivial changes do not count."""
    return _Differ(old, new).diff(old_title, new_title)


class _Differ:
    def __init__(self, old: Document, new: Document) -> None:
        self._old = old
        self._new = new
        self._budget = Budget()
        self._vocabulary = Vocabulary()

    def diff(self, old_title: str, new_title: str) -> Diff:
        is_same = normalize_for_comparison(old_title) == normalize_for_comparison(new_title)
        title_edits = () if is_same else self._edits(old_title, new_title)
        return Diff(self._old, self._new, old_title, new_title, title_edits, tuple(self._block_changes()))

    def _edits(self, old: str, new: str) -> tuple[Edit, ...]:
        return diff_words(old, new, self._vocabulary, self._budget)

    def _block_changes(self) -> Iterator[BlockChange]:
        before, after = compared_blocks(self._old), compared_blocks(self._new)
        for pair in align_blocks(before, after, self._vocabulary, self._budget):
            old = before[pair.old] if pair.old is not None else None
            new = after[pair.new] if pair.new is not None else None
            if old is None or new is None:
                same = new is not None and (pair.is_resplit or not new.key)
                yield BlockChange(new.block if new and same else old and old.block, new and new.block)
            else:
                yield from self._block_change(old.block, new.block, pair.moved, old.key == new.key)

    def _block_change(self, old: Block, new: Block, moved: int, is_same: bool) -> Iterator[BlockChange]:
        if is_same and (
            new.kind not in ("picture", "media")
            or normalize_for_comparison(old.text.string) == normalize_for_comparison(new.text.string)
        ):
            yield BlockChange(old, new, moved)
        elif old.kind == new.kind == "table" and len(old.rows[0]) == len(new.rows[0]):
            yield BlockChange(old, new, moved, rows=tuple(self._rows(old, new)))
        elif "table" in (old.kind, new.kind) or (old.kind == "code") != (new.kind == "code"):
            yield BlockChange(old, None)
            yield BlockChange(None, new)
        elif new.kind == "code":
            yield BlockChange(old, new, moved, self._lines(old.text.string, new.text.string))
        else:
            yield BlockChange(old, new, moved, self._edits(old.text.string, new.text.string))

    def _rows(self, old: Block, new: Block) -> Iterator[RowChange]:
        """Pair equal rows, then rows between them that share a cell."""
        before, after = _row_keys(old), _row_keys(new)
        i = j = 0
        for a, b, length in [*self._common(before, after), Match(len(before), len(after), 0)]:
            for row in range(i, a):
                ahead = range(j, min(b, j + _MAX_ROWS_AHEAD))
                new_row = next((n for n in ahead if _share_a_cell(before[row], after[n])), None)
                if new_row is None:
                    yield RowChange(row, None)
                    continue
                yield from (RowChange(None, n) for n in range(j, new_row))
                yield RowChange(row, new_row, tuple(self._cells(old, new, row, new_row)))
                j = new_row + 1
            yield from (RowChange(None, n) for n in range(j, b))
            yield from (RowChange(a + n, b + n) for n in range(length))
            i, j = a + length, b + length

    def _cells(self, old: Block, new: Block, row: int, new_row: int) -> Iterator[tuple[Edit, ...]]:
        """Return the edits of each cell in a row; a spanning cell has them only once."""
        previous: object = None
        for pair in zip(old.rows[row], new.rows[new_row], strict=True):
            yield () if pair == previous else self._edits(_cell_text(old, pair[0]), _cell_text(new, pair[1]))
            previous = pair

    def _common(self, before: Sequence[object], after: Sequence[object]) -> list[Match]:
        numbers: dict[object, int] = {}
        old, new = ([numbers.setdefault(text, len(numbers)) for text in texts] for texts in (before, after))
        return find_matches(old, new, self._budget)

    def _lines(self, old: str, new: str) -> tuple[Edit, ...]:
        """Return the edits of code in whole lines, each with a line end (the last one too)."""
        before, after = old.split("\n"), new.split("\n")
        starts, new_starts = _line_starts(before), _line_starts(after)
        edits = []
        i = j = 0
        for a, b, length in [*self._common(before, after), Match(len(before), len(after), 0)]:
            if a > i or b > j:
                edits.append(Edit(starts[i], starts[a], new_starts[j], new_starts[b], a - i, b - j))
            i, j = a + length, b + length
        return tuple(edits)


def _row_keys(table: Block) -> list[tuple[str, ...]]:
    return [tuple(normalize_for_comparison(_cell_text(table, cell)) for cell in row) for row in table.rows]


def _share_a_cell(old_row: Sequence[str], new_row: Sequence[str]) -> bool:
    return any(old == new != "" for old, new in zip(old_row, new_row, strict=True))


def _cell_text(table: Block, cell: tuple[int, int]) -> str:
    return table.text.string[cell[0] : cell[1]]


def _line_starts(lines: Sequence[str]) -> list[int]:
    """Return the offset of each line, and the offset after the last line's end."""
    return [0, *accumulate(len(line) + 1 for line in lines)]
