"""Lay out a long list of articles as rows, with a heading above each section (day).

It keeps only ids and the positions of headings, so that 100,000 articles cost two arrays.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import chain, compress
from types import MappingProxyType
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from roya_tui.clock import Clock, next_day
from roya_tui.layout.bidi.controls import isolate
from roya_tui.model import Headline, StoryMember
from roya_tui.presentation.view import View
from roya_tui.translation import format_number, gettext, ngettext

EXPANDED_MEMBER = -1
"""The value in `Timeline.other_counts` for a member shown below the row of its story."""


class MoreRow(Struct, frozen=True):
    """A row that stands for several articles without rows of their own, or offers another list."""

    ids: array[int]
    """The articles; empty if it only offers a list."""
    text: str
    """How many they are: `38 more from Petra`."""
    view: View | None = None
    """The list that the row opens; None if the row expands instead."""

    @property
    def is_offer(self) -> bool:
        """Whether the row counts no articles and only offers a list."""
        return not self.ids


def more_from(count: int, name: str) -> str:
    """Return the text of a row that counts further articles of a source."""
    return ngettext("{count:,} more from {name}", "{count:,} more from {name}", count, name=isolate(name))


class NewMembers(Struct, frozen=True):
    """Story members fetched since a list was built.

    `count` is how many its row adds, which leaves out copies from a feed that is subscribed twice.
    """

    ids: frozenset[int] = frozenset()
    count: int = 0


class Totals(Struct, frozen=True):
    """The numbers of articles and rows in a list."""

    articles: int
    rows: int


class Timeline(Struct, frozen=True):
    """The rows of a list: articles in order, with section headings between them."""

    ids: array[int] = field(default_factory=lambda: array("q"))
    section_starts: tuple[int, ...] = ()
    days: tuple[date, ...] = ()
    section_names: tuple[str, ...] = ()
    section_rows: tuple[int, ...] = ()
    now: int | None = None
    """The current time in UTC seconds if there are no headings, so that rows show their day; else None."""
    other_counts: array[int] = field(default_factory=lambda: array("q"))
    """For each id, the number of story members without a row; `EXPANDED_MEMBER` for a member below its story.

    Empty if no stories are collapsed.
    """
    all_ids: array[int] = field(default_factory=lambda: array("q"))
    """All articles, with and without rows; empty if each has its own row."""
    times: array[int] = field(default_factory=lambda: array("q"))
    """For each of `all_ids`, the time it is sorted by, in UTC seconds."""
    more_rows: Mapping[int, MoreRow] = field(default_factory=dict)
    """Negative id in `ids` → the row that stands for several articles."""
    new_members: Mapping[int, NewMembers] = field(default_factory=dict)
    """Row id → members fetched since the list was built; `other_counts` includes them."""
    side_notes: Mapping[int, str] = field(default_factory=dict)
    """Article id → text beside its title if there is space."""
    is_complete: bool = True
    totals: Totals | None = None
    """The totals of the complete list, if counted before it is loaded."""

    @property
    def row_count(self) -> int:
        """The number of rows, headings included."""
        return len(self.ids) + len(self.section_starts)

    def starts_with(self, other: Timeline) -> bool:
        """Return whether its first rows look like the rows of `other`."""
        count, sections = len(other.ids), len(other.section_rows)
        rows = (self.ids[:count], self.other_counts[:count])
        headings = (self.section_names[:sections], self.section_rows[:sections])
        same = (rows, headings) == ((other.ids, other.other_counts), (other.section_names, other.section_rows))
        return same and (self.now is None) is (other.now is None)

    def row_of(self, index: int) -> int:
        """Return the row of the article at `index`."""
        return index + bisect_right(self.section_starts, index)

    def index_of(self, row: int) -> int | None:
        """Return the index of the article on `row`; None for a heading or a row past the end."""
        above = bisect_right(self.section_rows, row)
        if above and self.section_rows[above - 1] == row:
            return None
        index = row - above
        return index if 0 <= index < len(self.ids) else None

    def section_of(self, row: int) -> str:
        """Return the name of the section that contains `row`."""
        above = bisect_right(self.section_rows, row)
        return self.section_names[above - 1] if above else ""

    def section_at(self, row: int) -> range:
        """Return the indexes of the articles in the section that contains `row`."""
        above = bisect_right(self.section_rows, row)
        return range(*(0, *self.section_starts, len(self.ids))[above : above + 2])

    def date_of(self, index: int) -> date | None:
        """Return the day under which the article at `index` is shown; None if there are no days."""
        above = bisect_right(self.section_starts, index)
        return self.days[above - 1] if above and self.days else None

    def section_name(self, row: int) -> str:
        """Return the name of the heading on `row`, "" if it is not a heading."""
        at = bisect_left(self.section_rows, row)
        return self.section_names[at] if at < len(self.section_rows) and self.section_rows[at] == row else ""


def build_timeline(ids: array[int], times: Sequence[int], clock: Clock, now: int, *, by_day: bool = True) -> Timeline:
    """Lay out `ids`, which are sorted by `times` in UTC seconds, rising or falling."""
    if not by_day or not ids:
        return Timeline(ids, now=now)
    count, today, rising = len(ids), clock.day(now), times[0] < times[-1]
    from_last = times[::-1]
    starts, days, names = [], [], []
    at = 0
    while at < count:  # bisecting, since a list of twenty years has thousands of days
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


def name_period(headline: Headline | None, clock: Clock) -> str:
    """Return the month or year of an old article whose date has no day: `October 2022`; else "".

    An article that arrived within its month or year is listed where it arrived.
    """
    if headline is None or headline.form.precision not in ("month", "year") or headline.at == headline.first_seen:
        return ""
    return clock.stamp(headline.at, headline.at_zone, headline.form)


def insert_article(
    ids: array[int], times: array[int], id: int, at: int, index: int, *, by_time: bool
) -> tuple[array[int], array[int]]:
    """Return `ids` and `times` with an article inserted by its time, or at `index`."""
    index = min(index, len(ids))
    if by_time and ids:
        if times[0] < times[-1]:
            index = bisect_right(times, at)
        else:
            index = bisect_right(times, -at, key=lambda second: -second)
    return ids[:index] + array("q", [id]) + ids[index:], times[:index] + array("q", [at]) + times[index:]


NO_NEW_MEMBERS = NewMembers()


def collect_ids(shown: Timeline) -> array[int]:
    """Return all articles of a list, also those without rows."""
    return shown.all_ids if shown.all_ids or shown.more_rows else shown.ids


def add_offers(shown: Timeline, offers: Iterable[MoreRow], heading: str) -> Timeline:
    """Return the list with rows at its end that open other lists; an empty list gets the heading."""
    first = min(shown.more_rows, default=0) - 1
    new = {first - n: offer for n, offer in enumerate(offers)}
    shown = replace(
        shown,
        ids=shown.ids + array("q", new),
        other_counts=shown.other_counts and shown.other_counts + array("q", bytes(8 * len(new))),
        more_rows={**shown.more_rows, **new},
        totals=_count_totals(shown),
    )
    if len(shown.ids) > len(new):
        return shown
    return replace(shown, section_starts=(0,), section_names=(heading,), section_rows=(0,), days=())


def describe_size(shown: Timeline) -> str:
    """Return the number of articles in a list, and of rows if there are fewer."""
    if shown.totals is None and not shown.is_complete:
        return gettext("{count:,} and more", count=len(shown.ids))
    totals = _count_totals(shown)
    articles, rows = totals.articles, totals.rows
    if rows >= articles:
        return format_number(articles, ",")
    return ngettext("{articles:,} in {count:,} row", "{articles:,} in {count:,} rows", rows, articles=articles)


def _count_totals(shown: Timeline) -> Totals:
    expanded = shown.other_counts.count(EXPANDED_MEMBER)
    return shown.totals or Totals(len(collect_ids(shown)), len(shown.ids) - expanded)


def other_count(shown: Timeline, index: int) -> int:
    """Return how many more articles a row counts, or `EXPANDED_MEMBER`."""
    return shown.other_counts[index] if shown.other_counts else 0


def story_index(shown: Timeline, index: int) -> int:
    """Return the index of the story above a member, or `index` for any other row."""
    while other_count(shown, index) == EXPANDED_MEMBER:
        index -= 1
    return index


def expand_more_rows(shown: Timeline, ids: Iterable[int]) -> list[int]:
    """Return the ids of articles, with those of each `MoreRow` in its place."""
    if not shown.more_rows:
        return list(ids)
    return [id for row in ids for id in (shown.more_rows[row].ids if row in shown.more_rows else (row,))]


def more_row_of(shown: Timeline, id: int) -> int | None:
    """Return the id of the `MoreRow` that contains an article, or None."""
    return next((row for row, more in shown.more_rows.items() if id in more.ids and row in shown.ids), None)


def count_expanded(shown: Timeline, index: int) -> int:
    """Return how many members are shown below the row at `index`."""
    below = index + 1
    while below < len(shown.ids) and other_count(shown, below) == EXPANDED_MEMBER:
        below += 1
    return below - index - 1


def expand_story(shown: Timeline, index: int, members: Sequence[int]) -> Timeline:
    """Return the list with the `members` that have no row yet below `index`."""
    shown = collapse_story(shown, index)
    present = set(members).intersection(shown.ids)
    new = array("q", (id for id in dict.fromkeys(members) if id not in present))
    others = shown.other_counts or array("q", bytes(8 * len(shown.ids)))
    others = others[:index] + array("q", [len(new)]) + others[index + 1 :]
    return _splice(replace(shown, other_counts=others), index + 1, index + 1, new)


def add_new_members(shown: Timeline, new_members: Mapping[int, NewMembers]) -> Timeline:
    """Return the list with `new_members` counted by rows that are not expanded."""
    others = shown.other_counts[:] if shown.other_counts else array("q", bytes(8 * len(shown.ids)))
    counted = dict(shown.new_members)
    for index, id in enumerate(shown.ids):
        if id in new_members and others[index] != EXPANDED_MEMBER and not count_expanded(shown, index):
            others[index] += new_members[id].count - counted.get(id, NO_NEW_MEMBERS).count
            counted[id] = new_members[id]
    return replace(shown, other_counts=others, new_members=counted)


def collapse_story(shown: Timeline, index: int) -> Timeline:
    """Return the list without the members below the row at `index`."""
    return _splice(shown, index + 1, index + 1 + count_expanded(shown, index), array("q"))


LoadMembers = Callable[[int], Sequence[int]]
"""Returns the ids of all articles in an article's story, the best first."""


