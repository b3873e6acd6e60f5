"""Pair the blocks of two documents: unchanged, changed, moved, added or removed.

Blocks are paired by normalized text, then by shared words between the same neighbors, then by shared words anywhere.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import NamedTuple

from roya_tui.document.blocks import Block, Document
from roya_tui.normalization import normalize_for_comparison, normalize_url
from roya_tui.text import BLOCK_SEPARATOR
from roya_tui.versions.sequences import Budget, find_matches, heaviest_increasing
from roya_tui.versions.word_diff import Vocabulary

_MIN_SIMILARITY_IN_PLACE = 0.4
"""Least share of common words for which two blocks between the same neighbors are one changed block."""
_MIN_SIMILARITY_ELSEWHERE = 0.6
_MIN_WORDS = 4
"""Shorter blocks are not searched elsewhere: any two may be similar."""
_MAX_RARE_BLOCKS = 8
"""Most blocks that contain a word for it to identify a block."""
_CANDIDATES = 3
_BLOCK_WEIGHT = 1 << 40
"""More than the length of any text, so that the number of blocks counts first."""
_MAX_COMPARED = 400
"""Most pairs of blocks in one gap for which each pair is compared."""


class ComparedBlock(NamedTuple):
    """A block with its comparison key."""

    block: Block
    key: str
    """Its normalized text or the picture's address; "" for trivial text and separators."""


class BlockPair(NamedTuple):
    """The indexes of a block in the old and the new document; None if it is missing there."""

    old: int | None
    new: int | None
    moved: int = 0
    """1: moved down, -1: moved up."""
    is_resplit: bool = False
    """Whether the new block has text of old blocks in its place, split differently into paragraphs."""


def compared_blocks(document: Document) -> list[ComparedBlock]:
    """Return the blocks of a document with their comparison keys."""
    return [_compared_block(block, document) for block in document.blocks]


def _compared_block(block: Block, document: Document) -> ComparedBlock:
    if block.kind == "picture":
        return ComparedBlock(block, f"picture {normalize_url(document.pictures[block.number - 1].url)}")
    if block.kind == "media":
        return ComparedBlock(block, f"{block.label} {normalize_url(document.links[block.link - 1].url)}")
    if block.kind == "code":
        return ComparedBlock(block, block.text.string)
    return ComparedBlock(block, normalize_for_comparison(block.text.string.replace("\n", BLOCK_SEPARATOR)))


def align_blocks(
    old: Sequence[ComparedBlock], new: Sequence[ComparedBlock], vocabulary: Vocabulary, budget: Budget
) -> list[BlockPair]:
    """Return all pairs in reading order; removed blocks follow their old predecessor."""
    return _Alignment(old, new, vocabulary, budget).pairs()


@dataclass(slots=True)
class _Alignment:
    old: Sequence[ComparedBlock]
    new: Sequence[ComparedBlock]
    vocabulary: Vocabulary
    budget: Budget
    partner: dict[int, int] = field(default_factory=dict)
    """Index of an old block → index of the new block."""
    paired_new: set[int] = field(default_factory=set)
    """The values of `partner`."""
    resplit_old: set[int] = field(default_factory=set)
    """Old blocks whose joined text equals that of new blocks, which are in `resplit_new`."""
    resplit_new: set[int] = field(default_factory=set)

    def pairs(self) -> list[BlockPair]:
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

    def _joined_text(self, blocks: Sequence[ComparedBlock], indexes: Iterable[int]) -> str:
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

    def _words(self, blocks: Sequence[ComparedBlock], indexes: Iterable[int]) -> dict[int, frozenset[int]]:
        """Return the words of blocks that have any; pictures and media match by URL only."""
        texts = [(i, blocks[i].block) for i in indexes if blocks[i].block.kind not in ("picture", "media")]
        return {i: words for i, block in texts if (words := self.vocabulary.distinct_words(block.text.string))}

    def _stable_pairs(self) -> list[tuple[int, int]]:
        """Return the largest set of pairs in the same order in both documents; these did not move."""
        return heaviest_increasing(
            [(i, j, _BLOCK_WEIGHT + len(self.new[j].key)) for i, j in sorted(self.partner.items())]
        )

    def _in_order(self) -> Iterator[BlockPair]:
        stable = self._stable_pairs()
        unmoved = {i for i, _ in stable}
        old_index = {j: i for i, j in self.partner.items()}
        removed: dict[int, list[int]] = defaultdict(list)
        """Index of a new block → the removed blocks that follow it."""
        for i in self._unpaired_old():
            at = bisect_right(stable, i, key=lambda pair: pair[0])
            removed[stable[at - 1][1] if at else -1].append(i)
        yield from (BlockPair(i, None) for i in removed[-1])
        for j in range(len(self.new)):
            if j not in old_index:
                yield BlockPair(None, j, is_resplit=j in self.resplit_new)
            elif old_index[j] in unmoved:
                yield BlockPair(old_index[j], j)
            else:
                yield BlockPair(old_index[j], j, self._direction(stable, old_index[j], j))
            yield from (BlockPair(i, None) for i in removed[j])

    def _direction(self, stable: Sequence[tuple[int, int]], i: int, j: int) -> int:
        """Return 1 if more unmoved blocks precede the block than before, else -1."""
        before = bisect_right(stable, i, key=lambda pair: pair[0])
        return 1 if bisect_right(stable, j, key=lambda pair: pair[1]) > before else -1


def _similarity(a: frozenset[int], b: frozenset[int]) -> float:
    return 2 * len(a & b) / (len(a) + len(b))
