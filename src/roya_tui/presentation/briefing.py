"""Hundreds of new articles → one page: what many tell, then what is seldom heard, then what else there is, by tag.

Nothing is lost on the way: each article has a line, or is one of a story that has one, or is counted below the lines.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from msgspec import Struct

from roya_tui.layout.bidi.controls import isolate, join_isolated
from roya_tui.model import BriefingCandidate, StoryMember
from roya_tui.presentation.timeline import MoreRow, Timeline, pick_representative

MAX_ARTICLES = 3_000
"""Articles that are looked at. Where there are more, each source has its share of so many: the newest."""
STORIES, HIGHLIGHTS, SELDOM, TAGGED, ELSE = "stories", "highlights", "seldom", "tag", "else"
"""The kinds of sections, in their order."""
TITLES = {STORIES: "Big stories", HIGHLIGHTS: "Highlighted", SELDOM: "Seldom heard", ELSE: "And also"}
_MAX_LINES = {STORIES: 6, HIGHLIGHTS: 6, SELDOM: 5, TAGGED: 4, ELSE: 6}
"""Lines of each section at most."""
_MAX_PER_SOURCE = {TAGGED: 2, ELSE: 1}
"""How many of them one source may have."""
_MAX_TAGS = 7
_MIN_TAGGED = 3
"""Articles that a section for a tag needs."""
_TOO_COMMON = 0.6
"""The part of all articles from which a tag sets nothing apart."""


class BriefingLine(Struct, frozen=True):
    """A headline of the page: an article, or the best telling of a story."""

    id: int
    others: tuple[int, ...] = ()
    """The other tellings that are new, too."""
    sources: tuple[int, ...] = ()
    """Who tells it, the best telling's first."""
    copies: int = 0
    """How many of the others are the very article of another of them, from a feed that is there twice."""

    @property
    def member_count(self) -> int:
        """How often it is told."""
        return 1 + len(self.others) - self.copies


class BriefingSection(Struct, frozen=True):
    """Some lines under a title, and what else there would be."""

    kind: str
    lines: tuple[BriefingLine, ...]
    more: tuple[int, ...] = ()
    tag: int = 0
    """The number of the tag that it is about, if it is about one."""
    main_source: int = 0
    """The source of all that there is more, if it is one."""


class Briefing(Struct, frozen=True):
    """The sections of a page."""

    sections: tuple[BriefingSection, ...] = ()
    skipped: tuple[int, ...] = ()
    """Articles that were too many to be looked at."""
    sources: int = 0
    """How many sources there is something new from."""

    @property
    def article_count(self) -> int:
        """How many articles it is about."""
        shown = sum(1 + len(line.others) for section in self.sections for line in section.lines)
        return shown + sum(len(section.more) for section in self.sections) + len(self.skipped)


