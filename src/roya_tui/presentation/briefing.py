"""Compose the briefing: big stories, highlights, rare sources, tags, the rest.

Each article has a line, belongs to a story with a line, or is counted in a row below the lines.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from msgspec import Struct

from roya_tui.layout.bidi.controls import join_isolated
from roya_tui.model import BriefingCandidate, StoryMember
from roya_tui.presentation.timeline import MoreRow, Timeline, more_from, pick_representative
from roya_tui.presentation.view import Scope, View
from roya_tui.translation import gettext, gettext_noop, ngettext

MAX_ARTICLES = 3_000
"""Articles in a briefing at most; with more, each source gets an equal share of its newest."""
STORIES, HIGHLIGHTS, RARE, TAGGED, OTHER = "stories", "highlights", "rare", "tag", "other"
TITLES = {
    STORIES: gettext_noop("Big stories"),
    HIGHLIGHTS: gettext_noop("Highlighted"),
    RARE: gettext_noop("Sources that publish rarely"),
    OTHER: gettext_noop("Other articles"),
}
_MAX_LINES = {STORIES: 6, HIGHLIGHTS: 6, RARE: 5, TAGGED: 4, OTHER: 6}
_MAX_PER_SOURCE = {TAGGED: 2, OTHER: 1}
_MAX_TAGS = 7
_MIN_TAGGED = 3
"""Articles that the section of a tag needs."""
_TOO_COMMON = 0.6
"""The share of all articles above which a tag gets no section."""


class BriefingLine(Struct, frozen=True):
    """A headline of the briefing: an article, or the best member of a story."""

    id: int
    others: tuple[int, ...] = ()
    sources: tuple[int, ...] = ()
    """The sources of the story, that of `id` first."""
    copies: int = 0
    """How many of `others` are copies from a feed that is subscribed twice."""

    @property
    def member_count(self) -> int:
        """The number of members, without copies."""
        return 1 + len(self.others) - self.copies


class BriefingSection(Struct, frozen=True):
    """Lines under a title, and the articles without a line."""

    kind: str
    lines: tuple[BriefingLine, ...]
    more: tuple[int, ...] = ()
    tag: int = 0
    """The id of its tag; 0 if it has none."""
    main_source: int = 0
    """The only source of the articles in `more`; 0 if there are several."""


class Briefing(Struct, frozen=True):
    """The sections of a briefing."""

    sections: tuple[BriefingSection, ...] = ()
    skipped: tuple[int, ...] = ()
    sources: int = 0

    @property
    def article_count(self) -> int:
        """The number of articles, with and without a line."""
        shown = sum(1 + len(line.others) for section in self.sections for line in section.lines)
        return shown + sum(len(section.more) for section in self.sections) + len(self.skipped)


def pick_newest(
    ids: Sequence[int], sources: Sequence[int], max_articles: int = MAX_ARTICLES
) -> tuple[list[int], list[int]]:
    """Split articles, the newest first, into an equal share per source and the rest."""
    if len(ids) <= max_articles:
        return list(ids), []
    share = max(1, max_articles // len(set(sources)))
    counts: Counter[int] = Counter()
    picked: list[int] = []
    rest: list[int] = []
    for id, source in zip(ids, sources, strict=True):
        counts[source] += 1
        (picked if counts[source] <= share else rest).append(id)
    return picked, rest


def compose_briefing(
    pieces: Sequence[BriefingCandidate],
    *,
    rare: Collection[int] = (),
    names: Callable[[Iterable[int]], Mapping[int, str]] = lambda ids: {},
    preferred: Sequence[int] = (),
    skipped: Sequence[int] = (),
) -> Briefing:
    """Compose a briefing from articles, the newest first.

    `rare` are sources that rarely publish. `names` returns the names of tags, which break ties. `preferred` sources
    represent their stories.
    """
    picker = _SectionPicker(_candidates(pieces, preferred))
    picker.add_section(STORIES, sorted((item for item in picker.rest if len(item.line.sources) > 1), key=_rank))
    picker.add_section(HIGHLIGHTS, [item for item in picker.rest if item.highlighted])
    picker.add_section(RARE, _newest_per_source(item for item in picker.rest if item.source in rare))
    for tag in _pick_tags(picker.rest, names):
        picker.add_section(TAGGED, [item for item in picker.rest if tag in item.tags], tag)
    picker.add_section(OTHER, picker.rest)
    return Briefing(tuple(picker.sections), tuple(skipped), len({piece.source_id for piece in pieces}))


@dataclass(frozen=True, slots=True, eq=False)
class _Candidate:
    """An article or a story that may become a line."""

    line: BriefingLine
    source: int
    at: int
    tags: frozenset[int]
    highlighted: bool

    @property
    def all_ids(self) -> tuple[int, ...]:
        return self.line.id, *self.line.others


def _rank(item: _Candidate) -> tuple[int, int, int, int]:
    """Order by number of sources, then highlighted, then newest."""
    return -len(item.line.sources), -item.highlighted, -item.at, -item.line.id


def _candidates(pieces: Sequence[BriefingCandidate], preferred: Sequence[int]) -> list[_Candidate]:
    """Return a candidate for each story, placed at its newest member, and each article."""
    stories: dict[object, list[BriefingCandidate]] = defaultdict(list)
    for piece in pieces:
        stories[piece.id if piece.story is None else ("story", piece.story)].append(piece)
    return [_make_candidate(articles, preferred) for articles in stories.values()]


def _make_candidate(articles: Sequence[BriefingCandidate], preferred: Sequence[int]) -> _Candidate:
    first = articles[0]
    if len(articles) > 1:
        members = (StoryMember(article.id, 0, article.source_id, article.minutes) for article in articles)
        chosen = pick_representative(members, preferred).id
        first = next(article for article in articles if article.id == chosen)
    others = tuple(article.id for article in articles if article is not first)
    copies = len(articles) - len({article.address or article.id for article in articles})
    return _Candidate(
        BriefingLine(first.id, others, _story_sources((first, *articles)), copies),
        first.source_id,
        max(article.at for article in articles),
        frozenset(tag for article in articles for tag in article.tags),
        any(article.highlighted for article in articles),
    )


def _story_sources(articles: Iterable[BriefingCandidate]) -> tuple[int, ...]:
    """Return the distinct sources in order, only the first for articles with the same address."""
    by_address: dict[str | int, int] = {}
    for article in articles:
        by_address.setdefault(article.address or article.id, article.source_id)
    return tuple(dict.fromkeys(by_address.values()))


class _SectionPicker:
    """The sections so far, and the candidates left for the next ones."""

    def __init__(self, candidates: list[_Candidate]) -> None:
        self.rest = candidates
        self.sections: list[BriefingSection] = []

    def add_section(self, kind: str, candidates: Sequence[_Candidate], tag: int = 0) -> None:
        """Make a section of candidates, the first ones first.

        Tag sections and the last one count candidates without a line; others leave them for later sections.
        """
        lines, others = _split_by_limits(candidates, _MAX_LINES[kind], _MAX_PER_SOURCE.get(kind, _MAX_LINES[kind]))
        if not lines:
            return
        counts_rest = kind in (TAGGED, OTHER)
        if counts_rest and len(others) == 1 and not others[0].line.others:
            lines, others = [*lines, *others], []  # a row that counts a single article would be as long
        more = tuple(id for item in others for id in item.all_ids) if counts_rest else ()
        sources = {source for item in others for source in item.line.sources} if counts_rest else set()
        main_source = sources.pop() if len(sources) == 1 else 0
        self.sections.append(BriefingSection(kind, tuple(item.line for item in lines), more, tag, main_source))
        used = set(candidates) if counts_rest else set(lines)
        self.rest = [item for item in self.rest if item not in used]


def _split_by_limits(
    candidates: Sequence[_Candidate], max_lines: int, max_per_source: int
) -> tuple[list[_Candidate], list[_Candidate]]:
    """Split candidates into those within the limits and the others."""
    counts: Counter[int] = Counter()
    lines: list[_Candidate] = []
    others: list[_Candidate] = []
    for item in candidates:
        fits = len(lines) < max_lines and counts[item.source] < max_per_source
        counts[item.source] += fits
        (lines if fits else others).append(item)
    return lines, others


def _newest_per_source(candidates: Iterable[_Candidate]) -> list[_Candidate]:
    return list({item.source: item for item in reversed(list(candidates))}.values())[::-1]


def _pick_tags(candidates: Sequence[_Candidate], names: Callable[[Iterable[int]], Mapping[int, str]]) -> list[int]:
    """Pick the tags with most sources, not counting articles of tags already picked."""
    by_tag: dict[int, set[_Candidate]] = defaultdict(set)
    for item in candidates:
        for tag in item.tags:
            by_tag[tag].add(item)
    too_many = max(2 * _MIN_TAGGED, round(len(candidates) * _TOO_COMMON))
    by_tag = {tag: items for tag, items in by_tag.items() if _MIN_TAGGED <= len(items) <= too_many}
    tag_names = names(by_tag)
    picked: list[int] = []
    while by_tag and len(picked) < _MAX_TAGS:
        tag = min(by_tag, key=lambda tag: (*_breadth(by_tag[tag]), tag_names.get(tag, ""), tag))
        used = by_tag.pop(tag)
        picked.append(tag)
        by_tag = {other: left for other, items in by_tag.items() if len(left := items - used) >= _MIN_TAGGED}
    return picked


def _breadth(candidates: Collection[_Candidate]) -> tuple[int, int]:
    return -len({item.source for item in candidates}), -len(candidates)


def briefing_timeline(
    briefing: Briefing,
    title: Callable[[BriefingSection], str],
    query: Callable[[BriefingSection | None], str],
    labels: Mapping[int, str],
    now: int,
) -> Timeline:
    """Lay out a briefing as rows.

    `title` returns the heading of a section, `query` the query for all of its articles (None: the whole briefing).
    """
    ids, others, all_ids = array("q"), array("q"), array("q")
    starts: list[int] = []
    names: list[str] = []
    more_rows: dict[int, MoreRow] = {}
    side_notes: dict[int, str] = {}

    def add_more_row(articles: tuple[int, ...], source: str, query: str, label: str) -> None:
        view = View(Scope("query", query, label=label or gettext("All articles of the briefing")))
        row, count = -1 - len(more_rows), len(articles)
        text = more_from(count, source) if source else ngettext("{count:,} more", "{count:,} more", count)
        more_rows[row] = MoreRow(array("q", articles), text, view)
        ids.append(row)
        others.append(count)
        all_ids.extend(articles)

    for section in briefing.sections:
        starts.append(len(ids))
        names.append(title(section))
        for line in section.lines:
            ids.append(line.id)
            others.append(line.member_count - 1)
            all_ids.extend((line.id, *line.others))
            if len(line.sources) > 1:
                side_notes[line.id] = join_isolated([labels.get(source, "") for source in line.sources[1:]], ", ")
        if section.more:
            source = labels.get(section.main_source, "")
            add_more_row(section.more, source, query(section), names[-1] if section.tag else source)
    if briefing.skipped:
        starts.append(len(ids))
        names.append(gettext("Older articles"))
        add_more_row(briefing.skipped, "", query(None), "")
    lines = tuple(start + n for n, start in enumerate(starts))
    return Timeline(
        ids, tuple(starts), (), tuple(names), lines, now, others, all_ids, more_rows=more_rows, side_notes=side_notes
    )