def expand_row(shown: Timeline, index: int, load_members: LoadMembers) -> Timeline:
    """Return the list with the row at `index` expanded; the same list if there is nothing to expand."""
    if other_count(shown, index) < 1 or count_expanded(shown, index):
        return shown
    listed = shown.new_members.get(shown.ids[index], NO_NEW_MEMBERS).ids.union(collect_ids(shown))
    return _expand_to(shown, index, listed, load_members)


def add_member(shown: Timeline, index: int, id: int, load_members: LoadMembers) -> Timeline:
    """Return the list with a row for the article `id` of the same story as the row at `index`."""
    index = story_index(shown, index)
    below = shown.ids[index + 1 : index + 1 + count_expanded(shown, index)]
    listed = set(load_members(id)).intersection(collect_ids(shown))
    return _expand_to(shown, index, listed.union(below, [id]), load_members)


def _expand_to(shown: Timeline, index: int, wanted: Collection[int], load_members: LoadMembers) -> Timeline:
    """Expand a row to those of its articles that are in `wanted`."""
    row = shown.ids[index]
    ids = shown.more_rows[row].ids if row in shown.more_rows else load_members(row)
    return expand_story(shown, index, [id for id in ids if id in wanted])


def keep_expanded(shown: Timeline, index: int | None, new: Timeline, load_members: LoadMembers) -> Timeline:
    """Return `new` with the story of the row at `index` of `shown` expanded, if it is or if its article needs it."""
    if index is None or not new.other_counts:
        return new
    id, row = shown.ids[index], story_index(shown, index)
    if find_index(new.ids, id) is None and (counting := more_row_of(new, id)) is not None:
        return expand_story(new, new.ids.index(counting), new.more_rows[counting].ids)
    is_expanded = count_expanded(shown, row) > 0
    if (more_row := new.more_rows.get(shown.ids[row])) is not None:
        target = find_index(new.ids, shown.ids[row])
        return new if target is None or not is_expanded else expand_story(new, target, more_row.ids)
    of_story = load_members(id)
    listed = set(of_story).intersection(collect_ids(new))  # of few members: a set of all articles takes 7 MB
    members = [member for member in of_story if member in listed]
    if not is_expanded and (find_index(new.ids, id) is not None or id not in members):
        return new
    indexes = (find_index(new.ids, member) for member in members)
    first = next((index for index in indexes if index is not None), None)
    return new if first is None else expand_story(new, first, members)


