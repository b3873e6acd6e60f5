"""`python -m tests.bench stories`: how well articles are sorted into stories, and what it takes of the processor.

First the labelled headlines of tests/data/stories, taken in one after another as a refresh does; then invented ones:
10,000 of four weeks, 100,000 of nine months, and 100,000 of four days, which is more than anybody reads. A false pair
is two articles in one story that tell two.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from math import comb, inf
from pathlib import Path
from typing import NamedTuple

from tests.bench.invented_news import headlines
from tests.bench.story_store import measure

from roya_tui.clustering.fingerprint import make_fingerprint
from roya_tui.clustering.index import MAX_SECONDS_BETWEEN, SimilarArticle, StoryIndex, assign_story

_LABELLED = Path(__file__).parent.parent / "data" / "stories"
_DAY = 86_400
_AT_ONCE = 100
"""Invented headlines that come with one refresh."""


class Told(NamedTuple):
    at: int
    source: int
    packed: bytes
    story: object
    kind: str = ""


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench stories", description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", default="10000,100000", help="numbers of invented headlines (%(default)s)")
    parser.add_argument("--store", type=int, default=100_000, help="articles in a store; 0 for none (%(default)s)")
    chosen = parser.parse_args(words)
    for part in ("tune", "judge"):
        _labelled(part)
    print(
        f"\n{'invented':<28}{'precision':>10}{'recall':>9}{'ms each':>9}{'worst ms':>10}{'telling ms':>12}{'bytes':>7}"
    )
    for size in filter(None, map(int, chosen.sizes.split(","))):
        _invented(f"{size:,} of {28 * size // 10_000} days", size, 28 * size // 10_000 * _DAY)
    _invented("100,000 of four days", 100_000, MAX_SECONDS_BETWEEN, every=200)
    if chosen.store:
        measure(chosen.store)
    return 0


def _labelled(part: str) -> None:
    rows = [json.loads(line) for line in (_LABELLED / f"{part}.jsonl").read_text().splitlines()]
    sources = {name: number for number, name in enumerate(sorted({row["source"] for row in rows}))}
    all_told = [
        Told(
            row["published"],
            sources[row["source"]],
            make_fingerprint(row["title"], row["lead"], row["language"]),
            row["story"] or -id,
            row["kind"],
        )
        for id, row in enumerate(rows)
    ]
    stories, _ = _sorted_in(all_told)
    kinds: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for one, other in combinations(range(len(rows)), 2):
        same, found = all_told[one].story == all_told[other].story, stories[one] == stories[other]
        kind = kinds[all_told[other].kind]
        kind[0] += same and found
        kind[1] += same
        kind[2] += found and not same
    right, pairs, wrong = (sum(kind[place] for kind in kinds.values()) for place in range(3))
    print(f"\n{part}: {len(rows)} headlines, precision {right / (right + wrong):.3f}, recall {right / pairs:.3f}")
    for name, (right, pairs, wrong) in sorted(kinds.items()):
        found = f"{right:>4} of {pairs:>4} pairs found" if pairs else " " * 23
        print(f"  {name:<12}{found}{f', {wrong} false' if wrong else ''}")


def _sorted_in(all_told: Sequence[Told], at_once: int = 1) -> tuple[list[int], list[float]]:
    """Sort tellings as refreshes do that bring so many `at_once`; return the story of each, and what each took."""
    tellings, stories, members, took = StoryIndex(), {}, defaultdict(list), []
    for id in range(len(all_told)):
        if id % at_once == 0:
            for new, told in enumerate(all_told[id : id + at_once], id):
                tellings.add(new, told.at, told.source, told.packed)
        before = time.process_time()
        alike = tellings.find_similar(id)
        joins = assign_story([SimilarArticle(id, inf), *alike] if alike and id in stories else alike, stories, set())
        took.append(time.process_time() - before)
        if joins:
            story = len(all_told) + id if joins.story is None else joins.story
            moved = [other for its in joins.merged_stories for other in members.pop(its)]
            members[story] += [*({id} - stories.keys()), *joins.unassigned, *moved]
            stories.update(dict.fromkeys(members[story], story))
    return [stories.get(id, id) for id in range(len(all_told))], took


def _invented(name: str, size: int, seconds: int, every: int = 1) -> None:
    """Measure with invented headlines; only one in `every` is sorted, among all of them."""
    made = headlines(size, 0, seconds)
    before = time.process_time()
    all_told = [
        Told(one.at, one.source, make_fingerprint(one.title, one.lead, one.language), one.story) for one in made
    ]
    each = (time.process_time() - before) / size
    length = sum(len(told.packed) for told in all_told) / size
    if every == 1:
        stories, took = _sorted_in(all_told, _AT_ONCE)
        right, wrong, pairs = _pairs(zip(stories, (told.story for told in all_told), strict=True))
        quality = f"{right / (right + wrong):>10.3f}{right / pairs:>9.3f}"
    else:
        quality, took = f"{'-':>10}{'-':>9}", _among_all(all_told, every)
    mean = sum(took) / len(took)
    print(f"{name:<28}{quality}{mean * 1e3:>9.2f}{max(took) * 1e3:>10.1f}{each * 1e3:>12.3f}{length:>7.0f}", flush=True)


def _among_all(all_told: Sequence[Told], every: int) -> list[float]:
    tellings = StoryIndex()
    for id, told in enumerate(all_told):
        tellings.add(id, told.at, told.source, told.packed)
    took = []
    for id in range(0, len(all_told), every):
        before = time.process_time()
        tellings.find_similar(id)
        took.append(time.process_time() - before)
    return took


def _pairs(labelled: Iterable[tuple[int, object]]) -> tuple[int, int, int]:
    """Return how many pairs were rightly put into one story, how many wrongly, and how many should have been."""
    both = Counter(labelled)
    found, true = Counter[int](), Counter[object]()
    for (story, label), count in both.items():
        found[story] += count
        true[label] += count
    right = sum(comb(count, 2) for count in both.values())
    return (
        right,
        sum(comb(count, 2) for count in found.values()) - right,
        sum(comb(count, 2) for count in true.values()),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
