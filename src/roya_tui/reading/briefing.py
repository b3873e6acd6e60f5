"""Hundreds of new articles → one page: what many tell, then what is seldom heard, then what else there is, by tag.

Nothing is lost on the way: each article has a line, or is one of a story that has one, or is counted below the lines.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from msgspec import Struct

from roya_tui.model import Piece, Telling
from roya_tui.reading.folding import best

MOST = 3_000
"""Articles that are looked at. Where there are more, each source has its share of so many: the newest."""
STORIES, HIGHLIGHTS, SELDOM, TAGGED, ELSE = "stories", "highlights", "seldom", "tag", "else"
"""The kinds of sections, in their order."""
TITLES = {STORIES: "Big stories", HIGHLIGHTS: "Highlighted", SELDOM: "Seldom heard", ELSE: "And also"}
_LINES = {STORIES: 6, HIGHLIGHTS: 6, SELDOM: 5, TAGGED: 4, ELSE: 6}
"""Lines of each section at most."""
_OF_ONE_SOURCE = {TAGGED: 2, ELSE: 1}
"""How many of them one source may have."""
_MOST_TAGS = 7
_LEAST_TAGGED = 3
"""Articles that a section for a tag needs."""
_TELLS_NOTHING = 0.6
"""The part of all articles from which a tag sets nothing apart."""


class Line(Struct, frozen=True):
    """A headline of the page: an article, or the best telling of a story."""

    id: int
    others: tuple[int, ...] = ()
    """The other tellings that are new, too."""
    sources: tuple[int, ...] = ()
    """Who tells it, the best telling's first."""
    copies: int = 0
    """How many of the others are the very article of another of them, from a feed that is there twice."""

    @property
    def told(self) -> int:
        """How often it is told."""
        return 1 + len(self.others) - self.copies


class Section(Struct, frozen=True):
    """Some lines under a title, and what else there would be."""

    kind: str
    lines: tuple[Line, ...]
    more: tuple[int, ...] = ()
    tag: int = 0
    """The number of the tag that it is about, if it is about one."""
    mostly: int = 0
    """The source of all that there is more, if it is one."""


class Briefing(Struct, frozen=True):
    """The sections of a page."""

    sections: tuple[Section, ...] = ()
    left: tuple[int, ...] = ()
    """Articles that were too many to be looked at."""
    sources: int = 0
    """How many sources there is something new from."""

    @property
    def unread(self) -> int:
        """How many articles it is about."""
        told = sum(1 + len(line.others) for section in self.sections for line in section.lines)
        return told + sum(len(section.more) for section in self.sections) + len(self.left)


