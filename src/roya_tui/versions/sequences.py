"""What two sequences have in common, in bounded time.

First what both begin and end with; then what occurs once in each (patience: such words and paragraphs are the ones a
person goes by); between those Myers' greedy search for the shortest way from one to the other.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_MAX_DIFFERENCES = 300
"""Differences that are searched for between two places that both have; where there are more, all of it differs."""


class Match(NamedTuple):
    """`length` items that are the same, from `old` in the one sequence and from `new` in the other."""

    old: int
    new: int
    length: int


@dataclass(slots=True)
class Budget:
    """How many items may still be looked at. When it is spent, what is left differs: coarse, but soon told."""

    left: int = 400_000

    def spend(self, items: int) -> bool:
        """Take from it; False when there is not enough left."""
        self.left -= items
        return self.left >= 0


def find_matches(old: Sequence[int], new: Sequence[int], budget: Budget) -> list[Match]:
    """Return what both have, in order."""
    found: list[Match] = []
    waiting: list[Match | tuple[int, int, int, int]] = [(0, len(old), 0, len(new))]
    while waiting:
        item = waiting.pop()
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
            waiting.append(Match(a_end, b_end, stop - a_end))
        if a == a_end or b == b_end or not budget.spend(a_end - a + b_end - b):
            continue
        if a + 1 == a_end or b + 1 == b_end:
            waiting += _match_single(old, a, a_end, new, b, b_end)
            continue
        anchors = _unique_anchors(old, a, a_end, new, b, b_end)
        if anchors:
            ends = [*anchors, (a_end, b_end)]
            gaps = [(a, i, b, j) for (a, b), (i, j) in zip([(a, b), *anchors], ends, strict=True)]
            waiting += reversed(gaps)  # an anchor is what its gap begins with
        else:
            waiting += reversed(_shortest_edit(old[a:a_end], new[b:b_end], a, b, budget))
    return list(_join_adjacent(found))


def _join_adjacent(runs: Sequence[Match]) -> Iterator[Match]:
    """Return runs with those joined that go on where the one before ended."""
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
    """Return the run of one item where on one side there is only one."""
    for i in range(a, a_end):
        for j in range(b, b_end):
            if old[i] == new[j]:
                yield Match(i, j, 1)
                return


def _unique_anchors(
    old: Sequence[int], a: int, a_end: int, new: Sequence[int], b: int, b_end: int
) -> list[tuple[int, int]]:
    """Return places of items that occur once here and once there, as many as stand in the same order."""
    here, there = old[a:a_end], new[b:b_end]
    once = {item for item, count in Counter(here).items() if count == 1}
    once &= {item for item, count in Counter(there).items() if count == 1}
    places = {item: b + at for at, item in enumerate(there) if item in once}
    return longest_increasing([(a + at, places[item]) for at, item in enumerate(here) if item in once])


def longest_increasing(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest part of `pairs`, which are sorted by their first place, that is sorted by the second too."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, (_, place) in enumerate(pairs):
        at = bisect_left(tails, place)
        before.append(ends[at - 1] if at else -1)
        tails[at : at + 1] = [place]
        ends[at : at + 1] = [index]
    chain: list[tuple[int, int]] = []
    index = ends[-1] if ends else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]


def _shortest_edit(old: Sequence[int], new: Sequence[int], a: int, b: int, budget: Budget) -> list[Match]:
    """Return the runs on a shortest way from `old` to `new` (E. W. Myers, 1986), moved by `a` and `b`.

    None of them where the way is too long to look for.
    """
    n, m = len(old), len(new)
    farthest = {1: 0}
    """By diagonal (place in `old` minus place in `new`) the farthest place in `old` that is reached."""
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
