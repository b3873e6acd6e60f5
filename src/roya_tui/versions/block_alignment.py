"""The blocks of two versions of a text → which of them are the same, which became another, which moved, came or went.

A block is known again by what it says, without what is trivial; else by how many of its words it shares, first where
it stood, then anywhere.
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
"""The share of words in common from which two blocks at one place are one that was changed."""
_MIN_SIMILARITY_ELSEWHERE = 0.6
_MIN_WORDS = 4
"""Blocks of fewer are not looked for elsewhere: any two may be alike."""
_MAX_RARE_BLOCKS = 8
"""Blocks with a word, beyond which it does not tell of which block one is."""
_CANDIDATES = 3
_BLOCK_WEIGHT = 1 << 40
"""One block weighs more than any text."""
_MAX_COMPARED = 400
"""Pairs of blocks in one gap that are compared one by one."""


class ComparedBlock(NamedTuple):
    """A block as it is compared."""

    block: Block
    key: str
    """What it says, or which picture it is; "" for what is trivial or only parts others."""


class BlockPair(NamedTuple):
    """A block of the old text and of the new one by their numbers; None where there is none."""

    old: int | None
    new: int | None
    moved: int = 0
    """1: it stands further down than it did, -1: further up."""
    is_resplit: bool = False
    """Whether a new one only parts otherwise what old ones said in its place."""


def compared_blocks(document: Document) -> list[ComparedBlock]:
    """Return the blocks of a document as they are compared."""
    return [_compared_block(block, document) for block in document.blocks]


def _compared_block(block: Block, document: Document) -> ComparedBlock:
    if block.kind == "picture":
        return ComparedBlock(block, f"picture {normalize_url(document.pictures[block.number - 1].url)}")
    if block.kind == "media":
        return ComparedBlock(block, f"{block.label} {normalize_url(document.links[block.link - 1].url)}")
    says = (
        block.text.string
        if block.kind == "code"
        else normalize_for_comparison(block.text.string.replace("\n", BLOCK_SEPARATOR))
    )
    return ComparedBlock(block, says)


def align_blocks(
    old: Sequence[ComparedBlock], new: Sequence[ComparedBlock], vocabulary: Vocabulary, budget: Budget
) -> list[BlockPair]:
    """Return all blocks in reading order: what went stands after what it stood after, or not if it said nothing."""
    return _Alignment(old, new, vocabulary, budget).pairs()


@dataclass(slots=True)
class _Alignment:
    old: Sequence[ComparedBlock]
    new: Sequence[ComparedBlock]
    vocabulary: Vocabulary
    budget: Budget
    partner: dict[int, int] = field(default_factory=dict)
    """By the number of an old block, that of the new one."""
    taken: set[int] = field(default_factory=set)
    """The new ones among them."""
    resplit: set[int] = field(default_factory=set)
    """The new ones that say together what old ones said together, which are in `joined`."""
    joined: set[int] = field(default_factory=set)

    def pairs(self) -> list[BlockPair]:
        self._pair_equal()
        self._match_resplit()
        self._pair_similar_in_place()
        self._pair_similar_elsewhere()
        return list(self._in_order())

    def _pair(self, i: int, j: int) -> None:
        self.partner[i] = j
        self.taken.add(j)

    def _unpaired_old(self) -> list[int]:
        return [i for i, unit in enumerate(self.old) if unit.key and i not in self.partner and i not in self.joined]

    def _unpaired_new(self) -> list[int]:
        return [j for j, unit in enumerate(self.new) if unit.key and j not in self.taken and j not in self.resplit]

    def _pair_equal(self) -> None:
        """Pair blocks that say the same: first those in the same order, then those that stand elsewhere."""
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
        """Take for the same what says the same between the same neighbours, but in other paragraphs."""
        for olds, news in self._gaps(self._unpaired_old(), self._unpaired_new()):
            if self._joined_text(self.old, olds) == self._joined_text(self.new, news):
                self.joined.update(olds)
                self.resplit.update(news)

    def _joined_text(self, units: Sequence[ComparedBlock], some: Iterable[int]) -> str:
        return normalize_for_comparison(BLOCK_SEPARATOR.join(units[number].key for number in some))

    def _pair_similar_in_place(self) -> None:
        """Pair blocks that stand between the same neighbours and share many of their words."""
        old_words, new_words = self._words(self.old, self._unpaired_old()), self._words(self.new, self._unpaired_new())
        for olds, news in self._gaps(list(old_words), list(new_words)) if old_words and new_words else ():
            if len(olds) * len(news) > _MAX_COMPARED:
                self._pair_similar_in_order(zip(olds, news, strict=False), old_words, new_words)
                self._pair_similar_in_order(zip(reversed(olds), reversed(news), strict=False), old_words, new_words)
                continue
            alike = sorted(
                ((_similarity(old_words[i], new_words[j]), -abs(n - m), i, j)
                 for n, i in enumerate(olds) for m, j in enumerate(news)), reverse=True
            )  # fmt: skip
            self._pair_best((i, j) for share, _, i, j in alike if share >= _MIN_SIMILARITY_IN_PLACE)

    def _pair_similar_in_order(
        self, wanted: Iterable[tuple[int, int]], old: dict[int, frozenset[int]], new: dict[int, frozenset[int]]
    ) -> None:
        """Pair one after the other, as long as they are alike: where there are too many to compare all with all."""
        alike = takewhile(lambda pair: _similarity(old[pair[0]], new[pair[1]]) >= _MIN_SIMILARITY_ELSEWHERE, wanted)
        self._pair_best(alike)

    def _gaps(self, olds: Sequence[int], news: Sequence[int]) -> Iterator[tuple[list[int], list[int]]]:
        """Return what is left, by the neighbours that stayed which it stands between."""
        chain = self._stable_pairs()
        olds_by, news_by = defaultdict(list), defaultdict(list)
        for i in olds:
            olds_by[bisect_right(chain, i, key=lambda pair: pair[0])].append(i)
        for j in news:
            news_by[bisect_right(chain, j, key=lambda pair: pair[1])].append(j)
        for gap, there in olds_by.items():
            if gap in news_by:
                yield there, news_by[gap]

    def _pair_similar_elsewhere(self) -> None:
        """Pair blocks that share most of their words, wherever they stand, by the rare words in them."""
        old_words, new_words = self._words(self.old, self._unpaired_old()), self._words(self.new, self._unpaired_new())
        places: dict[int, list[int]] = defaultdict(list)
        for j, words in new_words.items():
            for word in words if len(words) >= _MIN_WORDS else ():
                places[word].append(j)
        alike = []
        for i, words in old_words.items():
            if len(words) < _MIN_WORDS or not self.budget.spend(len(words)):
                continue
            shared = Counter(
                j for word in words if len(places.get(word, ())) <= _MAX_RARE_BLOCKS for j in places.get(word, ())
            )
            for j, _ in shared.most_common(_CANDIDATES):
                share = _similarity(words, new_words[j])
                if share >= _MIN_SIMILARITY_ELSEWHERE:
                    alike.append((share, i, j))
        self._pair_best((i, j) for _, i, j in sorted(alike, reverse=True))

    def _pair_best(self, alike: Iterable[tuple[int, int]]) -> None:
        for i, j in alike:
            if i not in self.partner and j not in self.taken:
                self._pair(i, j)

    def _words(self, units: Sequence[ComparedBlock], left: Iterable[int]) -> dict[int, frozenset[int]]:
        """Return the words of those blocks that have any: pictures are known by their address alone."""
        texts = [(i, units[i].block) for i in left if units[i].block.kind not in ("picture", "media")]
        found = ((i, self.vocabulary.distinct_words(block.text.string)) for i, block in texts)
        return {i: words for i, words in found if words}

    def _stable_pairs(self) -> list[tuple[int, int]]:
        """Return the pairs that stand in one order in both texts: as many as can be, and as much text."""
        return heaviest_increasing(
            [(i, j, _BLOCK_WEIGHT + len(self.new[j].key)) for i, j in sorted(self.partner.items())]
        )

    def _in_order(self) -> Iterator[BlockPair]:
        stayed = self._stable_pairs()
        chain = dict(stayed)
        came_from = {j: i for i, j in self.partner.items()}
        went: dict[int, list[int]] = defaultdict(list)
        """By the number of the new block that they stand after."""
        for i in self._unpaired_old():
            at = bisect_right(stayed, i, key=lambda pair: pair[0])
            went[stayed[at - 1][1] if at else -1].append(i)
        yield from (BlockPair(i, None) for i in went[-1])
        for j in range(len(self.new)):
            if j not in came_from:
                yield BlockPair(None, j, is_resplit=j in self.resplit)
            elif came_from[j] in chain:
                yield BlockPair(came_from[j], j)
            else:
                yield BlockPair(came_from[j], j, self._direction(stayed, came_from[j], j))
            yield from (BlockPair(i, None) for i in went[j])

    def _direction(self, stayed: Sequence[tuple[int, int]], i: int, j: int) -> int:
        """Return 1 where more of what stayed stands before a block now than before, else -1."""
        before = bisect_right(stayed, i, key=lambda pair: pair[0])
        return 1 if bisect_right(stayed, j, key=lambda pair: pair[1]) > before else -1


def _similarity(one: frozenset[int], other: frozenset[int]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))
