"""Find the common runs of two sequences in bounded time.

Common ends first, then items that occur once in each (patience diff), then Myers' greedy search between those.
Decision 053 compares it with `difflib`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

_MAX_DIFFERENCES = 300
"""Most differences searched for between two anchors; with more, the whole gap counts as different."""


class Match(NamedTuple):
    """`length` equal items from index `old` and index `new` of the two sequences."""

    old: int
    new: int
    length: int


@dataclass(slots=True)
class Budget:
    """How many items may still be examined; when it is spent, the rest counts as different."""

    left: int = 400_000

    def spend(self, items: int) -> bool:
        """Subtract `items`; return False if there were not enough left."""
        self.left -= items
        return self.left >= 0


def find_matches(old: Sequence[int], new: Sequence[int], budget: Budget) -> list[Match]:
    """Return the common runs in order."""
    found: list[Match] = []
    pending: list[Match | tuple[int, int, int, int]] = [(0, len(old), 0, len(new))]
    while pending:
        item = pending.pop()
        if isinstance(item, Match):
            found.append(item)
            continue
        a, a_end, b, b_end = item
        start = a
        while a < a_end and b < b_end and old[a] == new[b]:
            a, b = a + 1, b + 1
        if a > start:
            found.append(Match(start, b - a + start, a - start))
        stop = a_end
        while a_end > a and b_end > b and old[a_end - 1] == new[b_end - 1]:
            a_end, b_end = a_end - 1, b_end - 1
        if stop > a_end:
            pending.append(Match(a_end, b_end, stop - a_end))
        if a == a_end or b == b_end or not budget.spend(a_end - a + b_end - b):
            continue
        if a + 1 == a_end or b + 1 == b_end:
            pending += _match_single(old, a, a_end, new, b, b_end)
            continue
        anchors = _unique_anchors(old, a, a_end, new, b, b_end)
        if anchors:
            ends = [*anchors, (a_end, b_end)]
            gaps = [(a, i, b, j) for (a, b), (i, j) in zip([(a, b), *anchors], ends, strict=True)]
            pending += reversed(gaps)  # each gap after the first begins with its anchor
        else:
            pending += reversed(_shortest_edit(old[a:a_end], new[b:b_end], a, b, budget))
    return list(_join_adjacent(found))


def find_differences(matches: Sequence[Match], old: int, new: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield the ranges between the matches of sequences of lengths `old` and `new`: start and end in each."""
    i = j = 0
    for run in (*matches, Match(old, new, 0)):
        if run.old > i or run.new > j:
            yield i, run.old, j, run.new
        i, j = run.old + run.length, run.new + run.length


def _join_adjacent(runs: Sequence[Match]) -> Iterator[Match]:
    """Return the runs, with adjacent ones joined."""
    i = j = length = 0
    for run in runs:
        if (i + length, j + length) == run[:2]:
            length += run.length
            continue
        if length:
            yield Match(i, j, length)
        i, j, length = run
    if length:
        yield Match(i, j, length)


def _match_single(old: Sequence[int], a: int, a_end: int, new: Sequence[int], b: int, b_end: int) -> Iterator[Match]:
    """Return the first common item where one of the ranges has a single item."""
    for i in range(a, a_end):
        for j in range(b, b_end):
            if old[i] == new[j]:
                yield Match(i, j, 1)
                return


def _unique_anchors(
    old: Sequence[int], a: int, a_end: int, new: Sequence[int], b: int, b_end: int
) -> list[tuple[int, int]]:
    """Return the longest ordered list of items that occur once in both ranges."""
    old_part, new_part = old[a:a_end], new[b:b_end]
    unique = {item for item, count in Counter(old_part).items() if count == 1}
    unique &= {item for item, count in Counter(new_part).items() if count == 1}
    positions = {item: j for j, item in enumerate(new_part) if item in unique}
    pairs = [(i, positions[item], 1) for i, item in enumerate(old_part) if item in unique]
    return [(a + i, b + j) for i, j in heaviest_increasing(pairs)]


def heaviest_increasing(pairs: Sequence[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """Return the heaviest rising subsequence of `pairs` (old index, new index, weight).

    `pairs` are sorted by the old index.
    """
    if all(pair[1] < following[1] for pair, following in pairwise(pairs)):
        return [pair[:2] for pair in pairs]
    size = max(j for _, j, _ in pairs) + 2
    best: list[tuple[int, int]] = [(0, -1)] * size  # a Fenwick tree of (weight, last pair) by new index
    previous: list[int] = []
    for index, (_, j, weight) in enumerate(pairs):
        total, last = 0, -1
        at = j + 1
        while at:
            total, last = max((total, last), best[at])
            at -= at & -at
        previous.append(last)
        at = j + 1
        while at < size:
            best[at] = max(best[at], (total + weight, index))
            at += at & -at
    chain: list[tuple[int, int]] = []
    index = max(best)[1]
    while index >= 0:
        chain.append(pairs[index][:2])
        index = previous[index]
    return chain[::-1]


def _shortest_edit(old: Sequence[int], new: Sequence[int], a: int, b: int, budget: Budget) -> list[Match]:
    """Return the runs of a shortest edit script (E. W. Myers, 1986), shifted by `a` and `b`.

    Empty if the script has more than `_MAX_DIFFERENCES` edits or the budget is spent.
    """
    n, m = len(old), len(new)
    farthest = {1: 0}
    """Diagonal (index in `old` minus index in `new`) → the farthest index in `old` reached."""
    trace: list[dict[int, int]] = []
    for steps in range(min(n + m, _MAX_DIFFERENCES) + 1):
        trace.append(farthest.copy())
        if not budget.spend(2 * steps + 1):
            return []
        for k in range(-steps, steps + 1, 2):
            down = k == -steps or (k != steps and farthest[k - 1] < farthest[k + 1])
            x = start = farthest[k + 1] if down else farthest[k - 1] + 1
            y = x - k
            while x < n and 0 <= y < m and old[x] == new[y]:
                x, y = x + 1, y + 1
            budget.left -= x - start
            farthest[k] = x
            if x >= n and y >= m:
                return _backtrack(trace, n, m, a, b)
    return []


def _backtrack(trace: Sequence[dict[int, int]], x: int, y: int, a: int, b: int) -> list[Match]:
    runs: list[Match] = []
    for steps in range(len(trace) - 1, -1, -1):
        farthest, k = trace[steps], x - y
        down = k == -steps or (k != steps and farthest[k - 1] < farthest[k + 1])
        from_k = k + 1 if down else k - 1
        before_x = farthest[from_k] if steps else 0
        before_y = before_x - from_k if steps else 0
        start = (before_x if down else before_x + 1) if steps else 0
        if x > start:
            runs.append(Match(a + start, b + start - k, x - start))
        x, y = before_x, before_y
    return runs[::-1]
