"""The results of a query: article ids in order, and counts.

Joins are written in the order in which they should run (CROSS JOIN), as in `compiler`.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Iterable, Sequence
from datetime import tzinfo
from sqlite3 import Connection

from roya_tui.model import TagCount
from roya_tui.query import VIEWS, All, Query, all_of, any_of, by_field, iter_terms, positive_terms, view
from roya_tui.query.conditions import conjuncts, is_text_term, remove_terms, required_texts
from roya_tui.store.search.compiler import ALL_HIDDEN, FROM_ARTICLES, FROM_IDS, JOIN_ARTICLE, JOIN_STATE, Compiler
from roya_tui.store.search.fts_query import match_expression, prefix_expression
from roya_tui.store.search.saved_searches import expand_query
from roya_tui.store.sources.names import ids_by_label
from roya_tui.store.user_data.rule_flags import HIDDEN
from roya_tui.store.user_data.tags import TagNameIndex, canonical_names
from roya_tui.text import fold_name

_MAX_RANKED = 2_000
"""Newest matches that are ranked, since ranking reads each match; the others follow by time."""
_RANKED = """(SELECT rowid AS id, bm25(search, 1.0, 10.0, 5.0) AS rank
    FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?)"""
_PREFIX_MATCHES = "(SELECT rowid AS id FROM beginnings WHERE beginnings MATCH ? ORDER BY rowid DESC LIMIT ?)"
_FRESH = 3 * 86_400
"""Seconds after which half of the bonus for new articles is left: a fifth of the rank at most."""
_BY_RANK = f"r.rank * (1 + 0.2 * {_FRESH}.0 / ({_FRESH}.0 + max(0, {{now:d}} - a.at))), a.at DESC, a.id DESC"

_FROM_BY_SOURCE = f"FROM json_each(?) AS o CROSS JOIN article AS a ON a.source_id = o.value {JOIN_STATE}"
_FITS_FOUR_BYTES = """SELECT coalesce((SELECT min(at) FROM article) >= 0 AND (SELECT max(at) FROM article) < 1 << 32
    AND (SELECT max(id) FROM article) < 1 << 32, 0)"""
"""Whether four bytes hold each id and time: looks only at the ends of two indexes."""
_ORDERS = {
    "newest": "a.at DESC, a.id DESC",
    "oldest": "a.at, a.id",
    "unread": "s.read_at IS NOT NULL, a.at DESC, a.id DESC",
}


def find(db: Connection, query: Query, now: int, limit: int | None = None, *, zone: tzinfo | None = None) -> array[int]:
    """Return the ids of the results in order. Days begin in `zone`, by default the local one."""
    return _find(db, ("id",), query, now, limit, zone)[0]


def find_all(
    db: Connection, query: Query, now: int, *, zone: tzinfo | None = None, include_hidden: bool = True
) -> list[int]:
    """Return the ids of all results, newest first, by default with hidden articles."""
    compiler = Compiler(db, now, zone, include_hidden=include_hidden)
    where = compiler.where(expand_query(db, query, now))
    rows = db.execute(f"SELECT a.id {FROM_ARTICLES} WHERE {where} ORDER BY {_ORDERS['newest']}", compiler.parameters)
    return [id for (id,) in rows]


def find_with_times(
    db: Connection, query: Query, now: int, limit: int | None = None, *, zone: tzinfo | None = None
) -> tuple[array[int], array[int]]:
    """Return the ids of the results and the times by which lists sort them.

    May return more than `limit` where all take no longer than a few.
    """
    ids, times = _find(db, ("id", "at"), query, now, limit, zone, all_at_once=True)
    return ids, times


def find_with_sources(
    db: Connection, query: Query, now: int, *, zone: tzinfo | None = None
) -> tuple[array[int], array[int]]:
    """Return the ids of the results and the ids of their sources."""
    ids, numbers = _find(db, ("id", "source_id"), query, now, None, zone)
    return ids, numbers


def _find(
    db: Connection,
    columns: Sequence[str],
    query: Query,
    now: int,
    limit: int | None,
    zone: tzinfo | None,
    all_at_once: bool = False,
) -> list[array[int]]:
    """Return the integers in `columns` of the articles that match.

    A search for words has three parts without common articles: the newest matches by rank, the newest title prefix
    matches, and the rest. The first rows need not wait for the rest. `all_at_once`: return the whole rest, where a few
    of it would take as long.
    """
    query = expand_query(db, query, now)
    found = [array("q") for _ in columns]
    for select in (_ranked, _prefix_matches, _ordered) if query.order == "relevance" else (_ordered,):
        left = None if limit is None else limit - len(found[0])
        if left != 0:
            if all_at_once and select is _ordered and required_texts(query):
                left = None
            compiler = Compiler(db, now, zone, few_rows=select is not _ordered)
            if (selected := select(compiler, query, left)) is not None:
                more = _fetch_columns(compiler, columns, *selected, left, found[0])
                found = [before + after for before, after in zip(found, more, strict=True)]
    return found


_Selection = tuple[str, str] | None
"""SQL after FROM, and the order; None: no articles."""


def _ordered(compiler: Compiler, query: Query, limit: int | None) -> _Selection:
    """Select all results, in an order without ranking."""
    if query.order == "source":
        compiler.parameters.append(json.dumps(ids_by_label(compiler.db)))
        return f"{_FROM_BY_SOURCE} WHERE {compiler.where(query)}", "o.key, a.at DESC, a.id DESC"
    return compiler.rows(query, everything=limit is None), _ORDERS.get(query.order, _ORDERS["newest"])


def _ranked(compiler: Compiler, query: Query, limit: int | None) -> _Selection:
    """Select the newest matches by rank: of all required words, or else of any of the words."""
    expression = " AND ".join(map(match_expression, required_texts(query))) or " OR ".join(
        match_expression(term) for term in positive_terms(query) if is_text_term(term)
    )
    return _newest_matches(compiler, query, _RANKED, expression, _BY_RANK.format(now=compiler.now))


def _prefix_matches(compiler: Compiler, query: Query, limit: int | None) -> _Selection:
    """Select the newest articles whose title has a word that starts with the one short word."""
    words = required_texts(query)
    prefix = prefix_expression(words[0]) if len(words) == 1 else ""
    return _newest_matches(compiler, query, _PREFIX_MATCHES, prefix, _ORDERS["newest"])


def _newest_matches(compiler: Compiler, query: Query, matches: str, expression: str, order: str) -> _Selection:
    """Select the newest `matches` of an FTS5 expression; they have the required words already."""
    if not expression:
        return None
    compiler.parameters += [expression, _MAX_RANKED]
    where = compiler.where(remove_terms(query, required_texts(query)))
    return f"FROM {matches} AS r {JOIN_ARTICLE} WHERE {where}", order


def _fetch_columns(
    compiler: Compiler, columns: Sequence[str], rows: str, order: str, limit: int | None, exclude: Sequence[int]
) -> list[array[int]]:
    """Return columns of the articles in order, each as an array.

    SQLite concatenates them to one hexadecimal text: fetching row by row would wait for Python's lock, and block the
    event loop, tens of thousands of times. Eight digits are enough before the year 2106 and four billion articles;
    beyond, sixteen are used.
    """
    if exclude:
        rows += " AND a.id NOT IN (SELECT value FROM json_each(?))"
        compiler.parameters.append(json.dumps(list(exclude)))
    short = compiler.db.execute(_FITS_FOUR_BYTES).fetchone()[0]
    size, form = (4, "%08x") if short else (8, "%016x")
    (text,) = compiler.db.execute(
        f"SELECT group_concat(printf('{form * len(columns)}', {', '.join(columns)}), '')"
        f" FROM (SELECT a.id, a.at, a.source_id {rows} ORDER BY {order} LIMIT ?)",
        (*compiler.parameters, -1 if limit is None else limit),
    ).fetchone()
    packed = bytes.fromhex(text or "")
    del text  # 16 MB for a million articles
    return [_unpack_column(packed, place, size, len(columns)) for place in range(len(columns))]


def _unpack_column(packed: bytes, place: int, size: int, columns: int) -> array[int]:
    """Return one column of big-endian integers of `size` bytes, stored row by row."""
    row = size * columns
    wide = bytearray(len(packed) // row * 8)
    for byte in range(size):  # from the lowest
        wide[byte if sys.byteorder == "little" else 7 - byte :: 8] = packed[(place + 1) * size - 1 - byte :: row]
    return array("q", bytes(wide))


def filter_ids(
    db: Connection,
    query: Query,
    ids: Iterable[int],
    now: int,
    *,
    zone: tzinfo | None = None,
    include_hidden: bool = False,
    tag_names: TagNameIndex | None = None,
) -> list[int]:
    """Return which of `ids` match `query`; fast if they are close to each other."""
    ids = list(ids)
    within = (min(ids), max(ids)) if ids else (0, 0)
    compiler = Compiler(db, now, zone, include_hidden=include_hidden, within=within, tag_names=tag_names)
    where = compiler.where(expand_query(db, query, now))
    rows = db.execute(f"SELECT a.id {FROM_IDS} WHERE {where}", (json.dumps(ids), *compiler.parameters))
    return [id for (id,) in rows]


_UNREAD = by_field("is", "unread").where

_KEPT_OF_REMOVED = """
FROM (SELECT article_id FROM state WHERE starred_at IS NOT NULL
    UNION SELECT article_id FROM state WHERE note <> '') AS k
    CROSS JOIN state AS s ON s.article_id = k.article_id CROSS JOIN article AS a ON a.id = k.article_id
