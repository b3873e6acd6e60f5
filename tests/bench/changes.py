"""`python -m tests.bench.changes`: what it takes to tell what changed in an article of 300 KB, and in hostile ones.

Processor time, the least of some runs, beside the time that both versions take to be read as documents.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

from roya_tui.document.parser import parse_html
from roya_tui.versions.diff import diff_documents
from roya_tui.versions.summary import summarize

BOUND = 0.150
"""Seconds, for the articles; the hostile ones may take longer, and must end."""
_RUNS = 5
_WORDS = [f"word{number}" for number in range(3_000)]
_SHARES = [1 / (number + 1) for number in range(3_000)]


def articles() -> Iterator[tuple[str, str, str]]:
    """Names, and two versions of 300 KB each."""
    some = random.Random(1)

    def paragraph() -> str:
        return " ".join(some.choices(_WORDS, weights=_SHARES, k=80))

    def page(paragraphs: list[str]) -> str:
        return "".join(f"<p>{paragraph}.</p>\n" for paragraph in paragraphs)

    def edited(paragraph: str) -> str:
        return paragraph.replace("word7 ", "wordX ").replace("word1 ", "wordY ")

    first = [paragraph() for _ in range(520)]
    shuffled = some.sample(first, len(first))
    yield "three paragraphs", page(first), page([*first[:100], *first[101:300], paragraph(), *first[300:]])
    yield "each paragraph", page(first), page([edited(paragraph) for paragraph in first])
    yield "all other words", page(first), page([paragraph() for _ in range(520)])
    yield "all moved", page(first), page(shuffled)
    yield "one paragraph, edited", page([" ".join(first)]), page([edited(" ".join(first))])


def hostile() -> Iterator[tuple[str, str, str]]:
    """Names, and two versions that a comparison might be caught in."""
    some = random.Random(2)
    tiny = [f"<p>{one} {other}</p>" for one in "abcdefgh" for other in "abcdefgh"]

    def of(items: list[str], count: int) -> str:
        return "".join(some.choices(items, k=count))

    yield "20,000 tiny paragraphs", of(tiny, 20_000), of(tiny, 20_000)
    yield "150,000 coins", of(["a ", "b "], 150_000), of(["a ", "b "], 150_000)
    yield "two words in turns", "a b " * 75_000, "b a " * 75_000
    characters = [chr(0x4E00 + number) for number in range(300)]
    yield "100,000 characters", of(characters, 100_000), of(characters, 100_000)
    yield "one endless word", "a" * 300_000, "a" * 299_999 + "b"


def least(job: Callable[[], object]) -> float:
    """Seconds of the processor."""
    times = []
    for _ in range(_RUNS):
        start = time.process_time()
        job()
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    print(f"{'':24}{'KB':>6}{'read ms':>10}{'compare ms':>12}{'ratio':>8}")
    for pairs, bound in ((articles(), BOUND), (hostile(), None)):
        for name, before, after in pairs:
            read = least(lambda before=before, after=after: (parse_html(before), parse_html(after)))  # type: ignore[misc]
            old, new = parse_html(before), parse_html(after)
            compare = least(lambda old=old, new=new: summarize(diff_documents("a", old, "b", new)))  # type: ignore[misc]
            late = "  over the bound" if bound is not None and compare > bound else ""
            ratio = compare / read
            print(f"{name:24}{len(before) // 1000:>6}{read * 1e3:>10.0f}{compare * 1e3:>12.0f}{ratio:>8.1f}{late}")


if __name__ == "__main__":
    main()
