"""`python -m tests.bench pages`: how much of the text on the pages of tests/data is found, and how much else.

A sentence counts as found if it stands in the article's text, after the one found before it. "Unwanted" are lines of
the article that the page is not expected to have. Each folder holds pages of one kind; "general" are those beside them.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from roya_tui.sources.pages.article_page import NotAnArticle, extract
from roya_tui.sources.sniffer import sniff
from roya_tui.text import strip_html

PAGES = Path(__file__).parent.parent / "data" / "pages"
_BLOCK = re.compile(
    r"</?(?:p|div|section|li|ul|ol|h\d|blockquote|figure|figcaption|table|tr|td|th|br|dl|dt|dd)\b[^<>]*>"
)
_SENTENCE_END = re.compile(r"(?<=[.!?؟])\s+|(?<=[。！？；])")


@dataclass(slots=True)
class Score:
    """Figures of one page, or sums of several."""

    pages: int = 0
    exact: int = 0
    expected: int = 0
    found: int = 0
    lines: int = 0
    unwanted: int = 0

    def add(self, other: Score) -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def row(self) -> str:
        shares = f"{self.found / max(1, self.expected):>10.1%}{self.unwanted / max(1, self.lines):>11.1%}"
        return f"{self.pages:>7}{self.exact:>7}{self.expected:>11}{shares}"


def score(expected: Sequence[str], found: Sequence[str]) -> Score:
    """Compare the lines of an article with the expected ones."""
    text, place, sentences, hits = " ".join(found), 0, 0, 0
    for line in expected:
        for sentence in filter(None, _SENTENCE_END.split(line)):
            sentences += 1
            if (at := text.find(sentence.strip(), place)) >= 0:
                hits, place = hits + 1, at + len(sentence.strip())
    wanted = list(expected)
    unwanted = 0
    for line in found:
        if line in wanted:
            wanted.remove(line)
        else:
            unwanted += not any(line in one for one in wanted)
    return Score(1, list(expected) == list(found), sentences, hits, len(found), unwanted)


def lines_of(page: bytes, header: str = "") -> list[str]:
    """Return the lines of a page's article; none if the page is refused."""
    try:
        article, _ = extract(sniff(page, header), url="https://paper.example/news/1")
    except NotAnArticle:
        return []
    return [words for part in _BLOCK.split(article.content) if (words := strip_html(part))]


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench pages", description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=PAGES, help="folder of pages (tests/data/pages)")
    parser.add_argument("--runs", type=int, default=5, help="times to read each page (%(default)s)")
    parser.add_argument("--each", action="store_true", help="also tell about each page that is not read as expected")
    chosen = parser.parse_args(words)
    sums: defaultdict[str, Score] = defaultdict(Score)
    spent = []
    for path in sorted(chosen.folder.rglob("*.html")):
        expected = json.loads(path.with_suffix(".read.json").read_text("utf-8"))
        if "refused" in expected:
            continue
        found, seconds = _timed(path.read_bytes(), expected.get("header", ""), chosen.runs)
        spent.append(seconds)
        one = score(expected["paragraphs"], found)
        sums["general" if path.parent == chosen.folder else path.parent.name].add(one)
        if chosen.each and not one.exact:
            print(f"{path.name}: {one.found} of {one.expected} sentences, {one.unwanted} unwanted of {one.lines} lines")
    print(f"{'':<14}{'pages':>7}{'exact':>7}{'sentences':>11}{'found':>10}{'unwanted':>11}")
    whole = Score()
    for kind, total in sorted(sums.items()):
        print(f"{kind:<14}{total.row()}")
        whole.add(total)
    print(f"{'all':<14}{whole.row()}")
    print(
        f"\n{1000 * sum(spent):.0f} ms of the processor for all {len(spent)} pages (median of {chosen.runs} runs each)"
    )
    return 0


def _timed(page: bytes, header: str, runs: int) -> tuple[list[str], float]:
    times: list[float] = []
    found: Iterable[str] = ()
    for _ in range(max(1, runs)):
        start = time.process_time()
        found = lines_of(page, header)
        times.append(time.process_time() - start)
    return list(found), median(times)
