"""Two versions of an article → what changed from the one to the other, as a person would tell it.

Pure, and bounded: a text of 300 KB takes a tenth of a second, whatever is in it; where there is too much to compare,
what is left is told as taken out and put in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from roya_tui.reading.blocks import Block, Document
from roya_tui.reading.pairing import pairs, units
from roya_tui.reading.sequences import Budget, Run, common
from roya_tui.reading.wording import Dictionary, Edit, edits
from roya_tui.sameness import essence

_ROWS_AHEAD = 20
"""Rows of a table that are looked through for one that was changed."""


class Row(Struct, frozen=True):
    """A row of a table: its number in the old one and in the new one, and the edits of its cells."""

    old: int | None
    new: int | None
    cells: tuple[tuple[Edit, ...], ...] = ()


class Step(Struct, frozen=True):
    """One block, and what became of it. At least one of `old` and `new` is there."""

    old: Block | None
    new: Block | None
    moved: int = 0
    """1: it stands further down than it did, -1: further up."""
    edits: tuple[Edit, ...] = ()
    rows: tuple[Row, ...] = ()
    """Of a table that changed: all rows in order."""

    @property
    def kind(self) -> str:
        """`same`, `added`, `removed`, `changed` (even if it moved, too), or `moved`."""
        if self.old is None:
            return "added"
        if self.new is None:
            return "removed"
        if self.edits or self.rows:
            return "changed"
        return "moved" if self.moved else "same"

    @property
    def all_edits(self) -> Iterator[Edit]:
        """The edits of its text, or of its cells."""
        yield from self.edits
        for row in self.rows:
            for cell in row.cells:
                yield from cell


class Changes(Struct, frozen=True):
    """What changed between two versions: of the title, and block by block in the order of the newer text."""

    old: Document
    new: Document
    old_title: str
    new_title: str
    title: tuple[Edit, ...] = ()
    steps: tuple[Step, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.title) or any(step.kind != "same" for step in self.steps)


def changes(old_title: str, old: Document, new_title: str, new: Document) -> Changes:
    """Return what changed. What is trivial is no change, but the words that were are shown in full."""
    return _Comparison(old, new).changes(old_title, new_title)


class _Comparison:
    def __init__(self, old: Document, new: Document) -> None:
        self._old = old
        self._new = new
        self._budget = Budget()
        self._dictionary = Dictionary()

    def changes(self, old_title: str, new_title: str) -> Changes:
        title = () if essence(old_title) == essence(new_title) else self._edits(old_title, new_title)
        return Changes(self._old, self._new, old_title, new_title, title, tuple(self._steps()))

    def _edits(self, old: str, new: str) -> tuple[Edit, ...]:
        return edits(old, new, self._dictionary, self._budget)

    def _steps(self) -> Iterator[Step]:
        before, after = units(self._old), units(self._new)
        for pair in pairs(before, after, self._dictionary, self._budget):
            old = before[pair.old] if pair.old is not None else None
            new = after[pair.new] if pair.new is not None else None
            if old is None or new is None:
                same = new is not None and (pair.parted or not new.key)
                yield Step(new.block if new and same else old and old.block, new and new.block)
            else:
                yield from self._step(old.block, new.block, pair.moved, old.key == new.key)

    def _step(self, old: Block, new: Block, moved: int, is_same: bool) -> Iterator[Step]:
        if is_same and (new.kind not in ("picture", "media") or essence(old.text.string) == essence(new.text.string)):
            yield Step(old, new, moved)
        elif old.kind == new.kind == "table" and len(old.rows[0]) == len(new.rows[0]):
            yield Step(old, new, moved, rows=tuple(self._rows(old, new)))
        elif "table" in (old.kind, new.kind) or (old.kind == "code") != (new.kind == "code"):
            yield Step(old, None)
            yield Step(None, new)
        elif new.kind == "code":
            yield Step(old, new, moved, self._lines(old.text.string, new.text.string))
        else:
            yield Step(old, new, moved, self._edits(old.text.string, new.text.string))

    def _rows(self, old: Block, new: Block) -> Iterator[Row]:
        """Pair rows that say the same; between them those with a cell in common are told cell by cell."""
        before, after = _rows(old), _rows(new)
        i = j = 0
        for a, b, length in [*self._common(before, after), Run(len(before), len(after), 0)]:
            for one in range(i, a):
                other = next(
                    (n for n in range(j, min(b, j + _ROWS_AHEAD)) if _share_a_cell(before[one], after[n])), None
                )
                if other is None:
                    yield Row(one, None)
                    continue
                yield from (Row(None, n) for n in range(j, other))
                yield Row(one, other, tuple(self._cells(old, new, one, other)))
                j = other + 1
            yield from (Row(None, n) for n in range(j, b))
            yield from (Row(a + n, b + n) for n in range(length))
            i, j = a + length, b + length

    def _cells(self, old: Block, new: Block, one: int, other: int) -> Iterator[tuple[Edit, ...]]:
        """Return the edits of the cells of a row, once for a cell that spans columns."""
        before: object = None
        for pair in zip(old.rows[one], new.rows[other], strict=True):
            yield () if pair == before else self._edits(_cell(old, pair[0]), _cell(new, pair[1]))
            before = pair

    def _common(self, before: Sequence[object], after: Sequence[object]) -> list[Run]:
        numbers: dict[object, int] = {}
        old, new = ([numbers.setdefault(text, len(numbers)) for text in texts] for texts in (before, after))
        return common(old, new, self._budget)

    def _lines(self, old: str, new: str) -> tuple[Edit, ...]:
        """Return the edits of code: whole lines with their line ends, also beyond the last."""
        before, after = old.split("\n"), new.split("\n")
        starts, new_starts = _starts(before), _starts(after)
        found = []
        i = j = 0
        for a, b, length in [*self._common(before, after), Run(len(before), len(after), 0)]:
            if a > i or b > j:
                found.append(Edit(starts[i], starts[a], new_starts[j], new_starts[b], a - i, b - j))
            i, j = a + length, b + length
        return tuple(found)


def _rows(table: Block) -> list[tuple[str, ...]]:
    return [tuple(essence(_cell(table, cell)) for cell in row) for row in table.rows]


def _share_a_cell(one: Sequence[str], other: Sequence[str]) -> bool:
    return any(was == now != "" for was, now in zip(one, other, strict=True))


def _cell(table: Block, cell: tuple[int, int]) -> str:
    return table.text.string[cell[0] : cell[1]]


def _starts(lines: Sequence[str]) -> list[int]:
    """Return where each line begins, and where the text ends, one beyond its last character."""
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    return starts
