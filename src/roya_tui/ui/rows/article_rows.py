"""Loads the rows of the headline list: a query's articles, one row per story, limited per source and day."""

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
"""List length from which all stories are loaded at once, instead of those of the articles."""


class CursorArticle(Struct, frozen=True):
    """The article under the cursor, and the time (UTC seconds) it is sorted by, None if not sorted by time."""

    id: int
    time: int | None


class HeldArticle(Struct, frozen=True):
    """The article that stays in the list although the query may no longer match it, since it is being read."""

    id: int
    time: int
    index: int
    is_by_time: bool


class ArticleRows(Struct, frozen=True):
    """The rows of a list, and all its articles before stories were collapsed. Times are UTC seconds."""

    ids: array[int]
    times: array[int]
    other_counts: array[int]
    """How many more articles each row stands for."""
    all_ids: array[int]
    all_times: array[int]
    is_complete: bool = True
    """Whether these are all articles that match the query."""
    more_rows: Mapping[int, MoreRow] = field(default_factory=dict)
    """The rows that count articles instead of showing one, by their id in `ids`."""


class DailyLimits(Struct, frozen=True):
    """The limits of rows per source and day; `configured` is from config.toml, `clock` decides when days begin."""

    clock: Clock
    configured: Mapping[str, int]


class ListOptions(Struct, frozen=True):
    """How the articles of a query become rows."""

    zone: tzinfo | None = None
    """The time zone in which days begin."""
    group_stories: bool = True
    """Whether a story has one row."""
    prefer: Sequence[str] = ()
    """Names of the sources whose articles represent a story."""
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
    """Return the rows of `query`, or of its first `limit` articles: the complete list begins with the same rows."""
    zone = options.zone
    ids, times = results.find_with_times(db, query, now, limit, zone=zone)
    is_complete = limit is None or len(ids) != limit
    if held is not None and held.id not in ids:
        ids, times = insert_article(ids, times, held.id, held.time, held.index, by_time=held.is_by_time)
    first = len(ids)
    if not is_complete and options.daily_limits:
        ids, times = _add_rest_of_day(db, query, now, ids, times, options.daily_limits, zone)
    if not is_complete and options.group_stories:
        others = {member.id for member in stories.find_members(db, ids)}.difference(ids)
        matching = array("q", results.filter_ids(db, query, others, now, zone=zone)) if others else array("q")
        # They have no rows yet, so the time of the last row is exact enough.
        ids, times = ids + matching, times + times[-1:] * len(matching)
    return regroup_rows(db, ids, times, options=options, first=None if is_complete else first)


def load_rows_down_to(
    db: Connection,
    query: Query,
    now: int,
    limit: int,
    article: CursorArticle | None,
    *,
    options: ListOptions = DEFAULT_OPTIONS,
) -> ArticleRows:
    """Return the rows of the first `limit` articles of `query`, or all rows if `article` belongs further down."""
    rows = load_rows(db, query, now, limit, options=options)
    if (
        rows.is_complete
        or article is None
        or article.id in rows.all_ids
        or _is_within(rows.times, article.time, query.order)
    ):
        return rows
    return load_rows(db, query, now, options=options)


def _is_within(times: array[int], time: int | None, order: str) -> bool:
    """Return whether an article with this time comes before the last row."""
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
    """Return the rows of the same articles with the current stories.

    Only the `first` articles get rows if that is given; the others are only counted.
    """
    is_complete, daily_limits = first is None, options.daily_limits
    if options.group_stories:
        members = _load_members(db, all_ids)
        same = status.find_same_address(db, {member.source_id for member in members}) if members else {}
        ids, others, kept = collapse_stories(all_ids, members, _find_source_ids(db, options.prefer), same)
        row_count = sum(kept[:first])
        rows = ArticleRows(ids, array("q", compress(times, kept)), others, all_ids, times, is_complete)
    else:
        rows = ArticleRows(all_ids, times, array("q"), all_ids, times, is_complete)
        row_count = len(all_ids[:first])
    limits = subscriptions.load_daily_limits(db, daily_limits.configured) if daily_limits else {}
    return _apply_limits(db, rows, limits, daily_limits.clock, row_count) if limits and daily_limits else rows


def _load_members(db: Connection, ids: array[int]) -> list[StoryMember]:
    """Return the members of the stories of `ids`, or of all stories if there are many ids."""
    return stories.find_members(db, ids) if len(ids) < SMALL_LIST else stories.list_members(db)


def find_new_members(
    db: Connection, query: Query, now: int, rows: array[int], known_ids: array[int], zone: tzinfo | None = None
) -> dict[int, NewMembers]:
    """Return, by row, the articles that match `query`, joined the row's story and are not in `known_ids`."""
    all_members, known = _load_members(db, rows), set(known_ids)
    unknown = {member.id for member in all_members} - known
    new = set(results.filter_ids(db, query, unknown, now, zone=zone)) if unknown else set()
    if not new:
        return {}
    of_story: dict[int, list[StoryMember]] = {member.story: [] for member in all_members if member.id in new}
    for member in all_members:
        if member.story in of_story and (member.id in new or member.id in known):
            of_story[member.story].append(member)
    same = status.find_same_address(db, {member.source_id for story in of_story.values() for member in story})
    new_members = {}
    for story, members in of_story.items():
        before = count_members([member for member in members if member.id in known], same)
        ids = frozenset(member.id for member in members if member.id in new)
        new_members[story] = NewMembers(ids, count_members(members, same) - before)
    story_of = {member.id: member.story for member in all_members}
    return {row: new_members[story_of[row]] for row in rows if story_of.get(row) in new_members}


def _add_rest_of_day(
    db: Connection, query: Query, now: int, ids: array[int], times: array[int], limits: DailyLimits, zone: tzinfo | None
) -> tuple[array[int], array[int]]:
    """Append the other articles of the last article's day from limited sources, which are only counted."""
    source_limits = subscriptions.load_daily_limits(db, limits.configured)
    if not source_limits:
        return ids, times
    from roya_tui.store.articles.lookup import load_times, map_to_sources  # rarely needed at startup

    clock, day = limits.clock, limits.clock.day(times[-1])
    of_day = map_to_sources(db, source_limits, begin=clock.start_of(day), end=clock.start_of(next_day(day)))
    matching = results.filter_ids(db, query, of_day.keys() - set(ids), now, zone=zone)
    dated = sorted(zip(load_times(db, matching), matching, strict=True), reverse=query.order != "oldest")
    return ids + array("q", (id for _, id in dated)), times + array("q", (time for time, _ in dated))


def _apply_limits(
    db: Connection, rows: ArticleRows, limits: Mapping[int, int], clock: Clock, row_count: int
) -> ArticleRows:
    """Apply the limits per source and day to the first `row_count` rows, and drop the others."""
    from roya_tui.presentation.daily_limit import limit_rows
    from roya_tui.store.articles.lookup import map_to_sources

    source_of = map_to_sources(db, limits, among=rows.ids if len(rows.ids) < SMALL_LIST else None)
    kept = limit_rows(
        rows.ids, rows.times, rows.other_counts, source_of, limits, names.load_labels(db), clock, row_count
    )
    return replace(rows, ids=kept.ids, times=kept.times, other_counts=kept.other_counts, more_rows=kept.more_rows)


def _find_source_ids(db: Connection, prefer: Iterable[str]) -> list[int]:
    return [id for name in prefer for id in names.find_sources(db, name)]