"""

_SHOWN_BY_TAG = """
SELECT tag_id, count(*) AS total, sum(unread) AS unread FROM shown CROSS JOIN article_tag ON article_id = shown.id
"""
_ANY_STORY = """SELECT 1 FROM (SELECT 1 FROM telling WHERE story IS NOT NULL LIMIT 1) UNION ALL
SELECT 1 FROM (SELECT 1 FROM state WHERE story IS NOT NULL LIMIT 1)"""
_ITS_STORY = "coalesce(s.story, (SELECT story FROM telling WHERE article_id = a.id))"
_MERGED_TAGS = """
under AS MATERIALIZED (SELECT tag_id, into_id FROM tag_alias UNION SELECT into_id, into_id FROM tag_alias),
"""
_COUNT_MERGED = """
UNION ALL SELECT into_id, count(*), sum(unread) FROM (SELECT DISTINCT into_id, shown.id, unread FROM under
    CROSS JOIN article_tag USING (tag_id) CROSS JOIN shown ON shown.id = article_id) GROUP BY into_id
"""
"""Counts an article once that has several tags merged into one."""


def count(db: Connection, query: Query, now: int, limit: int | None = None, *, zone: tzinfo | None = None) -> int:
    """Return how many articles match `query`; with `limit`, it stops counting there."""
    query = expand_query(db, query, now)
    compiler = Compiler(db, now, zone)
    if rows := _tally_rows(compiler, query, tagged=False):
        return int(db.execute(f"SELECT coalesce(sum(total), 0) FROM ({rows})").fetchone()[0])
    rows = compiler.rows(query, everything=True, ids_only=True)
    counted = f"SELECT count(*) {rows}" if limit is None else f"SELECT count(*) FROM (SELECT 1 {rows} LIMIT {limit:d})"
    return int(db.execute(counted, compiler.parameters).fetchone()[0])


def count_rows(
    db: Connection, query: Query, now: int, *, zone: tzinfo | None = None, collapse: bool
) -> tuple[int, int]:
    """Return how many articles match, and how many rows they take with stories collapsed."""
    if not collapse or db.execute(_ANY_STORY).fetchone() is None:
        articles = count(db, query, now, zone=zone)
        return articles, articles
    compiler = Compiler(db, now, zone)
    rows = compiler.rows(expand_query(db, query, now), everything=True, ids_only=True)
    articles, collapsed = db.execute(
        f"SELECT count(*), count(story) - count(DISTINCT story) FROM (SELECT {_ITS_STORY} AS story {rows})",
        compiler.parameters,
    ).fetchone()
    return articles, articles - collapsed


def count_hidden(db: Connection, query: Query, now: int, *, zone: tzinfo | None = None) -> int:
    """Return how many hidden articles match `query`."""
    ids = list({id for (id,) in db.execute(ALL_HIDDEN)})
    if not ids:
        return 0
    compiler = Compiler(db, now, zone, within=(min(ids), max(ids)))
    where = compiler.where(all_of(expand_query(db, query, now), by_field("is", "hidden")))
    asked = (json.dumps(ids), *compiler.parameters)
    return int(db.execute(f"SELECT count(*) {FROM_IDS} WHERE {where}", asked).fetchone()[0])


def count_new_since(db: Connection, id: int) -> int:
    """Return how many visible articles have a higher id."""
    return int(db.execute(f"SELECT count(*) {FROM_ARTICLES} WHERE a.id > ? AND {HIDDEN} IS NULL", (id,)).fetchone()[0])


def find_newer(db: Connection, id: int, limit: int) -> list[int]:
    """Return the visible articles with a higher id, the newest first."""
    found = f"SELECT a.id {FROM_ARTICLES} WHERE a.id > ? AND {HIDDEN} IS NULL ORDER BY a.id DESC LIMIT ?"
    return [row[0] for row in db.execute(found, (id, limit))]


def count_tags(
    db: Connection, query: Query, now: int, *, zone: tzinfo | None = None, excluded: Sequence[str] = ()
) -> list[TagCount]:
    """Return the tags of the results with their counts, the most frequent first.

    For a tag in `excluded` that is how many articles it excludes; for others, how many articles have none of the
    excluded tags.
    """
    counted = _count_by_tag(db, query, now, zone)
    if not excluded:
        return counted
    # Counting the few excluded articles is faster than counting the rest: the totals are mostly in `tally`.
    with_excluded = all_of(query, any_of(*(by_field("tag", name) for name in excluded)))
    excluded_counts = {tag_count.name: tag_count for tag_count in _count_by_tag(db, with_excluded, now, zone)}
    ruled_out = set(map(fold_name, canonical_names(db, excluded)))
    left = [
        tag_count
        if (less := excluded_counts.get(tag_count.name)) is None or fold_name(tag_count.name) in ruled_out
        else TagCount(tag_count.name, tag_count.total - less.total, tag_count.unread - less.unread)
        for tag_count in counted
    ]
    remaining = [tag_count for tag_count in left if tag_count.total > 0]
    return sorted(remaining, key=lambda tag_count: (-tag_count.total, fold_name(tag_count.name)))


def _count_by_tag(db: Connection, query: Query, now: int, zone: tzinfo | None) -> list[TagCount]:
    query = expand_query(db, query, now)
    compiler = Compiler(db, now, zone)
    tallied = _tally_rows(compiler, query, tagged=True)
    by_tag = f"SELECT tag_id, sum(total) AS total, sum(unread) AS unread FROM ({tallied})" if tallied else _SHOWN_BY_TAG
    with_aliases, unmerged, merged = "", "", ""
    if db.execute("SELECT 1 FROM tag_alias LIMIT 1").fetchone() is not None:
        with_aliases, merged = _MERGED_TAGS, _COUNT_MERGED
        unmerged = "WHERE tag_id NOT IN (SELECT tag_id FROM under)"
    shown = f"SELECT a.id, s.read_at IS NULL AS unread {compiler.rows(query, everything=False, ids_only=True)}"
    rows = db.execute(
        f"WITH shown AS {'NOT ' if tallied else ''}MATERIALIZED ({shown}),"
        f" {with_aliases} counted AS MATERIALIZED ({by_tag} {unmerged} GROUP BY tag_id {merged})"
        " SELECT name, total, unread FROM counted CROSS JOIN tag ON id = tag_id WHERE total > 0"
        " ORDER BY total DESC, folded",
        compiler.parameters,
    )
    return [TagCount(*row) for row in rows]


def list_tags(db: Connection) -> list[TagCount]:
    """Return all tags in use, the most used first."""
    return count_tags(db, Query(), 0)


def count_views(db: Connection, now: int, *, zone: tzinfo | None = None) -> dict[str, int]:
    """Return the number of articles in each view."""
    return {name: count(db, view(name), now, zone=zone) for name in VIEWS}


def _tally_rows(compiler: Compiler, query: Query, *, tagged: bool) -> str:
    """Return SQL for a query's counts from `tally`; "" unless it is only sources and unread."""
    parts = conjuncts(query)
    of_sources = All(tuple(part for part in parts if part != _UNREAD))
    if any(term.field not in ("source", "folder") for term, _ in iter_terms(of_sources)):
        return ""
    where = compiler.condition(of_sources)
    total = "total" if len(of_sources.of) == len(parts) else "unread"
    removed = compiler.removed
    rows = (
        f"SELECT tag_id, {total} AS total, unread FROM tally AS a WHERE tag_id {'>' if tagged else '='} 0 AND {where}"
        f" AND a.source_id NOT IN ({removed})"
    )
    if removed:
        row_total = "1" if total == "total" else "s.read_at IS NULL"
        tag_id, given = ("g.tag_id", "CROSS JOIN article_tag AS g ON g.article_id = a.id") if tagged else ("0", "")
        rows += (
            f" UNION ALL SELECT {tag_id}, {row_total}, s.read_at IS NULL {_KEPT_OF_REMOVED} {given}"
            f" WHERE {where} AND a.source_id IN ({removed}) AND {HIDDEN} IS NULL"
        )
    return rows