def looked_at(ids: Sequence[int], sources: Sequence[int], most: int = MOST) -> tuple[list[int], list[int]]:
    """Part articles, the newest first, into those that a briefing looks at and the others: no source crowds out one
    that has less."""
    if len(ids) <= most:
        return list(ids), []
    share = max(1, most // len(set(sources)))
    seen: Counter[int] = Counter()
    looked: list[int] = []
    left: list[int] = []
    for id, source in zip(ids, sources, strict=True):
        seen[source] += 1
        (looked if seen[source] <= share else left).append(id)
    return looked, left


def compose(
    pieces: Sequence[Piece],
    *,
    seldom: Collection[int] = (),
    names: Callable[[Iterable[int]], Mapping[int, str]] = lambda ids: {},
    preferred: Sequence[int] = (),
    left: Sequence[int] = (),
) -> Briefing:
    """Lay articles, the newest first, out as a page.

    `seldom` are the sources that write seldom; `names` tells what tags are called, which decides where nothing else
    does; of the sources `preferred`, one tells a story.
    """
    page = _Page(_told(pieces, preferred))
    page.take(STORIES, sorted((one for one in page.rest if len(one.line.sources) > 1), key=_weight))
    page.take(HIGHLIGHTS, [one for one in page.rest if one.highlighted])
    page.take(SELDOM, _first_of_each(one for one in page.rest if one.source in seldom))
    for tag in _tags(page.rest, names):
        page.take(TAGGED, [one for one in page.rest if tag in one.tags], tag)
    page.take(ELSE, page.rest)
    return Briefing(tuple(page.sections), tuple(left), len({piece.source_id for piece in pieces}))


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """An article or a story, as one line would tell it."""

    line: Line
    source: int
    at: int
    tags: frozenset[int]
    highlighted: bool

    @property
    def all_ids(self) -> tuple[int, ...]:
        return self.line.id, *self.line.others


def _weight(one: _Told) -> tuple[int, int, int, int]:
    """What many tell comes first, then what the person wants to see, then what is new."""
    return -len(one.line.sources), -one.highlighted, -one.at, -one.line.id


def _told(pieces: Sequence[Piece], preferred: Sequence[int]) -> list[_Told]:
    """Return a line for each story, where the newest of its tellings stands, and one for each other article."""
    stories: dict[object, list[Piece]] = defaultdict(list)
    for piece in pieces:
        stories[piece.id if piece.story is None else ("story", piece.story)].append(piece)
    return [_as_one(told, preferred) for told in stories.values()]


def _as_one(told: Sequence[Piece], preferred: Sequence[int]) -> _Told:
    first = told[0]
    if len(told) > 1:
        chosen = best((Telling(one.id, 0, one.source_id, one.minutes) for one in told), preferred).id
        first = next(one for one in told if one.id == chosen)
    others = tuple(one.id for one in told if one is not first)
    return _Told(
        Line(first.id, others, _who((first, *told)), len(told) - len({one.address or one.id for one in told})),
        first.source_id,
        max(one.at for one in told),
        frozenset(tag for one in told for tag in one.tags),
        any(one.highlighted for one in told),
    )


def _who(told: Iterable[Piece]) -> tuple[int, ...]:
    """Return who tells it, the first one first; of several feeds with the very same article only one does."""
    teller: dict[str, int] = {}
    found = (teller.setdefault(one.address, one.source_id) if one.address else one.source_id for one in told)
    return tuple(dict.fromkeys(found))


class _Page:
    """The sections so far, and the `rest` that stands in none."""

    def __init__(self, told: list[_Told]) -> None:
        self.rest = told
        self.sections: list[Section] = []

    def take(self, kind: str, wanted: Sequence[_Told], tag: int = 0) -> None:
        """Make a section of what is `wanted`, the first lines first. What finds no room in one that is for all kinds
        of things stays, for those that come after it."""
        lines, others = _within(wanted, _LINES[kind], _OF_ONE_SOURCE.get(kind, _LINES[kind]))
        if not lines:
            return
        closed = kind in (TAGGED, ELSE)
        if closed and len(others) == 1 and not others[0].line.others:
            lines, others = [*lines, *others], []  # a line that counts it would take as much room
        more = tuple(id for one in others for id in one.all_ids) if closed else ()
        sources = {source for one in others for source in one.line.sources} if closed else set()
        mostly = sources.pop() if len(sources) == 1 else 0
        self.sections.append(Section(kind, tuple(one.line for one in lines), more, tag, mostly))
        gone = set(wanted) if closed else set(lines)
        self.rest = [one for one in self.rest if one not in gone]


def _within(wanted: Sequence[_Told], most: int, of_one: int) -> tuple[list[_Told], list[_Told]]:
    """Part what is wanted into the lines there is room for, and the others."""
    counts: Counter[int] = Counter()
    lines: list[_Told] = []
    others: list[_Told] = []
    for one in wanted:
        room = len(lines) < most and counts[one.source] < of_one
        counts[one.source] += room
        (lines if room else others).append(one)
    return lines, others


def _first_of_each(told: Iterable[_Told]) -> list[_Told]:
    """Return the newest of each source."""
    return list({one.source: one for one in reversed(list(told))}.values())[::-1]


def _tags(told: Sequence[_Told], names: Callable[[Iterable[int]], Mapping[int, str]]) -> list[int]:
    """Return the tags that have sections: those of the most sources, each counted without what those before it hold."""
    of_tag: dict[int, set[_Told]] = defaultdict(set)
    for one in told:
        for tag in one.tags:
            of_tag[tag].add(one)
    too_many = max(2 * _LEAST_TAGGED, round(len(told) * _TELLS_NOTHING))
    of_tag = {tag: those for tag, those in of_tag.items() if _LEAST_TAGGED <= len(those) <= too_many}
    called = names(of_tag)
    chosen: list[int] = []
    while of_tag and len(chosen) < _MOST_TAGS:
        tag = min(of_tag, key=lambda tag: (*_breadth(of_tag[tag]), called.get(tag, ""), tag))
        taken = of_tag.pop(tag)
        chosen.append(tag)
        of_tag = {other: left for other, those in of_tag.items() if len(left := those - taken) >= _LEAST_TAGGED}
    return chosen


def _breadth(told: Collection[_Told]) -> tuple[int, int]:
    return -len({one.source for one in told}), -len(told)
