"""What stands in the headline list, read in a thread: the articles of a query, one row for each story, and few rows a
day for sources that write much."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from itertools import compress
from sqlite3 import Connection

from msgspec import Struct, field
from msgspec.structs import replace

from roya_tui.clock import Clock, next_day
from roya_tui.model import StoryMember
from roya_tui.presentation.timeline import MoreRow, NewMembers, collapse_stories, count_members, insert_article
from roya_tui.query import Query
from roya_tui.store.search import results
from roya_tui.store.sources import names, status, subscriptions
from roya_tui.store.user_data import stories

SMALL_LIST = 10_000
"""Articles up to which their own stories are asked for, and not all."""


class CursorArticle(Struct, frozen=True):
    """The article of the cursor, and the second that the list it stands in is sorted by; None if by something else."""

    id: int
    time: int | None


class HeldArticle(Struct, frozen=True):
    """The article that stays in the list whether the query finds it or not, since it is being read."""

    id: int
    time: int
    index: int
    is_by_time: bool


class ArticleRows(Struct, frozen=True):
    """Rows with the second that each is sorted by and how many others it stands for; and `every` article, with the
    second of each, as they were before any was folded away."""

    ids: array[int]
    times: array[int]
    other_counts: array[int]
    all_ids: array[int]
    all_times: array[int]
    is_complete: bool = True
    """Whether this is all that the query finds."""
    more_rows: Mapping[int, MoreRow] = field(default_factory=dict)
    """What the rows count that show no article."""


class DailyLimits(Struct, frozen=True):
    """That sources which write much have few rows a day, by `clock`; `wished` is what config.toml says of them."""

    clock: Clock
    configured: Mapping[str, int]


class ListOptions(Struct, frozen=True):
    """How a list is made of what a query finds."""

    zone: tzinfo | None = None
    """Where days begin."""
    group_stories: bool = True
    """Whether a story has one row."""
    prefer: Sequence[str] = ()
    """Whose telling is shown there rather than another's."""
    daily_limits: DailyLimits | None = None


DEFAULT_OPTIONS = ListOptions()


def load_rows(
    db: Connection,
    query: Query,
    now: int,
    limit: int | None = None,
    *,
    options: ListOptions = DEFAULT_OPTIONS,
    held: HeldArticle | None = None,
) -> ArticleRows:
    """Return what `query` finds, or the rows of the first `limit` of it: those rows are the same in the whole list."""
    zone = options.zone
    ids, times = results.find_with_times(db, query, now, limit, zone=zone)
    whole = limit is None or len(ids) != limit
    if held is not None and held.id not in ids:
        ids, times = insert_article(ids, times, held.id, held.time, held.index, by_time=held.is_by_time)
    first = len(ids)
    if not whole and options.daily_limits:
        ids, times = _add_rest_of_day(db, query, now, ids, times, options.daily_limits, zone)
    if not whole and options.group_stories:
        further = {one.id for one in stories.find_members(db, ids)}.difference(ids)
        more = array("q", results.filter_ids(db, query, further, now, zone=zone)) if further else array("q")
        # They stand below all that is shown now; when, is not asked until all are.
        ids, times = ids + more, times + times[-1:] * len(more)
    return regroup_rows(db, ids, times, options=options, first=None if whole else first)


def load_rows_down_to(
    db: Connection,
    query: Query,
    now: int,
    limit: int,
    article: CursorArticle | None,
    *,
    options: ListOptions = DEFAULT_OPTIONS,
) -> ArticleRows:
    """Return the rows of the first `limit` of what `query` finds; all of it where `article`, found or not, has its
    place further down."""
    found = load_rows(db, query, now, limit, options=options)
    if (
        found.is_complete
        or article is None
        or article.id in found.all_ids
        or _is_within(found.times, article.time, query.order)
    ):
        return found
    return load_rows(db, query, now, options=options)


def _is_within(times: array[int], time: int | None, order: str) -> bool:
    """Whether what stands at that second has its place before the last of these."""
    if time is None or order not in ("newest", "oldest"):
        return False
    return time > times[-1] if order == "newest" else time < times[-1]