def find_index(ids: array[int], id: int) -> int | None:
    """Return the index of `id` in `ids`, None if it is missing."""
    try:
        return ids.index(id)
    except ValueError:
        return None


def nearest_index(shown: Timeline, index: int | None, new: Timeline) -> int:
    """Return the index in `new` of the article at `index` of `shown`, else of one near it, else 0."""
    if index is None or not new.ids:
        return 0
    old = shown.ids
    if (same := find_index(new.ids, old[index])) is not None:
        return same
    new_ids = set(new.ids)
    nearest = next((id for id in chain(old[index + 1 :], reversed(old[:index])) if id in new_ids), None)
    return 0 if nearest is None else new.ids.index(nearest)


def _splice(shown: Timeline, start: int, stop: int, new: array[int]) -> Timeline:
    """Return the list with the members from `start` to `stop` replaced by `new`."""
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
    """The rows of a view: one for each story and one for each other article."""

    rows: array[int]
    other_counts: array[int]
    """For each row, the number of other members in the view."""
    is_row: bytearray
    """For each article of the view, 1 if a row stands at its position, else 0."""


def pick_representative(members: Iterable[StoryMember], preferred: Sequence[int] = ()) -> StoryMember:
    """Pick the member of a story to show: preferred source, then longest, then oldest."""
    rank = _source_ranks(preferred)
    return min(members, key=lambda member: (rank.get(member.source_id, len(rank)), -member.minutes, member.id))


