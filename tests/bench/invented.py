"""Invented sources and articles in any number, the same ones for the same number every time.

Their words are made of syllables, their lengths and frequencies are like those of real news: a few words are in most
articles, most words are in few. The article with number n belongs to source n % 200.
"""

from __future__ import annotations

import functools
import random
from dataclasses import dataclass
from itertools import accumulate

from roya_tui.model import Entry, Moment, NewSource

SOURCES = 200
FOLDERS = 10
TAGS = (
    "economy", "sport", "water", "health", "science", "travel", "energy", "music", "film", "books",
    "weather", "schools", "farming", "trade", "housing", "rail", "ports", "space", "food", "law",
    "art", "history", "language", "technology", "climate", "markets", "local", "regions", "opinion", "letters",
    "اقتصاد", "رياضة", "مياه", "صحة", "تعليم", "ثقافة", "科学", "经济", "体育", "文化",
)  # fmt: skip

COMMON_WORD, OCCASIONAL_WORD, RARE_WORD = "harbour", "orchard", "zeppelin"
"""Words planted in every 4th, 50th and 2,000th article, for searches with a known number of finds."""

YEARS = 2 * 365 * 86_400
"""Seconds over which the articles are spread, up to the time they are made at."""

_MIDDLE, _SHORTEST, _LONGEST = 5_300, 2_000, 20_000
"""Length of a body in characters; with the spread below it comes to about 6,000 on average."""


@dataclass(frozen=True, slots=True)
class _Tongue:
    language: str
    words: tuple[str, ...]
    weights: tuple[float, ...]
    between: str
    title: str

    def say(self, chance: random.Random, count: int) -> list[str]:
        return chance.choices(self.words, cum_weights=self.weights, k=count)


def _words(seed: int, syllables: str, count: int, longest: int) -> tuple[str, ...]:
    chance = random.Random(seed)
    parts = syllables.split()
    words: dict[str, None] = {}
    while len(words) < count:
        words["".join(chance.choices(parts, k=chance.randint(1, longest)))] = None
    return tuple(words)


@functools.cache
def _tongues() -> tuple[_Tongue, ...]:
    latin = "ba be bo da de di fa fe go ha he hi ka ke la le li lo ma me mi mo na ne no pa pe ra re ri ro sa se si ta"
    arabic = "با بي تا تر جا جد حا در دا را ري سا سل شا صا طا عا عر فا في قا كا لا لم ما مد نا نو ها وا يا ين"
    cjk = "山 水 火 木 金 土 日 月 人 口 手 目 足 田 天 中 大 小 上 下 左 右 新 古 高 低 東 西 南 北 春 夏 秋 冬 花 鳥"
    made = (
        ("en", _words(1, latin, 12_000, 4), " ", "Report"),
        ("ar", _words(2, arabic, 8_000, 3), " ", "تقرير"),
        ("zh", _words(3, cjk, 5_000, 3), "", "报道"),
    )
    return tuple(
        _Tongue(language, words, tuple(accumulate(1 / (rank + 3) for rank in range(len(words)))), between, title)
        for language, words, between, title in made
    )


def _tongue(source: int) -> _Tongue:
    """The language of a source: 7 in 10 English, 2 Arabic, 1 Chinese; the newest articles are English."""
    return _tongues()[(1, 1, 2, 0, 0, 0, 0, 0, 0, 0)[source % 10]]


def address(source: int) -> str:
    """A source's address; `.invalid` never leads anywhere (RFC 2606)."""
    return f"http://source-{source}.invalid/feed"


def source(number: int) -> NewSource:
    """The subscription with this number, 0 to 199."""
    return NewSource(
        url=address(number),
        name=f"Source {number:03d}",
        folder=f"Folder {number % FOLDERS}",
        language=_tongue(number).language,
    )


def entry(number: int, total: int, now: int) -> Entry:
    """Article `number` of `total`, the last of which appeared at `now`."""
    chance = random.Random(number)
    tongue = _tongue(number % SOURCES)
    published = now - 60 - (total - 1 - number) * YEARS // total
    length = min(_LONGEST, max(_SHORTEST, chance.lognormvariate(0, 0.45) * _MIDDLE))
    heading = tongue.between.join(tongue.say(chance, chance.randint(4, 9)))
    return Entry(
        guid=f"invented:{number}",
        url=f"{address(number % SOURCES)}/{number}",
        title=f"{tongue.title} {number:06d}: {heading}",
        authors=(f"Writer {number % 400}",),
        published=Moment(published, ""),
        updated=Moment(published + 3_600, "") if number % 5 == 0 else Moment(),
        tags=tuple(chance.sample(TAGS, chance.choice((2, 3, 3, 3, 4)))),
        summary=f"<p>{tongue.between.join(tongue.say(chance, 25))}.</p>",
        content=_body(chance, tongue, number, int(length)),
        language=tongue.language,
    )


def _body(chance: random.Random, tongue: _Tongue, number: int, length: int) -> str:
    planted = [
        word for word, every in ((COMMON_WORD, 4), (OCCASIONAL_WORD, 50), (RARE_WORD, 2_000)) if number % every == 0
    ]
    paragraphs = [f'<p class="lead">{tongue.between.join(tongue.say(chance, 20))} {" ".join(planted)}.</p>']
    size = len(paragraphs[0])
    while size < length:
        words = tongue.say(chance, chance.randint(30, 90))
        if len(paragraphs) % 4 == 0:
            words[5:8] = [f'<a href="{address(number % SOURCES)}/{number - len(paragraphs)}">', *words[5:8], "</a>"]
        if len(paragraphs) % 6 == 0:
            paragraphs.append(f"<h3>{tongue.between.join(words[:4])}</h3>")
        paragraphs.append(f"<p>{tongue.between.join(words)}.</p>")
        size += len(paragraphs[-1])
    return "\n".join(paragraphs)
