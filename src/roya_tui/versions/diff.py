"""Compute the difference between two documents: block by block, then word by word.

The time is bounded: 300 KB take a tenth of a second. Beyond the budget, the rest counts as removed and added.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, takewhile
from typing import NamedTuple

from msgspec import Struct

from roya_tui.document.blocks import Block, Document
from roya_tui.normalization import normalize_for_comparison, normalize_url
from roya_tui.text import BLOCK_SEPARATOR
from roya_tui.versions.sequences import Budget, Match, find_differences, find_matches, heaviest_increasing
from roya_tui.versions.word_diff import Edit, Vocabulary, diff_words

_MIN_SIMILARITY_IN_PLACE = 0.4
"""Least share of common words for which two blocks between the same neighbors are one changed block."""
_MIN_SIMILARITY_ELSEWHERE = 0.6
_MIN_WORDS = 4  # shorter blocks are not searched elsewhere: any two may be similar
_MAX_RARE_BLOCKS = 8  # most blocks that contain a word for it to identify a block
_CANDIDATES = 3
_BLOCK_WEIGHT = 1 << 40  # more than the length of any text, so that the number of blocks counts first
_MAX_COMPARED = 400  # most pairs of blocks in one gap for which each pair is compared
_MAX_ROWS_AHEAD = 20  # rows of a table searched for the changed form of a row


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
        before, after = ([_compared_block(block, of) for block in of.blocks] for of in (self._old, self._new))
        for pair in _Alignment(before, after, self._vocabulary, self._budget).pairs():
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
        gaps = find_differences(self._common(before, after), len(before), len(after))
        return tuple(Edit(starts[a], starts[i], new_starts[b], new_starts[j], i - a, j - b) for a, i, b, j in gaps)


def _row_keys(table: Block) -> list[tuple[str, ...]]:
    return [tuple(normalize_for_comparison(_cell_text(table, cell)) for cell in row) for row in table.rows]


def _share_a_cell(old_row: Sequence[str], new_row: Sequence[str]) -> bool:
    return any(old == new != "" for old, new in zip(old_row, new_row, strict=True))


def _cell_text(table: Block, cell: tuple[int, int]) -> str:
    return table.text.string[cell[0] : cell[1]]


def _line_starts(lines: Sequence[str]) -> list[int]:
    """Return the offset of each line, and the offset after the last line's end."""
    return [0, *accumulate(len(line) + 1 for line in lines)]


class _ComparedBlock(NamedTuple):
    """A block with its comparison key."""

    block: Block
    key: str
    """Its normalized text or the picture's address; "" for trivial text and separators."""


class _BlockPair(NamedTuple):
    """The indexes of a block in the old and the new document; None if it is missing there."""

    old: int | None
    new: int | None
    moved: int = 0
    """1: moved down, -1: moved up."""
    is_resplit: bool = False
    """Whether the new block has text of old blocks in its place, split differently into paragraphs."""


def _compared_block(block: Block, document: Document) -> _ComparedBlock:
    if block.kind == "picture":
        return _ComparedBlock(block, f"picture {normalize_url(document.pictures[block.number - 1].url)}")
    if block.kind == "media":
        return _ComparedBlock(block, f"{block.label} {normalize_url(document.links[block.link - 1].url)}")
    if block.kind == "code":
        return _ComparedBlock(block, block.text.string)
    return _ComparedBlock(block, normalize_for_comparison(block.text.string.replace("\n", BLOCK_SEPARATOR)))