def collapse_stories(
    ids: Sequence[int],
    members: Sequence[StoryMember],
    preferred: Sequence[int] = (),
    feed_copies: Mapping[int, int] = MappingProxyType({}),
) -> StoryRows:
    """Return the rows of a view whose articles are `ids`.

    `members` are all articles in stories, grouped by story, the best first if no source is preferred. Articles outside
    of the view are not counted, nor copies from a feed subscribed twice: `feed_copies` maps its sources to one of them.
    """
    rows = array("q", ids)
    others = array("q", bytes(8 * len(rows)))
    is_row = bytearray(b"\1") * len(rows)
    if not members:
        return StoryRows(rows, others, is_row)
    ranks = _source_ranks(preferred)
    lowest_rank = len(ranks)
    index_of = dict(zip(ids, range(len(rows)), strict=True)).get
    current = first = best_rank = -1
    counts: Counter[int] = Counter()
    for id, story, source, _ in members:  # often tens of thousands
        index = index_of(id)
        if index is None:
            continue
        rank = ranks.get(source, lowest_rank)
        if story != current:
            current, first, best_rank = story, index, rank
            rows[first] = id
            if feed_copies:
                counts.clear()
                _is_counted(source, feed_copies, counts)
            continue
        if index < first:
            others[index], rows[index] = others[first], rows[first]
            is_row[first] = 0
            first = index
        else:
            is_row[index] = 0
        others[first] += _is_counted(source, feed_copies, counts) if feed_copies else 1
        if rank < best_rank:
            rows[first], best_rank = id, rank
    return StoryRows(array("q", compress(rows, is_row)), array("q", compress(others, is_row)), is_row)


def count_members(members: Iterable[StoryMember], feed_copies: Mapping[int, int] = MappingProxyType({})) -> int:
    """Return how many members of a story count, without copies from a feed subscribed twice."""
    counts: Counter[int] = Counter()
    return sum(_is_counted(member.source_id, feed_copies, counts) for member in members)


def _is_counted(source: int, feed_copies: Mapping[int, int], counts: Counter[int]) -> bool:
    """Count an article; return whether no other source of its feed had as many before."""
    if source not in feed_copies:
        return True
    feed = -1 - feed_copies[source]  # source ids are positive, so negative keys hold the count of the feed
    counts[source] += 1
    is_new = counts[source] > counts[feed]
    counts[feed] += is_new
    return is_new


def _source_ranks(preferred: Sequence[int]) -> dict[int, int]:
    return {source: rank for rank, source in enumerate(dict.fromkeys(preferred))}