def regroup_rows(
    db: Connection,
    all_ids: array[int],
    times: array[int],
    *,
    options: ListOptions = DEFAULT_OPTIONS,
    first: int | None = None,
) -> ArticleRows:
    """Return a list of the same articles with the rows that stories, as they are by now, ask for.

    Only the `first` of them are to have rows, if that is given; the others are there to be counted.
    """
    whole, capping = first is None, options.daily_limits
    if options.group_stories:
        tellings = stories.find_members(db, all_ids) if len(all_ids) < SMALL_LIST else stories.list_members(db)
        same = status.find_same_address(db, {one.source_id for one in tellings}) if tellings else {}
        rows, others, kept = collapse_stories(all_ids, tellings, _find_source_ids(db, options.prefer), same)
        most = sum(kept[:first])
        found = ArticleRows(rows, array("q", compress(times, kept)), others, all_ids, times, whole)
    else:
        found, most = ArticleRows(all_ids, times, array("q"), all_ids, times, whole), len(all_ids[:first])
    caps = subscriptions.load_daily_limits(db, capping.configured) if capping else {}
    return _apply_limits(db, found, caps, capping.clock, most) if caps and capping else found


def find_new_members(
    db: Connection, query: Query, now: int, rows: array[int], known_ids: array[int], zone: tzinfo | None = None
) -> dict[int, NewMembers]:
    """Return which articles, found by `query` and not `there` yet, tell by now what one of those `rows` tells, too."""
    tellings = stories.find_members(db, rows) if len(rows) < SMALL_LIST else stories.list_members(db)
    standing = set(known_ids)
    further = {one.id for one in tellings} - standing
    found = set(results.filter_ids(db, query, further, now, zone=zone)) if further else set()
    if not found:
        return {}
    grown = {one.story for one in tellings if one.id in found}
    of_story: dict[int, list[StoryMember]] = {story: [] for story in grown}
    for one in tellings:
        if one.story in grown and (one.id in found or one.id in standing):
            of_story[one.story].append(one)
    same = status.find_same_address(db, {one.source_id for story in of_story.values() for one in story})
    rises = {}
    for story, its in of_story.items():
        before = count_members([one for one in its if one.id in standing], same)
        rises[story] = NewMembers(
            frozenset(one.id for one in its if one.id in found), count_members(its, same) - before
        )
    story_of = {one.id: one.story for one in tellings}
    return {row: rises[story_of[row]] for row in rows if story_of.get(row) in rises}


def _add_rest_of_day(
    db: Connection,
    query: Query,
    now: int,
    ids: array[int],
    times: array[int],
    limits: DailyLimits,
    zone: tzinfo | None,
) -> tuple[array[int], array[int]]:
    """Return the first articles of a list, and behind them what it holds of the last one's day from sources that have
    few rows a day: to be counted."""
    caps = subscriptions.load_daily_limits(db, limits.configured)
    if not caps:
        return ids, times
    from roya_tui.store.articles.lookup import load_times, map_to_sources  # few starts need it

    clock, day = limits.clock, limits.clock.day(times[-1])
    of_day = map_to_sources(db, caps, begin=clock.start_of(day), end=clock.start_of(next_day(day)))
    found = results.filter_ids(db, query, of_day.keys() - set(ids), now, zone=zone)
    dated = sorted(zip(load_times(db, found), found, strict=True), reverse=query.order != "oldest")
    return ids + array("q", (id for _, id in dated)), times + array("q", (at for at, _ in dated))


def _apply_limits(
    db: Connection, found: ArticleRows, limits: Mapping[int, int], clock: Clock, row_count: int
) -> ArticleRows:
    """Return the list with few rows a day for those sources, and only what its first `most` rows become."""
    from roya_tui.presentation.daily_limit import limit_rows
    from roya_tui.store.articles.lookup import map_to_sources

    source_of = map_to_sources(db, limits, among=found.ids if len(found.ids) < SMALL_LIST else None)
    rows = limit_rows(
        found.ids, found.times, found.other_counts, source_of, limits, names.load_labels(db), clock, row_count
    )
    return replace(found, ids=rows.ids, times=rows.times, other_counts=rows.other_counts, more_rows=rows.more_rows)


def _find_source_ids(db: Connection, prefer: Iterable[str]) -> list[int]:
    return [id for name in prefer for id in names.find_sources(db, name)]