def pick_newest(
    ids: Sequence[int], sources: Sequence[int], max_articles: int = MAX_ARTICLES
) -> tuple[list[int], list[int]]:
    """Part articles, the newest first, into those that a briefing looks at and the others: no source crowds out one
    that has less."""
    if len(ids) <= max_articles:
        return list(ids), []
    share = max(1, max_articles // len(set(sources)))
    seen: Counter[int] = Counter()
    looked: list[int] = []
    left: list[int] = []
    for id, source in zip(ids, sources, strict=True):
        seen[source] += 1
        (looked if seen[source] <= share else left).append(id)
    return looked, left


def compose_briefing(
    pieces: Sequence[BriefingCandidate],
    *,
    seldom: Collection[int] = (),
    names: Callable[[Iterable[int]], Mapping[int, str]] = lambda ids: {},
    preferred: Sequence[int] = (),
    skipped: Sequence[int] = (),
) -> Briefing:
    """Lay articles, the newest first, out as a page.

    `seldom` are the sources that write seldom; `names` tells what tags are called, which decides where nothing else
    does; of the sources `preferred`, one tells a story.
    """
    page = _SectionPicker(_candidates(pieces, preferred))
    page.add_section(STORIES, sorted((one for one in page.rest if len(one.line.sources) > 1), key=_rank))
    page.add_section(HIGHLIGHTS, [one for one in page.rest if one.highlighted])
    page.add_section(SELDOM, _newest_per_source(one for one in page.rest if one.source in seldom))
    for tag in _pick_tags(page.rest, names):
        page.add_section(TAGGED, [one for one in page.rest if tag in one.tags], tag)
    page.add_section(ELSE, page.rest)
    return Briefing(tuple(page.sections), tuple(skipped), len({piece.source_id for piece in pieces}))


@dataclass(frozen=True, slots=True, eq=False)
class _Candidate:
    """An article or a story, as one line would tell it."""

    line: BriefingLine
    source: int
    at: int
    tags: frozenset[int]
    highlighted: bool

    @property
    def all_ids(self) -> tuple[int, ...]:
        return self.line.id, *self.line.others


def _rank(one: _Candidate) -> tuple[int, int, int, int]:
    """What many tell comes first, then what the person wants to see, then what is new."""
    return -len(one.line.sources), -one.highlighted, -one.at, -one.line.id


def _candidates(pieces: Sequence[BriefingCandidate], preferred: Sequence[int]) -> list[_Candidate]:
    """Return a line for each story, where the newest of its tellings stands, and one for each other article."""
    stories: dict[object, list[BriefingCandidate]] = defaultdict(list)
    for piece in pieces:
        stories[piece.id if piece.story is None else ("story", piece.story)].append(piece)
    return [_make_candidate(told, preferred) for told in stories.values()]


def _make_candidate(articles: Sequence[BriefingCandidate], preferred: Sequence[int]) -> _Candidate:
    first = articles[0]
    if len(articles) > 1:
        chosen = pick_representative(
            (StoryMember(one.id, 0, one.source_id, one.minutes) for one in articles), preferred
        ).id
        first = next(one for one in articles if one.id == chosen)
    others = tuple(one.id for one in articles if one is not first)
    return _Candidate(
        BriefingLine(
            first.id,
            others,
            _story_sources((first, *articles)),
            len(articles) - len({one.address or one.id for one in articles}),
        ),
        first.source_id,
        max(one.at for one in articles),
        frozenset(tag for one in articles for tag in one.tags),
        any(one.highlighted for one in articles),
    )


def _story_sources(articles: Iterable[BriefingCandidate]) -> tuple[int, ...]:
    """Return who tells it, the first one first; of several feeds with the very same article only one does."""
    teller: dict[str, int] = {}
    found = (teller.setdefault(one.address, one.source_id) if one.address else one.source_id for one in articles)
    return tuple(dict.fromkeys(found))


class _SectionPicker:
    """The sections so far, and the `rest` that stands in none."""

    def __init__(self, candidates: list[_Candidate]) -> None:
        self.rest = candidates
        self.sections: list[BriefingSection] = []

    def add_section(self, kind: str, candidates: Sequence[_Candidate], tag: int = 0) -> None:
        """Make a section of what is `wanted`, the first lines first. What finds no room in one that is for all kinds
        of things stays, for those that come after it."""
        lines, others = _split_by_limits(candidates, _MAX_LINES[kind], _MAX_PER_SOURCE.get(kind, _MAX_LINES[kind]))
        if not lines:
            return
        closed = kind in (TAGGED, ELSE)
        if closed and len(others) == 1 and not others[0].line.others:
            lines, others = [*lines, *others], []  # a line that counts it would take as much room
        more = tuple(id for one in others for id in one.all_ids) if closed else ()
        sources = {source for one in others for source in one.line.sources} if closed else set()
        mostly = sources.pop() if len(sources) == 1 else 0
        self.sections.append(BriefingSection(kind, tuple(one.line for one in lines), more, tag, mostly))
        gone = set(candidates) if closed else set(lines)
        self.rest = [one for one in self.rest if one not in gone]


def _split_by_limits(
    candidates: Sequence[_Candidate], most: int, of_one: int
) -> tuple[list[_Candidate], list[_Candidate]]:
    """Part what is wanted into the lines there is room for, and the others."""
    counts: Counter[int] = Counter()
    lines: list[_Candidate] = []
    others: list[_Candidate] = []
    for one in candidates:
        room = len(lines) < most and counts[one.source] < of_one
        counts[one.source] += room
        (lines if room else others).append(one)
    return lines, others


def _newest_per_source(candidates: Iterable[_Candidate]) -> list[_Candidate]:
    """Return the newest of each source."""
    return list({one.source: one for one in reversed(list(candidates))}.values())[::-1]


def _pick_tags(candidates: Sequence[_Candidate], names: Callable[[Iterable[int]], Mapping[int, str]]) -> list[int]:
    """Return the tags that have sections: those of the most sources, each counted without what those before it hold."""
    of_tag: dict[int, set[_Candidate]] = defaultdict(set)
    for one in candidates:
        for tag in one.tags:
            of_tag[tag].add(one)
    too_many = max(2 * _MIN_TAGGED, round(len(candidates) * _TOO_COMMON))
    of_tag = {tag: those for tag, those in of_tag.items() if _MIN_TAGGED <= len(those) <= too_many}
    called = names(of_tag)
    chosen: list[int] = []
    while of_tag and len(chosen) < _MAX_TAGS:
        tag = min(of_tag, key=lambda tag: (*_breadth(of_tag[tag]), called.get(tag, ""), tag))
        taken = of_tag.pop(tag)
        chosen.append(tag)
        of_tag = {other: left for other, those in of_tag.items() if len(left := those - taken) >= _MIN_TAGGED}
    return chosen


def _breadth(candidates: Collection[_Candidate]) -> tuple[int, int]:
    return -len({one.source for one in candidates}), -len(candidates)


ALL_LABEL = "All of the briefing"
"""What a view is called that holds more than one section."""
SKIPPED_LABEL = "What else there is"
"""What stands above the row that counts what was too much to be looked at."""


def briefing_timeline(
    briefing: Briefing,
    title: Callable[[BriefingSection], str],
    query: Callable[[BriefingSection | None], str],
    labels: Mapping[int, str],
    now: int,
) -> Timeline:
    """Lay a briefing out as rows.

    `title` tells what stands above a section, and `query` what finds all that belongs to it (to the page, for None);
    `labels` are the names of sources.
    """
    ids, others, every = array("q"), array("q"), array("q")
    starts: list[int] = []
    names: list[str] = []
    piles: dict[int, MoreRow] = {}
    side_notes: dict[int, str] = {}

    def add_more_row(behind: tuple[int, ...], words: str, leads: str, label: str) -> None:
        number = -1 - len(piles)
        piles[number] = MoreRow(array("q", behind), words, leads, label)
        ids.append(number)
        others.append(len(behind))
        every.extend(behind)

    for section in briefing.sections:
        starts.append(len(ids))
        names.append(title(section))
        for line in section.lines:
            ids.append(line.id)
            others.append(line.member_count - 1)
            every.extend((line.id, *line.others))
            if len(line.sources) > 1:
                side_notes[line.id] = _other_sources(line, labels)
        if section.more:
            source = labels.get(section.main_source, "")
            called = names[-1] if section.tag else source or ALL_LABEL
            add_more_row(section.more, f"more from {isolate(source)}" if source else "more", query(section), called)
    if briefing.skipped:
        starts.append(len(ids))
        names.append(SKIPPED_LABEL)
        add_more_row(briefing.skipped, "more", query(None), ALL_LABEL)
    lines = tuple(start + n for n, start in enumerate(starts))
    return Timeline(
        ids, tuple(starts), (), tuple(names), lines, now, others, every, more_rows=piles, side_notes=side_notes
    )


def _other_sources(line: BriefingLine, labels: Mapping[int, str]) -> str:
    """Return who else tells a story."""
    return join_isolated([labels.get(source, "") for source in line.sources[1:]], ", ")
