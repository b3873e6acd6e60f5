"""A long list of articles as rows on the screen: article rows with a line above each new day.

Only the ids and the places of the day lines are kept, so that 100,000 articles cost two arrays.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import compress
from types import MappingProxyType
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from roya_tui.clock import Clock, next_day
from roya_tui.model import StoryMember
from roya_tui.text import format_count

EXPANDED_MEMBER = -1
"""What stands in `Timeline.others` for an article below the row of its story."""


class MoreRow(Struct, frozen=True):
    """Articles that one row of a list counts, and that have no row of their own."""

    ids: array[int]
    words: str
    """What the row says behind their number: `more from Petra`."""
    query: str = ""
    """What shows all that they belong to, where one is led there; "" where the row only unfolds."""
    label: str = ""
    """What that is called."""


class NewMembers(Struct, frozen=True):
    """Tellings that came since a list was made, and by how many its row counts more: of one feed that is there twice, a
    copy of what is told already is none."""

    ids: frozenset[int] = frozenset()
    count: int = 0


class Totals(Struct, frozen=True):
    """How many articles a list has, and how many rows they make."""

    articles: int
    rows: int


class Timeline(Struct, frozen=True):
    """`ids` in list order, and for each day line the index of the article below it, its day, and its words."""

    ids: array[int] = field(default_factory=lambda: array("q"))
    section_starts: tuple[int, ...] = ()
    days: tuple[date, ...] = ()
    section_names: tuple[str, ...] = ()
    section_rows: tuple[int, ...] = ()
    """The row that each day line stands on."""
    now: int | None = None
    """The present, where there are no day lines, and a row has to tell its day itself."""
    other_counts: array[int] = field(default_factory=lambda: array("q"))
    """Beside each id, how many more articles tell the same story and have no row; `BENEATH` for one that is shown
    below the row of its story. Empty where nothing is folded."""
    all_ids: array[int] = field(default_factory=lambda: array("q"))
    """All articles that stand here, with and without a row; empty where each has its own."""
    times: array[int] = field(default_factory=lambda: array("q"))
    """Beside each of `every` the second that it is sorted by."""
    more_rows: Mapping[int, MoreRow] = field(default_factory=dict)
    """What the rows stand for that show no article: those of `ids` that are below 0."""
    new_members: Mapping[int, NewMembers] = field(default_factory=dict)
    """Of some rows, what came since the list was made; `others` counts it."""
    side_notes: Mapping[int, str] = field(default_factory=dict)
    """What is told beside the titles of some articles, where there is room."""
    is_complete: bool = True
    """Whether all that belongs here is here already."""
    totals: Totals | None = None
    """What it will have then, where that is known before."""

    @property
    def row_count(self) -> int:
        """How many rows there are, day lines included."""
        return len(self.ids) + len(self.section_starts)

    def starts_with(self, other: Timeline) -> bool:
        """Whether its first rows say what all those of `other` say."""
        count = len(other.ids)
        mine = (
            self.ids[:count],
            self.other_counts[:count],
            self.section_names[: len(other.section_names)],
            self.section_rows[: len(other.section_rows)],
        )
        same = mine == (other.ids, other.other_counts, other.section_names, other.section_rows)
        return same and (self.now is None) is (other.now is None)

    def row_of(self, index: int) -> int:
        """The row of the article at `index`."""
        return index + bisect_right(self.section_starts, index)

    def index_of(self, row: int) -> int | None:
        """The index of the article on `row`; None on a day line or beyond the end."""
        above = bisect_right(self.section_rows, row)
        if above and self.section_rows[above - 1] == row:
            return None
        index = row - above
        return index if 0 <= index < len(self.ids) else None

    def section_of(self, row: int) -> str:
        """The words of the day line that `row` stands under, or is."""
        above = bisect_right(self.section_rows, row)
        return self.section_names[above - 1] if above else ""

    def date_of(self, index: int) -> date | None:
        """The day that the article at `index` is shown under; None where there are no day lines."""
        above = bisect_right(self.section_starts, index)
        return self.days[above - 1] if above and self.days else None

    def section_name(self, row: int) -> str:
        """The words of the day line on `row`, "" where there is none."""
        at = bisect_left(self.section_rows, row)
        return self.section_names[at] if at < len(self.section_rows) and self.section_rows[at] == row else ""


def build_timeline(ids: array[int], times: Sequence[int], clock: Clock, now: int, *, by_day: bool = True) -> Timeline:
    """Lay `ids` out; `times` are what they are sorted by, in seconds, all falling or all rising."""
    if not by_day or not ids:
        return Timeline(ids, now=now)
    count, today, rising = len(ids), clock.day(now), times[0] < times[-1]
    from_last = times[::-1]
    starts, days, names = [], [], []
    at = 0
    while at < count:  # a list of twenty years has thousands of days
        day = clock.day(times[at])
        starts.append(at)
        days.append(day)
        names.append(clock.relative_day_name(day, today))
        if rising:
            at = bisect_left(times, clock.start_of(next_day(day)), lo=at + 1)
        else:
            at = count - bisect_left(from_last, clock.start_of(day), hi=count - at - 1)
    lines = tuple(start + n for n, start in enumerate(starts))
    return Timeline(ids, tuple(starts), tuple(days), tuple(names), lines)


def insert_article(
    ids: array[int], times: array[int], id: int, at: int, index: int, *, by_time: bool
) -> tuple[array[int], array[int]]:
    """Return `ids` and `times` with one article more: where its time belongs, or else at `index`."""
    place = min(index, len(ids))
    if by_time and ids:
        if times[0] < times[-1]:
            place = bisect_right(times, at)
        else:
            place = bisect_right(times, -at, key=lambda second: -second)
    return ids[:place] + array("q", [id]) + ids[place:], times[:place] + array("q", [at]) + times[place:]


NO_NEW_MEMBERS = NewMembers()


def collect_ids(shown: Timeline) -> array[int]:
    """Return all articles that stand in a list, those without a row too."""
    return shown.all_ids or shown.ids


def describe_size(shown: Timeline) -> str:
    """Return how many articles a list has, and how many rows they make, if those are fewer."""
    if (totals := shown.totals) is None:
        if not shown.is_complete:
            return f"{len(shown.ids):,} and more"
        totals = Totals(len(collect_ids(shown)), len(shown.ids) - shown.other_counts.count(EXPANDED_MEMBER))
    return f"{totals.articles:,}" + (f" in {format_count(totals.rows, 'row')}" if totals.rows < totals.articles else "")


def other_count(shown: Timeline, index: int) -> int:
    """Return how many more articles the row at `index` stands for; `BENEATH` where it stands below another."""
    return shown.other_counts[index] if shown.other_counts else 0


def story_index(shown: Timeline, index: int) -> int:
    """Return the index of the row that the one at `index` stands below; its own where it stands below none."""
    while other_count(shown, index) == EXPANDED_MEMBER:
        index -= 1
    return index


def expand_more_rows(shown: Timeline, ids: Iterable[int]) -> list[int]:
    """Return the articles of some rows: of a row that counts articles, those."""
    if not shown.more_rows:
        return list(ids)
    return [id for row in ids for id in (shown.more_rows[row].ids if row in shown.more_rows else (row,))]


def more_row_of(shown: Timeline, id: int) -> int | None:
    """Return the row that counts an article, None if none does."""
    return next((row for row, pile in shown.more_rows.items() if id in pile.ids and row in shown.ids), None)


def count_expanded(shown: Timeline, index: int) -> int:
    """Return how many rows stand below that at `index`."""
    below = index + 1
    while below < len(shown.ids) and other_count(shown, below) == EXPANDED_MEMBER:
        below += 1
    return below - index - 1


def expand_story(shown: Timeline, index: int, members: Sequence[int]) -> Timeline:
    """Return the list with `tellings` below the row at `index`, but for what has a row already."""
    shown = collapse_story(shown, index)
    there = set(members).intersection(shown.ids)
    new = array("q", (id for id in dict.fromkeys(members) if id not in there))
    others = shown.other_counts or array("q", bytes(8 * len(shown.ids)))
    others = others[:index] + array("q", [len(new)]) + others[index + 1 :]
    return _splice(replace(shown, other_counts=others), index + 1, index + 1, new)


def add_new_members(shown: Timeline, new_members: Mapping[int, NewMembers]) -> Timeline:
    """Return the list with rows that also count the tellings which have `come`; no row moves. An open one stays."""
    others = shown.other_counts[:] if shown.other_counts else array("q", bytes(8 * len(shown.ids)))
    counted = dict(shown.new_members)
    for index, id in enumerate(shown.ids):
        if id in new_members and others[index] != EXPANDED_MEMBER and not count_expanded(shown, index):
            others[index] += new_members[id].count - counted.get(id, NO_NEW_MEMBERS).count
            counted[id] = new_members[id]
    return replace(shown, other_counts=others, new_members=counted)


def collapse_story(shown: Timeline, index: int) -> Timeline:
    """Return the list with nothing below the row at `index`."""
    return _splice(shown, index + 1, index + 1 + count_expanded(shown, index), array("q"))


def _splice(shown: Timeline, start: int, stop: int, new: array[int]) -> Timeline:
    """Return the list with `new` below a row, in place of what stands there from `start` to `stop`."""
    longer = len(new) - (stop - start)
    if start == stop and not new:
        return shown
    starts = tuple(at + longer if at >= stop else at for at in shown.section_starts)
    return replace(
        shown,
        ids=shown.ids[:start] + new + shown.ids[stop:],
        other_counts=shown.other_counts[:start] + array("q", [EXPANDED_MEMBER]) * len(new) + shown.other_counts[stop:],
        section_starts=starts,
        section_rows=tuple(start + n for n, start in enumerate(starts)),
    )


class StoryRows(NamedTuple):
    """The rows of a view: one for each story, and one for each article that is in none."""

    rows: array[int]
    """The article that each row shows."""
    other_counts: array[int]
    """Beside each, how many more of the view tell the same story."""
    is_row: bytearray
    """For each article of the view, 1 where a row stands in its place, else 0."""


def pick_representative(members: Iterable[StoryMember], preferred: Sequence[int] = ()) -> StoryMember:
    """Return the telling that stands for its story: of a `preferred` source, the first of them first; else the longest,
    and of those as long the one that came first."""
    rank = _source_ranks(preferred)
    return min(members, key=lambda one: (rank.get(one.source_id, len(rank)), -one.minutes, one.id))


def collapse_stories(
    ids: Sequence[int],
    members: Sequence[StoryMember],
    preferred: Sequence[int] = (),
    feed_copies: Mapping[int, int] = MappingProxyType({}),
) -> StoryRows:
    """Return the rows of a view whose articles are `ids`.

    `tellings` are all articles that are in stories, those of one story side by side, the best first where no source is
    preferred. Of what is not in the view nothing is counted; nor is what a feed tells that is there twice: `same` names
    one source for all that are it.
    """
    rows = array("q", ids)
    others = array("q", bytes(8 * len(rows)))
    kept = bytearray(b"\1") * len(rows)
    if not members:
        return StoryRows(rows, others, kept)
    rank = _source_ranks(preferred)
    of_none = len(rank)
    place_of = dict(zip(ids, range(len(rows)), strict=True)).get
    current = first = best_rank = -1
    counts: Counter[int] = Counter()
    for id, story, source, _ in members:  # often tens of thousands
        place = place_of(id)
        if place is None:
            continue
        its_rank = rank.get(source, of_none)
        if story != current:
            current, first, best_rank = story, place, its_rank
            rows[first] = id
            if feed_copies:
                counts.clear()
                _is_counted(source, feed_copies, counts)
            continue
        if place < first:
            others[place], rows[place] = others[first], rows[first]
            kept[first] = 0
            first = place
        else:
            kept[place] = 0
        others[first] += _is_counted(source, feed_copies, counts) if feed_copies else 1
        if its_rank < best_rank:
            rows[first], best_rank = id, its_rank
    return StoryRows(array("q", compress(rows, kept)), array("q", compress(others, kept)), kept)


def count_members(members: Iterable[StoryMember], feed_copies: Mapping[int, int] = MappingProxyType({})) -> int:
    """Return how many of one story's tellings a row counts, its own among them."""
    counted: Counter[int] = Counter()
    return sum(_is_counted(one.source_id, feed_copies, counted) for one in members)


def _is_counted(source: int, feed_copies: Mapping[int, int], counts: Counter[int]) -> bool:
    """Whether no other source of the same feed has told as much as this one does now; `told` counts what each did."""
    if source not in feed_copies:
        return True
    one = -1 - feed_copies[source]  # numbers of sources are above 0: below, it stands for all that are the same
    counts[source] += 1
    is_new = counts[source] > counts[one]
    counts[one] += is_new
    return is_new


def _source_ranks(preferred: Sequence[int]) -> dict[int, int]:
    return {source: place for place, source in enumerate(dict.fromkeys(preferred))}
