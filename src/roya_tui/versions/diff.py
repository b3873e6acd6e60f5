"""Two versions of an article → what changed from the one to the other, as a person would tell it.

Pure, and bounded: a text of 300 KB takes a tenth of a second, whatever is in it; where there is too much to compare,
what is left is told as taken out and put in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from roya_tui.document.blocks import Block, Document
from roya_tui.normalization import normalize_for_comparison
from roya_tui.versions.block_alignment import align_blocks, compared_blocks
from roya_tui.versions.sequences import Budget, Match, find_matches
from roya_tui.versions.word_diff import Edit, Vocabulary, diff_words

_MAX_ROWS_AHEAD = 20
"""Rows of a table that are looked through for one that was changed."""


class RowChange(Struct, frozen=True):
    """A row of a table: its number in the old one and in the new one, and the edits of its cells."""

    old: int | None
    new: int | None
    cells: tuple[tuple[Edit, ...], ...] = ()


class BlockChange(Struct, frozen=True):
    """One block, and what became of it. At least one of `old` and `new` is there."""

    old: Block | None
    new: Block | None
    moved: int = 0
    """1: it stands further down than it did, -1: further up."""
    edits: tuple[Edit, ...] = ()
    rows: tuple[RowChange, ...] = ()
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


class Diff(Struct, frozen=True):
    """What changed between two versions: of the title, and block by block in the order of the newer text."""

    old: Document
    new: Document
    old_title: str
    new_title: str
    title_edits: tuple[Edit, ...] = ()
    block_changes: tuple[BlockChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.title_edits) or any(step.kind != "same" for step in self.block_changes)


def diff_documents(old_title: str, old: Document, new_title: str, new: Document) -> Diff:
    """Return what changed. What is trivial is no change, but the words that were are shown in full."""
    return _Differ(old, new).diff(old_title, new_title)


class _Differ:
    def __init__(self, old: Document, new: Document) -> None:
        self._old = old
        self._new = new
        self._budget = Budget()
        self._dictionary = Vocabulary()

    def diff(self, old_title: str, new_title: str) -> Diff:
        title = (
            ()
            if normalize_for_comparison(old_title) == normalize_for_comparison(new_title)
            else self._edits(old_title, new_title)
        )
        return Diff(self._old, self._new, old_title, new_title, title, tuple(self._block_changes()))

    def _edits(self, old: str, new: str) -> tuple[Edit, ...]:
        return diff_words(old, new, self._dictionary, self._budget)

    def _block_changes(self) -> Iterator[BlockChange]:
        before, after = compared_blocks(self._old), compared_blocks(self._new)
        for pair in align_blocks(before, after, self._dictionary, self._budget):
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
        """Pair rows that say the same; between them those with a cell in common are told cell by cell."""
        before, after = _row_keys(old), _row_keys(new)
        i = j = 0
        for a, b, length in [*self._common(before, after), Match(len(before), len(after), 0)]:
            for one in range(i, a):
                other = next(
                    (n for n in range(j, min(b, j + _MAX_ROWS_AHEAD)) if _share_a_cell(before[one], after[n])), None
                )
                if other is None:
                    yield RowChange(one, None)
                    continue
                yield from (RowChange(None, n) for n in range(j, other))
                yield RowChange(one, other, tuple(self._cells(old, new, one, other)))
                j = other + 1
            yield from (RowChange(None, n) for n in range(j, b))
            yield from (RowChange(a + n, b + n) for n in range(length))
            i, j = a + length, b + length

    def _cells(self, old: Block, new: Block, one: int, other: int) -> Iterator[tuple[Edit, ...]]:
        """Return the edits of the cells of a row, once for a cell that spans columns."""
        before: object = None
        for pair in zip(old.rows[one], new.rows[other], strict=True):
            yield () if pair == before else self._edits(_cell_text(old, pair[0]), _cell_text(new, pair[1]))
            before = pair

    def _common(self, before: Sequence[object], after: Sequence[object]) -> list[Match]:
        numbers: dict[object, int] = {}
        old, new = ([numbers.setdefault(text, len(numbers)) for text in texts] for texts in (before, after))
        return find_matches(old, new, self._budget)

    def _lines(self, old: str, new: str) -> tuple[Edit, ...]:
        """Return the edits of code: whole lines with their line ends, also beyond the last."""
        before, after = old.split("\n"), new.split("\n")
        starts, new_starts = _line_starts(before), _line_starts(after)
        found = []
        i = j = 0
        for a, b, length in [*self._common(before, after), Match(len(before), len(after), 0)]:
            if a > i or b > j:
                found.append(Edit(starts[i], starts[a], new_starts[j], new_starts[b], a - i, b - j))
            i, j = a + length, b + length
        return tuple(found)


def _row_keys(table: Block) -> list[tuple[str, ...]]:
    return [tuple(normalize_for_comparison(_cell_text(table, cell)) for cell in row) for row in table.rows]


def _share_a_cell(one: Sequence[str], other: Sequence[str]) -> bool:
    return any(was == now != "" for was, now in zip(one, other, strict=True))


def _cell_text(table: Block, cell: tuple[int, int]) -> str:
    return table.text.string[cell[0] : cell[1]]


def _line_starts(lines: Sequence[str]) -> list[int]:
    """Return where each line begins, and where the text ends, one beyond its last character."""
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    return starts
