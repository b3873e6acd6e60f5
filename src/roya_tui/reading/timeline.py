"""A long list of articles as rows on the screen: article rows with a line above each new day.

Only the ids and the places of the day lines are kept, so that 100,000 articles cost two arrays.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct, field

from roya_tui.reading.clock import Clock, next_day

BENEATH = -1
"""What stands in `Timeline.others` for an article below the row of its story."""


class Pile(Struct, frozen=True):
    """Articles that one row of a list counts, and that have no row of their own."""

    ids: array[int]
    words: str
    """What the row says behind their number: `more from Petra`."""
    query: str = ""
    """What shows all that they belong to, where one is led there; "" where the row only unfolds."""
    label: str = ""
    """What that is called."""


class Further(Struct, frozen=True):
    """Tellings that came since a list was made, and by how many its row counts more: of one feed that is there twice, a
    copy of what is told already is none."""

    ids: frozenset[int] = frozenset()
    more: int = 0


class Totals(Struct, frozen=True):
    """How many articles a list has, and how many rows they make."""

    articles: int
    rows: int


class Timeline(Struct, frozen=True):
    """`ids` in list order, and for each day line the index of the article below it, its day, and its words."""

    ids: array[int] = field(default_factory=lambda: array("q"))
    starts: tuple[int, ...] = ()
    days: tuple[date, ...] = ()
    names: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
    """The row that each day line stands on."""
    now: int | None = None
    """The present, where there are no day lines, and a row has to tell its day itself."""
    others: array[int] = field(default_factory=lambda: array("q"))
    """Beside each id, how many more articles tell the same story and have no row; `BENEATH` for one that is shown
    below the row of its story. Empty where nothing is folded."""
    every: array[int] = field(default_factory=lambda: array("q"))
    """All articles that stand here, with and without a row; empty where each has its own."""
    times: array[int] = field(default_factory=lambda: array("q"))
    """Beside each of `every` the second that it is sorted by."""
    piles: Mapping[int, Pile] = field(default_factory=dict)
    """What the rows stand for that show no article: those of `ids` that are below 0."""
    come: Mapping[int, Further] = field(default_factory=dict)
    """Of some rows, what came since the list was made; `others` counts it."""
    beside: Mapping[int, str] = field(default_factory=dict)
    """What is told beside the titles of some articles, where there is room."""
    whole: bool = True
    """Whether all that belongs here is here already."""
    totals: Totals | None = None
    """What it will have then, where that is known before."""

    @property
    def rows(self) -> int:
        """How many rows there are, day lines included."""
        return len(self.ids) + len(self.starts)

    def begins_with(self, other: Timeline) -> bool:
        """Whether its first rows say what all those of `other` say."""
        count = len(other.ids)
        mine = self.ids[:count], self.others[:count], self.names[: len(other.names)], self.lines[: len(other.lines)]
        same = mine == (other.ids, other.others, other.names, other.lines)
        return same and (self.now is None) is (other.now is None)

    def row(self, index: int) -> int:
        """The row of the article at `index`."""
        return index + bisect_right(self.starts, index)

    def index(self, row: int) -> int | None:
        """The index of the article on `row`; None on a day line or beyond the end."""
        above = bisect_right(self.lines, row)
        if above and self.lines[above - 1] == row:
            return None
        index = row - above
        return index if 0 <= index < len(self.ids) else None

    def day(self, row: int) -> str:
        """The words of the day line that `row` stands under, or is."""
        above = bisect_right(self.lines, row)
        return self.names[above - 1] if above else ""

    def date(self, index: int) -> date | None:
        """The day that the article at `index` is shown under; None where there are no day lines."""
        above = bisect_right(self.starts, index)
        return self.days[above - 1] if above and self.days else None

    def name(self, row: int) -> str:
        """The words of the day line on `row`, "" where there is none."""
        at = bisect_left(self.lines, row)
        return self.names[at] if at < len(self.lines) and self.lines[at] == row else ""


def timeline(ids: array[int], times: Sequence[int], clock: Clock, now: int, *, by_day: bool = True) -> Timeline:
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
        names.append(clock.name_seen(day, today))
        if rising:
            at = bisect_left(times, clock.start_of(next_day(day)), lo=at + 1)
        else:
            at = count - bisect_left(from_last, clock.start_of(day), hi=count - at - 1)
    lines = tuple(start + n for n, start in enumerate(starts))
    return Timeline(ids, tuple(starts), tuple(days), tuple(names), lines)


def holding(
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