@dataclass(slots=True)
class _Alignment:
    """Pairs blocks by normalized text, by shared words between the same neighbors, then by shared words anywhere."""

    old: Sequence[_ComparedBlock]
    new: Sequence[_ComparedBlock]
    vocabulary: Vocabulary
    budget: Budget
    partner: dict[int, int] = field(default_factory=dict)  # index of an old block → index of the new block
    paired_new: set[int] = field(default_factory=set)
    resplit_old: set[int] = field(default_factory=set)
    """Old blocks whose joined text equals that of new blocks, which are in `resplit_new`."""
    resplit_new: set[int] = field(default_factory=set)

    def pairs(self) -> list[_BlockPair]:
        """Return all pairs in reading order; removed blocks follow their old predecessor."""
        self._pair_equal()
        self._match_resplit()
        self._pair_similar_in_place()
        self._pair_similar_elsewhere()
        return list(self._in_order())

    def _pair(self, i: int, j: int) -> None:
        self.partner[i] = j
        self.paired_new.add(j)

    def _unpaired_old(self) -> list[int]:
        paired = self.partner.keys() | self.resplit_old
        return [i for i, block in enumerate(self.old) if block.key and i not in paired]

    def _unpaired_new(self) -> list[int]:
        paired = self.paired_new | self.resplit_new
        return [j for j, block in enumerate(self.new) if block.key and j not in paired]

    def _pair_equal(self) -> None:
        """Pair blocks with equal keys: first in the same order, then anywhere."""
        numbers: dict[str, int] = {}
        olds, news = self._unpaired_old(), self._unpaired_new()
        before = [numbers.setdefault(self.old[i].key, len(numbers)) for i in olds]
        after = [numbers.setdefault(self.new[j].key, len(numbers)) for j in news]
        for run in find_matches(before, after, self.budget):
            for n in range(run.length):
                self._pair(olds[run.old + n], news[run.new + n])
        elsewhere: dict[str, list[int]] = defaultdict(list)
        for j in reversed(self._unpaired_new()):
            elsewhere[self.new[j].key].append(j)
        for i in self._unpaired_old():
            if elsewhere.get(self.old[i].key):
                self._pair(i, elsewhere[self.old[i].key].pop())

    def _match_resplit(self) -> None:
        """Treat blocks in a gap as unchanged if only their paragraph breaks differ."""
        for olds, news in self._gaps(self._unpaired_old(), self._unpaired_new()):
            if self._joined_text(self.old, olds) == self._joined_text(self.new, news):
                self.resplit_old.update(olds)
                self.resplit_new.update(news)

    def _joined_text(self, blocks: Sequence[_ComparedBlock], indexes: Iterable[int]) -> str:
        return normalize_for_comparison(BLOCK_SEPARATOR.join(blocks[index].key for index in indexes))

    def _pair_similar_in_place(self) -> None:
        """Pair blocks between the same neighbors that share many words."""
        old_words, new_words = self._words(self.old, self._unpaired_old()), self._words(self.new, self._unpaired_new())
        for olds, news in self._gaps(list(old_words), list(new_words)) if old_words and new_words else ():
            if len(olds) * len(news) > _MAX_COMPARED:
                self._pair_similar_in_order(zip(olds, news, strict=False), old_words, new_words)
                self._pair_similar_in_order(zip(reversed(olds), reversed(news), strict=False), old_words, new_words)
                continue
            scored = sorted(
                ((_similarity(old_words[i], new_words[j]), -abs(n - m), i, j)
                 for n, i in enumerate(olds) for m, j in enumerate(news)), reverse=True
            )  # fmt: skip
            self._pair_free((i, j) for share, _, i, j in scored if share >= _MIN_SIMILARITY_IN_PLACE)

    def _pair_similar_in_order(
        self, pairs: Iterable[tuple[int, int]], old: dict[int, frozenset[int]], new: dict[int, frozenset[int]]
    ) -> None:
        """Pair blocks up to the first dissimilar pair, for gaps too large to compare all."""
        self._pair_free(
            takewhile(lambda pair: _similarity(old[pair[0]], new[pair[1]]) >= _MIN_SIMILARITY_ELSEWHERE, pairs)
        )

    def _gaps(self, olds: Sequence[int], news: Sequence[int]) -> Iterator[tuple[list[int], list[int]]]:
        """Yield groups of old and new unpaired blocks between the same unmoved blocks."""
        chain = self._stable_pairs()
        olds_by, news_by = defaultdict(list), defaultdict(list)
        for i in olds:
            olds_by[bisect_right(chain, i, key=lambda pair: pair[0])].append(i)
        for j in news:
            news_by[bisect_right(chain, j, key=lambda pair: pair[1])].append(j)
        for gap, group in olds_by.items():
            if gap in news_by:
                yield group, news_by[gap]

    def _pair_similar_elsewhere(self) -> None:
        """Pair blocks anywhere that share most of their words; rare words find the candidates."""
        old_words, new_words = self._words(self.old, self._unpaired_old()), self._words(self.new, self._unpaired_new())
        places: dict[int, list[int]] = defaultdict(list)
        for j, words in new_words.items():
            for word in words if len(words) >= _MIN_WORDS else ():
                places[word].append(j)
        scored = []
        for i, words in old_words.items():
            if len(words) < _MIN_WORDS or not self.budget.spend(len(words)):
                continue
            shared = Counter(
                j for word in words if len(places.get(word, ())) <= _MAX_RARE_BLOCKS for j in places.get(word, ())
            )
            for j, _ in shared.most_common(_CANDIDATES):
                share = _similarity(words, new_words[j])
                if share >= _MIN_SIMILARITY_ELSEWHERE:
                    scored.append((share, i, j))
        self._pair_free((i, j) for _, i, j in sorted(scored, reverse=True))

    def _pair_free(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Pair blocks in the given order, except those already paired."""
        for i, j in pairs:
            if i not in self.partner and j not in self.paired_new:
                self._pair(i, j)

    def _words(self, blocks: Sequence[_ComparedBlock], indexes: Iterable[int]) -> dict[int, frozenset[int]]:
        """Return the words of blocks that have any; pictures and media match by URL only."""
        texts = [(i, blocks[i].block) for i in indexes if blocks[i].block.kind not in ("picture", "media")]
        return {i: words for i, block in texts if (words := self.vocabulary.distinct_words(block.text.string))}

    def _stable_pairs(self) -> list[tuple[int, int]]:
        """Return the largest set of pairs in the same order in both documents; these did not move."""
        return heaviest_increasing(
            [(i, j, _BLOCK_WEIGHT + len(self.new[j].key)) for i, j in sorted(self.partner.items())]
        )

    def _in_order(self) -> Iterator[_BlockPair]:
        stable = self._stable_pairs()
        unmoved = {i for i, _ in stable}
        old_index = {j: i for i, j in self.partner.items()}
        removed: dict[int, list[int]] = defaultdict(list)
        """Index of a new block → the removed blocks that follow it."""
        for i in self._unpaired_old():
            at = bisect_right(stable, i, key=lambda pair: pair[0])
            removed[stable[at - 1][1] if at else -1].append(i)
        yield from (_BlockPair(i, None) for i in removed[-1])
        for j in range(len(self.new)):
            if j not in old_index:
                yield _BlockPair(None, j, is_resplit=j in self.resplit_new)
            elif old_index[j] in unmoved:
                yield _BlockPair(old_index[j], j)
            else:
                yield _BlockPair(old_index[j], j, self._direction(stable, old_index[j], j))
            yield from (_BlockPair(i, None) for i in removed[j])

    def _direction(self, stable: Sequence[tuple[int, int]], i: int, j: int) -> int:
        """Return 1 if more unmoved blocks precede the block than before, else -1."""
        before = bisect_right(stable, i, key=lambda pair: pair[0])
        return 1 if bisect_right(stable, j, key=lambda pair: pair[1]) > before else -1


def _similarity(a: frozenset[int], b: frozenset[int]) -> float:
    return 2 * len(a & b) / (len(a) + len(b))
